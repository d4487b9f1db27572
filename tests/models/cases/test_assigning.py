"""Whose hands a case is in: taken, assigned, dealt out by turns or by chance, given back, and done for a colleague away."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from models.accounts.account import Account
from models.areas.area import chain_of
from models.base.errors import Conflict, Forbidden, Invalid
from models.cases import assigning, transitions
from models.cases.listing import Which
from models.cases.posts import assignable, available
from tests.models.cases.test_flow import HE, NOTICE, SIGNED, WANG, accepted
from tests.models.hall import CLERK, NOON, REVIEWER, SUN_CLERK
from tests.models.hall import ZHAO as COUNTY

MA = msgspec.structs.replace(CLERK, subject="a-ma", name="马办事")
TOWN = msgspec.structs.replace(COUNTY, subject="a-zheng", name="郑镇长", area="529901101", departments=())


async def staffed(hall):
    """Two clerks and a reviewer work for the town."""
    for actor in (CLERK, MA, REVIEWER):
        account = Account(
            actor.subject, actor.subject, actor.name, actor.role, actor.area, chain_of(actor.area)
        )
        await hall.account_repository.put_new([account])
    return hall


def test_a_step_is_in_one_pair_of_hands_and_its_marks_say_whose():
    case = assigning.assign(accepted(), HE, NOON, "approve", "a2", "何审核")
    assert ("@a2" in case.desks, [each for each in case.desks if each.endswith("?")]) == (True, [])
    with pytest.raises(Conflict, match="case.assigned_already"):
        assigning.assign(case, HE, NOON, "approve", "a2", "何审核", "再来")


def test_whoever_takes_it_from_somebody_says_why():
    case = assigning.assign(accepted(), HE, NOON, "approve", "a2", "何审核")
    with pytest.raises(Invalid):
        assigning.assign(case, WANG, NOON, "approve", "a1", "王受理", " ")
    case = assigning.assign(case, WANG, NOON, "approve", "a1", "王受理", "何审核请假")
    assert (case.events[-1].what, case.events[-1].data["from"]) == ("reassigned", "a2")
    with pytest.raises(Invalid):
        assigning.give_back(case, WANG, NOON, "approve", "")
    assert assigning.give_back(case, WANG, NOON, "approve", "回避").active[0].assignee == ""


def test_what_several_sign_is_offered_to_nobody():
    case = accepted(SIGNED)
    assert assignable(REVIEWER, case, case.active[0]) == ()


def test_what_several_sign_is_in_nobodys_hands():
    with pytest.raises(Conflict, match="case.signing"):
        assigning.assign(accepted(SIGNED), HE, NOON, "sign", "a2", "何审核")


def test_a_step_that_is_entered_again_is_anybodys():
    case = assigning.assign(accepted(NOTICE), HE, NOON, "notice", "a2", "何审核")
    case = transitions.hand_on(case, HE, NOON.replace(day=20), "")
    case = transitions.send_back(case, HE, NOON.replace(day=20), "notice", "重新公示")
    assert case.active[0].assignee == ""


@pytest.mark.gen_test
async def test_a_case_that_was_taken_is_no_colleagues_until_she_takes_it_over_with_a_reason(hall):
    hall = await staffed(hall)
    case = await hall.act(CLERK, await hall.case(await hall.file()), "take")
    assert (available(MA, case), available(CLERK, case)[0]) == ((), "accept")
    with pytest.raises(Forbidden, match="case.in_hand"):
        await hall.act(MA, case, "accept")
    with pytest.raises(Invalid):
        await hall.act(MA, case, "take")
    case = await hall.act(MA, case, "take", reason="李办事去村里了")
    assert (await hall.act(MA, case, "accept")).state == "accepted"


@pytest.mark.gen_test
async def test_a_case_is_assigned_to_a_colleague_of_the_same_desk_and_nobody_else(hall):
    hall = await staffed(hall)
    case = await hall.case(await hall.file())
    assert [each.name for each in await hall.desk.colleagues(CLERK, case)] == ["李办事", "马办事"]
    assert await hall.desk.colleagues(SUN_CLERK, case) == ()
    for stranger in ("a-reviewer", "a-sun", ""):
        with pytest.raises(Invalid):
            await hall.act(CLERK, case, "assign", to=stranger)
    for outsider in (REVIEWER, COUNTY):
        with pytest.raises(Forbidden):
            await hall.act(outsider, case, "take")
    case = await hall.act(CLERK, case, "assign", to="a-ma")
    assert case.active[0].assignee_name == "马办事"


@pytest.mark.gen_test
async def test_lists_keep_mine_unassigned_and_all_apart_and_know_items_and_states(hall):
    hall = await staffed(hall)
    first = await hall.act(CLERK, await hall.case(await hall.file()), "take")
    await hall.file(item="lamp", key="key-of-lamp-1", what="灯不亮")

    async def shown(actor, **which):
        return [row.title for row in (await hall.desk.listing(actor, which=Which(**which))).rows]

    assert await shown(CLERK, hands="me") == [first.title]
    assert await shown(CLERK, hands="free") == ["路灯报修"]
    assert sorted(await shown(MA)) == sorted([first.title, "路灯报修"])
    assert (await shown(MA, hands="me"), await shown(MA, item="lamp")) == ([], ["路灯报修"])
    assert (await shown(CLERK, state="accepted"), len(await shown(CLERK, state="applied"))) == ([], 2)
    assert await shown(SUN_CLERK, hands="free") == []


@pytest.mark.gen_test
async def test_a_desk_deals_by_turns_and_leaves_out_whoever_is_away(hall):
    hall = await staffed(hall)
    assert await hall.dealing.run_once() == 0
    await hall.duty.set_mode(TOWN, "民政", "clerk", "turns")
    cases = [await hall.case(await hall.file(key=f"key-of-chen-{n}")) for n in range(3)]
    assert await hall.dealing.run_once() == 3
    hands = [(await hall.cases_repository.get(case.id)).active[0].assignee for case in cases]
    assert sorted(hands) in (["a-clerk", "a-clerk", "a-ma"], ["a-clerk", "a-ma", "a-ma"])
    await hall.duty.begin_leave(MA, "a-clerk", "2026-11-04", "2026-11-06")
    late = [await hall.case(await hall.file(key=f"key-of-chen-{n}")) for n in range(3, 5)]
    await hall.dealing.run_once()
    assert {(await hall.cases_repository.get(case.id)).active[0].assignee for case in late} == {"a-clerk"}


@pytest.mark.gen_test
async def test_a_desk_deals_by_chance_that_a_test_can_foretell(hall):
    hall = await staffed(hall)
    await hall.duty.set_mode(TOWN, "民政", "clerk", "random")
    cases = [await hall.case(await hall.file(key=f"key-of-chen-{n}")) for n in range(3)]
    hall.drawn = [1, 0, 1]
    await hall.dealing.run_once()
    hands = [(await hall.cases_repository.get(case.id)).active[0].assignee for case in cases]
    assert sorted(hands) == ["a-clerk", "a-ma", "a-ma"]


@pytest.mark.gen_test
async def test_two_processes_deal_a_case_once(hall):
    hall = await staffed(hall)
    await hall.duty.set_mode(TOWN, "民政", "clerk", "turns")
    case = await hall.case(await hall.file())
    other = await hall.again()
    done = await asyncio.gather(*(each.dealing.run_once() for each in (hall, other, hall, other)))
    assert (sum(done), (await hall.cases_repository.get(case.id)).rev) == (1, 2)


@pytest.mark.gen_test
async def test_whoever_stands_in_acts_for_the_one_away_and_the_case_says_so_and_it_ends_by_itself(hall):
    hall = await staffed(hall)
    case = await hall.act(CLERK, await hall.case(await hall.file()), "take")
    leave = await hall.duty.begin_leave(CLERK, "a-ma", "2026-11-04", "2026-11-05")
    mine = await hall.desk.listing(MA, which=Which(hands="me"))
    assert [row.id for row in mine.rows] == [case.id]
    hall.clock.on(days=2)
    with pytest.raises(Forbidden, match="case.in_hand"):
        await hall.act(MA, case, "accept")
    hall.clock.on(days=-2)
    done = await hall.act(MA, case, "accept")
    assert (done.events[-1].by.name, done.events[-1].by.instead) == ("马办事", "李办事")
    await hall.duty.end_leave(CLERK, leave.id)
    assert await hall.duty.standing_in(MA) == {}
