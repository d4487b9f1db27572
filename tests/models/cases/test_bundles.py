"""A bundle: one submission, a case for each department, nothing by halves."""

from __future__ import annotations

import asyncio

import pytest
from pymongo.errors import BulkWriteError

from models.base.errors import Conflict, Gone, Invalid
from tests.models.hall import ADMIN, CHEN_CARD, CLERK, GOOD, REVIEWER, ZHAO, ZHOU_CARD, refusing

ALL = ["allowance", "enrol", "lamp"]


async def move(hall, actor=None, key="key-of-move-1", wanted=ALL, **answers):
    given = {"wanted": wanted, **answers}
    if "lamp" in wanted:
        given.setdefault("lamp__what", "灯不亮")
    return await hall.file(actor or hall.chen, item="moving", key=key, **given)


async def children(hall, filed):
    filing = await hall.cases_repository.filing_for_receipt(filed.receipt)
    return {case.item: case for case in await hall.cases_repository.of_filings([filing.id])}


@pytest.mark.gen_test
async def test_children_go_to_their_departments_each_with_its_own_number(hall):
    cases = await children(hall, await move(hall))
    assert {item: case.active[0].department for item, case in cases.items()} == {
        "allowance": "民政", "enrol": "医保", "lamp": "供电",
    }  # fmt: skip
    assert sorted(case.number.seq for case in cases.values()) == [1, 2, 3]
    assert len({case.receipt for case in cases.values()}) == 3


@pytest.mark.gen_test
async def test_what_all_ask_is_answered_once_and_reaches_each(hall):
    cases = await children(hall, await move(hall, applicant_person_phone="19912345678"))
    assert cases["allowance"].answer("phone") == cases["enrol"].answer("phone") == "19912345678"
    assert cases["enrol"].answer("id_number") == CHEN_CARD
    assert cases["lamp"].values()["what"] == "灯不亮"
    assert {answer.source for answer in cases["enrol"].answers if answer.key == "name"} == {"import"}


@pytest.mark.gen_test
async def test_only_what_was_chosen_is_filed(hall):
    assert set(await children(hall, await move(hall, wanted=["enrol"]))) == {"enrol"}


@pytest.mark.gen_test
async def test_choosing_nothing_that_can_be_done_is_told_beside_the_question(hall):
    with pytest.raises(Invalid) as caught:
        await move(hall, wanted=["none"])
    assert [(p.field, p.code) for p in caught.value.problems] == [("wanted", "bundle.nothing")]


@pytest.mark.gen_test
async def test_the_due_date_of_a_bundle_is_that_of_its_slowest_child(hall):
    filed = await move(hall)
    assert filed.due_on == (await children(hall, filed))["allowance"].due_on


@pytest.mark.gen_test
async def test_a_bundle_sent_again_gives_the_same_receipt(hall):
    first = await move(hall)
    again = await move(hall)
    assert (again.receipt, again.case_no, again.due_on) == (first.receipt, first.case_no, first.due_on)
    assert not again.created
    assert await hall.database.collection("cases").count_documents({}) == 3


@pytest.mark.gen_test
async def test_twenty_parallel_copies_of_a_bundle_make_one_filing(hall):
    other = await hall.again()
    filed = await asyncio.gather(*(move(each) for _ in range(10) for each in (hall, other)))
    assert len({each.receipt for each in filed}) == 1
    assert await hall.database.collection("filings").count_documents({}) == 1
    for n in range(3):  # what the other process took in vain is taken now
        await hall.file(key=f"key-of-chen-{n}")
    assert (await hall.cases_repository.taken("529901101", "20261104", 1))[:3] == [1, 2, 3]


@pytest.mark.gen_test
async def test_another_content_under_a_bundles_key_is_a_conflict(hall):
    await move(hall)
    with pytest.raises(Conflict):
        await move(hall, wanted=["enrol"])
    with pytest.raises(Conflict):
        await hall.file(key="key-of-move-1")


@pytest.mark.gen_test
async def test_a_key_that_an_item_has_used_is_no_key_for_a_bundle(hall):
    await hall.file(key="key-of-move-1")
    with pytest.raises(Conflict):
        await move(hall)
    assert await hall.database.collection("filings").count_documents({}) == 0


@pytest.mark.gen_test
async def test_all_of_a_bundle_is_written_or_nothing_and_its_numbers_are_free_again(hall):
    async with refusing(hall, "lamp"):
        with pytest.raises(BulkWriteError):
            await move(hall)
    assert await hall.database.collection("cases").count_documents({}) == 0
    assert await hall.database.collection("filings").count_documents({}) == 0
    assert (await move(hall)).case_no.endswith("0001")


@pytest.mark.gen_test
async def test_one_refusal_leaves_the_others_alone(hall):
    filed = await move(hall)
    cases = await children(hall, filed)
    await hall.act(CLERK, cases["enrol"], "refuse", reason="已在外地参保")
    receipt = await hall.receipts.view(hall.chen, filed.receipt)
    assert {child.title: child.state for child in receipt.children} == {
        "高龄津贴": "applied", "医保参保": "refused", "路灯报修": "applied",
    }  # fmt: skip
    assert (receipt.done, receipt.total, receipt.state) == (1, 3, "accepted")


@pytest.mark.gen_test
async def test_one_return_shows_on_the_bundle_and_stops_nobody_else(hall):
    filed = await move(hall)
    cases = await children(hall, filed)
    await hall.act(CLERK, cases["enrol"], "ask", fields=["phone"])
    lamp = await hall.act(CLERK, await hall.act(CLERK, cases["lamp"], "accept"), "grant", result="已修好")
    assert lamp.state == "granted"
    assert (await hall.receipts.view(hall.chen, filed.receipt)).state == "asked"


@pytest.mark.gen_test
async def test_a_bundle_is_done_when_its_last_child_is(hall):
    filed = await move(hall)
    for case in (await children(hall, filed)).values():
        if case.item == "allowance":
            case = await hall.act(REVIEWER, await hall.act(CLERK, case, "accept"), "hand_on")
            await hall.act(ZHAO, case, "grant")
        else:
            await hall.act(CLERK, case, "refuse", reason="不符合条件")
    receipt = await hall.receipts.view(hall.chen, filed.receipt)
    assert (receipt.done, receipt.state, receipt.state_name) == (3, "granted", "3项中已办结3项")


@pytest.mark.gen_test
async def test_a_bundle_of_refusals_is_not_called_granted(hall):
    filed = await move(hall, wanted=["enrol"])
    case = (await children(hall, filed))["enrol"]
    await hall.act(CLERK, case, "refuse", reason="已在外地参保")
    assert (await hall.receipts.view(hall.chen, filed.receipt)).state == "refused"


@pytest.mark.gen_test
async def test_a_bundle_tells_its_applicant_once(hall):
    filed = await move(hall)
    assert await hall.drain.run_once() == 1
    phone, text = hall.phones.sent[0]
    assert phone == "19900000001"
    assert "搬家一件事" in text
    assert filed.case_no in text


@pytest.mark.gen_test
async def test_a_closed_child_closes_its_bundle(hall):
    await hall.catalogue.set_state(ADMIN, "enrol", "closed")
    with pytest.raises(Gone):
        await move(hall)


@pytest.mark.gen_test
async def test_nothing_of_a_bundle_lies_in_the_open(hall):
    await move(hall, allowance__family=[{"name": "周建国", "id_number": ZHOU_CARD}])
    raw = await hall.raw() + await hall.raw("filings")
    assert not [secret for secret in (CHEN_CARD, ZHOU_CARD, "19900000001", GOOD["account"]) if secret in raw]
