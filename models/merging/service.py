"""Merging two records, and undoing it: side by side first, then in one transaction over everything that names either."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from models.base.actor import Actor
from models.base.cipher import Cipher
from models.base.clock import Clock
from models.base.errors import Conflict, Invalid, NotFound, Problem
from models.collecting.service import Collecting, Grounds, sees
from models.drafts.draft import card_owners
from models.elements.registry import Elements
from models.forms.context import Context
from models.forms.display import masked
from models.households.household import Household
from models.households.service import Households
from models.lifeevents.event import standings
from models.lifeevents.gathering import LONGEST_GROUND, OPERATION
from models.lifeevents.scene import RELATION_NAMES, Scene
from models.merging import pairs
from models.merging.merge import Merge, Order, Side, differing, preferred
from models.merging.pairs import Made
from models.merging.repository import Called, MergeRepository
from models.people.book import Noun, Outrun
from models.people.person import ID_NUMBER, Person
from models.people.service import People
from models.people.values import Value
from models.record.sheets import in_words, source_words
from models.roles.rules import check
from models.sessions.session import Why

TRIES = 8
LISTED = 50
VERB = "registry.merge"
MASKED = frozenset({"id_number", "phone", "bank_account"})
UNKNOWN = "没有找到这条登记，或者它不在您的管理范围内。"


class Cell(msgspec.Struct, frozen=True):
    """What one record says of an element: in words, from where, when; all empty where it says nothing."""

    text: str = ""
    source: str = ""
    at: datetime | None = None


class Row(msgspec.Struct, frozen=True):
    """One element of which the two say different things. ``picked`` is the more trusted one. ``hidden``: the actor may
    not look at it, and the more trusted one is taken."""

    key: str
    label: str
    winner: Cell
    loser: Cell
    picked: Side
    hidden: bool = False


class Comparison(msgspec.Struct, frozen=True):
    """Two records side by side; ``same`` is how many elements they agree on. ``to_place`` are members who come over
    into a household with a head: their relation is asked for, by person id and name."""

    noun: Noun
    winner: str
    loser: str
    titles: tuple[str, str]
    places: tuple[str, str]
    rows: tuple[Row, ...]
    same: int
    to_place: dict[str, str]
    whose: tuple[str, ...]


class Merging:
    """Above life events and everything that is rewritten with a merge. ``subject`` is what residents are called in
    sessions and cases; ``end_sessions`` ends somebody's log-ins."""

    def __init__(
        self, repository: MergeRepository, people: People, households: Households, elements: Elements,
        collecting: Collecting, context: Callable[[], Context], subject: Callable[[str], str],
        end_sessions: Callable[[str, Why], Any], cipher: Cipher, clock: Clock,
    ) -> None:  # fmt: skip
        self._repository = repository
        self._people = people
        self._households = households
        self._elements = elements
        self._collecting = collecting
        self._context = context
        self._subject = subject
        self._end_sessions = end_sessions
        self._cipher = cipher
        self._clock = clock

    async def compare(self, actor: Actor, noun: Noun, winner: str, loser: str) -> Comparison:
        """Both records. Raises NotFound for one that is not in the actor's area, Invalid for one and the same."""
        scene = await self._scene(actor, noun, winner, loser)
        one, other = _owners(scene, noun, winner, loser)
        but = pairs.STRUCTURAL if noun == "person" else ()
        keys = differing(one.held, other.held, but)
        grounds = await self._collecting.grounds()
        rows = tuple(
            self._row(actor, one, other, key, grounds) for key in keys if key in self._elements.by_key
        )
        same = len([key for key in one.held.values if key in other.held.values and key not in keys])
        return Comparison(
            noun, winner, loser, (_title(one), _title(other)), (_place(scene, one), _place(scene, other)), rows, same,
            _to_place(one, other), tuple(scene.people),
        )  # fmt: skip

    async def merge(self, actor: Actor, order: Order) -> Merge:
        """``loser`` leads to ``winner`` from now on. The same operation again gives what it gave. Raises as ``compare``,
        Invalid with what is missing, Conflict."""
        kept = await self._repository.get(order.op) if OPERATION.fullmatch(order.op) else None
        if kept is not None:
            return self._same(kept, actor, order)
        for _ in range(TRIES):
            base = await self._scene(actor, order.noun, order.winner, order.loser)
            _need(order)
            now = self._clock()
            mark = {"at": now, "by": actor.subject, "ground": order.ground.strip(), "batch": order.op}
            names = self._elements.codes(RELATION_NAMES)
            make = pairs.people if order.noun == "person" else pairs.houses
            made = make(order, base, names, mark)
            if made.problems:
                raise Invalid(list(made.problems))
            try:
                return await self._write(actor, order, base, made, now)
            except Outrun:
                continue
        raise Conflict()

    async def get(self, actor: Actor, merge_id: str) -> Merge:
        """A merge in the actor's area. Raises NotFound."""
        merge = await self._repository.get(merge_id) if OPERATION.fullmatch(merge_id) else None
        if merge is None or not actor.is_staff or actor.area not in merge.areas:
            raise NotFound("没有找到这次合并，或者它不在您的管理范围内。", code="merge.unknown")
        return merge

    async def in_area(self, actor: Actor) -> list[Merge]:
        """The latest merges in the actor's area."""
        return await self._repository.in_area(actor.area, LISTED) if actor.is_staff and actor.area else []

    async def names_of(self, person_id: str) -> tuple[str, ...]:
        """``People.names_of``."""
        return await self._people.names_of(person_id)

    async def _write(self, actor: Actor, order: Order, base: Scene, made: Made, now: datetime) -> Merge:
        mark = {"at": now, "by": actor.subject, "ground": order.ground.strip(), "batch": order.op}
        people = pairs.person_writes(made, base, order.winner, mark, self._elements.by_key.__contains__)
        homes = pairs.home_writes(made, base, order.winner)
        after = Scene(
            {**base.homes, **{each.owner.id: each.owner for each in homes}},
            {**base.people, **{each.owner.id: each.owner for each in people}},
        )
        codes = [order.winner, *(each.owner.id for each in homes if each.owner.id != order.winner)]
        codes = codes if order.noun == "household" else codes[1:]
        ids = [each.owner.id for each in people]
        concerned: list[Household | Person] = [*base.homes.values(), *base.people.values()]
        areas = dict.fromkeys(area for each in concerned for area in each.areas)
        merge = Merge(
            order.op, order.noun, order.winner, order.loser, tuple(areas), now, actor.subject, actor.name,
            self._mac(actor, order), tuple(ids), tuple(codes), standings(base, codes, ids), standings(after, codes, ids),
            order.ground.strip(), made.joined.wishes,
        )  # fmt: skip
        renamed: Sequence[tuple[Called, Called]] = [({"household": order.loser}, {"household": order.winner})]
        if order.noun == "person":
            renamed = self._renamed(order, base, made)
        group = base.homes[order.loser].areas[3] if order.noun == "household" else ""
        alsos = self._households.writing(homes), self._people.writing(people)
        kept = await self._repository.add(merge, alsos, renamed, group)
        for each in base.people.values():
            if each.id in ids and each.id_number:
                await self._end_sessions(self._subject(each.id_number), "changed")
        return self._same(kept, actor, order)

    def _renamed(self, order: Order, base: Scene, made: Made) -> Sequence[tuple[Called, Called]]:
        """What the two were called, and what the one is called from now on."""
        number = made.joined.held.values.get(ID_NUMBER)
        now = self._called(order.winner, str(number.v) if number else "")
        both = (base.people[each] for each in (order.winner, order.loser))
        return [(was, now) for each in both if (was := self._called(each.id, each.id_number)) != now]

    def _called(self, person_id: str, number: str) -> Called:
        if not number:
            return {"person": person_id}
        subject = self._subject(number)
        high, low = card_owners(subject)
        return {"person": person_id, "subject": subject, "card_high": high, "card_low": low}

    async def _scene(self, actor: Actor, noun: Noun, winner: str, loser: str) -> Scene:
        """Both, with everybody whom a merge touches."""
        if winner == loser:
            raise Invalid([Problem("loser", "merge.same", "请选择两条不同的登记。")])
        homes: list[Household] = []
        people: dict[str, Person] = {}
        if noun == "household":
            homes = [await self._house(actor, each) for each in (winner, loser)]
        else:
            for each in (winner, loser):
                person = await self._person(actor, each)
                people[person.id] = person
                if person.household and person.household not in {home.id for home in homes}:
                    homes.append(await self._households.get(person.household))
        mates = await self._people.known([each.person for home in homes for each in home.members])
        return Scene({home.id: home for home in homes}, {**mates, **people})

    async def _person(self, actor: Actor, person_id: str) -> Person:
        person = await self._people.get(person_id)
        if person.id != person_id or not actor.covers(person.areas):
            raise NotFound(UNKNOWN, code="person.unknown")
        check(actor, VERB, person.areas)
        return person

    async def _house(self, actor: Actor, code: str) -> Household:
        home = await self._households.for_actor(actor, code)
        if home.id != code or home.state:
            raise NotFound(UNKNOWN, code="household.unknown")
        check(actor, VERB, home.areas)
        return home

    def _row(
        self, actor: Actor, one: Person | Household, other: Person | Household, key: str, grounds: Grounds
    ) -> Row:
        element = self._elements.by_key[key]
        mine, theirs = one.held.values.get(key), other.held.values.get(key)
        picked = preferred(mine, theirs)
        if not sees(actor, element, one.areas, grounds):
            return Row(key, element.label, Cell(), Cell(), picked, hidden=True)
        context = self._context()

        def cell(value: Value | None) -> Cell:
            if value is None:
                return Cell()
            private = element.type in MASKED
            words = masked(element.type, str(value.v)) if private else in_words(element, value.v, context)
            return Cell(words, source_words(value), value.at)

        return Row(key, element.label, cell(mine), cell(theirs), picked)

    def _same(self, kept: Merge, actor: Actor, order: Order) -> Merge:
        if kept.mac != self._mac(actor, order):
            raise Conflict("这个操作编号已经用于另一次合并，请重新打开页面。", code="operation.other")
        return kept

    def _mac(self, actor: Actor, order: Order) -> str:
        return self._cipher.mac(f"{actor.subject}\0{msgspec.json.encode(order).decode()}", "merge")


