"""The registry at a desk: a household and its people, seen by whoever may see them, changed by whoever may change them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date

import msgspec

from models.accounts.service import Accounts
from models.areas.service import Areas
from models.base.actor import Actor
from models.base.clock import Clock, local_day
from models.base.errors import Invalid, NotFound, Problem
from models.elements.element import Element
from models.elements.registry import Elements
from models.forms.context import Context
from models.history.change import Change as Happened
from models.history.service import History
from models.households.household import HEAD, Household, Member
from models.households.service import Households, UnknownHousehold
from models.limits.service import Limits
from models.people.book import Noun
from models.people.edits import Edit, confirm
from models.people.person import Person
from models.people.service import People
from models.people.values import Outcome
from models.registry.day import end_of, held_before
from models.registry.editing import Change, apply, check, given_at, source_of, writable
from models.registry.sight import (
    Eyes,
    Module,
    Owner,
    Sheet,
    authors,
    elements_of,
    noun_of,
    sees,
    sheet,
    whose,
)
from models.roles.lines import MODULES
from models.roles.rules import may_see, need

LISTED = 50
REBUILT = 5000
"""Changes that are undone at most to reach a day; further back than that nothing is claimed."""

UNCHANGED = "无变化"


class UnknownPerson(NotFound):
    """No such person, or not the actor's: one answer for both."""

    code = "person.unknown"
    message = "没有找到这个人的登记信息，或者不在您的管理范围内。"


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
        self, people: People, households: Households, history: History, elements: Elements, areas: Areas,
        accounts: Accounts, limits: Limits, clock: Clock,
    ) -> None:  # fmt: skip
        self._people = people
        self._households = households
        self._history = history
        self._elements = elements
        self._areas = areas
        self._accounts = accounts
        self._limits = limits
        self._clock = clock

    async def household(
        self, actor: Actor, household_id: str, show: str = "", day: str = ""
    ) -> HouseholdView:
        """``show`` names an element or a module whose sensitive values are told whole; ``day`` an ISO day, empty for
        today. Raises NotFound, Forbidden, Invalid, TooMany."""
        home = await self._home(actor, household_id)
        people = await self._households.people(home.id)
        listed: list[Person] = sorted(people, key=lambda each: (each.relation != HEAD, each.id))
        owners: list[Owner] = [home, *listed]
        if day:
            owners = await self._as_of(owners, day)
        home, listed = owners[0], owners[1:]  # type: ignore[assignment]
        eyes = await self._eyes(actor, owners, show)
        seen = sheet(home, eyes)
        members = tuple(self._member(home, each, eyes) for each in listed)
        return HouseholdView(seen, self._place(home.areas), members, len(home.held.proposals), day)

    async def person(self, actor: Actor, person_id: str, show: str = "", day: str = "") -> PersonView:
        """As ``household``, of one person."""
        her = await self._person(actor, person_id)
        owners = await self._as_of([her], day) if day else [her]
        seen = sheet(owners[0], await self._eyes(actor, owners, show))
        address = (await self._households.addresses([her.household])).get(her.household, "")
        relation = self._elements.codes("GB/T 4761").get(her.relation, "")
        waits = len(her.held.proposals)
        return PersonView(seen, her.household, address, relation, self._place(her.areas), waits, day)

    async def story(self, actor: Actor, noun: Noun, owner_id: str, key: str = "", after: str = "") -> Story:
        """What became of its elements. A page may be short where the actor does not see all of them. Raises as
        ``household``."""
        owner = await self._owner(actor, noun, owner_id)
        page = await self._history.page([owner.id], key, after, LISTED)
        seen = tuple(
            each for each in page.changes if sees(actor, self._elements.by_key[each.entry.key], owner.areas)
        )
        names = await self._accounts.names(
            by for each in seen for by in (each.entry.by, *_wished_by(each)) if by
        )  # fmt: skip
        return Story(owner, seen, names, page.next)

    async def opened(self, actor: Actor, noun: Noun, owner_id: str, module: str) -> Opened:
        """A module about to be changed. Raises NotFound for one that the actor may change nothing in."""
        owner = await self._owner(actor, noun, owner_id)
        may = writable(actor, owner, module, self._elements) if module in MODULES else ()
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
        done = await self._book(noun).edit(
            opened.owner.id, lambda held: apply(held, found, change, source, made, actor.name)
        )
        became: dict[str, Outcome] = dict.fromkeys(change.changes, "unchanged")
        for entry in done.entries:
            if entry.kind in {"recorded", "proposed"}:
                became[entry.key] = "proposed" if entry.kind == "proposed" else "recorded"
        return Changed(became, tuple(change.changes), whose(opened.owner))

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
        return Context(self._today(), self._elements.code_lists, self._areas.names())

    async def _as_of(self, owners: Sequence[Owner], day: str) -> list[Owner]:
        """The same owners with what was on record of them at the end of ``day``."""
        moment = end_of(_day(day, self._today()))
        since = await self._history.since([each.id for each in owners], moment, REBUILT + 1)
        if len(since) > REBUILT:
            raise Invalid([Problem("day", "day.far", "这一天之后的变动太多，请选择近一些的日期。")])
        found: list[Owner] = []
        for owner in owners:
            entries = [each.entry for each in since if each.owner == owner.id]
            held = held_before(owner.held, entries, moment)
            if held.values:
                found.append(msgspec.structs.replace(owner, held=held))
        if not found or found[0].id != owners[0].id:
            raise NotFound("这一天还没有登记。", code="day.before")
        return found

    async def _eyes(self, actor: Actor, owners: Sequence[Owner], show: str = "") -> Eyes:
        if show:
            await self._limits.check("registry.show", actor.subject)
        names = await self._accounts.names(authors(owners))
        return Eyes(
            actor,
            self._elements,
            self.context(),
            lambda element: show in {element.key, element.module},
            names,
        )

    def _member(self, home: Household, her: Person, eyes: Eyes) -> MemberLine:
        place = next(
            (each for each in home.members if each.person == her.id), Member(her.id, "", her.relation)
        )
        seen = sheet(her, eyes)
        visible = may_see(eyes.actor, "person_basic", 1, her.areas)
        relation = self._elements.codes("GB/T 4761").get(place.relation, "")
        return MemberLine(
            her.id if seen.modules else "", her.name if visible else "家庭成员", relation if visible else "",
            seen.filled, seen.asked, len(her.held.proposals),
        )  # fmt: skip

    async def _owner(self, actor: Actor, noun: Noun, owner_id: str) -> Owner:
        if noun == "household":
            return await self._home(actor, owner_id)
        return await self._person(actor, owner_id)

    async def _home(self, actor: Actor, household_id: str) -> Household:
        need(actor, "registry.see:1")
        home = await self._households.for_actor(actor, household_id)
        if not self._sees_any(actor, home):
            raise UnknownHousehold
        return home

    async def _person(self, actor: Actor, person_id: str) -> Person:
        need(actor, "registry.see:1")
        try:
            her = await self._people.get(person_id)
        except NotFound:
            raise UnknownPerson from None
        if not actor.covers(her.areas) or not self._sees_any(actor, her):
            raise UnknownPerson
        return her

    def _sees_any(self, actor: Actor, owner: Owner) -> bool:
        """Whether the actor's line looks at anything of an owner at all."""
        return any(sees(actor, each, owner.areas) for each in elements_of(self._elements, noun_of(owner)))

    def _book(self, noun: Noun) -> People | Households:
        return self._people if noun == "person" else self._households

    def _place(self, areas: tuple[str, ...]) -> str:
        named = (each for each in reversed(areas) if "G" not in each and self._areas.has(each))
        return next((self._areas.name_below_county(each) for each in named), "")

    def _today(self) -> date:
        return local_day(self._clock())


def _wished_by(change: Happened) -> tuple[str, ...]:
    wish = change.entry.proposal
    return (wish.value.by,) if wish is not None and wish.value.source != "self" else ()


def _day(day: str, today: date) -> date:
    try:
        found = date.fromisoformat(day)
    except ValueError:
        found = date.max
    if not date(2000, 1, 1) <= found <= today:
        raise Invalid([Problem("day", "day.form", "请填写今天或以前的日期，例如 2026-03-01。")])
    return found
