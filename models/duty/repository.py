"""Where rosters, leaves and the ways of dealing are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from models.database import Collection, Database, Index
from models.duty.duty import Dealing, Leave, Mode, Shift

MOST = 500
Kept = TypeVar("Kept", Shift, Leave, Dealing)


class DutyRepository:
    """The ``shifts``, ``leaves`` and ``dealings`` collections."""

    COLLECTIONS = (
        Collection("shifts", (Index((("area", 1), ("last", 1), ("department", 1)), name="of_area"),), None),
        Collection(
            "leaves",
            (
                Index((("account", 1), ("last", 1)), name="of_absent"),
                Index((("to", 1), ("last", 1)), name="of_deputy"),
            ),
            None,
        ),
        Collection("dealings", (Index((("mode", 1),), name="by_mode"),), None),
    )

    def __init__(self, database: Database) -> None:
        self._shifts = database.collection("shifts")
        self._leaves = database.collection("leaves")
        self._dealings = database.collection("dealings")

    async def shifts(self, area: str, departments: Sequence[str], from_day: str) -> list[Shift]:
        """Those of an area that are not over before a day, of some departments or of all, in the order of their ends."""
        query: dict[str, Any] = {"area": area, "last": {"$gte": from_day}}
        if departments:
            query["department"] = {"$in": list(departments)}
        rows = await self._shifts.find(query).sort([("last", 1), ("department", 1)]).limit(MOST).to_list(MOST)
        return [_of(row, Shift) for row in rows]

    async def add_shift(self, shift: Shift) -> None:
        await self._shifts.insert_one(_row(shift))

    async def shift(self, shift_id: str) -> Shift | None:
        row = await self._shifts.find_one({"_id": shift_id})
        return _of(row, Shift) if row else None

    async def remove_shift(self, shift_id: str) -> None:
        await self._shifts.delete_one({"_id": shift_id})

    async def leaves_of(self, accounts: Sequence[str], from_day: str) -> list[Leave]:
        """Leaves of these accounts that are not over before a day."""
        query = {"account": {"$in": list(accounts)}, "last": {"$gte": from_day}}
        return [_of(row, Leave) for row in await self._leaves.find(query).limit(MOST).to_list(MOST)]

    async def deputed_to(self, accounts: Sequence[str], from_day: str) -> list[Leave]:
        """Leaves in which one of these accounts stands in and that are not over before a day."""
        query = {"to": {"$in": list(accounts)}, "last": {"$gte": from_day}}
        return [_of(row, Leave) for row in await self._leaves.find(query).limit(MOST).to_list(MOST)]

    async def add_leave(self, leave: Leave) -> None:
        await self._leaves.insert_one(_row(leave))

    async def end_leave(self, leave_id: str, account: str, at: datetime) -> bool:
        """End a leave of an account's own; False where there is none that runs."""
        mine = {"_id": leave_id, "account": account, "ended_at": None}
        return bool((await self._leaves.update_one(mine, {"$set": {"ended_at": at}})).modified_count)

    async def dealings(self) -> list[Dealing]:
        """Every desk at which cases are dealt out."""
        rows = await self._dealings.find({"mode": {"$in": ["turns", "random"]}}).limit(MOST).to_list(MOST)
        return [_of(row, Dealing) for row in rows]

    async def dealing(self, desks: Sequence[str]) -> dict[str, Dealing]:
        """How cases are dealt out at these desks, where that was set."""
        rows = await self._dealings.find({"_id": {"$in": list(desks)}}).limit(MOST).to_list(MOST)
        return {row["_id"]: _of(row, Dealing) for row in rows}

    async def set_mode(self, desk: str, mode: Mode) -> None:
        await self._dealings.update_one(
            {"_id": desk}, {"$set": {"mode": mode}, "$setOnInsert": {"last": ""}}, upsert=True
        )

    async def dealt(self, desk: str, account: str) -> None:
        """The last case of a desk went to this account."""
        await self._dealings.update_one(
            {"_id": desk}, {"$set": {"last": account}, "$setOnInsert": {"mode": "none"}}, upsert=True
        )


def _row(kept: Shift | Leave) -> dict[str, Any]:
    row: dict[str, Any] = msgspec.to_builtins(kept, builtin_types=(datetime,))
    row["_id"] = row.pop("id")
    return row


def _of(row: dict[str, Any], shape: type[Kept]) -> Kept:
    return msgspec.convert({**row, "id": row["_id"]}, shape)
