"""What a member of staff sees of a household or a person: by role, line and level, module by module. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from models.elements.answering import BOUND
from models.elements.element import Element
from models.elements.registry import Elements
from models.forms.context import Context
from models.forms.display import masked
from models.households.household import Household
from models.people.book import Noun
from models.people.person import Person
from models.people.values import Held, Source, Value
from models.people.waiting import kind_of
from models.record.sheets import in_words, is_sensitive
from models.roles.lines import MODULES

Owner = Person | Household
BY_EVENTS = frozenset({"person.relation_to_head", "person.household_code", "house.household_code"})
"""Who is what to whom, and where: it changes with a life event."""

SPACES: dict[Noun, str] = {"household": "house", "person": "person"}
SOURCES: dict[Source, str] = {
    "shared": "部门共享", "counter": "窗口核验", "visit": "网格走访", "self": "本人填报", "import": "批量导入",
}  # fmt: skip


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """One element of an owner as this actor sees it. ``value`` is there where it is not masked, ``words`` always.
    ``version`` is what was seen, to be named as the base of a change; ``waits`` how many proposals there are."""

    key: str
    label: str
    level: int
    words: str = ""
    value: Any = None
    masked: bool = False
    source: Source | str = ""
    source_name: str = ""
    at: datetime | None = None
    fresh_at: datetime | None = None
    by: str = ""
    author: str = ""
    version: str = ""
    waits: int = 0
    asked: bool = False
    editable: bool = False


class Module(msgspec.Struct, frozen=True):
    """One module of the registry: ``filled`` of the ``asked`` elements are there; ``fresh_at`` is when the oldest of
    what is there was last said to be so."""

    key: str
    name: str
    filled: int
    asked: int
    fresh_at: datetime | None
    editable: bool
    lines: tuple[Line, ...]


class Sheet(msgspec.Struct, frozen=True):
    """All that this actor sees of one owner. ``whose`` are the people whose data it is, for the record of looking."""

    noun: Noun
    id: str
    name: str
    rev: int
    modules: tuple[Module, ...]
    whose: tuple[str, ...]

    @property
    def filled(self) -> int:
        return sum(each.filled for each in self.modules)

    @property
    def asked(self) -> int:
        return sum(each.asked for each in self.modules)


class Eyes(msgspec.Struct, frozen=True):
    """By whom a sheet is read: ``seen`` and ``taken`` say which elements of whoever lies in some areas she sees and may
    write, ``shown`` of which sensitive ones the value is told; ``names`` what accounts are called."""

    seen: Mapping[tuple[str, ...], Collection[str]]
    taken: Mapping[tuple[str, ...], Collection[str]]
    elements: Elements
    context: Context
    shown: Callable[[Element], bool] = lambda _element: False
    names: Mapping[str, str] = {}


def noun_of(owner: Owner) -> Noun:
    return "person" if isinstance(owner, Person) else "household"


def whose(owner: Owner) -> tuple[str, ...]:
    """The people whose data an owner's values are."""
    return (owner.id,) if isinstance(owner, Person) else tuple(each.person for each in owner.members)


def name_of(owner: Owner) -> str:
    return owner.name if isinstance(owner, Person) else owner.address


def elements_of(elements: Elements, noun: Noun) -> Iterable[Element]:
    """Everything that a house or a person may hold, in the order of the registry."""
    space = SPACES[noun]
    return (each for each in elements.by_key.values() if each.key.partition(".")[0] == space)


def may_edit(element: Element) -> bool:
    """Whether a form of its module asks for it: not for what another part of the house writes, nor for what changes
    with a life event and not alone."""
    return element.type not in BOUND and element.key not in BY_EVENTS


def is_asked(element: Element) -> bool:
    """Whether a record lacks something without it: what is only offered, derived, or waits for its statutory ground is
    not missed."""
    return element.collect in {"always", "asked"} and not element.readonly


def sheet(owner: Owner, eyes: Eyes) -> Sheet:
    """Everything of ``owner`` that the actor sees, in the order of the registry, what is not there included."""
    noun = noun_of(owner)
    seen, taken = eyes.seen[owner.areas], eyes.taken[owner.areas]
    lines: dict[str, list[Line]] = {}
    for element in elements_of(eyes.elements, noun):
        if element.key in seen:
            line = _line(owner, element, eyes, may_edit(element) and element.key in taken)
            lines.setdefault(element.module, []).append(line)
    modules = tuple(_module(key, tuple(found)) for key, found in lines.items())
    return Sheet(noun, owner.id, name_of(owner), owner.rev, modules, whose(owner))


def authors(owners: Iterable[Owner]) -> set[str]:
    """The accounts that wrote what some owners hold."""
    return {value.by for owner in owners for value in owner.held.values.values() if value.source != "self"}


def version_of(value: Value | None) -> str:
    """Names what was held when it was seen, without telling it; empty where nothing was."""
    if value is None:
        return ""
    said = f"{value.source}\0{value.by}\0{value.at.isoformat()}"
    return hashlib.blake2b(said.encode(), digest_size=6).hexdigest()


def kinds_waiting(held: Held, elements: Elements) -> list[tuple[str, int]]:
    """Module and level of everything that waits for review."""
    return [kind_of(elements, wish.key) for wish in held.proposals]


def _module(key: str, lines: tuple[Line, ...]) -> Module:
    asked = [each for each in lines if each.asked]
    fresh = [each.fresh_at for each in lines if each.fresh_at is not None]
    return Module(
        key, MODULES[key].partition("·")[2], sum(1 for each in asked if each.source), len(asked),
        min(fresh, default=None), any(each.editable for each in lines), lines,
    )  # fmt: skip


def _line(owner: Owner, element: Element, eyes: Eyes, editable: bool) -> Line:
    held = owner.held.values.get(element.key)
    line = Line(
        element.key, element.label, element.sensitivity, asked=is_asked(element),
        waits=sum(1 for wish in owner.held.proposals if wish.key == element.key),
        editable=editable,
    )  # fmt: skip
    if held is None:
        return line
    hidden = is_sensitive(element) and not eyes.shown(element)
    words = masked(element.type, str(held.v)) if hidden else in_words(element, held.v, eyes.context)
    return msgspec.structs.replace(
        line, words=words, value=None if hidden else held.v, masked=hidden, source=held.source,
        source_name=SOURCES[held.source], at=held.at, fresh_at=held.fresh_at, by=held.by,
        author="" if held.source == "self" else eyes.names.get(held.by, ""), version=version_of(held),
    )  # fmt: skip
