"""How complete and how fresh a household is on record, module by module: counted when it changes, added up when asked. Pure.

Freshness is kept by months: what is old depends on the day on which it is asked, and a mark must not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

import msgspec

from models.base.clock import local_day
from models.elements.element import Element
from models.elements.registry import Elements
from models.households.household import Household
from models.people.person import Person
from models.registry.sight import Owner, elements_of, is_asked, noun_of

STALE_MONTHS = 12
"""After so many months what is on record should be looked at again."""


class Count(msgspec.Struct, frozen=True):
    """One module: ``filled`` of ``asked`` elements are there, and how many of them were last said to be so in which
    month (``2026-11``). Of a household the house and all of its people together."""

    asked: int = 0
    filled: int = 0
    months: dict[str, int] = {}

    def __add__(self, other: Count) -> Count:
        months = Counter(self.months) + Counter(other.months)
        return Count(self.asked + other.asked, self.filled + other.filled, dict(months))

    @property
    def lacking(self) -> int:
        return self.asked - self.filled

    def stale(self, before: str) -> int:
        """How many were last looked at before the month ``before``."""
        return sum(number for month, number in self.months.items() if month < before)


class Mark(msgspec.Struct, frozen=True):
    """A household as it was counted at ``at``: ``id`` is its code, ``modules`` by key, ``people`` how many belong to it,
    ``findings`` how many contradictions are open."""

    id: str
    areas: tuple[str, ...]
    address: str
    people: int
    modules: dict[str, Count]
    findings: int
    at: datetime


class Sum(msgspec.Struct, frozen=True):
    """What the marks of an area come to."""

    households: int = 0
    people: int = 0
    findings: int = 0
    modules: dict[str, Count] = {}

    def __add__(self, other: Sum) -> Sum:
        return Sum(
            self.households + other.households, self.people + other.people, self.findings + other.findings,
            added(self.modules, other.modules),
        )  # fmt: skip


def added(one: Mapping[str, Count], other: Mapping[str, Count]) -> dict[str, Count]:
    """Two counts by module, module by module."""
    return {key: one.get(key, Count()) + other.get(key, Count()) for key in {**one, **other}}


def mark(home: Household, people: Sequence[Person], elements: Elements, findings: int, at: datetime) -> Mark:
    """The mark of a household with everybody who is registered in it."""
    modules: dict[str, Count] = {}
    owners: list[Owner] = [home, *people]
    for owner in owners:
        modules = added(modules, counted(owner, elements))
    return Mark(home.id, home.areas, home.address, len(people), modules, findings, at)


def counted(owner: Owner, elements: Elements) -> dict[str, Count]:
    """What one owner has and lacks of every module."""
    asked: dict[str, list[Element]] = {}
    for element in elements_of(elements, noun_of(owner)):
        if is_asked(element):
            asked.setdefault(element.module, []).append(element)
    return {module: _count(owner, listed) for module, listed in asked.items()}


def summed(marks: Iterable[Mark]) -> Sum:
    """Everything together."""
    total = Sum()
    for each in marks:
        total += Sum(1, each.people, each.findings, each.modules)
    return total


def stale_before(today: date) -> str:
    """The month before which a value is old."""
    months = today.year * 12 + today.month - 1 - STALE_MONTHS
    return f"{months // 12:04d}-{months % 12 + 1:02d}"


def _count(owner: Owner, listed: Sequence[Element]) -> Count:
    held = [owner.held.values[each.key] for each in listed if each.key in owner.held.values]
    months = Counter(f"{local_day(value.fresh_at):%Y-%m}" for value in held)
    return Count(len(listed), len(held), dict(months))
