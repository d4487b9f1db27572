"""Lights on the real database: put up once, explained, decided by others, replayed from the events."""

from __future__ import annotations

import asyncio
from datetime import date

import msgspec
import pytest

from models.base.errors import Conflict, Forbidden, Invalid, NotFound
from models.cases.watching import Watching
from models.supervision.repository import LightRepository
from models.supervision.rule import load_rules
from models.supervision.service import ByHand, Supervision, moves_of
from tests.models.hall import CLERK, REVIEWER, SUN_CLERK, ZHAO, Hall

pytestmark = pytest.mark.gen_test

INSPECTOR = msgspec.structs.replace(ZHAO, subject="a-insp", name="周监督", role="supervisor", departments=())


@pytest.fixture
def watch(io_loop, hall: Hall, database) -> Supervision:
    """Supervision of the hall's cases."""
    io_loop.run_sync(lambda: database.ensure(LightRepository.COLLECTIONS))
    return supervision(hall)


def supervision(hall: Hall) -> Supervision:
    return Supervision(
        LightRepository(hall.database), Watching(hall.database), load_rules(), hall.clock, hall.days
    )


async def late(hall: Hall, watch: Supervision):
    """A case that nobody accepts in time, and its yellow light."""
    filed = await hall.file()
    hall.clock.on(days=8)
    await watch.sweep()
    case = await hall.case(filed)
    return case, f"{case.id}:accept.late:accept.1:yellow"


async def test_a_sweep_puts_a_light_up_once(hall, watch):
    await late(hall, watch)
    assert await watch.sweep() == 0
    assert [light.level for light in await watch.mine(CLERK)] == ["yellow", "warning"]


async def test_two_processes_sweeping_at_once_put_up_no_light_twice(hall, watch):
    await hall.file()
    hall.clock.on(days=8)
    await asyncio.gather(*(supervision(hall).sweep() for _ in range(5)))
    assert await hall.database.collection("lights").count_documents({}) == 2


async def test_only_what_has_moved_or_is_due_is_read_again(hall, watch):
    filed = await hall.file()
    await watch.sweep()
    assert await Watching(hall.database).due(date(2026, 11, 5), 10) == []
    await hall.act(CLERK, await hall.case(filed), "accept")
    assert len(await Watching(hall.database).due(date(2026, 11, 5), 10)) == 1


async def test_a_decided_case_is_judged_once_more_and_then_left_alone(hall, watch):
    await hall.granted(await hall.file())
    await watch.sweep()
    hall.clock.on(days=400)
    assert await Watching(hall.database).due(date(2028, 1, 1), 10) == []


async def test_nothing_personal_stands_in_a_light(hall, watch):
    await late(hall, watch)
    kept = await hall.raw("lights")
    assert "陈桂兰" not in kept
    assert "19900000001" not in kept


async def test_the_responsible_explains_and_another_decides(hall, watch):
    _, light = await late(hall, watch)
    told = await watch.act(CLERK, light, "explain", 1, "申请人要求等她儿子回来")
    assert (told.state, moves_of(CLERK, told)) == ("explained", ())
    done = await watch.act(INSPECTOR, light, "cancel", 2, "情况属实")
    assert (done.state, [said.what for said in done.said]) == ("cancelled", ["explain", "cancel"])


async def test_what_was_upheld_can_be_appealed_once(hall, watch):
    _, light = await late(hall, watch)
    await watch.act(INSPECTOR, light, "uphold", 1, "没有说明")
    await watch.act(CLERK, light, "appeal", 2, "当日停电")
    confirmed = await watch.act(INSPECTOR, light, "uphold", 3, "停电只有两小时")
    assert (confirmed.state, moves_of(CLERK, confirmed), moves_of(INSPECTOR, confirmed)) == (
        "confirmed",
        (),
        (),
    )
    with pytest.raises(Conflict):
        await watch.act(CLERK, light, "appeal", 4, "再申诉")


async def test_who_is_not_responsible_explains_nothing_and_who_is_decides_nothing(hall, watch):
    _, light = await late(hall, watch)
    with pytest.raises(NotFound):
        await watch.act(INSPECTOR, light, "explain", 1, "替他说明")
    with pytest.raises(Forbidden):
        await watch.act(CLERK, light, "cancel", 1, "自己撤销")


async def test_another_town_does_not_know_that_there_is_a_light(hall, watch):
    _, light = await late(hall, watch)
    with pytest.raises(NotFound):
        await watch.get(SUN_CLERK, light)
    with pytest.raises(NotFound):
        await watch.get(REVIEWER, light)


async def test_saying_nothing_is_no_explanation_and_an_old_page_changes_nothing(hall, watch):
    _, light = await late(hall, watch)
    with pytest.raises(Invalid):
        await watch.act(CLERK, light, "explain", 1, "   ")
    await watch.act(CLERK, light, "explain", 1, "漏看了")
    with pytest.raises(Conflict):
        await watch.act(INSPECTOR, light, "uphold", 1, "旧页面")


async def test_two_who_decide_at_once_decide_once(hall, watch):
    _, light = await late(hall, watch)
    both = await asyncio.gather(
        *(watch.act(INSPECTOR, light, move, 1, "依据") for move in ("uphold", "cancel")),
        return_exceptions=True,
    )
    assert sum(isinstance(each, Conflict) for each in both) == 1


async def test_the_superior_is_asked_after_two_working_days_without_an_answer(hall, watch):
    _, light = await late(hall, watch)
    assert (await watch.get(INSPECTOR, light)).superior is False
    hall.clock.on(days=5)
    await watch.sweep()
    assert (await watch.get(INSPECTOR, light)).superior is True


