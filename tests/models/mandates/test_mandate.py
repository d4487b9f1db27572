"""What leave to act lets, and for how long."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from models.base.errors import Conflict, Forbidden
from models.mandates.mandate import (
    Mandate,
    Party,
    holds,
    is_child,
    may_guard,
    problems_of,
    take,
    tell,
    told,
    unsent,
    use,
    withdraw,
)

NOON = datetime(2026, 11, 4, 4, tzinfo=UTC)
TODAY = date(2026, 11, 4)


def leave(scope="once", **more):
    chen, zhou = Party("resident", "b-chen", "陈桂兰", "p-chen"), Party("resident", "b-zhou", "周建国")
    return Mandate("m1", chen, zhou, "consent", scope, NOON, "2026-11-05", "self", **more)


def codes(scope="until", offers=(), until="2026-12-01"):
    return [problem.code for problem in problems_of(scope, offers, until, TODAY)]


def test_leave_holds_through_its_last_day():
    assert holds(leave(), date(2026, 11, 5))
    assert not holds(leave(), date(2026, 11, 6))


def test_leave_for_a_matter_holds_for_that_matter_alone():
    given = leave("matter", offers=("elder-allowance",))
    assert holds(given, TODAY, "elder-allowance")
    assert not holds(given, TODAY, "dibao")


def test_leave_given_for_once_is_used_up_by_its_case():
    assert not holds(use(leave(), "no-1", NOON), TODAY)
    assert holds(use(leave("until"), "no-1", NOON), TODAY)


def test_leave_given_for_once_is_kept_for_the_first_submission():
    kept = take(leave(), "key-1")
    assert take(kept, "key-1") is kept
    with pytest.raises(Forbidden):
        take(kept, "key-2")


def test_leave_is_taken_back_once():
    taken = withdraw(leave(), NOON)
    assert not holds(taken, TODAY)
    with pytest.raises(Conflict):
        withdraw(taken, NOON)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, []),
        ({"scope": "matter"}, ["required"]),
        ({"scope": "always"}, ["single.unknown"]),
        ({"until": "明天"}, ["date.form"]),
        ({"until": "2026-11-03"}, ["date.after"]),
        ({"until": "2027-12-01"}, ["date.after"]),
    ],
)
def test_leave_has_a_scope_and_an_end_within_a_year(given, found):
    assert codes(**given) == found


def test_a_child_is_one_until_the_day_it_turns_fourteen():
    born = date(2012, 11, 5)
    assert is_child(born, date(2026, 11, 4))
    assert not is_child(born, date(2026, 11, 5))


@pytest.mark.parametrize(
    ("guardian", "child", "may"),
    [("02", "20", True), ("10", "30", True), ("02", "40", False), ("22", "40", False), ("50", "20", False)],
)
def test_head_and_spouse_guard_the_heads_children(guardian, child, may):
    assert may_guard(guardian, child) is may


def test_what_was_added_while_telling_is_still_due():
    two = tell(tell(leave(), "一", NOON), "二", NOON)
    half = told(two, ["一"], NOON)
    assert (unsent(half), half.due_at) == (("二",), NOON)
    assert told(half, ["二"], NOON).due_at is None
