"""Where jobs are kept, and who holds which."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from pymongo import ReturnDocument

from models.database import Collection, Database, Index, Session
from models.jobs.job import Job, Lost, State

SCHEMA = {
    "bsonType": "object",
    "required": ["_id", "kind", "by", "areas", "made_at", "key", "state"],
    "properties": {
        "state": {"enum": ["ready", "asking", "done", "failed", "cancelled"]},
        "areas": {"bsonType": "array"},
        "made_at": {"bsonType": "date"},
    },
}
HELD = ("holder", "until")


class JobsRepository:
    """The ``jobs`` collection."""

    COLLECTIONS = (
        Collection(
            "jobs",
            (
                Index((("run_at", 1), ("_id", 1)), partial={"run_at": {"$exists": True}}, name="due"),
                Index((("by.id", 1), ("made_at", -1), ("_id", -1)), name="of_asker"),
                Index(
                    (("areas", 1), ("asks", 1), ("made_at", 1)), partial={"asks": {"$gt": ""}}, name="asking"
                ),
                Index((("purge_at", 1),), partial={"purge_at": {"$exists": True}}, name="purge"),
                Index((("forget_at", 1),), expire_after=0),
            ),
            SCHEMA,
        ),
    )

    def __init__(self, database: Database) -> None:
        self._jobs = database.collection("jobs")

    async def add(self, job: Job) -> None:
        """A new one."""
        await self._jobs.insert_one(_document(job))

    async def get(self, job_id: str) -> Job | None:
        row = await self._jobs.find_one({"_id": job_id})
        return None if row is None else _job(row)

    async def of_asker(self, account: str, limit: int) -> list[Job]:
        """The newest of those that an account asked for."""
        found = self._jobs.find({"by.id": account}).sort([("made_at", -1), ("_id", -1)]).limit(limit)
        return [_job(row) for row in await found.to_list(limit)]

    async def asking(self, area: str, verb: str, limit: int) -> list[Job]:
        """Those lying in ``area`` that wait for somebody who may ``verb``, the oldest first."""
        query = {"areas": area, "asks": {"$eq": verb, "$gt": ""}}
        return [
            _job(row) for row in await self._jobs.find(query).sort("made_at", 1).limit(limit).to_list(limit)
        ]

    async def take(self, holder: str, now: datetime, until: datetime, kinds: Sequence[str]) -> Job | None:
        """The one of these kinds that has waited longest and that nobody holds, held by ``holder`` from now on."""
        row = await self._jobs.find_one_and_update(
            {
                "run_at": {"$lte": now, "$exists": True},
                "until": {"$not": {"$gt": now}},
                "kind": {"$in": list(kinds)},
            },  # fmt: skip
            {"$set": {"holder": holder, "until": until}, "$inc": {"tries": 1}},
            sort=[("run_at", 1), ("_id", 1)],
            return_document=ReturnDocument.AFTER,
        )
        return None if row is None else _job(row)

    async def beat(self, job_id: str, holder: str, until: datetime) -> bool:
        """Hold on; False where it is held by somebody else, or over."""
        done = await self._jobs.update_one(
            {"_id": job_id, "holder": holder, "state": "ready"}, {"$set": {"until": until}}
        )
        return bool(done.matched_count)

    async def note(self, job: Job, holder: str, session: Session | None = None) -> None:
        """Write how far it has come. Raises Lost where it is held by somebody else, or was cancelled."""
        row = _document(job)
        released = (
            HELD if job.state != "ready" else ()
        )  # whoever answers need not wait for the end of a lease
        gone = {name: "" for name in ("run_at", "ended_at", "asks") if name not in row} | dict.fromkeys(
            released, ""
        )
        kept = {name: value for name, value in row.items() if name not in {"_id", *HELD}}
        done = await self._jobs.update_one(
            {"_id": job.id, "holder": holder, "state": "ready"},
            {"$set": kept, **({"$unset": gone} if gone else {})},
            session=session,
        )
        if not done.matched_count:
            raise Lost

    async def put_back(self, job_id: str, holder: str, run_at: datetime) -> None:
        """Let others have it, behind those that wait already."""
        await self._jobs.update_one(
            {"_id": job_id, "holder": holder, "run_at": {"$exists": True}},
            {"$set": {"run_at": run_at}, "$unset": {"until": "", "holder": ""}},
        )

    async def change(self, job: Job, states: Sequence[State]) -> bool:
        """Write ``job`` over the one of its id if that is in one of ``states``, held or not: whoever holds it hears of
        it when he wants to note something. False otherwise."""
        row = _document(job)
        row.pop("_id")
        gone = {name: "" for name in ("run_at", "ended_at", "asks", *HELD) if name not in row}
        done = await self._jobs.update_one(
            {"_id": job.id, "state": {"$in": list(states)}},
            {"$set": row, **({"$unset": gone} if gone else {})},
        )
        return bool(done.matched_count)

    async def to_purge(self, now: datetime, limit: int) -> list[Job]:
        """Those whose files have been kept long enough, the longest first."""
        query = {"purge_at": {"$lte": now, "$exists": True}}
        return [
            _job(row) for row in await self._jobs.find(query).sort("purge_at", 1).limit(limit).to_list(limit)
        ]

    async def purged(self, job_id: str) -> None:
        """Its files are gone, and so is their key."""
        await self._jobs.update_one(
            {"_id": job_id}, {"$unset": {"purge_at": "", "result": ""}, "$set": {"key": ""}}
        )


def _document(job: Job) -> dict[str, Any]:
    row: dict[str, Any] = msgspec.to_builtins(job, builtin_types=(datetime,))
    row["_id"] = row.pop("id")
    for name, default in (("state", "ready"), ("done", 0), ("total", 0), ("mark", {}), ("told", ""), ("rate", 0.0),
                          ("tries", 0), ("stage", "")):  # fmt: skip
        row.setdefault(name, default)
    return row


def _job(row: dict[str, Any]) -> Job:
    return msgspec.convert({**row, "id": row["_id"]}, Job)
