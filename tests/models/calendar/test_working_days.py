"""Working days: the holidays of 2026 with their make-up days, and the years that nobody has announced yet."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.calendar.working_days import LONGEST, WorkingDays

DAYS = WorkingDays()
some_day = st.dates(date(2020, 1, 1), date(2032, 12, 31))


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 9, 20), True),  # a Sunday worked for 国庆
        (date(2026, 10, 10), True),  # a Saturday worked for it
        (date(2026, 10, 1), False), (date(2026, 10, 7), False), (date(2026, 10, 8), True),
        (date(2026, 9, 25), False),  # 中秋
        (date(2026, 10, 17), False), (date(2026, 10, 19), True),
    ],
)  # fmt: skip
def test_the_national_holiday_of_2026_has_its_days_off_and_its_make_up_days(day, worked):
    assert DAYS.is_working(day) is worked


def test_a_promise_over_the_national_holiday_counts_the_make_up_day():
    assert DAYS.add(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert DAYS.add(date(2026, 9, 30), 3) == date(2026, 10, 10)
    assert DAYS.add(date(2026, 9, 30), 4) == date(2026, 10, 12)


def test_the_day_of_the_act_does_not_count():
    assert DAYS.add(date(2026, 11, 4), 1) == date(2026, 11, 5)
    assert DAYS.add(date(2026, 11, 6), 1) == date(2026, 11, 9)


def test_no_days_at_all_is_the_same_day_or_the_next_one_worked():
    assert DAYS.add(date(2026, 11, 4), 0) == date(2026, 11, 4)
    assert DAYS.add(date(2026, 10, 1), 0) == date(2026, 10, 8)


def test_a_promise_into_a_year_that_nobody_has_announced_skips_weekends_and_fixed_holidays():
    assert DAYS.add(date(2026, 12, 31), 1) == date(2027, 1, 4)
    assert not DAYS.is_working(date(2027, 1, 1))
    assert not DAYS.is_working(date(2027, 10, 1))
    assert DAYS.is_working(date(2027, 10, 4))
    assert not DAYS.is_working(date(2031, 5, 1))


def test_a_county_may_say_of_a_day_that_it_is_off_or_worked():
    days = WorkingDays({date(2026, 11, 5): False, date(2027, 2, 6): True})
    assert days.add(date(2026, 11, 4), 1) == date(2026, 11, 6)
    assert days.is_working(date(2027, 2, 6))
    assert not DAYS.is_working(date(2027, 2, 6))


@pytest.mark.parametrize("count", [-1, LONGEST + 1])
def test_a_limit_that_is_none_is_refused(count):
    with pytest.raises(ValueError):
        DAYS.add(date(2026, 11, 4), count)


@given(some_day, st.integers(1, 60))
def test_what_is_added_is_what_lies_between(day, count):
    due = DAYS.add(day, count)
    assert DAYS.is_working(due)
    assert DAYS.between(day, due) == count
    assert DAYS.between(due, day) == -count


@given(some_day, st.integers(0, 60))
def test_a_later_start_never_ends_earlier(day, count):
    assert DAYS.add(day, count) <= DAYS.add(day + timedelta(days=1), count)
