"""The windows of a hall: given out, printed, taken away, and what whoever scans one finds."""

from __future__ import annotations

import re

import pytest

from tests.handlers.test_counter import begin, code_of

pytestmark = pytest.mark.gen_test(timeout=30)
HERE, ELSEWHERE = "clerk.daguan", "clerk.qingxi"


async def given_out(town, name="3号窗口", username=HERE):
    reply = await town.post("/desk/windows", {"name": name}, await town.staff(username))
    assert reply.status == 201, reply.body
    return reply.body["id"]


async def listed(town, username=HERE):
    return [each["id"] for each in (await town.get("/desk/windows", await town.staff(username))).body]


async def test_a_new_window_is_in_the_list_of_its_hall_and_of_no_other(town):
    code = await given_out(town)
    assert code in await listed(town)
    assert code not in await listed(town, ELSEWHERE)
    assert code not in await listed(town, "clerk.minzheng")


async def test_whoever_scans_it_finds_where_to_rate_and_what_to_do(town):
    code = await given_out(town, "社保窗口")
    landing = (await town.get(f"/q/{code}")).body
    assert (landing["kind"], landing["address"]) == ("P", "大关镇社保窗口")
    assert landing["items"]
    assert (await town.get(f"/visit/{code}")).status == 200


async def test_its_sheet_is_one_page_with_its_code(town):
    code = await given_out(town)
    paper = await town.get(f"/desk/windows/{code}/sheet.pdf", await town.staff(HERE))
    assert (paper.status, paper.headers["Content-Type"]) == (200, "application/pdf")
    assert len(re.findall(rb"/Type\s*/Page\b", paper.body)) == 1
    other = await town.get(f"/desk/windows/{code}/sheet.pdf", await town.staff(ELSEWHERE))
    assert code_of(other) == (404, "window.unknown")


async def test_one_that_was_taken_away_rates_nothing_and_takes_nothing(town):
    code, clerk = await given_out(town), await town.staff(HERE)
    unexplained = await town.post(f"/desk/windows/{code}/close", {"reason": " "}, clerk)
    assert (unexplained.status, unexplained.body["error"]["field"]) == (422, "reason")
    assert (await town.post(f"/desk/windows/{code}/close", {"reason": "窗口撤销"}, clerk)).status == 200
    assert code not in await listed(town)
    assert (await town.get(f"/q/{code}")).status == 410
    assert (await town.get(f"/visit/{code}")).status == 409
    assert code_of(await begin(town, window=code)) == (404, "window.unknown")


@pytest.mark.parametrize("name", ["", " ", "很" * 21, "号\u202e窗"])
async def test_a_name_that_is_none_is_refused_beside_its_field(town, name):
    reply = await town.post("/desk/windows", {"name": name}, await town.staff(HERE))
    assert (reply.status, reply.body["error"]["field"]) == (422, "name")


async def test_the_page_works_with_scripts_off(town, browser):
    page = await browser.open("/staff/login")
    staff = next(each for each in town.report.staff if each.username == "clerk.shimen")
    await browser.send(page, username="clerk.shimen", password=staff.password)
    page = await browser.send(await browser.open("/desk/windows"), "/desk/windows", name="便民窗口")
    assert "便民窗口" in page.words
    page = await browser.send(page, "/close", reason="x")
    assert page.status == 422
    page = await browser.send(page, "/close", reason="搬走了")
    assert "还没有窗口码" in page.words


async def test_the_county_s_hall_finds_its_own_window_among_those_of_all_towns(town, monkeypatch):
    monkeypatch.setattr("models.counter.service.MOST_WINDOWS", 1)
    await given_out(town, username=HERE)
    await given_out(town, username=ELSEWHERE)
    await given_out(town, username="clerk.minzheng")
    windows = (await town.get("/desk/windows", await town.staff("clerk.minzheng"))).body
    assert [each["areas"] for each in windows] == [["529901"]]
