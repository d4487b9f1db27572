"""Several cases ticked, done, and taken back; and a review by somebody who does not see whom it is about."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.county import County, Desk, button

pytestmark = pytest.mark.browser


def test_two_cases_are_accepted_together_and_taken_back(county: County, desk: Callable[[str], Desk]) -> None:
    numbers = [county.report_leak(county.chen) for _ in range(2)]
    page = desk("clerk.daguan").page
    page.goto(f"{county.url}/desk?item=water-repair&state=applied&hands=free")
    for number in numbers:
        page.locator("li", has_text=number).get_by_role("checkbox").check()
    page.get_by_label("勾选的件一起").select_option("accept")
    button(page, "下一步").click()
    expect(page.get_by_role("heading", name="确认：受理")).to_be_visible()
    for number in numbers:
        expect(page.locator("main")).to_contain_text(number)
    button(page, "受理（2 件）").click()
    expect(page.get_by_role("heading", name="“受理”已办 2 件")).to_be_visible()
    button(page, "撤销这次操作").click()
    expect(page.get_by_role("heading", name="已撤销 2 件")).to_be_visible()
    page.get_by_role("link", name=numbers[0]).click()
    expect(page.locator("main")).to_contain_text("已提交，等待受理")
    expect(page.locator("main")).to_contain_text("撤销上一步操作")
    expect(page.locator("main")).to_contain_text("剩 1 个工作日")


def test_a_case_is_taken_and_given_back(county: County, desk: Callable[[str], Desk]) -> None:
    clerk = desk("clerk.daguan")
    clerk.open(county.report_leak(county.chen))
    clerk.unfold("我来办")
    clerk.do("我来办", "这件由您来办了")
    expect(clerk.page.locator("main")).to_contain_text("手里")
    clerk.unfold("放回待分派")
    clerk.page.get_by_label("为什么").fill("亲戚家的事，需要回避")
    clerk.do("放回待分派", "已放回待分派")


def test_a_chief_representative_reviews_without_seeing_whom_and_looks_behind_only_with_a_reason(
    county: County, desk: Callable[[str], Desk]
) -> None:
    door = county.door("大关镇")
    number, name = felling(county, door), door["resident"]["name"]
    reviewer = desk("reviewer.linye")
    page = reviewer.page
    wait_for_the_deal(county, number)
    reviewer.open(number)
    expect(page.get_by_role("heading", name="盲审")).to_be_visible()
    expect(page.locator("main")).to_contain_text("杉木")
    assert name not in page.content()
    page.locator("summary").filter(has_text="查看申请人").click()
    button(page, "记录理由并查看").click()
    expect(page.locator("#f-unmask-reason-problem")).to_be_visible()
    assert name not in page.content()
    page.get_by_label("为什么必须知道申请人是谁").fill("与登记的林权人核对")
    button(page, "记录理由并查看").click()
    expect(page.locator("main")).to_contain_text(name)
    expect(page.locator("main")).to_contain_text("与登记的林权人核对")
    reviewer.do("通过，转下一环节", "已转下一环节")


def felling(county: County, door: dict) -> str:
    """A request to fell trees, at the blind review of the county; its number."""
    card = {"name": door["resident"]["name"], "id_number": door["resident"]["id_number"]}
    token = county.call("POST", "/login", card)["access_token"]
    proof = {"pin": door["pin"], "code": door["code"]}
    token = county.call("POST", "/login/confirm", proof, token)["access_token"]
    opened = county.call("GET", f"/apply/{door['code']}/logging-permit", None, token)
    answers = {
        "where": "contract", "forest_cert_no": "云林证字第12345号", "plots": [
            {"plot": "后山", "species": "杉木", "origin": "planted", "area": "2", "volume": "5"}
        ],
        "bounds": "东到路", "method": "select", "from_on": "2027-01-10", "until_on": "2027-02-10",
        "replant": "补种杉木", "by_agent": False, "promise": True, "signature": {"name": card["name"]},
        "phone": "13900001111",
    }  # fmt: skip
    sent = {
        "submission_key": opened["submit"]["submission_key"], "answers": answers,
        "consents": [ask["id"] for ask in opened["consents"]],
    }  # fmt: skip
    number = str(county.call("POST", opened["submit"]["href"], sent, token)["receipt"]["case_no"])
    for username, action in (("clerk.daguan", "accept"), ("reviewer.daguan", "hand_on")):
        staff = county.staff(username)
        rows = county.call("GET", "/desk?item=logging-permit", None, staff)["rows"]
        row = next(each for each in rows if each["case_no"] == number)
        county.call("POST", f"/desk/cases/{row['id']}/{action}", {"rev": row["rev"]}, staff)
    return number


def wait_for_the_deal(county: County, number: str) -> None:
    """The job deals once a second."""
    token = county.staff("reviewer.linye")
    for _ in range(40):
        rows = county.call("GET", "/desk?hands=me", None, token)["rows"]
        if number in {row["case_no"] for row in rows}:
            return
        time.sleep(0.25)
    raise AssertionError("nobody was given the case")
