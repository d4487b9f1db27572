"""Asking, complaining, deleting on the spot: what is kept, what is refused, what is told once."""

from __future__ import annotations

import asyncio
import io

import pytest
from PIL import Image

from models.base.errors import Conflict, Invalid, LoginNeeded, NotFound, TooMany
from models.rights.asking import Complaint, Deletion, Question
from tests.models.hall import CHEN_CARD, CLERK, REVIEWER, SUN_CARD
from tests.models.rights.conftest import COUNTY

pytestmark = pytest.mark.gen_test


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "JPEG")
    return out.getvalue()


def fields(caught) -> list[str]:
    return [problem.field for problem in caught.value.problems]


async def test_what_she_asks_is_due_in_fifteen_working_days(bureau):
    request = await bureau.asked(text="为什么看我的信息？")
    assert (request.kind, request.state, request.due_on) == ("look", "open", "2026-11-25")
    assert "受理人员 查看办件" in request.about.seen


async def test_the_same_question_again_is_the_first_request(bureau):
    look = await bureau.looked()
    first = await bureau.rights.ask_look(bureau.hall.chen, look, "")
    again = await bureau.rights.ask_look(bureau.hall.chen, look, "再问一次可以吗")
    assert (first.fresh, again.fresh) == (True, False)
    assert again.request.id == first.request.id


async def test_of_ten_questions_at_once_one_is_asked(bureau):
    look = await bureau.looked()
    filed = await asyncio.gather(*(bureau.rights.ask_look(bureau.hall.chen, look, "") for _ in range(10)))
    assert sum(each.fresh for each in filed) == 1
    assert len({each.request.id for each in filed}) == 1


async def test_after_its_answer_the_same_look_may_be_asked_about_again(bureau):
    request = await bureau.asked()
    await bureau.answer(REVIEWER, request)
    again = await bureau.rights.ask_look(bureau.hall.chen, request.about.look, "")
    assert again.fresh


async def test_nobody_asks_about_a_look_at_somebody_else(bureau):
    look = await bureau.looked()
    with pytest.raises(NotFound):
        await bureau.rights.ask_look(bureau.hall.li, look, "")


async def test_asking_needs_l2_and_ones_own_name(bureau):
    typed = bureau.hall.resident("陈桂兰", CHEN_CARD)
    for work in (
        bureau.rights.own(typed), bureau.rights.ask_look(typed, "x", ""), bureau.rights.at_once(typed),
        bureau.rights.ask_deletion(typed, Deletion("record")), bureau.rights.delete_at_once(typed, sure=True),
        bureau.rights.ask_explanation(typed, Question("rule", "", "为什么是这一档"), []),
    ):  # fmt: skip
        with pytest.raises(LoginNeeded):
            await work


async def test_what_is_typed_lies_sealed_in_the_database(bureau):
    secrets = (
        "为什么看我的信息？",
        "何审核态度不好，大声训人",
        "何审核",
        "13912345678",
        "确认是正常办理，请放心。",
    )
    request = await bureau.asked(text=secrets[0])
    await bureau.complaint(secrets[1], named=secrets[2], phone=secrets[3])
    await bureau.answer(REVIEWER, request, text=secrets[4])
    raw = await bureau.hall.raw("rights")
    assert [secret for secret in secrets if secret in raw] == []
    assert (await bureau.rights.own(bureau.hall.chen))[0][0].answer.text == secrets[4]


async def test_more_than_twenty_requests_a_day_are_too_many(bureau):
    questions = [Question("rule", "", f"第{number}个问题是什么") for number in range(21)]
    for question in questions[:20]:
        await bureau.rights.ask_explanation(bureau.hall.chen, question, [])
    with pytest.raises(TooMany):
        await bureau.rights.ask_explanation(bureau.hall.chen, questions[20], [])


@pytest.mark.parametrize(
    ("asked", "field"),
    [(Deletion(""), "target"), (Deletion("own"), "target"), (Deletion("matter"), "case_no"),
     (Deletion("record", text="短"), "text"), (Deletion("record", text="a\x00bcdef"), "text")],
)  # fmt: skip
async def test_what_is_wrong_with_a_request_to_delete_is_said_beside_the_field(bureau, asked, field):
    with pytest.raises(Invalid) as caught:
        await bureau.rights.ask_deletion(bureau.hall.chen, asked)
    assert fields(caught) == [field]


async def test_nobody_asks_to_delete_the_case_of_somebody_else(bureau):
    case = await bureau.hall.case(await bureau.hall.file())
    with pytest.raises(NotFound):
        await bureau.rights.ask_deletion(bureau.hall.li, Deletion("matter", case.case_no))


async def test_her_list_has_her_own_requests_alone_in_pages(bureau):
    for number in range(15):
        bureau.hall.clock.on(hours=2)
        await bureau.rights.ask_explanation(bureau.hall.chen, Question("rule", "", f"问题{number}怎么算"), [])
    bureau.hall.clock.on(days=1)
    for number in range(15, 31):
        await bureau.rights.ask_explanation(bureau.hall.chen, Question("rule", "", f"问题{number}怎么算"), [])
    first, older = await bureau.rights.own(bureau.hall.chen)
    second, end = await bureau.rights.own(bureau.hall.chen, older)
    assert (len(first), len(second), end) == (30, 1, "")
    assert len({each.id for each in first + second}) == 31
    assert (await bureau.rights.own(bureau.hall.li))[0] == []
    with pytest.raises(NotFound):
        await bureau.rights.own(bureau.hall.li, older)


