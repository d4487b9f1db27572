"""An old phone with scripts off, and nobody logged in: a burst pipe is reported, corrected, mended and rated."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.county import County, Desk, button, case_number

pytestmark = pytest.mark.browser


def photo() -> dict[str, object]:
    """A picture as a phone's camera hands it over."""
    kept = io.BytesIO()
    Image.new("RGB", (640, 480), (120, 90, 60)).save(kept, "JPEG")
    return {"name": "水管.jpg", "mimeType": "image/jpeg", "buffer": kept.getvalue()}


def test_a_repair_is_reported_supplemented_done_and_rated_with_scripts_off(
    county: County, phone: Callable[..., Page], desk: Callable[[str], Desk]
) -> None:
    page = phone(scripts=False)
    receipt = report(page, county, county.door())
    number = case_number(page)

    clerk = desk("clerk.daguan") if number.startswith("529901101") else desk("clerk.qingxi")
    ask_for_phone(clerk, number)
    page.goto(receipt)
    expect(page.get_by_text("需要您做")).to_be_visible()
    supplement(page)

    clerk.open(number)
    expect(clerk.page.get_by_role("cell", name="13900009999")).to_be_visible()
    clerk.do("受理", "已受理")
    clerk.page.get_by_label("办理结果").fill("已换阀门")
    clerk.do("准予并办结", "已准予并办结")
    page.goto(receipt)
    expect(page.get_by_text("已换阀门")).to_be_visible()
    page.get_by_label("满意", exact=True).check()
    page.get_by_label("想说的话").fill("来得很快")
    button(page, "提交评价").click()
    expect(page.get_by_text("您的评价：满意")).to_be_visible()


def report(page: Page, county: County, door: dict[str, str]) -> str:
    """From the plate to the receipt; the receipt's address."""
    page.goto(f"{county.url}/q/{door['code']}")
    page.get_by_role("link", name="供水报修").first.click()
    page.get_by_role("link", name="开始办理").first.click()
    expect(page.get_by_text("已为您填好 1 项")).to_be_visible()
    page.get_by_label("什么问题").select_option(label="水管爆了")
    page.locator("input[type=file]").first.set_input_files([photo()])
    page.get_by_label("联系电话").fill("13800001111")
    button(page, "下一步").last.click()
    expect(page.get_by_text("水管.jpg")).to_be_visible()
    button(page, "提交申请").click()
    expect(page.get_by_text("已提交，请保存回执")).to_be_visible()
    return page.url.partition("?")[0]


def ask_for_phone(clerk: Desk, number: str) -> None:
    clerk.open(number)
    expect(clerk.page.get_by_role("img", name="现场照片")).to_be_visible()
    clerk.unfold("一次性告知补正")
    clerk.page.get_by_role("checkbox", name="联系电话").check()
    clerk.page.get_by_label("联系电话：缺什么、怎么改").fill("这个号码打不通")
    clerk.do("一次性告知补正", "已一次性告知申请人")


def supplement(page: Page) -> None:
    """Only what was asked for, and why."""
    page.get_by_role("link", name="现在补正").click()
    expect(page.get_by_text("这个号码打不通")).to_be_visible()
    assert page.locator("[data-field]").count() == 1
    page.get_by_label("联系电话").fill("13900009999")
    button(page, "提交补正").last.click()
    expect(page.get_by_text("需要您做")).to_have_count(0)
