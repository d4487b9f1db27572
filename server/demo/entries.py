"""The synthetic county as the registry keeps it: entities out of demonstration people. Pure."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any

from models.codes.code import Code, Kind, Target
from models.households.household import Household, Member
from models.people.person import Person
from models.people.values import Held, Source, Value
from qr import grammar
from server.demo.people import SEED, DemoHousehold

ISSUED = datetime(2026, 7, 1, 1, 0, tzinfo=UTC)
"""When every code and PIN slip of the demonstration was issued: nine in the morning in Shanghai."""

REGISTERED: tuple[Source, datetime, str] = ("import", datetime(2026, 3, 2, 1, 0, tzinfo=UTC), "户籍登记")
VISITED: tuple[Source, datetime, str] = ("visit", datetime(2026, 4, 15, 2, 30, tzinfo=UTC), "网格走访")
AT_COUNTER: tuple[Source, datetime, str] = (
    "counter",
    datetime(2026, 5, 12, 6, 0, tzinfo=UTC),
    "便民服务中心",
)
SHARED: tuple[Source, datetime, str] = ("shared", datetime(2026, 6, 1, 1, 0, tzinfo=UTC), "部门共享")

_VISITED = frozenset(
    {"phone", "residence_address", "guardian_name", "emergency_contact", "self_care", "employment"}
    | {"labor_skill", "school_name", "head_phone", "structure", "storeys", "water_source"}
    | {"resident_count", "main_income_source", "safety_grade"}
)
_AT_COUNTER = frozenset({"subsidy_account", "water_account", "power_account", "due_on"})
_SHARED_PREFIXES = ("disability_", "dibao", "medical_ins_", "pension_", "poverty_")


def held(facts: dict[str, Any]) -> Held:
    """Facts as values, each from the source that such a thing is usually known from."""
    return Held({key: Value(v, *_origin(key.partition(".")[2])) for key, v in facts.items()})


def _origin(name: str) -> tuple[Source, datetime, str]:
    if name in _VISITED:
        return VISITED
    if name in _AT_COUNTER:
        return AT_COUNTER
    return SHARED if name.startswith(_SHARED_PREFIXES) else REGISTERED


def people(demo: DemoHousehold) -> tuple[Person, ...]:
    """The people of a household as registry entries."""
    return tuple(
        Person(
            id=person.id,
            areas=demo.site.areas,
            household=demo.site.code,
            relation=person.relation,
            held=held(person.facts),
        )
        for person in demo.people
    )


def household(demo: DemoHousehold) -> Household:
    """The household as a registry entry."""
    return Household(
        id=demo.site.code,
        areas=demo.site.areas,
        address=demo.site.address,
        members=tuple(Member(person.id, person.name, person.relation) for person in demo.people),
        held=held(demo.facts),
        pin_issued_at=ISSUED,
        pin_count=1,
    )


def code(kind: Kind, areas: tuple[str, ...], **target: str) -> Code:
    """The code of ``kind`` for what ``target`` names, the same every time: a real one is drawn from
    ``secrets``, this one from the demonstration's seed."""
    named = "/".join(f"{key}={value}" for key, value in sorted(target.items()))
    chance = random.Random(f"{SEED}/code/{kind}/{named}")
    return Code(grammar.new(kind, chance.randrange), kind, areas, Target(**target), ISSUED)
