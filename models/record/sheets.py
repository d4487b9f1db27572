"""What she reads: sheets of modules of lines, each a value in words with its source, beside it what is asked of it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

import msgspec

from models.elements.answering import UNASKED, question_of
from models.elements.element import Element
from models.elements.registry import Elements
from models.forms.context import Context
from models.forms.display import masked, show
from models.history.change import Change
from models.people.edits import Entry
from models.people.person import PHONE
from models.people.values import Proposal, Source, Value
from models.people.vault import ALWAYS_SEALED, SEALED_FROM
from models.prefill.known import SOURCE_NAMES
from models.record.reach import Reach, Standing
from models.roles.lines import MODULES

SETTLED = {"accepted": "已核实更新", "refused": "未采纳", "overtaken": "已另行核实"}
ASKABLE = frozenset({PHONE})
"""What she may ask for although nothing is held yet: without a phone no code reaches her."""


class Wish(msgspec.Struct, frozen=True, omit_defaults=True):
    """A change that waits, in words. ``mine``: asked for by whoever reads it, who may take it back."""

    id: str
    words: str
    at: datetime
    reason: str = ""
    mine: bool = False


class Outcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of her latest wish for an element: ``state`` in words, and the reviewer's reason."""

    words: str
    asked_at: datetime
    at: datetime
    state: str
    reason: str = ""


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """One element. ``value`` is there where it is not masked; ``words`` always, masked where it is."""

    key: str
    label: str
    words: str
    source: Source | str = ""
    source_name: str = ""
    at: datetime | None = None
    value: Any = None
    masked: bool = False
    level: int = 1
    correctable: bool = False
    wishes: tuple[Wish, ...] = ()
    outcome: Outcome | None = None


class Module(msgspec.Struct, frozen=True):
    key: str
    name: str
    lines: tuple[Line, ...]


class Sheet(msgspec.Struct, frozen=True):
    """All that she sees of one owner. ``of`` names it in addresses; ``relation`` in words, of a person."""

    of: str
    standing: Standing
    name: str
    relation: str
    modules: tuple[Module, ...]


class Reader(msgspec.Struct, frozen=True):
    """By whom sheets are read, and how: ``shown`` says of which lines the value is told, of an owner and a key."""

    person: str
    shown: Callable[[str, str], bool]
    elements: Elements
    context: Context


def sheet(reach: Reach, changes: Iterable[Change], reader: Reader) -> Sheet:
    """Everything of ``reach`` in the order of the registry; ``changes`` newest first."""
    settled = _settled(reach, changes, reader.person)
    modules: dict[str, list[Line]] = {}
    for element in reader.elements.by_key.values():
        if reach.sees(element) and _belongs(reach, element):
            line = _line(reach, element, settled.get(element.key), reader)
            modules.setdefault(element.module, []).append(line)
    relation = reader.elements.codes("GB/T 4761").get(reach.relation, "")
    told = tuple(Module(key, MODULES[key].partition("·")[2], tuple(lines)) for key, lines in modules.items())
    return Sheet(reach.of, reach.standing, reach.name, relation, told)


def own_lines(
    reach: Reach, elements: Iterable[Element], changes: Iterable[Change], reader: Reader
) -> dict[str, Line]:
    """The lines of some elements of ``reach``, of those too of which nothing is held."""
    settled = _settled(reach, changes, reader.person)
    return {each.key: _line(reach, each, settled.get(each.key), reader) for each in elements}


def is_sensitive(element: Element) -> bool:
    """Whether its value is masked until it is asked for."""
    return element.sensitivity >= SEALED_FROM or element.type in ALWAYS_SEALED


def in_words(element: Element, value: Any, context: Context) -> str:
    return show(question_of(element), value, context)


def source_words(value: Value) -> str:
    return SOURCE_NAMES[value.source]


def _belongs(reach: Reach, element: Element) -> bool:
    wanted = any(wish.key == element.key for wish in reach.held.proposals)
    askable = element.key in ASKABLE and reach.standing == "self"
    return element.key in reach.held.values or (wanted and reach.corrects) or askable


def _line(reach: Reach, element: Element, settled: Entry | None, reader: Reader) -> Line:
    held = reach.held.values.get(element.key)
    hidden = is_sensitive(element) and not reader.shown(reach.of, element.key)

    def words(value: Any) -> str:
        return masked(element.type, str(value)) if hidden else in_words(element, value, reader.context)

    return Line(
        element.key,
        element.label,
        words(held.v) if held else "",
        held.source if held else "",
        source_words(held) if held else "",
        held.at if held else None,
        held.v if held and not hidden else None,
        hidden and held is not None,
        element.sensitivity,
        reach.corrects and element.type not in UNASKED,
        tuple(_wishes(reach, element, words, reader.person)) if reach.corrects else (),
        _outcome(settled, words) if settled else None,
    )


def _wishes(reach: Reach, element: Element, words: Callable[[Any], str], person: str) -> Iterator[Wish]:
    for wish in reach.held.proposals:
        if wish.key == element.key:
            mine = wish.value.by == person and wish.value.source == "self"
            yield Wish(wish.id, words(wish.value.v), wish.value.at, wish.reason if mine else "", mine)


def _settled(reach: Reach, changes: Iterable[Change], person: str) -> dict[str, Entry]:
    """How her latest wish for each element ended, where it has."""
    listed = [each for each in changes if each.owner == reach.id]
    undone = {each.entry.undoes for each in listed}
    found: dict[str, Entry] = {}
    for each in listed:
        wish = each.entry.proposal
        if wish and _hers(wish, person) and each.entry.kind in SETTLED and each.id not in undone:
            found.setdefault(each.entry.key, each.entry)
    return found


def _outcome(settled: Entry, words: Callable[[Any], str]) -> Outcome | None:
    wish = settled.proposal
    if wish is None:
        return None
    return Outcome(words(wish.value.v), wish.value.at, settled.at, SETTLED[settled.kind], settled.ground)


def _hers(wish: Proposal, person: str) -> bool:
    return wish.value.source == "self" and wish.value.by == person
