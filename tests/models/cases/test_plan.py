"""By when each step is done: one answer for the receipt, the desk and paper."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest

from models.calendar.working_days import WorkingDays
from models.cases import transitions
from models.cases.plan import DOES, due_dates
from models.items.item import Step
from tests.models.cases.test_transitions import WANG, accepted, fresh, granted
from tests.models.catalogue import ALLOWANCE
from tests.models.hall import CLERK, NOON

DAYS = WorkingDays()


def test_steps_follow_one_another_by_working_days():
    # Filed on Wednesday, 4 November: one day for acceptance, five for review, four for the decision.
    found = due_dates(fresh(), DAYS)
    assert found == {
        "accept": "2026-11-05",
        "check": "2026-11-12",
        "approve": "2026-11-18",
        "issue": "2026-11-18",
    }


def test_what_is_done_is_not_promised_and_what_runs_counts_from_its_beginning():
    late = NOON + timedelta(days=6)  # the acceptance was done late, the promise stands
    case = transitions.accept(fresh(), WANG, late, "2026-11-18")
    found = due_dates(case, DAYS)
    assert "accept" not in found
    assert found["check"] == "2026-11-17"
    assert found["approve"] == found["issue"] == "2026-11-18"


def test_nothing_is_said_while_the_clock_stands_or_it_is_over():
    asked = transitions.ask(accepted(), WANG, NOON, {}, "请补")
    paused = transitions.pause(accepted(), WANG, NOON, "other", "检测")
    assert [due_dates(case, DAYS) for case in (asked, paused, granted())] == [{}, {}, {}]


def test_a_day_off_moves_every_later_step():
    holiday = WorkingDays({date(2026, 11, 5): False})
    assert due_dates(fresh(), holiday)["accept"] == "2026-11-06"


def test_a_public_notice_hangs_its_days_out():
    steps = tuple(
        msgspec.structs.replace(step, notice_days=7, days=0) if step.key == "check" else step
        for step in fresh().steps
    )
    case = msgspec.structs.replace(fresh(), steps=steps, due_on="2026-12-31")
    assert due_dates(case, DAYS)["check"] == "2026-11-13"  # seven days from the 5th, and the next working day


@pytest.mark.parametrize("join", ["all", "any"])
def test_steps_side_by_side_go_on_with_the_last_or_the_first(join):
    steps = tuple(
        msgspec.structs.replace(step, stage="both", join=join) if step.key in {"check", "approve"} else step
        for step in fresh().steps
    )
    case = msgspec.structs.replace(fresh(), steps=steps, due_on="2026-12-31")
    found = due_dates(case, DAYS)
    assert (found["check"], found["approve"]) == ("2026-11-12", "2026-11-11")
    assert found["issue"] == ("2026-11-12" if join == "all" else "2026-11-11")


def test_every_kind_of_step_is_said_in_plain_words():
    kinds = msgspec.inspect.type_info(Step).fields
    named = next(field.type for field in kinds if field.name == "kind")
    assert set(DOES) == set(named.values)


@pytest.mark.gen_test
async def test_the_desk_and_the_receipt_say_the_same(hall):
    filed = await hall.file()
    await hall.act(CLERK, await hall.case(filed), "accept")
    receipt = await hall.receipts.view(hall.chen, filed.receipt)
    told = {step.name: step.due_on for step in receipt.steps if step.due_on}
    case = await hall.case(filed)
    names = {step.key: step.name for step in case.steps}
    assert told == {names[key]: day for key, day in hall.desk.plan(case).items()}
    assert receipt.steps[1].does == "核对您填的内容和交的材料"
    assert ALLOWANCE.steps[1].name in told
