"""Ratings on the real database: heard once, put right by the rated, called back by others, published."""

from __future__ import annotations

import asyncio
import json

import msgspec
import pytest

from models.base.errors import Conflict, Forbidden, Invalid, NotFound
from models.cases.rated import RatedCases
from models.codes.code import Code, Target
from models.ratings.rating import STATES
from models.ratings.repository import RatingRepository
from models.ratings.service import Move, Task, Watched
from models.ratings.visits import Visited
from qr import grammar
from server.parts.ratings import build_ratings
from tests.models.hall import CHEN_CARD, CLERK, REVIEWER, SUN_CLERK, ZHAO, Hall

pytestmark = pytest.mark.gen_test

INSPECTOR = msgspec.structs.replace(ZHAO, subject="a-insp", name="周监督", role="supervisor", departments=())
TOWN = "529901101"
WORDS = f"我是陈桂兰{CHEN_CARD}，电话19900000001，等了一上午"


@pytest.fixture
def desk(io_loop, hall: Hall, database):
    """The slice, put together as the server does."""
    io_loop.run_sync(lambda: database.ensure(RatingRepository.COLLECTIONS))
    return slice_of(hall)


def slice_of(hall: Hall):
    return build_ratings(
        database=hall.database, cipher=hall.cipher, clock=hall.clock, days=hall.days, county="529901",
        areas=hall.areas, codes=hall.codes,
    )  # fmt: skip


async def rated(hall: Hall, desk, stars=1, words=WORDS, key="key-of-chen-1"):
    """A case that 赵科长 of the county granted and 陈桂兰 rated; the case and the rating's id."""
    filed = await hall.file(key=key)
    await hall.granted(filed)
    await hall.receipts.rate(hall.chen, filed.receipt, stars, words, ("slow",) if stars < 3 else ())
    await desk.hearing.run_once()
    row = await hall.database.collection("ratings").find_one(sort=[("at", -1)])
    return await hall.case(filed), row["_id"]


async def window(hall: Hall, area=TOWN) -> str:
    """The code of a window in the hall of 大关镇."""
    code = Code(grammar.new("P"), "P", ("529901", area), Target(point="便民服务中心3号窗口"), hall.clock())
    await hall.codes.issue([code])
    return code.id


async def visited(desk, code: str, stars=2, **said):
    ticket = (await desk.visits.open(code)).ticket
    return await desk.visits.rate(code, Visited(stars, ticket=ticket, **said))


async def test_a_rating_is_heard_once_and_goes_to_the_desk_that_decided(hall, desk):
    await rated(hall, desk)
    assert await desk.hearing.run_once() == 0
    (task,) = (await desk.ratings.listing(ZHAO)).tasks
    assert (task.level_name, task.reasons, task.month) == ("非常不满意", ("等得太久，办得慢",), "2026-11")
    assert (await desk.ratings.listing(REVIEWER)).tasks == ()


async def test_processes_that_hear_at_once_or_die_halfway_leave_one_rating(hall, desk):
    filed = await hall.file()
    await hall.granted(filed)
    await hall.receipts.rate(hall.chen, filed.receipt, 2, "")
    mark = await RatedCases(hall.database, hall.cipher).waiting(10)
    await asyncio.gather(*(slice_of(hall).hearing.run_once() for _ in range(5)))
    cases = hall.database.collection("cases")
    await cases.update_one(
        {"_id": mark[0].case.id}, {"$set": {"unheard_at": mark[0].since}}
    )  # died before the end
    assert await desk.hearing.run_once() == 0
    assert await hall.database.collection("ratings").count_documents({}) == 1


async def test_the_rated_learn_neither_who_nor_which_nor_the_day(hall, desk):
    case, rating = await rated(hall, desk)
    told = msgspec.json.encode(await desk.ratings.get(ZHAO, rating)).decode()
    told += msgspec.json.encode(await desk.ratings.listing(ZHAO)).decode()
    for secret in (
        "陈桂兰",
        CHEN_CARD,
        "19900000001",
        case.id,
        case.case_no,
        case.receipt,
        "2026-11-04",
        "2026-11-25",
    ):
        assert secret not in told, secret
    assert "等了一上午" in told