def _need(order: Order) -> None:
    found = []
    if not OPERATION.fullmatch(order.op):
        found.append(Problem("op", "operation.id", "这一页已经过期，请重新打开后填写。"))
    if not 0 < len(order.ground.strip()) <= LONGEST_GROUND:
        message = f"请写明为什么是同一个，最多{LONGEST_GROUND}个字。"
        found.append(Problem("ground", "ground.needed", message))
    if found:
        raise Invalid(found)


def _owners(
    scene: Scene, noun: Noun, winner: str, loser: str
) -> tuple[Person | Household, Person | Household]:
    if noun == "person":
        return scene.people[winner], scene.people[loser]
    return scene.homes[winner], scene.homes[loser]


def _title(owner: Person | Household) -> str:
    return owner.name if isinstance(owner, Person) else owner.address


def _place(scene: Scene, owner: Person | Household) -> str:
    """Where somebody lives; who lives in a house."""
    if isinstance(owner, Household):
        return "、".join(each.name for each in owner.members)
    home = scene.home_of(owner.id)
    return home.address if home else ""


def _to_place(one: Person | Household, other: Person | Household) -> dict[str, str]:
    if isinstance(one, Person) or isinstance(other, Person) or not one.members:
        return {}
    mine = {each.person for each in one.members}
    return {each.person: each.name for each in other.members if each.person not in mine}
