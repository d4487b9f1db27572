"""Following a matter, and what its holder may still do."""

from __future__ import annotations

import asyncio

import pytest

from models.base.errors import Conflict, Forbidden, Invalid, LoginNeeded, NotFound
from tests.models.hall import CHEN_CARD, CLERK, REVIEWER, ZHOU_CARD


async def supply(hall, filed, actor=None, **answers):
    """Send corrections as the page does."""
    actor = actor or hall.chen
    case = await hall.case(filed)
    item = (await hall.catalogue.version(case.item, case.version)).item
    form = item.form
    context = await hall.applying.context(actor, form, {**case.values(), **answers})
    return await hall.receipts.supply(actor, filed.receipt, item, answers, context)


async def asked(hall, fields=("phone",), **answers):
    filed = await hall.file(**answers)
    await hall.act(CLERK, await hall.case(filed), "ask", fields=list(fields), note="请更正")
    return filed


@pytest.mark.gen_test
async def test_a_receipt_shows_steps_and_masks_the_name_for_whoever_is_not_its_holder(hall):
    filed = await hall.file()
    hers = await hall.receipts.view(hall.chen, filed.receipt)
    his = await hall.receipts.view(hall.li, filed.receipt)
    assert (hers.name, hers.holder, his.name, his.holder) == ("陈桂兰", True, "陈*兰", False)
    assert [(step.name, step.state) for step in his.steps][:2] == [("受理", "active"), ("初审", "waiting")]
    assert (his.withdraw, bool(hers.withdraw)) == ("", True)


@pytest.mark.gen_test
async def test_reasons_and_requests_are_for_the_holder_alone(hall):
    filed = await asked(hall)
    assert (await hall.receipts.view(hall.chen, filed.receipt)).asked == {"phone": ""}
    stranger = await hall.receipts.view(hall.anybody, filed.receipt)
    assert (stranger.asked, stranger.asked_note) == ({}, "")


@pytest.mark.gen_test
async def test_a_card_merely_typed_does_not_make_a_holder(hall):
    filed = await hall.file()
    typed = hall.resident("陈桂兰", CHEN_CARD)
    assert typed.subject == hall.chen.subject
    assert not (await hall.receipts.view(typed, filed.receipt)).holder
    with pytest.raises(LoginNeeded):
        await hall.receipts.withdraw(typed, filed.receipt, "")


@pytest.mark.gen_test
async def test_an_unknown_receipt_is_not_found(hall):
    for call in (
        hall.receipts.view(hall.chen, "R00000000000"),
        hall.receipts.holds(hall.chen, "R00000000000"),
    ):
        with pytest.raises(NotFound):
            await call


@pytest.mark.gen_test
async def test_a_number_opens_only_ones_own_case_and_only_at_l2(hall):
    filed = await hall.file()
    assert (await hall.receipts.by_number(hall.chen, filed.case_no)).code == filed.receipt
    with pytest.raises(NotFound):
        await hall.receipts.by_number(hall.li, filed.case_no)
    with pytest.raises(LoginNeeded):
        await hall.receipts.by_number(hall.anybody, filed.case_no)


@pytest.mark.gen_test
async def test_own_matters_are_listed_newest_first_with_bundles_once(hall):
    await hall.file()
    hall.clock.on(hours=1)
    await hall.file(item="moving", key="key-of-move", wanted=["enrol", "lamp"], lamp__what="灯不亮")
    await hall.file(
        hall.li, item="enrol", key="key-of-li", name="李明", id_number=ZHOU_CARD, phone="19900000007"
    )
    own = await hall.receipts.own(hall.chen)
    assert [(each.title, each.total) for each in own] == [("搬家一件事", 2), ("高龄津贴", None)]
    with pytest.raises(LoginNeeded):
        await hall.receipts.own(hall.resident("陈桂兰", CHEN_CARD))


@pytest.mark.gen_test
async def test_the_applicant_corrects_what_was_asked_and_the_old_answer_is_kept_beside_it(hall):
    filed = await asked(hall)
    receipt = await supply(hall, filed, phone="199 0000 0002")
    answer = next(a for a in (await hall.case(filed)).answers if a.key == "phone")
    assert (receipt.state, answer.value, answer.was, answer.changed) == (
        "applied",
        "19900000002",
        "19900000001",
        True,
    )
    assert "19900000002" not in await hall.raw()


@pytest.mark.gen_test
async def test_nothing_else_can_be_corrected(hall):
    filed = await asked(hall)
    with pytest.raises(Forbidden, match="supplement.other"):
        await supply(hall, filed, phone="19900000002", account="6228480000000000027")
    assert (await hall.case(filed)).state == "asked"


@pytest.mark.gen_test
async def test_a_wrong_correction_leaves_the_case_as_it_was(hall):
    filed = await asked(hall)
    for phone in ("123", ""):
        with pytest.raises(Invalid) as caught:
            await supply(hall, filed, phone=phone)
        assert {problem.field for problem in caught.value.problems} == {"phone"}
    assert (await hall.case(filed)).rev == 2


@pytest.mark.gen_test
async def test_what_was_asked_for_has_to_be_there_though_the_form_can_do_without(hall, photo):
    filed = await asked(hall, fields=["photo"])
    with pytest.raises(Invalid):
        await supply(hall, filed)
    upload = await hall.uploads.take(hall.chen, photo, "近照.jpg")
    await supply(hall, filed, photo=[upload.id])
    assert (await hall.uploads.open(CLERK, upload.id))[0].claimed


