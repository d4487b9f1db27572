"""Receipts and PIN slips as they come out of the printer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import msgspec
import pytest

from qr.document import ReceiptSheet, receipt
from qr.fonts import cjk_font
from qr.grammar import new, spoken, url
from qr.slips import Slip, slips
from tests.qr.reading import decoded, pages, words

PUBLIC_URL = "https://saoban.example.gov.cn"
CODE = new("R")
FILED = ReceiptSheet(
    office="云岭县大关镇便民服务中心",
    title="受理回执单",
    case_no="YL20251121-0042",
    code=CODE,
    url=url(PUBLIC_URL, CODE),
    rows=(
        ("事项", "高龄津贴"),
        ("申请人", "陈*兰"),
        ("受理机关", "云岭县民政局"),
        ("承诺办结日", "2025年12月3日"),
    ),
    materials=("居民身份证", "户口簿"),
    notes=("投诉电话：12388",),
)


def printed(model: ReceiptSheet):
    out = BytesIO()
    return receipt(model, out, cjk_font()), out.getvalue()


def handed_over(*addresses: str):
    out, items = BytesIO(), []
    for number, address in enumerate(addresses):
        code = new("D")
        items.append(Slip(address, code, f"48291{number}", url(PUBLIC_URL, code)))
    return slips(items, out, cjk_font()), out.getvalue(), items


def test_a_receipt_is_one_page_that_leads_back_to_its_case():
    report, written = printed(FILED)
    assert (report.pages, report.symbols) == (1, 1)
    assert [decoded(page) for page in pages(written)] == [[FILED.url]]


def test_everything_on_the_receipt_can_be_read():
    text = words(printed(FILED)[1])
    for part in (FILED.office, FILED.title, FILED.case_no, spoken(CODE).replace(" ", ""), "投诉电话：12388"):
        assert part in text
    for label, value in FILED.rows:
        assert label + value in text
    assert "1.居民身份证" in text
    assert "2.户口簿" in text


def test_a_receipt_with_many_materials_goes_on_another_page():
    report, written = printed(
        msgspec.structs.replace(FILED, materials=tuple(f"材料{number}号" for number in range(90)))
    )
    text = words(written)
    assert report.pages == 3
    assert all(f"材料{number}号" in text for number in range(90))
    assert text.count("（续）YL20251121-0042") == 2


def test_a_receipt_without_materials_has_no_empty_list():
    assert "材料" not in words(printed(msgspec.structs.replace(FILED, materials=()))[1])


def test_a_value_too_long_for_a_page_is_reported():
    report, _ = printed(msgspec.structs.replace(FILED, rows=(("说明", "长" * 5000),)))
    assert report.shortened == (FILED.case_no,)


def test_a_rare_name_on_a_receipt_is_reported():
    report, _ = printed(msgspec.structs.replace(FILED, rows=(("申请人", "𠮷*兰"),)))
    assert report.missing_characters == ("𠮷",)


def test_a_receipt_without_an_address_for_its_symbol_is_refused():
    with pytest.raises(ValueError):
        printed(msgspec.structs.replace(FILED, url=""))


def test_receipts_drawn_in_many_threads_are_the_same_as_one_drawn_alone():
    alone = printed(FILED)[1]
    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(lambda _: printed(FILED)[1], range(24))) == {alone}


def test_four_households_take_two_pages_of_slips_and_every_symbol_reads():
    report, written, items = handed_over("三组1号", "三组2号", "三组3号", "三组4号")
    assert (report.pages, report.symbols) == (2, 4)
    read = [text for page in pages(written) for text in decoded(page)]
    assert sorted(read) == sorted(slip.url for slip in items)


def test_a_slip_shows_address_plate_and_pin():
    _, written, (slip,) = handed_over("大关镇丘林村三组12号")
    text = words(written)
    assert slip.address in text
    assert slip.code in text
    assert slip.pin in text


def test_the_pin_lies_in_the_field_that_the_flap_covers():
    _, written, _ = handed_over("大关镇丘林村三组12号")
    page = pages(written)[0]
    width, height = page.size
    outside = page.crop((0, 0, width // 3 - 4, height // 3))
    assert decoded(outside) == []
    assert len(decoded(page.crop((width // 3 + 4, 0, width * 2 // 3 - 4, height // 3)))) == 1


def test_an_address_too_long_for_a_slip_is_reported():
    report, _, (slip,) = handed_over("云岭县大关镇丘林村第三村民小组" * 12)
    assert report.shortened == (slip.code,)


def test_no_slips_are_refused_and_nothing_is_written():
    out = BytesIO()
    with pytest.raises(ValueError, match="没有可打印的密码条"):
        slips([], out, cjk_font())
    assert out.getvalue() == b""
