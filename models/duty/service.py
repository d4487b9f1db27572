"""Rosters, leave and dealing: who may set them, and what others ask of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import msgspec

from models.accounts.service import Accounts
from models.areas.area import chain_of
from models.base.actor import Actor, Role
from models.base.clock import Clock, local_day
from models.base.errors import Invalid, NotFound, Problem
from models.duty.duty import (
    MODES,
    Colleague,
    Dealing,
    Leave,
    Mode,
    Shift,
    check_leave,
    check_shift,
    pair_on,
)
from models.duty.repository import DutyRepository
from models.roles.lines import DEPARTMENTS
from models.roles.rules import check, need

VERB = "roster.change"
REPRESENTING: Role = "reviewer"
"""The role of chief representatives."""

DEALT_ROLES: tuple[Role, ...] = ("clerk", "reviewer", "approver")


class Line(msgspec.Struct, frozen=True):
    """What an approver sees of one department: her people, the roster, who is on duty now, how each role's desk deals."""

    department: str
    people: tuple[Colleague, ...]
    shifts: tuple[Shift, ...]
    on_duty: tuple[Shift, ...]
    modes: dict[str, Mode]


class Absences(msgspec.Struct, frozen=True):
    """What somebody sees of her own leave: whom she may ask, what she has asked, for whom she stands in."""

    colleagues: tuple[Colleague, ...]
    own: tuple[Leave, ...]
    standing_in: tuple[Leave, ...]


