"""A resident reads what is held against her and objects on her phone; a supervisor strikes a problem off at the desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.county import County, button, follow, log_in
from tests.handlers.filing import TYPED

pytestmark = pytest.mark.browser


def inside(page: Page, county: County, username: str) -> Page:
    """A desk at which ``username`` has logged in."""
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{county.url}/staff/login")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(county.password(username))
    follow(button(page, "登录"))
    return page


def token_of(county: County, door: dict) -> str:
    """The resident of a door, proved by her slip."""
    who = door["resident"]
    card = county.call("POST", "/login", {"name": who["name"], "id_number": who["id_number"]})
    proof = {"pin": door["pin"], "code": door["code"]}
    return county.call("POST", "/login/confirm", proof, card["access_token"])["access_token"]


def shop(county: County, door: dict) -> str:
    """The number of a shop that was registered on a promise, filed by JSON."""
    token = token_of(county, door)
    opened = county.call("GET", f"/apply/{door['code']}/business-registration", token=token)
    answers = {
        "trade_name": "街口小卖部", "form_kind": "person", "place_kind": "rent", "business_place": "街上3号",
        "scope": ["retail"],
        "capital": "10000", "staff_count": 1, "commit_premises": True, "collect": "自取", "promise": True,
        "signature": TYPED["signature"], "phone": "13900001111",
    }  # fmt: skip
    sent = {"submission_key": opened["submit"]["submission_key"], "answers": answers,
            "consents": [ask["id"] for ask in opened.get("consents", ())]}  # fmt: skip
    return county.call("POST", opened["submit"]["href"], sent, token)["receipt"]["case_no"]


def test_she_reads_what_is_held_against_her_and_objects(county: County, phone: Callable[..., Page]) -> None:
    door = county.door("大关镇")
    number = shop(county, door)
    slug = "daguan" if number.startswith("529901101") else "qingxi"
    officer = inside(phone(), county, f"reviewer.{slug}")
    officer.goto(f"{county.url}/desk?number={number}")
    follow(officer.get_by_role("link", name="登记失信"))
    officer.get_by_label("违背的是哪一项").select_option("commit_premises")
    officer.get_by_label("失信的种类").select_option(label="承诺的内容不实")
    officer.get_by_label("违背了什么").fill("房子登记在别人名下")
    officer.get_by_label("凭什么认定").fill("不动产登记中心来函")
    follow(button(officer, "登记并告知本人"))
    expect(officer.locator("main")).to_contain_text("凭什么认定")

    page = phone()
    page.goto(f"{county.url}/login?next=/my/integrity")
    log_in(page, door)
    page.wait_for_url("**/my/integrity")
    expect(page.locator("main")).to_contain_text("代替了证明材料")
    for _ in range(20):  # the message goes out a moment later, and her days run from there
        if "可提出异议" in page.locator("main").inner_text():
            break
        page.wait_for_timeout(500)
        page.reload()
    follow(page.locator("main section").first.get_by_role("link").first)
    expect(page.locator("main")).to_contain_text("不动产登记中心来函")
    page.get_by_label("您想说明的").fill("房子是我儿子的，他同意我用")
    follow(button(page, "提交异议"))
    expect(page.get_by_role("status")).to_contain_text("异议已提交")


def test_a_problem_is_put_right_and_struck_off(county: County, phone: Callable[..., Page]) -> None:
    due = (date.today() + timedelta(days=20)).isoformat()
    opening = {"title": "走廊里没有指示牌", "what": "补上指示牌", "office": "529901101", "due_on": due}
    found = county.call("POST", "/desk/problems/new", opening, county.staff("supervisor"))["problem"]["id"]
    clerk = inside(phone(), county, "clerk.daguan")
    follow(clerk.get_by_role("navigation").get_by_role("link", name="问题台账"))
    follow(clerk.get_by_role("link", name="走廊里没有指示牌"))
    clerk.get_by_label("内容").first.fill("指示牌已挂好")
    follow(button(clerk, "报结"))
    expect(clerk.locator("h1")).to_contain_text("待验收")

    inspector = inside(phone(), county, "supervisor")
    inspector.goto(f"{county.url}/desk/problems/{found}")
    inspector.get_by_label("内容").first.fill("到现场看过，挂在楼梯口")
    follow(button(inspector, "验收合格，销号"))
    expect(inspector.locator("h1")).to_contain_text("已销号")
    inspector.goto(f"{county.url}/desk/problems?view=closed")
    expect(inspector.locator("main")).to_contain_text("走廊里没有指示牌")
