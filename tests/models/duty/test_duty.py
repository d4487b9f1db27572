"""Rosters, leave and dealing: pairs, days, equals, and who may set them."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from models.base.errors import Forbidden, Invalid, NotFound
from models.duty.duty import Colleague, Leave, Shift, check_leave, check_shift, next_of, pair_on
from models.duty.service import eligible
from tests.models.cases.test_assigning import MA, TOWN, staffed
from tests.models.cases.test_queries import Profiled
from tests.models.hall import CLERK, NOON, REVIEWER, SUN_CLERK, ZHAO

TODAY = date(2026, 11, 4)
PEOPLE = ("a1", "a2", "a3")


def shift(account: str, first: str, last: str) -> Shift:
    return Shift(f"{account}{first}", "529901", "民政", account, account, first, last, "a-zhao", NOON)


def leave(account: str, to: str, first: str, last: str) -> Leave:
    return Leave(f"{account}{first}", account, account, to, to, first, last, NOON)


def problems_of(check, *given) -> set[str]:
    with pytest.raises(Invalid) as caught:
        check(*given)
    return {problem.code for problem in caught.value.problems}


def test_a_day_has_a_pair_and_no_third():
    pair = [shift("a1", "2026-11-01", "2026-11-10"), shift("a2", "2026-11-05", "2026-11-20")]
    third = shift("a3", "2026-11-10", "2026-11-12")
    assert problems_of(check_shift, third, pair, PEOPLE) == {"duty.pair"}
    check_shift(shift("a3", "2026-11-11", "2026-11-12"), pair, PEOPLE)
    assert [each.account for each in pair_on(pair, "2026-11-07")] == ["a1", "a2"]
    assert [each.account for each in pair_on(pair, "2026-11-11")] == ["a2"]


@pytest.mark.parametrize(
    ("account", "first", "last", "code"),
    [
        ("a9", "2026-11-01", "2026-11-02", "duty.account"), ("a1", "2026-11-09", "2026-11-12", "duty.twice"),
        ("a3", "2026-11-09", "2026-11-08", "date.order"), ("a3", "11月9日", "2026-11-08", "date.form"),
        ("a3", "2026-11-09", "2027-11-10", "date.long"),
    ],
)  # fmt: skip
def test_a_roster_takes_people_of_the_desk_on_days_that_are(account, first, last, code):
    others = [shift("a1", "2026-11-01", "2026-11-10")]
    assert code in problems_of(check_shift, shift(account, first, last), others, PEOPLE)


@pytest.mark.parametrize(
    ("new", "code"),
    [
        (leave("a1", "a1", "2026-11-04", "2026-11-05"), "leave.to"),
        (leave("a1", "a9", "2026-11-04", "2026-11-05"), "leave.to"),
        (leave("a1", "a2", "2026-11-03", "2026-11-05"), "leave.past"),
        (leave("a1", "a2", "2026-11-20", "2026-11-21"), "leave.away"),
        (leave("a1", "a3", "2026-11-28", "2026-11-30"), "leave.chain"),
        (leave("a2", "a3", "2026-11-21", "2026-11-22"), "leave.twice"),
    ],
)
def test_leave_is_given_to_somebody_of_the_same_right_who_is_there(new, code):
    others = [leave("a2", "a1", "2026-11-20", "2026-11-30")]
    assert code in problems_of(check_leave, new, others, PEOPLE, TODAY)


def test_turns_go_round_and_chance_is_given():
    people = [Colleague(key, key) for key in ("a2", "a1", "a3")]
    taken = ["", "a1", "a2", "a3"]
    assert [next_of("turns", people, last, None).id for last in taken] == ["a1", "a2", "a3", "a1"]
    assert next_of("random", people, "a1", lambda n: n - 1).id == "a3"


def test_a_blind_review_goes_to_those_on_duty_and_to_all_where_there_is_no_roster():
    people = tuple(Colleague(key, key) for key in PEOPLE)
    assert [each.id for each in eligible(people, frozenset({"a1", "a2"}), {"a1"})] == ["a2"]
    assert [each.id for each in eligible(people, frozenset(), {"a1"})] == ["a2", "a3"]
    assert eligible(people, frozenset({"a1"}), {"a1"}) == ()


@pytest.mark.gen_test
async def test_the_approver_of_a_department_runs_its_roster_and_nobody_else(hall):
    hall = await staffed(hall)
    for other in (CLERK, REVIEWER):
        with pytest.raises(Forbidden):
            await hall.duty.roster(other)
        with pytest.raises(Forbidden):
            await hall.duty.set_mode(other, "民政", "clerk", "turns")
    with pytest.raises(Forbidden):
        await hall.duty.set_mode(ZHAO, "医保", "clerk", "turns")
    on = await hall.duty.add_shift(TOWN, "民政", "a-reviewer", "2026-11-01", "2026-11-07")
    line = next(each for each in await hall.duty.roster(TOWN) if each.department == "民政")
    assert [each.name for each in line.on_duty] == ["何审核"]
    with pytest.raises(NotFound):
        await hall.duty.remove_shift(ZHAO, on.id)
    await hall.duty.remove_shift(TOWN, on.id)
    assert await hall.duty.representatives("529901101", "民政") == frozenset()
    with pytest.raises(Invalid):
        await hall.duty.add_shift(TOWN, "民政", "a-clerk", "2026-11-01", "2026-11-07")


@pytest.mark.gen_test
async def test_leave_is_ones_own_to_give_and_to_end(hall):
    hall = await staffed(hall)
    assert [each.name for each in (await hall.duty.absences(CLERK)).colleagues] == ["马办事"]
    given = await hall.duty.begin_leave(CLERK, "a-ma", "2026-11-05", "2026-11-06")
    assert [each.name for each in (await hall.duty.absences(MA)).standing_in] == ["李办事"]
    assert await hall.duty.standing_in(MA) == {}  # not yet
    for other in (MA, SUN_CLERK):
        with pytest.raises(NotFound):
            await hall.duty.end_leave(other, given.id)
    with pytest.raises(Invalid):
        await hall.duty.begin_leave(CLERK, "a-reviewer", "2026-12-05", "2026-12-06")
    narrow = msgspec.structs.replace(CLERK, departments=("民政",))
    assert [each.name for each in (await hall.duty.absences(narrow)).colleagues] == ["马办事"]


@pytest.mark.gen_test
async def test_a_roster_of_all_departments_is_read_at_once_and_not_one_by_one(hall):
    await staffed(hall)
    await hall.duty.set_mode(TOWN, "民政", "reviewer", "turns")
    async with Profiled(hall) as profiled:
        lines = await hall.duty.roster(TOWN)
    assert len(lines) > 20
    assert [line.modes["reviewer"] for line in lines if line.department == "民政"] == ["turns"]
    assert len(await profiled.plans(("accounts", "dealings", "shifts"))) == 3
