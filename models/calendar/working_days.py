"""Working days (工作日): the only clock that a promise is measured with.

Holidays and make-up days come from ``chinesecalendar`` for the years that it knows. For later years, until the
State Council has announced them, weekends and the fixed-date holidays (1 January, 1 May, 1–3 October) are free.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

import chinese_calendar

FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (10, 1), (10, 2), (10, 3)})
LONGEST = 2000
DAYS_KEPT = 4096


class WorkingDays:
    """A calendar; ``overrides`` says of single days whether they are worked, over everything else."""

    def __init__(self, overrides: Mapping[date, bool] | None = None) -> None:
        self._overrides = dict(overrides or {})
        self._added: dict[tuple[date, int], date] = {}

    def learn(self, overrides: Mapping[date, bool]) -> None:
        """From now on these days are other than announced, and only these."""
        self._overrides = dict(overrides)
        self._added.clear()

    def is_working(self, day: date) -> bool:
        """Whether offices work on ``day``."""
        if day in self._overrides:
            return self._overrides[day]
        return _announced(day)

    def add(self, day: date, count: int) -> date:
        """The ``count``-th working day after ``day``; with 0, ``day`` itself where it is worked, else the next.

        The day of the act does not count: the clock starts on the following working day.
        """
        if not 0 <= count <= LONGEST:
            raise ValueError(f"a limit of {count} working days is not one")
        if (day, count) not in self._added:
            if len(self._added) >= DAYS_KEPT:
                self._added.clear()
            self._added[day, count] = self._after(day, count)
        return self._added[day, count]

    def _after(self, day: date, count: int) -> date:
        if count == 0:
            while not self.is_working(day):
                day += timedelta(days=1)
            return day
        while count:
            day += timedelta(days=1)
            count -= self.is_working(day)
        return day

    def between(self, first: date, last: date) -> int:
        """Working days after ``first`` up to and with ``last``; negative where ``last`` lies before ``first``."""
        if last < first:
            return -self.between(last, first)
        days = (last - first).days
        return sum(self.is_working(first + timedelta(days=n)) for n in range(1, days + 1))


@lru_cache(DAYS_KEPT)
def _announced(day: date) -> bool:
    """What the calendar of the State Council says of a day; kept, since the library looks through all of its years
    each time, and every submission asks about a month of days."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5 and (day.month, day.day) not in FIXED_HOLIDAYS
