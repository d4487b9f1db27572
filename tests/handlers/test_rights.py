"""Requests about one's own data, from the resident's page to the desk's answer and back, without scripts."""

from __future__ import annotations

import asyncio

import pytest

from tests.handlers import filing
from tests.handlers.browser import Browser

pytestmark = pytest.mark.gen_test(timeout=30)

ANSWER = "受理高龄津贴时查看了您的年龄和户籍，用于核对条件。"
REVIEWER = "reviewer.daguan"


async def signed_in(town, username):
    """A browser at which a member of staff has logged in."""
    browser = Browser(town.url)
    page = await browser.open("/staff/login")
    password = next(each.password for each in town.report.staff if each.username == username)
    await browser.send(page, "/staff/login", username=username, password=password)
    return browser


async def at_home(town, door):
    """A browser at which a resident has confirmed who she is."""
    browser = Browser(town.url)
    page = await browser.open("/login?next=/my")
    page = await browser.send(page, "/login", name=door.resident.name, id_number=door.resident.id_number)
    await browser.send(page, "/login/confirm", pin=door.pin, code=door.code)
    return browser


async def looked_at(town, username="clerk.daguan"):
    """陈桂兰 files an allowance, a member of staff opens it; her token and the look."""
    token = await town.l2(town.chen)
    case_no = (await filing.allowance(town, token))["case_no"]
    await filing.at_desk(town, case_no, username)
    looks = (await town.get("/my/looks", token)).body["looks"]
    return token, next(look for look in looks if look["ground_text"] == case_no)


async def asked(town, username="clerk.daguan", **said):
    """A request of hers about a look; her token and the request."""
    token, look = await looked_at(town, username)
    reply = await town.post(f"/my/looks/{look['id']}/ask", said, token)
    assert reply.status == 201, reply.body
    return token, reply.body


async def answer(town, request, username=REVIEWER, action="answer", **told):
    """The answer of a member of staff to the request as it stands."""
    token = await town.staff(username)
    seen = await town.get(f"/desk/rights/{request['id']}", token)
    rev = seen.body["rev"] if seen.status == 200 else 1
    sent = {"rev": rev, "text": ANSWER, **told}
    return await town.post(f"/desk/rights/{request['id']}/{action}", sent, token)


async def messages(town, words):
    """What went to phones with ``words`` in it, after what is on its way has arrived."""
    for _ in range(60):
        found = [each for each in await town.home.outbox.latest(100, "") if words in each.text]
        if found:
            return found
        await asyncio.sleep(0.1)
    return []


async def test_chen_asks_about_a_look_and_reads_the_answer_with_scripts_off(town):
    await looked_at(town)
    browser = await at_home(town, town.chen)
    page = await browser.open("/my/looks")
    href = page.text.split('class="button" href="')[1].split('"')[0]
    page = await browser.send(await browser.open(href), "/ask", text="为什么看我的户籍？")
    assert "已提交" in page.words
    request = (await town.get("/my/rights", await town.l2(town.chen))).body["requests"][0]
    desk = await signed_in(town, REVIEWER)
    opened = await desk.open(f"/desk/rights/{request['id']}")
    assert "为什么看我的户籍？" in opened.words
    assert "查看办件" in opened.words
    done = await desk.send(opened, "/answer", text=ANSWER)
    assert "已答复" in done.words
    assert ANSWER in (await browser.open("/my/rights")).words


async def test_the_answer_is_on_the_record_of_looking_and_told_by_sms(town):
    token, request = await asked(town)
    before = len((await town.get("/my/looks", token)).body["looks"])
    reply = await answer(town, request)
    assert (reply.status, reply.body["request"]["state"]) == (200, "answered")
    looks = (await town.get("/my/looks", token)).body["looks"]
    assert len(looks) == before + 2
    assert [(look["act"], look["noun"]) for look in looks[:2]] == [("decide", "request"), ("view", "request")]
    assert len(await messages(town, request["number"])) == 1


async def test_the_same_look_asked_about_twice_is_one_request(town):
    token, request = await asked(town)
    look = (await town.get(f"/desk/rights/{request['id']}", await town.staff(REVIEWER))).body["look"]["id"]
    again = await town.post(f"/my/looks/{look}/ask", {"text": "为什么又问一次"}, token)
    assert (again.status, again.body["id"]) == (200, request["id"])


async def test_whoever_looked_is_told_to_stand_back(town):
    _, request = await asked(town, REVIEWER)
    refused = await answer(town, request)
    assert (refused.status, refused.body["error"]["code"]) == (403, "rights.recuse")
    listed = (await town.get("/desk/rights", await town.staff(REVIEWER))).body
    assert request["number"] not in str(listed)
    county = await answer(town, request, "reviewer.minzheng")
    assert county.status == 200


