"""Use cases of acting for others: give leave, take it back, act on it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import date
from typing import Protocol

import msgspec

from models.base import idnumber
from models.base.actor import Actor
from models.base.clock import Clock, local_day
from models.base.errors import Conflict, Forbidden, Invalid, LoginNeeded, NotFound, Problem
from models.households.service import Households
from models.mandates.mandate import (
    CHILD_UNTIL,
    Ground,
    Mandate,
    Party,
    holds,
    is_child,
    may_guard,
    need,
    problems_of,
    use,
    withdraw,
)
from models.mandates.repository import MandatesRepository
from models.people.person import Person
from models.people.service import People

LISTED = 50
TRIES = 4
NOT_YOU = "如不是您的意思，请登录撤回或拨打12345。"


class Teller(Protocol):
    """Whoever tells the principal on the phone that is on record."""

    async def send(self, phone: str, text: str) -> None: ...


class Ward(msgspec.Struct, frozen=True):
    """A child under fourteen whose parent the registry knows the actor to be."""

    person: str
    name: str


class Mandates:
    """Who acts for whom."""

    def __init__(
        self,
        repository: MandatesRepository,
        households: Households,
        people: People,
        subject_of: Callable[[str], str],
        clock: Clock,
        teller: Teller,
    ) -> None:
        self._repository = repository
        self._households = households
        self._people = people
        self._subject_of = subject_of
        self._clock = clock
        self._teller = teller

    async def give(
        self, actor: Actor, name: str, id_number: str, scope: str, offers: tuple[str, ...], until: str
    ) -> Mandate:
        """Let the person with this card act for the actor. Says nothing of whether there is such a person.

        Raises LoginNeeded below L2, Invalid, Forbidden for an agent who would pass her leave on.
        """
        _herself(actor)
        number = idnumber.normalise(id_number)
        problems = problems_of(scope, offers, until, self._today())
        try:
            idnumber.check(number, self._today())
        except ValueError as error:
            problems.append(Problem("id_number", str(error), "请填写代办人的18位身份证号码。"))
        if not 2 <= len(name.strip()) <= 50:
            problems.append(Problem("name", "name.length", "请填写代办人的姓名。"))
        need(problems)
        agent = Party("resident", self._subject_of(number), name.strip())
        if agent.id == actor.subject:
            raise Invalid([Problem("id_number", "mandate.self", "不用委托自己。")])
        return await self._add(_principal(actor), agent, "consent", scope, offers, until, "self")

    async def wards(self, actor: Actor) -> list[Ward]:
        """The children under fourteen of whom the registry knows the actor to be a parent."""
        return [Ward(person.id, person.name) for person in await self._children(actor)]

    async def guard(self, actor: Actor, child: str) -> Mandate:
        """Leave to act for one's child until its fourteenth birthday. Raises Forbidden."""
        found = next((person for person in await self._children(actor) if person.id == child), None)
        if found is None:
            raise Forbidden("登记信息里没有您和这个孩子的监护关系，请到窗口办理。", code="mandate.guardian")
        birth = idnumber.birth_date(found.id_number)
        until = _birthday(birth, CHILD_UNTIL)
        principal = Party(
            "resident", self._subject_of(found.id_number), found.name, found.id, found.household
        )
        return await self._add(
            principal, _party(actor), "guardian", "until", (), until.isoformat(), "registry"
        )

    async def present(self, actor: Actor, person_id: str, proof: str) -> Mandate:
        """For a grid worker with an elder before him: good for one case today. ``proof`` is what she showed on the
        spot ("pin" or "otp"), which the caller has checked. Raises Forbidden outside his grid."""
        person = await self._people.get(person_id)
        if actor.role not in {"grid", "clerk"} or not actor.covers(person.areas):
            raise Forbidden("这位居民不在您的网格内。", code="mandate.grid")
        if proof not in {"pin", "otp"}:
            raise Forbidden("要本人在场出示密码单或验证码。", code="mandate.proof")
        principal = Party(
            "resident", self._subject_of(person.id_number), person.name, person.id, person.household
        )
        return await self._add(
            principal, _party(actor), "present", "once", (), self._today().isoformat(), proof
        )

    async def given_by(self, actor: Actor) -> list[Mandate]:
        """What the actor gave, ended ones too."""
        _herself(actor)
        return await self._repository.given_by(actor.subject, LISTED)

    async def held_by(self, actor: Actor) -> list[Mandate]:
        """What the actor may do for others today."""
        held = await self._repository.held_by(actor.subject, LISTED)
        return [mandate for mandate in held if holds(mandate, self._today())]

    async def withdraw(self, actor: Actor, mandate_id: str) -> Mandate:
        """Take a mandate back; its agent can do nothing more from now on. Raises NotFound, Conflict."""
        _herself(actor)
        mandate = await self._repository.get(mandate_id)
        if mandate is None or mandate.principal.id != actor.subject:
            raise NotFound("没有找到这项委托。", code="mandate.unknown")
        ended = withdraw(mandate, self._clock())
        if not await self._repository.replace(ended):
            raise Conflict()
        return ended

    async def to_act(self, actor: Actor, mandate_id: str) -> Mandate:
        """The mandate on which the actor wants to act now. Raises NotFound for one that is not hers or has ended."""
        mandate = await self._repository.get(mandate_id)
        if mandate is None or mandate.agent.id != actor.subject or not holds(mandate, self._today()):
            raise NotFound("没有这项委托，或它已经结束。", code="mandate.unknown")
        if actor.kind == "resident" and not actor.reaches("L2"):
            raise LoginNeeded("L2")
        return mandate

    async def check(self, mandate_id: str, offer: str) -> None:
        """At submission: the leave must still hold, and for this matter. Raises Forbidden."""
        mandate = await self._repository.get(mandate_id)
        if mandate is None or not holds(mandate, self._today(), offer):
            raise Forbidden("委托已经结束，或不包括这件事。", code="mandate.ended")

    async def used(self, mandate_id: str, case_no: str, title: str) -> None:
        """A case was filed under it: kept on record, and the principal is told."""
        for _ in range(TRIES):
            mandate = await self._repository.get(mandate_id)
            if mandate is None:
                return
            if await self._repository.replace(use(mandate, case_no, self._clock())):
                told = f"{mandate.agent.name}为您提交了“{title}”，编号{case_no}。{NOT_YOU}"
                await self._tell(mandate, told)
                return

    async def _add(
        self,
        principal: Party,
        agent: Party,
        ground: Ground,
        scope: str,
        offers: tuple[str, ...],
        until: str,
        proof: str,
    ) -> Mandate:
        mandate = Mandate(
            id=secrets.token_hex(10),
            principal=principal,
            agent=agent,
            ground=ground,
            scope=scope,  # type: ignore[arg-type]
            given_at=self._clock(),
            until=until,
            proof=proof,
            offers=offers,
        )
        await self._repository.add(mandate)
        if ground != "guardian":
            await self._tell(mandate, f"您已同意{agent.name}代您办事，到{until}为止。{NOT_YOU}")
        return mandate

    async def _tell(self, mandate: Mandate, text: str) -> None:
        if not mandate.principal.person:
            return
        phone = (await self._people.get(mandate.principal.person)).phone
        if phone:
            await self._teller.send(phone, text)

    async def _children(self, actor: Actor) -> list[Person]:
        _herself(actor)
        household = await self._households.of_person(actor.person)
        if household is None:
            return []
        mine = next((member.relation for member in household.members if member.person == actor.person), "")
        found = []
        for member in household.members:
            if may_guard(mine, member.relation):
                person = await self._people.get(member.person)
                if person.id_number and is_child(idnumber.birth_date(person.id_number), self._today()):
                    found.append(person)
        return found

    def _today(self) -> date:
        return local_day(self._clock())


def _herself(actor: Actor) -> None:
    """Only a resident at L2, and in her own name: leave is not passed on."""
    if actor.kind != "resident" or not actor.reaches("L2"):
        raise LoginNeeded("L2")
    if actor.mandate:
        raise Forbidden("代办时不能做这项操作，请先结束代办。", code="mandate.acting")


def _principal(actor: Actor) -> Party:
    return Party("resident", actor.subject, actor.name, actor.person, actor.household)


def _party(actor: Actor) -> Party:
    return Party("staff" if actor.is_staff else "resident", actor.subject, actor.name, actor.person)


def _birthday(birth: date, years: int) -> date:
    """The last day before the ``years``-th birthday; somebody born on 29 February has hers on 1 March."""
    try:
        day = birth.replace(year=birth.year + years)
    except ValueError:
        day = date(birth.year + years, 3, 1)
    return date.fromordinal(day.toordinal() - 1)
