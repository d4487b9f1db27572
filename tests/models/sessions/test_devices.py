"""One's own sessions: listed, named by device, ended; and everybody else's left alone."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from models.base.actor import ANONYMOUS
from models.base.errors import LoginNeeded, NotFound
from models.sessions.devices import UNKNOWN, label_of
from models.sessions.proofs import may_record
from models.sessions.session import SessionOver

from .conftest import PASSWORD

WECHAT = (
    "Mozilla/5.0 (Linux; Android 13; M2102) AppleWebKit/537.36 Chrome/116 Mobile Safari/537.36 "
    "MicroMessenger/8.0.42 NetType/WIFI"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 Version/17.0 Mobile Safari/604.1"
)
DESK = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0"


async def chen_at(gate, agent):
    l1 = await gate.l1(gate.town.chen)
    tokens = await gate.sessions.confirm_pin(l1, gate.town.chen.plate, gate.town.chen.pin, "a", agent)
    return gate.sessions.actor_of(tokens.access_token)


@pytest.mark.parametrize(
    ("agent", "label"),
    [
        (WECHAT, "微信（安卓）"), (IPHONE, "Safari浏览器（苹果手机）"), (DESK, "Edge浏览器（Windows电脑）"),
        (WECHAT + " miniProgram/wx1", "微信小程序（安卓）"), ("curl/8", UNKNOWN), ("", UNKNOWN),
        ("<script>" * 5000, UNKNOWN),
    ],
)  # fmt: skip
def test_a_device_is_called_what_its_owner_would_call_it(agent, label):
    assert label_of(agent) == label


@pytest.mark.gen_test
async def test_at_l2_she_sees_every_device_she_is_logged_in_at(gate, clock):
    phone = await chen_at(gate, WECHAT)
    clock.advance(minutes=1)
    desk = await chen_at(gate, DESK)
    lines = await gate.sessions.devices.of(desk)
    assert [line.device for line in lines] == ["Edge浏览器（Windows电脑）", "微信（安卓）"]
    assert [line.current for line in lines] == [True, False]
    assert {line.id for line in lines} == {desk.session, phone.session}


@pytest.mark.gen_test
async def test_who_only_typed_her_card_sees_none_of_her_devices_and_ends_none(gate, town):
    hers = await chen_at(gate, WECHAT)
    thief = await gate.l1(town.chen)
    assert [line.id for line in await gate.sessions.devices.of(thief)] == [thief.session]
    with pytest.raises(NotFound):
        await gate.sessions.devices.end(thief, hers.session)
    assert await gate.sessions.devices.end_others(thief) == 0
    assert hers.session in {line.id for line in await gate.sessions.devices.of(hers)}


@pytest.mark.gen_test
async def test_she_ends_the_session_of_who_typed_her_card_elsewhere(gate, town):
    thief = await gate.sessions.login_l1(town.chen.name, town.chen.id_number, "d", "6.6.6.6", IPHONE)
    hers = await chen_at(gate, WECHAT)
    line = next(one for one in await gate.sessions.devices.of(hers) if not one.current)
    await gate.sessions.devices.end(hers, line.id)
    with pytest.raises(SessionOver):
        gate.sessions.actor_of(thief.access_token)
    assert (line.device, line.level) == ("Safari浏览器（苹果手机）", "L1")


@pytest.mark.gen_test
async def test_nobody_ends_a_session_of_somebody_else(gate, town):
    chen = await chen_at(gate, WECHAT)
    li = gate.sessions.actor_of((await gate.l2(town.li)).access_token)
    staff = gate.sessions.actor_of((await gate.sessions.staff_login("zhao", PASSWORD, "a")).access_token)
    for stranger in (li, staff):
        for target in (chen.session, "nothing", ""):
            with pytest.raises(NotFound):
                await gate.sessions.devices.end(stranger, target)
    with pytest.raises(LoginNeeded):
        await gate.sessions.devices.of(ANONYMOUS)


@pytest.mark.gen_test
async def test_ending_all_others_leaves_the_one_that_asks(gate):
    others = [await chen_at(gate, agent) for agent in (WECHAT, IPHONE)]
    here = await chen_at(gate, DESK)
    assert await gate.sessions.devices.end_others(here) == len(others)
    assert [line.id for line in await gate.sessions.devices.of(here)] == [here.session]


@pytest.mark.gen_test
async def test_ending_all_of_an_account_is_heard_in_a_process_that_follows_the_changes(gate, database):
    other = gate.another_process()

    async def heard(_collection, _operation, key, document):
        if document and document.get("ended_at"):
            other.ended(key)

    ready = asyncio.Event()
    watch = database.watch(("sessions",), heard, ready.set)
    await ready.wait()
    logins = [await gate.sessions.staff_login("zhao", PASSWORD, "a") for _ in range(3)]
    assert await gate.sessions.end_all("a1", "account") == 3
    with pytest.raises(SessionOver):
        gate.sessions.actor_of(logins[0].access_token)
    async with asyncio.timeout(1):
        while any(_stands(other, tokens) for tokens in logins):
            await asyncio.sleep(0.01)
    await watch.stop()
    await other.close()


@pytest.mark.gen_test
async def test_a_process_that_heard_nothing_learns_it_from_the_database(gate):
    tokens, other = await gate.sessions.staff_login("zhao", PASSWORD, "a"), gate.another_process()
    await gate.sessions.end_all("a1", "account")
    assert _stands(other, tokens)
    await other.catch_up()
    assert not _stands(other, tokens)
    await other.close()


@pytest.mark.gen_test
async def test_ending_all_ends_more_than_one_page_of_them_and_nobody_else_s(gate, town, database):
    chen = await gate.l1(town.chen)
    row = await database.collection("sessions").find_one({})
    await database.collection("sessions").insert_many(
        [row | {"_id": f"s{n}", "subject": "many"} for n in range(450)]
    )
    assert await gate.sessions.end_all("many", "account") == 450
    assert await gate.sessions.end_all("many", "account") == 0
    assert len(await gate.sessions.devices.of(chen)) == 1


@pytest.mark.gen_test
async def test_a_session_remembers_by_what_she_proved_herself(gate, town):
    by_pin = await chen_at(gate, WECHAT)
    low = await gate.l1(town.chen)
    tokens = await gate.sessions.confirm_otp(low, await gate.code_for(low), "a")
    by_otp = gate.sessions.actor_of(tokens.access_token)
    assert await gate.sessions.proof_of(by_pin) == "pin"
    assert await gate.sessions.proof_of(by_otp) == "otp"
    assert await gate.sessions.proof_of(low) == ""


def test_a_new_phone_number_needs_more_than_the_old_phone():
    assert not may_record("person.phone", "otp")
    assert not may_record("person.phone", "wechat")
    assert not may_record("person.phone", "")
    assert all(may_record("person.phone", proof) for proof in ("pin", "grid", "counter"))
    assert may_record("person.residence_address", "otp")


def _stands(sessions, tokens):
    try:
        sessions.actor_of(tokens.access_token)
    except SessionOver:
        return False
    return True


@pytest.mark.gen_test
async def test_whoever_acts_for_her_sees_and_ends_no_log_in_of_hers(gate):
    hers, other = await chen_at(gate, WECHAT), await chen_at(gate, DESK)
    agent = msgspec.structs.replace(hers, mandate="m1", agent="李明")
    assert [line.id for line in await gate.sessions.devices.of(agent)] == [hers.session]
    assert await gate.sessions.devices.end_others(agent) == 0
    with pytest.raises(NotFound, match="session.unknown"):
        await gate.sessions.devices.end(agent, other.session)
