"""A household as checks see it: the values of the house and of everybody in it. Pure.

The registry's own households and people are read with ``home_of``; rows of a file, and what a phone sends, with
``held_of``. The checks never ask where values come from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from models.base import idnumber
from models.forms.parse import day, number
from models.households.household import Household
from models.people.person import ID_NUMBER, NAME, Person
from models.people.values import Held, Source, Value

BIRTH, SEX, DIED, MOVED = "person.birth_date", "person.sex", "person.died_on", "person.moved_out"
HEADS = frozenset({"01", "02"})
"""GB/T 4761: 本人, where the household is told from her, and 户主."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Who(msgspec.Struct, frozen=True):
    """One member: ``relation`` to the head by GB/T 4761."""

    id: str
    relation: str
    held: Held

    def get(self, key: str) -> Any:
        """What is held for ``key``, None where nothing is."""
        return _value(self.held, key)

    def text(self, key: str) -> str:
        return str(self.get(key) or "")

    def day(self, key: str) -> date | None:
        return day(self.get(key))

    @property
    def name(self) -> str:
        return self.text(NAME) or "这位成员"

    @property
    def here(self) -> bool:
        """Whether she lives, and has not moved away for good."""
        return not self.get(DIED) and not self.get(MOVED)

    @property
    def born(self) -> date | None:
        """By her ID number, or else as written."""
        found = read_id(self.text(ID_NUMBER))
        return found[0] if found else self.day(BIRTH)

    @property
    def sex(self) -> str:
        """By her ID number, or else as written; empty where nobody has said."""
        found = read_id(self.text(ID_NUMBER))
        return found[1] if found else self.text(SEX)


class Home(msgspec.Struct, frozen=True):
    """The house and its members; ``id`` its code, empty for one that has none yet."""

    id: str
    held: Held
    members: tuple[Who, ...] = ()

    def get(self, key: str) -> Any:
        return _value(self.held, key)

    def text(self, key: str) -> str:
        return str(self.get(key) or "")

    def day(self, key: str) -> date | None:
        return day(self.get(key))

    def amount(self, key: str) -> Decimal | None:
        return number(self.get(key))

    @property
    def living(self) -> tuple[Who, ...]:
        """Its members but those who have died or moved away."""
        return tuple(each for each in self.members if each.here)


def home_of(household: Household, people: Iterable[Person]) -> Home:
    """A household of the registry; of its members those among ``people``."""
    known = {person.id: person for person in people}
    members = tuple(
        Who(each.person, each.relation, known[each.person].held)
        for each in household.members
        if each.person in known
    )
    return Home(household.id, household.held, members)


def held_of(values: Mapping[str, Any], source: Source = "import", at: datetime = EPOCH) -> Held:
    """Plain canonical values by element key; what is empty is not held."""
    return Held({key: Value(v, source, at) for key, v in values.items() if v not in (None, "", [])})


def read_id(id_number: str) -> tuple[date, str] | None:
    """Birth date and sex that a number says; None for one that is not of the right form."""
    if len(id_number) != idnumber.LENGTH or not id_number[:17].isascii() or not id_number[:17].isdigit():
        return None
    try:
        return idnumber.birth_date(id_number), idnumber.sex(id_number)
    except ValueError:
        return None


def _value(held: Held, key: str) -> Any:
    found = held.values.get(key)
    return None if found is None else found.v
