"""Filing for somebody else: only what leave was given for, said on the case, told to the principal."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from models.base.errors import Forbidden, NotFound
from tests.models.hall import CLERK

OTHER = "key-of-chen-2"


@pytest.mark.gen_test
async def test_the_case_says_who_acted_for_whom_and_why(hall, kin):
    mandate = await kin.leave()
    case = await hall.case(await hall.file(kin.acting(mandate)))
    applicant = case.applicant
    assert (applicant.name, applicant.person) == ("陈桂兰", "p-chen")
    assert (applicant.agent, applicant.mandate, applicant.ground) == ("周建国", mandate.id, "consent")
    assert case.events[0].by.name == "陈桂兰（周建国代办）"


@pytest.mark.gen_test
async def test_the_principal_is_told_of_every_case(hall, kin):
    filed = await hall.file(kin.acting(await kin.leave()))
    assert f"周建国为您提交了“高龄津贴”，编号{filed.case_no}" in (await kin.told())[-1]


@pytest.mark.gen_test
async def test_consent_for_once_is_used_up(hall, kin):
    acting = kin.acting(await kin.leave())
    await hall.file(acting)
    with pytest.raises(Forbidden) as caught:
        await hall.file(acting, key=OTHER)
    assert caught.value.code == "mandate.ended"


@pytest.mark.gen_test
async def test_of_two_cases_that_race_on_one_consent_one_is_filed(hall, kin):
    acting = kin.acting(await kin.leave())
    done = await asyncio.gather(hall.file(acting), hall.file(acting, key=OTHER), return_exceptions=True)
    assert [type(each) for each in done].count(Forbidden) == 1
    assert await hall.database.collection("cases").count_documents({}) == 1


@pytest.mark.gen_test
async def test_a_submission_sent_again_gives_its_receipt_though_the_consent_is_used_up(hall, kin):
    acting = kin.acting(await kin.leave())
    first = await hall.file(acting)
    again = await hall.file(acting)
    assert (again.receipt, again.created) == (first.receipt, False)
    assert len([text for text in await kin.told() if "提交" in text]) == 1


@pytest.mark.gen_test
async def test_a_second_tap_on_the_button_finds_the_receipt(hall, kin):
    acting = kin.acting(await kin.leave())
    opened = await hall.applying.open(acting, hall.codes_of["chen"], "allowance")
    opened = await hall.applying.keep(acting, opened, {"phone": "13900000001"})
    key = opened.draft.submission_key
    first = await hall.applying.submit_draft(acting, hall.codes_of["chen"], "allowance", key, hall.agreed)
    again = await hall.applying.submit_draft(acting, hall.codes_of["chen"], "allowance", key, hall.agreed)
    assert again.receipt == first.receipt


@pytest.mark.gen_test
async def test_consent_for_one_matter_opens_no_other(hall, kin):
    acting = kin.acting(await kin.leave("matter", offers=("allowance",)))
    await hall.file(acting)
    await hall.file(acting, key=OTHER)  # as often as it is needed
    for offer in ("enrol", "lamp"):
        with pytest.raises(Forbidden):
            await hall.applying.open(acting, hall.codes_of["chen"], offer)


@pytest.mark.gen_test
async def test_consent_withdrawn_in_the_middle_of_a_form_is_refused_at_submission(hall, kin):
    mandate = await kin.leave("until")
    acting = kin.acting(mandate)
    await hall.applying.open(acting, hall.codes_of["chen"], "allowance")
    await hall.mandates.withdraw(hall.chen, mandate.id)
    with pytest.raises(Forbidden) as caught:
        await hall.file(acting)
    assert caught.value.code == "mandate.ended"
    assert await hall.database.collection("cases").count_documents({}) == 0


@pytest.mark.gen_test
async def test_an_agent_sees_the_receipts_of_this_mandate_and_no_other(hall, kin):
    hers = await hall.file()
    acting = kin.acting(await kin.leave("until"))
    his = await hall.file(acting, key=OTHER)
    assert (await hall.receipts.view(acting, his.receipt)).holder
    assert not (await hall.receipts.view(acting, hers.receipt)).holder
    with pytest.raises(NotFound):
        await hall.receipts.by_number(acting, hers.case_no)
    with pytest.raises(Forbidden):
        await hall.receipts.own(acting)


@pytest.mark.gen_test
async def test_the_principal_sees_and_takes_back_what_was_filed_for_her(hall, kin):
    filed = await hall.file(kin.acting(await kin.leave()))
    receipt = (await hall.receipts.own(hall.chen))[0]
    assert (receipt.code, receipt.agent, receipt.ground) == (filed.receipt, "周建国", "本人委托代办")
    assert (await hall.receipts.withdraw(hall.chen, filed.receipt, "不用办")).state == "withdrawn"


@pytest.mark.gen_test
async def test_the_agent_as_himself_is_a_stranger_to_the_case(hall, kin):
    filed = await hall.file(kin.acting(await kin.leave()))
    receipt = await hall.receipts.view(kin.zhou, filed.receipt)
    assert (receipt.holder, receipt.name, receipt.agent) == (False, "陈*兰", "周*国")


@pytest.mark.gen_test
async def test_drafts_are_kept_apart(hall, kin):
    code = hall.codes_of["chen"]
    hers = await hall.applying.open(hall.chen, code, "allowance")
    await hall.applying.keep(hall.chen, hers, {"phone": "13900000001"})
    acting = kin.acting(await kin.leave("until"))
    his = await hall.applying.open(acting, code, "allowance")
    assert his.draft.answers == {}
    await hall.applying.keep(acting, his, {"phone": "13900000002"})
    again = await hall.applying.open(hall.chen, code, "allowance")
    assert again.draft.answers == {"phone": "13900000001"}
    assert len(await hall.drafts.all_of(acting)) == 1


@pytest.mark.gen_test
async def test_uploads_are_kept_apart(hall, kin, photo):
    upload = await hall.uploads.take(hall.chen, photo, "照片.jpg")
    acting = kin.acting(await kin.leave())
    with pytest.raises(NotFound):
        await hall.uploads.open(acting, upload.id)
    own = await hall.uploads.take(acting, photo, "照片.jpg")
    assert (await hall.uploads.open(acting, own.id))[0].owner == f"mandate:{acting.mandate}"


@pytest.mark.gen_test
async def test_what_she_answered_in_earlier_cases_is_not_filled_in_for_an_agent(hall, kin):
    await hall.file(phone="13900000009")
    acting = kin.acting(await kin.leave())
    opened = await hall.applying.open(acting, hall.codes_of["chen"], "allowance")
    assert {fact.source for fact in opened.known.values()} <= {"login", "import", "plate", "visit"}


@pytest.mark.gen_test
async def test_the_desk_reads_who_acted(hall, kin):
    case = await hall.case(await hall.file(kin.acting(await kin.leave())))
    assert (await hall.desk.get(CLERK, case.id)).applicant.agent == "周建国"


@pytest.mark.gen_test
async def test_without_a_mandate_nobody_acts(hall):
    forged = msgspec.structs.replace(hall.chen, mandate="0" * 20, agent="孙外人")
    with pytest.raises(Forbidden):
        await hall.file(forged)
