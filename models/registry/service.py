"""The registry at a desk: a household and its people, seen by whoever may see them, changed by whoever may change them."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from datetime import date

import msgspec

from models.accounts.service import Accounts
from models.base.actor import Actor
from models.base.clock import Clock, local_day
from models.base.errors import Invalid, NotFound, Problem
from models.elements.element import Element
from models.elements.registry import Elements
from models.forms.context import Context
from models.history.change import Change as Happened
from models.history.service import History
from models.households.household import HEAD, Household, Member
from models.households.service import Households
from models.limits.service import Limits
from models.people.book import Noun
from models.people.edits import Decision, Edit, confirm
from models.people.person import NAME, Person, Standing
from models.people.service import People
from models.people.values import Outcome
from models.registry.editing import (
    Change,
    Doubtful,
    apply,
    check,
    doubts,
    given_at,
    source_of,
    with_held,
    writable,
)
from models.registry.past import Past
from models.registry.reach import Reach
from models.registry.sight import Eyes, Module, Owner, Sheet, authors, sheet, whose
from models.roles.lines import MODULES
from models.roles.rules import need

LISTED = 50
UNCHANGED = "无变化"


class MemberLine(msgspec.Struct, frozen=True):
    """Somebody of a household, with how much of her is known of what this actor sees."""

    person: str
    name: str
    relation: str
    filled: int
    asked: int
    waits: int


class HouseholdView(msgspec.Struct, frozen=True):
    """A household as the actor sees it, today or at the end of ``day``."""

    sheet: Sheet
    place: str
    members: tuple[MemberLine, ...]
    waits: int
    day: str = ""


class PersonView(msgspec.Struct, frozen=True):
    """A person as the actor sees her; ``address`` is where she lives, ``relation`` to the head, in words."""

    sheet: Sheet
    household: str
    address: str
    relation: str
    place: str
    waits: int
    day: str = ""
    state: Standing = ""


class Story(msgspec.Struct, frozen=True):
    """A page of what became of somebody's elements, as far as the actor sees them, the newest first."""

    owner: Owner
    changes: tuple[Happened, ...]
    names: dict[str, str]
    next: str


class Opened(msgspec.Struct, frozen=True):
    """A module that is about to be changed: its owner, and the elements that the actor may write."""

    owner: Owner
    module: Module
    elements: tuple[Element, ...]


class Changed(msgspec.Struct, frozen=True):
    """What became of each element that was sent ("recorded", "proposed", "unchanged"); ``keys`` of those that were
    removed or found unchanged stand in ``touched`` too."""

    outcomes: dict[str, Outcome]
    touched: tuple[str, ...]
    whose: tuple[str, ...]


