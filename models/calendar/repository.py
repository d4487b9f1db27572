"""Where marked days are kept: some dozens a year."""

from __future__ import annotations

from datetime import datetime

import msgspec

from models.calendar.marks import Mark
from models.database import Collection, Database, Index

MOST = 4000

SCHEMA = {
    "bsonType": "object",
    "required": ["_id", "kind", "reason", "by", "at", "recount"],
    "properties": {
        "_id": {"bsonType": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
        "kind": {"enum": ["worked", "half", "off", "none"]},
        "recount": {"bsonType": "bool"},
    },
}


class CalendarRepository:
    """The ``calendar`` collection. ``recount`` is whether due dates have still to be counted anew from that day on; a
    mark that was taken away stays as ``none`` until they are."""

    COLLECTIONS = (
        Collection(
            "calendar", (Index((("recount", 1),), partial={"recount": True}, name="to_recount"),), SCHEMA
        ),
    )

    def __init__(self, database: Database) -> None:
        self._days = database.collection("calendar")

    async def marks(self) -> list[Mark]:
        """Every marked day, in order."""
        rows = await self._days.find({"kind": {"$ne": "none"}}).sort("_id", 1).limit(MOST).to_list(MOST)
        return [msgspec.convert({**row, "id": row["_id"]}, Mark) for row in rows]

    async def put(self, mark: Mark) -> None:
        """Mark a day, or mark it otherwise."""
        row = msgspec.to_builtins(mark, builtin_types=(datetime,)) | {"recount": True}
        await self._days.update_one({"_id": row.pop("id")}, {"$set": row}, upsert=True)

    async def take_away(self, day: str, at: datetime) -> bool:
        """The day is again what was announced; False where it was not marked."""
        change = {"$set": {"kind": "none", "at": at, "recount": True}}
        return (
            await self._days.update_one({"_id": day, "kind": {"$ne": "none"}}, change)
        ).modified_count == 1

    async def to_recount(self) -> str:
        """The first day from which due dates have to be counted anew; empty where they have been."""
        rows = await self._days.find({"recount": True}, {"_id": 1}).sort("_id", 1).limit(1).to_list(1)
        return rows[0]["_id"] if rows else ""

    async def recounted(self, since: datetime) -> None:
        """Everything that was marked before ``since`` has been counted in."""
        await self._days.update_many({"recount": True, "at": {"$lte": since}}, {"$set": {"recount": False}})
