"""Changing what the registry holds, a module at a time: only what was changed is sent, against what was seen."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from models.base.actor import Actor
from models.base.errors import Conflict, Invalid, Problem
from models.checks.home import Home
from models.checks.run import news
from models.elements.answering import VALUE, checked
from models.elements.element import Element
from models.elements.registry import Elements
from models.forms.context import Context
from models.forms.parse import blank
from models.people.edits import Decision, Edit, Entry, Given, remove, take
from models.people.values import Held, Source, Value
from models.registry.sight import Owner, elements_of, may_edit, noun_of, version_of

LONGEST_GROUND = 200
GROUND = "ground"

NEEDED = frozenset({"person.name", "house.std_address"})
"""What a record cannot be without."""


class Change(msgspec.Struct, frozen=True):
    """``changes`` by element key, as field types write their answers, empty to remove; ``bases`` the versions that were
    seen, of what was held; ``ground`` why, or by which paper."""

    changes: dict[str, Any] = {}
    bases: dict[str, str] = {}
    ground: str = ""


class Stale(Conflict):
    """Somebody else has changed the same elements since they were seen. ``fields`` of its data names them."""

    code = "registry.stale"
    message = "您填写的内容里，有的刚被别人改过。请核对现在登记的内容，再保存一次。"


class Doubt(msgspec.Struct, frozen=True):
    """What would contradict itself: it may be true, and is written when it is said why."""

    field: str
    message: str


class Doubtful(Invalid):
    """It may be true; whoever writes it has to say why. ``doubts`` of its data."""

    code = "registry.doubtful"
    message = "有的内容与别处登记的对不上。请核对；确实属实的，在“依据”里写明，再保存一次。"


class Checked(msgspec.Struct, frozen=True):
    """Values that may be written, keys of what is to be removed, and what is wrong."""

    values: Mapping[str, Any]
    removed: tuple[str, ...]
    problems: tuple[Problem, ...]


def writable(taken: Collection[str], owner: Owner, module: str, elements: Elements) -> tuple[Element, ...]:
    """What a form asks of a module of ``owner``, of the elements that the actor may write, in the order of the registry."""
    return tuple(
        element
        for element in elements_of(elements, noun_of(owner))
        if element.module == module and element.key in taken and may_edit(element)
    )


def short(key: str) -> str:
    """What a field of a module's form is called: ``person.phone`` is ``phone``."""
    return key.partition(".")[2]


def check(change: Change, may: Iterable[Element], context: Context) -> Checked:
    """Each value as a form would check it; what the actor may not write is one problem more."""
    allowed = {element.key: element for element in may}
    values: dict[str, Any] = {}
    removed: list[str] = []
    problems: list[Problem] = []
    for key, raw in change.changes.items():
        element = allowed.get(key)
        if element is None:
            problems.append(Problem(short(key), "element.not_yours", "这项内容不由您登记。"))
        elif blank(raw):
            if key in NEEDED:
                problems.append(Problem(short(key), "required", f"“{element.label}”不能空着。"))
            removed.append(key)
        else:
            values[key], found = checked(element, raw, context)
            problems += [_named(each, key) for each in found]
    if len(change.ground) > LONGEST_GROUND:
        problems.append(Problem(GROUND, "too_long", f"依据最多{LONGEST_GROUND}个字，请缩短。"))
    return Checked(values, tuple(removed), tuple(problems))


def differing(
    may: Iterable[Element], raw: Mapping[str, Any], was: Mapping[str, str], context: Context
) -> dict[str, Any]:
    """What a form changes: of everything that a browser sends (by short key) that which does not say any more what it
    was shown with (``was``, by ``print_of``). What was not shown, and is left empty, is left as it is."""
    changed: dict[str, Any] = {}
    for element in may:
        typed, shown = raw.get(short(element.key)), was.get(element.key, "")
        if blank(typed):
            if shown:
                changed[element.key] = None
            continue
        value, problems = checked(element, typed, context)
        if problems or print_of(value) != shown:
            changed[element.key] = typed
    return changed


def print_of(value: Any) -> str:
    """Stands for a value that was shown in a form."""
    return hashlib.blake2b(msgspec.json.encode(value), digest_size=6).hexdigest()


def apply(held: Held, found: Checked, change: Change, source: Source, made: Decision, name: str = "") -> Edit:
    """What becomes of ``held``. Raises Stale where it is not what was seen any more."""
    keys = (*found.values, *found.removed)
    stale = [key for key in keys if version_of(held.values.get(key)) != change.bases.get(key, "")]
    if stale:
        raise Stale(fields=stale)
    given = [
        Given(key, Value(value, source, made.at, made.by), True, made.ground, name)
        for key, value in found.values.items()
        if key not in held.values or held.values[key].v != value
    ]
    done = take(held, given, made.at)
    entries: list[Entry] = list(done.entries)
    after = done.held
    for key in found.removed:
        gone = remove(after, key, source, made)
        after, entries = gone.held, [*entries, *gone.entries]
    return Edit(after, tuple(entries), done.outcomes)


def doubts(before: Home, after: Home, of: str, today: date) -> tuple[list[Problem], list[Doubt]]:
    """What an edit brings that was not so before: what cannot be, and what may be. ``of`` is the person who is edited,
    empty for the house; what stands beside elements of others is told all the same."""
    refused: list[Problem] = []
    doubted: list[Doubt] = []
    for finding in news(before, after, today):
        field = short(finding.key) if finding.of == of else ""
        if finding.severity == "refuse":
            refused.append(Problem(field, finding.code, finding.message))
        elif finding.severity == "warn":
            doubted.append(Doubt(field, finding.message))
    return refused, doubted


def with_held(home: Home, of: str, held: Held) -> Home:
    """The household with other values of the house (``of`` empty) or of one member."""
    if not of:
        return msgspec.structs.replace(home, held=held)
    members = (
        msgspec.structs.replace(each, held=held) if each.id == of else each for each in home.members
    )  # fmt: skip
    return msgspec.structs.replace(home, members=tuple(members))


def source_of(actor: Actor) -> Source:
    """As which source the actor's word counts: a grid worker has been there, a desk has seen the papers."""
    return "visit" if actor.role == "grid" else "counter"


def given_at(actor: Actor, at: datetime, ground: str, batch: str) -> Decision:
    return Decision(actor.subject, at, " ".join(ground.split()), batch)


def _named(problem: Problem, key: str) -> Problem:
    """A problem with the value of ``key``; of a table with its row and column."""
    rest = problem.field.removeprefix(VALUE)
    return msgspec.structs.replace(problem, field=f"{short(key)}{rest}")
