"""陈桂兰 finds a mistake in her record and has it corrected: asked for on a phone, reviewed at a desk, read again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.county import County, Desk, button, log_in

pytestmark = pytest.mark.browser

ADDRESS, PHONE = "#me-person\\.residence_address", "#me-person\\.phone"
NEW = "大关镇丘林村三组12号附1"


@pytest.mark.parametrize("scripts", [True, False])
def test_a_correction_is_asked_for_accepted_and_seen(
    county: County, phone: Callable[..., Page], desk: Callable[[str], Desk], scripts: bool
) -> None:
    new = f"{NEW}{'甲' if scripts else '乙'}"
    page = phone(scripts=scripts)
    page.goto(f"{county.url}/login?next=/my/record")
    log_in(page, county.chen)
    expect(page.get_by_role("heading", name="我的信息")).to_be_visible()

    page.locator(ADDRESS).get_by_role("link", name="申请更正").click()
    page.get_by_label("现住地址").fill(new)
    page.get_by_label("为什么更正").fill("搬到旁边的新房")
    button(page, "提交更正申请").click()
    expect(page.get_by_role("status")).to_contain_text("已提交更正申请")
    expect(page.locator("main")).to_contain_text(f"申请改为“{new}”，待核实")

    reviewer = desk("reviewer.daguan").page
    reviewer.goto(f"{county.url}/desk/proposals")
    row = reviewer.get_by_role("row").filter(has_text=new)
    expect(row).to_contain_text("搬到旁边的新房")
    row.get_by_role("checkbox").check()
    button(reviewer, "采纳勾选的").click()
    expect(reviewer.get_by_role("status")).to_contain_text("已处理 1 项")

    page.goto(f"{county.url}/my/record")
    line = page.locator(ADDRESS)
    expect(line).to_contain_text(new)
    expect(line).to_contain_text("来自窗口核验")
    expect(line).to_contain_text("已核实更新")


def test_a_number_is_hidden_until_it_is_asked_for(county: County, phone: Callable[..., Page]) -> None:
    page = phone(scripts=False)
    page.goto(f"{county.url}/login?next=/my/record")
    log_in(page, county.li)
    number = county.li["resident"]["phone"]
    expect(page.locator("main")).not_to_contain_text(number)
    page.locator(PHONE).get_by_role("link", name="显示").click()
    expect(page.locator(PHONE)).to_contain_text(number)