async def test_the_board_counts_and_lists_what_is_not_settled(hall, watch):
    _, light = await late(hall, watch)
    board = await watch.board(INSPECTOR)
    assert board.counts["yellow"] == {"open": 1}
    assert light in [each.id for each in board.lights]
    assert {each.level for each in board.lights} == {"yellow"}
    assert {each.level for each in (await watch.board(INSPECTOR, "warning")).lights} == {"warning"}
    with pytest.raises(Forbidden):
        await watch.board(CLERK)


async def test_a_replay_gives_the_same_lights_again(hall, watch):
    filed = await hall.file()
    for _ in range(24):
        hall.clock.on(days=1)
        await watch.sweep()
        if hall.clock().day == 12:
            await hall.act(CLERK, await hall.case(filed), "accept")
    told = await watch.replay(date(2026, 11, 4))
    assert (told.missing, told.surplus) == ((), ())
    assert (told.cases, told.days) == (1, 25)
    assert told.lights >= 5


async def test_a_replay_names_a_light_that_was_taken_away_and_one_that_was_put_in(hall, watch):
    _, light = await late(hall, watch)
    lights = hall.database.collection("lights")
    row = await lights.find_one({"_id": light})
    await lights.delete_one({"_id": light})
    await lights.insert_one({**row, "_id": "forged:step.late:check.1:red"})
    told = await watch.replay(date(2026, 11, 4))
    assert (told.missing, told.surplus) == ((light,), ("forged:step.late:check.1:red",))


CHARGED = ByHand("charged", "red", "窗口另收了二十元工本费，收据已拍照")


async def test_what_no_event_shows_is_put_up_by_hand_explained_and_cancelled(hall, watch):
    case = await hall.case(await hall.file())
    light = await watch.put_up(INSPECTOR, case.id, CHARGED)
    assert (light.level, light.superior, [said.what for said in light.said]) == ("red", True, ["raise"])
    assert light.id in [each.id for each in await watch.mine(CLERK)]
    told = await watch.act(CLERK, light.id, "explain", 1, "是复印费，已退还")
    done = await watch.act(INSPECTOR, told.id, "cancel", 2, "收据上写的是复印费")
    assert done.state == "cancelled"


async def test_a_light_put_up_by_hand_says_which_and_why_and_only_those_may_who_supervise(hall, watch):
    case = await hall.case(await hall.file())
    with pytest.raises(Invalid) as refused:
        await watch.put_up(INSPECTOR, case.id, ByHand("step.late", "warning", "x"))
    assert [each.field for each in refused.value.problems] == ["rule", "level"]
    with pytest.raises(Invalid):
        await watch.put_up(INSPECTOR, case.id, ByHand("charged", "red", "  "))
    with pytest.raises(Forbidden):
        await watch.put_up(CLERK, case.id, CHARGED)
    elsewhere = msgspec.structs.replace(INSPECTOR, area="529901102")
    with pytest.raises(NotFound):
        await watch.put_up(elsewhere, case.id, CHARGED)


async def test_a_replay_leaves_what_was_put_up_by_hand_alone(hall, watch):
    case, _ = await late(hall, watch)
    await watch.put_up(INSPECTOR, case.id, CHARGED)
    told = await watch.replay(date(2026, 11, 4))
    assert (told.missing, told.surplus) == ((), ())


async def test_who_has_seen_a_light_stands_on_it_once_and_no_page_grows_old_by_it(hall, watch):
    _, light = await late(hall, watch)
    for actor in (CLERK, CLERK, INSPECTOR):
        await watch.opened(actor, light)
    found = await watch.get(INSPECTOR, light)
    assert ([each.name for each in found.seen], found.rev) == (["李办事", "周监督"], 1)
    told = await watch.act(CLERK, light, "explain", 1, "漏看了")
    assert [each.name for each in (await watch.get(CLERK, told.id)).seen] == ["李办事", "周监督"]


async def test_a_first_sweep_of_many_cases_marks_every_one_of_them(hall, watch):
    filed = await hall.file()
    row = await hall.database.collection("cases").find_one({"receipt": filed.receipt})
    copies = [
        {**row, "_id": f"{n:020x}", "submission_key": f"k{n}", "receipt": f"R{n}", "rev": 1 + n % 3,
         "number": {**row["number"], "seq": n + 10}}
        for n in range(2500)
    ]  # fmt: skip
    await hall.database.collection("cases").insert_many(copies)
    hall.clock.on(days=8)
    assert await watch.sweep() == 2 * 2501
    assert await Watching(hall.database).due(date(2026, 11, 12), 10) == []
    assert await watch.sweep() == 0


async def test_a_warning_is_over_when_what_it_warned_of_has_ended(hall, watch):
    filed = await hall.file()
    hall.clock.on(days=6)
    await watch.sweep()
    assert [light.level for light in await watch.mine(CLERK)] == ["warning"]
    assert await watch.waiting(CLERK) == 0  # it asks for no explanation
    await hall.act(CLERK, await hall.case(filed), "accept")
    await watch.sweep()
    assert await watch.mine(CLERK) == ()
    assert [row["state"] async for row in hall.database.collection("lights").find({})] == ["over"]


async def test_a_warning_is_never_taken_to_the_superior(hall, watch):
    await hall.file()
    hall.clock.on(days=6)
    await watch.sweep()
    hall.clock.on(days=3)
    await watch.sweep()
    warnings = hall.database.collection("lights").find({"level": "warning"})
    assert [row["superior"] async for row in warnings] == [False]
