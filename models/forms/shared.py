"""Which questions of several forms are one question: the groups that ``merge`` asks once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from models.forms.conditions import names
from models.forms.form import Field, Form, Section, When

Identity = tuple[str, ...]
"""Kind ("scenario", "share", "element" or NOTICE), the name it goes by, and what else makes it one question."""

Part = tuple[str, str, Form, Mapping[str, str], When | None]
"""Item id, item name, its form, what it shares (its field -> a field or name of the merged form), and the
condition on the scenario's answers under which it is taken (None: always)."""

Spared = Mapping[tuple[str, str], When]
"""By item id and the key of its own form: when a question need not be asked, as the scenario's answers have it."""

_NEVER_SHARED = frozenset({"computed"})
"""They cost nobody an answer."""

NOTICE = "notice"
"""The kind of identity of a text that has to be agreed to: word for word the same, it is agreed to once; any
other is agreed to for each matter."""


class Asked(msgspec.Struct, frozen=True):
    """A field where one part asks it. ``scenario``: the bundle's own questions ask it already."""

    item: str
    name: str
    when: When | None
    section: Section
    field: Field
    scenario: bool = False

    def reads(self) -> set[str]:
        """Keys of the part's own form that decide whether the question is shown or required."""
        conditions = (self.section.show_if, self.field.show_if, self.field.require_if)
        return set().union(*(names(condition) for condition in conditions))


class Questions:
    """What each field of the parts asks, told apart by identity."""

    def __init__(self, scenario: Sequence[Field], parts: Sequence[Part]) -> None:
        self._parts = parts
        self._scenario = {field.key: field for field in scenario}
        self._by_element = {_element(field): field.key for field in scenario if field.element}
        self._located = {
            address(item, key): (field, share.get(key))
            for item, _, form, share, _ in parts
            for key, field in form.fields().items()
        }
        self._pointed_at = {target for _, _, _, share, _ in parts for target in share.values()}

    def groups(self) -> dict[Identity, list[Asked]]:
        """Every field that might be shared, by what it asks."""
        found: dict[Identity, list[Asked]] = {}
        for item, name, form, share, when in self._parts:
            for section in form.sections:
                for field in section.fields:
                    identity = self._identity(field, share.get(field.key), address(item, field.key))
                    if identity and field.type not in _NEVER_SHARED:
                        asked = Asked(item, name, when, section, field, identity[0] == "scenario")
                        found.setdefault(identity, []).append(asked)
        return found

    def _identity(self, field: Field, target: str | None, own: str) -> Identity | None:
        if field.type == "notice":
            return (NOTICE, "promise", field.label, field.text) if field.required and field.text else None
        if target in self._located and _kind(self._located[target][0]) == _kind(field):
            # Shared with a field of another item: this one goes by whatever that one goes by.
            own = target
            field, target = self._located[own]
        if target in self._scenario and _kind(self._scenario[target]) == _kind(field):
            return ("scenario", target)
        if field.element and _element(field) in self._by_element:
            return ("scenario", self._by_element[_element(field)])
        if target:
            return ("share", target, *_kind(field))
        if field.element:
            return _element(field)
        return ("share", own, *_kind(field)) if own in self._pointed_at else None


def address(item: str, key: str) -> str:
    """The key in the merged form of a question that is asked for one item alone."""
    return f"{item.replace('-', '_')}__{key}"


def ordered(groups: Mapping[Identity, list[Asked]]) -> dict[Identity, list[Asked]]:
    """The groups worth asking once, in an order in which every condition reads what stands before it.

    A question whose condition reads an answer given only on a later page cannot move to the front: it
    stays where it was. So does one that no other part asks, unless the scenario has it already.
    """
    kept = {identity: list(members) for identity, members in groups.items()}
    while True:
        kept = {
            identity: members
            for identity, members in kept.items()
            if members and (identity[0] == "scenario" or len({asked.item for asked in members}) > 1)
        }
        front = {(asked.item, asked.field.key) for members in kept.values() for asked in members}
        movable = {
            identity: [a for a in members if a.scenario or all((a.item, key) in front for key in a.reads())]
            for identity, members in kept.items()
        }
        if movable != kept:
            kept = movable
            continue
        placed = _placed(kept)
        if len(placed) == len(kept):
            return placed
        kept = placed


def _placed(groups: Mapping[Identity, list[Asked]]) -> dict[Identity, list[Asked]]:
    """Groups in order of need; those that wait for one another are left out."""
    home = {(a.item, a.field.key): identity for identity, members in groups.items() for a in members}
    needs = {
        identity: {home[a.item, key] for a in members if not a.scenario for key in a.reads()}
        for identity, members in groups.items()
    }
    placed: dict[Identity, list[Asked]] = {}
    while True:
        ready = next((each for each in groups if each not in placed and needs[each] <= placed.keys()), None)
        if ready is None:
            return placed
        placed[ready] = groups[ready]


def _element(field: Field) -> Identity:
    return ("element", f"{field.subject}_{field.element}", *_kind(field))


def _kind(field: Field) -> tuple[str, ...]:
    """What has to agree for one answer to serve two questions."""
    choices = ",".join(option.value for option in field.options)
    places = str(field.places) if field.type in ("decimal", "money") else ""
    columns = repr(field.columns) if field.columns else ""
    return (field.type, field.codes, choices, field.pattern, places, field.unit, columns)
