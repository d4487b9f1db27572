"""Where the ledger is kept; what is said of a problem is sealed, since people write names there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from pymongo.errors import DuplicateKeyError

from models.base.cipher import Cipher
from models.database import Collection, Database, Index, duplicate_key
from models.problems.problem import Listed, State

SCHEMA: dict[str, Any] = {
    "bsonType": "object",
    "required": [
        "_id",
        "source",
        "title",
        "areas",
        "department",
        "due_on",
        "state",
        "superior",
        "opened_at",
        "rev",
    ],
    "properties": {
        "source": {"enum": ["inspection", "light", "rating", "complaint"]},
        "state": {"enum": ["listed", "reported", "struck", "withdrawn"]},
        "areas": {"bsonType": "array", "minItems": 1},
        "due_on": {"bsonType": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
        "superior": {"bsonType": "bool"},
        "rev": {"bsonType": ["int", "long"], "minimum": 1},
    },
}
POSTED = "posted"
"""Where it lies (``posts_of``), so that one index finds what somebody answers for."""


class ProblemRepository:
    """The ``problems`` collection."""

    COLLECTIONS = (
        Collection(
            "problems",
            (
                Index(
                    (("source", 1), ("ref", 1)),
                    unique=True,
                    partial={"ref": {"$gt": ""}},
                    name="one_of_source",
                ),
                Index((("areas", 1), ("state", 1), ("due_on", 1), ("_id", 1)), name="of_area"),
                Index(((POSTED, 1), ("state", 1), ("due_on", 1), ("_id", 1)), name="of_office"),
                Index((("state", 1), ("superior", 1), ("due_on", 1)), name="to_escalate"),
            ),
            SCHEMA,
        ),
    )

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._problems = database.collection("problems")
        self._database = database
        self._cipher = cipher

    async def add(self, found: Listed) -> bool:
        """Put a new one on the ledger; False where its source is on it already."""
        try:
            await self._problems.insert_one({"_id": found.id, **self._row(found)})
        except DuplicateKeyError as error:
            if duplicate_key(error) != "one_of_source":
                raise
            return False
        return True

    async def replace(self, found: Listed) -> bool:
        """Compare-and-set on the revision."""
        query = {"_id": found.id, "rev": found.rev - 1}
        return bool((await self._problems.replace_one(query, self._row(found))).modified_count)

    async def get(self, problem_id: str) -> Listed | None:
        row = await self._problems.find_one({"_id": problem_id})
        return None if row is None else self._entity(row)

    async def of_source(self, source: str, ref: str) -> Listed | None:
        """The problem that a light, a rating or a complaint has led to."""
        row = await self._problems.find_one({"source": source, "ref": {"$eq": ref, "$gt": ""}})
        return None if row is None else self._entity(row)

    async def within(
        self, area: str, departments: Sequence[str], states: Sequence[State], after: tuple[str, str], limit: int,
        *, before: str = "",
    ) -> list[Listed]:  # fmt: skip
        """A page of those of ``area`` and one of ``departments`` (any where none is named), the soonest due first, from the
        position (due_on, id) on; only what was due ``before`` a day where one is named."""
        which = {**_of(area, departments), "state": {"$in": list(states)}}
        return await self._listed(which, after, limit, before)

    async def posted_at(self, posts: Sequence[str], states: Sequence[State], limit: int) -> list[Listed]:
        """Those that somebody at ``posts`` answers for, the soonest due first."""
        return await self._listed(
            {POSTED: {"$in": list(posts)}, "state": {"$in": list(states)}}, ("", ""), limit, ""
        )

    async def count_posted(self, posts: Sequence[str], most: int) -> int:
        """How many wait to be put right there, counted up to ``most``."""
        query = {POSTED: {"$in": list(posts)}, "state": "listed"}
        return int(await self._problems.count_documents(query, limit=most))

    async def counts(self, area: str, departments: Sequence[str], today: str) -> dict[str, int]:
        """How many these are by state, and how many of them are ``overdue`` and with the ``superior``."""
        stages: list[dict[str, Any]] = [
            {"$match": _of(area, departments)},
            {"$group": {"_id": {"state": "$state", "superior": "$superior",
                                "late": {"$and": [{"$eq": ["$state", "listed"]}, {"$lt": ["$due_on", today]}]}},
                        "n": {"$sum": 1}}},
        ]  # fmt: skip
        counts: dict[str, int] = {}
        for row in await self._database.aggregate("problems", stages):
            key = row["_id"]
            marks = [key["state"], *(["overdue"] if key["late"] else [])]
            marks += ["superior"] if key["superior"] and key["state"] in {"listed", "reported"} else []
            for mark in marks:
                counts[mark] = counts.get(mark, 0) + row["n"]
        return counts

    async def escalate(self, today: str) -> int:
        """Ask the superior too about what should have been put right before ``today``; how many these are."""
        query = {"state": "listed", "superior": False, "due_on": {"$lt": today}}
        change = {"$set": {"superior": True, "escalated_on": today}, "$inc": {"rev": 1}}
        return int((await self._problems.update_many(query, change)).modified_count)

    async def _listed(
        self, which: dict[str, Any], after: tuple[str, str], limit: int, before: str
    ) -> list[Listed]:
        query, bounds = dict(which), {}
        if before:
            bounds["$lt"] = before
        if after[0]:
            bounds["$gte"] = after[0]
            query["$or"] = [{"due_on": {"$gt": after[0]}}, {"_id": {"$gt": after[1]}}]
        if bounds:
            query["due_on"] = bounds
        rows = await self._problems.find(query).sort([("due_on", 1), ("_id", 1)]).limit(limit).to_list(limit)
        return [self._entity(row) for row in rows]

    def _row(self, found: Listed) -> dict[str, Any]:
        row: dict[str, Any] = msgspec.to_builtins(found, builtin_types=(datetime,))
        row.pop("id")
        row |= {
            "state": found.state,
            "superior": found.superior,
            "rev": found.rev,
            POSTED: list(posts_of(found)),
        }
        row["what"] = self._cipher.seal(found.what, f"problem.what:{found.id}")
        for said in row.get("said", ()):
            if said.get("text"):
                said["text"] = self._cipher.seal(said["text"], f"problem.said:{found.id}")
        return row

    def _entity(self, row: dict[str, Any]) -> Listed:
        row["id"] = row.pop("_id")
        row["what"] = self._cipher.open(row["what"], f"problem.what:{row['id']}")
        for said in row.get("said", ()):
            if said.get("text"):
                said["text"] = self._cipher.open(said["text"], f"problem.said:{row['id']}")
        return msgspec.convert(row, Listed)


def _of(area: str, departments: Sequence[str]) -> dict[str, Any]:
    return {"areas": area, **({"department": {"$in": list(departments)}} if departments else {})}


def posts_of(found: Listed) -> tuple[str, ...]:
    """Who answers for a problem: an account, or as long as none does, everybody of an office or of one of its lines. Whoever
    serves every line of an office looks for ``OFFICE|*``."""
    return (found.owner,) if found.owner else (f"{found.office}|{found.department}", f"{found.office}|*")
