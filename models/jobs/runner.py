"""Doing jobs beside requests: whichever has waited longest gets a turn of some seconds, then goes behind the others.

A process holds a job by a lease that it renews while it works; one that dies is followed by another when the lease has
run out. What a step writes is written together with how far the job has come, so nothing is done twice or left out.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import msgspec
import structlog

from models.base.cipher import Cipher
from models.base.clock import Clock
from models.base.errors import SaobanError, Unavailable
from models.jobs.box import box_of
from models.jobs.job import Job, Lost, Progress, advanced
from models.jobs.kind import Kind, Turn
from models.jobs.repository import JobsRepository
from models.jobs.store import JobStore

LEASE = timedelta(seconds=30)
TURN_SECONDS = 3.0
SLOTS = 2
"""Jobs that one process works at side by side: while one waits for a worker, the other goes on."""

MOST_TRIES = 6
STUCK = "多次出错，已停下。没有做完的部分没有写入，请联系管理员查看日志后重新做一次。"


class Runner:
    """The jobs of one process."""

    def __init__(
        self, repository: JobsRepository, store: JobStore, cipher: Cipher, clock: Clock, kinds: Mapping[str, Kind],
        *, lease: timedelta = LEASE, turn_seconds: float = TURN_SECONDS, slots: int = SLOTS,
    ) -> None:  # fmt: skip
        self._repository = repository
        self._store = store
        self._cipher = cipher
        self._clock = clock
        self._kinds = kinds
        self._lease = lease
        self._turn_seconds = turn_seconds
        self._slots = slots
        self._process = secrets.token_hex(8)

    async def run_once(self) -> int:
        """Work until nothing is due; how many turns that took."""
        return sum(await asyncio.gather(*(self._work(f"{self._process}-{n}") for n in range(self._slots))))

    async def _work(self, holder: str) -> int:
        turns = 0
        while job := await self._take(holder):
            await self._turn(job, holder)
            turns += 1
        return turns

    async def _take(self, holder: str) -> Job | None:
        now = self._clock()
        return await self._repository.take(holder, now, now + self._lease, list(self._kinds))

    async def _turn(self, job: Job, holder: str) -> None:
        """Some seconds for this job, then its place behind those that wait."""
        beating = asyncio.create_task(self._beat(job.id, holder))
        run_at = None
        try:
            run_at = await self._steps(job, holder)
        except Lost:
            structlog.get_logger().info("job.lost", job=job.id)
        except asyncio.CancelledError:
            with suppress(Exception):  # the lease runs out by itself
                await asyncio.shield(self._repository.put_back(job.id, holder, self._clock()))
            raise
        finally:
            beating.cancel()
            await asyncio.gather(beating, return_exceptions=True)
        if run_at is not None:
            await self._repository.put_back(job.id, holder, run_at)

    async def _steps(self, job: Job, holder: str) -> datetime | None:
        """Step after step; when it may be taken again, None where it is over or waits for somebody."""
        until = time.monotonic() + self._turn_seconds
        try:
            if job.tries > MOST_TRIES:
                await self._fail(job, holder, STUCK)
                return None
            while job.state == "ready":
                job = await self._step(job, holder)
                if time.monotonic() > until:
                    break
                await asyncio.sleep(0)
        except Unavailable:
            return self._later(job)
        except SaobanError as error:
            await self._fail(job, holder, error.message)
            return None
        except (Lost, asyncio.CancelledError):
            raise
        except Exception:
            structlog.get_logger().exception("job.step_failed", job=job.id, kind=job.kind, stage=job.stage)
            return self._later(job)
        return self._clock() if job.state == "ready" else None

    async def _step(self, job: Job, holder: str) -> Job:
        """One step, and its progress noted."""

        async def note(after: Job, session: Any) -> None:
            await self._repository.note(after, holder, session)

        def advance(before: Job, made: Progress, seconds: float) -> Job:
            return advanced(before, made, seconds, self._clock())

        turn = Turn(job, box_of(self._cipher, job.id, job.key), self._store, note, advance)
        made = await self._kinds[job.kind].step(turn)
        after = turn.after(made)
        if turn.noted is not made:
            await self._repository.note(after, holder)
        if not after.open:
            await self._kinds[job.kind].ended(after)
        return after

    async def _fail(self, job: Job, holder: str, told: str) -> None:
        now = self._clock()
        failed = msgspec.structs.replace(
            job, state="failed", told=told, ended_at=now, run_at=None, purge_at=now
        )
        await self._repository.note(failed, holder)
        await self._kinds[job.kind].ended(failed)

    def _later(self, job: Job) -> datetime:
        """When to try again: a little longer after each failure."""
        return self._clock() + timedelta(seconds=min(60, 2**job.tries))

    async def _beat(self, job_id: str, holder: str) -> None:
        """Hold on to the job for as long as it is worked at."""
        while True:
            await asyncio.sleep(self._lease.total_seconds() / 3)
            with suppress(Exception):  # the step itself will find out
                await self._repository.beat(job_id, holder, self._clock() + self._lease)
