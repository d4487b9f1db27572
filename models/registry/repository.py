"""Where the looking over of households is kept: a mark a household, its contradictions, and sums by group and grid."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from pymongo import ReplaceOne
from pymongo.errors import DuplicateKeyError

from models.base.cipher import Cipher
from models.database import Collection, Database, Index
from models.registry.findings import Kept, State
from models.registry.marks import Mark, Sum

MOST_CORNERS = 20_000
"""Groups times grids of a county."""

MOST_IN_CORNER = 5_000
MOST_FINDINGS = 500
"""Contradictions of one household."""

AREAS = {"bsonType": "array", "maxItems": 5, "items": {"bsonType": "string"}}
Corner = tuple[str, str]
"""A group and a grid: what lies in both lies in every area that is asked about alike."""


class MarkRepository:
    """The ``registry_marks`` and ``registry_sums`` collections."""

    COLLECTIONS = (
        Collection(
            "registry_marks",
            (Index((("areas", 1), ("_id", 1))), Index((("at", 1),))),
            {"bsonType": "object", "required": ["_id", "areas", "modules", "at"], "properties": {"areas": AREAS}},
        ),
        Collection(
            "registry_sums",
            (Index((("areas", 1), ("_id", 1))),),
            {"bsonType": "object", "required": ["_id", "areas", "modules"], "properties": {"areas": AREAS}},
        ),
    )  # fmt: skip

    def __init__(self, database: Database) -> None:
        self._marks = database.collection("registry_marks")
        self._sums = database.collection("registry_sums")

    async def of_ids(self, ids: Sequence[str]) -> list[Mark]:
        """The marks of some households."""
        found = self._marks.find({"_id": {"$in": list(ids)}}).limit(len(ids) or 1)
        return [_mark(row) for row in await found.to_list(len(ids) or 1)]

    async def put(self, mark: Mark) -> None:
        """Keep it, unless one was made later meanwhile."""
        row = msgspec.to_builtins(mark, builtin_types=(datetime,))
        row["_id"] = row.pop("id")
        try:
            await self._marks.replace_one({"_id": mark.id, "at": {"$lte": mark.at}}, row, upsert=True)
        except DuplicateKeyError:
            return

    async def drop(self, household: str) -> None:
        """The household is no more."""
        await self._marks.delete_one({"_id": household})

    async def older(self, than: datetime, limit: int) -> list[str]:
        """Households that were last looked over before then, the oldest first."""
        found = self._marks.find({"at": {"$lt": than}}, {"_id": 1}).sort("at", 1).limit(limit)
        return [row["_id"] for row in await found.to_list(limit)]

    async def in_corner(self, corner: Corner) -> list[Mark]:
        """All marks of a group that lie in a grid."""
        group, grid = corner
        found = self._marks.find({"areas": group}).sort("_id", 1).limit(MOST_IN_CORNER)
        return [_mark(row) for row in await found.to_list(MOST_IN_CORNER) if row["areas"][-1] == grid]

    async def within(self, area: str, after: str, limit: int) -> list[Mark]:
        """Marks of an area by household, past the code ``after``."""
        found = self._marks.find({"areas": area, "_id": {"$gt": after}}).sort("_id", 1).limit(limit)
        return [_mark(row) for row in await found.to_list(limit)]

    async def put_sum(self, areas: tuple[str, ...], total: Sum) -> None:
        """What a corner comes to; nothing is kept of one in which nobody lives any more."""
        corner = "|".join(areas[-2:])
        if not total.households:
            await self._sums.delete_one({"_id": corner})
            return
        row = {"_id": corner, "areas": list(areas), **msgspec.to_builtins(total)}
        await self._sums.replace_one({"_id": corner}, row, upsert=True)

    async def sums(self, area: str) -> list[tuple[tuple[str, ...], Sum]]:
        """Every corner of an area with what it comes to."""
        found = self._sums.find({"areas": area}).sort("_id", 1).limit(MOST_CORNERS)
        return [(tuple(row["areas"]), _sum(row)) for row in await found.to_list(MOST_CORNERS)]


class FindingRepository:
    """The ``registry_findings`` collection. Why something stands is sealed: people write anything."""

    COLLECTIONS = (
        Collection(
            "registry_findings",
            (
                Index((("household", 1), ("_id", 1))),
                Index((("areas", 1), ("state", 1), ("found_at", 1), ("_id", 1)), name="listed"),
                Index((("forget_at", 1),), expire_after=0, name="forget"),
            ),
            {
                "bsonType": "object",
                "required": ["_id", "household", "areas", "state", "text", "found_at"],
                "properties": {"state": {"enum": ["open", "explained", "mended"]}, "areas": AREAS},
            },
        ),
    )

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._findings = database.collection("registry_findings")
        self._cipher = cipher

    async def of_household(self, household: str) -> list[Kept]:
        """All that are kept of it, mended ones too."""
        found = self._findings.find({"household": household}).sort("_id", 1).limit(MOST_FINDINGS)
        return [self._entity(row) for row in await found.to_list(MOST_FINDINGS)]

    async def put(self, kept: Iterable[Kept]) -> None:
        """Keep them as they are now."""
        writes = [ReplaceOne({"_id": each.id}, self._document(each), upsert=True) for each in kept]
        if writes:
            await self._findings.bulk_write(writes, ordered=False)

    async def of_id(self, finding: str) -> Kept | None:
        row = await self._findings.find_one({"_id": finding})
        return None if row is None else self._entity(row)

    async def replace(self, kept: Kept, instead_of: Kept) -> bool:
        """False where it has changed meanwhile."""
        query = {"_id": kept.id, "state": instead_of.state, "changed_at": instead_of.changed_at}
        done = await self._findings.replace_one(query, self._document(kept))
        return bool(done.matched_count)

    async def listed(self, area: str, state: State, after: tuple[datetime, str], limit: int) -> list[Kept]:
        """Those of an area in a state, the longest known first, past the position (found, id)."""
        at, last = after
        past = [{"found_at": {"$gt": at}}, {"_id": {"$gt": last}}]
        query = {"areas": area, "state": state, "found_at": {"$gte": at}, "$or": past}
        found = self._findings.find(query).sort([("found_at", 1), ("_id", 1)]).limit(limit)
        return [self._entity(row) for row in await found.to_list(limit)]

    async def count(self, area: str, state: State, most: int) -> int:
        """How many there are, counted to ``most``."""
        return int(await self._findings.count_documents({"areas": area, "state": state}, limit=most))

    def _document(self, kept: Kept) -> dict[str, Any]:
        row = msgspec.to_builtins(kept, builtin_types=(datetime,))
        row["_id"] = row.pop("id")
        if kept.said:
            row["said"] = self._cipher.seal(kept.said, f"finding.said:{kept.id}")
        if kept.forget_at is None:
            del row["forget_at"]
        return row

    def _entity(self, row: dict[str, Any]) -> Kept:
        said = self._cipher.open(row["said"], f"finding.said:{row['_id']}") if row.get("said") else ""
        return msgspec.convert({**row, "id": row["_id"], "said": said}, Kept)


def _mark(row: dict[str, Any]) -> Mark:
    return msgspec.convert({**row, "id": row["_id"]}, Mark)


def _sum(row: dict[str, Any]) -> Sum:
    return msgspec.convert(row, Sum)