class RegistryDesk:
    def __init__(
        self, people: People, households: Households, history: History, reach: Reach, past: Past, elements: Elements,
        accounts: Accounts, limits: Limits, clock: Clock,
    ) -> None:  # fmt: skip
        self._people = people
        self._households = households
        self._history = history
        self._elements = elements
        self._reach = reach
        self._past = past
        self._accounts = accounts
        self._limits = limits
        self._clock = clock

    async def household(
        self, actor: Actor, household_id: str, show: str = "", day: str = ""
    ) -> HouseholdView:
        """``show`` names an element or a module whose sensitive values are told whole; ``day`` an ISO day, empty for
        today. Raises NotFound, Forbidden, Invalid, TooMany."""
        home = await self._reach.home(actor, household_id)
        owners: list[Owner] = [home, *await self._households.people(home.id)]
        if day:
            owners = await self._past.household(actor, home, day)
        eyes = await self._eyes(actor, owners, show)
        seen = sheet(owners[0], eyes)
        members = tuple(self._members(owners, eyes))
        return HouseholdView(seen, self._reach.place(home.areas), members, len(home.held.proposals), day)

    async def person(self, actor: Actor, person_id: str, show: str = "", day: str = "") -> PersonView:
        """As ``household``, of one person."""
        her = await self._reach.person(actor, person_id)
        then = await self._past.of(her, day) if day else her
        seen = sheet(then, await self._eyes(actor, [then], show))
        address = (await self._households.addresses([her.household])).get(her.household, "")
        relation = self._elements.codes("GB/T 4761").get(her.relation, "")
        waits = len(her.held.proposals)
        return PersonView(
            seen, her.household, address, relation, self._reach.place(her.areas), waits, day, her.state
        )

    async def story(self, actor: Actor, noun: Noun, owner_id: str, key: str = "", after: str = "") -> Story:
        """What became of its elements. A page may be short where the actor does not see all of them. Raises as
        ``household``."""
        owner = await self._reach.owner(actor, noun, owner_id)
        page = await self._history.page([owner.id], key, after, LISTED)
        keys = await self._reach.seen(actor, owner.areas)
        seen = tuple(each for each in page.changes if each.entry.key in keys)
        names = await self._accounts.names(
            by for each in seen for by in (each.entry.by, *_wished_by(each)) if by
        )  # fmt: skip
        return Story(owner, seen, names, page.next)

    async def opened(self, actor: Actor, noun: Noun, owner_id: str, module: str) -> Opened:
        """A module about to be changed. Raises NotFound for one that the actor may change nothing in."""
        owner = await self._reach.owner(actor, noun, owner_id)
        taken = await self._reach.taken(actor, owner.areas)
        may = writable(taken, owner, module, self._elements) if module in MODULES else ()
        if not may:
            raise NotFound("没有这个类别，或者它不由您登记。", code="module.unknown")
        seen = sheet(owner, await self._eyes(actor, [owner]))
        return Opened(owner, next(each for each in seen.modules if each.key == module), may)

    async def change(self, actor: Actor, noun: Noun, owner_id: str, module: str, change: Change) -> Changed:
        """Write what was changed in a module, by the order of trust: what a more trusted source says stands, and the
        change waits for review. Raises Invalid, Stale, NotFound, Forbidden."""
        need(actor, "registry.change")
        opened = await self.opened(actor, noun, owner_id, module)
        found = check(change, opened.elements, self.context())
        problems = list(found.problems)
        if not change.changes:
            problems.append(Problem("", "nothing", "没有改动。确实没有变化的，请按“无变化”。"))
        if problems:
            raise Invalid(problems)
        made = given_at(actor, self._clock(), change.ground, secrets.token_hex(10))
        source = source_of(actor)
        await self._look_twice(opened.owner, apply(opened.owner.held, found, change, source, made), made)
        done = await self._book(noun).edit(
            opened.owner.id, lambda held: apply(held, found, change, source, made, actor.name)
        )
        became: dict[str, Outcome] = dict.fromkeys(change.changes, "unchanged")
        for entry in done.entries:
            if entry.kind in {"recorded", "proposed"}:
                became[entry.key] = "proposed" if entry.kind == "proposed" else "recorded"
        return Changed(became, tuple(change.changes), whose(opened.owner))

    async def _look_twice(self, owner: Owner, edit: Edit, made: Decision) -> None:
        """What an edit would bring into contradiction: raises Invalid for what cannot be, Doubtful for what may be where
        nothing is said why."""
        of = owner.id if isinstance(owner, Person) else ""
        before = await self._reach.family(owner)
        refused, doubted = doubts(before, with_held(before, of, edit.held), of, self._today())
        if refused:
            raise Invalid(refused)
        if doubted and not made.ground:
            raise Doubtful([Problem(each.field, "doubt", each.message) for each in doubted])

    async def unchanged(self, actor: Actor, noun: Noun, owner_id: str, module: str) -> Changed:
        """Everything of a module that the actor sees and keeps is as it was (无变化): it is fresh from now on. Raises as
        ``change``."""
        need(actor, "registry.change")
        opened = await self.opened(actor, noun, owner_id, module)
        keys = [each.key for each in opened.elements if each.key in opened.owner.held.values]
        if not keys:
            raise Invalid([Problem("", "nothing", "这一类还没有登记内容，请先填写。")])
        made = given_at(actor, self._clock(), UNCHANGED, secrets.token_hex(10))
        source = source_of(actor)
        done: Edit = await self._book(noun).edit(
            opened.owner.id, lambda held: confirm(held, keys, source, made)
        )
        touched = tuple(entry.key for entry in done.entries)
        return Changed(dict.fromkeys(keys, "unchanged"), touched, whose(opened.owner))

    def context(self) -> Context:
        """What values are checked against and read with."""
        return self._reach.context()

    async def _eyes(self, actor: Actor, owners: Sequence[Owner], show: str = "") -> Eyes:
        if show:
            await self._limits.check("registry.show", actor.subject)
        names = await self._accounts.names(authors(owners))
        places = {each.areas for each in owners}
        return Eyes(
            {areas: await self._reach.seen(actor, areas) for areas in places},
            {areas: await self._reach.taken(actor, areas) for areas in places},
            self._elements,
            self.context(),
            lambda element: show in {element.key, element.module},
            names,
        )

    def _members(self, owners: Sequence[Owner], eyes: Eyes) -> Iterator[MemberLine]:
        """The members of the household that comes first, its head first; then who is registered in it and not listed."""
        people = {each.id: each for each in owners if isinstance(each, Person)}
        home = owners[0]
        listed = list(home.members) if isinstance(home, Household) else []
        known = {each.person for each in listed}
        listed += [
            Member(each.id, each.name, each.relation) for each in people.values() if each.id not in known
        ]
        for member in sorted(listed, key=lambda each: each.relation != HEAD):
            her = people.get(member.person)
            visible = NAME in eyes.seen[home.areas]
            relation = self._elements.codes("GB/T 4761").get(member.relation, "") if visible else ""
            seen = sheet(her, eyes) if her else None
            yield MemberLine(
                member.person if seen and seen.modules else "", member.name if visible else "家庭成员", relation,
                seen.filled if seen else 0, seen.asked if seen else 0, len(her.held.proposals) if her else 0,
            )  # fmt: skip

    def _book(self, noun: Noun) -> People | Households:
        return self._people if noun == "person" else self._households

    def _today(self) -> date:
        return local_day(self._clock())


def _wished_by(change: Happened) -> tuple[str, ...]:
    wish = change.entry.proposal
    return (wish.value.by,) if wish is not None and wish.value.source != "self" else ()
