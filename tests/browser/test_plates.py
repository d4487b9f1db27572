"""Codes that open nothing: what is said, whom to call, and that nothing should be typed elsewhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.county import County, button
from tests.browser.test_without_scripts import photo

pytestmark = pytest.mark.browser


def set_state(county: County, code: str, state: str, successor: str = "") -> None:
    body = {"state": state, "reason": "测试", "successor": successor}
    county.call("POST", f"/desk/codes/{code}/state", body, county.staff("admin"))


def test_a_mistyped_code_can_be_typed_again(county: County, phone: Callable[..., Page]) -> None:
    page, code = phone(), county.chen["code"]
    page.goto(f"{county.url}/q/{code[:-2]}{'0' if code[-2] != '0' else '1'}{code[-1]}")
    expect(page.get_by_role("heading", level=1)).to_have_text("编号可能输错了")
    page.get_by_label("再输一次编号").fill(code.lower())
    button(page, "打开").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text(county.chen["address"])


def test_an_unknown_code_says_that_it_is_not_ours_and_to_fill_in_nothing(
    county: County, phone: Callable[..., Page]
) -> None:
    page = phone()
    page.goto(f"{county.url}/q/{unissued(county)}")
    expect(page.get_by_role("heading", level=1)).to_have_text("这不是我们发的码")
    expect(page.get_by_text("请先不要填写")).to_be_visible()


def unissued(county: County) -> str:
    """A well-formed code that hangs on no wall: 陈桂兰's with two neighbouring characters and the check moved."""
    code = county.chen["code"]
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    for last in alphabet:
        found = f"{code[:5]}{alphabet[(alphabet.index(code[5]) + 1) % 32]}{code[6:-1]}{last}"
        reply = county_state(county, found)
        if reply == "unknown":
            return found
    raise AssertionError("no well-formed code found")


def county_state(county: County, code: str) -> str:
    try:
        return str(county.call("GET", f"/q/{code}")["state"])
    except OSError as error:  # urllib's HTTPError
        return "unknown" if b'"unknown"' in error.read() else "mistyped"  # type: ignore[attr-defined]


def test_a_suspended_plate_names_the_grid_worker(county: County, phone: Callable[..., Page]) -> None:
    page, door = phone(), county.door()
    set_state(county, door["code"], "suspended")
    page.goto(f"{county.url}/q/{door['code']}")
    expect(page.get_by_role("heading", level=1)).to_have_text("这块门牌暂停使用")
    expect(page.get_by_role("link", name="网格员")).to_be_visible()
    set_state(county, door["code"], "active")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text(door["address"])


def test_a_replaced_plate_leads_to_its_successor(county: County, phone: Callable[..., Page]) -> None:
    page, old, new = phone(), county.door(), county.door()
    set_state(county, old["code"], "replaced", new["code"])
    page.goto(f"{county.url}/q/{old['code']}")
    page.get_by_role("link", name="打开新门牌").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text(new["address"])


def test_an_address_that_differs_from_the_wall_warns_and_is_reported_with_a_photo(
    county: County, phone: Callable[..., Page]
) -> None:
    page = phone()
    page.goto(f"{county.url}/q/{county.chen['code']}")
    page.get_by_role("link", name="不一致", exact=True).tap()
    expect(page.get_by_text("请先不要填写")).to_be_visible()
    expect(page.get_by_role("link", name="网格员 王网格")).to_be_visible()
    page.locator("input[type=file]").first.set_input_files([photo()])
    expect(page.get_by_text("已上传 1 个。")).to_be_visible()
    page.get_by_label("牌子上写了什么").fill("丘林村三组21号")
    page.get_by_label("牌子在哪里").fill("村口电线杆上")
    button(page, "提交报告").last.tap()
    expect(page.get_by_text("已收到，谢谢您")).to_be_visible()
    number = page.get_by_role("heading", level=1).inner_text()
    page.goto(f"{county.url}/progress")
    page.get_by_label("回执编号").fill(number.lower())
    button(page, "查看").tap()
    expect(page.get_by_text("待查看")).to_be_visible()
