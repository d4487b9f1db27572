"""The desk: what lies before whom, and who may do what with it."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from models.base.errors import Conflict, Forbidden, Invalid, NotFound
from models.cases.desk import PAGE, Act
from models.cases.feed import Feed, News
from models.cases.listing import Which, light
from models.cases.posts import available
from tests.models.hall import ADMIN, CLERK, REVIEWER, SUN_CLERK, WANG, ZHAO

ELSEWHERE = msgspec.structs.replace(ZHAO, subject="a-qian", departments=("医保",))


@pytest.mark.gen_test
async def test_a_case_walks_from_desk_to_desk_until_it_is_granted(hall):
    filed = await hall.file()
    for actor in (CLERK, REVIEWER, ZHAO):
        before = await hall.desk.listing(actor)
        assert [row.case_no for row in before.rows] == [filed.case_no]
        case = await hall.desk.get(actor, before.rows[0].id)
        await hall.act(actor, case, available(actor, case)[0])
    assert (await hall.case(filed)).state == "granted"


@pytest.mark.gen_test
async def test_a_case_lies_at_one_desk_and_nowhere_else(hall):
    await hall.file()
    for actor in (REVIEWER, ZHAO, WANG, SUN_CLERK, ELSEWHERE):
        assert (await hall.desk.listing(actor)).rows == ()
        assert await hall.desk.waiting(actor) == 0


@pytest.mark.gen_test
async def test_an_account_of_one_department_sees_no_other_departments_queue(hall):
    case = await hall.act(CLERK, await hall.case(await hall.file()), "accept")
    await hall.act(REVIEWER, case, "hand_on")
    assert len((await hall.desk.listing(ZHAO)).rows) == 1
    assert (await hall.desk.listing(ELSEWHERE)).rows == ()
    with pytest.raises(NotFound):
        await hall.act(ELSEWHERE, await hall.cases_repository.get(case.id), "grant")


@pytest.mark.gen_test
async def test_two_clerks_cannot_accept_one_case(hall):
    case = await hall.case(await hall.file())
    other = await hall.again()
    done = await asyncio.gather(
        *(each.act(CLERK, case, "accept") for each in (hall, other) for _ in range(5)), return_exceptions=True
    )
    assert sum(not isinstance(each, Exception) for each in done) == 1
    assert {each.code for each in done if isinstance(each, Exception)} == {"case.changed"}
    assert (await hall.cases_repository.get(case.id)).rev == 2


@pytest.mark.gen_test
async def test_two_approvers_cannot_decide_one_case_differently(hall):
    case = await hall.act(CLERK, await hall.case(await hall.file()), "accept")
    case = await hall.act(REVIEWER, case, "hand_on")
    done = await asyncio.gather(
        hall.act(ZHAO, case, "grant"),
        hall.act(ZHAO, case, "refuse", reason="重复领取"),
        return_exceptions=True,
    )
    assert sum(isinstance(each, Conflict) for each in done) == 1
    stands = await hall.cases_repository.get(case.id)
    assert [event.what for event in stands.events if event.what in {"granted", "refused"}] == [stands.state]


@pytest.mark.gen_test
async def test_an_act_on_a_revision_that_has_passed_is_a_conflict(hall):
    case = await hall.case(await hall.file())
    await hall.act(CLERK, case, "ask", note="请补照片")
    with pytest.raises(Conflict, match="case.changed"):
        await hall.act(CLERK, case, "refuse", reason="缺材料")


@pytest.mark.gen_test
async def test_whoever_is_not_at_the_desk_may_look_and_not_act(hall):
    case = await hall.case(await hall.file())
    assert (await hall.desk.get(WANG, case.id)).id == case.id
    for actor in (WANG, REVIEWER):
        assert available(actor, case) == ()
        with pytest.raises(Forbidden, match="case.not_yours"):
            await hall.act(actor, case, "accept")


@pytest.mark.gen_test
async def test_an_administrator_and_another_line_of_duty_find_no_case(hall):
    case = await hall.case(await hall.file())
    for actor in (ADMIN, ELSEWHERE):
        with pytest.raises(NotFound, match="case.unknown"):
            await hall.desk.get(actor, case.id)
    assert (await hall.desk.listing(ELSEWHERE, "lately")).rows == ()
    with pytest.raises(Forbidden):
        await hall.desk.listing(ADMIN)


@pytest.mark.gen_test
async def test_a_case_of_another_area_is_not_there(hall):
    filed = await hall.file()
    case = await hall.case(filed)
    for ask in (
        hall.desk.get(SUN_CLERK, case.id),
        hall.desk.find(SUN_CLERK, filed.case_no),
        hall.desk.get(CLERK, "no"),
    ):
        with pytest.raises(NotFound, match="case.unknown"):
            await ask
    with pytest.raises(NotFound):
        await hall.act(SUN_CLERK, case, "accept")


@pytest.mark.gen_test
async def test_residents_have_no_desk(hall):
    for actor in (hall.chen, hall.anybody):
        with pytest.raises(Forbidden):
            await hall.desk.listing(actor)


@pytest.mark.gen_test
async def test_a_case_is_found_by_its_number_however_it_was_typed(hall):
    number = (await hall.file()).case_no
    assert (await hall.desk.find(CLERK, f" {number[:9]} {number[9:17]} {number[17:]} ")).case_no == number
    with pytest.raises(NotFound):
        await hall.desk.find(CLERK, "")


@pytest.mark.gen_test
async def test_an_unknown_action_is_not_there_and_a_silent_refusal_is_invalid(hall):
    case = await hall.case(await hall.file())
    with pytest.raises(NotFound):
        await hall.act(CLERK, case, "shred")
    with pytest.raises(Invalid):
        await hall.act(CLERK, case, "refuse", reason="\u200b")


@pytest.mark.gen_test
async def test_only_questions_of_the_form_can_be_asked_for(hall):
    case = await hall.case(await hall.file())
    for fields in (["nothing_like_it"], ["age"], ["phone", "__class__"]):
        with pytest.raises(Invalid):
            await hall.act(CLERK, case, "ask", fields=fields)
    asked = await hall.act(CLERK, case, "ask", fields=["photo"], reasons={"photo": "要正面照"})
    assert asked.asked.fields == {"photo": "要正面照"}


@pytest.mark.gen_test
async def test_acceptance_counts_the_promise_from_its_own_day(hall):
    case = await hall.case(await hall.file())
    hall.clock.on(days=5)
    assert (await hall.act(CLERK, case, "accept")).due_on == "2026-11-23"


@pytest.mark.gen_test
async def test_the_list_is_oldest_due_first_and_goes_on_where_the_page_ended(hall):
    for day in range(5):
        hall.clock.on(days=1)
        keys = [f"key-of-lamp-{day}-{n}" for n in range(PAGE // 5 + 1)]
        await asyncio.gather(*(hall.file(item="lamp", key=key, what="灯不亮") for key in keys))
    first = await hall.desk.listing(CLERK)
    second = await hall.desk.listing(CLERK, after=first.next)
    rows = [*first.rows, *second.rows]
    assert (len(first.rows), len(second.rows), second.next, first.waiting) == (PAGE, 5, "", PAGE + 5)
    assert [row.due_on for row in rows] == sorted(row.due_on for row in rows)
    assert len({row.id for row in rows}) == PAGE + 5


@pytest.mark.gen_test
async def test_the_area_shows_what_lies_at_other_desks_and_lately_what_is_closed(hall):
    case = await hall.case(await hall.file())
    await hall.act(CLERK, case, "refuse", reason="户籍不在本县")
    await hall.file(key="key-of-chen-2")
    assert len((await hall.desk.listing(WANG, "area")).rows) == 1
    assert {row.state for row in (await hall.desk.listing(WANG, "lately")).rows} == {"refused", "applied"}
    assert (await hall.desk.listing(SUN_CLERK, "lately")).rows == ()


@pytest.mark.gen_test
async def test_a_line_of_the_list_says_what_and_where_and_how_long(hall):
    await hall.file()
    row = (await hall.desk.listing(CLERK)).rows[0]
    assert (row.title, row.place, row.step, row.name) == (
        "高龄津贴",
        "大关镇丘林村第一网格",
        "受理",
        "陈*兰",
    )
    assert (row.days_left, row.light, row.state) == (10, "green", "applied")
    hall.clock.on(days=30)
    row = (await hall.desk.listing(CLERK)).rows[0]
    assert (row.days_left, row.light) == (-12, "red")


@pytest.mark.parametrize(
    ("left", "promised", "shown"),
    [
        (5, 10, "green"),
        (2, 10, "amber"),
        (1, 1, "amber"),
        (0, 10, "amber"),
        (-1, 10, "red"),
        (4, 20, "amber"),
    ],
)
def test_the_light_turns_in_the_last_fifth_of_the_promise(left, promised, shown):
    assert light(left, promised) == shown


@pytest.mark.gen_test
async def test_an_asked_case_waits_for_its_applicant_and_offers_no_action(hall):
    case = await hall.act(CLERK, await hall.case(await hall.file()), "ask", fields=["phone"])
    assert available(CLERK, case) == ()
    with pytest.raises(Conflict):
        await hall.desk.act(CLERK, case.id, "accept", Act(case.rev))


def test_news_of_a_case_is_heard_at_its_desk_alone():
    feed = Feed()
    news = News("c1", ("529901101|clerk|民政", "529901101|clerk"), "insert")
    with feed.listen(CLERK) as hers, feed.listen(ZHAO) as his, feed.listen(SUN_CLERK) as elsewhere:
        feed.tell(news)
        assert (hers.get_nowait(), his.empty(), elsewhere.empty()) == (news, True, True)


def test_a_listener_who_does_not_keep_up_misses_the_oldest_and_one_who_left_hears_nothing():
    feed = Feed()
    with feed.listen(CLERK) as heard:
        for n in range(150):
            feed.tell(News(f"c{n}", ("529901101|clerk",), "insert"))
        assert (heard.qsize(), heard.get_nowait().id) == (100, "c50")
    feed.tell(News("c151", ("529901101|clerk",), "insert"))
    assert heard.qsize() == 99


@pytest.mark.gen_test
async def test_what_is_in_her_hands_is_not_listed_for_her_at_another_desk(hall):
    case = await hall.act(CLERK, await hall.case(await hall.file()), "take")
    mine = Which(hands="me")
    assert [row.id for row in (await hall.desk.listing(CLERK, which=mine)).rows] == [case.id]
    moved = msgspec.structs.replace(SUN_CLERK, subject=CLERK.subject)
    shown = await hall.desk.shown(moved, which=mine)
    assert (shown.listing.rows, shown.whose) == ((), ())


def test_an_amount_is_no_negative_number():
    for amount in (-1, 10**8):
        with pytest.raises(msgspec.ValidationError):
            msgspec.json.decode(f'{{"rev": 1, "amount": {amount}}}', type=Act)
