"""Fetching what an order touches, for who may: the households and people, and whom its names and numbers mean."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

import msgspec

from models.areas.area import place
from models.areas.service import Areas
from models.base import idnumber
from models.base.actor import Actor
from models.base.clock import local_day
from models.base.errors import Invalid, NotFound, Problem
from models.elements.registry import Elements
from models.households.household import Household
from models.households.service import Households
from models.lifeevents.frame import Frame
from models.lifeevents.order import (
    PAPERS,
    AnyOrder,
    HouseholdAdd,
    Leaving,
    Marriage,
    Place,
    Split,
    Who,
)
from models.lifeevents.scene import RELATION_NAMES, Scene
from models.limits.service import Limits
from models.people.person import Person, same_name
from models.people.service import People
from models.people.values import Source
from models.roles.rules import check

FIND = "registry.find"
VERB = "registry.move"
ID_BYTES = 12
LONGEST_GROUND, LONGEST_ADDRESS = 200, 80
OPERATION = re.compile(r"[0-9A-Za-z_-]{16,64}")
UNKNOWN = "没有找到姓名和身份证号都相符的人，请核对。没有登记过的人请用“新增人员”。"


class Gathered(msgspec.Struct, frozen=True):
    """Everything that a plan needs, and what is wrong with what all orders say."""

    scene: Scene
    frame: Frame
    problems: tuple[Problem, ...] = ()


class Gathering:
    """``sought`` makes of an ID number what people are found by."""

    def __init__(
        self, people: People, households: Households, areas: Areas, elements: Elements, limits: Limits,
        sought: Callable[[str], Sequence[str]],
    ) -> None:  # fmt: skip
        self._people = people
        self._households = households
        self._areas = areas
        self._elements = elements
        self._limits = limits
        self._sought = sought

    async def gather(
        self, actor: Actor, order: AnyOrder, now: datetime, *, reviewed: bool = False
    ) -> Gathered:
        """``reviewed``: the actor gives the second look, for which she has been asked already. Raises Invalid for an
        order that cannot be understood, UnknownHousehold and NotFound for what is not in the actor's area, Forbidden
        where she may not, TooMany."""
        on, found = _check(order, local_day(now))
        homes = [await self._home(actor, code) for code in self._codes(order)]
        who, partner = await self._named(actor, order, reviewed)
        for person in (who, partner):
            if person is not None and person.household and not any(h.id == person.household for h in homes):
                homes.append(await self._households.get(person.household))
        mates = await self._people.known([each.person for home in homes for each in home.members])
        people = {person.id: person for person in (who, partner) if person is not None}
        frame = Frame(
            local_day(now), on, self._elements.codes(RELATION_NAMES), now, actor.subject, actor.name, source_of(actor),
            who.id if who else "", partner.id if partner else "", secrets.token_hex(ID_BYTES),
            await self._new_home(actor, order),
        )  # fmt: skip
        far = frozenset(home.id for home in homes if not actor.covers(home.areas))
        scene = Scene({home.id: home for home in homes}, {**mates, **people}, far)
        return Gathered(scene, frame, found)

    def _codes(self, order: AnyOrder) -> list[str]:
        code = getattr(order, "household", None)
        if code == "":
            raise Invalid([Problem("household", "household.needed", "请选择是哪一户。")])
        return [code] if code else []

    async def _home(self, actor: Actor, code: str) -> Household:
        home = await self._households.for_actor(actor, code)
        check(actor, VERB, home.areas)
        return home

    async def _named(
        self, actor: Actor, order: AnyOrder, reviewed: bool
    ) -> tuple[Person | None, Person | None]:
        """Whom the order is about, and whom she marries."""
        if isinstance(order, HouseholdAdd):
            named = order.who != Who()
            return (await self._find(actor, order.who, "who") if named else None), None
        if not isinstance(order, Leaving):
            return None, None
        who = await self._find(actor, order.who, "who")
        if not isinstance(order, Marriage):
            if not hasattr(order, "household") and not reviewed:
                check(actor, VERB, who.areas)
            return who, None
        partner = await self._find(actor, order.partner, "partner")
        if not actor.covers(who.areas) and not actor.covers(partner.areas):
            check(actor, VERB, who.areas)
        return who, partner

    async def _find(self, actor: Actor, who: Who, field: str) -> Person:
        """By id within the actor's area, or by ID number and name wherever in the county."""
        if who.person:
            person = await self._people.get(who.person)
            if not actor.covers(person.areas):
                raise NotFound("没有找到这个人的登记信息，或者不在您的管理范围内。", code="person.unknown")
            return person
        number = idnumber.normalise(who.id_number[:100])
        if not number:
            raise Invalid([Problem(f"{field}.id_number", "who.needed", "请选择成员，或填写姓名和身份证号。")])
        await self._limits.check(FIND, actor.subject)
        found = await self._people.by_id_number(self._sought(number))
        if found is None or not same_name(found.name, who.name):
            raise Invalid([Problem(f"{field}.id_number", "who.unknown", UNKNOWN)])
        return found

    async def _new_home(self, actor: Actor, order: AnyOrder) -> Household | None:
        """The household that the order founds, as yet without members; None where it does not say where."""
        if not isinstance(order, (HouseholdAdd, Split)) or not self._lies_together(order.place):
            return None
        where = order.place
        areas = place(where.group, where.grid)
        check(actor, VERB, areas)
        address = " ".join(where.address.split())[:LONGEST_ADDRESS]
        return Household(await self._households.next_code(where.group), areas, address)

    def _lies_together(self, where: Place) -> bool:
        """Whether the group and the grid exist, and lie in one village."""
        if not self._areas.has(where.group) or not self._areas.has(where.grid):
            return False
        group, grid = self._areas.get(where.group), self._areas.get(where.grid)
        return (group.level, grid.level) == ("group", "grid") and group.id[:12] == grid.id[:12]


def source_of(actor: Actor) -> Source:
    """What a grid worker reports she has seen; what a desk enters was shown to it."""
    return "visit" if actor.role == "grid" else "counter"


def _check(order: AnyOrder, today: date) -> tuple[date, tuple[Problem, ...]]:
    """The day of the event, and everything that is wrong with what all orders say."""
    found: list[Problem] = []
    if not OPERATION.fullmatch(order.op):
        found.append(Problem("op", "operation.id", "这一页已经过期，请重新打开后填写。"))
    if not order.ground.strip() and not order.paper:
        found.append(Problem("ground", "ground.needed", "请说明依据，或选择核验了什么证明材料。"))
    if len(order.ground) > LONGEST_GROUND:
        found.append(Problem("ground", "ground.long", f"依据最多{LONGEST_GROUND}个字。"))
    if order.paper and order.paper not in PAPERS:
        found.append(Problem("paper", "paper.unknown", "请从列表里选择证明材料。"))
    on = today
    try:
        on = date.fromisoformat(order.on) if order.on else today
    except ValueError:
        found.append(Problem("on", "date.form", "请按年-月-日填写，例如 2026-11-25。"))
    return on, tuple(found)


def touched(homes: Iterable[Household]) -> tuple[str, ...]:
    """The areas of some households together."""
    return tuple(dict.fromkeys(area for home in homes for area in home.areas))
