"""Where wishes to be confirmed in person are kept, and what was confirmed."""

from __future__ import annotations

from datetime import datetime

import msgspec
from pymongo.errors import DuplicateKeyError

from models.database import Collection, Database, Index
from models.sessions.pairing import Check, Pairing

TEXT, DATE = {"bsonType": "string"}, {"bsonType": "date"}


KEPT_SECONDS = 3 * 366 * 86400
"""Records of processing are kept for three years at least (PIPL article 56)."""


class PairingRepository:
    """``pairings`` are forgotten when they are over; ``identity_checks`` after three years."""

    COLLECTIONS = (
        Collection(
            "pairings",
            (Index((("expires_at", 1),), expire_after=0), Index((("mac", 1),), unique=True, name="one_code")),
            {
                "bsonType": "object",
                "required": ["_id", "mac", "expires_at"],
                "properties": {"_id": TEXT, "mac": TEXT, "expires_at": DATE, "confirmed_at": DATE},
            },
        ),
        Collection(
            "identity_checks",
            (
                Index((("person", 1), ("at", -1))),
                Index((("by", 1), ("at", -1))),
                Index((("at", 1),), expire_after=KEPT_SECONDS, name="kept"),
            ),
            {
                "bsonType": "object",
                "required": ["_id", "at", "person", "session", "by", "by_name", "area"],
                "properties": {"_id": TEXT, "at": DATE, "person": TEXT, "session": TEXT, "by": TEXT},
            },
        ),
    )

    def __init__(self, database: Database) -> None:
        self._pairings = database.collection("pairings")
        self._checks = database.collection("identity_checks")

    async def put(self, pairing: Pairing) -> bool:
        """Keep it as the only one of its session; False where another session has the same code."""
        fresh = {
            "$set": {"mac": pairing.mac, "expires_at": pairing.expires_at},
            "$unset": {"confirmed_at": ""},
        }
        try:
            await self._pairings.update_one({"_id": pairing.id}, fresh, upsert=True)
        except DuplicateKeyError:
            return False
        return True

    async def of(self, session_id: str, now: datetime) -> Pairing | None:
        """The one of a session, while it lasts."""
        found = await self._pairings.find_one({"_id": session_id, "expires_at": {"$gt": now}})
        return msgspec.convert(found, Pairing) if found else None

    async def of_mac(self, mac: str, now: datetime) -> Pairing | None:
        """The one behind a code, while it waits."""
        found = await self._pairings.find_one({"mac": mac, "expires_at": {"$gt": now}, "confirmed_at": None})
        return msgspec.convert(found, Pairing) if found else None

    async def confirm(self, pairing: Pairing, now: datetime) -> None:
        await self._pairings.update_one(
            {"_id": pairing.id, "mac": pairing.mac}, {"$set": {"confirmed_at": now}}
        )

    async def drop(self, session_id: str) -> None:
        await self._pairings.delete_one({"_id": session_id})

    async def record(self, check: Check) -> None:
        """What was confirmed, for good."""
        await self._checks.insert_one(msgspec.to_builtins(check, builtin_types=(datetime,)))
