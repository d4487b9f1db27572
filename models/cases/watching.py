"""Cases as supervision reads them: their events and steps, and nothing personal.

``watch_on`` of a document is the first day on which an untouched case could get another light; whoever writes the case
sets it back to "", which is due at once. So a sweep reads what has moved and whose day has come, and nothing else.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from pymongo import UpdateMany, UpdateOne

from models.cases.case import Case
from models.database import Database

SEEN = {"answers": 0, "outbox": 0, "applicant": 0, "materials": 0, "sealed": 0}
FORGOTTEN = {"$unset": {"watch_on": ""}}
NOBODY = {"applicant": {"level": "L0"}, "answers": []}


class Watching:
    """What supervision asks of the ``cases`` collection."""

    def __init__(self, database: Database) -> None:
        self._cases = database.collection("cases")

    async def due(self, today: date, limit: int) -> list[Case]:
        """Cases that have moved since they were looked at, or whose day has come; the longest waiting first."""
        query = {"watch_on": {"$lte": today.isoformat()}}
        rows = await self._cases.find(query, SEEN).sort("watch_on", 1).limit(limit).to_list(limit)
        return [_case(row) for row in rows]

    async def all_due(self, today: date, at_once: int) -> AsyncIterator[list[Case]]:
        """The same, to the last of them, so many at once. Those that are marked meanwhile do not come again."""
        query = {"watch_on": {"$lte": today.isoformat()}}
        cursor = self._cases.find(query, SEEN, batch_size=at_once).sort("watch_on", 1)
        while rows := await cursor.to_list(at_once):
            yield [_case(row) for row in rows]

    async def one(self, case_id: str) -> Case | None:
        """One case, and nothing personal of it."""
        row = await self._cases.find_one({"_id": case_id}, SEEN)
        return None if row is None else _case(row)

    async def looked_at(self, marks: Sequence[tuple[Case, date]]) -> None:
        """Each of these need not be looked at before its day; one that has moved meanwhile stays due. Few days and
        few revisions make one update for many cases."""
        alike: dict[tuple[str, int], list[str]] = {}
        for case, again in marks:
            alike.setdefault((again.isoformat() if case.open else "", case.rev), []).append(case.id)
        changes = [
            UpdateMany({"_id": {"$in": ids}, "rev": rev}, {"$set": {"watch_on": day}} if day else FORGOTTEN)
            for (day, rev), ids in alike.items()
        ]
        if changes:
            await self._cases.bulk_write(changes, ordered=False)

    async def due_from(self, county: str, after: tuple[str, str], limit: int) -> list[Case]:
        """Open cases of the county that are due on a day or later, in the order of (due_on, id), past ``after``."""
        past = [{"due_on": {"$gt": after[0]}}, {"_id": {"$gt": after[1]}}]
        query = {"areas": county, "open": True, "due_on": {"$gte": after[0]}, "$or": past}
        order = [("due_on", 1), ("_id", 1)]
        rows = await self._cases.find(query, SEEN).sort(order).limit(limit).to_list(limit)
        return [_case(row) for row in rows]

    async def set_due(self, dates: Sequence[tuple[Case, str]]) -> int:
        """Write other due dates, each where its case has not moved meanwhile; how many that were. No revision is made:
        nobody has done anything with the case."""
        changes = [
            UpdateOne({"_id": case.id, "rev": case.rev}, {"$set": {"due_on": due, "watch_on": ""}})
            for case, due in dates
        ]
        return int((await self._cases.bulk_write(changes, ordered=False)).modified_count) if changes else 0

    async def alive_since(self, since: datetime) -> AsyncIterator[Case]:
        """Every case that is open, or that something happened to since then: what a replay looks through."""
        for query in ({"open": True}, {"open": False, "events.at": {"$gte": since}}):
            async for row in self._cases.find(query, SEEN):
                yield _case(row)


def _case(row: dict[str, Any]) -> Case:
    return msgspec.convert({**NOBODY, **row, "id": row["_id"]}, Case)
