"""Chinese lines break where a printer would break them, and shrink before they are cut."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qr.text import clean, fit, wrap


def measure(text: str) -> float:
    return sum(1 if unicodedata.east_asian_width(character) in "WF" else 0.5 for character in text)


def test_a_short_address_stays_on_one_line():
    assert wrap("丘林村三组12号", 20, measure) == ["丘林村三组12号"]


def test_a_house_number_is_not_torn_apart():
    assert wrap("大关镇丘林村三组112号", 9, measure) == ["大关镇丘林村三组", "112号"]


def test_no_line_starts_with_a_closing_mark():
    assert wrap("请核对地址，再办理。", 5, measure) == ["请核对地", "址，再办", "理。"]


def test_a_word_longer_than_the_line_is_broken():
    assert wrap("A" * 25, 5, measure) == ["A" * 10, "A" * 10, "A" * 5]


@given(st.text(min_size=1, max_size=200), st.integers(3, 30))
def test_wrapping_loses_nothing_but_spaces(text, width):
    text = clean(text)
    assert "".join("".join(wrap(text, width, measure)).split()) == "".join(text.split())


@given(st.text("丘林村（三组）12号，。 AB", max_size=80), st.integers(3, 30))
def test_no_line_is_wider_than_it_may_be(text, width):
    assert all(measure(line) <= width for line in wrap(clean(text), width, measure))


def test_a_long_address_is_wrapped_first_and_shrunk_next():
    assert fit("丘" * 18, 100, measure, size=10, smallest=5).size == 10
    shrunk = fit("丘" * 30, 100, measure, size=10, smallest=5)
    assert 5 < shrunk.size < 10
    assert (len(shrunk.lines), shrunk.whole) == (2, True)


def test_an_endless_address_is_cut_with_an_ellipsis_and_says_so():
    cut = fit("丘" * 100, 100, measure, size=10, smallest=5)
    assert (len(cut.lines), cut.size, cut.whole) == (2, 5, False)
    assert cut.lines[1].endswith("丘…")


@pytest.mark.parametrize("text", ["", " \n\t "])
def test_nothing_makes_no_lines(text):
    assert fit(clean(text), 100, measure, size=10, smallest=5).lines == ()


def test_characters_without_a_shape_are_dropped():
    assert clean("陈\u202e桂\0兰\ud800\ufe0f\r\n 12号") == "陈桂兰 12号"
