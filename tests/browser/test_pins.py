"""PIN slips from a clerk's desk to a resident's phone: ticked, confirmed, downloaded, typed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.county import County, Desk, button, log_in
from tests.qr.reading import words

pytestmark = pytest.mark.browser


def test_a_letter_printed_at_the_desk_lets_its_resident_in_on_her_phone(
    county: County, desk: Callable[[str], Desk], phone: Callable[..., Page]
) -> None:
    page, door = desk("clerk.daguan").page, county.chen
    page.get_by_role("link", name="打印密码单").click()
    page.get_by_label("哪个地方").select_option(label="　　三组")
    button(page, "查看").click()
    page.get_by_label("大关镇丘林村三组12号", exact=True).check()
    button(page, "打印选中的户").click()
    expect(page.get_by_role("heading", name="请确认：旧口令要作废")).to_be_visible()
    button(page, "旧口令作废，打印 1 户").click()
    expect(page.locator("#f-reason-problem")).to_contain_text("请写明换发的原因")
    page.get_by_label("换发的原因").fill("信封破损")
    with page.expect_download() as loading:
        button(page, "旧口令作废，打印 1 户").click()
    text = words(Path(loading.value.path()).read_bytes())
    [pin] = re.findall(r"口令（8位数字）([0-9]{8})", text)
    assert door["address"] in text

    hers = phone()
    hers.goto(f"{county.url}/login?next=/sessions")
    log_in(hers, door)  # with the slip that she had
    expect(hers.locator("#problems")).to_contain_text("核对未通过")
    door["pin"] = pin  # the county is shared: whoever comes after her uses the new one
    hers.get_by_label("口令").fill(pin)
    button(hers, "用口令确认").click()
    expect(hers.locator("#slip")).to_contain_text("换发")
