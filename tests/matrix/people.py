"""Everybody who may come to a route: nobody, residents, whoever acts for one, and staff of every kind that the table of
roles knows, standing inside and outside of 陈桂兰's area and line of duty. Pure: the server is asked elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from models.areas.area import Level as Tier
from models.areas.area import chain_of, place
from models.base.actor import Actor, Role
from models.roles.rules import tiers_of
from models.roles.table import ROLES, TIERS

HERE: dict[Tier, str] = {
    "county": "529901", "town": "529901101", "village": "529901101201", "grid": "529901101201G01",
}  # fmt: skip
"""The areas that 陈桂兰 lives in."""

ELSEWHERE: dict[Tier, str] = {
    "county": "529902", "town": "529901102", "village": "529901101202", "grid": "529901101201G02",
}  # fmt: skip
"""Each one's nearest neighbour: the other county, the other town, the next village, the other grid of her village."""

NEIGHBOURS = (
    ("529902", "云水县"), ("529902101", "河口镇"), ("529902101201", "河口村"), ("529902101201G01", "第一网格"),
)  # fmt: skip
"""What there is of the other county: an installation serves one, and must not take orders from another."""

HER_PLACE = place("52990110120103", HERE["grid"])
"""The chain of areas that 陈桂兰's things lie in."""

HER_LINE, OTHER_LINE = "民政", "供水"
"""The department that her case is of, and one that has nothing to do with it."""


class Person(msgspec.Struct, frozen=True):
    """One asker as we mean her to be: never read from the server's answers. ``key`` names her; ``column`` is where the
    table shows her, ``standing`` in which of its cells."""

    key: str
    column: str
    actor: Actor
    standing: str = ""

    @property
    def is_staff(self) -> bool:
        return self.actor.is_staff


STANDINGS: dict[str, tuple[dict[Tier, str], tuple[str, ...]]] = {
    "here": (HERE, ()),
    "her line": (HERE, (HER_LINE,)),
    "other line": (HERE, (OTHER_LINE,)),
    "elsewhere": (ELSEWHERE, ()),
    "elsewhere, her line": (ELSEWHERE, (HER_LINE,)),
}
"""Where a member of staff stands, seen from 陈桂兰's things: whose area, and which departments her account names."""

CHEN, LI = "resident", "another"

RESIDENTS: tuple[Person, ...] = (
    Person("nobody", "nobody", Actor()),
    Person("L1", "L1", Actor("resident", "L1", subject=CHEN)),
    Person("L2", "L2", Actor("resident", "L2", subject=CHEN, person=CHEN)),
    Person("another", "another", Actor("resident", "L2", subject=LI, person=LI)),
    Person("agent", "agent", Actor("resident", "L2", subject=CHEN, person=CHEN, mandate="leave", agent="李明")),
)  # fmt: skip
"""L1 has 陈桂兰's card and nothing else; ``another`` is 李明 of another village; ``agent`` is he, acting for her."""


def staff() -> Iterator[Person]:
    """Every role at every tier where it has anything to do, in every standing."""
    for role in ROLES:
        for tier in TIERS:
            if tier in tiers_of(role):
                yield from _posts(role, tier)


def _posts(role: Role, tier: Tier) -> Iterator[Person]:
    for number, (standing, (areas, departments)) in enumerate(STANDINGS.items()):
        key = f"{role}.{tier}.{number}"
        actor = Actor("staff", subject=key, role=role, area=areas[tier], departments=departments)
        yield Person(key, f"{role} {TIERS[tier]}", actor, standing)


PEOPLE: tuple[Person, ...] = (*RESIDENTS, *staff())


def chain(person: Person) -> tuple[str, ...]:
    """The areas that a member of staff works in, county first."""
    return chain_of(person.actor.area)
