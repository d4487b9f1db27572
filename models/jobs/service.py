"""Jobs as their askers and the slices behind them see them: begun, looked at, cancelled, their results fetched."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import msgspec

from models.base.actor import Actor
from models.base.cipher import Cipher
from models.base.clock import Clock
from models.base.errors import Forbidden, Gone, TooMany
from models.jobs.box import Box, box_of, new_key
from models.jobs.job import Asker, Job, NotOpen, State, UnknownJob
from models.jobs.kind import Kind
from models.jobs.repository import JobsRepository
from models.jobs.store import JobStore

ID_CHARACTERS = 31
SHOWN = 50
MOST_OPEN = 5
"""Jobs that one account may have under way at a time."""

OPEN_FOR = timedelta(days=3)
"""How long a job may wait for an answer; then what was brought in goes."""

REMEMBERED = timedelta(days=366)

OVER = "任务已取消。"
FOUND_NONE = "文件已过下载期限，请重新做一次。"


class Jobs:
    def __init__(
        self, repository: JobsRepository, store: JobStore, cipher: Cipher, clock: Clock,
        kinds: Mapping[str, Kind], new_id: Callable[[], str] = lambda: secrets.token_hex(16)[:ID_CHARACTERS],
    ) -> None:  # fmt: skip
        """``kinds`` may still be filled: kinds are made of services that begin jobs."""
        self._repository = repository
        self._store = store
        self._cipher = cipher
        self._clock = clock
        self._kinds = kinds
        self._new_id = new_id

    async def start(
        self, actor: Actor, kind: str, title: str, areas: tuple[str, ...], *, given: dict[str, Any],
        body: bytes = b"", state: State = "ready", stage: str = "", asks: str = "", told: str = "", total: int = 0,
    ) -> Job:  # fmt: skip
        """A new job for this member of staff; ``body`` is a file that came with it. Raises TooMany while she has
        enough under way, and Forbidden for anybody else."""
        if not actor.is_staff or not actor.role:
            raise Forbidden
        mine = await self._repository.of_asker(actor.subject, SHOWN)
        if sum(job.open for job in mine) >= MOST_OPEN:
            raise TooMany(60, f"您已有{MOST_OPEN}个任务没有结束，请先等它们完成，或取消不要的。")
        job_id, now = self._new_id(), self._clock()
        job = Job(
            id=job_id, kind=kind, title=title, areas=areas, made_at=now, key=new_key(self._cipher, job_id),
            by=Asker(actor.subject, actor.name, actor.role, actor.area, actor.departments),
            state=state, stage=stage, given=given, told=told, total=total, asks=asks,
            run_at=now if state == "ready" else None, purge_at=now + OPEN_FOR, forget_at=now + REMEMBERED,
        )  # fmt: skip
        if body:
            await self._store.keep(job_id, "in", self.box(job).seal(body, "in"))
        await self._repository.add(job)
        return job

    async def mine(self, actor: Actor) -> list[Job]:
        """The newest jobs of this member of staff."""
        return await self._repository.of_asker(actor.subject, SHOWN) if actor.is_staff else []

    async def get(self, actor: Actor, job_id: str, kind: str = "") -> Job:
        """One of hers. Raises UnknownJob for all others."""
        job = await self._repository.get(job_id)
        if job is None or not actor.is_staff or job.by.id != actor.subject or (kind and job.kind != kind):
            raise UnknownJob
        return job

    async def asked(self, job_id: str, kind: str) -> Job:
        """One of this kind, for a service that finds out itself who may see it. Raises UnknownJob."""
        job = await self._repository.get(job_id)
        if job is None or job.kind != kind:
            raise UnknownJob
        return job

    async def asking(self, area: str, verb: str) -> list[Job]:
        """Those in ``area`` that wait for somebody who may ``verb``."""
        return await self._repository.asking(area, verb, SHOWN)

    async def cancel(self, actor: Actor, job_id: str) -> Job:
        """End it; what it has written stays written. Raises UnknownJob, and NotOpen where it is over."""
        return await self.end(await self.get(actor, job_id), "cancelled", OVER)

    async def end(self, job: Job, state: State, told: str) -> Job:
        """The same on somebody's behalf who may, with what is said of it."""
        now = self._clock()
        kept = f"{OVER}{job.told}" if state == "cancelled" and job.done else told
        ended = msgspec.structs.replace(
            job,
            state=state,
            told=kept,
            ended_at=now,
            purge_at=now,
            run_at=None,
            asks="",
            holder="",
            until=None,
        )
        if not await self._repository.change(ended, ("ready", "asking")):
            raise NotOpen
        await self._kinds[job.kind].ended(ended)
        return ended

    async def answer(self, job: Job, **changed: Any) -> Job:
        """Go on with a job that waits for an answer. Raises NotOpen where it does not wait any more."""
        answered = msgspec.structs.replace(job, holder="", until=None, **changed)
        if answered.state == "ready":
            answered = msgspec.structs.replace(answered, run_at=self._clock(), asks="")
        if not await self._repository.change(answered, ("asking",)):
            raise NotOpen
        return answered

    def box(self, job: Job) -> Box:
        """What opens the files and parts of a job. Raises Unreadable."""
        return box_of(self._cipher, job.id, job.key)

    async def brought(self, job: Job) -> bytes:
        """The file that came with it. Raises Gone."""
        if not job.key:
            raise Gone(FOUND_NONE, code="job.purged")
        return self.box(job).open(await self._store.file(job.id, "in"), "in")

    async def fetch(self, job: Job) -> bytes:
        """What came out of it, for whoever was let in to it. Raises Gone when it was kept long enough."""
        if job.result is None or not job.key or job.result.until <= self._clock():
            raise Gone(FOUND_NONE, code="job.purged")
        return self.box(job).open(await self._store.file(job.id, "out"), "out")

    @property
    def store(self) -> JobStore:
        return self._store

    def label(self, job: Job) -> str:
        """Its kind, as people read it."""
        return self._kinds[job.kind].label if job.kind in self._kinds else job.kind

    def href(self, job: Job) -> str:
        """Where its page is."""
        return (self._kinds[job.kind].href(job) if job.kind in self._kinds else "") or f"/desk/jobs/{job.id}"
