"""No look without a record: a case from filing to result, every desk, both faces; whatever showed something of 陈桂兰 to
somebody else has an entry of its own."""

from __future__ import annotations

import re

import pytest

from handlers.openapi import declared, path_of
from models.people.vault import ID_KIND
from server.app import ROUTES
from tests.handlers import filing
from tests.handlers.browser import Browser
from tests.handlers.test_access import STAFF
from tests.handlers.test_contract import upload
from tests.handlers.witness import Subject, Witness

pytestmark = pytest.mark.gen_test(timeout=60)

HTML = "text/html"
WORKER = "grid.qiulin1"


@pytest.fixture(scope="module")
def witness(town):
    return Witness(town)


@pytest.fixture(scope="module")
def chen(io_loop, town):
    """陈桂兰 as the record names her and as answers give her away."""
    her = town.chen.resident
    sought = town.home.cipher.indexes(her.id_number, ID_KIND)
    found = io_loop.run_sync(lambda: town.built.registry.people_repository.of_blind(sought))
    subject = town.home.sessions.subject(her.id_number)
    words = (her.name, her.id_number, her.phone, filing.TYPED["bank_account"])
    return Subject(frozenset({found.id, subject}), words)


async def entries(town, **query):
    found = town.built.database.collection("audit").find(
        {key.replace("__", "."): v for key, v in query.items()}
    )
    return [row async for row in found]


async def walked(town):
    """From the filing to the result; the case as a client of the desk has it."""
    token = await town.l2(town.chen)
    file = (await upload(town, token)).body["id"]
    receipt = await filing.allowance(town, token, recent_photo=[file])
    case = (await filing.at_desk(town, receipt["case_no"], "clerk.daguan"))["case"]
    await filing.decide(town, receipt["case_no"])
    look = (await town.get("/my/looks", token)).body["looks"][-1]["id"]
    asked = (await town.post(f"/my/looks/{look}/ask", {}, token)).body
    told = {"case": case["id"], "file": file, "number": receipt["case_no"], "receipt": receipt["code"]}
    door = await town.home.codes.get(town.chen.code)
    home = await town.home.households.get(door.target.household)
    return {**told, "request": asked["id"], "household": home.id, "person": home.members[0].person}


def paths(town, things):
    """The address of every GET there is, with 陈桂兰's things in it."""
    known = {
        "household": things["household"], "owner": things["person"], "module": "person_basic",
        "code": town.chen.code, "slug": "elder-allowance", "case": things["case"], "file": things["file"], "page": "1",
        "account": "0" * 24, "request": things["request"],
    }  # fmt: skip
    for pattern, target in ROUTES:
        if "get" in {verb for verb, _ in declared(target)} and pattern != r"/desk/stream":
            yield re.sub(r"{(\w+)}", lambda found: known.get(found[1], "1"), path_of(pattern))
    for number in (things["number"], things["number"][:-1] + "0"):
        yield f"/desk?number={number}"
    yield from (
        "/desk?view=area",
        "/desk?view=lately",
        f"/desk/cases/{things['case']}?print=1",
        f"/q/{things['receipt']}",
    )
    yield f"/grid/present?code={town.chen.code}"
    yield f"/desk/registry/people/{things['person']}?show=person_basic"


async def test_a_case_from_filing_to_result_shows_nothing_that_is_not_on_record(town, witness, chen):
    things = await walked(town)
    for username in {*STAFF.values(), WORKER, "approver.minzheng"}:
        token = await town.staff(username)
        for path in paths(town, things):
            for face in ("application/json", HTML):
                await town.get(path, token, Accept=face)
    assert {each.route for each in witness.of(chen)} >= {
        "OneCase", "CaseAction", "Present", "OneRequest", "HouseholdPage", "PersonPage", "PersonModule",
    }  # fmt: skip
    assert await witness.unrecorded(chen) == []


async def test_who_acts_for_her_is_on_record_with_every_form_that_he_sees(town, witness, chen):
    worker = await town.staff(WORKER)
    door = (await town.get(f"/grid/present?code={town.chen.code}", worker)).body["standing"]
    her = next(each for each in door["members"] if each["name"] == "陈桂兰")
    sent = {"code": town.chen.code, "person": her["person"], "pin": town.chen.pin}
    acting = (await town.post("/grid/present", sent, worker)).body["access_token"]
    form = f"/apply/{town.chen.code}/elder-allowance"
    await town.get(form, acting)
    for page in ("1", "check"):
        await town.get(f"{form}/{page}", acting, Accept=HTML)
    await filing.allowance(town, acting)
    assert {each.route for each in witness.shown if each.mandate} >= {"Matter", "Page", "Check"}
    assert await witness.unrecorded(chen) == []


