"""Where uploads are noted; their bytes are in GridFS."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from models.base.actor import Level
from models.database import Collection, Database, Index
from models.files.file import Claim, Upload

NOBODY = "nobody:"
"""The owner of a file that is being deleted."""

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class UploadsRepository:
    """The ``uploads`` collection and the bucket behind it."""

    COLLECTIONS = (
        Collection(
            "uploads",
            indexes=(
                Index((("owner", 1), ("at", -1)), name="of_owner"),
                Index((("at", 1),), partial={"claimed": False}, name="unclaimed"),
            ),
            schema=None,
        ),
    )

    def __init__(self, database: Database) -> None:
        self._uploads = database.collection("uploads")
        self._files = database.files()

    async def add(
        self, data: bytes, name: str, media_type: str, owner: str, at: datetime, level: Level
    ) -> Upload:
        """Keep a file and note whose it is."""
        file_id = await self._files.put(data, name, {"media_type": media_type})
        upload = Upload(file_id, owner, name, media_type, len(data), at, level)
        row = {**msgspec.to_builtins(upload, builtin_types=(datetime,)), "claimed": False, "claims": []}
        row["_id"] = row.pop("id")
        await self._uploads.insert_one(row)
        return upload

    async def get(self, file_id: str) -> Upload | None:
        row = await self._uploads.find_one({"_id": file_id})
        return None if row is None else _upload(row)

    async def of(self, owners: Sequence[str], ids: Sequence[str]) -> list[Upload]:
        """Those of ``ids`` that belong to one of ``owners``."""
        query = {"_id": {"$in": list(ids)}, "owner": {"$in": list(owners)}}
        return [_upload(row) for row in await self._uploads.find(query).to_list(len(ids) or 1)]

    async def of_ids(self, ids: Sequence[str]) -> list[Upload]:
        """Those of ``ids`` that there are."""
        rows = await self._uploads.find({"_id": {"$in": list(ids)}}).to_list(len(ids) or 1)
        return [_upload(row) for row in rows]

    async def adopt(self, ids: Sequence[str], owner: str) -> None:
        """They belong to ``owner`` from now on, as what was shown at L2; one that is being deleted does not."""
        change = {"$set": {"owner": owner, "level": "L2"}}
        await self._uploads.update_many({"_id": {"$in": list(ids)}, "owner": {"$ne": NOBODY}}, change)

    async def in_area(self, area: str, ids: Sequence[str]) -> list[Upload]:
        """Those of ``ids`` that belong to cases of ``area``."""
        query = {"_id": {"$in": list(ids)}, "claims.areas": area}
        return [_upload(row) for row in await self._uploads.find(query).to_list(len(ids) or 1)]

    async def count_since(self, owner: str, since: datetime, most: int) -> int:
        """How many a person has uploaded lately, counted to ``most``."""
        return int(await self._uploads.count_documents({"owner": owner, "at": {"$gte": since}}, limit=most))

    async def claim(self, ids: Sequence[str], claim: Claim) -> None:
        """They belong to a case now: kept, and seen by its staff too, beside those of an earlier case."""
        change = {"$set": {"claimed": True}, "$addToSet": {"claims": msgspec.to_builtins(claim)}}
        await self._uploads.update_many({"_id": {"$in": list(ids)}}, change)

    async def lift(self, ids: Sequence[str], account: str) -> None:
        """An account may see them from now on, whatever is hidden from its desk."""
        change = {"$addToSet": {"claims.$[hidden].lifted": account}}
        only = [{"hidden.veiled": {"$exists": True}, "hidden.veiled.0": {"$exists": True}}]
        await self._uploads.update_many({"_id": {"$in": list(ids)}}, change, array_filters=only)

    async def release(self, ids: Sequence[str]) -> None:
        """Unclaimed again, but for those that a case has."""
        in_a_case: dict[str, Any] = {"$elemMatch": {"departments": {"$ne": []}}}
        query = {"_id": {"$in": list(ids)}, "claims": {"$not": in_a_case}}
        await self._uploads.update_many(query, {"$set": {"claimed": False}})

    async def read(self, file_id: str) -> bytes:
        """The bytes. Raises NotFound."""
        data, _ = await self._files.get(file_id)
        return data

    async def unclaimed_before(self, moment: datetime, limit: int) -> list[str]:
        """Uploads that no case claimed in time."""
        query = {"claimed": False, "at": {"$lt": moment}}
        rows = await self._uploads.find(query, {"_id": 1}).sort("at", 1).limit(limit).to_list(limit)
        return [row["_id"] for row in rows]

    async def ages_unclaimed(self, moment: datetime, limit: int) -> list[datetime]:
        """When the uploads came that no case claimed in time, the oldest first."""
        query = {"claimed": False, "at": {"$lt": moment}}
        rows = await self._uploads.find(query, {"_id": 0, "at": 1}).sort("at", 1).limit(limit).to_list(limit)
        return [row["at"] for row in rows]

    async def unclaim(self, ids: Sequence[str]) -> None:
        """Their cases have lost them: nobody's, and old enough to be swept."""
        change = {"$set": {"claimed": False, "claims": [], "owner": NOBODY, "at": LONG_AGO}}
        await self._uploads.update_many({"_id": {"$in": list(ids)}}, change)

    async def unclaimed_of(self, owners: Sequence[str], limit: int) -> list[str]:
        """What ``owners`` have uploaded and no case has claimed."""
        query = {"owner": {"$in": list(owners)}, "claimed": False}
        rows = await self._uploads.find(query, {"_id": 1}).limit(limit).to_list(limit)
        return [row["_id"] for row in rows]

    async def remove(self, file_id: str) -> bool:
        """Delete a file that no case has claimed meanwhile; whether it was there. From the first step on it is nobody's
        and old enough to be swept, so that a process that dies half-way leaves no bytes behind for good."""
        given_up = {"$set": {"owner": NOBODY, "at": LONG_AGO}}
        done = await self._uploads.update_one({"_id": file_id, "claimed": False}, given_up)
        if not done.matched_count:
            return False
        await self._files.delete(file_id)
        await self._uploads.delete_one({"_id": file_id, "owner": NOBODY})
        return True


def _upload(row: dict) -> Upload:
    row["id"] = row.pop("_id")
    return msgspec.convert(row, Upload)
