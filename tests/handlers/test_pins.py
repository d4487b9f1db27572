"""PIN slips from the desk: printed letters let their household in, and the ones before stop doing so."""

from __future__ import annotations

import asyncio
import re
from urllib.parse import urlsplit

import msgspec
import pytest

from models.audit.entry import HIDDEN
from models.rotation.documents import DocumentRepository
from models.slips.slip import MOST, Order
from qr import grammar
from tests.handlers.browser import Browser
from tests.handlers.test_every_look import entries
from tests.qr.reading import decoded, pages, words

pytestmark = pytest.mark.gen_test(timeout=60)
AREA = "529901101"
HTML = {"Accept": "text/html"}


@pytest.fixture
def clerk(io_loop, town):
    io_loop.run_sync(lambda: town.built.database.collection("limits").delete_many({}))
    return io_loop.run_sync(lambda: town.staff("clerk.daguan"))


async def board(town, token, area=AREA):
    return (await town.get(f"/desk/pins?area={area}", token)).body


async def home_of(town, door):
    return (await town.home.codes.get(door.code)).target.household


async def without(town, *doors):
    """These households have never been given a slip."""
    ids = [await home_of(town, door) for door in doors]
    never = {"$set": {"pin_mac": "", "pin_issued_at": None, "pin_count": 0}}
    await town.built.database.collection("households").update_many({"_id": {"$in": ids}}, never)


def printed(reply):
    """Code and PIN of every letter, the code from its symbol, the PIN from its text."""
    assert (reply.status, reply.headers["Content-Type"]) == (200, "application/pdf"), reply.body
    codes = [urlsplit(text).path.rpartition("/")[2] for page in pages(reply.body) for text in decoded(page)]
    return dict(zip(codes, re.findall(r"口令（8位数字）([0-9]{8})", words(reply.body)), strict=True))


async def logs_in(town, door, code, pin):
    reply = await town.post("/login/confirm", {"pin": pin, "code": code}, await town.l1(door))
    await town.built.database.collection("limits").delete_many({})
    return reply.status == 200


async def test_a_printed_letter_lets_its_household_in_and_the_one_before_does_not(town, clerk):
    order = {"which": "chosen", "doors": [town.chen.code], "replacing": 1, "reason": "口令被他人看到"}
    [(code, pin)] = printed(await town.post("/desk/pins", order, clerk)).items()
    assert code == town.chen.code
    assert await logs_in(town, town.chen, code, pin)
    assert not await logs_in(town, town.chen, code, town.chen.pin)


async def test_those_without_a_slip_are_printed_and_then_there_are_none(town, clerk):
    doors = (town.report.doors[4], town.report.doors[6])
    await without(town, *doors)
    before = await board(town, clerk)
    letters = printed(await town.post("/desk/pins", {"area": AREA}, clerk))
    assert before["without"] == len(letters) >= 1
    assert set(letters) <= {door.code for door in town.report.doors}
    after = await board(town, clerk)
    assert (after["without"], after["total"]) == (0, before["total"])
    assert (await town.post("/desk/pins", {"area": AREA}, clerk)).body["error"]["code"] == "pins.empty"


async def test_a_slip_that_is_out_is_not_ended_unawares(town, clerk):
    order = {"which": "chosen", "doors": [town.li.code]}
    asked = await town.post("/desk/pins", order, clerk)
    assert (asked.status, asked.body["error"]["code"], asked.body["error"]["replacing"]) == (
        409, "pins.confirm", 1,
    )  # fmt: skip
    silent = await town.post("/desk/pins", order | {"replacing": 1, "reason": "  "}, clerk)
    assert (silent.status, silent.body["error"]["field"]) == (422, "reason")
    assert await logs_in(town, town.li, town.li.code, town.li.pin)


