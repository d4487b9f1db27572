"""Leaving, pausing, moving on: what an account could do a moment ago it cannot do any more, anywhere."""

from __future__ import annotations

import asyncio

import pytest

from models.accounts.application import Decision, Place
from models.base.actor import Actor
from models.base.errors import Conflict, Forbidden, Invalid, LoginRefused, NotFound
from models.sessions.session import SessionOver

from .conftest import ADMIN, PASSWORD, TOWN_ADMIN, card

WHY = "调离本单位"
OTHER = {"id_number": card("52990119880911003"), "phone": "13900000002"}


def decision(account, reason=WHY):
    return Decision(account.rev, reason)


def stands(ledger, tokens):
    try:
        ledger.actor_of(tokens.access_token)
    except SessionOver:
        return False
    return True


@pytest.mark.gen_test
async def test_who_leaves_is_switched_off_within_a_second_in_every_process(office):
    account = await office.approved()
    other, door = office.another_process()
    watch = await office.told(other)
    here, _ = await office.login(account)
    there = await door.login(account.username, PASSWORD, "b")
    await office.staffing.close(ADMIN, account.id, decision(account))
    assert not stands(office.ledger, here)
    async with asyncio.timeout(1):
        while stands(other, here) or stands(other, there):
            await asyncio.sleep(0.01)
    await watch.stop()


@pytest.mark.gen_test
async def test_a_process_that_hears_nothing_refuses_after_fifteen_minutes_and_never_refreshes(office):
    account = await office.approved()
    tokens, _ = await office.login(account)
    deaf, door = office.another_process()
    await office.staffing.close(ADMIN, account.id, decision(account))
    with pytest.raises(SessionOver):
        await deaf.refresh(tokens.refresh_token, door.renew)
    office.advance(minutes=15)
    assert not stands(deaf, tokens)


@pytest.mark.gen_test
async def test_a_closed_account_logs_in_no_more_and_says_nothing_about_itself(office):
    account = await office.approved()
    await office.staffing.close(ADMIN, account.id, decision(account))
    with pytest.raises(LoginRefused) as closed:
        await office.door.login(account.username, PASSWORD, "a")
    with pytest.raises(LoginRefused) as unknown:
        await office.door.login("nobody", PASSWORD, "a")
    assert closed.value.message == unknown.value.message


@pytest.mark.gen_test
async def test_of_logging_in_and_closing_at_once_no_session_is_left(office):
    account = await office.approved()
    done = await asyncio.gather(
        *(office.door.login(account.username, PASSWORD, "a") for _ in range(4)),
        office.staffing.close(ADMIN, account.id, decision(account)),
        return_exceptions=True,
    )
    tokens = [one for one in done[:4] if not isinstance(one, Exception)]
    assert await office.ledger.of_subject(account.id) == []
    assert not [one for one in tokens if stands(office.ledger, one)]


@pytest.mark.gen_test
async def test_a_suspended_account_comes_back_and_its_old_sessions_do_not(office):
    account = await office.approved()
    tokens, _ = await office.login(account)
    paused = await office.staffing.suspend(ADMIN, account.id, decision(account, "产假"))
    with pytest.raises(LoginRefused):
        await office.login(account)
    back = await office.staffing.resume(ADMIN, account.id, decision(paused, "返岗"))
    assert not stands(office.ledger, tokens)
    assert (await office.login(account))[1].role == "approver"
    assert [entry.reason for entry in back.history][2:] == ["产假", "返岗"]


@pytest.mark.gen_test
async def test_a_new_place_is_in_force_at_once(office):
    account = await office.approved()
    tokens, _ = await office.login(account)
    await office.staffing.move(ADMIN, account.id, Place("clerk", "529901101"), decision(account, "轮岗"))
    assert not stands(office.ledger, tokens)
    _, actor = await office.login(account)
    assert (actor.role, actor.area, actor.departments) == ("clerk", "529901101", ())


