"""陈桂兰 photographs her card, looks over what was read, shows her PIN slip, and has a form before her."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from server.demo.people import county_people
from tests.browser.county import County, button
from tests.models.cards import drawing

pytestmark = pytest.mark.browser
HANDED_OVER = {"name": "IMG_0001.jpg", "mimeType": "image/jpeg"}


def card_of_chen() -> dict[str, object]:
    """Her card of the demonstration, as her phone's camera sees it."""
    chen = next(county_people(1)).head
    truth = drawing.Card(
        chen.name, chen.sex, "汉", chen.birth.isoformat(), "云岭县大关镇丘林村三组12号", chen.id_number
    )
    seen = drawing.photographed(drawing.front(truth), random.Random(12), angle=3)
    return {**HANDED_OVER, "buffer": drawing.jpeg(seen)}


@pytest.mark.parametrize("scripts", [True, False])
def test_the_card_is_photographed_confirmed_and_opens_the_form(
    county: County, phone: Callable[..., Page], scripts: bool
) -> None:
    page, chen = phone(scripts=scripts), county.chen
    page.goto(county.form(chen, "elder-allowance"))
    page.get_by_label("身份证有照片的一面").set_input_files([card_of_chen()])
    button(page, "识别并填写").click(timeout=40_000)
    expect(page.get_by_text("照片已经删除，没有保存。")).to_be_visible(timeout=40_000)
    expect(page.get_by_label("姓名")).to_have_value("陈桂兰")
    expect(page.get_by_label("身份证号码")).to_have_value(chen["resident"]["id_number"])
    button(page, "下一步").click()
    page.get_by_label("口令").fill(chen["pin"])
    button(page, "用口令确认").click()
    expect(page.locator("main")).to_contain_text("已为您填好")


def test_a_picture_without_a_card_says_what_to_do_and_leaves_typing(
    county: County, phone: Callable[..., Page]
) -> None:
    page = phone(scripts=False)
    page.goto(f"{county.url}/login")
    blank = drawing.jpeg(drawing.Image.new("RGB", (900, 600), (90, 120, 60)))
    page.get_by_label("身份证有照片的一面").set_input_files([{**HANDED_OVER, "buffer": blank}])
    button(page, "识别并填写").click(timeout=40_000)
    expect(page.get_by_role("alert")).to_contain_text("占满画面", timeout=40_000)
    expect(page.get_by_label("身份证号码")).to_be_editable()