async def test_their_own_page_of_the_case_tells_nothing_of_it_either(hall, desk):
    case, _ = await rated(hall, desk)
    seen = await hall.desk.get(ZHAO, case.id)
    assert (seen.rating, [each.what for each in seen.events if each.what == "rated"]) == (None, [])
    assert (await hall.desk.get(INSPECTOR, case.id)).rating is not None


async def test_who_supervises_sees_the_case_and_the_words(hall, desk):
    case, rating = await rated(hall, desk)
    seen = await desk.ratings.get(INSPECTOR, rating)
    assert isinstance(seen, Watched)
    assert (seen.rating.case_no, seen.rating.words) == (case.case_no, WORDS)
    (line,) = (await desk.ratings.listing(INSPECTOR)).ratings
    assert (line.rating.id, line.rating.words) == (rating, "")


async def test_others_do_not_know_that_there_is_one(hall, desk):
    _, rating = await rated(hall, desk)
    for actor in (SUN_CLERK, REVIEWER, CLERK):
        with pytest.raises(NotFound):
            await desk.ratings.get(actor, rating)


async def test_words_lie_sealed(hall, desk):
    await rated(hall, desk)
    kept = await hall.raw("ratings")
    assert CHEN_CARD not in kept
    assert "陈桂兰" not in kept


async def test_put_right_and_called_back(hall, desk):
    _, rating = await rated(hall, desk)
    told = await desk.ratings.act(ZHAO, rating, "answer", Move(1, "已道歉并加开窗口"))
    assert isinstance(told, Task)
    assert await desk.ratings.waiting(INSPECTOR) == 1
    done = await desk.ratings.act(INSPECTOR, rating, "call_back", Move(2, "陈桂兰说好了", "satisfied"))
    assert (done.rating.state, done.moves) == ("closed", ())
    office = await desk.ratings.get(ZHAO, rating)
    assert [each.text for each in office.said] == ["已道歉并加开窗口", "满意"]


async def test_who_handled_the_case_neither_calls_nor_decides(hall, desk):
    _, rating = await rated(hall, desk)
    moved = msgspec.structs.replace(INSPECTOR, subject=REVIEWER.subject)  # the reviewer, now a supervisor
    with pytest.raises(NotFound):
        await desk.ratings.get(moved, rating)
    assert (await desk.ratings.listing(moved)).ratings == ()
    await desk.ratings.act(ZHAO, rating, "answer", Move(1, "改了"))
    with pytest.raises(Forbidden):
        await desk.ratings.act(ZHAO, rating, "call_back", Move(2, "满意", "satisfied"))


async def test_the_supervisor_answers_for_nobody(hall, desk):
    _, rating = await rated(hall, desk)
    with pytest.raises(Forbidden):
        await desk.ratings.act(INSPECTOR, rating, "answer", Move(1, "替他答"))


async def test_an_upheld_appeal_is_out_of_the_figures_and_still_there(hall, desk):
    _, rating = await rated(hall, desk)
    await desk.ratings.act(ZHAO, rating, "appeal", Move(1, "评的是别家"))
    await desk.ratings.act(INSPECTOR, rating, "uphold", Move(2, "属实"))
    assert (await desk.figures.of()).months == ()
    assert await hall.database.collection("ratings").count_documents({}) == 1


async def test_two_who_decide_at_once_decide_once(hall, desk):
    _, rating = await rated(hall, desk)
    await desk.ratings.act(ZHAO, rating, "appeal", Move(1, "错评"))
    both = await asyncio.gather(
        *(desk.ratings.act(INSPECTOR, rating, name, Move(2, "依据")) for name in ("uphold", "reject")),
        return_exceptions=True,
    )
    assert sum(isinstance(each, Conflict) for each in both) == 1


