"""Where reports of sweeps are kept, and the lease by which one process sweeps at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from pymongo.errors import DuplicateKeyError

from models.database import Collection, Database, Index
from models.retention.rule import Swept

KEPT_SECONDS = 3 * 366 * 86400
LEASE = "sweep"


class SweepRepository:
    """``sweeps`` (a row for each collection that a sweep changed) and ``leases``."""

    COLLECTIONS = (
        Collection(
            "sweeps",
            (Index((("at", -1), ("_id", -1)), name="newest"), Index((("at", 1),), expire_after=KEPT_SECONDS, name="kept")),
            {
                "bsonType": "object",
                "required": ["_id", "at", "collection", "rule", "count"],
                "properties": {"count": {"bsonType": ["int", "long"], "minimum": 1}},
            },
        ),
        Collection("leases", (), {"bsonType": "object", "required": ["_id", "holder", "until"]}),
    )  # fmt: skip

    def __init__(self, database: Database) -> None:
        self._sweeps = database.collection("sweeps")
        self._leases = database.collection("leases")

    async def note(self, swept: Sequence[Swept]) -> None:
        """Write down what was done."""
        if swept:
            await self._sweeps.insert_many([_document(each) for each in swept])

    async def latest(self, limit: int) -> list[Swept]:
        """The newest rows of the report."""
        order = [("at", -1), ("_id", -1)]
        rows = await self._sweeps.find({}).sort(order).limit(limit).to_list(limit)
        return [msgspec.convert({**row, "id": row["_id"]}, Swept) for row in rows]

    async def take(self, holder: str, now: datetime, until: datetime) -> bool:
        """Hold the sweep until ``until``; False while another holds it."""
        free = {"_id": LEASE, "$or": [{"until": {"$lte": now}}, {"holder": holder}]}
        change = {"$set": {"holder": holder, "until": until}}
        try:
            await self._leases.update_one(free, change, upsert=True)
        except DuplicateKeyError:  # it is there, and somebody else's
            return False
        return True

    async def let_go(self, holder: str, now: datetime) -> None:
        """Give it up, and note when the last sweep ended."""
        change = {"$set": {"until": now, "swept_at": now}}
        await self._leases.update_one({"_id": LEASE, "holder": holder}, change)

    async def last(self) -> datetime | None:
        """When the last sweep ended."""
        row = await self._leases.find_one({"_id": LEASE})
        return row.get("swept_at") if row else None


def _document(swept: Swept) -> dict[str, Any]:
    row: dict[str, Any] = msgspec.to_builtins(swept, builtin_types=(datetime,))
    row["_id"] = row.pop("id")
    return row
