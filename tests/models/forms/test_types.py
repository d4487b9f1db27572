"""What each type of field makes of what is typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from models.forms.form import Field, Option, When
from models.forms.types.numbered import CREDIT_ALPHABET, credit_check

LEVELS = (Option("1", "一级"), Option("2", "二级"))

ACCEPTED = [
    ("text", "  陈桂兰 ", "陈桂兰"),
    ("text", "𠮷野·阿依古丽", "𠮷野·阿依古丽"),
    ("text", "cafe\u0301\u200b", "café"),
    ("textarea", "一\r\n二\r三", "一\n二\n三"),
    ("address", "大关镇丘林村三组12号", "大关镇丘林村三组12号"),
    ("integer", "１２", 12),
    ("integer", "1,200", 1200),
    ("integer", 3.0, 3),
    ("integer", 0, 0),
    ("decimal", "12。5", "12.50"),
    ("decimal", -0.0, "0.00"),
    ("money", "￥1,234.5元", "1234.50"),
    ("money", 12.5, "12.50"),
    ("date", "2026-1-3", "2026-01-03"),
    ("date", "2026/1/3", "2026-01-03"),
    ("date", "2026 年 1 月 3 日", "2026-01-03"),
    ("date", "２０２６０１０３", "2026-01-03"),
    ("month", "2026年1月", "2026-01"),
    ("month", "202601", "2026-01"),
    ("yes_no", "是", True),
    ("yes_no", "no", False),
    ("yes_no", False, False),
    ("id_number", "110105 19491231 002x", "11010519491231002X"),
    ("phone", "+86 138-0013-8000", "13800138000"),
    ("phone", "（0874）3123456", "0874-3123456"),
    ("phone", "010-62345678", "010-62345678"),
    ("phone", "+86 874 3123456", "0874-3123456"),
    ("area", "530126101201", "530126101201"),
    ("bank_account", "6222 0200 0000 0000 123", "6222020000000000123"),
    ("member", "m1", "m1"),
    ("member", {"name": " 李明 "}, {"name": "李明"}),
    ("member", "李明", {"name": "李明"}),
    ("file", ["f1", "f2", "f1"], ["f1", "f2"]),
    ("file", "f1", ["f1"]),
    ("signature", {"name": "陈桂兰"}, {"name": "陈桂兰"}),
    ("signature", {"name": "陈桂兰", "file": "f1"}, {"file": "f1"}),
    ("notice", "on", None),
]

REFUSED = [
    ("text", "陈\x00桂兰", "text.control"),
    ("text", "陈\n桂兰", "text.control"),
    ("text", "陈\ud800", "text.control"),
    ("text", "陈\u202e桂兰", "text.control"),
    ("text", "长" * 201, "too_long"),
    ("text", ["陈桂兰"], "text.form"),
    ("text", 12, "text.form"),
    ("textarea", "长" * 2001, "too_long"),
    ("textarea", "一\x07二", "text.control"),
    ("integer", "十二", "number.form"),
    ("integer", "1.5", "number.whole"),
    ("integer", True, "number.form"),
    ("integer", {"a": 1}, "number.form"),
    ("integer", float("nan"), "number.form"),
    ("integer", float("inf"), "number.form"),
    ("integer", "9" * 5000, "number.form"),
    ("decimal", "1.005", "number.places"),
    ("decimal", 1e300, "number.max"),
    ("decimal", 1e-300, "number.places"),
    ("money", "-1", "number.min"),
    ("date", "2026-02-30", "date.form"),
    ("date", "0000-01-01", "date.form"),
    ("date", 20260103, "date.form"),
    ("month", "2026-13", "month.form"),
    ("yes_no", "也许", "yes_no.form"),
    ("yes_no", 1, "yes_no.form"),
    ("id_number", "110105491231002", "id_number.length"),
    ("id_number", "110105194912310021", "id_number.checksum"),
    ("id_number", 110105194912310021, "id_number.length"),
    ("credit_code", "91350100M000100Y4", "credit_code.length"),
    ("credit_code", "91350100M000100Y42", "credit_code.checksum"),
    ("credit_code", "91350100M000100Y4Z", "credit_code.form"),
    ("phone", "12800138000", "phone.form"),
    ("phone", "1380013800", "phone.form"),
    ("phone", "0874 123 4567", "phone.form"),
    ("area", "999", "area.unknown"),
    ("area", ["530126101201"], "area.form"),
    ("bank_account", "6222", "bank_account.length"),
    ("bank_account", "6222O2000000000000", "bank_account.form"),
    ("member", "m9", "member.unknown"),
    ("member", {"name": "长" * 51}, "too_long"),
    ("member", {"name": ["李明"]}, "text.form"),
    ("member", 7, "member.form"),
    ("file", ["f9"], "file.unknown"),
    ("file", [1], "file.form"),
    ("signature", {"file": "f2"}, "signature.file"),
    ("signature", {"file": ["f1"]}, "signature.file"),
    ("signature", 7, "signature.form"),
    ("table", "一行", "table.form"),
]


@pytest.mark.parametrize(("kind", "raw", "canonical"), ACCEPTED)
def test_typed_answers_become_canonical(ask, kind, raw, canonical):
    assert ask(kind, raw) == canonical


@pytest.mark.parametrize(("kind", "raw", "code"), REFUSED)
def test_bad_answers_are_refused_with_a_stable_code(ask, kind, raw, code):
    assert ask(kind, raw) == f"!{code}"


@pytest.mark.parametrize(("kind", "raw", "canonical"), ACCEPTED)
def test_canonical_answers_are_their_own_canonical_form(ask, kind, raw, canonical):
    assert ask(kind, canonical) == canonical


@given(st.text(CREDIT_ALPHABET, min_size=17, max_size=17))
def test_credit_codes_have_the_check_character_of_the_standard(first17):
    assert credit_check(first17) == uscc.calc_check_digit(first17)


def test_credit_code_forgives_small_letters_and_the_letter_o(ask):
    assert ask("credit_code", "9135o1oo m0001ooy43") == "91350100M000100Y43"


@pytest.mark.parametrize(
    ("raw", "low", "high", "outcome"),
    [
        ("1946-03-02", None, "today-80y", "1946-03-02"),
        ("1946-03-03", None, "today-80y", "!date.after"),
        ("2026-04-01", "today", "today+30d", "2026-04-01"),
        ("2026-04-02", "today", "today+30d", "!date.after"),
        ("2026-03-01", "today", None, "!date.before"),
        ("2025-12-31", "2026-01-01", None, "!date.before"),
    ],
)
def test_dates_are_held_to_days_counted_from_today(ask, raw, low, high, outcome):
    assert ask("date", raw, min=low, max=high) == outcome


def test_a_month_may_be_the_month_of_its_bound(ask):
    assert ask("month", "2026-03", min="today", max="today") == "2026-03"
    assert ask("month", "2026-04", max="today") == "!date.after"
    assert ask("month", "2026-02", min="today") == "!date.before"


def test_numbers_are_held_to_their_range_and_may_repeat_their_unit(ask):
    assert ask("integer", "6人", min=1, max=6, unit="人") == 6
    assert ask("integer", 7, max=6) == "!number.max"
    assert ask("decimal", "0.5", min=1, places=1) == "!number.min"


def test_an_integer_too_long_to_print_is_a_problem_and_no_crash(ask):
    assert ask("integer", 10**5000) == "!number.max"
    assert ask("money", -(10**5000)) == "!number.min"
    assert ask("text", 10**5000) == "!text.form"


def test_lengths_and_patterns_of_the_form_are_kept(ask):
    assert ask("text", "ab", min_length=3) == "!too_short"
    assert ask("text", "abcd", max_length=3) == "!too_long"
    assert ask("text", "AB12", pattern="[A-Z]{2}[0-9]{2}") == "AB12"
    assert ask("text", "12AB", pattern="[A-Z]{2}[0-9]{2}") == "!pattern"


def test_choices_come_from_options_or_from_a_code_list(ask):
    assert ask("single", "2", options=LEVELS) == "2"
    assert ask("single", "2", codes="C01") == "2"
    assert ask("single", "9", options=LEVELS) == "!single.unknown"
    assert ask("single", "1", codes="无此表") == "!single.unknown"
    assert ask("single", ["1"], options=LEVELS) == "!single.form"


def test_several_choices_are_kept_once_each(ask):
    assert ask("multiple", ["2", "1", "2", ""], options=LEVELS) == ["2", "1"]
    assert ask("multiple", "1", options=LEVELS) == ["1"]
    assert ask("multiple", ["3"], options=LEVELS) == "!multiple.unknown"
    assert ask("multiple", [["1"]], options=LEVELS) == "!multiple.form"


def test_too_many_files_are_refused(ask):
    assert ask("file", ["f1", "f2"], max_files=1) == "!file.too_many"


@pytest.mark.parametrize("raw", [False, "no", "", None])
def test_a_notice_that_asks_for_it_has_to_be_ticked(ask, raw):
    assert ask("notice", raw, required=True) == "!required"
    assert ask("notice", True, required=True) is True


COLUMNS = (
    Field("name", "姓名", "text", required=True),
    Field("income", "收入", "money"),
    Field("source", "收入来源", "text", require_if=When("income", "gt", 0)),
)


def test_rows_of_a_table_are_checked_cell_by_cell(ask):
    rows = [{"name": "陈小军", "income": "100"}, {"income": "abc", "other": 1}]
    assert ask("table", rows, columns=COLUMNS) == (
        "!required@f.0.source required@f.1.name number.form@f.1.income field.unknown@f.1.other"
    )


def test_blank_rows_are_dropped_and_good_ones_are_canonical(ask):
    rows = [{}, {"name": " 陈小军 ", "income": ""}, {"name": ""}]
    assert ask("table", rows, columns=COLUMNS) == [{"name": "陈小军"}]


def test_a_table_has_its_fill_of_rows(ask):
    rows = [{"name": "陈小军"}]
    assert ask("table", rows * 10_000, columns=COLUMNS) == "!table.too_many"
    assert ask("table", rows, columns=COLUMNS, min_rows=2) == "!table.too_few"
    assert ask("table", [{}], columns=COLUMNS, required=True) == "!required"


def test_a_row_that_is_no_row_is_refused_in_its_place(ask):
    assert ask("table", ["陈小军"], columns=COLUMNS) == "!table.form@f.0"


def test_a_table_cannot_hide_in_a_table(ask):
    inner = Field("inner", "内表", "table", columns=COLUMNS)
    assert ask("table", [{"inner": [{"name": "甲"}]}], columns=(inner,)) == "!field.type@f.0.inner"
