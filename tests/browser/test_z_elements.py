"""The county's administrator has an element of level 3 collected on its ground and ends it; a resident finds what is missing
of her eighteen items and says it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.county import County, Desk, button, log_in

pytestmark = pytest.mark.browser

LAW = "《宗教事务条例》第二十六条"


def test_an_element_is_collected_on_its_ground_until_it_is_not(
    county: County, desk: Callable[[str], Desk]
) -> None:
    admin = desk("admin")
    page, main = admin.page, admin.page.locator("main")
    page.get_by_role("link", name="数据项目录").click()
    page.get_by_label("模块").select_option(label="人·基本信息")
    button(page, "查看").click()
    row = page.get_by_role("row").filter(has_text="宗教信仰")
    expect(row).to_contain_text("未登记依据，不采集")
    row.get_by_role("link").click()

    button(page, "开始采集").click()
    expect(page.locator("#f-text-problem")).to_contain_text("请写明法律、法规或文件的名称和条款")
    page.get_by_label("法定依据").fill(LAW)
    page.get_by_label("哪个条线的职责").select_option(label="统战")
    admin.do("开始采集", "已登记依据")
    expect(main).to_contain_text(f"{LAW}（统战条线）")

    admin.unfold("停止采集")
    page.get_by_label("为什么停止").fill("上级另建了系统")
    admin.do("停止采集", "已停止采集")
    expect(main).to_contain_text("没有登记法定依据")
    expect(page.get_by_role("row").filter(has_text="上级另建了系统")).to_contain_text("停止采集")
    expect(page.get_by_role("row").filter(has_text=LAW)).to_contain_text("采集（统战）")


def test_what_is_missing_of_the_eighteen_items_is_said_and_is_there(
    county: County, phone: Callable[..., Page]
) -> None:
    door, page = county.door("大关镇"), phone(scripts=False)
    page.goto(f"{county.url}/login?next=/my/home-data")
    log_in(page, door)
    expect(page.get_by_role("heading", name="家园基本信息")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text(door["resident"]["id_number"])
    page.get_by_role("link", name="紧急联系电话").click()
    page.get_by_label("紧急联系电话").fill("１３８ ００１３ ８０００")
    button(page, "提交更正申请").click()
    expect(page.get_by_role("status")).to_contain_text("已更新。")
    page.goto(f"{county.url}/my/home-data")
    line = page.locator("#me-person\\.emergency_phone")
    expect(line).to_contain_text("138****8000")
    expect(line).to_contain_text("您本人填报")
