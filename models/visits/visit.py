"""A visit (走访): somebody went to a household, what she found, and when she goes again. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Literal

import msgspec

from models.base.errors import Conflict, Problem
from models.people.person import Person
from models.visits.pace import LONGEST, Pace

Way = Literal[1, 2, 3]
WAYS: dict[Way, str] = {1: "上门", 2: "电话", 3: "视频"}

OLDEST = timedelta(days=366)
"""A visit that is told of later than that belongs to the desk."""

LAST_VISIT = "house.last_visit_on"


class VisitKnown(Conflict):
    """Another request has told of the same visit."""

    code = "visit.known"


class Task(msgspec.Struct, frozen=True):
    """Something found on the way that somebody should see to; it becomes a ticket later. ``visit`` is empty for one that
    was found outside a visit."""

    id: str
    household: str
    areas: tuple[str, ...]
    text: str
    at: datetime
    by: str
    by_name: str
    photos: tuple[str, ...] = ()
    visit: str = ""


class Visit(msgspec.Struct, frozen=True):
    """``id`` is the operation that told of it. ``at`` is when the server heard of it, ``said_at`` the phone's clock;
    ``planned`` the day on which it was due. ``people`` are those who were visited, empty for the household;
    ``position`` (longitude, latitude) only where the county has switched it on."""

    id: str
    household: str
    areas: tuple[str, ...]
    on: date
    way: Way
    by: str
    by_name: str
    at: datetime
    said_at: datetime
    device: str
    text: str = ""
    people: tuple[str, ...] = ()
    photos: tuple[str, ...] = ()
    problems: str = ""
    planned: date | None = None
    next: date | None = None
    tasks: int = 0
    position: tuple[float, float] | None = None


class Plan(msgspec.Struct, frozen=True):
    """Where a household stands: its last visit, and when the next one is due."""

    household: str
    areas: tuple[str, ...]
    visit: str
    on: date
    way: Way
    by: str
    by_name: str
    next: date
    rev: int = 0


class Telling(msgspec.Struct, frozen=True):
    """What the phone says of a visit, its days as it wrote them."""

    on: str
    way: Way = 1
    text: str = ""
    people: tuple[str, ...] = ()
    photos: tuple[str, ...] = ()
    problems: str = ""
    next: str = ""
    position: tuple[float, float] | None = None


def day_of(said: str, said_at: date, heard: date, skewed: date) -> tuple[date | None, Problem | None]:
    """The day of a visit. A phone whose clock is wrong says a wrong day without knowing: where she left the day as it was
    (``said`` is ``said_at``, the phone's own), it is the corrected one (``skewed``), and never later than ``heard``."""
    try:
        on = date.fromisoformat(said)
    except ValueError:
        return None, Problem("visit.on", "date.invalid", "走访日期不对，请重新选择。")
    if on == said_at:
        on = min(skewed, heard)
    if on > heard:
        return None, Problem("visit.on", "date.future", "走访日期不能晚于今天。")
    if heard - on > OLDEST:
        return None, Problem("visit.on", "date.past", "走访日期超过一年，请到窗口补登。")
    return on, None


def next_of(said: str, on: date, pace: Pace, people: Iterable[Person]) -> tuple[date, Problem | None]:
    """When to go again: as she says, else as the pace has it."""
    usual = pace.next(on, people)
    if not said:
        return usual, None
    try:
        wished = date.fromisoformat(said)
    except ValueError:
        return usual, Problem("visit.next", "date.invalid", "下次走访日期不对，请重新选择。")
    if not on < wished <= on + timedelta(days=LONGEST):
        return usual, Problem("visit.next", "date.range", "下次走访日期要在本次之后、一年以内。")
    return wished, None


def following(plan: Plan | None, visit: Visit) -> Plan | None:
    """The plan after ``visit``; None where a later visit is known already (they come in any order)."""
    if plan is not None and (plan.on, plan.visit) > (visit.on, visit.id):
        return None
    assert visit.next  # noqa: S101 - every recorded visit has one
    return Plan(
        visit.household, visit.areas, visit.id, visit.on, visit.way, visit.by, visit.by_name, visit.next,
        plan.rev + 1 if plan else 0,
    )  # fmt: skip
