"""Reminders and the filled form through the doors of the house, with scripts off."""

from __future__ import annotations

import re

import pytest

from tests.handlers.filing import allowance, repair

pytestmark = pytest.mark.gen_test(timeout=30)
SON = "19900000078"


async def test_whoever_applied_subscribes_and_ends_it_from_the_link(town, browser):
    token = await town.l2(town.chen)
    filed = await allowance(town, token)
    browser.cookies["access"] = token
    page = await browser.open(f"/q/{filed['code']}")
    assert "提醒我" in page.words
    page = await browser.send(
        await browser.open(f"/q/{filed['code']}/remind"), "/remind", phone=SON, what=["due"]
    )
    assert "已订阅" in page.words
    assert SON not in page.text
    ended = await browser.send(page, page.url.rpartition("?")[0][-36:])
    assert "已退订" in ended.words
    assert (await browser.open(page.url)).status == 404


async def test_what_was_typed_stays_when_something_is_wrong(town, browser):
    filed = await repair(town)
    page = await browser.open(f"/q/{filed['code']}/remind")
    again = await browser.send(page, "/remind", phone="12345", what=["done"])
    assert again.status == 422
    assert 'value="12345"' in again.text
    assert "请填写11位手机号码" in again.words


async def test_too_many_are_stopped(town):
    filed = await repair(town)
    sent = {"what": ["due"], "phone": SON}
    statuses = [(await town.post(f"/q/{filed['code']}/remind", sent)).status for _ in range(13)]
    assert statuses[:12] == [201] * 12
    assert statuses[12] == 429


async def test_the_filled_form_is_printed_for_whoever_filled_it_in_and_nobody_else(town, browser):
    token = await town.l2(town.chen)
    filed = await allowance(town, token, emergency_phone="13900005555")
    browser.cookies["access"] = token
    page = await browser.open(f"/q/{filed['code']}/form")
    assert page.status == 200
    for word in ("高龄津贴", filed["case_no"], "陈桂兰", "13900005555", "申请人签名"):
        assert word in page.words
    li = await town.l2(town.li)
    assert (await town.get(f"/q/{filed['code']}/form", li)).status == 401
    assert (await town.get(f"/q/{filed['code']}/form")).status == 401


async def test_a_receipt_that_needed_no_log_in_shows_the_form_on_the_device_it_was_filed_from_alone(town):
    filed = await repair(town)
    assert (await town.get(f"/q/{filed['code']}/form")).status == 401


async def test_receipt_desk_and_paper_name_the_same_day(town, browser):
    filed = await allowance(town, await town.l2(town.chen))
    receipt = (await town.get(f"/q/{filed['code']}")).body
    step = next(each for each in receipt["steps"] if each["state"] == "active")
    year, month, day = (int(part) for part in step["due_on"].split("-"))
    words = f"{year}年{month}月{day}日"
    assert f"{words}前完成" in (await browser.open(f"/q/{filed['code']}")).words
    led = await town.get(f"/desk?number={filed['case_no']}", await town.staff("clerk.daguan"))
    browser.cookies["access"] = await town.staff("clerk.daguan")
    for at in (led.headers["Location"], f"{led.headers['Location']}?print=1"):
        assert f"{words}前完成" in re.sub(r"\s+", " ", (await browser.open(at)).words)