async def test_confirming_her_in_person_is_on_record_twice(town, witness, chen):
    token, worker = await town.l1(town.chen), await town.staff(WORKER)
    code = (await town.post("/login/pairing", {}, token)).body["code"]
    for checked in (False, True):
        reply = await town.post("/grid/present/pair", {"pairing": code, "checked": checked}, worker)
        assert reply.body["shown"]["name"] == "陈桂兰"
    assert await witness.unrecorded(chen) == []


async def test_a_wrong_proof_at_the_door_shows_her_household_and_is_on_record(town, witness, chen):
    browser = Browser(town.url)
    page = await browser.open("/staff/login")
    password = next(each.password for each in town.report.staff if each.username == WORKER)
    await browser.send(page, "/staff/login", username=WORKER, password=password)
    page = await browser.open(f"/grid/present?code={town.chen.code}")
    wrong = await browser.send(page, "/grid/present", person="", pin="00000000")
    assert "陈桂兰" in wrong.text
    assert await witness.unrecorded(chen) == []


async def test_a_search_is_on_record_whether_or_not_it_finds_anybody(town):
    number = (await filing.allowance(town, await town.l2(town.chen)))["case_no"]
    token = await town.staff("clerk.daguan")
    wrong = f"{number[:-4]}9999"
    await town.get(f"/desk?number={number}", token)
    assert (await town.get(f"/desk?number={wrong}", token)).status == 404
    found, missed = [await entries(town, act="search", ground__text=each) for each in (number, wrong)]
    assert [bool(row["whose"]) for row in (*found, *missed)] == [True, False]


async def test_an_id_number_typed_where_a_case_number_belongs_is_not_kept(town):
    token = await town.staff("clerk.daguan")
    await town.get(f"/desk?number={town.li.resident.id_number}", token)
    kept = [row["ground"]["text"] for row in await entries(town, act="search")]
    assert "***" in kept
    assert town.li.resident.id_number not in kept


async def test_a_list_names_people_in_part_and_is_on_record_for_each_of_them(town, chen):
    await filing.allowance(town, await town.l2(town.chen))
    token = await town.staff("clerk.daguan")
    before = len(await entries(town, what__noun="list", what__id="cases"))
    listing = (await town.get("/desk?view=area", token)).body
    assert {row["name"] for row in listing["rows"]} >= {"陈*兰"}
    assert "whose" not in str(listing)
    there = await entries(town, what__noun="list", what__id="cases")
    assert len(there) == before + 1
    assert chen.ids <= set(there[-1]["whose"])


async def test_a_page_of_the_list_that_names_nobody_is_no_look(town, witness, chen):
    token = await town.staff("clerk.daguan")
    before = len(await entries(town, what__noun="list"))
    page = await town.get("/desk?view=area", token, Accept=HTML)
    assert "陈" not in re.sub(r"<[^>]+>", "", page.body.decode()).replace("陈列", "")
    assert len(await entries(town, what__noun="list")) == before


async def test_a_new_pin_slip_is_on_record_for_everybody_of_the_household(town):
    door = await town.home.codes.get(town.li.code)
    people = await town.home.households.people(door.target.household)
    reply = await town.post(
        f"/desk/households/{door.target.household}/pin",
        {"reason": "信封破损"},
        await town.staff("clerk.daguan"),
    )
    assert reply.status == 201
    [row] = await entries(town, act="print", what__noun="household")
    assert row["what"]["id"] == town.li.code
    assert people
    assert set(row["whose"]) == {person.id for person in people}


async def test_printed_sheets_opened_accounts_and_read_messages_are_on_record(town):
    clerk, admin = await town.staff("clerk.daguan"), await town.staff("admin")
    await town.get("/desk/sheets?area=529901101&layout=A4_3x8", clerk)
    await town.get("/desk/accounts", admin)
    await town.get("/desk/outbox", admin)
    assert len(await entries(town, act="print", what__noun="sheet", what__id="529901101")) == 1
    assert (await entries(town, what__noun="list", what__id="accounts"))[-1]["whose"]
    assert await entries(town, what__noun="list", what__id="sms_outbox")


async def test_a_plate_brought_into_another_state_is_on_record_with_its_reason(town):
    token = await town.staff("clerk.daguan")
    for state in ("suspended", "active"):
        reply = await town.post(
            f"/desk/codes/{town.li.code}/state", {"state": state, "reason": "门牌脱落"}, token
        )
    there = await entries(town, act="change", what__id=town.li.code)
    assert (reply.status, [row["ground"]["text"] for row in there]) == (200, ["门牌脱落"] * 2)
