"""陈桂兰 asks why somebody looked at her data, a reviewer answers, she reads the answer; and a complaint without a name."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.county import County, Desk, button, case_number, follow, log_in

pytestmark = pytest.mark.browser

ANSWER = "受理您的申请时查看，用于核对年龄和户籍。"


def reviewer(page: Page, county: County) -> Page:
    """A reviewer of the town who has logged in."""
    page.goto(f"{county.url}/staff/login")
    page.get_by_label("用户名").fill("reviewer.daguan")
    page.get_by_label("密码").fill(county.password("reviewer.daguan"))
    button(page, "登录").click()
    page.wait_for_url("**/desk")
    return page


@pytest.fixture
def filed(county: County, phone: Callable[..., Page]) -> Page:
    """陈桂兰's phone, on which she has just reported that there is no water."""
    page = phone()
    page.goto(f"{county.url}/login?next=/my")
    log_in(page, county.chen)
    page.wait_for_url("**/my")
    page.goto(county.form(county.chen, "water-repair"))
    page.get_by_label("什么问题").select_option(label="没有水")
    page.get_by_label("联系电话").fill("13800007777")
    follow(button(page, "下一步"))
    follow(button(page, "提交申请"))
    return page


def test_chen_asks_about_a_look_the_reviewer_answers_and_she_reads_it(
    county: County, filed: Page, desk: Callable[[str], Desk], phone: Callable[..., Page]
) -> None:
    clerk = desk("clerk.daguan")
    clerk.open(case_number(filed))
    filed.goto(f"{county.url}/my")
    follow(filed.get_by_role("link", name=re.compile("谁看过我的信息")))
    follow(filed.get_by_role("link", name=re.compile("^问一问")).first)
    filed.get_by_label("想问什么").fill("为什么要看我的报修？")
    follow(button(filed, "提交询问"))
    expect(filed.get_by_role("status")).to_contain_text("已提交")
    asked = filed.locator("article").first
    expect(asked).to_contain_text("等待答复")

    other = reviewer(phone(), county)
    other.set_viewport_size({"width": 1440, "height": 900})
    other.get_by_role("navigation").get_by_role("link", name=re.compile("权利请求与投诉")).click()
    other.get_by_role("link", name=re.compile("询问谁看过")).first.click()
    expect(other.locator("main")).to_contain_text("为什么要看我的报修？")
    other.get_by_label("答复内容").first.fill(ANSWER)
    button(other, "答复").click()
    expect(other.get_by_role("status")).to_contain_text("已答复")

    filed.reload()
    expect(asked).to_contain_text(ANSWER)
    expect(asked).to_contain_text("已答复")


def test_a_complaint_without_a_name_from_a_door_is_followed_by_its_number_with_scripts_off(
    county: County, phone: Callable[..., Page]
) -> None:
    page = phone(scripts=False)
    page.goto(f"{county.url}/q/{county.chen['code']}")
    follow(page.get_by_role("contentinfo").get_by_role("link", name="投诉"))
    page.get_by_label("投诉的内容").fill("窗口等了一上午没有人")
    follow(button(page, "提交投诉"))
    number = page.locator(".big.number").inner_text()
    other = phone(scripts=False)
    other.goto(f"{county.url}/complaint")
    other.get_by_label("投诉编号").fill(number.lower())
    follow(button(other, "查答复"))
    expect(other.locator("main")).to_contain_text("等待答复")
