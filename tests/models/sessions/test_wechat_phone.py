"""The phone that WeChat vouches for: against a server that speaks its protocol, tokens and their end included."""

from __future__ import annotations

import asyncio

import pytest
from tornado.httpclient import AsyncHTTPClient

from models.base.errors import LoginNeeded, LoginRefused, NotFound, TooMany, Unavailable
from models.sessions.proofs import may_record
from models.sessions.wechat import WeChat
from models.sessions.wechat_access import AccessToken
from models.sessions.wechat_line import WeChatLine
from models.sessions.wechat_tokens import WeChatTokenRepository
from tests.weixin import APPID, SECRET, Weixin

CHEN_PHONE = "13800000012"


@pytest.fixture
def weixin(io_loop, clock, database):
    io_loop.run_sync(lambda: database.ensure(WeChatTokenRepository.COLLECTIONS))
    weixin = Weixin(clock)
    weixin.url = io_loop.run_sync(weixin.start)
    yield weixin
    weixin.stop()


@pytest.fixture
def process(gate, weixin, database, clock):
    """A server process: all of them share the database, and nothing else."""

    def start(secret=SECRET, **told):
        line = WeChatLine(AsyncHTTPClient(), weixin.url, APPID, secret, **told)
        return WeChat(line, AccessToken(line, WeChatTokenRepository(database), gate.cipher, clock))

    return start


@pytest.fixture
def sessions(gate, process):
    return gate.another_process(phones=process())


async def refused(work):
    with pytest.raises(LoginRefused) as refusal:
        await work
    return refusal.value.code, refusal.value.message, refusal.value.data


@pytest.mark.gen_test
async def test_a_code_becomes_a_number_once(process, weixin):
    weixin.phones["c-1"] = CHEN_PHONE
    assert [await process().phone("c-1") for _ in range(2)] == [CHEN_PHONE, ""]


@pytest.mark.gen_test
async def test_the_phone_on_record_gives_l2_by_the_proof_wechat(gate, sessions, town, weixin):
    weixin.phones["c-1"] = CHEN_PHONE
    tokens = await sessions.confirm_wechat(await gate.l1(town.chen), "c-1", "10.0.0.1")
    actor = sessions.actor_of(tokens.access_token)
    assert (actor.level, actor.person, actor.household) == ("L2", "chen", "h12")
    assert await sessions.proof_of(actor) == "wechat"


@pytest.mark.gen_test
async def test_who_came_in_by_phone_does_not_make_a_new_phone_the_key(gate, sessions, town, weixin):
    weixin.phones["c-1"] = CHEN_PHONE
    tokens = await sessions.confirm_wechat(await gate.l1(town.chen), "c-1", "10.0.0.1")
    proof = await sessions.proof_of(sessions.actor_of(tokens.access_token))
    assert not may_record("person.phone", proof)


@pytest.mark.gen_test
async def test_every_reason_is_one_refusal(gate, sessions, town, weixin):
    weixin.phones |= {"other": "13911112222", "right": CHEN_PHONE, "li": "", "sun": CHEN_PHONE}
    told = {
        why: await refused(sessions.confirm_wechat(await gate.l1(who), code, "10.0.0.1"))
        for why, who, code in (
            ("another phone", town.chen, "other"), ("no such code", town.chen, "stale"),
            ("no code", town.chen, "码"), ("no phone on record", town.li, "li"), ("nobody", town.sun, "sun"),
        )
    }  # fmt: skip
    assert set(map(str, told.values())) == {str(("login.refused", LoginRefused.message, {}))}


@pytest.mark.gen_test(timeout=20)
async def test_a_card_that_nobody_knows_takes_as_long_as_one_with_another_phone(gate, sessions, town, weixin):
    loop, spent = asyncio.get_running_loop(), {}
    for who in (town.chen, town.li, town.sun):
        weixin.phones["c"] = "13911112222"
        actor, start = await gate.l1(who), loop.time()
        await refused(sessions.confirm_wechat(actor, "c", "10.0.0.1"))
        spent[who.name] = loop.time() - start
    assert min(spent.values()) >= 0.05
    assert weixin.asked.count("phone") == 3  # WeChat is asked for each of them, not for known cards alone


@pytest.mark.gen_test
async def test_a_number_from_abroad_or_told_to_another_mini_program_proves_nothing(process, weixin):
    weixin.phones["abroad"] = {"purePhoneNumber": CHEN_PHONE, "countryCode": "852"}
    weixin.phones["other"] = {"purePhoneNumber": CHEN_PHONE, "watermark": {"appid": "wx2"}}
    assert [await process().phone(code) for code in ("abroad", "other")] == ["", ""]


@pytest.mark.gen_test
async def test_tries_are_counted_by_card_and_a_code_too_many_is_not_spent(gate, sessions, town, weixin):
    actor = await gate.l1(town.chen)
    for _ in range(10):
        await refused(sessions.confirm_wechat(actor, "stale", "10.0.0.1"))
    weixin.phones["right"] = CHEN_PHONE
    with pytest.raises(TooMany):
        await sessions.confirm_wechat(actor, "right", "10.0.0.1")
    assert "right" in weixin.phones


