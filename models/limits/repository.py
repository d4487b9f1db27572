"""Counters in MongoDB: one document a key, one atomic update a try, removed by a TTL index."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from models.database import Collection, Database, Index
from models.limits.limit import Counter

SCHEMA: dict[str, Any] = {
    "bsonType": "object",
    "required": ["_id", "count", "ends_at"],
    "properties": {
        "_id": {"bsonType": "string"},
        "count": {"bsonType": ["int", "long"], "minimum": 1},
        "ends_at": {"bsonType": "date"},
    },
    "additionalProperties": False,
}


class LimitRepository:
    COLLECTIONS = (Collection("limits", (Index((("ends_at", 1),), expire_after=0),), SCHEMA),)

    def __init__(self, database: Database) -> None:
        self._limits = database.collection("limits")

    async def count(self, key: str, *, most: int, per_seconds: int, now: datetime, locks: bool) -> Counter:
        """``limit.counted`` in one step on the server, so that parallel tries are all counted."""
        update = _counting(most, now, now + timedelta(seconds=per_seconds), locks)
        try:
            found = await self._upsert(key, update)
        except (
            DuplicateKeyError
        ):  # another first try of the same key was faster: now there is a row to update
            found = await self._upsert(key, update)
        return msgspec.convert(found, Counter)

    async def forget(self, key: str) -> None:
        await self._limits.delete_many({"_id": key})

    async def _upsert(self, key: str, update: list[dict[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = await self._limits.find_one_and_update(
            {"_id": key}, update, upsert=True, return_document=ReturnDocument.AFTER
        )
        return found


def _counting(most: int, now: datetime, ends_at: datetime, locks: bool) -> list[dict[str, Any]]:
    running = {"$gt": ["$ends_at", now]}  # a missing ends_at sorts below every date
    count = {"$cond": [running, {"$add": ["$count", 1]}, 1]}
    keep = {"$and": [running, {"$ne": [{"$add": ["$count", 1]}, most]}]} if locks else running
    return [{"$set": {"count": count, "ends_at": {"$cond": [keep, "$ends_at", ends_at]}}}]
