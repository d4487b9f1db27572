"""The one place that answers whether an element may be collected now, and seen by whom.

Level 3 is off until the county's administrator has named the statutory ground, and for which line of duty: then it is
taken and seen by that line alone. Switched off again, nothing new is taken and nobody at a desk sees what is held; the
person herself does, for it is hers to have corrected or deleted (PIPL art. 44-47).
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping

import msgspec

from models.base.actor import Actor
from models.base.clock import Clock
from models.base.errors import Forbidden, Invalid, NotFound, Problem
from models.collecting.describing import Described, DescribedList, Dictionary, dictionary
from models.collecting.ground import LONGEST, StatutoryGround, names_law
from models.collecting.repository import GroundRepository
from models.elements.element import Collect, Element
from models.elements.registry import Elements
from models.forms.form import FieldType
from models.roles.lines import MODULES, lines_for
from models.roles.rules import check, may_see

CHANGE, SEE = "elements.change", "elements.see"
TEXT, LINE = "text", "line"


class Module(msgspec.Struct, frozen=True):
    """A module of the registry, and how many elements it has."""

    key: str
    name: str
    count: int


class Entry(msgspec.Struct, frozen=True):
    """An element in the dictionary: ``lines`` are those that may see it, ``on`` whether it is collected."""

    key: str
    label: str
    type: FieldType
    level: int
    codes: str
    collect: Collect
    lines: tuple[str, ...]
    on: bool


class Sheet(msgspec.Struct, frozen=True):
    """``module`` of ``modules``, and its elements in order."""

    modules: tuple[Module, ...]
    module: str
    entries: tuple[Entry, ...]


class Shown(msgspec.Struct, frozen=True):
    """One element whole, the code lists that it names, and what was decided of it, the newest first."""

    entry: Entry
    element: Described
    lists: tuple[DescribedList, ...]
    decisions: tuple[StatutoryGround, ...]


Grounds = Mapping[str, StatutoryGround]
"""The grounds of what is collected, by element."""

Kind = tuple[str, int, tuple[str, ...], bool]
"""All that who may see an element hangs on: module, level, lines, whether it has a ground. There are some fifty."""


class Collecting:
    """Use cases of the dictionary."""

    def __init__(self, repository: GroundRepository, elements: Elements, clock: Clock, county: str) -> None:
        self._repository = repository
        self._elements = elements
        self._clock = clock
        self._county = county

    async def grounds(self) -> Grounds:
        """What holds now: of each element of level 3 that is collected, on what ground."""
        return {each.key: each for each in await self._repository.latest() if each.on}

    async def off(self, keys: Iterable[str]) -> tuple[str, ...]:
        """Those of ``keys`` that nobody may collect now. Asks nothing of the database where none is of level 3."""
        strict = [key for key in dict.fromkeys(keys) if self._is_strict(key)]
        if not strict:
            return ()
        grounds = await self.grounds()
        return tuple(key for key in strict if key not in grounds)

    async def check(self, keys: Iterable[str]) -> None:
        """Raises Forbidden, naming it, where one of ``keys`` may not be collected."""
        off = await self.off(keys)
        if off:
            label = self._elements.by_key[off[0]].label
            raise Forbidden(f"“{label}”没有登记法定依据，不能采集。", code="element.off", keys=off)

    async def seen_by(self, actor: Actor, areas: tuple[str, ...]) -> frozenset[str]:
        """The elements that a member of staff may look at, of what lies in ``areas`` (the whole chain)."""
        grounds = await self.grounds()
        answers: dict[Kind, bool] = {}
        for each in self._elements.by_key.values():
            kind = _kind(each, grounds)
            if kind not in answers:
                answers[kind] = sees(actor, each, areas, grounds)
        return frozenset(key for key, each in self._elements.by_key.items() if answers[_kind(each, grounds)])

    async def taken_by(self, actor: Actor, areas: tuple[str, ...]) -> frozenset[str]:
        """Those that she may look at, that are collected now, and that nothing else writes. Whether she may write at
        all is another verb, for the caller to have asked."""
        seen = await self.seen_by(actor, areas)
        return frozenset(key for key in seen if not self._elements.by_key[key].readonly)

    async def described(self, actor: Actor, areas: tuple[str, ...]) -> Dictionary:
        """The dictionary for a member of staff, with what she may see and take, the code lists and rules."""
        seen = await self.seen_by(actor, areas)
        taken = [key for key in seen if not self._elements.by_key[key].readonly]
        return dictionary(self._elements, seen, taken)

    async def module(self, actor: Actor, module: str = "") -> Sheet:
        """One module of the dictionary as its keepers read it, the first where none is named. Raises Forbidden,
        NotFound."""
        check(actor, SEE, (self._county,))
        module = module or next(iter(MODULES))
        listed = self._elements.of_module(module)
        if not listed:
            raise NotFound("没有这个模块。", code="module.unknown")
        grounds = await self.grounds()
        counts = Counter(each.module for each in self._elements.by_key.values())
        modules = tuple(Module(key, name, counts[key]) for key, name in MODULES.items())
        return Sheet(modules, module, tuple(_entry(each, grounds) for each in listed))

    async def element(self, actor: Actor, key: str) -> Shown:
        """One element, its code list, and, of level 3, all that was decided. Raises Forbidden, NotFound."""
        check(actor, SEE, (self._county,))
        element = self._elements.get(key)
        if element is None:
            raise NotFound("没有找到这个数据项。", code="element.unknown")
        decisions = tuple(await self._repository.of_element(key)) if element.strict else ()
        grounds = {each.key: each for each in decisions[:1] if each.on}
        told = dictionary(self._elements, (key,), ())
        return Shown(_entry(element, grounds), told.elements[0], told.lists, decisions)

    async def turn_on(self, actor: Actor, key: str, text: str, line: str) -> StatutoryGround:
        """Collect an element of level 3 from now on, for the duty of ``line``. Raises Forbidden, NotFound, Invalid."""
        check(actor, CHANGE, (self._county,))
        element = self._strict(key)
        said, problems = " ".join(text.split()), []
        if not names_law(said):
            told = "请写明法律、法规或文件的名称和条款，例如：《中华人民共和国残疾人保障法》第几条。"
            problems.append(Problem(TEXT, "ground.law", told))
        if len(said) > LONGEST:
            problems.append(Problem(TEXT, "too_long", f"依据最多{LONGEST}个字，请缩短。"))
        if line not in lines_of(element):
            problems.append(Problem(LINE, "ground.line", "请选择依法履行这项职责的条线。"))
        if problems:
            raise Invalid(problems)
        return await self._decide(actor, key, on=True, text=said, line=line)

    async def turn_off(self, actor: Actor, key: str, reason: str) -> StatutoryGround:
        """Collect it no more. Raises Forbidden, NotFound, Invalid."""
        check(actor, CHANGE, (self._county,))
        self._strict(key)
        said = " ".join(reason.split())[:LONGEST]
        if not said:
            raise Invalid([Problem(TEXT, "required", "请写明为什么停止采集。")])
        return await self._decide(actor, key, on=False, text=said, line="")

    async def _decide(self, actor: Actor, key: str, *, on: bool, text: str, line: str) -> StatutoryGround:
        last = next(iter(await self._repository.of_element(key)), None)
        if (last.on if last else False) == on and not on:
            raise Invalid([Problem(TEXT, "ground.off", "这个数据项本来就没有采集。")])
        version = last.version + 1 if last else 1
        made = StatutoryGround(
            secrets.token_hex(10), key, version, on, text, line, self._clock(), actor.subject, actor.name
        )
        await self._repository.add(made)
        return made

    def _strict(self, key: str) -> Element:
        element = self._elements.get(key)
        if element is None or not element.strict:
            raise NotFound("没有找到这个须登记依据的数据项。", code="element.unknown")
        return element

    def _is_strict(self, key: str) -> bool:
        element = self._elements.get(key)
        return element is not None and element.strict


def _kind(element: Element, grounds: Grounds) -> Kind:
    ground = grounds.get(element.key)
    return (
        element.module,
        element.sensitivity,
        (ground.line,) if ground else element.lines,
        ground is not None,
    )


def _entry(element: Element, grounds: Grounds) -> Entry:
    on = not element.strict or element.key in grounds
    return Entry(
        element.key, element.label, element.type, element.sensitivity, element.codes, element.collect,
        lines_of(element), on,
    )  # fmt: skip


def lines_of(element: Element) -> tuple[str, ...]:
    """The lines of duty that may see an element: those of its module, or those of them that it names."""
    open_to = lines_for(element.module, element.sensitivity)
    return tuple(line for line in open_to if not element.lines or line in element.lines)


def sees(actor: Actor, element: Element, areas: tuple[str, ...], grounds: Grounds) -> bool:
    """Whether an actor may look at an element of what lies in ``areas``, given what is collected."""
    if not element.strict:
        return may_see(actor, element.module, element.sensitivity, areas, element.lines)
    ground = grounds.get(element.key)
    return ground is not None and may_see(actor, element.module, element.sensitivity, areas, (ground.line,))