async def test_reviewers_of_another_town_and_other_roles_see_nothing_of_it(town):
    _, request = await asked(town)
    for username in ("reviewer.qingxi", "clerk.daguan", "approver.daguan", "supervisor", "admin"):
        token = await town.staff(username)
        reply = await town.get(f"/desk/rights/{request['id']}", token)
        assert reply.status in (403, 404), username
        assert "陈桂兰" not in str(reply.body)
    assert (await town.get("/desk/rights", await town.staff("reviewer.qingxi"))).body["rows"] == []


async def test_the_list_names_nobody(town):
    await asked(town, text="我的电话是13912345678")
    page = await town.get("/desk/rights", await town.staff(REVIEWER), Accept="text/html")
    words = page.body.decode()
    assert "询问谁看过" in words
    assert "陈桂兰" not in words
    assert "13912345678" not in words


async def test_of_two_reviewers_the_second_reads_that_a_colleague_was_faster(town):
    _, request = await asked(town)
    first, second = await signed_in(town, REVIEWER), await signed_in(town, "reviewer.minzheng")
    pages = [await each.open(f"/desk/rights/{request['id']}") for each in (first, second)]
    await first.send(pages[0], "/answer", text=ANSWER)
    late = await second.send(pages[1], "/answer", text="县里的另一个答复。")
    assert (late.status, "刚被同事答复" in late.words) == (409, True)
    assert "没有可以办理的" in late.words


async def test_a_refusal_without_a_ground_is_asked_for_one_and_keeps_what_was_typed(town):
    _, request = await asked(town)
    desk = await signed_in(town, REVIEWER)
    page = await desk.open(f"/desk/rights/{request['id']}")
    refused = await desk.send(page, "/refuse", text="这件事已经进入行政复议程序。")
    assert (refused.status, "请选择依据" in refused.words) == (422, True)
    assert "已经进入行政复议程序" in refused.text
    done = await desk.send(refused, "/refuse", ground="dispute")
    assert "行政复议、诉讼等法定途径" in done.words


async def test_the_desk_leads_to_what_waits_with_its_count(town):
    await asked(town)
    page = await (await signed_in(town, REVIEWER)).open("/desk/rights")
    waiting = (await town.get("/desk/rights", await town.staff(REVIEWER))).body["waiting"]
    assert f"权利请求与投诉 {waiting} 件" in page.words
    clerk = await (await signed_in(town, "clerk.daguan")).open("/desk")
    assert "权利请求与投诉" not in clerk.words


# Deleting.


async def begun(town, door):
    """A resident who has typed into a form; her browser."""
    browser = await at_home(town, door)
    form = {"answers": {"phone": "13912345678"}}
    await town.call("PUT", f"/apply/{door.code}/elder-card/draft", form, await town.l2(door))
    return browser


async def test_drafts_are_deleted_at_once_with_scripts_off(town):
    browser = await begun(town, town.li)
    page = await browser.open("/my/rights/delete")
    assert "没填完的草稿 1 份" in page.words
    unsure = await browser.send(page, "/delete/now")
    assert (unsure.status, "我确认删除" in unsure.words) == (422, True)
    done = await browser.send(unsure, "/delete/now", sure="yes")
    assert "已删除草稿 1 份、文件 0 个" in done.words
    assert "没有草稿" in (await browser.open("/my/rights/delete")).words
    assert "13912345678" not in str(
        (await town.get(f"/apply/{town.li.code}/elder-card", await town.l2(town.li))).body
    )


async def test_with_nothing_to_delete_it_says_so(town):
    door = town.report.doors[2]
    reply = await town.post("/my/rights/delete/now", {"sure": "yes"}, await town.l2(door))
    assert (reply.status, reply.body["error"]["code"]) == (409, "rights.nothing")


async def test_the_page_of_deletion_says_what_the_law_keeps_and_lists_her_cases(town):
    token = await town.l2(town.chen)
    case_no = (await filing.allowance(town, token))["case_no"]
    page = await town.get("/my/rights/delete", token, Accept="text/html")
    words = page.body.decode()
    assert "《档案法》" in words
    assert "第十三条第一款第三项" in words
    assert case_no in words


async def test_asking_to_delete_a_case_is_answered_with_the_reason_why_it_stays(town):
    browser = await at_home(town, town.chen)
    token = await town.l2(town.chen)
    case_no = (await filing.allowance(town, token))["case_no"]
    page = await browser.send(
        await browser.open("/my/rights/delete"), "/rights/delete", target="matter", case_no=case_no
    )
    assert "已提交" in page.words
    requests = (await town.get("/my/rights", token)).body["requests"]
    request = next(each for each in requests if case_no in each["about"])
    assert (await answer(town, request)).status == 200
    assert "办结前不能删除" in (await browser.open("/my/rights")).words


