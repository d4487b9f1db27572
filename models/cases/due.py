"""Days by which something is to be done, counted in working days. Pure."""

from __future__ import annotations

import math
from datetime import date, datetime

from models.base.clock import local_day
from models.calendar.working_days import WorkingDays
from models.cases.case import Case


def within(days: WorkingDays, at: datetime, count: int) -> str:
    """The last day of ``count`` working days that begin at ``at``, as an ISO date in Shanghai."""
    return days.add(local_day(at), count).isoformat()


def promise_of(days: WorkingDays, case: Case, at: datetime) -> str:
    """By when a case that is accepted now will be done; an urgent one, by when it is decided whether to help at once."""
    if case.urgent_by and case.urgent_now:
        return local_day(case.urgent_by).isoformat()
    return within(days, at, case.promised_days)


def hours_left(until: datetime, now: datetime) -> int:
    """Hours until a moment, begun ones counted whole; negative ones after it."""
    return math.ceil((until - now).total_seconds() / 3600)


def later(days: WorkingDays, due_on: str, count: int) -> str:
    """An ISO date moved by working days."""
    return days.add(date.fromisoformat(due_on), count).isoformat() if count else due_on


def resumed(days: WorkingDays, case: Case, at: datetime) -> tuple[str, int]:
    """When a case that stands still will be done if it goes on now, and for how many working days it stood."""
    stood = max(0, days.between(local_day(case.paused.at), local_day(at))) if case.paused else 0
    return later(days, case.due_on, stood), stood
