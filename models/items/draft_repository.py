"""Where drafts of items are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from pymongo.errors import BulkWriteError, DuplicateKeyError

from models.database import Collection, Database, Index, duplicate_key
from models.items.draft import DraftHead, ItemDraft

SCHEMA: dict[str, Any] = {
    "bsonType": "object",
    "required": ["_id", "slug", "item", "base", "author", "state", "deeds"],
    "properties": {
        "slug": {"bsonType": "string", "pattern": "^[a-z0-9-]{1,60}$"},
        "item": {"bsonType": "object"},
        "state": {"enum": ["draft", "submitted", "returned", "approved", "published", "dropped"]},
        "open": {"bsonType": "bool"},
        "rev": {"bsonType": ["int", "long"], "minimum": 1},
    },
}
MOST_OPEN = 4000
DUPLICATE = 11000
HEAD = {
    "slug": 1, "state": 1, "author": 1, "changed_at": 1, "base": 1, "effective_on": 1, "item.name": 1,
    "item.short": 1, "item.theme": 1, "item.department": 1, "item.basic_code": 1, "item.code": 1,
    "item.area": 1, "item.variant_of": 1,
}  # fmt: skip
SHOWN = 20


class ItemDraftRepository:
    """The ``item_drafts`` collection: one open draft for an item, and those that were."""

    COLLECTIONS = (
        Collection(
            "item_drafts",
            (
                Index((("slug", 1),), unique=True, partial={"open": True}, name="one_open"),
                Index((("slug", 1), ("opened_at", -1)), name="by_slug"),
                Index((("state", 1), ("effective_on", 1)), partial={"open": True}, name="due"),
            ),
            SCHEMA,
        ),
    )

    def __init__(self, database: Database) -> None:
        self._drafts = database.collection("item_drafts")

    async def add(self, draft: ItemDraft) -> bool:
        """Keep a new one; False where the item has an open draft already."""
        try:
            await self._drafts.insert_one(_row(draft))
        except DuplicateKeyError as error:
            if duplicate_key(error) is None:
                raise
            return False
        return True

    async def add_many(self, drafts: Sequence[ItemDraft]) -> set[str]:
        """Keep many new ones; the items of those that were kept: the others have an open draft already."""
        if not drafts:
            return set()
        try:
            await self._drafts.insert_many([_row(draft) for draft in drafts], ordered=False)
        except BulkWriteError as error:
            failed = error.details["writeErrors"]
            if any(each["code"] != DUPLICATE for each in failed):
                raise
            refused = {each["index"] for each in failed}
            return {draft.slug for at, draft in enumerate(drafts) if at not in refused}
        return {draft.slug for draft in drafts}

    async def replace(self, draft: ItemDraft) -> bool:
        """Write the next revision; False where somebody was faster."""
        done = await self._drafts.replace_one({"_id": draft.id, "rev": draft.rev - 1}, _row(draft))
        return done.matched_count == 1

    async def open_of(self, slug: str) -> ItemDraft | None:
        """The open draft of an item."""
        row = await self._drafts.find_one({"slug": slug, "open": True})
        return None if row is None else _draft(row)

    async def heads(self) -> list[DraftHead]:
        """All that are being worked on, without their content."""
        rows = await self._drafts.find({"open": True}, HEAD).sort([("slug", 1)]).to_list(MOST_OPEN)
        return [msgspec.convert({**row["item"], **row}, DraftHead) for row in rows]

    async def approved_until(self, day: str, limit: int) -> list[ItemDraft]:
        """Those let pass whose day is ``day`` or before."""
        query = {"open": True, "state": "approved", "effective_on": {"$lte": day}}
        return [_draft(row) for row in await self._drafts.find(query).to_list(limit)]

    async def of(self, slug: str) -> list[ItemDraft]:
        """The latest drafts of an item, the newest first."""
        rows = await self._drafts.find({"slug": slug}).sort([("opened_at", -1)]).to_list(SHOWN)
        return [_draft(row) for row in rows]


def _row(draft: ItemDraft) -> dict[str, Any]:
    row = msgspec.to_builtins(draft, builtin_types=(datetime,))
    row["_id"] = row.pop("id")
    # What is asked for is written though it be the default.
    return row | {"open": draft.open, "effective_on": draft.effective_on, "rev": draft.rev}


def _draft(row: dict[str, Any]) -> ItemDraft:
    return msgspec.convert({**row, "id": row["_id"]}, ItemDraft)
