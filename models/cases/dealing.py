"""Cases dealt out at desks whose office has set so, and blind reviews always: by turns or by chance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import structlog

from models.base.clock import Clock
from models.cases import flow
from models.cases.assigning import barred, deal
from models.cases.case import Brief, Case
from models.cases.step import StepState
from models.duty.duty import Colleague, Dealing, next_of
from models.duty.service import Duty, eligible

AT_ONCE = 50


class Store(Protocol):
    """What dealing needs of the repository."""

    async def at_desks(
        self, desks: Sequence[str], after: tuple[str, str], limit: int, which: dict[str, str] | None = None
    ) -> list[Brief]: ...
    async def get(self, case_id: str) -> Case | None: ...
    async def replace(self, case: Case) -> bool: ...


class CaseDealing:
    """The job. Any number of processes may run it: each case is given out by one compare-and-set."""

    def __init__(self, cases: Store, duty: Duty, clock: Clock, below: Callable[[int], int]) -> None:
        """``below(n)`` draws a number from 0 up to but not ``n``."""
        self._cases = cases
        self._duty = duty
        self._clock = clock
        self._below = below
        self._positions: dict[str, tuple[str, str]] = {}

    async def run_once(self) -> int:
        """Everything that lies unassigned, some at each turn; how many were given out."""
        marks = [flow.unassigned(dealing.id) for dealing in await self._duty.dealings()]
        return sum([await self._mark(mark) for mark in (flow.BLIND, *marks)])

    async def _mark(self, mark: str) -> int:
        """The next cases that lie under a mark. Those that nobody can be given do not stand in the way of others: the
        next turn begins after them."""
        page = await self._cases.at_desks((mark,), self._positions.get(mark, ("", "")), AT_ONCE)
        self._positions[mark] = (page[-1].due_on, page[-1].id) if len(page) == AT_ONCE else ("", "")
        return sum([await self._case(brief.id) for brief in page])

    async def _case(self, case_id: str) -> bool:
        case = await self._cases.get(case_id)
        if case is None:
            return False
        for step in case.active:
            if not step.assignee and step.signers == 1 and await self._step(case, step):
                return True  # another step of it is seen to at the next turn
        return False

    async def _step(self, case: Case, step: StepState) -> bool:
        area = flow.area_of(step, case.areas)
        dealing = await self._duty.dealing(f"{area}|{step.role}|{step.department}")
        if dealing.mode == "none" and not step.blind:
            return False
        people = await self._candidates(case, step, area)
        if not people:
            structlog.get_logger().warning("dealing.nobody", case=case.id, step=step.key)
            return False
        chosen = self._next(dealing, people)
        if not await self._cases.replace(deal(case, self._clock(), step.key, chosen.id, chosen.name)):
            return False
        await self._duty.dealt(dealing.id, chosen.id)
        return True

    async def _candidates(self, case: Case, step: StepState, area: str) -> tuple[Colleague, ...]:
        people = await self._duty.colleagues(area, step.role, step.department)
        if not step.blind:
            return people
        on_duty = await self._duty.representatives(area, step.department)
        return eligible(people, on_duty, barred(case, step))

    def _next(self, dealing: Dealing, people: Sequence[Colleague]) -> Colleague:
        mode = (
            "random" if dealing.mode == "none" else dealing.mode
        )  # a blind review goes by chance unless by turns
        return next_of(mode, people, dealing.last, self._below)
