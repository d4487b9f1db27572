"""Several cases at once: what can be done with which, doing it, and taking it back while nothing has followed."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from models.base.errors import Conflict, Invalid, NotFound
from models.calendar.working_days import WorkingDays
from models.cases import tolerance, transitions
from models.cases.batch import made, undo
from models.cases.batches import Pick
from models.cases.doing import Act
from models.cases.recounting import due_on
from models.cases.timeline import timeline
from models.items.item import Tolerance
from tests.models.cases.test_assigning import MA, staffed
from tests.models.cases.test_flow import CHEN, HE, WANG, filed, item, step
from tests.models.cases.test_tolerance import tolerant
from tests.models.hall import CLERK, NOON, REVIEWER, SUN_CLERK

ACT = Act(0)


def test_an_undone_acceptance_is_as_if_nobody_had_accepted_and_the_applicant_is_told():
    before = filed(item(step("review")))
    after = transitions.accept(before, WANG, NOON, "2026-11-18")
    case = undo(after, WANG, NOON + timedelta(minutes=1), made(before, after))
    assert (case.state, case.steps, case.desks) == (before.state, before.steps, before.desks)
    assert (case.accepted_at, case.due_on, case.rev) == (None, before.due_on, 3)
    assert case.events[-1].data == {"undone": 2, "ended": ["review"], "began": ["accept"]}
    assert case.outbox[-1].text.startswith("更正")
    line = timeline(case, NOON + timedelta(days=1))
    assert (line.promise, line.acceptance.end) == (None, None)
    assert due_on(case, NOON, WorkingDays()) == before.due_on


def test_what_has_been_followed_is_not_undone():
    before = filed(item(step("review")))
    after = transitions.accept(before, WANG, NOON, "2026-11-18")
    for later in (
        transitions.hand_on(after, HE, NOON, ""),
        transitions.withdraw(after, CHEN, NOON, ""),
        transitions.ask(after, HE, NOON, {}, "缺照片"),
    ):
        with pytest.raises(Conflict, match="batch.followed"):
            undo(later, WANG, NOON, made(before, after))


def test_what_nobody_was_told_of_needs_no_correction():
    before = transitions.accept(filed(item(step("one"), step("two"))), WANG, NOON, "2026-11-18")
    after = transitions.hand_on(before, HE, NOON, "")
    assert undo(after, HE, NOON, made(before, after)).outbox == before.outbox


def test_an_offer_to_let_papers_follow_stands_again_after_an_undone_acceptance():
    case = tolerant()
    before = tolerance.offer(case, WANG, NOON, tolerance.owed_of(case.lacking, Tolerance(5)))
    after = transitions.accept(before, WANG, NOON, "2026-11-18")
    undone = undo(after, WANG, NOON, made(before, after))
    assert undone.owed == before.owed
    assert tolerance.promised(undone, CHEN, NOON, WorkingDays()).state == "accepted"


async def lamps(hall, count):
    found = [await hall.file(item="lamp", key=f"key-of-lamp-{n}", what="灯不亮") for n in range(count)]
    return [await hall.case(each) for each in found]


def picked(cases):
    return [Pick(case.id, case.rev) for case in cases]


@pytest.mark.gen_test
async def test_a_batch_is_looked_at_before_and_done_where_it_can_be(hall):
    hall = await staffed(hall)
    cases = await lamps(hall, 3)
    await hall.act(MA, cases[1], "take")
    picks = [*picked(cases), Pick("0" * 20, 1)]
    rows = await hall.batches.prospects(CLERK, "accept", picks, ACT)
    assert [bool(row.why) for row in rows] == [False, True, False, True]
    assert ("刚被同事处理过" in rows[1].why, rows[3].case_no) == (True, "")
    assert (await hall.case_of(cases[0])).state == "applied"
    outcome, seen = await hall.batches.do(CLERK, "accept", picks, ACT)
    assert (len(outcome.done), len(outcome.failed), len(seen)) == (2, 2, 2)
    assert {(await hall.case_of(case)).state for case in (cases[0], cases[2])} == {"accepted"}


@pytest.mark.gen_test
async def test_a_batch_is_taken_back_whole_within_ten_minutes_and_once(hall):
    hall = await staffed(hall)
    cases = await lamps(hall, 3)
    outcome, _ = await hall.batches.do(CLERK, "accept", picked(cases), ACT)
    hall.clock.on(minutes=9)
    for other in (MA, REVIEWER, SUN_CLERK):
        with pytest.raises(NotFound):
            await hall.batches.undo(other, outcome.batch)
    undone, seen = await hall.batches.undo(CLERK, outcome.batch)
    assert (len(undone.done), len(seen), undone.undoable) == (3, 3, False)
    assert {(await hall.case_of(case)).state for case in cases} == {"applied"}
    with pytest.raises(Conflict, match="batch.over"):
        await hall.batches.undo(CLERK, outcome.batch)


@pytest.mark.gen_test
async def test_after_ten_minutes_or_where_something_followed_it_stays(hall):
    hall = await staffed(hall)
    cases = await lamps(hall, 2)
    outcome, _ = await hall.batches.do(CLERK, "accept", picked(cases), ACT)
    await hall.act(CLERK, await hall.case_of(cases[0]), "grant", result="已修好")
    undone, _ = await hall.batches.undo(CLERK, outcome.batch)
    assert ([row.case_no for row in undone.done], len(undone.failed)) == ([cases[1].case_no], 1)
    again, _ = await hall.batches.do(CLERK, "accept", picked([await hall.case_of(cases[1])]), ACT)
    hall.clock.on(minutes=11)
    with pytest.raises(Conflict, match="batch.over"):
        await hall.batches.undo(CLERK, again.batch)
    assert not (await hall.batches.get(CLERK, again.batch)).undoable


@pytest.mark.gen_test
async def test_a_batch_assigns_to_a_colleague(hall):
    hall = await staffed(hall)
    cases = await lamps(hall, 2)
    outcome, _ = await hall.batches.do(CLERK, "assign", picked(cases), Act(0, to="a-ma"))
    assert {(await hall.case_of(case)).active[0].assignee for case in cases} == {"a-ma"}
    await hall.batches.undo(CLERK, outcome.batch)
    assert {(await hall.case_of(case)).active[0].assignee for case in cases} == {""}


@pytest.mark.gen_test
async def test_two_who_press_at_once_do_each_case_once(hall):
    hall = await staffed(hall)
    cases = await lamps(hall, 4)
    both = await asyncio.gather(
        *(hall.batches.do(actor, "accept", picked(cases), ACT) for actor in (CLERK, MA))
    )
    assert sum(len(outcome.done) for outcome, _ in both) == 4
    assert {(await hall.case_of(case)).rev for case in cases} == {2}


@pytest.mark.gen_test
async def test_a_batch_is_bounded_and_does_nothing_that_needs_words(hall):
    case = (await lamps(hall, 1))[0]
    for action, picks in (
        ("refuse", picked([case])),
        ("accept", []),
        ("accept", picked([case, case])),
        ("accept", [Pick(f"{n:x}", 1) for n in range(51)]),
    ):
        with pytest.raises(Invalid):
            await hall.batches.prospects(CLERK, action, picks, ACT)
