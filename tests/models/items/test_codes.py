"""Item codes: built of their parts, checked place by place, taken apart again."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from models.items.codes import (
    BadCode,
    basic,
    check_basic,
    check_code,
    composed,
    credit_check,
    implementation,
    is_credit_code,
    parts_of,
    taken_apart,
)

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def credit(first17: str) -> str:
    return first17 + ALPHABET[credit_check(first17)]


BUREAU = credit("11529901MB0Q22340")


def test_a_code_is_put_together_and_taken_apart():
    first = basic("00", "05", "11", "012")
    assert first == "000511012000"
    whole = implementation(BUREAU, "4", first)
    assert (len(whole), whole) == (31, BUREAU + "4" + first)
    assert dict(parts_of(whole))["行使层级"] == "4 县级"
    assert taken_apart(first, whole) == {
        "origin": "00", "department": "11", "main": "012", "sub": "000", "credit": BUREAU, "level": "4",
    }  # fmt: skip


def test_spaces_hyphens_and_small_letters_are_forgiven():
    first = basic("00", "05", "11", "012")
    assert check_basic("00 05-11 012 000") == first
    assert check_code(f"{BUREAU.lower()} 4 {first}") == f"{BUREAU}4{first}"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("12345", "12位"), ("00051101200A", "12位"), ("009911012000", "没有99"), ("000511000000", "主项"),
        ("０00511012000", "12位"),
    ],
)  # fmt: skip
def test_a_basic_code_that_cannot_be_is_told_why(text, told):
    with pytest.raises(BadCode, match=told):
        check_basic(text)


def test_the_kind_of_the_item_stands_in_its_code():
    with pytest.raises(BadCode, match="不一致"):
        check_basic("000511012000", "01")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda code: code[:-1], "31位"), (lambda code: "A" + code[1:], "信用代码"),
        (lambda code: code[:18] + "9" + code[19:], "层级"), (lambda code: code[:-1] + "1", "不一致"),
    ],
)  # fmt: skip
def test_an_implementation_code_that_cannot_be_is_told_why(change, told):
    whole = implementation(BUREAU, "4", "000511012000")
    with pytest.raises(BadCode, match=told):
        check_code(change(whole), "000511012000")


@given(st.text(ALPHABET, min_size=17, max_size=17))
def test_the_check_character_is_that_of_the_standard(first17):
    """GB 32100; held against another implementation of it."""
    assert uscc.calc_check_digit(first17) == credit(first17)[-1]
    assert is_credit_code(credit(first17))


@given(st.text(max_size=40))
def test_no_text_breaks_the_check(text):
    for check in (check_basic, check_code):
        with suppress(BadCode):
            assert check(text)


def test_what_is_missing_of_the_parts_is_told():
    with pytest.raises(BadCode):
        composed({"origin": "00"}, "05")
    assert composed({"origin": "00", "department": "11", "main": "012"}, "05") == ("000511012000", "")
    assert taken_apart("nonsense", "") == {}
    assert taken_apart("000511012000", "nonsense")["main"] == "012"
