"""What a member of staff sees of a household or a person: by role, line and level, module by module. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from models.base.actor import Actor
from models.elements.answering import UNASKED
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
from models.roles.rules import may_change, may_see

Owner = Person | Household
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
    """By whom a sheet is read: ``shown`` says of which sensitive elements the value is told; ``names`` what accounts
    are called."""

    actor: Actor
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


def sees(actor: Actor, element: Element, areas: tuple[str, ...]) -> bool:
    """Whether the actor may look at this element of somebody who lies in ``areas``."""
    return may_see(actor, element.module, element.sensitivity, areas)


def changes(actor: Actor, element: Element, areas: tuple[str, ...]) -> bool:
    """Whether the actor may write it there."""
    return element.type not in UNASKED and may_change(actor, element.module, element.sensitivity, areas)


def is_asked(element: Element) -> bool:
    """Whether a record lacks something without it: level 3 is collected on a ground of its own."""
    return element.sensitivity < 3 and element.type not in UNASKED


def sheet(owner: Owner, eyes: Eyes) -> Sheet:
    """Everything of ``owner`` that the actor sees, in the order of the registry, what is not there included."""
    noun = noun_of(owner)
    lines: dict[str, list[Line]] = {}
    for element in elements_of(eyes.elements, noun):
        if sees(eyes.actor, element, owner.areas):
            lines.setdefault(element.module, []).append(_line(owner, element, eyes))
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


def _line(owner: Owner, element: Element, eyes: Eyes) -> Line:
    held = owner.held.values.get(element.key)
    line = Line(
        element.key, element.label, element.sensitivity, asked=is_asked(element),
        waits=sum(1 for wish in owner.held.proposals if wish.key == element.key),
        editable=changes(eyes.actor, element, owner.areas),
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
