"""Too many at once, on a phone: with scripts the work is done while one reads, without them one waits and presses again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from models.limits.limit import CALM
from tests.browser.county import County, button, follow

pytestmark = pytest.mark.browser
SLOW_PHONE = 4
PATIENCE = 5_000  # ms


def crowd(county: County, door: dict[str, Any]) -> None:
    """As many reports from one plate as its threshold says."""
    for _ in range(CALM[0].most):
        county.report_leak(door)


def before_the_button(page: Page, county: County, door: dict[str, Any]) -> None:
    page.goto(county.form(door, "water-repair"))
    page.get_by_label("什么问题").select_option(label="没有水")
    page.get_by_label("联系电话").fill("13800007777")
    button(page, "下一步").last.click()
    expect(button(page, "提交申请")).to_be_visible()


def test_with_scripts_the_challenge_is_solved_by_itself_within_five_seconds_on_a_slow_phone(
    county: County, phone: Callable[..., Page]
) -> None:
    page, door = phone(), county.door()
    crowd(county, door)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOW_PHONE})
    before_the_button(page, county, door)
    expect(page.get_by_text("核对好了，可以提交。")).to_be_visible(timeout=PATIENCE)
    follow(button(page, "提交申请"))
    expect(page.get_by_text("已提交，请保存回执")).to_be_visible()


def test_whoever_is_faster_sees_how_far_it_is_and_need_not_press_again(
    county: County, phone: Callable[..., Page]
) -> None:
    page, door = phone(), county.door()
    crowd(county, door)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 20})
    before_the_button(page, county, door)
    with page.expect_navigation():
        button(page, "提交申请").click()
        expect(page.get_by_text("正在核对，好了会自动提交。")).to_be_visible()
    expect(page.get_by_text("已提交，请保存回执")).to_be_visible()


def test_with_scripts_off_one_waits_with_a_ticket_and_loses_nothing(
    county: County, phone: Callable[..., Page]
) -> None:
    page, door = phone(scripts=False), county.door()
    crowd(county, door)
    before_the_button(page, county, door)
    expect(page.get_by_text("现在提交的人多，请等20秒后再点一次“提交申请”")).to_be_visible()
    button(page, "提交申请").click()
    expect(page.get_by_text("秒。到时候再点一次“提交申请”，您填写的内容都还在。")).to_be_visible()
    expect(page.get_by_text("13800007777")).to_be_visible()
    page.wait_for_timeout(20_500)
    button(page, "提交申请").click()
    expect(page.get_by_text("已提交，请保存回执")).to_be_visible()
