"""Filling in: nothing typed is lost, nothing asked twice, nothing sent twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.county import County, button, case_number, follow, log_in

pytestmark = pytest.mark.browser


def test_a_form_is_as_it_was_left_after_the_browser_was_closed(
    county: County, chromium: str, tmp_path: Path, browser: Browser
) -> None:
    def launch() -> BrowserContext:
        return browser.browser_type.launch_persistent_context(
            tmp_path, executable_path=chromium, args=county.browser_arguments
        )

    address = county.form(county.door(), "water-repair")
    with launch() as context:
        page = context.pages[0]
        page.goto(address)
        page.get_by_label("再说具体一点").fill("厨房门口，从昨晚开始")
        expect(page.get_by_text("已存好")).to_be_visible()
    with launch() as context:
        page = context.pages[0]
        page.goto(address)
        expect(page.get_by_label("再说具体一点")).to_have_value("厨房门口，从昨晚开始")


def test_errors_are_told_at_the_top_and_beside_each_field_and_keep_what_was_typed(
    county: County, phone: Callable[..., Page]
) -> None:
    page = phone()
    page.goto(county.form(county.door(), "water-repair"))
    page.get_by_label("联系电话").fill("12345")
    follow(button(page, "下一步"))
    expect(page.locator("#problems")).to_be_focused()
    expect(page.locator("#problems li")).to_have_count(2)
    expect(page.locator("#f-fault-problem")).to_contain_text("请选择“什么问题”")
    expect(page.get_by_label("联系电话")).to_have_value("12345")
    page.locator("#problems").get_by_role("link", name="什么问题").tap()
    expect(page.get_by_label("什么问题")).to_be_focused()
    assert page.title().startswith("错误：")


def test_what_is_still_missing_is_told_before_submitting_and_leads_to_its_question(
    county: County, phone: Callable[..., Page]
) -> None:
    page = phone()
    page.goto(county.form(county.door(), "water-repair", "check"))
    expect(page.locator("#problems")).to_be_focused()
    page.locator("#problems").get_by_role("link", name="联系电话").tap()
    expect(page.get_by_label("联系电话")).to_be_visible()


def test_a_double_tap_on_submit_makes_one_case(county: County, phone: Callable[..., Page]) -> None:
    page = phone()
    page.goto(county.form(county.chen, "water-repair"))
    page.get_by_label("什么问题").select_option(label="没有水")
    page.get_by_label("联系电话").fill("13800007777")
    follow(button(page, "下一步"))
    button(page, "提交申请").dblclick(no_wait_after=True)
    page.wait_for_url("**/q/R*")
    number = case_number(page)
    rows = county.call("GET", "/desk?view=lately", token=county.staff("clerk.daguan"))["rows"]
    assert [row["case_no"] for row in rows[:2]].count(number) == 1
    assert same_place(rows, number) == 1


def same_place(rows: list[dict[str, str]], number: str) -> int:
    """How many cases were filed within the same second as this one."""
    filed = next(row["filed_at"] for row in rows if row["case_no"] == number)
    return sum(row["filed_at"][:19] == filed[:19] for row in rows)


def test_a_submission_sent_again_from_the_page_before_finds_the_same_receipt(
    county: County, phone: Callable[..., Page]
) -> None:
    page = phone()
    page.goto(county.form(county.door(), "water-repair"))
    page.get_by_label("什么问题").select_option(label="没有水")
    page.get_by_label("联系电话").fill("13800007777")
    follow(button(page, "下一步"))
    key = page.locator("[name=submission_key]").input_value()
    follow(button(page, "提交申请"))
    first = case_number(page)
    page.go_back()
    page.locator("[name=submission_key]").evaluate("(field, key) => { field.value = key; }", key)
    follow(button(page, "提交申请"))
    page.wait_for_url("**/q/R*")
    assert case_number(page) == first


def test_back_leads_to_the_page_before_with_its_answers(county: County, phone: Callable[..., Page]) -> None:
    page = phone()
    page.goto(county.form(county.door(), "water-repair"))
    page.get_by_label("什么问题").select_option(label="漏水")
    page.get_by_label("联系电话").fill("13800007777")
    follow(button(page, "下一步"))
    page.go_back()
    expect(page.get_by_label("联系电话")).to_have_value("13800007777")
    page.go_forward()
    follow(page.get_by_role("link", name="上一步"))
    expect(page.get_by_label("什么问题")).to_have_value("leak")


def test_a_question_shows_when_it_applies_and_hides_when_it_does_not(
    county: County, phone: Callable[..., Page]
) -> None:
    page = phone()
    page.goto(county.form(county.door(), "water-repair"))
    warning = page.get_by_text("请先关上水表前的总阀")
    expect(warning).to_be_hidden()
    page.get_by_label("什么问题").select_option(label="水管爆了")
    expect(warning).to_be_visible()
    page.get_by_label("什么问题").select_option(label="没有水")
    expect(warning).to_be_hidden()


def test_the_large_version_is_one_tap_away_and_remembered(county: County, phone: Callable[..., Page]) -> None:
    page = phone()
    page.goto(f"{county.url}/q/{county.door()['code']}")
    follow(page.get_by_role("link", name="长辈版"))
    size = "parseFloat(getComputedStyle(document.body).fontSize)"
    assert page.evaluate(size) == 24
    page.goto(county.form(county.door(), "water-repair"))
    assert page.evaluate(size) == 24
    follow(page.get_by_role("link", name="标准版"))
    assert page.evaluate(size) == 18


def test_login_says_why_remembers_the_plate_and_returns_to_the_form(
    county: County, phone: Callable[..., Page]
) -> None:
    page, door = phone(), county.door()
    page.goto(county.form(door, "elder-allowance"))
    expect(page.get_by_text("办理高龄津贴要确认您是谁")).to_be_visible()
    page.get_by_label("姓名").fill(door["resident"]["name"])
    page.get_by_label("身份证号码").fill(door["resident"]["id_number"])
    follow(button(page, "下一步"))
    assert page.get_by_label("门牌编号").input_value().replace(" ", "") == door["code"]
    page.get_by_label("口令").fill(door["pin"])
    button(page, "用口令确认").tap()
    page.wait_for_url("**/elder-allowance/1")


def test_a_wrong_pin_can_be_typed_again(county: County, phone: Callable[..., Page]) -> None:
    page, door = phone(), county.door()
    page.goto(county.form(door, "elder-allowance"))
    log_in(page, {**door, "pin": "00000000"})
    expect(page.locator("#problems")).to_contain_text("核对未通过")
    page.get_by_label("口令").fill(door["pin"])
    button(page, "用口令确认").tap()
    page.wait_for_url("**/elder-allowance/1")


def test_an_application_is_taken_back_after_being_asked_once_more(
    county: County, phone: Callable[..., Page]
) -> None:
    page = phone()
    page.goto(county.form(county.door(), "water-repair"))
    page.get_by_label("什么问题").select_option(label="没有水")
    page.get_by_label("联系电话").fill("13800007777")
    follow(button(page, "下一步"))
    follow(button(page, "提交申请"))
    page.get_by_role("link", name="撤回申请").tap()
    page.get_by_role("link", name="不撤回").tap()
    page.get_by_role("link", name="撤回申请").tap()
    button(page, "撤回申请").tap()
    expect(page.locator(".state")).to_have_text("已撤回")
    expect(page.get_by_role("link", name="撤回申请")).to_have_count(0)
