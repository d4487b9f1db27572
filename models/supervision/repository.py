"""Where lights are kept."""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import datetime
from typing import Any

import msgspec
from pymongo.errors import BulkWriteError

from models.database import Collection, Database, Index
from models.supervision.light import Light, LightState, Seen
from models.supervision.rule import Level

MOST_SEEN = 100
DUPLICATE = 11000  # what MongoDB says of a key that is there
SCHEMA: dict[str, Any] = {
    "bsonType": "object",
    "required": ["_id", "case", "rule", "level", "raised_on", "areas", "state", "rev"],
    "properties": {
        "level": {"enum": ["warning", "yellow", "red"]},
        "state": {"enum": ["open", "explained", "upheld", "appealed", "confirmed", "cancelled", "over"]},
        "areas": {"bsonType": "array", "minItems": 1},
        "rev": {"bsonType": "int", "minimum": 1},
    },
}


class LightRepository:
    """The ``lights`` collection."""

    COLLECTIONS = (
        Collection(
            "lights",
            (
                Index(
                    (("areas", 1), ("state", 1), ("level", 1), ("raised_on", -1), ("_id", 1)), name="of_area"
                ),
                Index(
                    (("desks", 1), ("state", 1), ("level", 1), ("raised_on", -1), ("_id", 1)), name="of_desk"
                ),
                Index((("case", 1),), name="of_case"),
                Index((("raised_on", 1), ("_id", 1)), name="by_day"),
                Index((("state", 1), ("superior", 1), ("raised_on", 1)), name="to_escalate"),
            ),
            SCHEMA,
        ),
    )

    def __init__(self, database: Database) -> None:
        self._lights = database.collection("lights")
        self._database = database

    async def missing(self, ids: Sequence[str]) -> tuple[str, ...]:
        """Those of ``ids`` that are not put up yet, in their order."""
        if not ids:
            return ()
        rows = self._lights.find({"_id": {"$in": list(ids)}}, {"_id": 1})
        there = {row["_id"] async for row in rows}
        return tuple(each for each in ids if each not in there)

    async def add_all(self, lights: Sequence[Light]) -> int:
        """Put these up; how many were new. One that another process has put up meanwhile is there already."""
        if not lights:
            return 0
        rows = [{"_id": light.id, **_row(light)} for light in lights]
        try:
            return len((await self._lights.insert_many(rows, ordered=False)).inserted_ids)
        except BulkWriteError as error:
            if any(each["code"] != DUPLICATE for each in error.details["writeErrors"]):
                raise
            return int(error.details["nInserted"])

    async def get(self, light_id: str) -> Light | None:
        return _light(await self._lights.find_one({"_id": light_id}))

    async def replace(self, light: Light) -> bool:
        """Compare-and-set on the revision."""
        row = _row(light)
        row.pop("seen", None)  # others may open it meanwhile
        change = {"$set": row}
        done = await self._lights.update_one({"_id": light.id, "rev": light.rev - 1}, change)
        return done.modified_count == 1

    async def see(self, light_id: str, seen: Seen) -> None:
        """Note that somebody has opened it, once each. Nobody's page grows old by that."""
        first = {"_id": light_id, "seen.by": {"$ne": seen.by}}
        push = {
            "seen": {"$each": [msgspec.to_builtins(seen, builtin_types=(datetime,))], "$slice": -MOST_SEEN}
        }
        await self._lights.update_one(first, {"$push": push})

    async def page(
        self, where: dict[str, Any], states: Sequence[LightState], levels: Sequence[Level],
        after: tuple[str, str], limit: int,
    ) -> list[Light]:  # fmt: skip
        """Lights ``where`` (an area, or desks), the newest first, from the position (raised_on, id) on."""
        query: dict[str, Any] = {**where, "state": {"$in": list(states)}, "level": {"$in": list(levels)}}
        if after[0]:
            past = [{"raised_on": {"$lt": after[0]}}, {"_id": {"$gt": after[1]}}]
            query |= {"raised_on": {"$lte": after[0]}, "$or": past}
        order = [("raised_on", -1), ("_id", 1)]
        rows = await self._lights.find(query).sort(order).limit(limit).to_list(limit)
        return [found for row in rows if (found := _light(row))]

    async def counts(self, where: dict[str, Any]) -> dict[tuple[str, LightState], int]:
        """How many lights there are ``where`` (an area, or lines of it), by level and state."""
        stages: list[dict[str, Any]] = [
            {"$match": where},
            {"$group": {"_id": {"level": "$level", "state": "$state"}, "n": {"$sum": 1}}},
        ]
        rows = await self._database.aggregate("lights", stages)
        return {(row["_id"]["level"], row["_id"]["state"]): row["n"] for row in rows}

    async def count_at(self, desks: Sequence[str], levels: Sequence[Level], most: int) -> int:
        """How many lights wait for an explanation at these desks, counted up to ``most``."""
        query = {"desks": {"$in": list(desks)}, "state": "open", "level": {"$in": list(levels)}}
        return int(await self._lights.count_documents(query, limit=most))

    async def escalate(self, before: str) -> int:
        """Ask the superior too about what was raised before that day and is not explained; a warning need not be."""
        query = {
            "state": "open",
            "superior": False,
            "raised_on": {"$lt": before},
            "level": {"$ne": "warning"},
        }
        return int((await self._lights.update_many(query, {"$set": {"superior": True}})).modified_count)

    async def end(self, ids: Sequence[str]) -> None:
        """These warnings are over."""
        if ids:
            change = {"$set": {"state": "over"}, "$inc": {"rev": 1}}
            await self._lights.update_many({"_id": {"$in": list(ids)}, "state": "open"}, change)

    async def raised(self, since: str, rules: Set[str]) -> set[str]:
        """The ids of all lights of ``rules`` raised since that day."""
        rows = self._lights.find({"raised_on": {"$gte": since}}, {"rule": 1})
        return {row["_id"] async for row in rows if row["rule"] in rules}


def _row(light: Light) -> dict[str, Any]:
    row: dict[str, Any] = msgspec.to_builtins(light, builtin_types=(datetime,))
    row.pop("id")
    return {"state": light.state, "superior": light.superior, "rev": light.rev, **row}


def _light(row: dict[str, Any] | None) -> Light | None:
    return None if row is None else msgspec.convert({**row, "id": row["_id"]}, Light)
