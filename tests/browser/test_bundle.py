"""One thing, once: a birth, three matters, one form, one receipt."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.county import County, Desk, button, log_in
from tests.browser.test_without_scripts import photo

pytestmark = pytest.mark.browser
TAKEN = ("预防接种证办理", "新生儿参加城乡居民基本医疗保险登记", "新生儿社会保障卡申领")


def test_a_birth_is_filed_once_and_one_refusal_leaves_the_others_alone(
    county: County, phone: Callable[..., Page], desk: Callable[[str], Desk]
) -> None:
    page = phone()
    page.goto(county.form(county.li, "newborn"))
    log_in(page, county.li)
    answer(page)
    page.get_by_label("我是孩子的父母或其他监护人").check()
    button(page, "提交申请").tap()
    expect(page.get_by_text("3 项里已办好 0 项")).to_be_visible()
    receipt = page.url.partition("?")[0]

    clerk = desk("clerk.daguan")
    refuse(clerk, number_of(page, TAKEN[1]))
    page.goto(receipt)
    expect(page.get_by_text("3 项里已办好 1 项")).to_be_visible()
    expect(child(page, TAKEN[1])).to_contain_text("不予办理")

    grant(clerk, number_of(page, TAKEN[0]))
    page.goto(receipt)
    expect(page.get_by_text("3 项里已办好 2 项")).to_be_visible()
    expect(child(page, TAKEN[0])).to_contain_text("已办结")
    expect(child(page, TAKEN[2])).to_contain_text("等待受理")


def answer(page: Page) -> None:
    """The scenario, what the three share, and the one or two questions that each has of its own."""
    page.get_by_role("group", name="生育登记办过了吗？").get_by_label("是", exact=True).check()
    page.get_by_label("父亲").check()
    for wanted in ("预防接种证", "新生儿医保", "新生儿社保卡"):
        page.get_by_label(wanted, exact=True).check()
    button(page, "下一步").tap()
    page.get_by_label("孩子姓名").fill("李小满")
    page.get_by_label("女", exact=True).check()
    page.get_by_label("孩子出生日期").fill(f"{date.today() - timedelta(days=20):%Y%m%d}")
    page.get_by_label("相册或文件").set_input_files([photo()])
    expect(page.get_by_text("已上传 1 个")).to_be_visible()
    button(page, "下一步").tap()
    page.get_by_label("不清楚").check()
    page.get_by_label("想哪天来").fill(f"{date.today() + timedelta(days=10):%Y%m%d}")
    button(page, "下一步").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text(TAKEN[1])
    button(page, "下一步").tap()
    page.get_by_label("用哪家银行的卡").select_option(index=1)
    button(page, "下一步").tap()
    page.get_by_label("我已阅读并同意").check()
    button(page, "下一步").tap()


def child(page: Page, name: str) -> Locator:
    return page.get_by_role("link").filter(has_text=name)


def number_of(page: Page, name: str) -> str:
    """The number of a child's own case."""
    child(page, name).tap()
    number = page.locator(".big.number").inner_text()
    page.go_back()
    return number


def refuse(clerk: Desk, number: str) -> None:
    clerk.open(number)
    clerk.unfold("不予办理")
    clerk.page.get_by_label("理由和依据").fill("孩子已随母亲在外县参保")
    clerk.do("不予办理", "已作出不予办理决定")


def grant(clerk: Desk, number: str) -> None:
    """An instant matter: on the spot."""
    clerk.open(number)
    clerk.do("当场办结", "已当场办结")
