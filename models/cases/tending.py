"""What is due on cases without anybody's hand: papers that are owed, reminded of and then over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from models.base.clock import Clock
from models.cases.case import Case
from models.cases.tolerance import look_again, tended

AT_ONCE = 50


class Store(Protocol):
    """What tending needs of the repository."""

    async def to_tend(self, now: datetime, limit: int) -> Sequence[Case]: ...
    async def tend_again(self, case: Case, at: datetime | None) -> None: ...
    async def replace(self, case: Case) -> bool: ...


class Tending:
    """The job. Any number of processes may run it: each act is one compare-and-set, and what lost is due again."""

    def __init__(self, cases: Store, clock: Clock) -> None:
        self._cases = cases
        self._clock = clock

    async def run_once(self) -> int:
        """Everything that is due, as far as it goes; on how many cases something was done."""
        now = self._clock()
        return sum([await self._tend(case, now) for case in await self._cases.to_tend(now, AT_ONCE)])

    async def _tend(self, case: Case, now: datetime) -> bool:
        following = tended(case, now)
        if following is not None:
            return await self._cases.replace(following)
        await self._cases.tend_again(case, look_again(case, now))
        return False
