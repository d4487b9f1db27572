"""The desk: who may answer what, on which ground, and what follows from it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import msgspec
import pytest

from models.base.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from models.keptpapers.paper import Source
from models.rights.desk import PAGE
from models.rights.request import names
from models.rights.work import OLDEST
from tests.models.hall import CHEN_HOME, CLERK, REVIEWER, ZHAO
from tests.models.rights.conftest import COUNTY, SUN
from tests.models.rights.test_asking import photo

pytestmark = pytest.mark.gen_test


async def test_a_reviewer_answers_and_she_reads_it(bureau):
    request = await bureau.asked(text="为什么看我的信息？")
    await bureau.answer(REVIEWER, request, text="受理高龄津贴时核对年龄。")
    [hers] = (await bureau.rights.own(bureau.hall.chen))[0]
    assert (hers.state, hers.open, hers.answer.text) == ("answered", False, "受理高龄津贴时核对年龄。")
    assert (hers.answer.by, hers.answer.office) == (REVIEWER.subject, "529901101")


async def test_a_list_shows_what_lies_in_ones_area_and_nothing_else(bureau):
    here = await bureau.asked()
    there = (await bureau.complaint()).request  # of no place: the county's
    assert await bureau.numbers(REVIEWER) == [here.number]
    assert set(await bureau.numbers(COUNTY)) == {here.number, there.number}
    assert await bureau.numbers(SUN) == []
    with pytest.raises(NotFound):
        await bureau.desk.get(SUN, here.id)
    with pytest.raises(NotFound):
        await bureau.desk.get(REVIEWER, there.id)


async def test_who_may_not_answer_opens_nothing(bureau):
    request = await bureau.asked()
    for other in (CLERK, ZHAO):
        with pytest.raises(Forbidden):
            await bureau.desk.get(other, request.id)


async def test_whoever_looked_does_not_answer_for_it(bureau):
    request = await bureau.asked(who=REVIEWER)
    assert (await bureau.numbers(REVIEWER), await bureau.desk.waiting(REVIEWER)) == ([], 0)
    with pytest.raises(Forbidden) as caught:
        await bureau.answer(REVIEWER, request)
    assert caught.value.code == "rights.recuse"
    assert (await bureau.answer(COUNTY, request)).state == "answered"


@pytest.mark.parametrize(
    "said",
    [
        {"named": "何审核"},
        {"named": "工号 100000"},
        {"named": "a-revi"},
        {"text": "何 审 核态度不好，大声训人"},
    ],
    ids=lambda said: next(iter(said.values())),
)
async def test_whom_a_complaint_names_neither_sees_nor_answers_it(bureau, said):
    complaint = {"text": "态度不好，大声训人", "code": bureau.hall.codes_of["chen"], **said}
    request = (await bureau.complaint(**complaint)).request
    assert await bureau.numbers(REVIEWER) == []
    assert await bureau.numbers(COUNTY) == [request.number]
    with pytest.raises(Forbidden):
        await bureau.answer(REVIEWER, request)


async def test_an_account_that_is_younger_than_the_complaint_is_barred_too(bureau):
    request = (await bureau.complaint(named="何审核", code=bureau.hall.codes_of["chen"])).request
    await bureau.hall.database.collection("rights").update_one({"_id": request.id}, {"$set": {"barred": []}})
    with pytest.raises(Forbidden):
        await bureau.desk.get(REVIEWER, request.id)


@pytest.mark.parametrize(
    ("typed", "named"),
    [("王丽态度不好", True), ("王 丽", True), ("王利", False), ("工号100023", True), ("3f9a2c", True), ("", False)],
)  # fmt: skip
async def test_names_are_found_however_they_are_spaced(typed, named):
    assert names(typed, "王丽", "100023", "3f9a2c11d0") is named


async def test_an_account_without_a_number_is_not_named_by_everything():
    assert not names("没有说是谁", "王丽", "", "3f9a2c11d0")


async def test_of_two_reviewers_at_once_one_answers(bureau):
    request = await bureau.asked()
    done = await asyncio.gather(
        bureau.answer(REVIEWER, request), bureau.answer(COUNTY, request, text="县里的另一个答复。"),
        return_exceptions=True,
    )  # fmt: skip
    assert sorted(type(each).__name__ for each in done) == ["Conflict", "Request"]


async def test_what_was_answered_is_not_answered_again(bureau):
    request = await bureau.asked()
    answered = await bureau.answer(REVIEWER, request)
    for rev in (request.rev, answered.rev, 0):
        with pytest.raises(Conflict):
            await bureau.answer(COUNTY, msgspec.structs.replace(answered, rev=rev))


@pytest.mark.parametrize(
    ("action", "told", "field"),
    [("answer", {"text": ""}, "text"), ("answer", {"text": "长" * 1001}, "text"), ("refuse", {}, "ground"),
     ("refuse", {"ground": "archive"}, "ground"), ("refuse", {"ground": "because"}, "ground")],
)  # fmt: skip
async def test_an_answer_needs_words_and_a_refusal_a_ground_of_its_kind(bureau, action, told, field):
    request = await bureau.asked()
    with pytest.raises(Invalid) as caught:
        await bureau.answer(REVIEWER, request, action, **told)
    assert [problem.field for problem in caught.value.problems] == [field]
    assert (await bureau.desk.get(REVIEWER, request.id)).open


async def test_there_is_no_third_way_to_answer(bureau):
    with pytest.raises(NotFound):
        await bureau.answer(REVIEWER, await bureau.asked(), "erase")


async def test_the_oldest_due_comes_first_in_pages_and_overdue_is_red(bureau):
    requests = []
    for _ in range(PAGE + 2):
        requests.append((await bureau.complaint()).request)
        bureau.hall.clock.on(hours=9)
    bureau.hall.clock.on(days=7)
    first = await bureau.desk.listing(COUNTY)
    second = await bureau.desk.listing(COUNTY, after=first.next)
    rows = [*first.rows, *second.rows]
    assert (len(first.rows), len(second.rows), second.next) == (PAGE, 2, "")
    assert [row.due_on for row in rows] == sorted(each.due_on for each in requests)
    assert (rows[0].light, rows[-1].light, first.waiting) == ("red", "green", PAGE + 2)
    assert rows[0].days_left < 0


async def test_what_was_answered_stands_in_the_other_list(bureau):
    request = await bureau.asked()
    await bureau.answer(REVIEWER, request)
    assert await bureau.numbers(REVIEWER) == []
    assert await bureau.numbers(REVIEWER, "done") == [request.number]


async def test_the_look_stands_beside_the_question(bureau):
    request = await bureau.asked()
    opened = await bureau.desk.opened(request)
    assert (opened.look.staff, opened.look.ground_text) == (CLERK.subject, "5299")


async def test_a_look_that_is_not_kept_any_more_does_not_hold_up_the_answer(bureau):
    request = await bureau.asked()
    await bureau.hall.database.collection("audit").delete_many({})
    assert (await bureau.desk.opened(request)).look is None
    assert (await bureau.answer(REVIEWER, request)).state == "answered"


# What follows from an answer.


async def test_granting_a_deletion_deletes_drafts_and_files_and_says_what_stays(bureau):
    await bureau.begin()
    await bureau.photo(photo())
    answered = await bureau.answer(REVIEWER, await bureau.deletion("record"))
    assert await bureau.left() == (1, 1, 1)
    await bureau.work.run_once()
    assert await bureau.left() == (0, 0, 0)
    [hers] = (await bureau.rights.own(bureau.hall.chen))[0]
    assert (hers.erasure.drafts, hers.erasure.files, hers.work_at) == (1, 1, None)
    assert answered.answer.kept == ("statutory", "archive", "audit")


async def test_granting_a_deletion_lets_go_of_what_was_kept_for_the_next_time(bureau):
    hall = bureau.hall
    source = Source("c1", "1", "落户", hall.clock())
    await hall.kept_papers.keep(hall.chen.subject, "p-chen", source, 1, {("M16", "出生医学证明"): ["f1"]})
    await bureau.answer(REVIEWER, await bureau.deletion("record"))
    await bureau.work.run_once()
    assert await hall.kept_papers.own(hall.chen) == []
    [hers] = (await bureau.rights.own(hall.chen))[0]
    assert hers.erasure.files == 1


@pytest.mark.parametrize("action", ["answer", "refuse"])
async def test_a_case_is_never_deleted_whatever_the_desk_decides(bureau, action):
    case = await bureau.hall.case(await bureau.hall.file())
    await bureau.begin("lamp")
    request = await bureau.deletion("matter", case_no=case.case_no)
    assert (await bureau.desk.opened(request)).suggested == "open_case"
    answered = await bureau.answer(REVIEWER, request, action, ground="open_case")
    await bureau.work.run_once()
    assert (await bureau.hall.cases_repository.get(case.id)).answers == case.answers
    assert (await bureau.left())[0] == 1
    assert answered.answer.kept or answered.answer.ground == "open_case"


async def test_a_decided_case_is_kept_as_an_archive(bureau):
    case = await bureau.hall.granted(await bureau.hall.file())
    request = await bureau.deletion("matter", case_no=case.case_no)
    assert (await bureau.desk.opened(request)).suggested == "archive"
    assert (await bureau.answer(COUNTY, request)).answer.kept == ("archive",)


async def test_a_refusal_deletes_nothing(bureau):
    await bureau.begin()
    await bureau.answer(REVIEWER, await bureau.deletion("record"), "refuse", ground="statutory")
    await bureau.work.run_once()
    assert (await bureau.left())[0] == 1


async def test_she_is_told_on_the_phone_on_record_once(bureau):
    request = await bureau.asked(text="为什么看我的信息？")
    await bureau.answer(REVIEWER, request)
    for _ in range(3):
        await bureau.work.run_once()
    [(phone, text)] = bureau.hall.phones.sent
    assert phone == "19900000001"
    assert request.number in text
    assert "为什么" not in text


async def test_of_two_workers_at_once_one_tells_her(bureau):
    await bureau.answer(REVIEWER, await bureau.asked())
    await asyncio.gather(*(bureau.work.run_once() for _ in range(5)))
    assert len(bureau.hall.phones.sent) == 1


async def test_an_anonymous_person_is_told_where_she_left_a_phone_and_nowhere_else(bureau):
    for phone in ("13912345678", ""):
        await bureau.answer(COUNTY, (await bureau.complaint(phone=phone)).request)
    await bureau.work.run_once()
    [(phone, text)] = bureau.hall.phones.sent
    assert phone == "13912345678"
    assert "yunling.example/complaint" in text


async def test_while_sms_is_away_deleting_is_done_and_telling_is_tried_again(bureau):
    await bureau.begin()
    await bureau.answer(REVIEWER, await bureau.deletion("uploads"))
    bureau.hall.phones.trouble = Unavailable()
    await bureau.work.run_once()
    assert ((await bureau.left())[0], bureau.hall.phones.sent) == (0, [])
    bureau.hall.phones.trouble = None
    bureau.hall.clock.on(minutes=2)
    await bureau.work.run_once()
    assert len(bureau.hall.phones.sent) == 1


async def test_news_that_is_too_old_is_not_sent(bureau):
    await bureau.answer(REVIEWER, await bureau.asked())
    bureau.hall.clock.now += OLDEST + timedelta(hours=1)
    await bureau.work.run_once()
    assert (bureau.hall.phones.sent, await bureau.work.run_once()) == ([], 0)


async def test_a_worker_that_dies_leaves_the_work_to_the_next(bureau, monkeypatch):
    await bureau.begin()
    await bureau.answer(REVIEWER, await bureau.deletion("uploads"))
    monkeypatch.setattr(bureau.work, "_do", None)
    with pytest.raises(TypeError):
        await bureau.work.run_once()
    monkeypatch.undo()
    assert await bureau.work.run_once() == 0
    bureau.hall.clock.on(minutes=2)
    await bureau.work.run_once()
    assert (await bureau.left())[0] == 0


async def test_somebody_who_has_left_the_registry_still_has_her_answer_written(bureau):
    request = await bureau.asked()
    await bureau.hall.database.collection("people").delete_many({"household": CHEN_HOME})
    await bureau.answer(REVIEWER, request)
    await bureau.work.run_once()
    assert bureau.hall.phones.sent == []