async def test_of_two_clerks_who_print_at_once_one_is_told_and_only_one_pin_counts(town, clerk):
    door = town.report.doors[2]
    order = {"which": "chosen", "doors": [door.code], "replacing": 1, "reason": "信封破损"}
    replies = await asyncio.gather(*(town.post("/desk/pins", order, clerk) for _ in range(2)))
    done = [reply for reply in replies if reply.status == 200]
    lost = [reply.body["error"]["code"] for reply in replies if reply.status != 200]
    assert lost in ([], ["pins.changed"])
    pins = [printed(reply)[door.code] for reply in done]
    assert [await logs_in(town, door, door.code, pin) for pin in pins].count(True) == 1


async def test_more_than_one_print_takes_are_refused_with_what_to_do(town, clerk):
    codes = [town.chen.code, *(grammar.new("D") for _ in range(MOST))]
    reply = await town.post("/desk/pins", {"which": "chosen", "doors": codes}, clerk)
    assert (reply.status, reply.body["error"]["fields"][0]["code"]) == (422, "pins.most")
    assert f"一次最多打印 {MOST} 户，您选了 {MOST + 1} 户" in reply.body["error"]["fields"][0]["message"]


async def test_an_outsider_prints_for_nobody_of_the_other_town(town, clerk):
    sun = await town.staff("clerk.qingxi")
    for reply in (
        await town.get(f"/desk/pins?area={AREA}", sun),
        await town.post("/desk/pins", {"area": AREA}, sun),
    ):
        assert (reply.status, reply.body["error"]["code"]) == (403, "area.not_yours")
    order = {"which": "chosen", "doors": [town.chen.code], "replacing": 1, "reason": "x"}
    assert (await town.post("/desk/pins", order, sun)).status == 404
    assert (await town.get(f"/desk/households/{await home_of(town, town.chen)}/pin", sun)).status == 404
    assert town.chen.code not in str(await board(town, sun, "529901102"))


async def test_who_printed_for_which_household_is_on_record_with_the_reason(town, clerk):
    doors = (town.report.doors[2], town.report.doors[4])
    order = {"which": "chosen", "doors": [door.code for door in doors], "replacing": 2, "reason": "搬家换锁"}
    assert (await town.post("/desk/pins", order, clerk)).status == 200
    rows = [(await entries(town, act="print", what__id=door.code))[-1] for door in doors]
    assert [(row["ground"]["text"], row["what"]["fields"]) for row in rows] == [
        ("搬家换锁", ["household.pin"])
    ] * 2
    for door, row in zip(doors, rows, strict=True):
        home = await town.home.households.people(await home_of(town, door))
        assert set(row["whose"]) == {person.id for person in home}


async def test_a_phone_number_in_the_reason_does_not_enter_the_record(town, clerk):
    door = town.report.doors[4]
    path = f"/desk/households/{await home_of(town, door)}/pin"
    await town.post(path, {"reason": "住户 13912345678 来电"}, clerk)
    [*_, row] = await entries(town, act="print", what__id=door.code)
    assert row["ground"]["text"] == f"住户 {HIDDEN} 来电"


async def test_nothing_of_a_print_is_kept_but_macs(town, clerk):
    door = town.report.doors[6]
    order = {"which": "chosen", "doors": [door.code], "replacing": 1, "reason": "破损"}
    [pin] = printed(await town.post("/desk/pins", order, clerk)).values()
    database = town.built.database
    for name in await DocumentRepository(database).collections():
        async for row in database.collection(name).find({}):
            assert pin not in str(row), name


async def test_letters_that_were_drawn_and_never_printed_count_for_nothing(town, clerk):
    door = town.report.doors[6]
    batch = await town.home.slips.draw(
        town.home.sessions.actor_of(clerk), Order(which="chosen", doors=(door.code,), replacing=1, reason="x")
    )
    found = await town.home.households.public(await home_of(town, door))
    assert not await town.home.households.pin_matches(found.household, batch.letters[0].new.pin)
    assert batch.letters[0].new.pin not in repr(batch)


