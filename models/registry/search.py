"""Looking for people and households at a desk: in the actor's own area, on a reason, a page at a time, masked."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from models.areas.service import Areas
from models.base.actor import Actor
from models.base.errors import Invalid, Problem
from models.forms.display import masked
from models.households.household import Door
from models.households.service import Households
from models.limits.service import Limits
from models.people.person import Found, Standing
from models.people.service import People
from models.people.vault import Vault
from models.registry.sought import FIELDS, By, Sought, read
from models.roles.rules import may_see, need

PAGE = 20
LONGEST_REASON = 100
SHORTEST_REASON = 2
REASON = "reason"
HOUSE, PERSON = "house_basic", "person_basic"


class Asked(msgspec.Struct, frozen=True):
    """What is looked for, by what, and why; ``after`` is where the page before said that it goes on. In a body, never
    in an address: names and numbers are nobody's business there."""

    q: str = ""
    by: By = "auto"
    reason: str = ""
    after: str = ""


class Hit(msgspec.Struct, frozen=True):
    """One line: a person, or (``person`` empty) a household with its head. Numbers are masked."""

    person: str
    household: str
    name: str
    relation: str
    id_number: str
    phone: str
    address: str
    place: str
    people: int = 0
    state: Standing = ""


class Hits(msgspec.Struct, frozen=True):
    """A page; ``next`` asks for the one after it, empty at the end. ``by`` says how the question was understood,
    ``fields`` by which elements was looked, ``whose`` who stands on the page."""

    by: By
    hits: tuple[Hit, ...]
    next: str = ""
    fields: tuple[str, ...] = ()
    whose: tuple[str, ...] = ()


class Search:
    def __init__(
        self, people: People, households: Households, areas: Areas, vault: Vault, limits: Limits
    ) -> None:
        self._people = people
        self._households = households
        self._areas = areas
        self._vault = vault
        self._limits = limits

    async def find(self, actor: Actor, asked: Asked) -> Hits:
        """A page of what is found in the actor's area. Raises Forbidden, Invalid, TooMany."""
        need(actor, "registry.search")
        sought = self._understood(actor, asked)
        await self._limits.check("registry.search", actor.subject)
        if sought.by == "address":
            return await self._doors(actor, sought, asked.after)
        need(actor, "registry.see:2" if sought.by == "id_number" else "registry.see:1")
        found = await self._persons(actor, sought, asked.after)
        page = [each for each in found[:PAGE] if may_see(actor, PERSON, 1, each.areas)]
        last = found[PAGE - 1] if len(found) > PAGE else None
        addresses = await self._households.addresses([each.household for each in page if each.household])
        return Hits(
            sought.by,
            tuple(self._person(each, addresses) for each in page),
            "" if last is None else last.key if sought.by == "name" else last.id,
            (FIELDS[sought.by],),
            tuple(each.id for each in page),
        )

    def _understood(self, actor: Actor, asked: Asked) -> Sought:
        """What is looked for, all that is wrong with the question at once."""
        problems: list[Problem] = []
        reason = " ".join(asked.reason.split())
        if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
            message = f"请写明查找的理由，{SHORTEST_REASON}到{LONGEST_REASON}个字，会留痕，本人能看到。"
            problems.append(Problem(REASON, "required", message))
        try:
            sought = read(asked.q, asked.by, actor.area, self._areas)
        except Invalid as invalid:
            raise Invalid([*invalid.problems, *problems]) from None
        if problems:
            raise Invalid(problems)
        return sought

    async def _persons(self, actor: Actor, sought: Sought, after: str) -> Sequence[Found]:
        """One more than a page, so that it is known whether there is another."""
        if sought.by == "name":
            return await self._people.named(actor.area, sought.text, after, PAGE + 1)
        if sought.by == "phone":
            blind = self._vault.sought_phone(sought.text)
            return await self._people.phoned(actor.area, blind, after, PAGE + 1)
        return await self._people.numbered(actor.area, self._vault.sought(sought.text))

    async def _doors(self, actor: Actor, sought: Sought, after: str) -> Hits:
        found = await self._households.doors(sought.area, sought.starts, after, PAGE + 1)
        page = [each for each in found[:PAGE] if may_see(actor, HOUSE, 1, each.areas)]
        told = [self._door(actor, each) for each in page]
        following = found[PAGE - 1].key if len(found) > PAGE else ""
        whose = tuple(each.head_id for each in page if each.head_id)
        return Hits("address", tuple(told), following, (FIELDS["address"],), whose)

    def _person(self, found: Found, addresses: dict[str, str]) -> Hit:
        return Hit(
            found.id, found.household, found.name, found.relation, masked("id_number", found.id_number),
            masked("phone", found.phone), addresses.get(found.household, ""), self._place(found.areas), 0,
            found.state,
        )  # fmt: skip

    def _door(self, actor: Actor, found: Door) -> Hit:
        head = found.head if may_see(actor, PERSON, 1, found.areas) else masked("name", found.head)
        return Hit("", found.id, head, "", "", "", found.address, self._place(found.areas), found.people)

    def _place(self, areas: tuple[str, ...]) -> str:
        """The smallest place that people call by name: 大关镇丘林村三组."""
        named = (each for each in reversed(areas) if "G" not in each and self._areas.has(each))
        return next((self._areas.name_below_county(each) for each in named), "")
