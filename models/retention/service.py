"""Sweeping: what has been kept long enough goes, a batch at a time, one process at a time, and it is written down."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from models.base.actor import Actor
from models.base.clock import Clock
from models.retention.repository import SweepRepository
from models.retention.rule import NOTHING, Due, Swept
from models.retention.table import rule_of
from models.roles.rules import need

BATCH = 200
MOST_BATCHES = 50
"""In one run and of one kind; what is left is swept an hour later."""

LEASE = timedelta(minutes=10)
REPORTED = 200


class Sweep(Protocol):
    """How one collection is swept; its slice implements it."""

    collection: str

    async def due(self, now: datetime) -> Due:
        """What is past its time, without touching it."""
        ...

    async def sweep(self, now: datetime, limit: int) -> Due:
        """Take away up to ``limit`` of it; what was taken."""
        ...


class Report(msgspec.Struct, frozen=True):
    """The newest rows, and when a sweep ended last."""

    rows: tuple[Swept, ...]
    last: datetime | None = None


class Retention:
    """Use cases of retention."""

    def __init__(
        self,
        repository: SweepRepository,
        sweeps: Sequence[Sweep],
        clock: Clock,
        new_id: Callable[[], str] = lambda: secrets.token_hex(8),
    ) -> None:
        self._repository = repository
        self._sweeps = tuple(sweeps)
        self._clock = clock
        self._new_id = new_id
        self._holder = new_id()

    @property
    def collections(self) -> tuple[str, ...]:
        """What is swept."""
        return tuple(sweep.collection for sweep in self._sweeps)

    async def run(self) -> list[Swept] | None:
        """Sweep everything; the rows of the report, or None where another process is at it. What was done is noted
        collection by collection, so that one that cannot be swept does not hide the others."""
        if not await self._hold():
            return None
        done: list[Swept] = []
        try:
            for sweep in self._sweeps:
                swept = await self._sweep(sweep)
                await self._repository.note(swept)
                done += swept
        finally:
            await self._repository.let_go(self._holder, self._clock())
        return done

    async def due(self) -> list[Swept]:
        """What a sweep would do now; nothing is changed."""
        now = self._clock()
        found = [(sweep, await sweep.due(now)) for sweep in self._sweeps]
        return [self._row(sweep, due, now) for sweep, due in found if due.count]

    async def report(self, actor: Actor) -> Report:
        """For whoever administers or supervises. Raises Forbidden."""
        need(actor, "retention.see")
        return await self.reported()

    async def reported(self) -> Report:
        """The report for the operator of the machine."""
        return Report(tuple(await self._repository.latest(REPORTED)), await self._repository.last())

    async def _sweep(self, sweep: Sweep) -> list[Swept]:
        total = NOTHING
        now = self._clock()
        for _ in range(MOST_BATCHES):
            if not await self._hold():  # another took it over while this one stood still
                break
            done = await sweep.sweep(now, BATCH)
            total = _together(total, done)
            if done.count < BATCH:
                break
        return [self._row(sweep, total, now)] if total.count else []

    async def _hold(self) -> bool:
        now = self._clock()
        return await self._repository.take(self._holder, now, now + LEASE)

    def _row(self, sweep: Sweep, due: Due, now: datetime) -> Swept:
        rule = rule_of(sweep.collection)
        return Swept(
            id=f"{now:%Y%m%dT%H%M%S}-{self._new_id()}", at=now, collection=sweep.collection, rule=rule.keep,
            count=due.count, first=due.first, last=due.last,
        )  # fmt: skip


def _together(one: Due, other: Due) -> Due:
    times = [each for each in (one.first, one.last, other.first, other.last) if each]
    return Due(one.count + other.count, min(times, default=None), max(times, default=None))
