"""Where ratings are kept: what was typed, the phone, and what is said about it are sealed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from pymongo.errors import DuplicateKeyError

from models.base.cipher import Cipher
from models.database import Collection, Database, Index, duplicate_key
from models.ratings.figures import LEVELS
from models.ratings.rating import Rating, State

SCHEMA: dict[str, Any] = {
    "bsonType": "object",
    "required": [
        "_id",
        "source",
        "channel",
        "areas",
        "desks",
        "level",
        "month",
        "state",
        "counted",
        "at",
        "rev",
    ],
    "properties": {
        "channel": {"enum": ["case", "visit"]},
        "level": {"bsonType": ["int", "long"], "minimum": 1, "maximum": 5},
        "month": {"bsonType": "string", "pattern": "^[0-9]{4}-[0-9]{2}$"},
        "state": {"enum": ["kept", "open", "answered", "appealed", "closed", "set_aside"]},
        "areas": {"bsonType": "array", "minItems": 1},
        "desks": {"bsonType": "array", "minItems": 1},
        "counted": {"bsonType": "bool"},
        "rev": {"bsonType": ["int", "long"], "minimum": 1},
    },
}
MOST_GROUPS = 20_000  # twelve months of each item and level that an area has


class RatingRepository:
    """The ``ratings`` collection."""

    COLLECTIONS = (
        Collection(
            "ratings",
            (
                Index((("source", 1),), unique=True, name="one_rating"),
                Index((("desks", 1), ("state", 1), ("due_on", 1), ("_id", 1)), name="of_desk"),
                Index((("areas", 1), ("state", 1), ("due_on", 1), ("_id", 1)), name="of_area"),
                Index(
                    (("areas", 1), ("counted", 1), ("month", 1), ("item", 1), ("level", 1)), name="figures"
                ),
            ),
            SCHEMA,
        ),
    )

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._ratings = database.collection("ratings")
        self._database = database
        self._cipher = cipher

    async def add(self, rating: Rating) -> bool:
        """Keep a new one; False where its source was rated before."""
        try:
            await self._ratings.insert_one({"_id": rating.id, **self._row(rating)})
        except DuplicateKeyError as error:
            if duplicate_key(error) != "one_rating":
                raise
            return False
        return True

    async def replace(self, rating: Rating) -> bool:
        """Compare-and-set on the revision."""
        query = {"_id": rating.id, "rev": rating.rev - 1}
        done = await self._ratings.replace_one(query, self._row(rating))
        return bool(done.modified_count)

    async def get(self, rating_id: str) -> Rating | None:
        row = await self._ratings.find_one({"_id": rating_id})
        return None if row is None else self._entity(row)

    async def at_desks(self, desks: Sequence[str], states: Sequence[State], limit: int) -> list[Rating]:
        """Those that are for one of ``desks`` to answer, the soonest due first."""
        return await self._listed(
            {"desks": {"$in": list(desks)}, "state": {"$in": list(states)}}, ("", ""), limit
        )

    async def within(
        self, area: str, states: Sequence[State], after: tuple[str, str], limit: int
    ) -> list[Rating]:
        """A page of those of ``area``, the soonest due first, from the position (due_on, id) on."""
        return await self._listed({"areas": area, "state": {"$in": list(states)}}, after, limit)

    async def count_at(self, desks: Sequence[str], most: int) -> int:
        """How many wait for an answer of these desks, counted up to ``most``."""
        query = {"desks": {"$in": list(desks)}, "state": "open"}
        return int(await self._ratings.count_documents(query, limit=most))

    async def count_within(self, area: str, states: Sequence[State], most: int) -> int:
        """How many of ``area`` are in one of ``states``, counted up to ``most``."""
        query = {"areas": area, "state": {"$in": list(states)}}
        return int(await self._ratings.count_documents(query, limit=most))

    async def figures(self, area: str, since: str) -> dict[tuple[str, str], list[int]]:
        """How many ratings of ``area`` count, by month and item, in the order of LEVELS. Read from the index alone."""
        match: dict[str, Any] = {"areas": area, "counted": True, "month": {"$gte": since}}
        key = {"month": "$month", "item": "$item", "level": "$level"}
        stages: list[dict[str, Any]] = [
            {"$match": match},
            {"$group": {"_id": key, "n": {"$sum": 1}}},
            {"$limit": MOST_GROUPS},
        ]
        found: dict[tuple[str, str], list[int]] = {}
        for row in await self._database.aggregate("ratings", stages):
            at = row["_id"]
            counts = found.setdefault((at["month"], at["item"]), [0] * len(LEVELS))
            counts[LEVELS.index(at["level"])] = row["n"]
        return found

    async def _listed(self, which: dict[str, Any], after: tuple[str, str], limit: int) -> list[Rating]:
        query = dict(which)
        if after[0]:
            past = [{"due_on": {"$gt": after[0]}}, {"_id": {"$gt": after[1]}}]
            query |= {"due_on": {"$gte": after[0]}, "$or": past}
        order = [("due_on", 1), ("_id", 1)]
        rows = await self._ratings.find(query).sort(order).limit(limit).to_list(limit)
        return [self._entity(row) for row in rows]

    def _row(self, rating: Rating) -> dict[str, Any]:
        row: dict[str, Any] = msgspec.to_builtins(rating, builtin_types=(datetime,))
        row.pop("id")
        row |= {"state": rating.state, "counted": rating.counted, "rev": rating.rev}
        for name in ("words", "phone"):
            if row.get(name):
                row[name] = self._cipher.seal(row[name], f"rating.{name}:{rating.id}")
        for said in row.get("said", ()):
            said["text"] = self._cipher.seal(said["text"], f"rating.said:{rating.id}")
        return row

    def _entity(self, row: dict[str, Any]) -> Rating:
        row["id"] = row.pop("_id")
        for name in ("words", "phone"):
            if row.get(name):
                row[name] = self._cipher.open(row[name], f"rating.{name}:{row['id']}")
        for said in row.get("said", ()):
            said["text"] = self._cipher.open(said["text"], f"rating.said:{row['id']}")
        return msgspec.convert(row, Rating)
