"""Urgent aid first, papers later: hours, amounts and who may decide them, confirmed or reclaimed, once a year."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from models.base.errors import Conflict, Forbidden, Invalid
from models.calendar.working_days import WorkingDays
from models.cases import aid, flow, tolerance, transitions
from models.cases.case import Case
from models.cases.due import hours_left, promise_of
from models.cases.posts import available, backward
from models.cases.recounting import due_on
from models.cases.submission import taken_by
from models.forms.form import When
from models.items.item import Material, Once, Urgent
from models.prefill.known import Answer
from models.supervision.judge import judge
from models.supervision.rule import load_rules
from tests.models.cases.test_flow import CHEN, HE, PHONED, WANG, ZHAO, filed, step
from tests.models.catalogue import ALLOWANCE, ITEMS
from tests.models.hall import CLERK, NOON, REVIEWER
from tests.models.hall import ZHAO as COUNTY

DAYS = WorkingDays()
RULE = Urgent(PHONED, 24, 10, 2)
STEPS = (
    step("accept", "accept", "clerk"),
    step("aid", "aid", "approver", upto=2500, when=PHONED),
    step("visit", "survey"),
    step("review"),
    step("town", "approve", "approver", upto=2500),
    step("county", "approve", "approver", tier="county", above=2500),
)
RELIEF = msgspec.structs.replace(
    ALLOWANCE, steps=STEPS, urgent=RULE, once=Once(("phone",)), materials=(Material("P1", "票据", 2, field="photo"),)
)  # fmt: skip
CALM = msgspec.structs.replace(RELIEF, urgent=Urgent(When(field="phone", op="empty"), 24, 10), steps=(
    STEPS[0], msgspec.structs.replace(STEPS[1], when=When(field="phone", op="empty")), *STEPS[2:]
))  # fmt: skip
ZHENG = msgspec.structs.replace(COUNTY, subject="a-zheng", name="郑镇长", area="529901101", departments=())


def accepted(item=RELIEF) -> Case:
    case = filed(item)
    return transitions.accept(case, WANG, NOON, promise_of(DAYS, case, NOON))


def aided(amount: int = 2000) -> Case:
    return aid.give(accepted(), ZHAO, NOON + timedelta(hours=5), amount, "房屋烧毁", RULE, DAYS)


def reviewed(case: Case, amount: int) -> Case:
    taken = flow.reconsider(case.steps, RELIEF.steps, taken_by(RELIEF, case.values(), NOON, amount))
    return transitions.hand_on(case, HE, NOON, "", "", amount, taken)


def test_an_urgent_case_has_a_clock_that_counts_hours_from_its_filing():
    case = accepted()
    assert (case.urgent_by, case.due_on) == (NOON + timedelta(hours=24), "2026-11-05")
    assert [each.key for each in case.active] == ["aid"]
    assert (filed(CALM).urgent_by, filed(CALM).due_on) == (None, "2026-11-18")
    assert (hours_left(NOON + timedelta(minutes=61), NOON), hours_left(NOON, NOON + timedelta(hours=2))) == (
        2,
        -2,
    )


def test_aid_is_given_at_once_and_the_papers_are_owed_from_then_on():
    case = aided()
    assert (case.aid.amount, case.urgent_now, case.due_on) == (2000, False, "2026-11-18")
    assert (case.owed.due_on, case.owed.over, case.owed.promised) == ("2026-11-18", "stop", "aid")
    assert [each.key for each in case.active] == ["visit"]
    assert "已先行救助2000元" in case.outbox[-1].text


@pytest.mark.parametrize("amount", [0, -1, 2501, 10**7])
def test_the_town_gives_no_more_than_it_may(amount):
    with pytest.raises(Invalid) as caught:
        aid.give(accepted(), ZHAO, NOON, amount, "", RULE, DAYS)
    assert caught.value.problems[0].field == "amount"


def test_what_is_not_urgent_goes_the_ordinary_way_with_the_reason_told():
    with pytest.raises(Invalid):
        aid.decline(accepted(), ZHAO, NOON, " ", DAYS)
    case = aid.decline(accepted(), ZHAO, NOON, "家里还有存款", DAYS)
    assert (case.urgent_now, case.owed, case.due_on) == (False, None, "2026-11-18")
    assert "家里还有存款" in case.outbox[-1].text


def test_nobody_passes_the_step_of_aid_without_deciding():
    with pytest.raises(Conflict, match="case.aid"):
        transitions.hand_on(accepted(), ZHAO, NOON, "")
    with pytest.raises(Conflict, match="case.step"):
        aid.give(accepted(CALM), ZHAO, NOON, 100, "", RULE, DAYS)


@pytest.mark.parametrize(("amount", "tier"), [(1, "town"), (2500, "town"), (2501, "county")])
def test_the_amount_decides_which_tier_approves(amount, tier):
    case = transitions.hand_on(accepted(CALM), HE, NOON, "")
    with pytest.raises(Invalid):
        transitions.hand_on(case, HE, NOON, "")
    case = reviewed(case, amount)
    assert ([each.key for each in case.active], case.amount) == ([tier], amount)
    assert transitions.decide(case, ZHAO, NOON, "granted", "", "").state == "granted"


def test_an_approver_of_the_town_cannot_grant_more_at_the_last_moment():
    case = reviewed(transitions.hand_on(accepted(CALM), HE, NOON, ""), 2500)
    with pytest.raises(Invalid):
        transitions.decide(case, ZHAO, NOON, "granted", "", "", "", 2600)
    assert transitions.decide(case, ZHAO, NOON, "granted", "", "", "", 2400).amount == 2400


def test_a_return_lets_another_amount_choose_another_tier():
    case = reviewed(transitions.hand_on(accepted(CALM), HE, NOON, ""), 2500)
    case = transitions.send_back(case, ZHAO, NOON, "review", "金额核低了")
    assert [each.key for each in reviewed(case, 9000).active] == ["county"]


def test_at_the_end_aid_is_confirmed_or_reclaimed():
    case = reviewed(transitions.hand_on(aided(), HE, NOON, ""), 2000)
    with pytest.raises(Conflict, match="case.owed"):
        transitions.decide(case, ZHAO, NOON, "granted", "", "")
    refused = transitions.decide(case, ZHAO, NOON, "refused", "材料查明不实", "")
    assert (refused.decision.reclaim, refused.events[-1].data["reclaim"]) == (2000, 2000)
    assert "2000元需要退回" in refused.outbox[-1].text
    whole = tolerance.hand_in(case, CHEN, NOON, ["P1"])
    assert transitions.decide(whole, ZHAO, NOON, "granted", "", "").decision.reclaim == 0


def test_papers_that_do_not_come_stop_the_clock_and_leave_the_end_to_somebody_with_the_right():
    case = tolerance.tended(aided(), NOON + timedelta(days=20))
    assert (case.paused.kind, case.open) == ("papers", True)
    case = transitions.resume(case, HE, NOON + timedelta(days=21), "2026-12-01", 5)
    assert transitions.decide(case, ZHAO, NOON, "refused", "逾期未补", "").decision.reclaim == 2000


def test_a_changed_calendar_moves_no_clock_of_hours():
    assert due_on(accepted(), NOON + timedelta(days=9), DAYS) == "2026-11-05"


def test_hours_that_have_passed_light_red_and_aid_in_time_does_not():
    late = judge(accepted(), load_rules(), NOON + timedelta(hours=25), DAYS)
    assert ("urgent.late", "red", "2026-11-05") in {(f.rule, f.level, f.raised_on) for f in late.findings}
    waiting = judge(accepted(), load_rules(), NOON + timedelta(hours=2), DAYS)
    assert waiting.again_on.isoformat() == "2026-11-06"
    for case in (aided(), accepted(CALM)):
        found = judge(case, load_rules(), NOON + timedelta(days=3), DAYS).findings
        assert "urgent.late" not in {each.rule for each in found}


async def relieving(hall):
    return await hall.again({**ITEMS, "allowance": RELIEF})


@pytest.mark.gen_test
async def test_at_the_desk_hours_are_shown_and_the_approver_of_the_town_alone_gives_aid(hall):
    hall = await relieving(hall)
    case = await hall.act(CLERK, await hall.case(await hall.file()), "accept")
    hall.clock.on(hours=20)
    row = (await hall.desk.listing(ZHENG)).rows[0]
    assert (row.hours_left, row.light) == (4, "amber")
    assert available(ZHENG, case)[:2] == ("give_aid", "no_aid")
    for other in (REVIEWER, CLERK):
        with pytest.raises(Forbidden):
            await hall.act(other, case, "give_aid", amount=100)
    case = await hall.act(ZHENG, case, "give_aid", amount=1500)
    case = await hall.act(REVIEWER, case, "hand_on")
    case = await hall.act(REVIEWER, case, "hand_on", amount=1500)
    case = await hall.act(ZHENG, case, "receive", papers=["P1"])
    assert (await hall.act(ZHENG, case, "grant")).amount == 1500


@pytest.mark.gen_test
async def test_the_same_cause_within_a_year_is_warned_of(hall):
    hall = await relieving(hall)
    first = await hall.case(await hall.file())
    again = await hall.case(await hall.file(key="key-of-chen-2"))
    assert await hall.desk.repeats(again) == ()
    first = await hall.act(CLERK, first, "accept")
    await hall.act(ZHENG, first, "give_aid", amount=1500)
    assert [each.case_no for each in await hall.desk.repeats(again)] == [first.case_no]
    other = await hall.case(await hall.file(key="key-of-chen-3", phone="19900000009"))
    assert await hall.desk.repeats(other) == ()
    hall.clock.on(days=366)
    later = await hall.case(await hall.file(key="key-of-chen-4"))
    assert await hall.desk.repeats(later) == ()


def test_no_return_leads_behind_aid_that_was_given():
    case = transitions.hand_on(aided(), HE, NOON, "")
    assert [each.key for each in backward(case, case.active[0])] == ["visit"]
    for behind in ("aid", "accept"):
        with pytest.raises(Invalid):
            transitions.send_back(case, HE, NOON, behind, "再给一次")


def test_the_days_for_which_she_was_asked_are_not_taken_off_the_promise():
    asked = transitions.ask(accepted(), ZHAO, NOON, {}, "补发票")
    back = transitions.supply(asked, CHEN, NOON + timedelta(days=1), (), "2026-11-06", 1)
    case = aid.give(back, ZHAO, NOON + timedelta(days=1), 500, "", RULE, DAYS)
    assert case.due_on == "2026-11-19"
    assert case.due_on == due_on(case, NOON + timedelta(days=2), DAYS)


def test_a_paper_that_came_with_a_correction_is_not_owed_after_aid():
    asked = transitions.ask(accepted(), ZHAO, NOON, {"photo": ""}, "补票据")
    back = transitions.supply(asked, CHEN, NOON, (Answer("photo", ["f1"]),), "2026-11-05")
    assert (back.lacking, back.materials, back.events[-1].data["papers"]) == ((), ("票据",), ["P1"])
    assert aid.give(back, ZHAO, NOON, 500, "", RULE, DAYS).owed is None
