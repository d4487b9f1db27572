"""A session in somebody else's name: short, on leave, and never without one's own behind it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.base.errors import Forbidden, LoginNeeded, NotFound
from models.sessions.service import Sessions
from models.sessions.session import SessionOver


class Leaves:
    """Leave to act, by mandate, as a test gives and takes it."""

    def __init__(self):
        self.given = {"m1"}

    async def still(self, mandate_id):
        return mandate_id in self.given


@pytest.fixture
def leaves():
    return Leaves()


@pytest.fixture
def doors(gate, leaves) -> Sessions:
    """Log-in where somebody may act."""
    sessions = gate.another_process()
    sessions._leave = leaves
    return sessions


async def herself(gate, who):
    """``who`` at L2."""
    return gate.sessions.actor_of((await gate.l2(who)).access_token)


async def acting(gate, doors):
    """李明 in 陈桂兰's name: his own actor, and the tokens."""
    li, chen = await herself(gate, gate.town.li), gate.town.chen
    return li, await doors.act(li, "m1", chen.name, chen.id_number)


@pytest.mark.gen_test
async def test_an_acting_session_says_for_whom_and_by_whom(gate, doors):
    li, tokens = await acting(gate, doors)
    actor = doors.actor_of(tokens.access_token)
    assert (actor.name, actor.person, actor.level) == ("陈桂兰", "chen", "L2")
    assert (actor.mandate, actor.agent, actor.behind) == ("m1", "李明", li.session)


@pytest.mark.gen_test
async def test_the_agents_name_is_sealed_in_session_and_token(gate, doors, database):
    _, tokens = await acting(gate, doors)
    rows = repr(await database.collection("sessions").find({}).to_list(None))
    assert "李明" not in rows
    assert "陈桂兰" not in rows
    assert "李明" not in tokens.access_token


@pytest.mark.gen_test
async def test_it_ends_nothing_of_ones_own(gate, doors):
    li, _ = await acting(gate, doors)
    assert await gate.sessions.proof_of(li) == "pin"


@pytest.mark.gen_test
async def test_nobody_acts_below_l2_or_while_acting(gate, doors):
    chen = gate.town.chen
    with pytest.raises(LoginNeeded):
        await doors.act(await gate.l1(gate.town.li), "m1", chen.name, chen.id_number)
    _, tokens = await acting(gate, doors)
    with pytest.raises(Forbidden):
        await doors.act(doors.actor_of(tokens.access_token), "m1", "李明", gate.town.li.id_number)


@pytest.mark.gen_test
async def test_where_nothing_is_known_of_mandates_nobody_acts(gate):
    with pytest.raises(Forbidden):
        await gate.sessions.act(await herself(gate, gate.town.li), "m1", "陈桂兰", gate.town.chen.id_number)


@pytest.mark.gen_test
async def test_nobody_acts_for_somebody_whom_the_registry_does_not_know(gate, doors):
    sun = gate.town.sun
    with pytest.raises(NotFound):
        await doors.act(await herself(gate, gate.town.li), "m1", sun.name, sun.id_number)


@pytest.mark.gen_test
async def test_it_lasts_two_hours_at_the_most(gate, doors, clock):
    _, tokens = await acting(gate, doors)
    for _ in range(7):
        clock.advance(minutes=15)
        tokens = await doors.refresh(tokens.refresh_token)
    clock.advance(minutes=15)
    with pytest.raises(SessionOver):
        await doors.refresh(tokens.refresh_token)


@pytest.mark.gen_test
async def test_it_is_renewed_only_while_leave_holds(gate, doors, leaves):
    _, tokens = await acting(gate, doors)
    tokens = await doors.refresh(tokens.refresh_token)
    leaves.given.clear()
    with pytest.raises(SessionOver):
        await doors.refresh(tokens.refresh_token)


@pytest.mark.gen_test
async def test_leave_that_is_taken_back_ends_it_at_once(gate, doors):
    _, tokens = await acting(gate, doors)
    assert await doors._ledger.end_acting("m1") == 1
    with pytest.raises(SessionOver):
        doors.actor_of(tokens.access_token)


@pytest.mark.gen_test
async def test_it_ends_with_ones_own(gate, doors):
    li, tokens = await acting(gate, doors)
    await doors.end_all(li.subject, "account")
    with pytest.raises(SessionOver):
        doors.actor_of(tokens.access_token)
    with pytest.raises(SessionOver):
        await doors.refresh(tokens.refresh_token)


@pytest.mark.gen_test
async def test_stopping_leaves_ones_own_and_logging_out_leaves_nothing(gate, doors):
    li, tokens = await acting(gate, doors)
    await doors.stop_acting(doors.actor_of(tokens.access_token))
    assert await gate.sessions.proof_of(li) == "pin"
    again = await doors.act(li, "m1", "陈桂兰", gate.town.chen.id_number)
    await doors.logout(doors.actor_of(again.access_token))
    assert await gate.sessions.proof_of(li) == ""


@pytest.mark.gen_test
async def test_the_principal_finds_it_among_her_devices_and_ends_it(gate, doors):
    _, tokens = await acting(gate, doors)
    chen = await herself(gate, gate.town.chen)
    line = next(each for each in await doors.devices.of(chen) if not each.current)
    assert line.device == "代办人的设备"
    await doors.devices.end(chen, line.id)
    with pytest.raises(SessionOver):
        doors.actor_of(tokens.access_token)


@pytest.mark.gen_test
async def test_a_staff_account_acts_too_and_no_longer_than_it_stands(gate, doors, town):
    tokens = await doors.staff_login("zhao", "桃李不言-2026", "10.0.0.9")
    zhao = doors.actor_of(tokens.access_token)
    acted = await doors.act(zhao, "m1", "陈桂兰", town.chen.id_number)
    assert doors.actor_of(acted.access_token).agent == "赵科长"
    await doors.end_all("a1", "account")
    with pytest.raises(SessionOver):
        doors.actor_of(acted.access_token)


@pytest.mark.gen_test
async def test_what_an_agent_types_proves_nothing_new_about_her_phone(gate, doors):
    _, tokens = await acting(gate, doors)
    assert await doors.proof_of(doors.actor_of(tokens.access_token)) == ""
    assert timedelta(seconds=tokens.expires_in) <= timedelta(minutes=15)
