"""Codes can be typed, pasted and misread, and what is wrong is found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qr.grammar import ALPHABET, KINDS, LENGTH, MESSAGES, BadCode, check_character, new, read, spoken, url

DOOR_12 = "D4K79XQ2M1P" + check_character("D4K79XQ2M1P")

codes = st.builds(
    lambda kind, body: kind + body + check_character(kind + body),
    st.sampled_from(sorted(KINDS)),
    st.text(ALPHABET, min_size=LENGTH - 2, max_size=LENGTH - 2),
)


def reason(text: str) -> str:
    with pytest.raises(BadCode) as refused:
        read(text)
    assert refused.value.message == MESSAGES[refused.value.reason]
    return refused.value.reason


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_new_code_reads_back_as_itself(kind):
    code = new(kind)
    assert len(code) == LENGTH
    assert code[0] == kind
    assert read(code) == code


def test_an_unknown_kind_is_not_issued():
    with pytest.raises(ValueError):
        new("Q")


def test_ten_thousand_codes_are_all_different():
    assert len({new("D") for _ in range(10_000)}) == 10_000


def test_every_random_character_comes_from_the_source_given():
    assert new("D", randbelow=lambda bound: bound - 1)[:11] == "D" + "Z" * 10


def test_the_check_character_agrees_with_one_worked_by_hand():
    # From the right, doubled first: 1 -> 2, then 0s, then the kind D = 13, tenth place left of it, doubled:
    # 26 -> 26. The sum is 28, and 28 + 4 is a multiple of 32.
    assert check_character("D0000000001") == "4"


@pytest.mark.parametrize(
    "typed",
    [
        DOOR_12.lower(),
        spoken(DOOR_12),
        "-".join(DOOR_12[i : i + 4] for i in (0, 4, 8)),
        f"  {DOOR_12}\r\n",
        DOOR_12.replace("1", "I"),
        DOOR_12.replace("1", "l"),
        "".join(chr(ord(character) + 0xFEE0) for character in DOOR_12),
        "　".join(DOOR_12),
        f"https://saoban.example.gov.cn/q/{DOOR_12}",
        f"HTTPS://SAOBAN.EXAMPLE.GOV.CN/Q/{DOOR_12}?from=poster#top",
        f"https://saoban.example.gov.cn/q/{DOOR_12.lower()}/items",
        f"https%3A%2F%2Fsaoban.example.gov.cn%2Fq%2F{DOOR_12}%3Fscene%3D1",
        f"请打开 https://saoban.example.gov.cn/q/{DOOR_12} 办理 HELLO",
        f"saoban.example.gov.cn/q/{spoken(DOOR_12)}",
    ],
)
def test_a_code_is_read_however_it_was_typed(typed):
    assert read(typed) == DOOR_12


def test_the_letter_o_is_read_as_zero():
    code = "D000000000" + "0" + check_character("D0000000000")
    assert read(code.replace("0", "o")) == code


@pytest.mark.parametrize(
    "short", ["", "   ", "D", DOOR_12[:-1], DOOR_12 + "0", "https://a.cn/q/", "D" * 5000]
)
def test_a_code_of_the_wrong_length_says_so(short):
    assert reason(short) == "length"


@pytest.mark.parametrize(
    "odd", ["陈桂兰", DOOR_12.replace("K", "U"), DOOR_12[:-1] + "\0", "https://a.cn/", "🏠" * 12]
)
def test_a_character_outside_the_alphabet_says_so(odd):
    assert reason(odd) == "character"


def test_a_code_of_no_kind_of_ours_says_so():
    assert reason("A4K79XQ2M1P" + check_character("A4K79XQ2M1P")) == "kind"


@given(codes, st.integers(1, LENGTH - 1), st.sampled_from(ALPHABET))
def test_any_single_wrong_character_is_found(code, place, wrong):
    mistyped = code[:place] + wrong + code[place + 1 :]
    if mistyped != code:
        assert reason(mistyped) == "check"


@given(codes, st.sampled_from(sorted(KINDS)))
def test_a_wrong_kind_letter_is_found_even_when_it_is_a_kind(code, kind):
    if kind != code[0]:
        assert reason(kind + code[1:]) == "check"


@given(codes, st.integers(0, LENGTH - 2))
def test_two_neighbours_exchanged_are_found_but_for_zero_and_z(code, place):
    left, right = code[place], code[place + 1]
    exchanged = code[:place] + right + left + code[place + 2 :]
    if left != right and {left, right} != {"0", "Z"}:
        assert reason(exchanged) in {"check", "kind"}


@given(st.text())
def test_no_text_does_anything_but_read_or_be_refused(text):
    try:
        code = read(text)
    except BadCode:
        return
    assert read(code) == code


def test_the_address_in_the_symbol_is_the_prefix_that_wechat_matches():
    assert url("https://saoban.example.gov.cn/", DOOR_12) == f"https://saoban.example.gov.cn/q/{DOOR_12}"
    assert url("http://127.0.0.1:8888", DOOR_12) == f"http://127.0.0.1:8888/q/{DOOR_12}"
