"""One-time codes: to the phone on record, for one session, five minutes, once."""

from __future__ import annotations

import asyncio

import pytest

from models.base.errors import LoginRefused, TooMany


async def confirmed(gate, actor, code):
    try:
        return (await gate.sessions.confirm_otp(actor, code, "10.0.0.1")).level
    except LoginRefused:
        return None


@pytest.mark.gen_test
async def test_the_code_goes_to_the_phone_on_record_and_gives_l2(gate, town):
    chen = await gate.l1(town.chen)
    code = await gate.code_for(chen)
    assert town.messages == [("13800000012", code)]
    assert await confirmed(gate, chen, f" {code[:3]} {code[3:]} ") == "L2"


@pytest.mark.gen_test
async def test_full_width_digits_are_digits(gate, town):
    chen = await gate.l1(town.chen)
    code = await gate.code_for(chen)
    assert await confirmed(gate, chen, code.translate({48 + n: 0xFF10 + n for n in range(10)})) == "L2"


@pytest.mark.gen_test
async def test_an_unknown_card_and_one_without_a_phone_get_the_same_answer_and_no_message(
    gate, town, database
):
    for who in (town.chen, town.li, town.sun):
        assert await gate.sessions.send_code(await gate.l1(who), "a") is None
    await gate.otps.drain()
    assert len(town.messages) == 1
    rows = await database.collection("otps").find({}).to_list(10)
    assert len({frozenset(row) for row in rows}) == 1
    assert len(rows) == 3


@pytest.mark.gen_test
async def test_the_answer_does_not_wait_for_the_registry_or_the_gateway(gate, town):
    held = asyncio.Event()

    async def slow(*_told):
        await held.wait()

    town.match = slow
    chen = await gate.l1(town.chen)
    await asyncio.wait_for(gate.sessions.send_code(chen, "a"), 2)
    held.set()


@pytest.mark.gen_test
async def test_a_gateway_that_is_away_is_not_told_to_the_asker(gate, town):
    town.gateway_away = True
    assert await gate.code_for(await gate.l1(town.chen)) is None


@pytest.mark.gen_test
async def test_a_code_works_once(gate, town):
    chen = await gate.l1(town.chen)
    code = await gate.code_for(chen)
    assert await confirmed(gate, chen, code) == "L2"
    assert await confirmed(gate, chen, code) is None


@pytest.mark.gen_test
async def test_of_two_confirmations_with_one_code_one_wins(gate, town):
    chen = await gate.l1(town.chen)
    code = await gate.code_for(chen)
    answers = await asyncio.gather(*(confirmed(gate, chen, code) for _ in range(4)))
    assert sorted(answers, key=str) == ["L2", None, None, None]


@pytest.mark.gen_test
async def test_a_code_dies_after_five_minutes(gate, town, clock):
    chen = await gate.l1(town.chen)
    code = await gate.code_for(chen)
    clock.advance(minutes=5)
    assert await confirmed(gate, chen, code) is None


@pytest.mark.gen_test
async def test_after_five_wrong_tries_the_right_one_is_wrong_too(gate, town):
    chen = await gate.l1(town.chen)
    code = await gate.code_for(chen)
    for wrong in ("", "abc", "12345", "1234567", "\ud800"):
        assert await confirmed(gate, chen, wrong) is None
    assert await confirmed(gate, chen, code) is None


@pytest.mark.gen_test
async def test_a_code_opens_nothing_in_another_session_of_the_same_card(gate, town):
    chen, elsewhere = await gate.l1(town.chen), await gate.l1(town.chen)
    code = await gate.code_for(chen)
    assert await confirmed(gate, elsewhere, code) is None
    assert await confirmed(gate, chen, code) == "L2"


@pytest.mark.gen_test
async def test_a_new_code_replaces_the_one_before(gate, town, clock):
    chen = await gate.l1(town.chen)
    first = await gate.code_for(chen)
    clock.advance(minutes=1)
    second = await gate.code_for(chen)
    assert first == second or await confirmed(gate, chen, first) is None
    assert await confirmed(gate, chen, second) == "L2"


@pytest.mark.gen_test
async def test_codes_are_sent_once_a_minute_and_five_times_a_day_known_or_not(gate, town, clock):
    for who in (town.chen, town.sun):
        actor = await gate.l1(who)
        for _ in range(5):
            await gate.code_for(actor)
            with pytest.raises(TooMany):
                await gate.code_for(actor)
            clock.advance(minutes=2)
        with pytest.raises(TooMany):
            await gate.code_for(actor)


@pytest.mark.gen_test
async def test_a_shared_phone_gets_ten_codes_a_day_and_then_silence(gate, town, clock):
    town.li.phone = town.sun.phone = town.chen.phone
    town.residents.append(town.sun)
    for who in (town.chen, town.li, town.sun):
        for _ in range(4):
            await gate.code_for(await gate.l1(who))
            clock.advance(minutes=2)
    assert len(town.messages) == 10


@pytest.mark.gen_test
async def test_the_code_is_stored_as_a_mac_only(gate, town, database):
    chen = await gate.l1(town.chen)
    code = await gate.code_for(chen)
    row = await database.collection("otps").find_one({})
    assert len(row["mac"]) == 64
    assert code != row["mac"]
    assert set(row) == {"_id", "mac", "expires_at", "tries"}