class Duty:
    """Use cases of those who run desks, and of those who work at them."""

    def __init__(
        self, repository: DutyRepository, accounts: Accounts, clock: Clock, new_id: Callable[[], str]
    ) -> None:
        self._repository = repository
        self._accounts = accounts
        self._clock = clock
        self._new_id = new_id

    async def roster(self, actor: Actor) -> tuple[Line, ...]:
        """The departments that the actor answers for, those with somebody in them. Raises Forbidden."""
        need(actor, VERB)
        today, departments = self._today(), actor.departments or DEPARTMENTS
        shifts = await self._repository.shifts(actor.area, actor.departments, today)
        staff = await self._accounts.in_role(actor.area, REPRESENTING)
        desks = [f"{actor.area}|{role}|{department}" for department in departments for role in DEALT_ROLES]
        dealings = await self._repository.dealing(desks)
        found = []
        for department in departments:
            people = [each for each in staff if not each.departments or department in each.departments]
            if people:
                hers = tuple(each for each in shifts if each.department == department)
                modes = _modes(dealings, actor.area, department)
                named = tuple(Colleague(each.id, each.name) for each in people)
                found.append(Line(department, named, hers, pair_on(hers, today), modes))
        return tuple(found)

    async def add_shift(self, actor: Actor, department: str, account: str, first: str, last: str) -> Shift:
        """Put somebody on the roster. Raises Forbidden, Invalid with all that is wrong."""
        self._check(actor, department)
        people = {each.id: each.name for each in await self._at_post(actor.area, REPRESENTING, department)}
        others = await self._repository.shifts(actor.area, (department,), first[:10])
        shift = Shift(
            self._new_id(), actor.area, department, account, people.get(account, ""), first, last,
            actor.subject, self._clock(),
        )  # fmt: skip
        check_shift(shift, others, people)
        await self._repository.add_shift(shift)
        return shift

    async def remove_shift(self, actor: Actor, shift_id: str) -> None:
        """Take somebody off the roster. Raises NotFound, also for one of another area or line."""
        need(actor, VERB)
        shift = await self._repository.shift(shift_id)
        if shift is None or shift.area != actor.area or not _answers(actor, shift.department):
            raise NotFound("没有找到这条排班。", code="duty.unknown")
        await self._repository.remove_shift(shift_id)

    async def set_mode(self, actor: Actor, department: str, role: str, mode: str) -> None:
        """How cases are dealt out at a desk from now on. Raises Forbidden, Invalid."""
        self._check(actor, department)
        if role not in DEALT_ROLES or mode not in MODES:
            raise Invalid([Problem("mode", "duty.mode", "请选择派件方式。")])
        await self._repository.set_mode(f"{actor.area}|{role}|{department}", mode)

    async def absences(self, actor: Actor) -> Absences:
        """One's own leave."""
        need(actor, "case.see")
        today = self._today()
        own = await self._repository.leaves_of([actor.subject], today)
        standing_in = await self._repository.deputed_to([actor.subject], today)
        return Absences(
            await self._equals(actor),
            tuple(each for each in own if each.ended_at is None),
            tuple(each for each in standing_in if each.ended_at is None),
        )

    async def begin_leave(self, actor: Actor, to: str, first: str, last: str) -> Leave:
        """Have somebody stand in. Raises Invalid with all that is wrong."""
        need(actor, "case.see")
        equals = {each.id: each.name for each in await self._equals(actor)}
        others = await self._repository.leaves_of([actor.subject, to[:40]], first[:10])
        others += await self._repository.deputed_to([actor.subject], first[:10])
        leave = Leave(
            self._new_id(), actor.subject, actor.name, to, equals.get(to, ""), first, last, self._clock()
        )
        check_leave(leave, others, equals, local_day(self._clock()))
        await self._repository.add_leave(leave)
        return leave

    async def end_leave(self, actor: Actor, leave_id: str) -> None:
        """Be back before the day. Raises NotFound."""
        if not await self._repository.end_leave(leave_id, actor.subject, self._clock()):
            raise NotFound("没有找到这个委托，或者已经结束。", code="leave.unknown")

    async def standing_in(self, actor: Actor) -> dict[str, str]:
        """The accounts for which the actor stands in today, with their names."""
        today = self._today()
        leaves = await self._repository.deputed_to([actor.subject], today)
        return {each.account: each.name for each in leaves if each.covers(today)}

    async def colleagues(self, area: str, role: Role, department: str) -> tuple[Colleague, ...]:
        """Who works at a desk and is not away today."""
        people = await self._at_post(area, role, department)
        today = self._today()
        leaves = await self._repository.leaves_of([each.id for each in people], today)
        away = {each.account for each in leaves if each.covers(today)}
        return tuple(each for each in people if each.id not in away)

    async def representatives(self, area: str, department: str) -> frozenset[str]:
        """The accounts that are chief representatives of a department today; none where no roster says so."""
        today = self._today()
        shifts = await self._repository.shifts(area, (department,), today)
        return frozenset(each.account for each in pair_on(shifts, today))

    async def dealings(self) -> list[Dealing]:
        """The desks at which cases are dealt out: for the job that does it."""
        return await self._repository.dealings()

    async def dealing(self, desk: str) -> Dealing:
        """How a desk deals."""
        return (await self._repository.dealing([desk])).get(desk) or Dealing(desk)

    async def dealt(self, desk: str, account: str) -> None:
        """Remember who got the last case of a desk."""
        await self._repository.dealt(desk, account)

    async def equals(self, actor: Actor) -> tuple[Colleague, ...]:
        """Those who hold the same right as the actor, and she herself."""
        return (Colleague(actor.subject, actor.name), *await self._equals(actor))

    async def _equals(self, actor: Actor) -> tuple[Colleague, ...]:
        """Those who hold the same right: the same role and area, and every department that the actor works for."""
        if not actor.role:
            return ()
        found: dict[str, Colleague] | None = None
        for department in actor.departments or ("",):
            here = {each.id: each for each in await self._at_post(actor.area, actor.role, department)}
            found = here if found is None else {key: each for key, each in found.items() if key in here}
        return tuple(each for key, each in (found or {}).items() if key != actor.subject)

    async def _at_post(self, area: str, role: Role, department: str) -> tuple[Colleague, ...]:
        """The active accounts at a desk."""
        found = await self._accounts.at_post(area, role, department)
        return tuple(Colleague(each.id, each.name) for each in found)

    def _check(self, actor: Actor, department: str) -> None:
        need(actor, VERB)
        if not department:
            raise Invalid([Problem("department", "required", "请选择部门。")])
        check(actor, VERB, chain_of(actor.area), department)

    def _today(self) -> str:
        return local_day(self._clock()).isoformat()


def _modes(dealings: Mapping[str, Dealing], area: str, department: str) -> dict[str, Mode]:
    desks = {f"{area}|{role}|{department}": role for role in DEALT_ROLES}
    return {role: dealings[desk].mode if desk in dealings else "none" for desk, role in desks.items()}


def _answers(actor: Actor, department: str) -> bool:
    return not actor.departments or department in actor.departments


def eligible(
    people: Iterable[Colleague], on_duty: frozenset[str], barred: Iterable[str]
) -> tuple[Colleague, ...]:
    """Of those at a desk, who may be given a blind review: the chief representatives on duty, or anybody where the
    department has no roster; never somebody ``barred`` (she accepted the case, or gave it back)."""
    out = set(barred)
    able = tuple(each for each in people if each.id not in out)
    return tuple(each for each in able if each.id in on_duty) if on_duty else able
