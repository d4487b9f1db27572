"""Counters in MongoDB: one document a key, one atomic update a try, removed by a TTL index."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
from pymongo import ReturnDocument, UpdateOne
from pymongo.errors import BulkWriteError, DuplicateKeyError

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


DUPLICATE = 11000


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

    async def add(self, counted: Mapping[str, Counter], now: datetime) -> frozenset[str]:
        """Add to many counters with one write; the keys of those that have to be added again (two processes made
        the same first row at once)."""
        keys = list(counted)
        writes: list[Any] = [UpdateOne({"_id": key}, _adding(counted[key], now), upsert=True) for key in keys]
        try:
            await self._limits.bulk_write(writes, ordered=False)
        except BulkWriteError as error:
            faults = (error.details or {}).get("writeErrors", ())
            if any(fault["code"] != DUPLICATE for fault in faults):
                raise
            return frozenset(keys[fault["index"]] for fault in faults)
        return frozenset()

    async def running(self, keys: list[str], now: datetime) -> dict[str, Counter]:
        """The counters of ``keys`` whose windows are open."""
        found = await self._limits.find({"_id": {"$in": keys}}).to_list(len(keys) or 1)
        return {row["_id"]: msgspec.convert(row, Counter) for row in found if row["ends_at"] > now}

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


def _adding(counter: Counter, now: datetime) -> list[dict[str, Any]]:
    """``counter.count`` more tries; where no window is open, one that ends when the counter's does."""
    running = {"$gt": ["$ends_at", now]}
    count = {"$cond": [running, {"$add": ["$count", counter.count]}, counter.count]}
    return [{"$set": {"count": count, "ends_at": {"$cond": [running, "$ends_at", counter.ends_at]}}}]
