"""The ledger of problems over HTTP: listed from a light with one button, owned, put right, struck off by another."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.handlers.browser import Browser
from tests.handlers.filing import allowance, at_desk

pytestmark = pytest.mark.gen_test(timeout=30)
LEDGER = "/desk/problems"


def opening(town, **changed):
    due = (town.home.today() + timedelta(days=10)).isoformat()
    given = {"title": "收件窗口中午没有人", "what": "安排轮班", "office": "529901101", "due_on": due}
    return given | changed


async def listed(town, **changed):
    """A problem that the county's supervisor has put on the ledger of 大关镇."""
    told = await town.post(f"{LEDGER}/new", opening(town, **changed), await town.staff("supervisor"))
    assert told.status == 201, told.body
    return told.body["problem"]


async def move(town, username, problem, name, revision, **told):
    sent = {"revision": revision, **told}
    return await town.post(f"{LEDGER}/{problem}/{name}", sent, await town.staff(username))


async def staff(town, username):
    browser = Browser(town.url)
    page = await browser.open("/staff/login")
    password = next(each.password for each in town.report.staff if each.username == username)
    await browser.send(page, username=username, password=password)
    return browser


async def overdue(town, problem):
    """As if its day had passed."""
    problems = town.built.database.collection("problems")
    yesterday = (town.home.today() - timedelta(days=1)).isoformat()
    await problems.update_one({"_id": problem}, {"$set": {"due_on": yesterday}})


async def test_it_is_put_right_by_the_office_and_struck_off_by_another(town):
    problem = (await listed(town))["id"]
    mine = (await town.get(LEDGER, await town.staff("clerk.daguan"))).body["mine"]
    assert problem in [each["id"] for each in mine]
    assert (await move(town, "clerk.daguan", problem, "claim", 1)).body["problem"]["owner_name"]
    assert (await move(town, "clerk.daguan", problem, "report", 2, text="排好了轮班表")).status == 200
    assert (await move(town, "clerk.daguan", problem, "strike", 3, text="改好了")).status == 403
    struck = await move(town, "supervisor", problem, "strike", 3, text="到现场看过")
    assert (struck.status, struck.body["problem"]["state"]) == (200, "struck")


async def test_after_a_claim_it_is_nobody_elses(town):
    problem = (await listed(town))["id"]
    await move(town, "clerk.daguan", problem, "claim", 1)
    assert (await move(town, "reviewer.daguan", problem, "report", 2, text="我来")).status == 404
    assert problem not in [
        each["id"] for each in (await town.get(LEDGER, await town.staff("reviewer.daguan"))).body["mine"]
    ]


async def test_the_approver_who_put_it_right_does_not_strike_it_off(town):
    problem = (await listed(town))["id"]
    await move(town, "approver.daguan", problem, "report", 1, text="排好了轮班表")
    refused = await move(town, "approver.daguan", problem, "strike", 2, text="我看可以")
    assert (refused.status, refused.body["error"]["code"]) == (409, "problem.own")


async def test_a_light_is_listed_by_one_button_and_once(town, browser):
    filed = await allowance(town, await town.l2(town.chen))
    case = (await at_desk(town, filed["case_no"], "clerk.daguan"))["case"]
    await town.built.database.collection("cases").update_one(
        {"_id": case["id"]}, {"$set": {"events.0.at": town.home.clock() - timedelta(days=30), "watch_on": "",
                                       "filed_at": town.home.clock() - timedelta(days=30)}}
    )  # fmt: skip
    await town.home.supervision.sweep()
    light = f"{case['id']}:accept.late:accept.1:yellow"
    inspector = await staff(town, "supervisor")
    page = await inspector.open(f"/desk/lights/{light}")
    assert "挂牌督办" in page.words
    form = await inspector.open(f"{LEDGER}/new?found=light:{light}")
    assert filed["case_no"] in form.text
    assert "陈桂兰" not in form.text
    done = await inspector.send(form, f"found=light%3A{light.replace(':', '%3A')}")
    again = await inspector.send(form, f"found=light%3A{light.replace(':', '%3A')}")
    assert done.url == again.url
    assert "整改中" in done.words
    board = await inspector.open("/desk/board")
    assert "问题台账" in board.words