async def test_drafts_and_unused_files_go_at_once_and_for_good(bureau):
    await bureau.begin()
    await bureau.photo(photo())
    assert await bureau.left() == (1, 1, 1)
    done = await bureau.rights.delete_at_once(bureau.hall.chen, sure=True)
    assert await bureau.left() == (0, 0, 0)
    assert (done.state, done.erasure.drafts, done.erasure.files) == ("answered", 1, 1)
    assert (await bureau.rights.own(bureau.hall.chen))[0][0].id == done.id


async def test_what_belongs_to_a_case_or_to_somebody_else_stays(bureau):
    mine, his = await bureau.photo(photo()), await bureau.photo(photo(), bureau.hall.li)
    await bureau.hall.uploads.claim([mine.id], ("529901",), ("民政",))
    with pytest.raises(Conflict):
        await bureau.rights.delete_at_once(bureau.hall.chen, sure=True)
    for who, upload in ((bureau.hall.chen, mine), (bureau.hall.li, his)):
        assert (await bureau.hall.uploads.open(who, upload.id))[1]


async def test_nothing_goes_before_she_is_sure(bureau):
    await bureau.begin()
    with pytest.raises(Invalid) as caught:
        await bureau.rights.delete_at_once(bureau.hall.chen, sure=False)
    assert (fields(caught), (await bureau.left())[0]) == (["sure"], 1)


async def test_a_file_whose_deletion_broke_off_is_swept_with_the_next(bureau, monkeypatch):
    await bureau.photo(photo())
    bucket = bureau.hall.uploads._repository._files
    monkeypatch.setattr(bucket, "delete", None)  # the process dies before the bytes go
    with pytest.raises(TypeError):
        await bureau.rights.delete_at_once(bureau.hall.chen, sure=True)
    monkeypatch.undo()
    assert await bureau.hall.uploads.sweep() == 1
    assert await bureau.left() == (0, 0, 0)


# Complaints.


async def test_a_complaint_without_a_name_is_followed_by_its_number(bureau):
    request = (await bureau.complaint()).request
    assert (request.whose.subject, request.areas) == ("", ("529901",))
    typed = f"{request.number[:4].lower()} {request.number[4:8]}-{request.number[8:]}"
    assert (await bureau.rights.follow(typed)).id == request.id


@pytest.mark.parametrize("wrong", ["", "T123", "D7K29M4PX3QT", "😀", "T0000000000" + "1", "x" * 5000])
async def test_a_wrong_number_is_not_found(bureau, wrong):
    with pytest.raises(NotFound):
        await bureau.rights.follow(wrong)


async def test_the_number_of_another_kind_of_request_opens_nothing(bureau):
    request = await bureau.asked()
    with pytest.raises(NotFound):
        await bureau.rights.follow(request.number)


async def test_a_complaint_lies_where_its_plate_hangs(bureau):
    request = (await bureau.complaint(code=bureau.hall.codes_of["chen"])).request
    assert request.areas[1:3] == ("529901101", "529901101201")


async def test_a_complaint_of_somebody_who_is_logged_in_lies_where_she_lives(bureau):
    request = (await bureau.complaint(actor=bureau.hall.li, phone="13912345678")).request
    assert (request.areas[2], request.whose.name, request.phone) == ("529901101202", "李明", "")


async def test_whoever_only_typed_a_card_complains_without_a_name(bureau):
    typed = bureau.hall.resident("孙外人", SUN_CARD)
    assert (await bureau.complaint(actor=typed)).request.whose.subject == ""


async def test_a_complaint_sent_twice_under_one_key_is_one(bureau):
    first = await bureau.complaint(key="key-of-a-page")
    again = await bureau.complaint(key="key-of-a-page")
    other = await bureau.complaint("说的是另外一件事", key="key-of-a-page")
    assert (again.fresh, again.request.number) == (False, first.request.number)
    assert other.fresh


async def test_two_people_who_say_the_same_do_not_get_one_number(bureau):
    first, second = await bureau.complaint(), await bureau.complaint()
    assert first.request.number != second.request.number


@pytest.mark.parametrize(
    ("said", "field"),
    [({"text": ""}, "text"), ({"text": "长" * 1001}, "text"), ({"phone": "12345"}, "phone"), ({"code": "D7K2"}, "code"),
     ({"code": "RQGZ4RN2KKYM"}, "code"), ({"named": "长" * 61}, "named"), ({"key": "k"}, "key"),
     ({"text": "\ud800" * 9}, "text")],
)  # fmt: skip
async def test_what_is_wrong_with_a_complaint_is_said_beside_the_field(bureau, said, field):
    with pytest.raises(Invalid) as caught:
        await bureau.rights.complain(bureau.hall.anybody, Complaint(**{"text": "等了一上午没有人", **said}))
    assert fields(caught) == [field]


async def test_a_number_of_a_case_tells_nobody_whether_there_is_one(bureau):
    case = await bureau.hall.case(await bureau.hall.file())
    real, made_up = case.case_no, case.case_no[:-4] + "9999"
    filed = [(await bureau.complaint(code=each)).request for each in (real, made_up)]
    assert [each.state for each in filed] == ["open", "open"]
    assert [each.areas[-1] for each in filed] == [case.areas[-1], "529901"]


async def test_whoever_worked_on_the_case_neither_sees_nor_answers_the_complaint(bureau):
    case = await bureau.hall.act(CLERK, await bureau.hall.case(await bureau.hall.file()), "accept")
    await bureau.hall.act(REVIEWER, case, "hand_on")
    request = (await bureau.complaint(code=case.case_no)).request
    assert set(request.barred) == {CLERK.subject, REVIEWER.subject}
    assert await bureau.numbers(REVIEWER) == []
    assert await bureau.numbers(COUNTY) == [request.number]
