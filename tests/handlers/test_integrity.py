"""The integrity register over HTTP, by pages and by JSON: recorded, told, objected to, decided, and what it changes."""

from __future__ import annotations

import html
import re

import pytest

from tests.handlers.browser import Browser
from tests.handlers.filing import allowance, at_desk, open_form, submit

pytestmark = pytest.mark.gen_test(timeout=30)
SHOP = {
    "form_kind": "person",
    "place_kind": "rent",
    "collect": "自取",
    "promise": True,
    "business_place": "大关镇街上3号",
}
CHARGE = {"field": "promise", "kind": "false.statement", "ground": "住址不实", "evidence": "11月2日走访"}


async def staff(town, username):
    browser = Browser(town.url)
    page = await browser.open("/staff/login")
    password = next(each.password for each in town.report.staff if each.username == username)
    await browser.send(page, username=username, password=password)
    return browser


async def recorded(town, **changed):
    """What the reviewer of the town holds against 陈桂兰, whom a message has told of it."""
    filed = await allowance(town, await town.l2(town.chen))
    case = (await at_desk(town, filed["case_no"], "reviewer.daguan"))["case"]
    desk = await town.staff("reviewer.daguan")
    told = await town.post(f"/desk/integrity/of/{case['id']}", CHARGE | changed, desk)
    assert told.status == 201, told.body
    await town.built.breach_telling.run_once()
    return told.body["id"]


async def test_a_reviewer_records_a_breach_from_the_page_of_the_case(town):
    filed = await allowance(town, await town.l2(town.chen))
    case = (await at_desk(town, filed["case_no"], "reviewer.daguan"))["case"]
    reviewer = await staff(town, "reviewer.daguan")
    opened = await reviewer.open(f"/desk/cases/{case['id']}")
    assert f"/desk/integrity/of/{case['id']}" in opened.text
    page = await reviewer.open(f"/desk/integrity/of/{case['id']}")
    wrong = await reviewer.send(page, "/desk/integrity/of/" + case["id"], field="promise", ground="住址不实")
    assert wrong.status == 422
    assert "请选择失信的种类" in wrong.words
    assert "住址不实" in wrong.text
    done = await reviewer.send(
        wrong, "/desk/integrity/of/" + case["id"], kind="false.statement", evidence="走访记录"
    )
    assert "承诺的内容不实" in done.words
    assert "要由别人核实和决定" in (await reviewer.open(done.url)).words or "待送达" in done.words


async def test_she_reads_it_objects_by_a_form_and_another_officer_drops_it(town, browser):
    breach = await recorded(town)
    page = await browser.open(f"/login?next=/my/integrity/{breach}")
    who = town.chen.resident
    page = await browser.send(page, "/login", name=who.name, id_number=who.id_number)
    page = await browser.send(page, "/login/confirm", pin=town.chen.pin, code=town.chen.code)
    assert page.url.endswith(f"/my/integrity/{breach}")
    assert "住址不实" in page.words
    assert "何" not in page.words or "办理部门" in page.words
    empty = await browser.send(page, "/object", text=" ")
    assert (empty.status, "请写明您的理由" in empty.words) == (422, True)
    said = await browser.send(empty, "/object", text="我一直住在这里")
    assert "异议已提交" in said.words
    approver = await staff(town, "approver.daguan")
    listed = await approver.open("/desk/integrity")
    assert "异议待核实" in listed.words
    assert "陈桂兰" not in listed.words
    opened = await approver.open(f"/desk/integrity/{breach}")
    done = await approver.send(opened, "/drop", text="走访记错了门牌")
    assert "已撤销" in done.words
    assert "走访记错了门牌" in (await browser.open(f"/my/integrity/{breach}")).words


async def test_an_old_page_changes_nothing(town):
    breach = await recorded(town)
    boss = await town.staff("approver.daguan")
    reply = await town.post(f"/desk/integrity/{breach}/drop", {"revision": 1, "text": "旧页面"}, boss)
    assert (reply.status, reply.body["error"]["code"]) == (409, "breach.changed")


async def test_every_look_of_staff_is_on_her_record_of_looking(town):
    breach = await recorded(town)
    await town.get(f"/desk/integrity/{breach}", await town.staff("approver.daguan"))
    looks = (await town.get("/my/looks", await town.l2(town.chen))).body["looks"]
    assert "失信记录" in [look["noun_name"] for look in looks]


async def test_her_promises_are_listed_with_their_words(town):
    await allowance(town, await town.l2(town.chen))
    mine = (await town.get("/my/integrity", await town.l2(town.chen))).body
    assert any("真实" in each["words"] for each in mine["declared"])


async def test_who_may_promise_hands_in_no_paper_and_who_says_no_has_to(town):
    token = await town.l2(town.li)
    opened = await open_form(town, town.li.code, "business-registration", token)
    answers = SHOP | {
        "signature": {"name": "李明"},
        "scope": ["retail"],
        "staff_count": 1,
        "capital": "10000",
        "trade_name": "李明小卖部",
    }
    refused = await submit(town, opened, answers | {"commit_premises": False}, token)
    assert (refused.status, refused.body["error"]["field"]) == (422, "premises_photo")
    taken = await submit(town, opened, answers | {"commit_premises": True}, token)
    assert taken.status == 201, taken.body


async def test_the_next_page_of_the_register_is_another_one(town, monkeypatch):
    monkeypatch.setattr("models.integrity.desk.PAGE", 1)
    await recorded(town)
    await recorded(town)
    reviewer = await staff(town, "reviewer.daguan")
    first = await reviewer.open("/desk/integrity")
    href = re.search(r'href="(/desk/integrity[?][^"]*after=[^"]*)"', first.text)
    second = await reviewer.open(html.unescape(href[1]))
    shown = [set(re.findall(r"/desk/integrity/([0-9a-f]{28})", page.text)) for page in (first, second)]
    assert [len(each) for each in shown] == [1, 1]
    assert shown[0].isdisjoint(shown[1])