async def test_prints_are_counted_by_account(town, clerk):
    await without(town, town.report.doors[4])
    for _ in range(31):
        await town.home.limits._repository.count(  # thirty prints take a minute
            town.home.limits._id("pins.staff", town.home.sessions.actor_of(clerk).subject),
            most=30, per_seconds=3600, now=town.home.clock(), locks=False,
        )  # fmt: skip
    reply = await town.post("/desk/pins", {"area": AREA}, clerk)
    assert (reply.status, reply.body["error"]["code"]) == (429, "too_many")


async def test_a_household_without_a_plate_is_skipped_and_told_so(town, clerk):
    door = town.report.doors[4]
    await without(town, door)
    await town.post(f"/desk/codes/{door.code}/state", {"state": "suspended", "reason": "脱落"}, clerk)
    path = f"/desk/households/{await home_of(town, door)}/pin"
    reply = await town.post(path, {}, clerk)
    assert (reply.status, reply.body["error"]["code"]) == (409, "pins.no_door")
    await town.post(f"/desk/codes/{door.code}/state", {"state": "active", "reason": "挂回"}, clerk)
    assert (await town.post(path, {}, clerk)).status == 201


# The pages, scripts off.


async def sitting(town, username="clerk.daguan"):
    await town.built.database.collection("limits").delete_many({})
    browser = Browser(town.url)
    password = next(each.password for each in town.report.staff if each.username == username)
    await browser.send(
        await browser.open("/staff/login"), "/staff/login", username=username, password=password
    )
    return browser


async def test_ticking_a_household_and_printing_asks_first_and_then_prints(town):
    browser, door = await sitting(town), town.report.doors[6]
    page = await browser.open(f"/desk/pins?area={AREA}")
    chosen = [form for form in page.forms if ("which", "chosen") in form.fields]
    page = msgspec.structs.replace(page, forms=chosen)
    asked = await browser.send(page, "/desk/pins", doors=[door.code])
    assert (asked.status, "旧口令马上不能用了" in asked.words) == (409, True)
    told = await browser.send(asked, "/desk/pins")
    assert (told.status, "请写明换发的原因" in told.words) == (422, True)
    done = await browser.send(told, "/desk/pins", reason="口令丢失")
    assert (done.status, done.headers["Content-Type"]) == (200, "application/pdf")
    assert "no-store" in done.headers["Cache-Control"]


async def test_printing_nobody_says_to_tick_somebody(town):
    browser = await sitting(town)
    page = await browser.open(f"/desk/pins?area={AREA}")
    chosen = [form for form in page.forms if ("which", "chosen") in form.fields]
    told = await browser.send(msgspec.structs.replace(page, forms=chosen), "/desk/pins")
    assert (told.status, "请先勾选要打印的户" in told.words) == (422, True)


async def test_one_household_is_reissued_on_its_own_page_with_a_reason(town):
    door = town.report.doors[2]
    browser = await sitting(town)
    page = await browser.open(f"/desk/households/{await home_of(town, door)}/pin")
    assert "第 " in page.words
    told = await browser.send(page, "/pin", reason="")
    assert (told.status, "请写明换发的原因" in told.words) == (422, True)
    assert (await browser.send(told, "/pin", reason="信封破损")).status == 200
    again = await browser.open(f"/desk/households/{await home_of(town, door)}/pin")
    assert "由" in again.words


async def test_a_resident_reads_in_her_log_ins_since_when_her_slip_holds(town, clerk):
    door = town.report.doors[2]
    path = f"/desk/households/{await home_of(town, door)}/pin"
    pin = (await town.post(path, {"reason": "信封破损"}, clerk)).body["pin"]
    token = (await town.post("/login/confirm", {"pin": pin, "code": door.code}, await town.l1(door))).body
    page = (await town.call("GET", "/sessions", None, token["access_token"], HTML)).body.decode()
    on = town.home.today()
    assert f"您家的密码单于{on.year}年{on.month}月{on.day}日换发。" in page
    l1 = (await town.call("GET", "/sessions", None, await town.l1(door), HTML)).body.decode()
    assert "密码单" not in l1
