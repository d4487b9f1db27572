"""Where areas are kept. A few thousand documents, read as one."""

from __future__ import annotations

import msgspec

from models.areas.area import Area
from models.database import Collection, Database, Index

MOST = 50_000
"""More areas than any county has."""

SCHEMA = {
    "bsonType": "object",
    "required": ["_id", "name", "level", "parent", "full_name", "areas"],
    "properties": {
        "_id": {"bsonType": "string", "minLength": 6, "maxLength": 15},
        "level": {"enum": ["county", "town", "village", "group", "grid"]},
        "areas": {"bsonType": "array", "minItems": 1, "maxItems": 5},
    },
}


class AreaRepository:
    COLLECTIONS = (Collection("areas", (Index((("parent", 1), ("_id", 1))),), SCHEMA),)

    def __init__(self, database: Database) -> None:
        self._areas = database.collection("areas")

    async def all(self) -> list[Area]:
        """Every area, in the order of the codes, so that parents come before their children."""
        documents = await self._areas.find({}).sort("_id", 1).limit(MOST).to_list(MOST)
        return [msgspec.convert(document | {"id": document["_id"]}, Area) for document in documents]

    async def put_new(self, areas: tuple[Area, ...]) -> int:
        """Adds those that are not there yet; returns how many that were."""
        there = {area.id for area in await self.all()}
        documents = [_document(area) for area in areas if area.id not in there]
        if documents:
            await self._areas.insert_many(documents, ordered=False)
        return len(documents)


def _document(area: Area) -> dict[str, object]:
    document = msgspec.to_builtins(area)
    document["_id"] = document.pop("id")
    return document
