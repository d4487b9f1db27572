"""What jobs leave behind, taken away when it was kept long enough: their files and parts, and with them the key."""

from __future__ import annotations

from datetime import datetime

import msgspec

from models.jobs.job import Job
from models.jobs.repository import JobsRepository
from models.jobs.store import JobStore
from models.retention.rule import NOTHING, Due

UNANSWERED = "没有人确认，已过期取消。"
COUNTED = 10_000


class JobSweep:
    """Files of jobs that are over, and jobs that waited too long for an answer."""

    collection = "job_parts"

    def __init__(self, repository: JobsRepository, store: JobStore) -> None:
        self._repository = repository
        self._store = store

    async def due(self, now: datetime) -> Due:
        return _told(await self._repository.to_purge(now, COUNTED))

    async def sweep(self, now: datetime, limit: int) -> Due:
        jobs = await self._repository.to_purge(now, limit)
        for job in jobs:
            if job.open:
                over = msgspec.structs.replace(
                    job, state="cancelled", told=UNANSWERED, ended_at=now, run_at=None, asks="", holder="", until=None
                )  # fmt: skip
                await self._repository.change(over, ("ready", "asking"))
            await self._store.drop(job.id)
            await self._repository.purged(job.id)
        return _told(jobs)


def _told(jobs: list[Job]) -> Due:
    times = [job.purge_at for job in jobs if job.purge_at]
    return Due(len(jobs), min(times), max(times)) if times else NOTHING
