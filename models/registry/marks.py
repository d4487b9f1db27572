"""How complete and how fresh a household is on record, module by module: counted when it changes, added up when asked. Pure.

Freshness is kept by months: what is old depends on the day on which it is asked, and a mark must not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

import msgspec

from models.base.clock import local_day
from models.elements.registry import Elements
from models.households.household import Household
from models.people.book import Noun
from models.people.person import Person
from models.registry.sight import SPACES, Owner, elements_of, is_asked, noun_of

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


Asked = Mapping[Noun, Mapping[str, Sequence[str]]]
"""What a record lacks something without: of houses and of people, by module, the keys."""


def asked_of(elements: Elements) -> Asked:
    """What is asked of houses and of people, worked out once."""
    found: dict[Noun, dict[str, list[str]]] = {}
    for noun in SPACES:
        for element in elements_of(elements, noun):
            if is_asked(element):
                found.setdefault(noun, {}).setdefault(element.module, []).append(element.key)
    return found


def mark(home: Household, people: Sequence[Person], asked: Asked, findings: int, at: datetime) -> Mark:
    """The mark of a household with everybody who is registered in it."""
    modules = counted(home, asked)
    for her in people:
        modules = added(modules, counted(her, asked))
    return Mark(home.id, home.areas, home.address, len(people), modules, findings, at)


def counted(owner: Owner, asked: Asked) -> dict[str, Count]:
    """What one owner has and lacks of every module."""
    held = owner.held.values
    counts = {}
    for module, keys in asked[noun_of(owner)].items():
        months = Counter(f"{local_day(held[key].fresh_at):%Y-%m}" for key in keys if key in held)
        counts[module] = Count(len(keys), sum(months.values()), dict(months))
    return counts


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
