"""Where photos on their way are kept, chunk by chunk; whole ones lie in GridFS (models/files)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from bson import Binary
from pymongo.errors import DuplicateKeyError

from models.database import Collection, Database, Index
from models.sync.photo import Photo

UNFINISHED_DAYS = 7
DAY = 86_400


class PhotoRepository:
    """The collections ``sync_photos`` and ``sync_chunks``."""

    COLLECTIONS = (
        Collection(
            "sync_photos",
            (
                Index((("account", 1), ("began_at", 1)), name="of_account"),
                Index((("at", 1),), partial={"file": ""}, name="unfinished"),
                Index((("unnamed_at", 1),), partial={"unnamed_at": {"$exists": True}}, name="unnamed"),
            ),
        ),
        Collection(
            "sync_chunks",
            (
                Index((("photo", 1), ("offset", 1)), name="of_photo"),
                Index((("at", 1),), expire_after=UNFINISHED_DAYS * DAY, name="over"),
            ),
        ),
    )

    def __init__(self, database: Database) -> None:
        self._database = database
        self._photos = database.collection("sync_photos")
        self._chunks = database.collection("sync_chunks")

    async def get(self, account: str, digest: str) -> Photo | None:
        row = await self._photos.find_one({"_id": _id(account, digest)})
        return _photo(row) if row else None

    async def of(self, account: str, digests: Sequence[str]) -> list[Photo]:
        """Those of ``digests`` that the account has begun."""
        ids = [_id(account, each) for each in digests]
        rows = await self._photos.find({"_id": {"$in": ids}}).to_list(len(ids) or 1)
        return [_photo(row) for row in rows]

    async def begun(self, account: str, since: datetime) -> tuple[int, int, int]:
        """How many photos an account has begun since then, of how many bytes, and how many of them are not finished."""
        pipeline: list[dict[str, Any]] = [
            {"$match": {"account": account, "began_at": {"$gte": since}}},
            {"$group": {
                "_id": None, "count": {"$sum": 1}, "size": {"$sum": "$length"},
                "open": {"$sum": {"$cond": [{"$eq": ["$file", ""]}, 1, 0]}},
            }},
        ]  # fmt: skip
        rows = await self._database.aggregate("sync_photos", pipeline)
        return (rows[0]["count"], rows[0]["size"], rows[0]["open"]) if rows else (0, 0, 0)

    async def begin(self, photo: Photo) -> None:
        """Note a new one; one that was begun meanwhile stays as it is."""
        row = msgspec.to_builtins(photo, builtin_types=(datetime,))
        try:
            await self._photos.insert_one({"_id": _id(photo.account, photo.hash), **row})
        except DuplicateKeyError:
            return

    async def add_chunk(self, photo: Photo, data: bytes, at: datetime) -> bool:
        """The next bytes; False where somebody else has brought them meanwhile. The chunk is written before the photo says
        that it has it, under a name of its own: written twice it is one."""
        name = f"{_id(photo.account, photo.hash)}:{photo.have:08d}"
        row = {"_id": name, "photo": _id(photo.account, photo.hash), "offset": photo.have, "at": at}
        await self._chunks.replace_one({"_id": name}, {**row, "data": Binary(data)}, upsert=True)
        query = {"_id": _id(photo.account, photo.hash), "have": photo.have, "file": ""}
        done = await self._photos.update_one(query, {"$set": {"have": photo.have + len(data), "at": at}})
        return done.modified_count == 1

    async def read(self, photo: Photo) -> bytes:
        """All bytes that are there."""
        found = self._chunks.find({"photo": _id(photo.account, photo.hash)}).sort("offset", 1)
        return b"".join([bytes(chunk["data"]) async for chunk in found])

    async def finish(self, photo: Photo, file: str, size: int, at: datetime) -> bool:
        """The picture is kept as ``file``; False where another request has kept it first."""
        query = {"_id": _id(photo.account, photo.hash), "file": ""}
        change = {"$set": {"file": file, "size": size, "at": at, "unnamed_at": at}}
        done = await self._photos.update_one(query, change)
        if done.modified_count:
            await self._chunks.delete_many({"photo": _id(photo.account, photo.hash)})
        return done.modified_count == 1

    async def unfinished_before(self, moment: datetime, limit: int) -> list[Photo]:
        """Those of which no more has come, the oldest first."""
        query = {"file": "", "at": {"$lt": moment}}
        rows = await self._photos.find(query).sort("at", 1).limit(limit).to_list(limit)
        return [_photo(row) for row in rows]

    async def unnamed_before(self, moment: datetime, limit: int) -> list[Photo]:
        """Kept ones of which it is not known yet whether anything names them, the oldest first."""
        query = {"unnamed_at": {"$lt": moment, "$exists": True}}
        rows = await self._photos.find(query).sort("unnamed_at", 1).limit(limit).to_list(limit)
        return [_photo(row) for row in rows]

    async def name(self, photo: Photo) -> None:
        """Something names it: it stays."""
        await self._photos.update_one({"_id": _id(photo.account, photo.hash)}, {"$unset": {"unnamed_at": ""}})

    async def remove(self, photo: Photo) -> None:
        """Nothing names it: forget it."""
        await self._photos.delete_one({"_id": _id(photo.account, photo.hash)})

    async def drop(self, photo: Photo) -> None:
        """It has to begin again, or never will."""
        await self._photos.delete_one({"_id": _id(photo.account, photo.hash), "file": ""})
        await self._chunks.delete_many({"photo": _id(photo.account, photo.hash)})


def _id(account: str, digest: str) -> str:
    return f"{account}:{digest}"


def _photo(row: dict[str, Any]) -> Photo:
    del row["_id"]
    row.pop("unnamed_at", None)
    return msgspec.convert(row, Photo)
