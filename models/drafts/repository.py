"""Where drafts are kept. The answers are sealed as one: anything may stand in them."""

from __future__ import annotations

from datetime import datetime

import msgspec

from models.base.cipher import Cipher
from models.database import Collection, Database, Index
from models.drafts.draft import KEPT_DAYS, Draft


class DraftsRepository:
    """The ``drafts`` collection."""

    COLLECTIONS = (
        Collection(
            "drafts",
            indexes=(
                Index((("owner", 1), ("offer", 1), ("code", 1)), unique=True, name="one_draft"),
                Index((("updated_at", 1),), expire_after=KEPT_DAYS * 86400, name="swept"),
            ),
            schema=None,
        ),
    )

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._drafts = database.collection("drafts")
        self._cipher = cipher

    async def of(self, owners: tuple[str, ...], offer: str, code: str) -> list[Draft]:
        """The drafts that any of ``owners`` has for an offer opened from a code."""
        query = {"owner": {"$in": list(owners)}, "offer": offer, "code": code}
        return [self._entity(row) for row in await self._drafts.find(query).to_list(len(owners))]

    async def all_of(self, owners: tuple[str, ...], limit: int) -> list[Draft]:
        """All that ``owners`` have begun, a page at the most."""
        found = await self._drafts.find({"owner": {"$in": list(owners)}}).limit(limit).to_list(limit)
        return [self._entity(row) for row in found]

    async def save(self, draft: Draft) -> None:
        """Write a draft over the one its owner had for the same offer and code."""
        key = {"owner": draft.owner, "offer": draft.offer, "code": draft.code}
        row = msgspec.to_builtins(draft, builtin_types=(datetime,))
        row["answers"] = self._cipher.seal(msgspec.json.encode(draft.answers).decode(), "draft")
        row.pop("id")
        await self._drafts.update_one(key, {"$set": row, "$setOnInsert": {"_id": draft.id}}, upsert=True)

    async def drop(self, owners: tuple[str, ...], offer: str, code: str) -> None:
        """Forget a draft."""
        await self._drafts.delete_many({"owner": {"$in": list(owners)}, "offer": offer, "code": code})

    def _entity(self, row: dict) -> Draft:
        row["id"] = row.pop("_id")
        row["answers"] = msgspec.json.decode(self._cipher.open(row["answers"], "draft"))
        return msgspec.convert(row, Draft)
