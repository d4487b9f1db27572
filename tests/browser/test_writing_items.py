"""The catalogue changed while in use: written by one, let pass by another, met by a resident; the old case lives on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.county import County, Desk, button, follow

pytestmark = pytest.mark.browser
SLUG, SECTION = "marriage-booking", "booking"
PLAIN = "先在网上约好时间，到时带身份证去，当场就能办。"
ASKED = "证是哪一年领的"


def book(county: County, door: dict[str, Any], spouse: dict[str, Any]) -> str:
    """The number of a booking by the head of a household, in the version of today."""
    her = door["resident"]
    card = {"name": her["name"], "id_number": her["id_number"]}
    token = county.call("POST", "/login", card)["access_token"]
    submit = county.call("GET", f"/apply/{door['code']}/{SLUG}", token=token)["submit"]
    told = {
        "what": "marry", "come_on": (date.today() + timedelta(days=5)).isoformat(), "half": "am", "phone": "13900001111",
        "spouse_name": spouse["name"], "spouse_id_number": spouse["id_number"], "promise": True,
    }  # fmt: skip
    sent = {"submission_key": submit["submission_key"], "answers": told}
    return str(county.call("POST", submit["href"], sent, token)["receipt"]["case_no"])


def save(page: Page) -> None:
    page.locator("main button.main-button").click()
    expect(page.get_by_role("status").filter(has_text="已保存")).to_be_visible()


def write(editor: Desk) -> None:
    """Another sentence, and one more question that is asked of those alone who want a certificate again."""
    page, here = editor.page, f"{editor.county.url}/desk/items/{SLUG}"
    page.goto(here)
    button(page, "修改这个事项").click()
    page.get_by_role("link", name="基本信息", exact=True).click()
    page.get_by_label("给群众看的一句话").fill(PLAIN)
    save(page)
    page.goto(f"{here}/form")
    page.locator("summary").filter(has_text="加一问").first.click()
    page.locator(f"#f-{SECTION}-label").fill(ASKED)
    page.locator(f"#f-{SECTION}-type").select_option(label="一行文字")
    button(page, "加上").first.click()
    page.locator("[name='show_if.0.field']").select_option(value="what")
    page.locator("[name='show_if.0.value']").fill("补领证件")
    save(page)


def test_an_item_is_written_let_pass_and_met_while_the_old_case_lives_on(
    county: County, desk: Callable[[str], Desk], phone: Callable[..., Page]
) -> None:
    door, other = county.door(), county.door()
    old = book(county, door, other["resident"])
    editor = desk("reviewer.minzheng")
    write(editor)
    page = editor.page
    page.goto(f"{county.url}/desk/items/{SLUG}")
    page.get_by_label("改了什么、为什么").fill("群众问得多，说得更明白")
    button(page, "提交审核").click()
    expect(page.get_by_text("已提交，请另一位同事审核")).to_be_visible()
    expect(button(page, "审核通过")).to_have_count(0)

    reviewer = desk("approver.minzheng").page
    reviewer.goto(f"{county.url}/desk/items/{SLUG}")
    expect(reviewer.get_by_text(PLAIN)).to_be_visible()
    expect(reviewer.get_by_text(f"问题“{ASKED}”")).to_be_visible()
    button(reviewer, "审核通过").click()
    expect(reviewer.get_by_role("status").filter(has_text="审核通过")).to_be_visible()

    resident = phone()
    resident.goto(f"{county.url}/apply/{other['code']}/{SLUG}")
    expect(resident.get_by_text(PLAIN)).to_be_visible()
    resident.get_by_role("link", name="开始办理").first.tap()
    resident.get_by_label("姓名").fill(other["resident"]["name"])
    resident.get_by_label("身份证号码").fill(other["resident"]["id_number"])
    follow(button(resident, "下一步"))
    resident.goto(county.form(other, SLUG))
    expect(resident.get_by_label(ASKED)).to_be_hidden()
    resident.get_by_text("补领证件", exact=True).first.tap()
    expect(resident.get_by_label(ASKED)).to_be_visible()

    clerk = desk("clerk.minzheng")
    clerk.open(old)
    expect(clerk.page.get_by_text(ASKED)).to_have_count(0)
    clerk.do("受理", "已受理")
