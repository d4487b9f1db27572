"""What is missing, old or contradictory in an area: sums by place and module, the households behind them, and the list of
contradictions. Places are counted and nobody is ranked."""

from __future__ import annotations

from datetime import datetime

import msgspec

from models.areas.area import Area, level_of
from models.areas.service import Areas
from models.base.actor import Actor
from models.base.clock import Clock, local_day
from models.base.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from models.elements.registry import Elements
from models.people.registry import EPOCH
from models.registry.findings import Kept, State, explain, reopen
from models.registry.marks import Count, Mark, Sum, stale_before
from models.registry.repository import FindingRepository, MarkRepository
from models.roles.lines import MODULES
from models.roles.rules import may_change, may_see, need

PAGE = 50
SCANNED = 1000
"""Households that are looked through for one page of those that lack something."""

COUNTED = 1000


class ModuleRow(msgspec.Struct, frozen=True):
    """One module of one place: how much of what is asked is there, how much of that is old."""

    module: str
    asked: int
    filled: int
    stale: int


class PlaceRow(msgspec.Struct, frozen=True):
    """One place with its modules in the order of the registry; ``area`` its code, "" for what lies in no place below."""

    area: str
    name: str
    households: int
    people: int
    findings: int
    modules: tuple[ModuleRow, ...]


class Quality(msgspec.Struct, frozen=True):
    """An area and the places in it; ``modules`` are those that the actor's line sees, key to name. ``lists``: whether
    households may be listed here, which is from the village down."""

    area: str
    name: str
    whole: PlaceRow
    places: tuple[PlaceRow, ...]
    modules: dict[str, str]
    stale_before: str
    lists: bool


class Lacking(msgspec.Struct, frozen=True):
    """A household that lacks or has grown old in a module."""

    household: str
    address: str
    asked: int
    filled: int
    stale: int


class LackingPage(msgspec.Struct, frozen=True):
    """Households of an area by code; ``next`` goes on where the page ends, which may be before it is full."""

    area: str
    name: str
    module: str
    what: str
    rows: tuple[Lacking, ...]
    next: str = ""


class FindingsPage(msgspec.Struct, frozen=True):
    """Contradictions of an area in one state, the longest known first, as far as the actor's line sees them."""

    area: str
    name: str
    state: State
    rows: tuple[Kept, ...]
    next: str = ""


