"""Receipts and PIN slips as they come out of the printer."""

from __future__ import annotations

import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from io import BytesIO

import msgspec
import numpy
import pytest
from PIL import ImageChops, ImageOps
from rapidocr import RapidOCR

from qr.document import ReceiptSheet, receipt
from qr.fonts import cjk_font
from qr.grammar import new, spoken, url
from qr.slips import Slip, slips
from tests.qr.reading import decoded, pages, words

PUBLIC_URL = "https://saoban.example.gov.cn"
CODE = new("R")
OFFICE = "云岭县政务服务"
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
        items.append(Slip(address, code, f"482915{number:02d}", url(PUBLIC_URL, code), "2026年11月25日"))
    return slips(items, OFFICE, out, cjk_font()), out.getvalue(), items


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


def test_each_household_has_a_page_of_its_own_and_every_symbol_reads():
    report, written, items = handed_over("三组1号", "三组2号", "三组3号", "三组4号")
    assert (report.pages, report.symbols) == (4, 4)
    assert [decoded(page) for page in pages(written)] == [[slip.url] for slip in items]


def test_a_letter_shows_office_address_plate_and_pin():
    _, written, (slip,) = handed_over("大关镇丘林村三组12号")
    text = words(written)
    assert all(part in text for part in (OFFICE, slip.address, slip.code, slip.pin, slip.issued))


def test_only_a_letter_that_follows_another_says_that_the_other_ended():
    _, written, (slip,) = handed_over("三组1号")
    again = BytesIO()
    slips([msgspec.structs.replace(slip, again=True)], OFFICE, again, cjk_font())
    assert "同时作废" not in words(written)
    assert "同时作废" in words(again.getvalue())


def panels(written):
    """The three panels of the first page, as it is folded."""
    page = pages(written)[0].convert("L")
    height = page.height // 3
    return [page.crop((0, at * height, page.width, (at + 1) * height)) for at in range(3)]


@cache
def recogniser():
    """One for all: its models take a second to load."""
    return RapidOCR(params={"Global.log_level": "error"})


def read_off(picture):
    """What a recogniser that had no part in it makes of a picture."""
    picture.thumbnail((1240, 1240))  # as sharp as a phone's picture
    found = recogniser()(numpy.asarray(picture.convert("RGB")))
    return "".join("".join(found.txts or ()).split())


def test_the_pin_is_read_off_the_open_letter_and_not_through_the_folded_one():
    _, written, (slip,) = handed_over("大关镇丘林村三组12号")
    front, inside, flap = panels(written)
    against_the_light = ImageChops.multiply(
        ImageChops.multiply(inside, ImageOps.flip(flap)), ImageOps.flip(front)
    )
    assert slip.pin in read_off(inside)
    assert not set(re.findall(r"[0-9]{4}", read_off(against_the_light))) & {slip.pin[:4], slip.pin[4:]}


def test_the_window_of_the_envelope_shows_the_address_and_no_pin():
    _, written, (slip,) = handed_over("大关镇丘林村三组12号")
    front = panels(written)[0]
    millimetre = front.width / 210
    window = front.crop(tuple(round(each * millimetre) for each in (20, 42, 112, 90)))
    assert slip.address in read_off(window)
    assert slip.pin not in read_off(front)


def test_an_address_too_long_for_a_letter_is_reported():
    report, _, (slip,) = handed_over("云岭县大关镇丘林村第三村民小组" * 12)
    assert report.shortened == (slip.code,)


def test_the_font_is_embedded_and_nothing_else_is_asked_of_the_printer(tmp_path):
    path = tmp_path / "letters.pdf"
    path.write_bytes(handed_over("三组1号", "三组2号")[1])
    listed = subprocess.run(["pdffonts", path], capture_output=True, text=True, check=True).stdout
    lines = listed.splitlines()[2:]
    assert lines
    assert all(re.search(r" yes +yes +yes ", line) for line in lines), listed


def test_sixty_letters_stay_small():
    assert len(handed_over(*(f"三组{number}号" for number in range(60)))[1]) < 1_000_000


def test_no_slips_are_refused_and_nothing_is_written():
    out = BytesIO()
    with pytest.raises(ValueError, match="没有可打印的密码单"):
        slips([], OFFICE, out, cjk_font())
    assert out.getvalue() == b""
