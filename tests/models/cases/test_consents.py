"""Consent with a case: asked where it is needed, written with it, taken back without undoing anything."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from models.base.errors import Forbidden, Invalid, LoginNeeded, NotFound
from models.cases import transitions
from models.cases.case import By
from tests.models.cases.test_queries import Profiled
from tests.models.hall import CHEN_CARD, CLERK, GOOD, LI_CARD, NOON, card

BANK = "bank@1"


async def submit(hall, *ticked, actor=None, item="allowance", key="key-of-chen-1", answers=GOOD):
    return await hall.applying.submit(actor or hall.chen, hall.codes_of["chen"], item, key, answers, ticked)


async def consents(hall, filed):
    return (await hall.case(filed)).consents


@pytest.mark.gen_test
async def test_without_the_tick_nothing_is_written_and_the_box_is_named(hall):
    with pytest.raises(Invalid) as caught:
        await submit(hall)
    assert [(each.field, each.code) for each in caught.value.problems] == [
        ("consents.bank", "consent.missing")
    ]
    assert await hall.database.collection("cases").count_documents({}) == 0


@pytest.mark.gen_test
async def test_a_tick_under_an_older_text_is_told_so(hall):
    with pytest.raises(Invalid) as caught:
        await submit(hall, "bank@0")
    assert caught.value.problems[0].code == "consent.changed"


@pytest.mark.gen_test
async def test_the_case_carries_what_was_agreed_to_by_whom_and_when(hall):
    (given,) = await consents(hall, await submit(hall, BANK, "health@1"))
    assert (given.id, given.version, given.at, given.by, given.level) == ("bank", 1, NOON, "陈桂兰", "L2")
    assert (given.capacity, given.fields, given.elements) == ("own", ("account",), ("银行账号",))
    assert (given.to, given.keep) == (("乡镇便民服务中心民政窗口", "县民政局"), "办结后保存10年")


@pytest.mark.gen_test
async def test_what_needs_no_consent_is_not_asked_for_any(hall):
    enrol = {"name": "陈桂兰", "id_number": CHEN_CARD, "phone": "19900000001"}
    assert await consents(hall, await submit(hall, item="enrol", answers=enrol)) == ()


@pytest.mark.gen_test
async def test_the_same_submission_again_needs_no_tick_to_find_its_receipt(hall):
    first = await submit(hall, BANK)
    again = await submit(hall)
    assert (again.receipt, again.created) == (first.receipt, False)


@pytest.mark.gen_test
async def test_each_child_of_a_bundle_carries_its_own_consents(hall):
    answers = {"wanted": ["allowance", "enrol"]}
    opened = await hall.applying.open(hall.chen, hall.codes_of["moving"], "moving")
    keys = {own: merged for item in opened.offer.merged.mapping.values() for own, merged in item.items()}
    answers |= {keys[own]: value for own, value in GOOD.items()}
    door = hall.codes_of["moving"]
    filed = await hall.applying.submit(hall.chen, door, "moving", "key-of-bundle", answers, [BANK])
    filing = await hall.cases_repository.filing_for_receipt(filed.receipt)
    cases = await hall.cases_repository.of_filings([filing.id])
    assert {case.item: [each.id for each in case.consents] for case in cases} == {
        "allowance": ["bank"],
        "enrol": [],
    }


@pytest.mark.gen_test
async def test_a_child_of_thirteen_is_told_how_her_guardian_files(hall):
    child = hall.resident("李子轩", card("52990120130101001"))
    answers = {"name": "李子轩", "id_number": child.id_number, "phone": "19900000001"}
    for attempt in (
        hall.applying.open(child, hall.codes_of["chen"], "enrol"),
        submit(hall, "child@1", actor=child, item="enrol", answers=answers),
    ):
        with pytest.raises(Forbidden) as caught:
            await attempt
    assert caught.value.code == "consent.guardian"
    assert "代孩子办理" in caught.value.message


@pytest.mark.gen_test
async def test_a_child_may_report_a_lamp_all_the_same(hall):
    child = hall.resident("李子轩", card("52990120130101001"))
    said = {"address": "大关镇丘林村三组12号", "what": "不亮了", "phone": ""}
    assert (await submit(hall, actor=child, item="lamp", answers=said)).created


# Taking it back.


async def withdraw(hall, filed, actor=None, purpose="bank"):
    case = await hall.case(filed)
    return await hall.agreements.withdraw(actor or hall.chen, case.id, purpose)


@pytest.mark.gen_test
async def test_what_was_agreed_to_is_listed_for_her_and_for_nobody_else(hall):
    filed = await submit(hall, BANK)
    (hers,) = await hall.agreements.own(hall.chen)
    assert (hers.case_no, hers.consents[0].id) == (filed.case_no, "bank")
    assert await hall.agreements.own(hall.li) == []
    with pytest.raises(LoginNeeded):
        await hall.agreements.own(hall.resident("陈桂兰", CHEN_CARD))


@pytest.mark.gen_test
async def test_a_consent_taken_back_is_on_record_with_its_time_and_told_to_her(hall):
    filed = await submit(hall, BANK)
    hall.clock.on(days=1)
    case = await withdraw(hall, filed)
    assert case.consents[0].withdrawn_at == hall.clock.now
    assert (case.events[-1].what, case.events[-1].data["consent"]) == ("consent_withdrawn", "bank")
    assert "已撤回" in case.outbox[-1].text


@pytest.mark.gen_test
async def test_taking_it_back_twice_or_at_once_is_one_withdrawal(hall):
    filed = await submit(hall, BANK)
    await asyncio.gather(*(withdraw(hall, filed) for _ in range(4)))
    events = [event.what for event in (await hall.case(filed)).events]
    assert events.count("consent_withdrawn") == 1


@pytest.mark.gen_test
async def test_a_clerk_at_work_does_not_lose_the_withdrawal(hall):
    filed = await submit(hall, BANK)
    case = await hall.case(filed)
    await asyncio.gather(withdraw(hall, filed), hall.act(CLERK, case, "accept"), return_exceptions=True)
    assert (await hall.case(filed)).consents[0].withdrawn_at


@pytest.mark.gen_test
async def test_nobody_takes_back_what_somebody_else_agreed_to(hall):
    filed = await submit(hall, BANK)
    for actor, purpose in ((hall.li, "bank"), (hall.chen, "health"), (hall.chen, "nonsense")):
        with pytest.raises(NotFound):
            await withdraw(hall, filed, actor, purpose)


@pytest.mark.gen_test
async def test_what_was_decided_stays_decided(hall):
    filed = await submit(hall, BANK)
    case = await hall.case(filed)
    decided = transitions.decide(case, By("staff", "a1", "李办事"), NOON, "refused", "不符合条件", "")
    assert await hall.cases_repository.replace(decided)
    after = await withdraw(hall, filed)
    assert (after.state, after.decision, after.keep_until) == (
        "refused",
        decided.decision,
        decided.keep_until,
    )


@pytest.mark.gen_test
async def test_forms_no_longer_know_what_rested_on_it(hall):
    li = msgspec.structs.replace(hall.li)
    answers = {**GOOD, "name": "李明", "id_number": LI_CARD, "born": "1940-01-01"}
    filed = await submit(hall, BANK, actor=li, answers=answers)

    async def known():
        return (await hall.applying.open(li, hall.codes_of["li"], "allowance")).known

    assert (await known())["account"].source == "earlier"
    await withdraw(hall, filed, li)
    assert "account" not in await known()
    assert (await known())["phone"].source == "earlier"


@pytest.mark.gen_test
async def test_consents_cost_a_submission_no_round_trip(hall):
    async def asked(key, *ticked, **about):
        async with Profiled(hall) as profiled:
            assert (await submit(hall, *ticked, key=key, **about)).created
            return [(row["ns"], row["op"]) for row in await profiled.plans()]

    enrol = {"name": "陈桂兰", "id_number": CHEN_CARD, "phone": "19900000001"}
    await asked("key-of-today", item="enrol", answers=enrol)  # finds out which numbers are free
    without = await asked("key-of-enrol", item="enrol", answers=enrol)
    assert await asked("key-of-allowance", BANK) == without
    assert without.count((f"{hall.database.collection('cases').full_name}", "insert")) == 1
