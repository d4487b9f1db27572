"""Every symbol on a printed sheet reads back, and what cannot be printed is said."""

from __future__ import annotations

import subprocess
from io import BytesIO

import pytest

from qr.fonts import FontFile, FontMissing, cjk_font, missing
from qr.grammar import new, spoken, url
from qr.layout import A4_HEIGHT, A4_WIDTH, LAYOUTS
from qr.pdf import FOOTING, Label, sheet
from qr.symbol import symbol
from tests.qr.reading import decoded, pages, words

PUBLIC_URL = "https://saoban.example.gov.cn"
LINES = ("扫码办事", "大关镇丘林村", "网格员：王网格", "电话：0571-12345678")
ENDLESS = "云岭县大关镇丘林村第三村民小组老街上段木材加工厂家属区东侧（原林场宿舍）" * 6


def door(address: str = "大关镇丘林村三组12号", lines: tuple[str, ...] = LINES) -> Label:
    code = new("D")
    return Label(code, url(PUBLIC_URL, code), address, lines)


def printed(labels, layout: str = "A4_3x8"):
    out = BytesIO()
    report = sheet(labels, LAYOUTS[layout], out, cjk_font())
    return report, out.getvalue()


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_every_symbol_on_a_sheet_of_thirty_reads_back(layout):
    labels = [door(f"大关镇丘林村三组{number}号") for number in range(1, 31 if layout != "A4_1" else 3)]
    report, written = printed(iter(labels), layout)
    read = [text for page in pages(written) for text in decoded(page)]
    assert sorted(read) == sorted(label.url for label in labels)
    assert report.symbols == len(labels)
    assert report.pages == -(-len(labels) // LAYOUTS[layout].per_page)
    assert (report.missing_characters, report.shortened) == ((), ())


def test_address_code_lines_and_footing_stand_on_the_label():
    label = door()
    text = words(printed([label])[1])
    for part in (label.title, spoken(label.code), *LINES, FOOTING):
        assert part.replace(" ", "") in text


def test_pages_are_numbered_out_of_their_total():
    text = words(printed(door() for _ in range(30))[1])
    assert "第1页，共" in text
    assert "第2页，共" in text
    assert text.count("2页") >= 2


def test_the_font_is_embedded_as_a_subset_and_no_other_is_named(tmp_path):
    (tmp_path / "sheet.pdf").write_bytes(printed([door()])[1])
    listed = subprocess.run(["pdffonts", tmp_path / "sheet.pdf"], capture_output=True, text=True, check=True)
    fonts = listed.stdout.splitlines()[2:]
    assert fonts
    assert all("WenQuanYi" in line and line.split()[-5:-2] == ["yes", "yes", "yes"] for line in fonts)


def test_black_is_black_ink_alone():
    out = BytesIO()
    sheet([door()], LAYOUTS["A4_2x4"], out, cjk_font())
    image = pages(out.getvalue())[0].convert("RGB")
    assert all(max(colour) - min(colour) < 8 for _, colour in image.getcolors(1 << 16))


def test_a_long_address_takes_two_lines_and_is_not_cut():
    address = "云岭县大关镇丘林村第三村民小组老街上段木材加工厂家属区东侧14栋2单元401室（原林场宿舍）"
    report, written = printed([door(address)])
    assert report.shortened == ()
    assert address in words(written).replace("\x02", "")


def test_an_endless_address_is_cut_reported_and_its_symbol_still_reads():
    label = door(ENDLESS)
    report, written = printed([label, door()])
    assert report.shortened == (label.code,)
    assert label.url in decoded(pages(written)[0])


def test_more_lines_than_a_label_holds_are_reported():
    label = door(lines=tuple(f"第{number}行" for number in range(20)))
    assert printed([label])[0].shortened == (label.code,)


def test_a_poster_with_too_much_on_it_is_reported():
    label = door(lines=tuple(f"第{number}行" for number in range(40)))
    assert printed([label], "A4_1")[0].shortened == (label.code,)


def test_a_character_that_the_font_lacks_is_reported_and_marked():
    report, written = printed([door("丘林村𠮷家巷🏠1号")])
    assert report.missing_characters == ("🏠", "𠮷")
    assert "丘林村〓家巷〓1号" in words(written)


def test_nothing_to_print_is_refused_and_nothing_is_written():
    out = BytesIO()
    with pytest.raises(ValueError, match="没有可打印的码"):
        sheet([], LAYOUTS["A4_3x8"], out, cjk_font())
    assert out.getvalue() == b""


def test_labels_that_break_off_leave_nothing_written():
    def broken():
        yield door()
        raise ConnectionError

    out = BytesIO()
    with pytest.raises(ConnectionError):
        sheet(broken(), LAYOUTS["A4_3x8"], out, cjk_font())
    assert out.getvalue() == b""


def test_the_same_labels_give_the_same_bytes():
    labels = [door(), door()]
    assert printed(labels)[1] == printed(labels)[1]


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_labels_lie_on_the_page_and_apart(layout):
    x, y = layout.origin(layout.per_page - 1)
    assert x + layout.label_width <= A4_WIDTH - 5
    assert y + layout.label_height <= A4_HEIGHT - 10
    assert min(layout.gutter_x, layout.gutter_y, layout.margin_left, layout.margin_top) >= 0


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_four_modules_around_a_symbol_stay_white(layout):
    made = symbol(url("http://a.cn", new("D")))
    assert layout.quiet >= 4 * layout.symbol_side / made.size
    assert layout.symbol_side + 2 * layout.quiet < layout.label_height


def test_the_font_knows_what_it_lacks():
    assert missing(cjk_font(), ["陈桂兰", "𠮷", "12号𠮷"]) == ("𠮷",)


@pytest.mark.parametrize("name", ["absent.ttf", "broken.ttf"])
def test_a_font_that_cannot_be_used_is_named(tmp_path, name):
    (tmp_path / "broken.ttf").write_bytes(b"no font at all")
    with pytest.raises(FontMissing, match=name):
        sheet([door()], LAYOUTS["A4_1"], BytesIO(), FontFile(str(tmp_path / name)))
