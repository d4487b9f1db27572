"""Use cases of acting for others: give leave, take it back, act on it."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from datetime import date

import msgspec

from models.base import idnumber
from models.base.actor import Actor
from models.base.clock import Clock, local_day
from models.base.errors import Conflict, Forbidden, Invalid, LoginNeeded, NotFound, Problem
from models.households.service import Households
from models.items.catalogue import Offer
from models.mandates.mandate import (
    CHILD_UNTIL,
    Ground,
    Intake,
    Mandate,
    Party,
    closed,
    holds,
    is_child,
    may_guard,
    need,
    problems_of,
    take,
    tell,
    use,
    withdraw,
)
from models.mandates.repository import MandatesRepository
from models.people.person import Person
from models.people.service import People
from models.roles.rules import may

LISTED = 50
TRIES = 8
NOT_YOU = "如不是您的意思，请登录撤回或拨打12345。"


class Ward(msgspec.Struct, frozen=True):
    """A child under fourteen whose parent the registry knows the actor to be."""

    person: str
    name: str


class Mandates:
    """Who acts for whom. ``end_sessions`` ends those that stand on a mandate, by its id."""

    def __init__(
        self,
        repository: MandatesRepository,
        households: Households,
        people: People,
        subject_of: Callable[[str], str],
        end_sessions: Callable[[str], Awaitable[int]],
        clock: Clock,
    ) -> None:
        self._repository = repository
        self._households = households
        self._people = people
        self._subject_of = subject_of
        self._end_sessions = end_sessions
        self._clock = clock

    # Giving leave, and taking it back.

    async def give(
        self, actor: Actor, name: str, id_number: str, scope: str, offers: tuple[str, ...], until: str
    ) -> Mandate:
        """Let the person with this card act for the actor. Says nothing of whether there is such a person.

        Raises LoginNeeded below L2, Invalid, Forbidden for an agent who would pass her leave on.
        """
        _herself(actor)
        number = idnumber.normalise(id_number[:100])
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
        chosen = offers if scope == "matter" else ()
        return await self._add(_principal(actor), agent, "consent", scope, chosen, until, "self")

    async def wards(self, actor: Actor) -> list[Ward]:
        """The children under fourteen of whom the registry knows the actor to be a parent."""
        return [Ward(person.id, person.name) for person in await self._children(actor)]

    async def guard(self, actor: Actor, child: str) -> Mandate:
        """Leave to act for one's child until its fourteenth birthday; the same one every time. Raises Forbidden."""
        found = next((person for person in await self._children(actor) if person.id == child), None)
        if found is None:
            raise Forbidden("登记信息里没有您和这个孩子的监护关系，请到窗口办理。", code="mandate.guardian")
        principal = self._party_of(found)
        for held in await self.held_by(actor):
            if held.ground == "guardian" and held.principal.id == principal.id:
                return held
        until = _day_before_birthday(idnumber.birth_date(found.id_number), CHILD_UNTIL).isoformat()
        return await self._add(principal, _party(actor), "guardian", "until", (), until, "registry")

    async def present(self, actor: Actor, person_id: str, proof: str) -> Mandate:
        """For a grid worker with an elder before him: good for one case today. ``proof`` is what she showed on the
        spot ("pin" or "otp"), which the caller has checked. Raises Forbidden outside his grid."""
        person = await self._people.get(person_id)
        if not may(actor, "identity.confirm", person.areas):
            raise Forbidden("这位居民不在您的网格内。", code="mandate.grid")
        if proof not in {"pin", "otp"}:
            raise Forbidden("要本人在场出示密码单或验证码。", code="mandate.proof")
        today = self._today().isoformat()
        return await self._add(self._party_of(person), _party(actor), "present", "once", (), today, proof)

    async def at_counter(self, clerk: Actor, principal: Party, offer: Offer, intake: Intake) -> Mandate:
        """For a clerk with somebody before her whose card she has looked at: good for this one matter, today. The
        caller has checked her right; whoever is in the registry is told at once."""
        today = self._today().isoformat()
        told = (
            f"{intake.hall_name}窗口工作人员{clerk.name}正在为您办理“{offer.short}”。"
            "如果您没有到窗口，请拨打12345。"
        )
        ground: Ground = "counter_child" if intake.guardian else "counter"
        return await self._add(
            principal, _party(clerk), ground, "once", (offer.id,), today, "card", intake=intake, told=told
        )

    async def get(self, mandate_id: str) -> Mandate | None:
        """A mandate, for who acts on it and for who answers for it."""
        return await self._repository.get(mandate_id)

    async def close(self, mandate_id: str) -> None:
        """Whoever acts is done with it, and its sessions end."""
        for _ in range(TRIES):
            mandate = await self._repository.get(mandate_id)
            after = closed(mandate, self._clock()) if mandate else None
            if after is None or after is mandate or await self._repository.replace(after):
                await self._end_sessions(mandate_id)
                return
        raise Conflict()

    async def withdraw(self, actor: Actor, mandate_id: str) -> Mandate:
        """Take a mandate back; its agent can do nothing more from now on. Raises NotFound, Conflict."""
        _herself(actor)
        mandate = await self._repository.get(mandate_id)
        if mandate is None or mandate.principal.id != actor.subject:
            raise NotFound("没有找到这项委托。", code="mandate.unknown")
        ended = withdraw(mandate, self._clock())
        if not await self._repository.replace(ended):
            raise Conflict()
        await self._end_sessions(mandate_id)
        return ended

    async def end_of(self, subject: str) -> int:
        """End every mandate that a dead person gave or held; how many that were."""
        ended = 0
        given = await self._repository.given_by(subject, LISTED)
        for mandate in [*given, *await self._repository.held_by(subject, LISTED)]:
            if mandate.state == "active":
                await self._repository.replace(withdraw(mandate, self._clock()))
                await self._end_sessions(mandate.id)
                ended += 1
        return ended

    # Looking at it.

    async def given_by(self, actor: Actor) -> list[Mandate]:
        """What the actor gave, ended ones too."""
        _herself(actor)
        return await self._repository.given_by(actor.subject, LISTED)

    async def held_by(self, actor: Actor) -> list[Mandate]:
        """What the actor may do for others today."""
        held = await self._repository.held_by(actor.subject, LISTED)
        return [mandate for mandate in held if holds(mandate, self._today())]

    # Acting on it.

    async def to_act(self, actor: Actor, mandate_id: str) -> tuple[Mandate, Person]:
        """The mandate on which the actor wants to act now, and for whom. Raises NotFound for one that is not hers or
        has ended, Forbidden for whoever acts already."""
        if actor.mandate:
            raise Forbidden("请先结束正在进行的代办。", code="mandate.acting")
        if not actor.is_staff and not actor.reaches("L2"):
            raise LoginNeeded("L2")
        mandate = await self._repository.get(mandate_id)
        if mandate is None or mandate.agent.id != actor.subject or not await self._holds(mandate):
            raise NotFound("没有这项委托，或它已经结束。", code="mandate.unknown")
        return mandate, await self._people.get(mandate.principal.person)

    async def still(self, mandate_id: str) -> bool:
        """Whether it lets its agent act on."""
        mandate = await self._repository.get(mandate_id)
        return mandate is not None and await self._holds(mandate)

    async def whose(self, mandate_id: str) -> tuple[str, ...]:
        """Who is acted for: her registry id and the blind index of her number; nobody for no mandate."""
        mandate = await self._repository.get(mandate_id)
        return (mandate.principal.person, mandate.principal.id) if mandate else ()

    async def check(self, mandate_id: str, offer: str) -> Mandate:
        """When a form is opened: the leave must still hold, and for this matter. Raises Forbidden."""
        mandate = await self._repository.get(mandate_id)
        if mandate is None or not await self._holds(mandate, offer):
            raise Forbidden("委托已经结束，或不包括这件事。", code="mandate.ended")
        return mandate

    async def take(self, mandate_id: str, offer: str, key: str) -> Mandate:
        """``check`` at the submission ``key``; one that was given for once is kept for it."""
        for _ in range(TRIES):
            mandate = await self.check(mandate_id, offer)
            taken = take(mandate, key)
            if taken is mandate or await self._repository.replace(taken):
                return taken
        raise Conflict()

    async def used(self, mandate_id: str, case_no: str, title: str) -> None:
        """A case was filed under it: kept on record, and the principal is told. Once for each case."""
        for _ in range(TRIES):
            mandate = await self._repository.get(mandate_id)
            if mandate is None or case_no in mandate.cases:
                return
            told = f"{mandate.agent.name}为您提交了“{title}”，编号{case_no}。{NOT_YOU}"
            at = self._clock()
            if await self._repository.replace(tell(use(mandate, case_no, at), told, at)):
                return
        raise Conflict()

    # Below.

    async def _add(
        self,
        principal: Party,
        agent: Party,
        ground: Ground,
        scope: str,
        offers: tuple[str, ...],
        until: str,
        proof: str,
        intake: Intake | None = None,
        told: str = "",
    ) -> Mandate:
        at = self._clock()
        mandate = Mandate(
            id=secrets.token_hex(10),
            principal=principal,
            agent=agent,
            ground=ground,
            scope=scope,  # type: ignore[arg-type]
            given_at=at,
            until=until,
            proof=proof,
            offers=offers,
            intake=intake,
        )
        if ground != "guardian":  # a child has nobody to be told but the guardian
            mandate = tell(mandate, told or f"您已同意{agent.name}代您办事，到{until}为止。{NOT_YOU}", at)
        await self._repository.add(mandate)
        return mandate

    async def _holds(self, mandate: Mandate, offer: str = "") -> bool:
        """Whether it lets its agent act today; of a guardian the registry is asked again."""
        if not holds(mandate, self._today(), offer):
            return False
        if mandate.ground != "guardian":
            return True
        children = await self._children_of(mandate.agent.person)
        return any(child.id == mandate.principal.person for child in children)

    async def _children(self, actor: Actor) -> list[Person]:
        _herself(actor)
        return await self._children_of(actor.person)

    async def _children_of(self, parent: str) -> list[Person]:
        household = await self._households.of_person(parent)
        if household is None:
            return []
        mine = next((member.relation for member in household.members if member.person == parent), "")
        found = []
        for member in household.members:
            if may_guard(mine, member.relation):
                person = await self._people.get(member.person)
                if person.id_number and is_child(idnumber.birth_date(person.id_number), self._today()):
                    found.append(person)
        return found

    def _party_of(self, person: Person) -> Party:
        return Party("resident", self._subject_of(person.id_number), person.name, person.id, person.household)

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


def _day_before_birthday(birth: date, years: int) -> date:
    """The last day before the ``years``-th birthday; somebody born on 29 February has hers on 1 March."""
    try:
        day = birth.replace(year=birth.year + years)
    except ValueError:
        day = date(birth.year + years, 3, 1)
    return date.fromordinal(day.toordinal() - 1)
