"""Where the catalogue's versions and standings are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from pymongo.errors import DuplicateKeyError

from models.database import Collection, Database, Index, duplicate_key
from models.items.catalogue import Standing, Version

STANDINGS = {
    "bsonType": "object",
    "required": ["_id", "version", "digest", "state"],
    "properties": {
        "version": {"bsonType": "int", "minimum": 1},
        "state": {"enum": ["open", "closed"]},
        "notice": {"bsonType": "string"},
        "owner": {"enum": ["files", "desk"]},
    },
}


class ItemsRepository:
    """``items`` (standings) and ``item_versions`` (frozen)."""

    COLLECTIONS = (
        Collection("items", indexes=(), schema=STANDINGS),
        Collection(
            "item_versions",
            indexes=(Index((("slug", 1), ("number", -1)), unique=True, name="by_slug"),),
            schema=None,
        ),
    )

    def __init__(self, database: Database) -> None:
        self._items = database.collection("items")
        self._versions = database.collection("item_versions")

    async def standings(self) -> dict[str, Standing]:
        """Every standing by slug; the catalogue is some hundreds."""
        rows = await self._items.find({}).to_list(None)
        found = [msgspec.convert({**row, "id": row["_id"]}, Standing) for row in rows]
        return {standing.id: standing for standing in found}

    async def freeze(self, version: Version) -> bool:
        """Write a version; False where another process wrote that number first."""
        row = msgspec.to_builtins(version, builtin_types=(datetime,))
        row["_id"] = row.pop("id")
        try:
            await self._versions.insert_one(row)
        except DuplicateKeyError as error:
            if duplicate_key(error) is None:
                raise
            return False
        return True

    async def stand(self, slug: str, version: int, digest: str, owner: str = "files") -> None:
        """Make a version the present one, unless a newer one stands already, or a release would overwrite what was
        published at the desk. Whether applications are taken stays as it is; of something new they are."""
        older: dict[str, Any] = {"_id": slug, "version": {"$lt": version}}
        if owner == "files":
            older["owner"] = {"$ne": "desk"}
        change = {
            "$set": {"version": version, "digest": digest, "owner": owner},
            "$setOnInsert": {"state": "open", "notice": ""},
        }
        try:
            await self._items.update_one(older, change, upsert=True)
        except DuplicateKeyError:
            return

    async def set_state(self, slug: str, state: str, notice: str, reason: str = "") -> bool:
        """Open or close; False where there is no such item."""
        change = {"state": state, "notice": notice, "reason": reason}
        done = await self._items.update_one({"_id": slug}, {"$set": change})
        return done.matched_count == 1

    async def version(self, slug: str, number: int) -> Version | None:
        """One frozen version."""
        row = await self._versions.find_one({"slug": slug, "number": number})
        return None if row is None else msgspec.convert({**row, "id": row["_id"]}, Version)

    async def versions_called(self, ids: Sequence[str]) -> list[Version]:
        """The frozen versions of these ids, ``slug@number``."""
        rows = await self._versions.find({"_id": {"$in": list(ids)}}).to_list(len(ids)) if ids else []
        return [msgspec.convert({**row, "id": row["_id"]}, Version) for row in rows]

    async def versions_of(self, slug: str, limit: int) -> list[Version]:
        """The latest versions of one item or bundle, the newest first."""
        rows = await self._versions.find({"slug": slug}).sort([("number", -1)]).to_list(limit)
        return [msgspec.convert({**row, "id": row["_id"]}, Version) for row in rows]
