"""Cases whose answers the registry has yet to hear, as whoever tells it works on them.

``unkept_at`` of a case says since when; its index is the queue. As with outboxes, the revision is left alone.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from models.base.cipher import Cipher
from models.cases.case import Case
from models.cases.sealing import Sealing
from models.database import Database


class Unkept(msgspec.Struct, frozen=True):
    """One case, and the mark that it was found under."""

    case: Case
    since: datetime


class UnkeptRepository:
    """The marks in the ``cases`` collection."""

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._cases = database.collection("cases")
        self._sealing = Sealing(cipher)

    async def due(self, now: datetime, limit: int) -> list[Unkept]:
        """Those whose turn it is, the longest waiting first."""
        query = {"unkept_at": {"$lte": now}}
        rows = await self._cases.find(query).sort("unkept_at", 1).limit(limit).to_list(limit)
        return [Unkept(self._sealing.case(row), row["unkept_at"]) for row in rows]

    async def claim(self, found: Unkept, until: datetime) -> bool:
        """Keep it for oneself until then; False where another process has it."""
        mine = {"_id": found.case.id, "unkept_at": found.since}
        done = await self._cases.update_one(mine, {"$set": {"unkept_at": until}})
        return done.modified_count == 1

    async def kept(self, found: Unkept, until: datetime) -> None:
        """The registry has heard what was in it; answers that came since have set another mark."""
        mine = {"_id": found.case.id, "unkept_at": until}
        await self._cases.update_one(mine, {"$unset": {"unkept_at": ""}})