async def test_what_is_wrong_stands_beside_its_field_with_everything_kept(town):
    inspector = await staff(town, "supervisor")
    page = await inspector.open(f"{LEDGER}/new")
    wrong = await inspector.send(page, f"{LEDGER}/new", title="窗口没人", what="", due_on="昨天")
    assert wrong.status == 422
    assert "请写明发现了什么" in wrong.words
    assert "窗口没人" in wrong.text


async def test_an_owner_who_does_not_work_there_is_refused(town):
    told = await town.post(
        f"{LEDGER}/new", opening(town, owner="clerk.qingxi"), await town.staff("supervisor")
    )
    assert (told.status, told.body["error"]["field"]) == (422, "owner")
    assert (await listed(town, owner="clerk.daguan"))["owner_name"]


async def test_an_overdue_one_is_marked_and_goes_to_the_superior_once(town):
    problem = (await listed(town))["id"]
    await overdue(town, problem)
    assert await town.home.problems.escalate() >= 1
    assert await town.home.problems.escalate() == 0
    inspector = await staff(town, "supervisor")
    page = await inspector.open(f"{LEDGER}?view=overdue")
    assert "逾期 1 天" in page.words
    assert "已报上级" in page.words
    counts = (await town.get(LEDGER, await town.staff("supervisor"))).body["counts"]
    assert counts["overdue"] >= 1
    assert counts["superior"] >= 1


async def test_the_other_town_and_the_other_line_know_of_nothing(town):
    problem = (await listed(town, department="民政", office="529901"))["id"]
    here = (await listed(town))["id"]
    for username, found in (("clerk.qingxi", here), ("supervisor.qingxi", here), ("approver.yibao", problem)):
        assert (await town.get(f"{LEDGER}/{found}", await town.staff(username))).status == 404, username
    assert (await town.get(f"{LEDGER}/{problem}", await town.staff("approver.minzheng"))).status == 200


async def test_nobody_lists_for_an_area_that_is_not_hers(town):
    told = await town.post(f"{LEDGER}/new", opening(town), await town.staff("supervisor.qingxi"))
    assert told.status == 403


async def test_the_ledger_is_printed_and_taken_along_without_what_people_wrote(town):
    await listed(town, title="=1+1 窗口没人", what="办事的人叫陈桂兰")
    inspector = await staff(town, "supervisor")
    paper = await inspector.open(f"{LEDGER}?print=1")
    assert "窗口没人" in paper.words
    told = await town.call(
        "GET", f"{LEDGER}/ledger.csv", token=await town.staff("supervisor"), headers={"Accept": "text/csv"}
    )
    text = told.body.decode()
    assert told.headers["Content-Type"].startswith("text/csv")
    assert "'=1+1 窗口没人" in text
    assert "陈桂兰" not in text


async def test_what_people_wrote_is_sealed_where_it_lies(town):
    problem = (await listed(town, what="这里写的是要求"))["id"]
    await move(town, "clerk.daguan", problem, "report", 1, text="这里写的是措施")
    row = await town.built.database.collection("problems").find_one({"_id": problem})
    assert "这里写的" not in repr(row)


async def test_an_old_page_changes_nothing(town):
    problem = (await listed(town))["id"]
    await move(town, "clerk.daguan", problem, "claim", 1)
    stale = await move(town, "clerk.daguan", problem, "report", 1, text="旧页面")
    assert (stale.status, stale.body["error"]["code"]) == (409, "problem.changed")


async def test_what_nobody_has_upheld_is_not_put_on_the_ledger_as_true(town):
    said = await town.post("/complaint", {"text": "窗口收了我20元", "named": "", "phone": ""})
    assert said.status == 201, said.body
    row = await town.built.database.collection("rights").find_one({"number": said.body["number"]})
    asked = await town.get(
        f"{LEDGER}/new?found=complaint:{row['_id']}", await town.staff("reviewer.minzheng")
    )
    assert (asked.status, asked.body["error"]["code"]) == (404, "request.unknown")


async def test_the_table_of_the_ledger_holds_every_one_of_them(town, monkeypatch):
    monkeypatch.setattr("handlers.problems.PRINTED", 2)
    titles = [(await listed(town, title=f"问题{number}"))["title"] for number in range(3)]
    told = await town.get(f"{LEDGER}/ledger.csv", await town.staff("supervisor"))
    assert all(title in told.body.decode() for title in titles)
