"""Papers that follow (容缺): offered, promised, brought, reminded of, and over."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from models.base.errors import Conflict, Forbidden, Invalid
from models.calendar.working_days import WorkingDays
from models.cases import tolerance, transitions
from models.cases.case import Case
from models.cases.posts import available
from models.items.item import Material, Tolerance
from models.prefill.known import Answer
from tests.models.cases.test_flow import CHEN, HE, WANG, ZHAO, filed, step
from tests.models.catalogue import ALLOWANCE, ITEMS
from tests.models.hall import CLERK, NOON, REVIEWER
from tests.models.hall import ZHAO as APPROVER

DAYS = WorkingDays()
PAPERS = (Material("P1", "近照", 2, field="photo"), Material("P2", "四邻意见", 2), Material("M1", "身份证"))


def tolerant(over: str = "back", *steps) -> Case:
    first, last = step("accept", "accept", "clerk"), step("approve", "approve", "approver", tier="county")
    rule = Tolerance(5, over, 2)
    return filed(
        msgspec.structs.replace(ALLOWANCE, steps=(first, *steps, last), materials=PAPERS, tolerance=rule)
    )


def owing(over: str = "back", codes=("P1", "P2")) -> Case:
    case = tolerant(over)
    owed = tolerance.owed_of(tolerance.chosen(case, codes), Tolerance(5, over, 2))
    return tolerance.accept_lacking(case, WANG, NOON, owed, "counter", DAYS)


def test_only_papers_that_may_follow_and_have_not_come_are_lacking():
    assert [paper.code for paper in tolerant().lacking] == ["P1", "P2"]
    strict = msgspec.structs.replace(ALLOWANCE, materials=PAPERS)
    assert filed(strict).lacking == ()


def test_the_acceptance_says_what_is_owed_until_when_and_that_it_was_promised():
    case = owing()
    assert (case.state, case.owed.due_on, case.owed.remind_on) == ("accepted", "2026-11-11", "2026-11-09")
    assert case.events[-1].data["papers"] == ["P1", "P2"]
    assert "2026-11-11 前补交近照、四邻意见" in case.outbox[-1].text


def test_without_a_promise_nothing_is_accepted():
    case = tolerant()
    owed = tolerance.owed_of(case.lacking, Tolerance(5))
    with pytest.raises(Invalid):
        tolerance.accept_lacking(case, WANG, NOON, owed, "", DAYS)
    for codes in ((), ("M1",), ("P1", "M1")):
        with pytest.raises(Invalid):
            tolerance.chosen(case, codes)


def test_an_offer_becomes_an_acceptance_by_the_one_who_made_it_when_the_applicant_promises():
    case = tolerant()
    offered = tolerance.offer(case, WANG, NOON, tolerance.owed_of(case.lacking, Tolerance(5)))
    assert (offered.state, offered.owed.offered) == ("applied", True)
    later = tolerance.promised(offered, CHEN, NOON + timedelta(days=1), DAYS)
    assert [event.what for event in later.events[-2:]] == ["promised", "accepted"]
    assert (later.accepted_by, later.owed.promised, later.owed.due_on) == (WANG, "receipt", "2026-11-12")
    with pytest.raises(Conflict):
        tolerance.promised(later, CHEN, NOON, DAYS)


def test_an_offer_that_nobody_took_is_gone_with_a_plain_acceptance():
    case = tolerant()
    case = tolerance.offer(case, WANG, NOON, tolerance.owed_of(case.lacking, Tolerance(5)))
    assert transitions.accept(case, WANG, NOON, "2026-11-18").owed is None


def test_nothing_is_granted_while_a_paper_is_owed_and_a_refusal_is_free():
    case = owing()
    with pytest.raises(Conflict, match="case.owed"):
        transitions.decide(case, ZHAO, NOON, "granted", "", "")
    assert transitions.decide(case, ZHAO, NOON, "refused", "不符合条件", "").tend_at is None
    case = tolerance.hand_in(case, CHEN, NOON, ["P1"])
    with pytest.raises(Conflict, match="case.owed") as caught:
        transitions.decide(case, ZHAO, NOON, "granted", "", "")
    assert "还欠四邻意见，" in caught.value.message
    case = tolerance.hand_in(case, HE, NOON, ["P2", "P1"])
    assert (case.owed.running, case.tend_at, case.materials) == (False, None, ("近照", "四邻意见"))
    assert transitions.decide(case, ZHAO, NOON, "granted", "", "").state == "granted"


def test_what_is_not_owed_cannot_be_brought():
    with pytest.raises(Invalid):
        tolerance.hand_in(owing(), CHEN, NOON, ["M1"])
    with pytest.raises(Conflict):
        tolerance.hand_in(tolerant(), CHEN, NOON, ["P1"])


def test_she_is_reminded_once_and_not_before_the_day():
    case = owing()
    assert tolerance.tended(case, NOON + timedelta(days=4)) is None
    reminded = tolerance.tended(case, NOON + timedelta(days=5))
    assert (reminded.events[-1].what, reminded.events[-1].by.kind) == ("reminded", "system")
    assert "还欠近照、四邻意见，请在 2026-11-11 前补交" in reminded.outbox[-1].text
    assert tolerance.tended(reminded, NOON + timedelta(days=6)) is None


@pytest.mark.parametrize(
    ("over", "state"), [("stop", "accepted"), ("back", "withdrawn"), ("refuse", "refused")]
)
def test_the_day_after_the_last_what_the_item_says_happens(over, state):
    case = owing(over)
    midnight = NOON.replace(day=11, hour=15, minute=59)  # 23:59 in Shanghai
    assert tolerance.tended(tolerance.remind(case, midnight), midnight) is None
    after = tolerance.tended(case, midnight + timedelta(minutes=1))
    assert (after.state, after.open, bool(after.paused)) == (state, over == "stop", over == "stop")
    assert "没有在 2026-11-11 前补交" in after.events[-1].note


def test_a_clock_that_stopped_for_papers_goes_on_with_the_last_of_them():
    case = tolerance.over(owing("stop"), NOON + timedelta(days=8))
    assert tolerance.tended(case, NOON + timedelta(days=30)) is None
    case = tolerance.come_in(case, CHEN, NOON + timedelta(days=9), ["P1"], DAYS)
    assert case.paused
    case = tolerance.come_in(case, CHEN, NOON + timedelta(days=13), ["P2"], DAYS)
    assert [event.what for event in case.events[-2:]] == ["handed_in", "resumed"]
    assert (case.paused, case.due_on, case.active[0].stood) == (None, "2026-11-23", 3)


def test_an_owed_paper_that_came_with_a_correction_is_owed_no_more():
    case = transitions.ask(owing("refuse"), HE, NOON, {"photo": "看不清"}, "")
    case = transitions.supply(case, CHEN, NOON, (Answer("photo", ["f1"]),), "2026-11-18")
    assert [paper.code for paper in case.owed.outstanding] == ["P2"]
    assert case.materials == ("近照",)
    whole = tolerance.hand_in(case, CHEN, NOON, ["P2"])
    assert tolerance.tended(whole, NOON + timedelta(days=30)) is None


def test_an_offer_is_about_what_still_lacks_after_a_correction():
    case = tolerant()
    case = tolerance.offer(case, WANG, NOON, tolerance.owed_of(tolerance.chosen(case, ["P1"]), Tolerance(5)))
    case = transitions.ask(case, WANG, NOON, {"photo": ""}, "")
    case = transitions.supply(case, CHEN, NOON, (Answer("photo", ["f1"]),), "2026-11-18")
    assert (case.owed, [paper.code for paper in case.lacking]) == (None, ["P2"])


def test_while_the_case_stands_still_for_another_reason_nobody_is_pressed():
    case = transitions.pause(owing(), HE, NOON, "test", "检测")
    late = NOON + timedelta(days=20)
    assert tolerance.tended(case, late) is None
    assert tolerance.look_again(case, late) is None
    case = transitions.resume(case, HE, late, "2026-12-09", 14)
    assert case.tend_at is not None
    assert tolerance.tended(case, late).state == "withdrawn"


async def lenient(hall):
    """The hall on a day when the allowance tolerates a photo that comes later."""
    materials = (Material("P1", "近照", 2, field="photo"),)
    item = msgspec.structs.replace(ALLOWANCE, materials=materials, tolerance=Tolerance(5, "back", 1))
    return await hall.again({**ITEMS, "allowance": item}), item


@pytest.mark.gen_test
async def test_at_the_desk_the_paper_that_came_to_the_counter_opens_the_way_to_the_grant(hall):
    hall, _ = await lenient(hall)
    case = await hall.case(await hall.file())
    assert "accept_lacking" in available(CLERK, case)
    case = await hall.act(CLERK, case, "accept_lacking", papers=["P1"], promise="counter")
    case = await hall.act(REVIEWER, case, "hand_on")
    assert "grant" not in available(APPROVER, case)
    case = await hall.act(APPROVER, case, "receive", papers=["P1"])
    assert available(APPROVER, case)[0] == "grant"


@pytest.mark.gen_test
async def test_from_her_phone_she_promises_and_brings_what_is_owed_and_nothing_else(hall, photo):
    hall, item = await lenient(hall)
    filed_at = await hall.file()
    case = await hall.act(
        CLERK, await hall.case(filed_at), "accept_lacking", papers=["P1"], promise="receipt"
    )
    receipt = await hall.receipts.view(hall.chen, filed_at.receipt)
    assert (receipt.promise[-8:], receipt.hand_in, receipt.owed[0].name) == ("/promise", "", "近照")
    with pytest.raises(Exception, match="login"):
        await hall.receipts.promise(hall.li, filed_at.receipt)
    receipt = await hall.receipts.promise(hall.chen, filed_at.receipt)
    assert (receipt.state, receipt.owed_until, receipt.hand_in[-7:]) == ("accepted", "2026-11-11", "/papers")
    with pytest.raises(Forbidden):
        await bring(hall, filed_at.receipt, item, {"phone": "13900000000"})
    with pytest.raises(Invalid):
        await bring(hall, filed_at.receipt, item, {"photo": []})
    paper = (await hall.uploads.take(hall.chen, photo, "近照.jpg")).id
    receipt = await bring(hall, filed_at.receipt, item, {"photo": [paper]})
    assert (receipt.hand_in, receipt.owed[0].handed_at) == ("", NOON)
    assert (await hall.case(filed_at)).rev == case.rev + 3


async def bring(hall, code, item, answers):
    context = await hall.applying.context(hall.chen, item.form, answers)
    return await hall.receipts.hand_in(hall.chen, code, item, answers, context)


@pytest.mark.gen_test
async def test_the_sweep_reminds_and_then_does_what_was_said_once(hall):
    hall, _ = await lenient(hall)
    filed_at = await hall.file()
    await hall.act(CLERK, await hall.case(filed_at), "accept_lacking", papers=["P1"], promise="counter")
    assert await hall.tending.run_once() == 0
    hall.clock.on(days=6)
    assert (await hall.tending.run_once(), await hall.tending.run_once()) == (1, 0)
    hall.clock.on(days=2)
    assert (await hall.tending.run_once(), await hall.tending.run_once()) == (1, 0)
    case = await hall.case(filed_at)
    assert [event.what for event in case.events[-2:]] == ["reminded", "withdrawn"]


@pytest.mark.gen_test
async def test_a_case_that_cannot_be_opened_does_not_hold_up_the_others(hall):
    hall, _ = await lenient(hall)
    for key in ("key-of-broken", "key-of-whole"):
        filed_at = await hall.file(key=key)
        await hall.act(CLERK, await hall.case(filed_at), "accept_lacking", papers=["P1"], promise="counter")
    broken = {"$set": {"applicant.phone": "k1.bm90aGluZw"}}
    await hall.database.collection("cases").update_one({"submission_key": "key-of-broken"}, broken)
    hall.clock.on(days=6)
    assert await hall.tending.run_once() == 1
    assert (await hall.case(filed_at)).events[-1].what == "reminded"
