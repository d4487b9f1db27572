"""Refresh tokens: used once, shared by tabs that race, the end of the session when they come back late."""

from __future__ import annotations

import asyncio

import pytest

from models.sessions.session import SessionOver


async def l1(gate, who):
    return await gate.sessions.login_l1(who.name, who.id_number, "device-1", "a")


async def refused(gate, token):
    with pytest.raises(SessionOver) as refusal:
        await gate.sessions.refresh(token)
    return refusal.value.required


@pytest.mark.gen_test
async def test_a_refresh_gives_new_tokens_for_the_same_actor(gate, town, clock):
    first = await gate.l2(town.chen)
    clock.advance(minutes=20)
    second = await gate.sessions.refresh(first.refresh_token)
    assert second.refresh_token != first.refresh_token
    actor = gate.sessions.actor_of(second.access_token)
    assert (actor.level, actor.name, actor.household, actor.device) == ("L2", "陈桂兰", "h12", "device-1")


@pytest.mark.gen_test
async def test_two_tabs_that_race_end_up_with_the_same_token(gate, town):
    first = await l1(gate, town.chen)
    tabs = [gate.sessions, gate.another_process()] * 4
    answers = await asyncio.gather(*(tab.refresh(first.refresh_token) for tab in tabs))
    assert len({tokens.refresh_token for tokens in answers}) == 1
    assert await gate.sessions.refresh(answers[0].refresh_token)


@pytest.mark.gen_test
async def test_an_answer_lost_on_the_way_may_be_asked_for_again_within_a_minute(gate, town, clock):
    first = await l1(gate, town.chen)
    lost = await gate.sessions.refresh(first.refresh_token)
    clock.advance(seconds=60)
    assert (await gate.sessions.refresh(first.refresh_token)).refresh_token == lost.refresh_token


@pytest.mark.gen_test
async def test_a_used_token_that_comes_back_later_ends_the_session_for_both(gate, town, clock, database):
    first = await l1(gate, town.chen)
    second = await gate.sessions.refresh(first.refresh_token)
    clock.advance(seconds=61)
    assert await refused(gate, first.refresh_token) == "L1"
    await refused(gate, second.refresh_token)
    with pytest.raises(SessionOver):
        gate.sessions.actor_of(second.access_token)
    assert (await database.collection("sessions").find_one({}))["ended_why"] == "reused"


@pytest.mark.gen_test
async def test_a_token_from_two_rotations_ago_is_theft_even_at_once(gate, town):
    first = await l1(gate, town.chen)
    second = await gate.sessions.refresh(first.refresh_token)
    third = await gate.sessions.refresh(second.refresh_token)
    await refused(gate, first.refresh_token)
    await refused(gate, third.refresh_token)


@pytest.mark.gen_test
async def test_a_token_that_we_never_made_ends_nothing(gate, town):
    first = await l1(gate, town.chen)
    session_id, secret, tag = first.refresh_token.split(".")
    for forged in (
        "",
        "陈桂兰",
        f"{session_id}.{'0' * 64}.{tag}",
        f"{session_id}.{secret}",
        first.refresh_token + "0",
    ):
        await refused(gate, forged)
    assert await gate.sessions.refresh(first.refresh_token)


@pytest.mark.gen_test
async def test_refresh_tokens_are_not_in_the_database(gate, town, database):
    first = await l1(gate, town.chen)
    second = await gate.sessions.refresh(first.refresh_token)
    row = str(await database.collection("sessions").find_one({}))
    for token in (first.refresh_token, second.refresh_token):
        assert token.split(".")[1] not in row


@pytest.mark.gen_test
async def test_a_resting_session_ends_and_a_busy_one_ends_too(gate, town, clock):
    resting = await l1(gate, town.chen)
    clock.advance(hours=12)
    await refused(gate, resting.refresh_token)
    busy = await l1(gate, town.chen)
    for _ in range(3):
        clock.advance(hours=7)
        busy = await gate.sessions.refresh(busy.refresh_token)
    clock.advance(hours=3)
    await refused(gate, busy.refresh_token)


@pytest.mark.gen_test
async def test_the_last_access_token_does_not_outlive_its_session(gate, town, clock):
    tokens = await l1(gate, town.chen)
    for hours in (11, 11, 1):
        clock.advance(hours=hours)
        tokens = await gate.sessions.refresh(tokens.refresh_token)
    clock.advance(minutes=55)
    tokens = await gate.sessions.refresh(tokens.refresh_token)
    assert tokens.expires_in == 300


@pytest.mark.gen_test
async def test_who_moves_house_sees_the_new_one_and_who_leaves_the_registry_nothing(gate, town):
    tokens = await gate.l2(town.chen)
    town.chen.household_id = "h99"
    tokens = await gate.sessions.refresh(tokens.refresh_token)
    assert gate.sessions.actor_of(tokens.access_token).household == "h99"
    town.residents.remove(town.chen)
    await refused(gate, tokens.refresh_token)


@pytest.mark.gen_test
async def test_logging_out_ends_both_tokens(gate, town):
    tokens = await gate.l2(town.chen)
    await gate.sessions.logout(gate.sessions.actor_of(tokens.access_token))
    await refused(gate, tokens.refresh_token)
    with pytest.raises(SessionOver):
        gate.sessions.actor_of(tokens.access_token)


@pytest.mark.gen_test
async def test_another_process_hears_of_the_end_or_forgets_in_fifteen_minutes(gate, town, clock):
    tokens, other = await gate.l2(town.chen), gate.another_process()
    actor = other.actor_of(tokens.access_token)
    await gate.sessions.logout(actor)
    other.ended(actor.session)
    with pytest.raises(SessionOver):
        other.actor_of(tokens.access_token)
    clock.advance(minutes=15)
    with pytest.raises(SessionOver):
        gate.another_process().actor_of(tokens.access_token)


@pytest.mark.gen_test
async def test_rising_to_l2_leaves_the_l1_session_behind(gate, town):
    low = await l1(gate, town.chen)
    actor = gate.sessions.actor_of(low.access_token)
    high = await gate.sessions.confirm_pin(actor, town.chen.plate, town.chen.pin, "a")
    assert gate.sessions.actor_of(high.access_token).session != actor.session
    await refused(gate, low.refresh_token)
