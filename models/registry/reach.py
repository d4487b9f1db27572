"""Whom a member of staff may look at in the registry, and which of their elements: fetched through the actor."""

from __future__ import annotations

from models.areas.service import Areas
from models.base.actor import Actor
from models.base.clock import Clock, local_day
from models.base.errors import NotFound
from models.checks.home import Home, home_of
from models.collecting.service import Collecting
from models.elements.registry import Elements
from models.forms.context import Context
from models.households.household import Household, Member
from models.households.service import Households, UnknownHousehold
from models.people.book import Noun
from models.people.person import Person
from models.people.service import People
from models.registry.sight import Owner, elements_of, noun_of
from models.roles.rules import may_change, need

SEE = "registry.see:1"


class UnknownPerson(NotFound):
    """No such person, or not the actor's: one answer for both."""

    code = "person.unknown"
    message = "没有找到这个人的登记信息，或者不在您的管理范围内。"


class Reach:
    """The registry within an actor's area, role and line of duty."""

    def __init__(
        self, people: People, households: Households, collecting: Collecting, elements: Elements, areas: Areas,
        clock: Clock,
    ) -> None:  # fmt: skip
        self._people = people
        self._households = households
        self._collecting = collecting
        self._elements = elements
        self._areas = areas
        self._clock = clock

    async def owner(self, actor: Actor, noun: Noun, owner_id: str) -> Owner:
        """A household or a person. Raises Forbidden, UnknownHousehold, UnknownPerson."""
        return await (
            self.home(actor, owner_id) if noun == "household" else self.person(actor, owner_id)
        )  # fmt: skip

    async def home(self, actor: Actor, household_id: str) -> Household:
        """A household in the actor's area of which her line looks at anything. Raises as ``owner``."""
        need(actor, SEE)
        home = await self._households.for_actor(actor, household_id)
        if not await self._sees_any(actor, home):
            raise UnknownHousehold
        return home

    async def person(self, actor: Actor, person_id: str) -> Person:
        """A person, in the same way."""
        need(actor, SEE)
        try:
            her = await self._people.get(person_id)
        except NotFound:
            raise UnknownPerson from None
        if not actor.covers(her.areas) or not await self._sees_any(actor, her):
            raise UnknownPerson
        return her

    async def family(self, owner: Owner) -> Home:
        """A household as checks see it, of a person the one that she is registered in; of herself alone where she is in
        none."""
        if isinstance(owner, Household):
            return home_of(owner, await self._households.people(owner.id))
        found = await self._households.read([owner.household]) if owner.household else []
        if found:
            return home_of(found[0], await self._households.people(found[0].id))
        alone = Household("", owner.areas, "", (Member(owner.id, owner.name, owner.relation),))
        return home_of(alone, [owner])

    async def seen(self, actor: Actor, areas: tuple[str, ...]) -> frozenset[str]:
        """The elements of whoever lies in ``areas`` that the actor's role and line look at."""
        return await self._collecting.seen_by(actor, areas)

    async def taken(self, actor: Actor, areas: tuple[str, ...]) -> frozenset[str]:
        """Those of them that the actor may write: that are collected, and that nothing else writes."""
        taken = (self._elements.by_key[key] for key in await self._collecting.taken_by(actor, areas))
        return frozenset(
            each.key for each in taken if may_change(actor, each.module, each.sensitivity, areas)
        )

    def context(self) -> Context:
        """What values are checked against and read with."""
        today, elements = local_day(self._clock()), self._elements
        return Context(today, elements.code_lists, self._areas.names(), retired=elements.retired)

    def place(self, areas: tuple[str, ...]) -> str:
        """The smallest place that people call by name: 大关镇丘林村三组."""
        named = (each for each in reversed(areas) if "G" not in each and self._areas.has(each))
        return next((self._areas.name_below_county(each) for each in named), "")

    async def _sees_any(self, actor: Actor, owner: Owner) -> bool:
        keys = await self.seen(actor, owner.areas)
        return any(each.key in keys for each in elements_of(self._elements, noun_of(owner)))
