"""Where wrapped keys, the processes that know them, and the progress of a rotation are kept."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import msgspec
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError, PyMongoError

from models.database import Collection, Database, Index
from models.rotation.job import Job
from models.rotation.key import ALIVE_SECONDS, Key, Reader

JOB = "rotation"
FORGOTTEN_SECONDS = 3600

TEXT, DATE = {"bsonType": "string"}, {"bsonType": "date"}


class KeyRepository:
    """``data_keys`` and ``key_readers``."""

    COLLECTIONS = (
        Collection(
            "data_keys",
            schema={
                "bsonType": "object",
                "required": ["_id", "wraps", "made_at"],
                "properties": {"_id": TEXT, "wraps": {"bsonType": "object"}, "made_at": DATE},
            },
        ),
        Collection("key_readers", (Index((("at", 1),), expire_after=FORGOTTEN_SECONDS),)),
    )

    def __init__(self, database: Database) -> None:
        self._keys = database.collection("data_keys")
        self._readers = database.collection("key_readers")

    async def all(self) -> list[Key]:
        """Every key there ever was, retired ones too."""
        return [msgspec.convert(row, Key) for row in await self._keys.find({}).sort("_id", 1).to_list(10_000)]

    async def add(self, key: Key) -> bool:
        """False where there is one of that id."""
        try:
            await self._keys.insert_one(_document(key))
        except DuplicateKeyError:
            return False
        return True

    async def make_current(self, key_id: str, at: datetime) -> None:
        """From now on it seals; asked again, it stays current since the first time."""
        await self._keys.update_one({"_id": key_id, "current_from": None}, {"$set": {"current_from": at}})

    async def put_wrap(self, key_id: str, master: str, wrapped: str) -> None:
        """Add the copy that another master key opens; never to a retired key."""
        await self._keys.update_one(
            {"_id": key_id, "retired_at": None}, {"$set": {f"wraps.{master}": wrapped}}
        )

    async def drop_wraps(self, key: Key, but: str) -> None:
        """Keep only the copy that the master key ``but`` opens."""
        if but in key.wraps and len(key.wraps) > 1:
            kept = {but: key.wraps[but]}
            await self._keys.update_one({"_id": key.id, "wraps": key.wraps}, {"$set": {"wraps": kept}})

    async def retire(self, key_id: str, at: datetime) -> None:
        """Destroy it; its id stays taken for ever."""
        await self._keys.update_one({"_id": key_id}, {"$set": {"wraps": {}, "retired_at": at}})

    async def beat(self, reader: Reader) -> None:
        """Note what a process knows at this moment, by the database's clock: those of servers differ."""
        row = _document(reader)
        change = {"$currentDate": {"at": True}, "$set": row}
        await self._readers.update_one({"_id": row.pop("_id")}, change, upsert=True)

    async def leave(self, reader_id: str) -> None:
        """Said on the way out, when the database may have gone first: silence says the same a little later."""
        with suppress(PyMongoError):
            await self._readers.delete_one({"_id": reader_id})

    async def living_readers(self) -> list[Reader]:
        """The processes that were heard of lately."""
        lately = {"$subtract": ["$$NOW", ALIVE_SECONDS * 1000]}
        rows = await self._readers.find({"$expr": {"$gt": ["$at", lately]}}).to_list(1000)
        return [msgspec.convert(row, Reader) for row in rows]


class JobRepository:
    """``rotations``: one document, the rotation that is under way or was the last."""

    COLLECTIONS = (Collection("rotations"),)

    def __init__(self, database: Database) -> None:
        self._jobs = database.collection("rotations")

    async def latest(self) -> Job | None:
        row = await self._jobs.find_one({"_id": JOB})
        return msgspec.convert(row, Job) if row else None

    async def take(self, holder: str, now: datetime, lease: timedelta) -> Job | None:
        """The unfinished rotation, or a new one, held by ``holder``; None while another process holds it."""
        free = {"_id": JOB, "$or": [{"until": {"$lte": now}}, {"holder": holder}]}
        held = {"holder": holder, "until": now + lease}
        found = await self._jobs.find_one_and_update(
            {**free, "finished_at": None}, {"$set": held}, return_document=ReturnDocument.AFTER
        )
        if found is None:
            fresh = _document(Job(id=JOB, holder=holder, until=now + lease, started_at=now))
            try:
                done = {**free, "finished_at": {"$ne": None}}
                found = await self._jobs.find_one_and_replace(
                    done, fresh, upsert=True, return_document=ReturnDocument.AFTER
                )
            except DuplicateKeyError:  # it is there, and somebody else's
                return None
        return msgspec.convert(found, Job)

    async def note(self, job: Job, now: datetime, lease: timedelta) -> bool:
        """Write the progress and hold on; False where the lease has gone to another process."""
        row = _document(msgspec.structs.replace(job, until=now + lease))
        row.pop("_id")
        done = await self._jobs.update_one({"_id": JOB, "holder": job.holder}, {"$set": row})
        return bool(done.matched_count)

    async def let_go(self, holder: str, now: datetime) -> None:
        """Give the lease up, so that the next run need not wait for its end."""
        await self._jobs.update_one({"_id": JOB, "holder": holder}, {"$set": {"until": now}})


def _document(entity: msgspec.Struct) -> dict[str, Any]:
    document: dict[str, Any] = msgspec.to_builtins(entity, builtin_types=(datetime,))
    return document
