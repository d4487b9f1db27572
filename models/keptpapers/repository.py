"""Where kept papers are noted; their pictures lie with the uploads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from pymongo.errors import DuplicateKeyError

from models.base.cipher import Cipher
from models.database import Collection, Database, Index
from models.keptpapers.paper import KeptPaper, Verified

SCHEMA = {
    "bsonType": "object",
    "required": ["_id", "subject", "code", "name", "files", "source", "consent"],
    "properties": {"files": {"bsonType": "array", "minItems": 1}},
}


class KeptPaperRepository:
    """The ``kept_materials`` collection: one row for each kind of paper of a resident, the last that she handed in."""

    COLLECTIONS = (
        Collection(
            "kept_materials",
            indexes=(
                Index((("subject", 1), ("code", 1), ("name", 1)), unique=True, name="one_of_a_kind"),
                Index((("source.case", 1),), name="of_case"),
                Index((("files", 1),), name="of_file"),
                Index((("valid_until", 1),), partial={"valid_until": {"$gt": ""}}, name="over"),
            ),
            schema=SCHEMA,
        ),
    )

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._papers = database.collection("kept_materials")
        self._cipher = cipher

    async def put(self, paper: KeptPaper) -> bool:
        """In place of an older one of its kind; False where this one or a newer one is there already."""
        same = {"subject": paper.subject, "code": paper.code, "name": paper.name}
        row = self._document(paper)
        fresh = row.pop("_id")
        older = {**same, "source.at": {"$lt": paper.source.at}}
        gone = {key: "" for key in ("issuer", "number", "valid_until", "verified") if key not in row}
        change: dict[str, Any] = {"$set": row, "$unset": gone, "$setOnInsert": {"_id": fresh}}
        try:
            await self._papers.update_one(older, change, upsert=True)
        except DuplicateKeyError:
            return False
        return True

    async def renew(self, subject: str, case: str, kind: tuple[str, str], files: Sequence[str]) -> None:
        """Other pictures of a paper that came with ``case``, if it is still kept: nobody has verified these."""
        which = {"subject": subject, "code": kind[0], "name": kind[1], "source.case": case}
        change = {
            "$set": {"files": list(files)},
            "$unset": {"verified": "", "issuer": "", "number": "", "valid_until": ""},
        }
        await self._papers.update_one({**which, "files": {"$ne": list(files)}}, change)

    async def of(self, subject: str, limit: int) -> list[KeptPaper]:
        """A resident's papers, by kind."""
        order = [("code", 1), ("name", 1)]
        rows = await self._papers.find({"subject": subject}).sort(order).limit(limit).to_list(limit)
        return [self._entity(row) for row in rows]

    async def with_file(self, subject: str, file_id: str) -> KeptPaper | None:
        """The paper of hers that a picture shows."""
        row = await self._papers.find_one({"files": file_id, "subject": subject})
        return self._entity(row) if row else None

    async def say_until(self, subject: str, paper_id: str, valid_until: str) -> bool:
        """Until when it holds, as she says; False where it is not hers or somebody has verified it."""
        mine = {"_id": paper_id, "subject": subject, "verified": {"$exists": False}}
        change = {"$set": {"valid_until": valid_until}} if valid_until else {"$unset": {"valid_until": ""}}
        return bool((await self._papers.update_one(mine, change)).matched_count)

    async def verify(self, paper: KeptPaper, verified: Verified) -> bool:
        """As somebody has read it off the original; False where other pictures came meanwhile."""
        told = {
            "issuer": paper.issuer,
            "number": self._cipher.seal(paper.number, _context(paper.id)) if paper.number else "",
            "valid_until": paper.valid_until,
        }
        change: dict[str, Any] = {
            "$set": {
                "verified": msgspec.to_builtins(verified, builtin_types=(datetime,)),
                **{key: value for key, value in told.items() if value},
            }
        }
        if gone := {key: "" for key, value in told.items() if not value}:
            change["$unset"] = gone
        done = await self._papers.update_one({"_id": paper.id, "files": list(paper.files)}, change)
        return bool(done.matched_count)

    async def remove(self, subject: str, paper_id: str) -> bool:
        """Forget one of hers; whether it was there."""
        return bool((await self._papers.delete_one({"_id": paper_id, "subject": subject})).deleted_count)

    async def remove_of(self, subject: str) -> int:
        """Forget all of hers; how many."""
        return int((await self._papers.delete_many({"subject": subject})).deleted_count)

    async def remove_of_case(self, case: str) -> None:
        """Forget what came with a case."""
        await self._papers.delete_many({"source.case": case})

    async def remove_with(self, files: Sequence[str]) -> None:
        """Forget what these pictures show: they are about to be deleted."""
        await self._papers.delete_many({"files": {"$in": list(files)}})

    async def over(self, before: str, limit: int) -> list[tuple[str, str]]:
        """Those that ran out before ``before`` (ISO), the oldest first: id and last day."""
        query = {"valid_until": {"$gt": "", "$lt": before}}
        found = self._papers.find(query, {"valid_until": 1}).sort("valid_until", 1).limit(limit)
        return [(row["_id"], row["valid_until"]) for row in await found.to_list(limit)]

    async def remove_ids(self, ids: Sequence[str]) -> None:
        if ids:
            await self._papers.delete_many({"_id": {"$in": list(ids)}})

    def _document(self, paper: KeptPaper) -> dict[str, Any]:
        row: dict[str, Any] = msgspec.to_builtins(paper, builtin_types=(datetime,))
        row["_id"] = row.pop("id")
        if paper.number:
            row["number"] = self._cipher.seal(paper.number, _context(paper.id))
        return row

    def _entity(self, row: dict[str, Any]) -> KeptPaper:
        row["id"] = row.pop("_id")
        if "number" in row:
            row["number"] = self._cipher.open(row["number"], _context(row["id"]))
        return msgspec.convert(row, KeptPaper)


def _context(paper_id: str) -> str:
    """Where a sealed number belongs."""
    return f"kept.number:{paper_id}"
