"""Supervision in a browser: the clerk explains, the inspector decides; the board and the command line agree."""

from __future__ import annotations

import argparse
import io
from datetime import timedelta

import pytest

from server.supervise import supervise
from tests.handlers import filing

pytestmark = pytest.mark.gen_test(timeout=20)


async def late_case(town):
    """A case of 陈桂兰's that was filed nine days ago, as far as the database knows."""
    number = (await filing.allowance(town, await town.l2(town.chen)))["case_no"]
    cases = town.built.database.collection("cases")
    before = town.home.clock() - timedelta(days=12)
    change = {"filed_at": before, "events.0.at": before, "steps.0.started_at": before, "watch_on": ""}
    await cases.update_one({"case_no": number}, {"$set": change})
    await town.home.supervision.sweep()
    return number


async def yellow(town, token, number):
    lights = (await town.get("/desk/lights", token)).body["lights"]
    return next(each for each in lights if each["case_no"] == number and each["level"] == "yellow")


async def test_the_clerk_finds_her_light_explains_it_and_the_inspector_cancels(town):
    number = await late_case(town)
    clerk, inspector = await town.staff("clerk.daguan"), await town.staff("supervisor")
    light = await yellow(town, clerk, number)
    path = f"/desk/lights/{light['id']}"
    told = await town.post(f"{path}/explain", {"revision": 1, "text": "等申请人补话"}, clerk)
    assert (told.status, told.body["light"]["state"]) == (200, "explained")
    done = await town.post(f"{path}/cancel", {"revision": 2, "text": "属实"}, inspector)
    assert done.body["light"]["state"] == "cancelled"


async def test_the_pages_say_it_in_words(town):
    number = await late_case(town)
    light = await yellow(town, await town.staff("clerk.daguan"), number)
    page = await town.get(f"/desk/lights/{light['id']}", await town.staff("clerk.daguan"), Accept="text/html")
    assert "符合条件不及时受理" in page.body.decode()
    listed = await town.get("/desk/board", await town.staff("supervisor"), Accept="text/html")
    assert number in listed.body.decode()


async def test_the_other_towns_clerk_and_a_resident_see_nothing(town):
    number = await late_case(town)
    light = await yellow(town, await town.staff("clerk.daguan"), number)
    path = f"/desk/lights/{light['id']}"
    assert (await town.get(path, await town.staff("clerk.qingxi"))).status == 404
    assert (await town.get(path, await town.l2(town.chen))).status == 401


async def test_the_command_sweeps_and_replays(town):
    await late_case(town)
    out = io.StringIO()
    await supervise(town.home.supervision, town.home.problems, argparse.Namespace(work="sweep"), out)
    since = (town.home.clock() - timedelta(days=20)).date()
    code = await supervise(
        town.home.supervision, town.home.problems, argparse.Namespace(work="replay", since=since), out
    )
    assert (code, "与记录一致" in out.getvalue()) == (0, True), out.getvalue()


async def test_an_inspector_puts_a_light_up_by_hand_from_the_page_of_the_case(town, browser):
    number = (await filing.allowance(town, await town.l2(town.chen)))["case_no"]
    case = (await filing.at_desk(town, number, "clerk.daguan"))["case"]
    page = await browser.open("/staff/login")
    password = next(each.password for each in town.report.staff if each.username == "supervisor")
    await browser.send(page, username="supervisor", password=password)
    opened = await browser.open(f"/desk/cases/{case['id']}")
    assert f"/desk/supervise/{case['id']}" in opened.text
    form = await browser.open(f"/desk/supervise/{case['id']}")
    wrong = await browser.send(form, case["id"], rule="charged", text="多收了二十元")
    assert (wrong.status, "请选择黄牌或红牌" in wrong.words) == (422, True)
    assert "多收了二十元" in wrong.text
    done = await browser.send(wrong, case["id"], level="red")
    assert "擅自收费" in done.words
    assert "已看" in (await browser.open(done.url)).words
