"""Visits: recorded with what the phone tells of them, in its transaction; read by whoever looks after the household."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from models.areas.service import Areas
from models.base.actor import Actor
from models.base.errors import Forbidden, NotFound
from models.database import Moment, Session
from models.roles.rules import check, may
from models.visits.repository import VisitRepository
from models.visits.visit import Plan, Task, Visit, following

SEE = "visits.see"
PAGE = 50
MOST_DUE = 500


class Listing(msgspec.Struct, frozen=True):
    """A page of visits, the latest first; ``next`` is where the following one begins, empty at the end."""

    visits: tuple[Visit, ...]
    next: str


class Visits:
    """``record`` and ``add_tasks`` are for whoever has been let in to the household; the rest asks the actor."""

    def __init__(self, repository: VisitRepository, areas: Areas) -> None:
        self._repository = repository
        self._areas = areas

    async def record(self, visit: Visit, before: Plan | None, session: Session) -> bool:
        """Write a visit within a transaction in which the plan ``before`` was read, and what follows from it; whether it
        is the last one."""
        await self._repository.add(visit, session)
        plan = following(before, visit)
        if plan is not None:
            await self._repository.keep_plan(plan, session)
        return plan is not None

    async def plan(self, household: str, session: Session | None = None) -> Plan | None:
        """Where a household stands; None where it was never visited."""
        return await self._repository.plan(household, session)

    async def add_tasks(self, tasks: Sequence[Task], session: Session) -> None:
        """Write what was found on the way."""
        await self._repository.add_tasks(tasks, session)

    async def plans_of(self, households: Sequence[str]) -> dict[str, Plan]:
        """Where households stand, by household."""
        return await self._repository.plans_of(households)

    async def changed(self, area: str, moment: Moment, limit: int) -> list[str]:
        """The households in ``area`` whose plans were written after ``moment``."""
        return await self._repository.changed(area, moment, limit)

    async def page(self, actor: Actor, area: str = "", after: str = "") -> Listing:
        """The visits in ``area``, the actor's own unless it is named. Raises Forbidden for one that is not hers."""
        area = self._checked(actor, area)
        on, _, last = after.partition("~")
        found = await self._repository.page(area, (on, last) if last else None, PAGE + 1)
        more = f"{found[PAGE - 1].on}~{found[PAGE - 1].id}" if len(found) > PAGE else ""
        return Listing(tuple(found[:PAGE]), more)

    async def due(self, actor: Actor, until: date, area: str = "") -> list[Plan]:
        """The households in ``area`` that are due by ``until``, the longest due first. Raises Forbidden."""
        return await self._repository.due(self._checked(actor, area), until, MOST_DUE)

    async def get(self, actor: Actor, visit_id: str) -> Visit:
        """A visit of the actor's area. Raises NotFound for any other."""
        visit = await self._repository.get(visit_id)
        if visit is None or not may(actor, SEE, visit.areas):
            raise NotFound("没有找到这次走访，或者它不在您的管理范围内。", code="visit.unknown")
        return visit

    async def of_household(
        self, household: str, areas: tuple[str, ...], actor: Actor, limit: int = 20
    ) -> list[Visit]:
        """The visits of a household that the actor has been let in to, the latest first; none for one who may not see
        them."""
        return await self._repository.of_household(household, limit) if may(actor, SEE, areas) else []

    async def tasks_of(
        self, household: str, areas: tuple[str, ...], actor: Actor, limit: int = 20
    ) -> list[Task]:
        """The same of what was found on the way."""
        return await self._repository.tasks_of(household, limit) if may(actor, SEE, areas) else []

    async def names(self, by: str, photo: str) -> bool:
        """Whether a visit by an account, or what it found on the way, names a photo."""
        return await self._repository.names(by, photo)

    def _checked(self, actor: Actor, area: str) -> str:
        area = area or actor.area
        if not self._areas.has(area):
            raise Forbidden("这个区划不在您的管理范围内。", code="area.not_yours")
        check(actor, SEE, self._areas.chain(area))
        return area
