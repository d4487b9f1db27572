"""A birth certificate photographed once on a phone, and not again for the next matter."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.county import County, button, log_in
from tests.models.cards import drawing

pytestmark = pytest.mark.browser
CHILD = {"孩子姓名": "赵小满", "出生日期": "20261101"}


def photo() -> dict[str, object]:
    picture = drawing.jpeg(drawing.Image.new("RGB", (800, 600), (230, 225, 210)))
    return {"name": "zz-born.jpg", "mimeType": "image/jpeg", "buffer": picture}


def choose(page: Page) -> None:
    """The first real choice of every question that is still open on the page."""
    for select in page.locator("main select:visible").all():
        if not select.input_value():
            select.select_option(index=1)
    for group in page.locator("main fieldset:visible").all():
        radios = group.locator("input[type=radio]")
        if radios.count() and not group.locator("input[type=radio]:checked").count():
            radios.first.check()
    for box in page.locator("main [data-type=notice] input[type=checkbox]:visible").all():
        box.check()


def fill_in(page: Page, *, picture: bool) -> None:
    """From the first page to check-your-answers, typing what is asked."""
    for _ in range(6):
        if page.url.endswith("/check"):
            return
        for name in ("child_name", "child_birth_date"):
            box = page.locator(f"#f-{name}")
            if box.count() and not box.input_value():
                box.fill(CHILD["孩子姓名" if name == "child_name" else "出生日期"])
        if picture and page.locator("#f-birth_cert_photo").count():
            page.locator("#f-birth_cert_photo").set_input_files([photo()])
            expect(page.locator(".files li")).to_have_count(1)
        soon = page.locator("#f-come_on")
        if soon.count():
            soon.fill("20261230")
        phone = page.locator("#f-phone")
        if phone.count() and phone.is_visible() and not phone.input_value():
            phone.fill("13900002222")
        choose(page)
        button(page, "下一步").last.click()
        page.wait_for_load_state()
    raise AssertionError(page.locator("main").inner_text())


def test_a_certificate_is_photographed_once(county: County, phone: Callable[..., Page]) -> None:
    door = county.door("大关镇")
    page = phone()
    page.goto(county.form(door, "newborn-medical"))
    log_in(page, door)
    page.goto(county.form(door, "newborn-medical"))
    fill_in(page, picture=True)
    wish = page.get_by_label("我同意留存")
    expect(wish).not_to_be_checked()
    wish.check()
    for box in page.locator("input[name=consent]:not(:checked)").all():
        box.check()
    button(page, "提交申请").click()
    expect(page.get_by_text("已提交，请保存回执")).to_be_visible()

    for _ in range(20):  # the worker comes every second and a half
        page.goto(county.form(door, "vaccination-card"))
        if page.get_by_text("这次不用再交").count():
            break
        page.wait_for_timeout(500)
    expect(page.get_by_text("这次不用再交")).to_be_visible()
    expect(page.locator(".files li")).to_have_count(1)
    fill_in(page, picture=False)
    expect(page.locator("main")).to_contain_text("您以前交过，不用再交")
    for box in page.locator("input[name=consent]:not(:checked)").all():
        box.check()
    button(page, "提交申请").click()
    expect(page.get_by_text("已提交，请保存回执")).to_be_visible()
    expect(page.locator("main")).to_contain_text("实际要交 0 份")

    page.goto(f"{county.url}/my/papers")
    expect(page.locator("main")).to_contain_text("出生医学证明")
    page.get_by_role("button", name="删除").click()
    expect(page.get_by_text("还没有留存的材料")).to_be_visible()
