"""Consent on a phone: asked before the button, refused unticked, given, found again, taken back; then told at the desk."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.county import County, Desk, button, case_number, follow, log_in

pytestmark = pytest.mark.browser


def test_consent_is_asked_given_found_again_and_taken_back(
    county: County, phone: Callable[..., Page], desk: Callable[[str], Desk]
) -> None:
    page = phone()
    page.goto(county.form(county.elder, "elder-allowance"))
    log_in(page, county.elder)
    before_the_button(page)
    box = page.get_by_label("我同意为办理“高龄津贴发放”使用我的银行账号")
    expect(box).not_to_be_checked()

    button(page, "提交申请").click()
    expect(page.get_by_text("请阅读“银行账户”的说明，同意的请勾选。").last).to_be_visible()
    page.locator("#problems").get_by_role("link").first.click()
    expect(page.get_by_label("我同意为办理")).to_be_focused()
    page.get_by_label("我同意为办理").check()
    button(page, "提交申请").click()
    expect(page.get_by_text("已提交，请保存回执")).to_be_visible()
    number = case_number(page)

    page.goto(f"{county.url}/my/consents")
    given = page.locator("section.card").first
    given.locator("summary").click()
    expect(given.get_by_text(number)).to_be_visible()
    expect(given.get_by_text("县民政局")).to_be_visible()
    given.get_by_role("button", name="撤回同意").click()
    expect(page.get_by_text("已撤回，办理机关会看到")).to_be_visible()

    clerk = desk("clerk.daguan")
    clerk.open(number)
    expect(clerk.page.get_by_text("申请人撤回了对“银行账户”（银行账号）的同意")).to_be_visible()


def before_the_button(page: Page) -> None:
    """What neither the registry nor an earlier matter of 陈桂兰's knows."""
    answer(page, "紧急联系人电话", "13900001111")
    button(page, "下一步").last.click()
    answer(page, "开户行", "农村商业银行大关支行")
    button(page, "下一步").last.click()
    page.get_by_label("我已阅读并同意").check()
    button(page, "下一步").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("请核对，然后提交")


def answer(page: Page, label: str, text: str) -> None:
    """A question, where it is asked: another walk may have answered it before."""
    expect(page.get_by_text("共4步")).to_be_visible()
    if page.get_by_label(label).is_visible():
        page.get_by_label(label).fill(text)


def test_the_privacy_notice_is_one_tap_from_the_door(county: County, phone: Callable[..., Page]) -> None:
    page = phone()
    page.goto(f"{county.url}/q/{county.door()['code']}")
    follow(page.get_by_role("link", name="隐私说明"))
    expect(page.get_by_role("heading", level=1)).to_have_text("隐私说明")
    expect(page.get_by_text("第1版")).to_have_count(2)
    page.get_by_role("link", name="保存多久").tap()
    expect(page.get_by_role("heading", name="保存多久")).to_be_in_viewport()