@pytest.mark.gen_test
async def test_an_administrator_moves_nobody_out_of_or_into_what_is_not_hers(office):
    hers = await office.approved(role="clerk", area="529901102", departments=())
    elsewhere = await office.approved(role="clerk", area="529901101", departments=(), **OTHER)
    with pytest.raises(Forbidden):
        await office.staffing.move(TOWN_ADMIN, hers.id, Place("clerk", "529901"), decision(hers))
    with pytest.raises(NotFound):
        await office.staffing.move(TOWN_ADMIN, elsewhere.id, Place("clerk", "529901102"), decision(elsewhere))
    with pytest.raises(NotFound):
        await office.staffing.close(TOWN_ADMIN, elsewhere.id, decision(elsewhere))


@pytest.mark.gen_test
async def test_a_place_without_work_for_the_role_is_no_place(office):
    account = await office.approved()
    for place in (Place("grid", "529901"), Place("clerk", "110101"), Place("clerk", "529901", ("天文台",))):
        with pytest.raises(Invalid):
            await office.staffing.move(ADMIN, account.id, place, decision(account))


@pytest.mark.gen_test
async def test_nobody_changes_her_own_account(office):
    boss = await office.administrator()
    mine, staffing = await office.accounts.get(boss.subject), office.staffing
    for change in (staffing.suspend, staffing.close, staffing.resume, staffing.reset_second):
        with pytest.raises(Forbidden):
            await change(boss, mine.id, decision(mine))
    with pytest.raises(Forbidden):
        await staffing.move(boss, mine.id, Place("approver", "529901"), decision(mine))


@pytest.mark.gen_test
async def test_who_saw_an_older_state_changes_nothing(office):
    account = await office.approved()
    paused = await office.staffing.suspend(ADMIN, account.id, decision(account))
    with pytest.raises(Conflict):
        await office.staffing.resume(ADMIN, account.id, decision(account))
    with pytest.raises(Invalid):
        await office.staffing.resume(ADMIN, account.id, decision(paused, ""))
    assert (await office.accounts.get(account.id)).state == "suspended"


@pytest.mark.gen_test
async def test_what_is_closed_stays_closed_and_closing_again_ends_sessions_again(office):
    account = await office.approved()
    gone = await office.staffing.close(ADMIN, account.id, decision(account))
    assert (await office.staffing.close(ADMIN, account.id, decision(account))).rev == gone.rev
    for change in (office.staffing.resume, office.staffing.suspend):
        with pytest.raises(Conflict):
            await change(ADMIN, account.id, decision(gone))


@pytest.mark.gen_test
async def test_a_reset_second_factor_is_gone_ends_sessions_and_is_written_down(office):
    account = await office.approved()
    await office.second.begin(account.id, "赵科长")
    tokens, _ = await office.login(account)
    done = await office.staffing.reset_second(ADMIN, account.id, decision(account, "手机遗失"))
    entry = done.history[-1]
    assert (entry.what, entry.by_name, entry.reason) == ("second_reset", "系统管理员", "手机遗失")
    assert not stands(office.ledger, tokens)
    assert not await office.second.reset(account.id)


@pytest.mark.gen_test
async def test_a_closed_grid_worker_stands_on_no_plate(office):
    grid = "529901101201G01"
    wang = await office.approved(role="grid", area=grid, departments=(), work_phone="19900900001")
    assert (await office.accounts.grid_worker_of(grid)).work_phone == "19900900001"
    await office.staffing.suspend(ADMIN, wang.id, decision(wang))
    assert await office.accounts.grid_worker_of(grid) is None


@pytest.mark.gen_test
async def test_applications_are_not_among_the_accounts_and_states_are_shown(office):
    account = await office.approved()
    await office.applied(**OTHER)
    await office.staffing.close(ADMIN, account.id, decision(account))
    supervisor = Actor("staff", subject="a-sup", role="supervisor", area="529901")
    lines = await office.accounts.list_for(supervisor)
    assert [(line.name, line.state, line.active) for line in lines] == [("赵科长", "closed", False)]
