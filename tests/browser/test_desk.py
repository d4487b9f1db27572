"""The desk: news without moving the page, two clerks at one case, paper."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.county import County, Desk, button

pytestmark = pytest.mark.browser
TOP = "document.querySelector('[data-desk] h2').getBoundingClientRect().top"


def test_a_new_case_is_told_without_moving_the_page(county: County, desk: Callable[[str], Desk]) -> None:
    clerk = desk("clerk.daguan")
    before = clerk.page.evaluate(TOP)
    rows = clerk.page.locator("[data-queue] li").count()
    number = county.report_leak(county.chen)
    bar = clerk.page.get_by_role("link", name="有 1 件新办件")
    expect(bar).to_be_visible()
    assert clerk.page.evaluate(TOP) == before
    assert clerk.page.locator("[data-queue] li").count() == rows
    bar.click()
    expect(clerk.page.get_by_text(number)).to_be_visible()


def test_the_second_of_two_clerks_is_told_that_the_case_was_handled(
    county: County, desk: Callable[[str], Desk]
) -> None:
    first, second = desk("clerk.daguan"), desk("clerk.daguan")
    number = county.report_leak(county.chen)
    first.open(number)
    second.open(number)
    first.do("受理", "已受理")
    button(second.page, "受理").click()
    expect(second.page.locator("#problems")).to_contain_text("刚被同事处理过")
    expect(second.page.locator("#problems")).to_be_focused()
    expect(button(second.page, "准予并办结")).to_be_visible()


def test_a_case_prints_without_navigation_or_buttons(county: County, desk: Callable[[str], Desk]) -> None:
    clerk = desk("clerk.daguan")
    number = county.report_leak(county.chen)
    clerk.open(number)
    clerk.page.get_by_role("link", name="打印", exact=True).click()
    expect(clerk.page.locator("main")).to_contain_text(number)
    expect(clerk.page.get_by_role("navigation")).to_have_count(0)
    clerk.page.emulate_media(media="print")
    assert clerk.page.locator("button:visible").count() == 0


def test_a_refusal_without_a_reason_is_asked_for_one_beside_the_box(
    county: County, desk: Callable[[str], Desk]
) -> None:
    clerk = desk("clerk.daguan")
    clerk.open(county.report_leak(county.chen))
    clerk.unfold("不予办理")
    button(clerk.page, "不予办理").click()
    expect(clerk.page.locator("#f-refuse-reason-problem")).to_be_visible()