class RegistryQuality:
    def __init__(
        self, marks: MarkRepository, findings: FindingRepository, areas: Areas, elements: Elements, clock: Clock
    ) -> None:  # fmt: skip
        self._marks = marks
        self._findings = findings
        self._areas = areas
        self._elements = elements
        self._clock = clock

    async def of(self, actor: Actor, area: str = "") -> Quality:
        """How complete and fresh an area is (the actor's own unless it is named), and each place in it. Raises Forbidden
        for an area that is not hers."""
        place = self._place(actor, area)
        modules = self._modules(actor, place)
        old = self._stale_before()
        corners = await self._marks.sums(place.id)
        whole = Sum()
        below: dict[str, Sum] = {}
        for areas, total in corners:
            whole += total
            child = _child(place, areas)
            below[child] = below.get(child, Sum()) + total
        children = [each for each in self._areas.children(place.id) if each.level != "grid"]
        rows = tuple(
            _row(each.id, each.name, below.get(each.id, Sum()), modules, old) for each in children
        )  # fmt: skip
        lists = level_of(place.id) in {"village", "group", "grid"}
        return Quality(
            place.id,
            place.full_name,
            _row(place.id, place.name, whole, modules, old),
            rows,
            modules,
            old,
            lists,
        )

    async def lacking(
        self, actor: Actor, area: str, module: str, what: str = "", after: str = ""
    ) -> LackingPage:
        """Households of a village, a group or a grid that lack something of a module, or (``what`` "stale") in which
        something of it is old. Raises Forbidden, Invalid, NotFound."""
        place = self._place(actor, area)
        if module not in self._modules(actor, place):
            raise NotFound("没有这个类别，或者您的条线不查看它。", code="module.unknown")
        if level_of(place.id) in {"county", "town"}:
            raise Invalid([Problem("area", "area.wide", "请先选择村，再看缺项的户。")])
        old, rows, last = self._stale_before(), [], ""
        found = await self._marks.within(place.id, after[:18], SCANNED)
        for each in found:
            row = _lacking(each, module, old)
            if row.stale if what == "stale" else row.asked > row.filled:
                rows.append(row)
            last = each.id
            if len(rows) == PAGE:
                break
        more = last if found and (last != found[-1].id or len(found) == SCANNED) else ""
        return LackingPage(
            place.id, place.full_name, module, what if what == "stale" else "", tuple(rows), more
        )

    async def findings(
        self, actor: Actor, area: str = "", state: State = "open", after: str = ""
    ) -> FindingsPage:
        """Contradictions of an area. Raises Forbidden."""
        place = self._place(actor, area)
        found = await self._findings.listed(place.id, state, _position(after), PAGE + 1)
        last = found[PAGE - 1] if len(found) > PAGE else None
        seen = tuple(each for each in found[:PAGE] if self._sees(actor, each))
        return FindingsPage(
            place.id, place.full_name, state, seen, f"{last.found_at.isoformat()}~{last.id}" if last else ""
        )  # fmt: skip

    async def of_household(self, actor: Actor, household: str) -> list[Kept]:
        """What is open in a household that the actor has been let in to."""
        found = await self._findings.of_household(household)
        return [each for each in found if each.state == "open" and self._sees(actor, each)]

    async def waiting(self, actor: Actor) -> int:
        """How many are open in the actor's area, counted to a thousand."""
        return await self._findings.count(actor.area, "open", COUNTED)

    async def explain(self, actor: Actor, finding: str, said: str) -> Kept:
        """It is true as it stands. Raises NotFound, Forbidden, Conflict, Invalid."""
        kept = await self._own(actor, finding)
        at = self._clock()
        return await self._replaced(explain(kept, said, actor.subject, actor.name, at), kept)

    async def reopen(self, actor: Actor, finding: str) -> Kept:
        """The explanation does not hold. Raises as ``explain``."""
        kept = await self._own(actor, finding)
        return await self._replaced(reopen(kept, self._clock()), kept)

    async def _replaced(self, new: Kept, old: Kept) -> Kept:
        if not await self._findings.replace(new, old):
            raise Conflict("这一条刚被改正或说明过，请刷新。", code="finding.settled")
        return new

    async def _own(self, actor: Actor, finding: str) -> Kept:
        """One that the actor sees and may settle. Raises NotFound for others."""
        need(actor, "registry.change")
        kept = await self._findings.of_id(finding)
        if kept is None or not actor.covers(kept.areas) or not self._sees(actor, kept):
            raise NotFound("没有找到这一条，或它不在您的管理范围内。", code="finding.unknown")
        element = self._elements.by_key[kept.key]
        if not may_change(actor, element.module, element.sensitivity, kept.areas):
            raise NotFound("没有找到这一条，或它不在您的管理范围内。", code="finding.unknown")
        return kept

    def _sees(self, actor: Actor, kept: Kept) -> bool:
        element = self._elements.get(kept.key)
        return element is not None and may_see(actor, element.module, element.sensitivity, kept.areas)

    def _place(self, actor: Actor, area: str) -> Area:
        need(actor, "registry.search")
        code = area or actor.area
        if not self._areas.has(code) or not actor.covers(self._areas.chain(code)):
            raise Forbidden("这个区划不在您的管理范围内。", code="area.not_yours")
        return self._areas.get(code)

    def _modules(self, actor: Actor, place: Area) -> dict[str, str]:
        """The modules that the actor's line looks at, with their names."""
        asked = dict.fromkeys(each.module for each in self._elements.by_key.values() if each.sensitivity < 3)
        return {key: MODULES[key] for key in asked if may_see(actor, key, 1, place.areas)}

    def _stale_before(self) -> str:
        return stale_before(local_day(self._clock()))


def _child(place: Area, areas: tuple[str, ...]) -> str:
    """Which place directly in ``place`` a corner lies in, empty for a group or a grid itself."""
    depth = len(place.areas)
    return areas[depth] if depth < 4 and "G" not in place.id else ""


def _row(area: str, name: str, total: Sum, modules: dict[str, str], old: str) -> PlaceRow:
    counts = {key: total.modules.get(key, Count()) for key in modules}
    rows = tuple(ModuleRow(key, each.asked, each.filled, each.stale(old)) for key, each in counts.items())
    return PlaceRow(area, name, total.households, total.people, total.findings, rows)


def _lacking(mark: Mark, module: str, old: str) -> Lacking:
    count = mark.modules.get(module, Count())
    return Lacking(mark.id, mark.address, count.asked, count.filled, count.stale(old))


def _position(after: str) -> tuple[datetime, str]:
    """The place behind which a page begins; the start for what cannot be read."""
    at, _, last = after.partition("~")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return EPOCH, ""
    return (moment, last) if moment.tzinfo else (EPOCH, "")
