"""Where statutory grounds are kept: a row for each decision, none ever altered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from pymongo.errors import DuplicateKeyError

from models.base.errors import Conflict
from models.collecting.ground import StatutoryGround
from models.database import Collection, Database, Index

MOST = 100
"""Elements of level 3 that there could be; decisions of one that are shown."""

SCHEMA = {
    "bsonType": "object",
    "required": ["_id", "key", "version", "on", "text", "line", "at", "by", "name"],
    "properties": {
        "key": {"bsonType": "string", "pattern": "^(house|person)\\.[a-z0-9_]+$"},
        "version": {"bsonType": ["int", "long"], "minimum": 1},
        "on": {"bsonType": "bool"},
        "text": {"bsonType": "string", "minLength": 1},
        "at": {"bsonType": "date"},
    },
}


class GroundRepository:
    """The ``element_grounds`` collection."""

    COLLECTIONS = (
        Collection(
            "element_grounds",
            (Index((("key", 1), ("version", -1)), unique=True, name="of_element"),),
            SCHEMA,
        ),
    )

    def __init__(self, database: Database) -> None:
        self._database = database
        self._grounds = database.collection("element_grounds")

    async def latest(self) -> list[StatutoryGround]:
        """What holds of each element of which anything was ever decided."""
        newest: list[dict[str, Any]] = [
            {"$sort": {"key": 1, "version": -1}},
            {"$group": {"_id": "$key", "row": {"$first": "$$ROOT"}}},
            {"$limit": MOST},
        ]
        return [_entity(each["row"]) for each in await self._database.aggregate("element_grounds", newest)]

    async def of_element(self, key: str) -> list[StatutoryGround]:
        """What was decided of one, the newest first."""
        rows = await self._grounds.find({"key": key}).sort("version", -1).limit(MOST).to_list(MOST)
        return [_entity(row) for row in rows]

    async def add(self, ground: StatutoryGround) -> None:
        """Write a decision. Raises Conflict where somebody else has just decided."""
        row = msgspec.to_builtins(ground, builtin_types=(datetime,))
        try:
            await self._grounds.insert_one({"_id": row.pop("id"), **row})
        except DuplicateKeyError:
            raise Conflict("这个数据项刚被别人改动过，请刷新后再操作。", code="ground.raced") from None


def _entity(row: dict[str, Any]) -> StatutoryGround:
    return msgspec.convert({**row, "id": row["_id"]}, StatutoryGround)
