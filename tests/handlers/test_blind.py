"""Blind review through the interface: in no answer of the server to a blind desk is there anything of the person."""

from __future__ import annotations

import json

import pytest

from tests.handlers.browser import Browser
from tests.handlers.filing import TYPED, act, at_desk, open_form, submit
from tests.handlers.test_contract import upload

REVIEWER = "reviewer.linye"


async def felling(town, **more):
    """李明's request to fell trees, at the blind review of the county, dealt to its reviewer; its number, its photo and
    what must not be told."""
    her, token = town.li.resident, await town.l2(town.li)
    opened = await open_form(town, town.li.code, "logging-permit", token)
    photo = (await upload(town, token)).body["id"]
    answers = {
        "where": "contract", "forest_proof": [photo], "plots": [
            {"plot": "后山", "species": "杉木", "origin": "planted", "area": "2", "volume": "5"}
        ],
        "bounds": f"东到路，西到{her.name}家菜地，有事打{TYPED['phone']}", "method": "select", "from_on": "2027-01-10",
        "until_on": "2027-02-10", "replant": "补种杉木", "by_agent": False, "promise": True,
        "signature": TYPED["signature"], "phone": TYPED["phone"], **more,
    }  # fmt: skip
    reply = await submit(town, opened, answers, token)
    assert reply.status == 201, reply.body
    number, code = reply.body["receipt"]["case_no"], reply.body["receipt"]["code"]
    for username, action in (("clerk.daguan", "accept"), ("reviewer.daguan", "hand_on")):
        assert (await act(town, number, username, action)).status == 200
    await town.built.dealing.run_once()
    hidden = (her.name, her.id_number, TYPED["phone"], "8号", photo, code, town.li.code)
    return number, photo, [each for each in hidden if each]


@pytest.fixture(scope="module")
def matter(io_loop, town):
    return io_loop.run_sync(lambda: felling(town), timeout=30)


def told(text: str, hidden) -> list[str]:
    return [each for each in hidden if each in text]


@pytest.mark.gen_test(timeout=20)
async def test_no_json_of_a_blind_desk_tells_who_it_is(town, matter):
    number, _, hidden = matter
    token = await town.staff(REVIEWER)
    opened = await at_desk(town, number, REVIEWER)
    assert (opened["blind"], opened["actions"][0]) == (True, "hand_on")
    assert told(json.dumps(opened, ensure_ascii=False), hidden) == []
    for path in ("/desk", "/desk?view=area", "/desk?view=lately", "/desk?hands=me"):
        listing = await town.get(path, token)
        assert told(json.dumps(listing.body, ensure_ascii=False), hidden) == [], path
        row = next(each for each in listing.body["rows"] if each["case_no"] == number)
        assert (row["name"], row["place"]) == ("", "大关镇双河村")


@pytest.mark.gen_test(timeout=20)
async def test_no_page_and_no_print_of_a_blind_desk_tells_who_it_is(town, matter):
    number, _, hidden = matter
    browser = await at(town, REVIEWER)
    page = await browser.open(f"/desk?number={number}")
    assert "这一环节只看事，不看人" in page.text
    assert "杉木" in page.text
    assert told(page.text, hidden) == []
    printed = await browser.open(f"{page.url.partition('?')[0]}?print=1")
    assert ("杉木" in printed.text, told(printed.text, hidden)) == (True, [])
    assert told((await browser.open("/desk")).text, hidden) == []


@pytest.mark.gen_test(timeout=20)
async def test_no_download_no_batch_and_no_news_goes_round_it(town, matter):
    number, photo, hidden = matter
    token = await town.staff(REVIEWER)
    assert (await town.get(f"/files/{photo}", token)).status == 404
    assert (await town.get(f"/files/{photo}", await town.staff("clerk.daguan"))).status == 200
    case = (await at_desk(town, number, REVIEWER))["case"]
    wanted = {"action": "hand_on", "picks": [{"id": case["id"], "rev": case["rev"]}]}
    before = await town.post("/desk/batch", wanted, token)
    assert (before.status, told(json.dumps(before.body, ensure_ascii=False), hidden)) == (200, [])
    charge = await town.get(f"/desk/integrity/of/{case['id']}", token)
    assert (charge.status >= 400, told(json.dumps(charge.body, ensure_ascii=False), hidden)) == (True, [])
    wrong = await town.post(f"/desk/cases/{case['id']}/refuse", {"rev": case["rev"], "reason": ""}, token)
    assert (wrong.status, told(json.dumps(wrong.body, ensure_ascii=False), hidden)) == (422, [])


@pytest.mark.gen_test(timeout=20)
async def test_her_look_is_on_the_record_of_the_person_all_the_same(town, matter):
    number, _, _ = matter
    case = (await at_desk(town, number, REVIEWER))["case"]
    rows = await looks_at(town, case["id"])
    assert rows
    assert all(row["whose"] for row in rows)


@pytest.mark.gen_test(timeout=20)
async def test_a_look_behind_the_veil_is_asked_why_and_recorded(town, matter):
    number, photo, hidden = matter
    token, case = await town.staff(REVIEWER), (await at_desk(town, number, REVIEWER))["case"]
    path = f"/desk/cases/{case['id']}/unmask"
    assert (await town.post(path, {"rev": case["rev"], "reason": " "}, token)).status == 422
    browser = await at(town, REVIEWER)
    page = await browser.open(f"/desk/cases/{case['id']}")
    again = await browser.send(page, "/unmask", reason="")
    assert (again.status, told(again.text, hidden)) == (422, [])
    seen = await browser.send(page, "/unmask", reason="与登记的林权人核对")
    assert town.li.resident.name in seen.text
    assert (await town.get(f"/files/{photo}", token)).status == 200
    stands = (await at_desk(town, number, REVIEWER))["case"]
    assert [event["note"] for event in stands["events"] if event["what"] == "unmasked"] == [
        "与登记的林权人核对"
    ]
    assert "与登记的林权人核对" in repr(await looks_at(town, case["id"]))


async def looks_at(town, case_id):
    """What the reviewer has done with a case, on the record of looking."""
    reviewer = (await town.home.accounts.by_username(REVIEWER)).id
    query = {"what.noun": "case", "what.id": case_id, "who.id": reviewer}
    return await town.built.database.collection("audit").find(query).to_list(100)


async def at(town, username) -> Browser:
    browser = Browser(town.url)
    page = await browser.open("/staff/login")
    password = next(each.password for each in town.report.staff if each.username == username)
    await browser.send(page, "/staff/login", username=username, password=password)
    return browser