async def test_fifteen_working_days_and_then_it_is_overdue(hall, desk):
    _, rating = await rated(hall, desk)
    assert (await desk.ratings.get(INSPECTOR, rating)).rating.due_on == "2026-11-25"
    hall.clock.on(days=20)
    assert (await desk.ratings.get(ZHAO, rating)).overdue  # since Monday
    assert not (await desk.ratings.get(INSPECTOR, rating)).overdue
    hall.clock.on(days=2)
    assert (await desk.ratings.get(INSPECTOR, rating)).overdue


async def test_a_good_rating_is_counted_and_is_nobodys_task(hall, desk):
    _, rating = await rated(hall, desk, stars=5)
    assert (await desk.ratings.listing(ZHAO)).tasks == ()
    with pytest.raises(NotFound):
        await desk.ratings.get(ZHAO, rating)
    assert (await desk.ratings.listing(INSPECTOR, ("kept",))).ratings[0].rating.id == rating


async def test_a_visit_is_rated_once_with_its_ticket(hall, desk):
    code = await window(hall)
    ticket = (await desk.visits.open(code)).ticket
    both = await asyncio.gather(*(desk.visits.rate(code, Visited(4, ticket=ticket)) for _ in range(4)))
    assert sorted(both) == [False, False, False, True]


async def test_a_ticket_holds_for_its_window_and_half_an_hour(hall, desk):
    here, there = await window(hall), await window(hall, "529901102")
    ticket = (await desk.visits.open(here)).ticket
    with pytest.raises(Invalid):
        await desk.visits.rate(there, Visited(4, ticket=ticket))
    with pytest.raises(Invalid):
        await desk.visits.rate(here, Visited(4, ticket="k1." + "A" * 60))
    hall.clock.on(minutes=31)
    with pytest.raises(Invalid):
        await desk.visits.rate(here, Visited(4, ticket=ticket))


async def test_a_door_is_no_window(hall, desk):
    with pytest.raises(NotFound):
        await desk.visits.open(hall.codes_of["chen"])


async def test_a_bad_visit_goes_to_the_clerks_and_its_phone_to_who_calls(hall, desk):
    await visited(desk, await window(hall), words="打13900001111", phone="13900001111")
    (task,) = (await desk.ratings.listing(CLERK)).tasks
    assert "13900001111" not in json.dumps(msgspec.to_builtins(task))
    seen = await desk.ratings.get(msgspec.structs.replace(INSPECTOR, area=TOWN), task.id)
    assert seen.rating.phone == "13900001111"
    assert "13900001111" not in await hall.raw("ratings")


async def test_figures_of_a_hall_tell_of_five_and_more(hall, desk):
    code = await window(hall)
    for stars in (5, 5, 5, 5):
        await visited(desk, code, stars)
    assert (await slice_of(hall).figures.of(TOWN)).months[0].total is None
    await visited(desk, code, 5)
    told = await slice_of(hall).figures.of(TOWN)
    assert (told.months[0].total, told.months[0].satisfied, told.items[0].key) == (5, 100, "")
    assert (await slice_of(hall).figures.of("529901102")).months == ()
    with pytest.raises(NotFound):
        await desk.figures.of("none")


async def test_figures_are_read_from_their_index_alone(hall, desk):
    await visited(desk, await window(hall), 5)
    ratings = hall.database.collection("ratings")
    match = {"areas": TOWN, "counted": True, "month": {"$gte": "2025-12"}}
    stages = [
        {"$match": match},
        {"$group": {"_id": {"m": "$month", "i": "$item", "l": "$level"}, "n": {"$sum": 1}}},
    ]
    plan = await ratings.database.command(
        "explain", {"aggregate": "ratings", "pipeline": stages, "cursor": {}}, verbosity="queryPlanner"
    )
    assert '"figures"' in json.dumps(plan, default=str)
    assert "FETCH" not in json.dumps(
        plan["queryPlanner"]["winningPlan"] if "queryPlanner" in plan else plan, default=str
    )


def test_every_state_has_its_word():
    assert set(STATES) >= {"kept", "open", "answered", "appealed", "closed", "set_aside"}
