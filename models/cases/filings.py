"""Where the filings of bundles lie until their results are handed out: the ``filings`` collection, as its desk asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from models.cases.case import Case
from models.cases.filing import Filing
from models.cases.repository import CasesRepository
from models.database import Database


class FilingsRepository:
    """``filings``; what the cases' own repository writes of them is their beginning."""

    def __init__(self, database: Database, cases: CasesRepository) -> None:
        self._database = database
        self._filings = database.collection("filings")
        self._cases = cases

    async def get(self, filing_id: str) -> Filing | None:
        return await self._cases.filing(filing_id)

    async def ready(self, area: str, departments: Sequence[str], limit: int) -> list[Filing]:
        """The first of those ready in an area under one of ``departments`` (any where none is named), the longest
        waiting first."""
        query = _ready(area, departments)
        rows = await self._filings.find(query).sort([("ready_at", 1), ("_id", 1)]).limit(limit).to_list(limit)
        return [msgspec.convert({**row, "id": row["_id"]}, Filing) for row in rows]

    async def count_ready(self, area: str, departments: Sequence[str], most: int) -> int:
        """How many of them, counted up to ``most``."""
        return int(await self._filings.count_documents(_ready(area, departments), limit=most))

    async def replace(self, filing: Filing) -> bool:
        """Compare-and-set on the revision before."""
        done = await self._filings.update_one(_before(filing), {"$set": _later(filing)})
        return done.modified_count == 1

    async def hand(self, filing: Filing, told: Case) -> bool:
        """The filing as it was handed out and the case that tells of it, both or neither; False where one of them has
        changed meanwhile."""

        async def work(session: Any) -> bool:
            change = {"$set": _later(filing)}
            done = await self._filings.update_one(_before(filing), change, session=session)
            if done.modified_count and await self._cases.replace(told, session=session):
                return True
            await session.abort_transaction()
            return False

        return await self._database.transaction(work)


def _ready(area: str, departments: Sequence[str]) -> dict[str, Any]:
    query: dict[str, Any] = {"areas": area, "state": "ready"}
    if departments:
        query["department"] = {"$in": list(departments)}
    return query


def _before(filing: Filing) -> dict[str, Any]:
    """The revision before; what was filed before there were any has none."""
    rev = filing.rev - 1
    return {"_id": filing.id, "rev": rev if rev > 1 else {"$in": [1, None]}}


def _later(filing: Filing) -> dict[str, Any]:
    """What changes of a filing once it is filed."""
    row = msgspec.to_builtins(filing, builtin_types=(datetime,))
    return {key: row.get(key) for key in ("state", "ready_at", "handed", "rev")}
