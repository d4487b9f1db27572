"""The next chunk drawn up while the one before is written: the database and this process work at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

import msgspec

from models.imports.draft import Reading
from models.imports.weighing import Weighed
from models.jobs.job import Job
from models.people.book import Also


class Ready(msgspec.Struct, frozen=True):
    """A chunk that only waits to be written."""

    number: int
    weighed: Weighed
    alsos: Sequence[Also]


Serials = dict[str, int]
Prepare = Callable[[Job, Reading, int, Serials], Awaitable[Ready]]


class Ahead:
    """One chunk ahead for each job. What is drawn up too early, because the chunk before has changed what it rests on,
    fails by its revision or its code when it is written, and is drawn up again."""

    def __init__(self, prepare: Prepare) -> None:
        self._prepare = prepare
        self._tasks: dict[str, tuple[int, asyncio.Task[Ready]]] = {}
        self._serials: dict[str, Serials] = {}

    async def ready(self, job: Job, reading: Reading, number: int) -> Ready:
        """The chunk of that number; from now on the next one is drawn up."""
        at, task = self._tasks.pop(job.id, (-1, None))
        if task is not None and at != number:
            await _end(task)
            task = None
        serials = self._serials.setdefault(job.id, {})
        found = await (task or self._prepare(job, reading, number, serials))
        if number + 1 < len(reading.chunks):
            coming = asyncio.ensure_future(self._prepare(job, reading, number + 1, serials))
            self._tasks[job.id] = (number + 1, coming)
        return found

    async def forget(self, job: str) -> None:
        """Nothing of what was drawn up for it holds any more."""
        _, task = self._tasks.pop(job, (-1, None))
        self._serials.pop(job, None)
        if task is not None:
            await _end(task)


async def _end(task: asyncio.Task[Ready]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError, Exception):
        await task
