"""What does the steps of a job, and what it is handed for one."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from models.jobs.box import Box
from models.jobs.job import Job, Progress
from models.jobs.store import JobStore
from models.people.book import Also


class Turn:
    """One step of ``job`` to be done. What a step writes to other collections goes into a transaction together with
    ``noting``: then either both happened or neither, whenever the process dies; a step that writes nothing else, or
    may be repeated, returns its progress and leaves the noting to the runner."""

    def __init__(self, job: Job, box: Box, store: JobStore, note: Callable[[Job, Any], Awaitable[None]],
                 advance: Callable[[Job, Progress, float], Job]) -> None:  # fmt: skip
        self.job = job
        self.box = box
        self.store = store
        self.noted: Progress | None = None
        self._note = note
        self._advance = advance
        self._began = time.monotonic()

    def noting(self, progress: Progress) -> Also:
        """What writes ``progress`` within a transaction. Raises Lost there, where the job is not ours any more."""
        after = self.after(progress)

        async def also(session: Any) -> None:
            await self._note(after, session)
            self.noted = progress

        return also

    def after(self, progress: Progress) -> Job:
        """The job as it will be."""
        return self._advance(self.job, progress, time.monotonic() - self._began)


class Kind(Protocol):
    """A kind of job. ``label`` is what people read; ``href`` where its page is, empty for the common one."""

    name: str
    label: str

    def href(self, job: Job) -> str: ...

    async def step(self, turn: Turn) -> Progress:
        """The next bounded piece of work. Raises a domain error that ends the job and says why; anything else is tried
        again. A piece of work takes some tenths of a second; long computing goes to a pool of processes."""
        ...

    async def ended(self, job: Job) -> None:
        """It was done, failed or was cancelled: let go of what is remembered of it."""
        ...
