"""Where visits, plans and tasks are kept; what somebody wrote about people is sealed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from pymongo.errors import BulkWriteError, DuplicateKeyError

from models.base.cipher import Cipher
from models.database import TICK, Collection, Database, Index, Moment, Session, duplicate_key, since
from models.visits.visit import Plan, Task, Visit, VisitKnown

SEALED = ("text", "problems")
SCHEMA = {
    "bsonType": "object",
    "required": ["_id", "household", "areas", "at", "by"],
    "properties": {"areas": {"bsonType": "array"}, "at": {"bsonType": "date"}},
}


class VisitRepository:
    """The collections ``visits``, ``visit_plans`` and ``visit_tasks``."""

    COLLECTIONS = (
        Collection(
            "visits",
            (
                Index((("household", 1), ("on", -1), ("_id", -1)), name="of_household"),
                Index((("areas", 1), ("on", -1), ("_id", -1)), name="of_area"),
                Index((("photos", 1), ("by", 1)), partial={"photos": {"$exists": True}}, name="of_photo"),
            ),
            SCHEMA,
        ),
        Collection(
            "visit_plans",
            (
                Index((("areas", 1), ("next", 1), ("_id", 1)), name="due"),
                Index((("areas", 1), ("changed", 1)), name="changed"),
            ),
        ),
        Collection(
            "visit_tasks",
            (
                Index((("areas", 1), ("state", 1), ("at", 1), ("_id", 1)), name="of_area"),
                Index((("household", 1), ("at", -1)), name="of_household"),
                Index((("photos", 1), ("by", 1)), partial={"photos": {"$exists": True}}, name="of_photo"),
            ),
            SCHEMA,
        ),
    )

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._visits = database.collection("visits")
        self._plans = database.collection("visit_plans")
        self._tasks = database.collection("visit_tasks")
        self._cipher = cipher

    async def add(self, visit: Visit, session: Session) -> None:
        """Write a new one within a transaction. Raises VisitKnown where it was written before."""
        try:
            await self._visits.insert_one(self._sealed(visit, "visit"), session=session)
        except DuplicateKeyError:
            raise VisitKnown from None

    async def add_tasks(self, tasks: Sequence[Task], session: Session) -> None:
        """Write what was found on the way within a transaction. Raises VisitKnown where it was written before."""
        if not tasks:
            return
        rows = [{**self._sealed(task, "task"), "state": "found"} for task in tasks]
        try:
            await self._tasks.insert_many(rows, session=session)
        except BulkWriteError as error:
            if duplicate_key(error) is None:
                raise
            raise VisitKnown from None

    async def plan(self, household: str, session: Session | None = None) -> Plan | None:
        row = await self._plans.find_one({"_id": household}, session=session)
        return _plan(row) if row else None

    async def plans_of(self, households: Sequence[str]) -> dict[str, Plan]:
        """The plans of households that have been visited, by household."""
        rows = await self._plans.find({"_id": {"$in": list(households)}}).to_list(len(households) or 1)
        return {row["_id"]: _plan(row) for row in rows}

    async def keep_plan(self, plan: Plan, session: Session) -> None:
        """The plan from now on; it was read in the same transaction."""
        row = _row(plan)
        row["_id"] = row.pop("household")
        await self._plans.replace_one(
            {"_id": plan.household}, {**row, "changed": TICK}, upsert=True, session=session
        )

    async def changed(self, area: str, moment: Moment, limit: int) -> list[str]:
        """The households in ``area`` whose plans were written after ``moment``."""
        query = {"areas": area, "changed": since(moment)}
        return [row["_id"] for row in await self._plans.find(query, {"_id": 1}).limit(limit).to_list(limit)]

    async def due(self, area: str, until: date, limit: int) -> list[Plan]:
        """The plans of ``area`` that are due by ``until``, the longest due first."""
        query = {"areas": area, "next": {"$lte": until.isoformat()}}
        found = self._plans.find(query).sort([("next", 1), ("_id", 1)]).limit(limit)
        return [_plan(row) for row in await found.to_list(limit)]

    async def get(self, visit_id: str) -> Visit | None:
        row = await self._visits.find_one({"_id": visit_id})
        return self._visit(row) if row else None

    async def of_household(self, household: str, limit: int) -> list[Visit]:
        """The visits of a household, the latest first."""
        found = self._visits.find({"household": household}).sort([("on", -1), ("_id", -1)]).limit(limit)
        return [self._visit(row) for row in await found.to_list(limit)]

    async def page(self, area: str, after: tuple[str, str] | None, limit: int) -> list[Visit]:
        """The visits in ``area``, the latest first, past the position (day, id)."""
        query: dict[str, Any] = {"areas": area}
        if after is not None:
            on, last = after
            query |= {"on": {"$lte": on}, "$or": [{"on": {"$lt": on}}, {"_id": {"$lt": last}}]}
        found = self._visits.find(query).sort([("on", -1), ("_id", -1)]).limit(limit)
        return [self._visit(row) for row in await found.to_list(limit)]

    async def tasks_of(self, household: str, limit: int) -> list[Task]:
        """What was found at a household, the latest first."""
        rows = await self._tasks.find({"household": household}).sort("at", -1).limit(limit).to_list(limit)
        return [self._task(row) for row in rows]

    async def names(self, by: str, photo: str) -> bool:
        """Whether a visit or a task of ``by`` names a photo."""
        query = {"photos": {"$eq": photo, "$exists": True}, "by": by}
        for collection in (self._visits, self._tasks):
            if await collection.find_one(query, {"_id": 1}):
                return True
        return False

    def _sealed(self, thing: Visit | Task, kind: str) -> dict[str, Any]:
        row = _row(thing)
        row["_id"] = row.pop("id")
        for name in SEALED:
            if row.get(name):
                row[name] = self._cipher.seal(row[name], f"{kind}.{name}:{thing.id}")
        if "photos" in row and not row["photos"]:
            del row["photos"]
        return row

    def _visit(self, row: dict[str, Any]) -> Visit:
        return msgspec.convert(self._opened(row, "visit"), Visit)

    def _task(self, row: dict[str, Any]) -> Task:
        return msgspec.convert(self._opened(row, "task"), Task)

    def _opened(self, row: dict[str, Any], kind: str) -> dict[str, Any]:
        row["id"] = row.pop("_id")
        for name in SEALED:
            if row.get(name):
                row[name] = self._cipher.open(row[name], f"{kind}.{name}:{row['id']}")
        return row


def _row(thing: Visit | Task | Plan) -> dict[str, Any]:
    # Days are text in the database: BSON has none. A datetime is a moment and stays one.
    return msgspec.to_builtins(thing, builtin_types=(datetime,))


def _plan(row: dict[str, Any]) -> Plan:
    row["household"] = row.pop("_id")
    return msgspec.convert(row, Plan)
