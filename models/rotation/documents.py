"""The documents that hold sealed values, whatever their collection: read raw, changed value by value.

Only this module looks into other slices' collections. It knows nothing of what stands in them but where sealed
values are, and it changes nothing else: no revision, no time. So whoever changes a document meanwhile by its
revision loses no turn, and whoever writes a value anew wins over us.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import msgspec
from bson import BSON
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo import UpdateOne
from pymongo.errors import BulkWriteError

from models.database import Database, duplicate_key

RAW: CodecOptions = CodecOptions(document_class=RawBSONDocument)
SCANNED_AT_ONCE = 1000


class Swap(msgspec.Struct, frozen=True):
    """What to change in one document: old and new sealed value or index by exact path."""

    id: Any
    values: Mapping[str, tuple[str, str]]


class Swapped(msgspec.Struct, frozen=True):
    """How many documents were changed, and the ids of those whose new index another document has already."""

    changed: int
    doubled: frozenset[Any] = frozenset()


class DocumentRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def collections(self) -> list[str]:
        """Every collection but the driver's own and the bytes of files, which hold no sealed values."""
        any_of_them = self._database.collection("data_keys").database
        names = await any_of_them.list_collection_names()
        return sorted(
            name for name in names if not name.startswith("system.") and not name.endswith(".chunks")
        )

    async def count(self, collection: str) -> int:
        """How many documents there are."""
        return int(await self._database.collection(collection).count_documents({}))

    async def batch(self, collection: str, after: str, limit: int) -> list[RawBSONDocument]:
        """The next documents by id. Ids are strings in every collection with sealed values."""
        query = {"_id": {"$gt": after}}
        return list(await self._raw(collection).find(query).sort("_id", 1).limit(limit).to_list(limit))

    async def of_ids(self, collection: str, ids: Sequence[Any]) -> list[RawBSONDocument]:
        """These documents as they stand now; those that are gone are left out."""
        return list(await self._raw(collection).find({"_id": {"$in": list(ids)}}).to_list(len(ids) or 1))

    async def swap(self, collection: str, swaps: Sequence[Swap]) -> Swapped:
        """Change each document if all of the old values still stand in it."""
        changes = [
            UpdateOne(
                {"_id": swap.id, **{path: old for path, (old, _) in swap.values.items()}},
                {"$set": {path: new for path, (_, new) in swap.values.items()}},
            )
            for swap in swaps
        ]
        if not changes:
            return Swapped(0)
        try:
            done = await self._database.collection(collection).bulk_write(changes, ordered=False)
        except BulkWriteError as error:
            if duplicate_key(error) is None:
                raise
            told = error.details or {}
            doubled = frozenset(swaps[failure["index"]].id for failure in told["writeErrors"])
            return Swapped(int(told["nModified"]), doubled)
        return Swapped(int(done.modified_count))

    async def holding(
        self, collection: str, pattern: re.Pattern[bytes]
    ) -> AsyncIterator[list[RawBSONDocument]]:
        """Looks through the whole collection; after each SCANNED_AT_ONCE documents those in whose bytes
        ``pattern`` was found, which may be none."""
        found, seen = [], 0
        async for document in self._raw(collection).find({}).batch_size(SCANNED_AT_ONCE):
            seen += 1
            if pattern.search(document.raw):
                found.append(document)
            if seen % SCANNED_AT_ONCE == 0:
                yield found
                found = []
        yield found

    def _raw(self, collection: str) -> Any:
        return self._database.collection(collection).with_options(codec_options=RAW)


def read(document: RawBSONDocument) -> dict[str, Any]:
    """The document as Python values."""
    return BSON(document.raw).decode()
