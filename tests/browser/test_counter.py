"""At the counter: a clerk photographs a card, confirms it, fills the form in, photographs a paper, prints."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from server.demo.people import county_people
from tests.browser.county import County, Desk, button
from tests.models.cards import drawing

pytestmark = pytest.mark.browser
AT = 9  # a household that no other walk files for


def card_of(person) -> dict[str, object]:
    """Somebody's card of the demonstration, as the hall's camera sees it."""
    truth = drawing.Card(
        person.name, person.sex, "汉", person.birth.isoformat(), "云岭县大关镇丘林村三组9号", person.id_number
    )
    seen = drawing.photographed(drawing.front(truth), random.Random(7), angle=-2)
    return {"name": "IMG_0002.jpg", "mimeType": "image/jpeg", "buffer": drawing.jpeg(seen)}


def test_a_card_is_read_confirmed_and_a_repair_is_taken_at_another_town(
    county: County, desk: Callable[[str], Desk]
) -> None:
    person = list(county_people(AT + 1))[AT].head
    page = desk("clerk.qingxi").page
    page.goto(f"{county.url}/desk/counter")
    page.get_by_label("拍身份证有照片的一面").set_input_files([card_of(person)])
    page.get_by_label("事项").select_option(label="供水报修")
    button(page, "识别并填写").click(timeout=40_000)
    expect(page.get_by_text("照片已经删除，没有保存。")).to_be_visible(timeout=40_000)
    expect(page.get_by_label("身份证号码")).to_have_value(person.id_number)
    expect(page.get_by_label("事项")).to_have_value("water-repair")
    button(page, "开始填写").click()
    expect(page.get_by_role("alert")).to_contain_text("请对照原件确认这一项")
    for label in ("姓名与原件一致", "号码与原件一致", "本人在场"):
        page.get_by_label(label).check()
    button(page, "开始填写").click()
    expect(page.locator(".acting")).to_contain_text(person.name)
    _fill_in(page)
    expect(page.get_by_text("已收件，请打印回执交给本人")).to_be_visible()
    expect(page.locator("main")).to_contain_text("清溪镇便民服务中心")
    expect(page.get_by_role("link", name="打印回执单")).to_be_visible()
    assert person.name not in page.content()
    page.get_by_role("link", name="下一位").click()
    expect(page.get_by_role("textbox", name="姓名")).to_have_value("")
    page.go_back()
    page.go_back()
    assert person.id_number not in page.content()


def _fill_in(page: Page) -> None:
    page.get_by_label("什么问题").select_option(label="漏水")
    photo = drawing.jpeg(drawing.Image.new("RGB", (640, 480), (120, 130, 140)))
    page.locator("input[type=file]").first.set_input_files(
        [{"name": "zz-leak.jpg", "mimeType": "image/jpeg", "buffer": photo}]
    )
    page.get_by_label("联系电话").fill("13900001111")
    for _ in range(4):
        if page.url.endswith("/check"):
            break
        button(page, "下一步").last.click()
        page.wait_for_load_state()
    expect(page.locator("main")).to_contain_text("请核对，然后提交")
    button(page, "提交申请").click()