@pytest.mark.gen_test
async def test_words_alone_open_the_whole_form(hall):
    filed = await hall.file()
    await hall.act(CLERK, await hall.case(filed), "ask", note="账号和户名对不上，请核对")
    await supply(hall, filed, account="6228480000000000027")
    assert (await hall.case(filed)).answer("account") == "6228480000000000027"


@pytest.mark.gen_test
async def test_what_is_computed_follows_a_correction(hall):
    filed = await asked(hall, fields=["born"], born="1943-03-08")
    assert (await hall.case(filed)).answer("age") == 83
    await supply(hall, filed, born="1940-03-08")
    assert (await hall.case(filed)).answer("age") == 86


@pytest.mark.gen_test
async def test_a_correction_that_breaks_a_rule_is_refused(hall):
    filed = await asked(hall, fields=["born"], born="1943-03-08")
    with pytest.raises(Invalid) as caught:
        await supply(hall, filed, born="1990-03-08")
    assert caught.value.problems[0].code == "allowance.age"


@pytest.mark.gen_test
async def test_the_due_date_moves_by_the_days_that_the_clock_stood_still(hall):
    filed = await asked(hall)
    assert (await hall.case(filed)).due_on == "2026-11-18"
    hall.clock.on(days=7)  # five of them working days
    await supply(hall, filed, phone="19900000002")
    assert (await hall.case(filed)).due_on == "2026-11-25"


@pytest.mark.gen_test
async def test_an_answer_on_the_same_day_costs_nobody_a_day(hall):
    filed = await asked(hall)
    hall.clock.on(hours=3)
    await supply(hall, filed, phone="19900000002")
    assert (await hall.case(filed)).due_on == "2026-11-18"


@pytest.mark.gen_test
async def test_corrections_sent_twice_at_once_count_once(hall):
    filed = await asked(hall)
    done = await asyncio.gather(
        *(supply(hall, filed, phone="19900000002") for _ in range(4)), return_exceptions=True
    )
    assert sum(not isinstance(each, Exception) for each in done) == 1
    assert all(isinstance(each, Conflict) for each in done if isinstance(each, Exception))


@pytest.mark.gen_test
async def test_nothing_is_supplied_where_nothing_was_asked(hall):
    with pytest.raises(Conflict):
        await supply(hall, await hall.file(), phone="19900000002")


@pytest.mark.gen_test
async def test_an_open_case_can_be_taken_back_and_a_decided_one_cannot(hall):
    filed = await hall.file()
    assert (await hall.receipts.withdraw(hall.chen, filed.receipt, "不办了")).state == "withdrawn"
    assert (await hall.desk.listing(CLERK)).rows == ()
    done = await hall.file(key="key-of-chen-2")
    await hall.granted(done)
    with pytest.raises(Conflict):
        await hall.receipts.withdraw(hall.chen, done.receipt, "")


@pytest.mark.gen_test
async def test_a_clerk_and_an_applicant_at_the_same_moment_do_not_both_win(hall):
    filed = await hall.file()
    case = await hall.case(filed)
    done = await asyncio.gather(
        hall.receipts.withdraw(hall.chen, filed.receipt, ""),
        hall.act(CLERK, case, "accept"),
        return_exceptions=True,
    )
    assert sum(isinstance(each, Conflict) for each in done) == 1
    assert (await hall.case(filed)).rev == 2


@pytest.mark.gen_test
async def test_a_rating_is_given_once_by_the_applicant_after_the_decision(hall):
    filed = await hall.file()
    with pytest.raises(Conflict):
        await hall.receipts.rate(hall.chen, filed.receipt, 5, "")
    await hall.granted(filed)
    with pytest.raises(LoginNeeded):
        await hall.receipts.rate(hall.li, filed.receipt, 1, "")
    assert (await hall.receipts.rate(hall.chen, filed.receipt, 5, "很快")).rating == 5
    with pytest.raises(Conflict):
        await hall.receipts.rate(hall.chen, filed.receipt, 1, "")


@pytest.mark.gen_test
async def test_what_needed_no_login_is_followed_and_rated_by_whoever_holds_the_receipt(hall):
    filed = await hall.file(hall.anybody, item="lamp", what="灯不亮", phone="19900000009")
    case = await hall.act(CLERK, await hall.case(filed), "accept")
    await hall.act(CLERK, case, "grant", result="已修好")
    receipt = await hall.receipts.view(hall.li, filed.receipt)
    assert (receipt.holder, receipt.result) == (False, "已修好")
    assert (await hall.receipts.view(hall.anybody, filed.receipt)).holder
    assert (await hall.receipts.rate(hall.li, filed.receipt, 4, "")).rating == 4


@pytest.mark.gen_test
async def test_asking_again_is_refused_at_the_next_desk_too(hall):
    filed = await asked(hall)
    await supply(hall, filed, phone="19900000002")
    case = await hall.act(CLERK, await hall.case(filed), "accept")
    with pytest.raises(Conflict, match="case.asked_already"):
        await hall.act(REVIEWER, case, "ask", fields=["account"])
