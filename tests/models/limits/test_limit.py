from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from models.limits.limit import LIMITS, Counter, counted, exceeded, retry_after

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_a_window_opens_with_the_first_try():
    assert counted(None, most=3, per_seconds=60, now=NOON) == Counter(1, after(60))


def test_tries_in_a_running_window_do_not_prolong_it():
    assert counted(Counter(1, after(60)), most=3, per_seconds=60, now=after(59)) == Counter(2, after(60))


def test_a_window_that_ended_starts_again_from_one():
    assert counted(Counter(9, after(60)), most=3, per_seconds=60, now=after(60)) == Counter(1, after(120))


def test_a_lock_runs_from_the_try_that_used_up_the_last_one():
    locked = counted(Counter(4, after(60)), most=5, per_seconds=900, now=after(59), locks=True)
    assert locked == Counter(5, after(959))
    assert counted(locked, most=5, per_seconds=900, now=after(100), locks=True) == Counter(6, after(959))


def test_a_pause_is_told_in_whole_seconds_and_is_never_nothing():
    assert retry_after(Counter(4, after(10.2)), NOON) == 11
    assert retry_after(Counter(4, NOON), NOON) == 1


def test_every_limit_says_why():
    assert all(limit.why and limit.most > 0 and limit.per_seconds >= 60 for limit in LIMITS.values())
    assert [kind for kind, limit in LIMITS.items() if limit.locks] == ["staff.name"]


@given(st.lists(st.integers(0, 200), max_size=30), st.integers(1, 5))
def test_no_window_ever_lets_more_through_than_it_should(gaps, most):
    counter, now, passed = None, NOON, []
    for gap in gaps:
        now += timedelta(seconds=gap)
        counter = counted(counter, most=most, per_seconds=60, now=now)
        if not exceeded(counter, most=most):
            passed.append((counter.ends_at, now))
    assert all(sum(end == other for other, _ in passed) <= most for end, _ in passed)
