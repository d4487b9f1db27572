"""The main job: a plate on a printed sheet, a phone, three desks, a result."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import Page, expect

from tests.browser.county import County, Desk, Hand, button, case_number, log_in

pytestmark = pytest.mark.browser
DPI = 200


def printed(desk: Desk, area: str, where: Path) -> list[str]:
    """The addresses in the symbols of the sheet of ``area``, read from its pages as a camera would."""
    desk.page.goto(f"{desk.county.url}/desk/sheets")
    desk.page.get_by_label("哪个地方的门牌").select_option(label=area)
    with desk.page.expect_download() as download:
        button(desk.page, "生成 PDF").click()
    download.value.save_as(where)
    with pypdfium2.PdfDocument(where) as document:
        pictures = [page.render(scale=DPI / 72).to_pil() for page in document]
    return [each.text for picture in pictures for each in zxingcpp.read_barcodes(picture)]


def test_a_plate_off_the_printer_leads_to_a_granted_allowance(
    county: County, phone: Callable[..., Page], desk: Callable[[str], Desk], tmp_path: Path
) -> None:
    clerk = desk("clerk.daguan")
    scanned = [
        each for each in printed(clerk, "　丘林村", tmp_path / "sheet.pdf") if county.chen["code"] in each
    ]
    page = phone()
    page.goto(scanned[0])
    expect(page.get_by_role("heading", level=1)).to_have_text(county.chen["address"])

    hand = Hand(page)
    hand.tap(page.get_by_role("link", name="高龄津贴").first)
    hand.tap(page.get_by_role("link", name="开始办理").first)
    log_in(page, county.chen)
    expect(page.get_by_text("已为您填好 10 项")).to_be_visible()
    apply_for_allowance(hand)
    expect(page.get_by_text("已提交，请保存回执")).to_be_visible()
    assert hand.taps <= 10
    assert hand.typed <= 3

    number = case_number(page)
    decide(clerk, desk, number)
    page.reload()
    expect(page.locator(".state")).to_have_text("已办结")
    expect(page.get_by_text("自12月起每月发放100元")).to_be_visible()
    page.get_by_label("非常满意").check()
    button(page, "提交评价").tap()
    expect(page.get_by_text("您的评价：非常满意")).to_be_visible()


def apply_for_allowance(hand: Hand) -> None:
    """What the registry does not know of 陈桂兰, page by page."""
    page = hand.page
    hand.type(page.get_by_label("紧急联系人电话"), "13900001111")
    hand.next()
    hand.type(page.get_by_label("开户行"), "农村商业银行大关支行")
    hand.next()
    hand.tap(page.get_by_label("我已阅读并同意"))
    hand.next()
    expect(page.get_by_role("heading", level=1)).to_have_text("请核对，然后提交")
    hand.tap(page.get_by_label("我同意为办理"))
    hand.tap(button(page, "提交申请"))


def decide(clerk: Desk, desk: Callable[[str], Desk], number: str) -> None:
    """受理, 初审, 审核, and the decision of the county."""
    clerk.open(number)
    clerk.do("受理", "已受理")
    reviewer = desk("reviewer.daguan")
    for _step in range(2):
        reviewer.open(number)
        reviewer.do("通过，转下一环节", "已转下一环节")
    approver = desk("approver.minzheng")
    approver.open(number)
    approver.page.get_by_label("办理结果").fill("自12月起每月发放100元")
    approver.do("准予并办结", "已准予并办结")
