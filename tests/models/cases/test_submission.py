"""Filing: once, whole, sealed, and only what holds."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from models.base.errors import Conflict, Gone, Invalid, LoginNeeded, Malformed, NotFound
from models.codes.code import Code, Target
from qr import grammar
from tests.models.catalogue import ALLOWANCE
from tests.models.hall import ADMIN, CHEN_CARD, CLERK, GOOD, LI_CARD, NOON, ZHOU_CARD, changed


async def count(hall) -> int:
    return await hall.database.collection("cases").count_documents({})


async def problems(hall, **answers) -> list[tuple[str, str]]:
    """What is wrong with an application, by field."""
    with pytest.raises(Invalid) as caught:
        await hall.file(**answers)
    return [(problem.field, problem.code) for problem in caught.value.problems]


@pytest.mark.gen_test
async def test_a_submission_becomes_a_case_with_number_receipt_and_due_date(hall):
    filed = await hall.file()
    assert (filed.case_no, filed.due_on) == ("529901101202611040001", "2026-11-18")
    assert grammar.read(filed.receipt) == filed.receipt
    assert filed.receipt[0] == "R"
    case = await hall.case(filed)
    assert (case.state, case.desks[:2], case.rev) == (
        "applied",
        ("529901101|clerk|民政", "529901101|clerk"),
        1,
    )


@pytest.mark.gen_test
async def test_twenty_parallel_copies_of_one_submission_make_one_case(hall):
    filed = await asyncio.gather(*(hall.file() for _ in range(20)))
    assert len({each.receipt for each in filed}) == 1
    assert sum(each.created for each in filed) == 1
    assert await count(hall) == 1


@pytest.mark.gen_test
async def test_copies_that_reach_two_processes_make_one_case(hall):
    other = await hall.again()
    filed = await asyncio.gather(*(each.file() for _ in range(10) for each in (hall, other)))
    assert len({each.receipt for each in filed}) == 1
    assert await count(hall) == 1


@pytest.mark.gen_test
async def test_the_same_content_again_gives_the_first_receipt(hall):
    first = await hall.file()
    again = await hall.file()
    assert (again.receipt, again.case_no, again.created) == (first.receipt, first.case_no, False)


@pytest.mark.gen_test
async def test_another_content_under_the_same_key_is_a_conflict_and_writes_nothing(hall):
    await hall.file()
    with pytest.raises(Conflict) as caught:
        await hall.file(phone="19900000099")
    assert caught.value.code == "submission.other"
    assert await count(hall) == 1


@pytest.mark.gen_test
async def test_the_same_content_of_another_person_under_the_same_key_is_a_conflict(hall):
    await hall.file(item="enrol", name="李明", id_number=LI_CARD, phone="19900000007")
    with pytest.raises(Conflict):
        await hall.file(hall.li, item="enrol", name="李明", id_number=LI_CARD, phone="19900000007")


@pytest.mark.gen_test
async def test_a_retry_gets_its_receipt_though_the_item_has_closed_meanwhile(hall):
    first = await hall.file()
    await hall.catalogue.set_state(ADMIN, "allowance", "closed", "今年的额度已用完。")
    assert (await hall.file()).receipt == first.receipt
    with pytest.raises(Gone):
        await hall.file(key="another-key")


@pytest.mark.gen_test
async def test_a_retry_after_the_login_ran_out_asks_for_login_and_shows_nothing(hall):
    await hall.file()
    with pytest.raises(LoginNeeded):
        await hall.file(hall.anybody)


@pytest.mark.parametrize("key", ["short", "x" * 129, "密钥密钥密钥密钥", "with\nbreak"])
@pytest.mark.gen_test
async def test_a_key_that_cannot_be_one_is_malformed(hall, key):
    with pytest.raises(Malformed):
        await hall.file(key=key)


@pytest.mark.gen_test
async def test_every_rule_is_checked_again_at_submission(hall):
    assert await problems(hall, phone="123") == [("phone", "phone.form")]
    assert await problems(hall, id_number=CHEN_CARD[:-1] + "0") == [("id_number", "id_number.checksum")]
    assert await problems(hall, born="1990-01-01") == [("born", "allowance.age")]
    assert await problems(hall, name="", account="1") == [
        ("name", "required"),
        ("account", "bank_account.length"),
    ]
    assert await problems(hall, photo=["somebody-elses-file"]) == [("photo", "file.unknown")]
    assert await problems(hall, family=[{"name": "周建国", "id_number": "1"}]) == [
        ("family.0.id_number", "id_number.length")
    ]
    assert await count(hall) == 0


@pytest.mark.gen_test
async def test_a_question_that_is_not_in_the_form_is_refused(hall):
    assert await problems(hall, approved=True) == [("approved", "field.unknown")]


@pytest.mark.parametrize(("item", "needed"), [("allowance", "L2"), ("enrol", "L1")])
@pytest.mark.gen_test
async def test_an_item_is_refused_below_its_level(hall, item, needed):
    with pytest.raises(LoginNeeded) as caught:
        await hall.file(hall.anybody, item=item)
    assert caught.value.required == needed
    if needed == "L2":
        with pytest.raises(LoginNeeded):
            await hall.file(hall.resident("孙外人", ZHOU_CARD), item=item)


@pytest.mark.gen_test
async def test_staff_do_not_file_in_their_own_name(hall):
    with pytest.raises(LoginNeeded):
        await hall.file(CLERK, item="lamp", what="灯不亮")


@pytest.mark.gen_test
async def test_a_closed_item_is_refused_though_its_form_lies_open(hall):
    opened = await hall.applying.open(hall.chen, hall.codes_of["chen"], "allowance")
    await hall.catalogue.set_state(ADMIN, "allowance", "closed", "今年的额度已用完。")
    with pytest.raises(Gone, match="item.closed") as caught:
        await hall.cases.submit(
            hall.chen, hall.catalogue.offer("allowance"), opened.code, "key-of-chen", GOOD, {}, opened.context
        )
    assert caught.value.message == "今年的额度已用完。"


@pytest.mark.parametrize("state", ["suspended", "revoked", "replaced"])
@pytest.mark.gen_test
async def test_a_code_that_no_longer_holds_is_refused_though_its_form_lies_open(hall, state):
    door = hall.codes_of["chen"]
    await hall.applying.open(hall.chen, door, "allowance")
    await hall.codes.change(CLERK, door, state, "门牌丢了")
    with pytest.raises(Gone) as caught:
        await hall.file()
    assert caught.value.code == f"code.{state}"
    assert await count(hall) == 0


@pytest.mark.gen_test
async def test_a_poster_files_its_own_item_and_no_other(hall):
    await hall.file(door="allowance")
    with pytest.raises(NotFound):
        await hall.file(item="lamp", door="allowance", what="灯不亮")
    with pytest.raises(NotFound):
        await hall.applying.offer("R0000000000", "lamp")


@pytest.mark.gen_test
async def test_a_receipts_code_opens_no_form(hall):
    receipt = Code(grammar.new("R"), "R", ("529901",), Target(), NOON)
    await hall.codes.issue([receipt])
    with pytest.raises(NotFound):
        await hall.applying.open(hall.anybody, receipt.id, "lamp")


@pytest.mark.gen_test
async def test_what_was_filed_from_a_poster_is_numbered_by_the_county(hall):
    filed = await hall.file(door="allowance")
    assert filed.case_no == "529901000202611040001"


@pytest.mark.gen_test
async def test_no_number_phone_or_account_lies_in_the_open(hall):
    family = [{"name": "周建国", "id_number": ZHOU_CARD, "relation": "22", "income": "1200"}]
    case = await hall.case(await hall.file(family=family, phone="19912345678"))
    assert (case.answer("id_number"), case.applicant.phone) == (CHEN_CARD, "19912345678")
    raw = await hall.raw()
    for secret in (CHEN_CARD, ZHOU_CARD, "19912345678", "19900000001", GOOD["account"]):
        assert secret not in raw
    assert "陈桂兰" in raw  # lists show names


@pytest.mark.gen_test
async def test_a_sealed_answer_copied_into_another_case_does_not_open(hall):
    first = await hall.case(await hall.file())
    second = await hall.case(await hall.file(key="key-of-chen-2"))
    cases = hall.database.collection("cases")
    row = await cases.find_one({"_id": first.id})
    await cases.update_one({"_id": second.id}, {"$set": {"answers": row["answers"]}})
    with pytest.raises(Exception, match="cipher.unreadable"):
        await hall.cases_repository.get(second.id)


@pytest.mark.gen_test
async def test_answers_keep_where_they_came_from_and_what_was_changed(hall):
    case = await hall.case(await hall.file(phone="19900000099"))
    by_key = {answer.key: answer for answer in case.answers}
    assert (by_key["name"].source, by_key["name"].changed) == ("import", False)
    assert (by_key["phone"].source, by_key["phone"].changed, by_key["phone"].was) == (
        "self",
        True,
        "19900000001",
    )


@pytest.mark.gen_test
async def test_a_case_keeps_its_version_when_the_item_is_published_anew(hall):
    filed = await hall.file()
    form = msgspec.structs.replace(ALLOWANCE.form, sections=ALLOWANCE.form.sections, rules=())
    other = await hall.again(changed(ALLOWANCE, name="高龄补贴", form=form))
    assert other.catalogue.offer("allowance").version == 2
    case = await other.case(filed)
    kept = await other.catalogue.version(case.item, case.version)
    assert (case.version, case.title, kept.name, len(kept.form.rules)) == (1, "高龄津贴", "高龄津贴", 1)
    newer = await other.case(await other.file(key="key-of-chen-2", born="1990-01-01"))
    assert (newer.version, newer.title) == (2, "高龄补贴")


@pytest.mark.gen_test
async def test_papers_belong_to_the_case_once_it_is_filed_and_not_before(hall, photo):
    upload = await hall.uploads.take(hall.chen, photo, "近照.jpg")
    with pytest.raises(Invalid):
        await hall.file(photo=[upload.id], phone="1")
    with pytest.raises(NotFound):
        await hall.uploads.open(CLERK, upload.id)
    case = await hall.case(await hall.file(photo=[upload.id]))
    assert (await hall.uploads.open(CLERK, upload.id))[0].name == "近照.jpg"
    assert case.materials == ("近期照片",)


@pytest.mark.gen_test
async def test_a_draft_that_was_submitted_is_gone_and_a_second_tap_finds_the_receipt(hall):
    door = hall.codes_of["chen"]
    opened = await hall.applying.open(hall.chen, door, "allowance")
    key = (await hall.applying.keep(hall.chen, opened, GOOD)).draft.submission_key
    first = await hall.applying.submit_draft(hall.chen, door, "allowance", key, hall.agreed)
    assert await hall.drafts.all_of(hall.chen) == []
    assert (
        await hall.applying.submit_draft(hall.chen, door, "allowance", key, hall.agreed)
    ).receipt == first.receipt


@pytest.mark.gen_test
async def test_somebody_elses_second_tap_finds_nothing(hall):
    door = hall.codes_of["chen"]
    opened = await hall.applying.open(hall.chen, door, "allowance")
    key = (await hall.applying.keep(hall.chen, opened, GOOD)).draft.submission_key
    await hall.applying.submit_draft(hall.chen, door, "allowance", key, hall.agreed)
    with pytest.raises(Invalid) as caught:
        await hall.applying.submit_draft(hall.li, door, "allowance", key, hall.agreed)
    assert caught.value.problems[0].code == "draft.gone"