@pytest.mark.gen_test
async def test_without_a_mini_program_there_is_no_such_way_and_without_a_card_none_either(
    gate, town, process
):
    with pytest.raises(NotFound) as refusal:
        await gate.sessions.confirm_wechat(await gate.l1(town.chen), "c", "10.0.0.1")
    assert refusal.value.code == "wechat.off"
    sessions = gate.another_process(phones=process())
    staff = sessions.actor_of((await sessions.staff_login("zhao", "桃李不言-2026", "a")).access_token)
    with pytest.raises(LoginNeeded):
        await sessions.confirm_wechat(staff, "c", "10.0.0.1")


@pytest.mark.gen_test
@pytest.mark.parametrize(("code", "error"), [("often", TooMany), ("busy", Unavailable), ("appid", Unavailable),
                                             ("new", Unavailable)])  # fmt: skip
async def test_what_wechat_says_of_itself_is_no_refusal_of_hers(process, code, error):
    with pytest.raises(error) as refusal:
        await process().phone(code)
    assert SECRET not in str(refusal.value.data) + refusal.value.message


@pytest.mark.gen_test
async def test_the_token_is_fetched_once_for_all_processes(process, weixin):
    weixin.delay = 0.05
    weixin.phones |= {f"c{n}": CHEN_PHONE for n in range(8)}
    found = await asyncio.gather(*(process().phone(f"c{n}") for n in range(8)))
    assert found == [CHEN_PHONE] * 8
    assert weixin.asked.count("token") == 1


@pytest.mark.gen_test
async def test_before_its_end_one_process_fetches_the_next_and_nobody_waits(process, weixin, clock):
    await process().phone("c")
    clock.advance(seconds=7200 - 200)
    weixin.phones |= {f"c{n}": CHEN_PHONE for n in range(4)}
    assert await asyncio.gather(*(process().phone(f"c{n}") for n in range(4))) == [CHEN_PHONE] * 4
    assert (weixin.asked.count("token"), len(weixin.tokens)) == (2, 2)
    clock.advance(seconds=300)
    weixin.phones["late"] = CHEN_PHONE
    assert await process().phone("late") == CHEN_PHONE
    assert weixin.asked.count("token") == 2


@pytest.mark.gen_test
async def test_one_that_is_over_is_waited_for(process, weixin, clock):
    await process().phone("c")
    clock.advance(hours=3)
    weixin.delay = 0.05
    weixin.phones |= {f"c{n}": CHEN_PHONE for n in range(4)}
    assert await asyncio.gather(*(process().phone(f"c{n}") for n in range(4))) == [CHEN_PHONE] * 4
    assert weixin.asked.count("token") == 2


@pytest.mark.gen_test
async def test_one_that_wechat_takes_no_more_is_fetched_again_once(process, weixin):
    await process().phone("c")
    weixin.spoil()
    weixin.phones["c-1"] = CHEN_PHONE
    assert await process().phone("c-1") == CHEN_PHONE
    assert weixin.asked == ["token", "phone", "phone", "token", "phone"]
    weixin.refuse["phone"] = 42001
    with pytest.raises(Unavailable):
        await process().phone("c-2")
    assert weixin.asked.count("phone") == 5


@pytest.mark.gen_test
async def test_a_process_that_died_while_fetching_holds_nobody_up_for_long(process, weixin, database, clock):
    tokens = WeChatTokenRepository(database)
    assert await tokens.lease(await tokens.get(APPID), "dead", clock(), clock())
    weixin.phones["c-1"] = CHEN_PHONE
    assert await process().phone("c-1") == CHEN_PHONE
    await tokens.put(APPID, "dead", "late", clock())
    weixin.phones["c-2"] = CHEN_PHONE
    assert await process().phone("c-2") == CHEN_PHONE


@pytest.mark.gen_test
@pytest.mark.parametrize("raw", ["<html>502</html>", "[]", '{"access_token": ""}', '{"expires_in": "x"}'])
async def test_a_token_that_makes_no_sense_is_unavailable_and_tried_again_by_the_next(process, weixin, raw):
    weixin.raw["token"] = raw
    with pytest.raises(Unavailable):
        await process().phone("c-1")
    weixin.raw.clear()
    weixin.phones["c-1"] = CHEN_PHONE
    assert await process().phone("c-1") == CHEN_PHONE


@pytest.mark.gen_test
async def test_a_wrong_secret_is_for_the_operator(process):
    with pytest.raises(Unavailable):
        await process(secret="old").phone("c-1")


@pytest.mark.gen_test
async def test_the_token_is_not_stored_in_plain(process, weixin, database):
    await process().phone("c")
    row = await database.collection("wechat_tokens").find_one({})
    assert weixin.tokens[0][0] not in str(row)
    assert len(row["token"]) > 512
