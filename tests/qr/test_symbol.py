"""Symbols read back with an independent decoder, from the matrix and from each picture of it."""

from __future__ import annotations

import re
from io import BytesIO
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from qr.png import png
from qr.svg import svg
from qr.symbol import Symbol, symbol
from qr.terminal import blocks
from tests.qr.reading import decoded, drawn

DOOR = "https://saoban.example.gov.cn/q/D4K79XQ2M1PT"


@settings(max_examples=25, deadline=None)
@given(st.text("abcdefghijklmnopqrstuvwxyz0123456789.-", min_size=4, max_size=60), st.sampled_from("LMQH"))
def test_a_symbol_reads_back_at_every_error_level(host, level):
    payload = f"https://{host}/q/D4K79XQ2M1PT"
    assert decoded(drawn(symbol(payload, error=level).rows())) == [payload]


def test_a_symbol_is_square_and_keeps_four_light_modules_around_it():
    made = symbol(DOOR)
    rows = made.rows()
    assert made.size % 4 == 1
    assert {len(row) for row in rows} == {len(rows)} == {made.size + 8}
    assert not any(any(row) for row in (*rows[:4], *rows[-4:]))
    assert not any(any(row[:4]) or any(row[-4:]) for row in rows)


def test_the_runs_cover_exactly_the_dark_modules():
    made = symbol(DOOR)
    rows = [bytearray(made.size) for _ in range(made.size)]
    for x, y, length in made.runs():
        assert not any(rows[y][x : x + length])
        rows[y][x : x + length] = b"\1" * length
    assert tuple(map(bytes, rows)) == made.modules


def test_the_same_payload_always_gives_the_same_symbol():
    assert symbol(DOOR) == symbol(DOOR)


@pytest.mark.parametrize("payload", ["", "长" * 3000])
def test_nothing_and_too_much_are_refused(payload):
    with pytest.raises(ValueError):
        symbol(payload)


def test_a_negative_quiet_zone_is_refused():
    with pytest.raises(ValueError):
        symbol(DOOR, quiet=-1)


def test_a_symbol_with_a_tenth_of_it_torn_off_still_reads():
    rows = [list(map(bool, row)) for row in symbol(DOOR).rows()]
    side = len(rows)
    for y in range(side - 11, side - 4):
        for x in range(side - 16, side - 4):
            rows[y][x] = False
    assert decoded(drawn(rows)) == [DOOR]


def test_a_symbol_with_a_third_of_it_torn_off_does_not_read_as_something_else():
    rows = [list(map(bool, row)) for row in symbol(DOOR).rows()]
    for row in rows[-16:]:
        row[:] = [False] * len(row)
    assert decoded(drawn(rows)) == []


@pytest.mark.parametrize("scale", [2, 8, 20])
def test_a_png_is_one_bit_deep_and_reads_back(scale):
    made = symbol(DOOR)
    image = Image.open(BytesIO(png(made, scale)))
    assert (image.mode, image.size) == ("1", (made.full_size * scale,) * 2)
    assert decoded(image) == [DOOR]


@pytest.mark.parametrize("scale", [0, -1, 65])
def test_a_png_of_a_senseless_scale_is_refused(scale):
    with pytest.raises(ValueError):
        png(symbol(DOOR), scale)


def test_an_svg_of_one_stroked_path_reads_back():
    made = symbol(DOOR)
    root = ElementTree.fromstring(svg(made, unit_mm=0.5, title="门牌"))
    path = root.findall("{*}path")[1].get("d")
    assert root.get("width") == f"{made.full_size * 0.5:g}mm"
    assert decoded(drawn(stroked(path, made.full_size))) == [DOOR]


def test_an_svg_speaks_its_title_and_keeps_quiet_without_one():
    made = symbol(DOOR)
    named = ElementTree.fromstring(svg(made, title='云岭县 "12号" <东> & 西'))
    assert named.get("role") == "img"
    assert named.get("aria-label") == named.findtext("{*}title") == '云岭县 "12号" <东> & 西'
    assert ElementTree.fromstring(svg(made)).get("aria-hidden") == "true"


def test_an_svg_needs_no_style_that_a_content_policy_would_refuse():
    assert "style" not in svg(symbol(DOOR), title="门牌")


@pytest.mark.parametrize("colour", [True, False])
def test_blocks_in_a_dark_terminal_read_back(colour):
    assert decoded(drawn(seen(blocks(symbol(DOOR), colour=colour), colour=colour))) == [DOOR]


def test_coloured_blocks_name_both_colours_and_end_them_on_each_line():
    for line in blocks(symbol(DOOR)).splitlines():
        assert line.startswith("\x1b[38;5;16;48;5;231m")
        assert line.endswith("\x1b[0m")


def test_an_empty_matrix_has_no_runs():
    assert list(Symbol((bytes(3),) * 3).runs()) == []


def stroked(path: str, side: int) -> list[list[bool]]:
    """What a pen one module wide draws along ``path``."""
    rows = [[False] * side for _ in range(side)]
    x = y = 0
    for command, first, second in re.findall(r"([Mmh])(\d+)(?: ([\d.]+))?", path):
        if command == "M":
            x, y = int(first), int(float(second))
        elif command == "m":
            x += int(first)
        else:
            rows[y][x : x + int(first)] = [True] * int(first)
            x += int(first)
    return rows


def seen(text: str, *, colour: bool) -> list[list[bool]]:
    """The modules that half blocks show: ink is dark where colours were set, else light on a dark ground."""
    rows = []
    for line in re.sub(r"\x1b\[[\d;]*m", "", text).splitlines():
        rows.append([(character in "▀█") == colour for character in line])
        rows.append([(character in "▄█") == colour for character in line])
    return rows