@pytest.mark.parametrize("sent", [{}, {"target": "everything"}, {"target": "matter", "case_no": "5299" * 5}])
async def test_a_wrong_request_to_delete_comes_back_on_its_page(town, sent):
    browser = await at_home(town, town.chen)
    page = await browser.send(
        await browser.open("/my/rights/delete"), "/rights/delete", text="请删除这些内容", **sent
    )
    assert page.status in (404, 422)
    assert "错误：" in page.text
    assert "请删除这些内容" in page.text


async def test_something_is_asked_to_be_explained(town):
    browser = await at_home(town, town.chen)
    page = await browser.open("/my/rights/explain")
    wrong = await browser.send(page, "/explain", text="")
    assert wrong.status == 422
    done = await browser.send(
        wrong, "/explain", topic="rule", item="elder-allowance", text="为什么是这一档？"
    )
    assert "办理规则 高龄津贴" in done.words


# Complaints.


async def test_anybody_complains_from_the_foot_of_a_door_and_reads_the_answer_by_number(town):
    browser = Browser(town.url)
    door = await browser.open(f"/q/{town.chen.code}")
    href = door.text.split('href="/complaint')[1].split('"')[0]
    page = await browser.open(f"/complaint{href}")
    assert 'name="code" value="DEBB' in page.text
    sent = await browser.send(page, "/complaint", text="窗口等了一上午没有人", phone="13912345678")
    number = sent.url.partition("/complaint/")[2][:12]
    assert "等待答复" in sent.words
    listed = (await town.get("/desk/rights", await town.staff(REVIEWER))).body["rows"]
    request = next(row for row in listed if row["number"] == number)
    assert "丘林村" in request["place"]
    assert (await answer(town, request, text="已约谈，明天起有人值班。")).status == 200
    followed = await Browser(town.url).open(
        f"/complaint?number={number[:6].lower()} {number[6:]}".replace(" ", "%20")
    )
    assert "已约谈，明天起有人值班。" in followed.words
    assert len(await messages(town, number)) == 1


async def test_the_number_reveals_state_and_answer_and_nothing_else(town):
    sent = {"text": "窗口等了一上午没有人", "named": "王五", "phone": "13912345678"}
    number = (await town.post("/complaint", sent)).body["number"]
    for face in ("application/json", "text/html"):
        told = await town.get(f"/complaint/{number}", Accept=face)
        assert [word for word in sent.values() if word in str(told.body)] == []
    shown = (await town.get(f"/complaint/{number}")).body
    assert set(shown) == {"number", "kind", "kind_name", "state", "state_name", "due_on", "answer"}


async def test_a_wrong_complaint_comes_back_with_everything_typed(town):
    browser = Browser(town.url)
    page = await browser.open("/complaint")
    typed = {"text": "等了很久没有人", "named": "王五", "phone": "12345", "code": "D7K2"}
    wrong = await browser.send(page, "/complaint", **typed)
    assert wrong.status == 422
    assert wrong.text.startswith("<!doctype html>")
    assert "错误：" in wrong.text
    assert [word for word in typed.values() if word not in wrong.text] == []


async def test_a_number_that_is_none_is_told_beside_its_field(town):
    page = await Browser(town.url).open("/complaint?number=T123")
    assert (page.status, "以 T 开头的12位" in page.words) == (404, True)
    assert (await town.get("/complaint/TAAAAAAAAAAA")).status == 404


async def test_too_many_complaints_from_one_phone_are_asked_to_wait(town):
    sent = {"text": "窗口等了一上午没有人"}
    statuses = [
        (await town.call("POST", "/complaint", sent, headers={"X-Device": "phone-that-floods"})).status
        for _ in range(21)
    ]
    assert statuses == [201] * 20 + [429]


async def test_a_complaint_of_a_resident_stands_in_her_own_list(town):
    token = await town.l2(town.li)
    number = (await town.post("/complaint", {"text": "工作人员态度不好"}, token)).body["number"]
    assert number in [each["number"] for each in (await town.get("/my/rights", token)).body["requests"]]
    assert number not in str((await town.get("/my/rights", await town.l2(town.chen))).body)


async def test_a_complaint_needs_the_token_of_its_page(town):
    told = {"Content-Type": "application/x-www-form-urlencoded"}
    reply = await town.call("POST", "/complaint", "text=没有令牌的投诉".encode(), headers=told)
    assert reply.status == 403


async def test_every_page_of_residents_leads_to_complaints(town):
    browser = await at_home(town, town.chen)
    code = (await filing.repair(town))["code"]
    addresses = [
        "/", "/my", "/my/looks", "/my/rights", "/my/acting", "/sessions", "/progress", "/nowhere", f"/q/{town.chen.code}",
        f"/q/{code}", f"/apply/{town.chen.code}/elder-allowance/1", f"/mismatch/{town.chen.code}", "/q/DXXX", "/login",
        "/login/confirm", "/complaint",
    ]  # fmt: skip
    missing = [
        path
        for path in addresses
        if 'href="/complaint' not in (await browser.open(path)).text.partition("<footer")[2]
    ]
    assert missing == []
