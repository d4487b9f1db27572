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
