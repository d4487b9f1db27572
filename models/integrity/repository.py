"""Where breaches are kept: whose they are and what was said about them is sealed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from models.base.cipher import Cipher
from models.base.clock import SHANGHAI
from models.database import Collection, Database, Index
from models.integrity.breach import ENDED, Breach, State

SCHEMA: dict[str, Any] = {
    "bsonType": "object",
    "required": ["_id", "case", "areas", "department", "subject", "kind", "state", "at", "rev"],
    "properties": {
        "state": {"enum": ["noticed", "served", "objected", "standing", "repairing", "repaired", "dropped"]},
        "areas": {"bsonType": "array", "minItems": 1},
        "subject": {"bsonType": "string", "minLength": 1},
        "rev": {"bsonType": ["int", "long"], "minimum": 1},
    },
}
SEALED = ("name", "phone", "ground", "evidence")
KEPT = timedelta(days=3 * 366)
"""How long a record is kept after it has ended: within it somebody may sue."""

MOST = 100  # of one person


class BreachRepository:
    """The ``breaches`` collection."""

    COLLECTIONS = (
        Collection(
            "breaches",
            (
                Index((("subject", 1), ("at", -1), ("_id", 1)), name="own"),
                Index((("areas", 1), ("state", 1), ("at", 1), ("_id", 1)), name="of_area"),
                Index((("case", 1),), name="of_case"),
                Index((("news_at", 1),), partial={"news_at": {"$type": "date"}}, name="to_tell"),
                Index((("forget_at", 1),), expire_after=0, name="forget"),
            ),
            SCHEMA,
        ),
    )

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._breaches = database.collection("breaches")
        self._cipher = cipher

    async def add(self, breach: Breach) -> None:
        await self._breaches.insert_one({"_id": breach.id, **self._row(breach)})

    async def replace(self, breach: Breach) -> bool:
        """Compare-and-set on the revision."""
        query = {"_id": breach.id, "rev": breach.rev - 1}
        return bool((await self._breaches.replace_one(query, self._row(breach))).modified_count)

    async def get(self, breach_id: str) -> Breach | None:
        row = await self._breaches.find_one({"_id": breach_id})
        return None if row is None else self._entity(row)

    async def of_person(self, subject: str) -> list[Breach]:
        """Everything about one person, the newest first."""
        rows = (
            await self._breaches.find({"subject": subject})
            .sort([("at", -1), ("_id", 1)])
            .limit(MOST)
            .to_list(MOST)
        )
        return [self._entity(row) for row in rows]

    async def within(
        self,
        area: str,
        departments: Sequence[str],
        states: Sequence[State],
        after: tuple[str, str],
        limit: int,
    ) -> list[Breach]:
        """A page of those of ``area`` and one of ``departments`` (any where none is named), the oldest first, from the
        position (at, id) on."""
        query = _of(area, departments, states)
        if after[0]:
            at = datetime.fromisoformat(after[0])
            query |= {"at": {"$gte": at}, "$or": [{"at": {"$gt": at}}, {"_id": {"$gt": after[1]}}]}
        rows = await self._breaches.find(query).sort([("at", 1), ("_id", 1)]).limit(limit).to_list(limit)
        return [self._entity(row) for row in rows]

    async def count_within(
        self, area: str, departments: Sequence[str], states: Sequence[State], most: int
    ) -> int:
        """How many of these are in one of ``states``, counted up to ``most``."""
        return int(await self._breaches.count_documents(_of(area, departments, states), limit=most))

    async def untold(self, now: datetime, limit: int) -> list[Breach]:
        """Those with news for their person, the longest waiting first."""
        query = {"news_at": {"$lte": now, "$type": "date"}}
        rows = await self._breaches.find(query).sort("news_at", 1).limit(limit).to_list(limit)
        return [self._entity(row) for row in rows]

    async def postpone(self, breach: Breach, until: datetime) -> bool:
        """Claim the news of a record until then; False where somebody else has them."""
        mine = {"_id": breach.id, "news_at": breach.news_at}
        return bool((await self._breaches.update_one(mine, {"$set": {"news_at": until}})).modified_count)

    async def told(self, breach: Breach, *, forget_phone: bool) -> None:
        """The news that were claimed are told; what has come since stays."""
        change: dict[str, Any] = {
            "$unset": {"news_at": "", "news": "", **({"phone": ""} if forget_phone else {})}
        }
        await self._breaches.update_one({"_id": breach.id, "news_at": breach.news_at}, change)

    def _row(self, breach: Breach) -> dict[str, Any]:
        row: dict[str, Any] = msgspec.to_builtins(breach, builtin_types=(datetime,))
        row.pop("id")
        row |= {"state": breach.state, "rev": breach.rev}
        for name in SEALED:
            if row.get(name):
                row[name] = self._cipher.seal(row[name], f"breach.{name}:{breach.id}")
        for said in row.get("said", ()):
            if said.get("text"):
                said["text"] = self._cipher.seal(said["text"], f"breach.said:{breach.id}")
        ends = _ends(breach)
        return row | ({"forget_at": ends + KEPT} if ends else {})

    def _entity(self, row: dict[str, Any]) -> Breach:
        row["id"] = row.pop("_id")
        for name in SEALED:
            if row.get(name):
                row[name] = self._cipher.open(row[name], f"breach.{name}:{row['id']}")
        for said in row.get("said", ()):
            if said.get("text"):
                said["text"] = self._cipher.open(said["text"], f"breach.said:{row['id']}")
        return msgspec.convert(row, Breach)


def _of(area: str, departments: Sequence[str], states: Sequence[State]) -> dict[str, Any]:
    query: dict[str, Any] = {"areas": area, "state": {"$in": list(states)}}
    return query | ({"department": {"$in": list(departments)}} if departments else {})


def _ends(breach: Breach) -> datetime | None:
    """When it stops counting, as far as that is known now."""
    if breach.state in ENDED:
        return breach.said[-1].at
    if not breach.until:
        return None
    return datetime.combine(date.fromisoformat(breach.until), datetime.max.time(), SHANGHAI)
