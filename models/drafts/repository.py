"""Where drafts are kept. The answers are sealed as one: anything may stand in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from pymongo.errors import DuplicateKeyError

from models.base.cipher import Cipher
from models.database import Collection, Database, Index
from models.drafts.draft import KEPT_DAYS, Done, Draft

MOST = 500

SCHEMA = {
    "bsonType": "object",
    "required": ["_id", "owner", "offer", "code", "answers", "submission_key", "updated_at", "rev"],
    "properties": {
        "owner": {"bsonType": "string", "pattern": "^(card|device|mandate):"},
        "answers": {"bsonType": "string", "description": "sealed"},
        "updated_at": {"bsonType": "date"},
        "rev": {"bsonType": "int", "minimum": 1},
    },
}


class DraftsRepository:
    """The ``drafts`` collection."""

    COLLECTIONS = (
        Collection(
            "drafts",
            indexes=(
                Index((("owner", 1), ("offer", 1), ("code", 1)), unique=True, name="one_draft"),
                Index((("updated_at", 1),), expire_after=KEPT_DAYS * 86400, name="swept"),
            ),
            schema=SCHEMA,
        ),
    )

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._drafts = database.collection("drafts")
        self._cipher = cipher

    async def of(self, owners: tuple[str, ...], offer: str, code: str) -> dict[str, Draft]:
        """By owner, the drafts that ``owners`` have for an offer opened from a code."""
        query = {"owner": {"$in": list(owners)}, "offer": offer, "code": code}
        rows = await self._drafts.find(query).to_list(len(owners))
        return {row["owner"]: self._entity(row) for row in rows}

    async def all_of(self, owners: tuple[str, ...], limit: int) -> list[Draft]:
        """What ``owners`` have begun, the latest first. Sorted here: nobody has so many that an index would pay."""
        found = await self._drafts.find({"owner": {"$in": list(owners)}}).limit(MOST).to_list(MOST)
        latest = sorted(found, key=lambda row: row["updated_at"], reverse=True)
        return [self._entity(row) for row in latest[:limit]]

    async def add(self, draft: Draft) -> bool:
        """Store a new draft; False where its owner has one already for this offer and code."""
        try:
            await self._drafts.insert_one({"_id": draft.id, **self._document(draft)})
        except DuplicateKeyError:
            return False
        return True

    async def replace(self, draft: Draft) -> bool:
        """Write the next revision; False where another page of the same form was faster, or it is gone."""
        query = {"_id": draft.id, "owner": draft.owner, "rev": draft.rev - 1}
        return (await self._drafts.update_one(query, {"$set": self._document(draft)})).matched_count == 1

    async def drop(self, owners: tuple[str, ...], offer: str, code: str) -> None:
        """Forget drafts."""
        await self._drafts.delete_many({"owner": {"$in": list(owners)}, "offer": offer, "code": code})

    async def drop_all(self, owners: Sequence[str]) -> int:
        """Forget everything that ``owners`` have begun; how many drafts that was."""
        return int((await self._drafts.delete_many({"owner": {"$in": list(owners)}})).deleted_count)

    async def drop_done(self, done: Sequence[Done]) -> None:
        """Forget the drafts of everything that was submitted, in one write. One that was written to after that is
        the beginning of something new."""
        each = [
            {"owner": {"$in": list(one.owners)}, "offer": one.offer, "code": one.code, "updated_at": {"$lte": one.at}}
            for one in done
        ]  # fmt: skip
        await self._drafts.delete_many({"$or": each})

    def _document(self, draft: Draft) -> dict[str, Any]:
        row: dict[str, Any] = msgspec.to_builtins(draft, builtin_types=(datetime,))
        plain = msgspec.json.encode(draft.answers).decode()
        return {**row, "rev": draft.rev, "answers": self._cipher.seal(plain, _context(row.pop("id")))}

    def _entity(self, row: dict[str, Any]) -> Draft:
        row["id"] = row.pop("_id")
        row["answers"] = msgspec.json.decode(self._cipher.open(row["answers"], _context(row["id"])))
        return msgspec.convert(row, Draft)


def _context(draft_id: str) -> str:
    return f"draft:{draft_id}"
