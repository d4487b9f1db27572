"""Lists of a desk: their lines, their pages, their lights. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Literal

import msgspec

from models.base.clock import local_day
from models.calendar.working_days import WorkingDays
from models.cases.case import Brief
from models.cases.due import hours_left
from models.forms.display import masked

AMBER_SHARE = 0.2  # of the promised time left: the warning of standards.md

Light = Literal["green", "amber", "red"]
View = Literal["mine", "area", "lately"]


class Row(msgspec.Struct, frozen=True):
    """One line of the list. ``days_left`` counts working days, negative when late; where the clock counts hours
    ``hours_left`` does. ``name`` is masked."""

    id: str
    case_no: str
    title: str
    place: str
    state: str
    step: str
    due_on: str
    days_left: int
    light: Light
    filed_at: datetime
    name: str
    hours_left: int | None = None


class Listing(msgspec.Struct, frozen=True):
    """A page of the list; ``next`` is the position of the following page, empty at the end."""

    rows: tuple[Row, ...]
    waiting: int
    next: str = ""


class Shown(msgspec.Struct, frozen=True):
    """A page of the list and whose cases stand in it: person ids and blind indexes, which go on the record of looking
    and nowhere else."""

    listing: Listing
    whose: tuple[str, ...]


def row_of(case: Brief, now: datetime, days: WorkingDays, place: Callable[[str], str]) -> Row:
    """One line."""
    left = days.between(local_day(now), date.fromisoformat(case.due_on))
    hours = hours_left(case.urgent_by, now) if case.urgent_by else None
    return Row(
        id=case.id,
        case_no=case.case_no,
        title=case.title,
        place=place(case.areas[-1]),
        state=case.state,
        step=case.step,
        due_on=case.due_on,
        days_left=left,
        light=light(left, case.promised_days) if hours is None else hourly(hours),
        filed_at=case.filed_at,
        name=masked("name", case.applicant),
        hours_left=hours,
    )


def hourly(hours: int) -> Light:
    """Of a clock that counts hours: never green, for whoever waits has nothing to live on."""
    return "red" if hours <= 0 else "amber"


def light(days_left: int, promised_days: int) -> Light:
    """Red when late, amber within the last fifth of the promise (or on the last day), else green."""
    if days_left < 0:
        return "red"
    return "amber" if days_left <= max(1, promised_days * AMBER_SHARE) else "green"


def whose(cases: Sequence[Brief]) -> tuple[str, ...]:
    """Whose cases these are: person ids and blind indexes, each once."""
    return tuple(dict.fromkeys(each for case in cases for each in case.whose if each))
