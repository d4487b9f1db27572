"""Objections to public notices, as the desks ask for them on which the cases lie."""

from __future__ import annotations

from models.database import Database

MOST = 100


class Objections:
    """Reads the ``rights`` collection."""

    def __init__(self, database: Database) -> None:
        self._rights = database.collection("rights")

    async def waiting(self, case_no: str) -> int:
        """How many against a case have not been answered, counted to a hundred."""
        query = {"about.case_no": case_no, "kind": "objection", "open": True}
        return int(await self._rights.count_documents(query, limit=MOST))
