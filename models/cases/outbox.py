"""The outboxes of cases as the drain works on them.

An entry lies in its case's document, due at a time; ``unsent_at`` of the document is the earliest of those, and
its index is the queue. Every change of an entry is one update that sets ``unsent_at`` anew, so the two cannot part
whatever else happens to the case meanwhile. The revision is left alone: sending is no change of the case, and a
clerk at work must not lose her turn to it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from models.base.cipher import Cipher
from models.cases.case import Message
from models.cases.sealing import phone_context
from models.database import Database

MOST_TRIES = 80
"""Some three days at the longest pause. News older than that would mislead more than help."""

EARLIEST_UNSENT = {
    "$min": {
        "$map": {
            "input": {
                "$filter": {
                    "input": "$outbox",
                    "as": "each",
                    "cond": {
                        "$and": [
                            {"$not": ["$$each.sent_at"]},
                            {"$lt": [{"$ifNull": ["$$each.tries", 0]}, MOST_TRIES]},
                        ]
                    },
                }
            },
            "as": "each",
            "in": "$$each.due_at",
        }
    }
}


class Letter(msgspec.Struct, frozen=True):
    """One outbox entry and the phone that it goes to, still sealed: what cannot be opened must not hold up others."""

    case: str
    phone: str
    message: Message


class OutboxRepository:
    """The outbox entries in the ``cases`` collection."""

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._cases = database.collection("cases")
        self._cipher = cipher

    async def due(self, now: datetime, most_cases: int) -> list[Letter]:
        """What is to be sent now, the longest due first."""
        rows = (
            await self._cases.find({"unsent_at": {"$lte": now}}, {"outbox": 1, "applicant.phone": 1})
            .sort("unsent_at", 1)
            .limit(most_cases)
            .to_list(most_cases)
        )
        letters = [
            Letter(row["_id"], row["applicant"].get("phone", ""), msgspec.convert(entry, Message))
            for row in rows
            for entry in row["outbox"]
        ]
        return [
            letter
            for letter in letters
            if letter.message.sent_at is None
            and letter.message.due_at <= now
            and letter.message.tries < MOST_TRIES
        ]

    def phone(self, letter: Letter) -> str:
        """Where a letter goes. Raises Unreadable."""
        return self._cipher.open(letter.phone, phone_context(letter.case))

    async def claim(self, letter: Letter, until: datetime) -> bool:
        """Take an entry for sending until ``until``; False where another process has it or has sent it."""
        entry = {"id": letter.message.id, "due_at": letter.message.due_at, "sent_at": {"$exists": False}}
        return await self._change(letter, {"outbox": {"$elemMatch": entry}}, {"due_at": until})

    async def sent(self, letter: Letter, at: datetime) -> None:
        """It is out."""
        await self._change(letter, {}, {"sent_at": at, "tries": letter.message.tries + 1})

    async def again(self, letter: Letter, due_at: datetime) -> None:
        """It did not get out; try again at ``due_at``."""
        await self._change(letter, {}, {"due_at": due_at, "tries": letter.message.tries + 1})

    async def _change(self, letter: Letter, query: dict[str, Any], fields: dict[str, Any]) -> bool:
        changed = {"$mergeObjects": ["$$each", fields]}
        mine = {"$eq": ["$$each.id", letter.message.id]}
        entries = {
            "$map": {"input": "$outbox", "as": "each", "in": {"$cond": [mine, changed, "$$each"]}},
        }
        done = await self._cases.update_one(
            {"_id": letter.case, **query},
            [
                {"$set": {"outbox": entries}},
                {"$set": {"unsent_at": {"$ifNull": [EARLIEST_UNSENT, "$$REMOVE"]}}},
            ],
        )
        return done.modified_count == 1
