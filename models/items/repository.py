"""Where the catalogue's versions and standings are kept."""

from __future__ import annotations

from datetime import datetime

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

    async def stand(self, slug: str, version: int, digest: str) -> None:
        """Make a version the present one, unless a newer one stands already. Whether applications are taken stays
        as it is; of something new they are."""
        change = {
            "$set": {"version": version, "digest": digest},
            "$setOnInsert": {"state": "open", "notice": ""},
        }
        try:
            await self._items.update_one({"_id": slug, "version": {"$lt": version}}, change, upsert=True)
        except DuplicateKeyError:
            return

    async def set_state(self, slug: str, state: str, notice: str) -> bool:
        """Open or close; False where there is no such item."""
        done = await self._items.update_one({"_id": slug}, {"$set": {"state": state, "notice": notice}})
        return done.matched_count == 1

    async def version(self, slug: str, number: int) -> Version | None:
        """One frozen version."""
        row = await self._versions.find_one({"slug": slug, "number": number})
        return None if row is None else msgspec.convert({**row, "id": row["_id"]}, Version)
