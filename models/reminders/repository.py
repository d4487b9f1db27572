"""Where reminders are kept, until their matter is over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from models.base.cipher import Cipher
from models.database import Collection, Database, Index
from models.reminders.reminder import Reminder

SCHEMA = {
    "bsonType": "object",
    "required": ["_id", "receipt", "cases", "phone", "what", "look_at", "forget_at", "rev"],
    "properties": {"cases": {"bsonType": "array", "minItems": 1}},
}


class ReminderRepository:
    """The ``reminders`` collection; phones are sealed."""

    COLLECTIONS = (
        Collection(
            "reminders",
            indexes=(
                Index((("receipt", 1),), name="of_receipt"),
                Index((("look_at", 1),), name="to_look"),
                Index((("forget_at", 1),), expire_after=0, name="over"),
            ),
            schema=SCHEMA,
        ),
    )

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._reminders = database.collection("reminders")
        self._cipher = cipher

    async def add(self, reminder: Reminder) -> None:
        await self._reminders.insert_one(self._document(reminder))

    async def get(self, reminder_id: str) -> Reminder | None:
        row = await self._reminders.find_one({"_id": reminder_id})
        return self._entity(row) if row else None

    async def of_receipt(self, receipt: str, limit: int) -> list[Reminder]:
        """Those of one receipt."""
        rows = await self._reminders.find({"receipt": receipt}).limit(limit).to_list(limit)
        return [self._entity(row) for row in rows]

    async def due(self, now: datetime, limit: int) -> list[Reminder]:
        """Those whose turn it is, the longest waiting first."""
        rows = (
            await self._reminders.find({"look_at": {"$lte": now}})
            .sort("look_at", 1)
            .limit(limit)
            .to_list(limit)
        )
        return [self._entity(row) for row in rows]

    async def replace(self, reminder: Reminder) -> bool:
        """Write the next revision; False where somebody was faster, or it was ended."""
        mine = {"_id": reminder.id, "rev": reminder.rev - 1}
        return bool((await self._reminders.replace_one(mine, self._document(reminder))).modified_count)

    async def remove(self, reminder_id: str) -> bool:
        """End it; whether it was there."""
        return bool((await self._reminders.delete_one({"_id": reminder_id})).deleted_count)

    def _document(self, reminder: Reminder) -> dict[str, Any]:
        row: dict[str, Any] = msgspec.to_builtins(reminder, builtin_types=(datetime,))
        row["_id"] = row.pop("id")
        row["rev"] = reminder.rev
        row["phone"] = self._cipher.seal(reminder.phone, _context(reminder.id))
        return row

    def _entity(self, row: dict[str, Any]) -> Reminder:
        row["id"] = row.pop("_id")
        row["phone"] = self._cipher.open(row["phone"], _context(row["id"]))
        return msgspec.convert(row, Reminder)


def _context(reminder_id: str) -> str:
    """Where a sealed phone belongs."""
    return f"reminder.phone:{reminder_id}"
