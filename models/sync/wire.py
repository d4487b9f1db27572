"""A household as it goes to a phone: short names, indices instead of words, nothing that is empty (docs/sync.md). Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from models.elements.element import Element
from models.households.household import HEAD, Household
from models.people.person import Person
from models.people.values import TRUST, Held
from models.sync.versions import Versions
from models.visits.visit import Plan

Line = tuple[int, Any, int, int, int, str]
"""element, value, source, seconds since 1970, author, version"""

Warning_ = tuple[str, str, str]
"""code, sentence, element"""


class LastVisit(msgspec.Struct, frozen=True, omit_defaults=True):
    """``on`` and ``next`` are days; ``way`` 1 in person, 2 by phone, 3 by video."""

    on: str
    by: str
    way: int
    next: str


class MemberLine(msgspec.Struct, frozen=True, omit_defaults=True):
    p: str
    r: int
    rel: str = ""
    v: tuple[Line, ...] = ()


class HomeLine(msgspec.Struct, frozen=True, omit_defaults=True):
    h: str
    r: int
    a: str
    g: str = ""
    c: str = ""
    v: tuple[Line, ...] = ()
    m: tuple[MemberLine, ...] = ()
    w: tuple[Warning_, ...] = ()
    q: int = 0
    l: LastVisit | None = None  # noqa: E741 - the wire is short


class Around(msgspec.Struct, frozen=True):
    """What a household needs beside itself: its people, plate, plan and contradictions."""

    people: Sequence[Person]
    plate: str = ""
    plan: Plan | None = None
    wrong: tuple[Warning_, ...] = ()


class Writer:
    """Writes households for one worker. ``places``: index of each element that she may see; ``names``: an author's name by
    id and source; ``group``: the name of a group."""

    def __init__(
        self, elements: Sequence[Element], versions: Versions, names: Callable[[str, str], str],
        group: Callable[[str], str],
    ) -> None:  # fmt: skip
        self._places = {element.key: at for at, element in enumerate(elements)}
        self._versions = versions
        self._names = names
        self._group = group
        self._authors: dict[str, int] = {}

    @property
    def by(self) -> tuple[str, ...]:
        """The authors of everything written so far, in the order of their indices."""
        return tuple(self._authors)

    def home(self, home: Household, around: Around) -> HomeLine:
        """One household."""
        relations = {member.person: member.relation for member in home.members}
        people = sorted(
            around.people, key=lambda each: (relations.get(each.id) != HEAD, relations.get(each.id, ""))
        )
        waiting = len(home.held.proposals) + sum(len(each.held.proposals) for each in people)
        members = tuple(
            MemberLine(
                each.id, each.rev, relations.get(each.id, each.relation), self._lines(each.id, each.held)
            )
            for each in people
        )
        return HomeLine(
            home.id, home.rev, home.address, self._group(home.areas[3]), around.plate,
            self._lines(home.id, home.held), members, around.wrong, waiting, _last(around.plan),
        )  # fmt: skip

    def _lines(self, owner: str, held: Held) -> tuple[Line, ...]:
        places, versions = self._places, self._versions
        return tuple(
            (
                places[key], value.v, TRUST.index(value.source), _seconds(value.fresh_at),
                self._author(value.by, value.source), versions.of(owner, key, value),
            )
            for key, value in held.values.items()
            if key in places
        )  # fmt: skip

    def _author(self, by: str, source: str) -> int:
        name = self._names(by, source)
        return self._authors.setdefault(name, len(self._authors))


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


def _last(plan: Plan | None) -> LastVisit | None:
    return LastVisit(plan.on.isoformat(), plan.by_name, plan.way, plan.next.isoformat()) if plan else None


SOURCES: Mapping[str, str] = {
    "shared": "部门共享", "counter": "窗口登记", "visit": "走访登记", "self": "居民本人", "import": "批量导入",
}  # fmt: skip
"""What an author is called who is no account of ours."""
