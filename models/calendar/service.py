"""The working-day calendar as administrators edit it. One object of working days serves the whole process: it learns
what was marked at the start and whenever a change is heard of."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import msgspec

from models.base.actor import Actor
from models.base.clock import Clock, local_day
from models.base.errors import Invalid, NotFound, Problem
from models.calendar.marks import KINDS, Mark, overrides
from models.calendar.repository import CalendarRepository
from models.calendar.working_days import WorkingDays
from models.roles.rules import check

FURTHEST = timedelta(days=800)
"""How far ahead and back a day may be marked."""

LONGEST = 100


class Day(msgspec.Struct, frozen=True):
    """One day of the calendar: whether it is worked, and the mark that says so, if one does."""

    day: str
    worked: bool
    mark: Mark | None = None


class Year(msgspec.Struct, frozen=True):
    """A year's days by month, and how many of each month are worked."""

    year: int
    months: tuple[tuple[Day, ...], ...]
    worked: tuple[int, ...]


class Calendar:
    """Use cases of the calendar."""

    def __init__(self, repository: CalendarRepository, days: WorkingDays, clock: Clock, county: str) -> None:
        self._repository = repository
        self._county = county
        self._days = days
        self._clock = clock
        self._marks: dict[str, Mark] = {}

    async def reload(self) -> None:
        """Learn every mark anew."""
        marks = await self._repository.marks()
        self._marks = {mark.id: mark for mark in marks}
        self._days.learn(overrides(marks))

    def year(self, year: int) -> Year:
        """The calendar of a year."""
        months = tuple(
            tuple(
                self._day(date(year, month, number))
                for number in range(1, calendar.monthrange(year, month)[1] + 1)
            )
            for month in range(1, 13)
        )
        return Year(year, months, tuple(sum(day.worked for day in month) for month in months))

    async def mark(self, actor: Actor, day: str, kind: str, reason: str) -> None:
        """Say of a day that it is worked, half worked or free. Due dates follow. Raises Forbidden, Invalid."""
        check(actor, "calendar.change", (self._county,))
        if kind not in KINDS:
            raise Invalid([Problem("kind", "calendar.kind", "请选择上班、上半天班或放假。")])
        when, words = self._near(day), " ".join(reason.split())[:LONGEST]
        if not words:
            raise Invalid([Problem("reason", "required", "请写明依据，例如：市政府通知调休。")])
        mark = Mark(when.isoformat(), kind, words, actor.name, self._clock())
        await self._repository.put(mark)
        await self.reload()

    async def unmark(self, actor: Actor, day: str) -> None:
        """Let a day be what was announced. Raises Forbidden, Invalid, NotFound."""
        check(actor, "calendar.change", (self._county,))
        if not await self._repository.take_away(self._near(day).isoformat(), self._clock()):
            raise NotFound("这一天没有调整过。", code="calendar.unmarked")
        await self.reload()

    def _day(self, day: date) -> Day:
        return Day(day.isoformat(), self._days.is_working(day), self._marks.get(day.isoformat()))

    def _near(self, text: str) -> date:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise Invalid([Problem("day", "date", "请填写日期，例如 2027-02-05。")]) from None
        if abs(day - local_day(self._clock())) > FURTHEST:
            raise Invalid([Problem("day", "date.far", "只能调整前后两年以内的日期，请核对年份。")])
        return day
