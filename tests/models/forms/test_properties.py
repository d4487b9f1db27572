"""Whatever is sent: no crash, nothing hidden kept, and what is clean stays clean."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.forms.display import show
from models.forms.encode import from_pairs
from models.forms.engine import clean, visible
from models.forms.form import Compute, Field, Form, Option, Rule, Section, When

OPTIONS = (Option("1", "一"), Option("2", "二"))
PLAIN = (
    Field("text", "文字", "text", min_length=2),
    Field("textarea", "长文字", "textarea"),
    Field("integer", "整数", "integer", min=-5, max=10**12, show_if=When("text", "ne", "无")),
    Field("decimal", "小数", "decimal", places=7),
    Field("money", "金额", "money", required=True),
    Field("date", "日期", "date", max="today"),
    Field("month", "月份", "month", default="today"),
    Field("yes_no", "是否", "yes_no"),
    Field("single", "单选", "single", options=OPTIONS, show_if=When("yes_no", value=True)),
    Field("multiple", "多选", "multiple", options=OPTIONS, require_if=When("single", value="1")),
    Field("id_number", "身份证", "id_number"),
    Field("credit_code", "信用代码", "credit_code"),
    Field("phone", "电话", "phone", show_if=When("multiple", "has", "2")),
    Field("area", "区划", "area"),
    Field("address", "地址", "address"),
    Field("bank_account", "账号", "bank_account"),
    Field("member", "成员", "member"),
    Field("file", "文件", "file"),
    Field("signature", "签名", "signature"),
    Field("notice", "承诺", "notice", required=True),
)
FORM = Form(
    (
        Section("plain", "一", PLAIN),
        Section(
            "rest",
            "二",
            (
                Field("table", "表", "table", columns=PLAIN, min_rows=1, max_rows=4),
                Field("sum", "和", "computed", compute=Compute("sum", ("integer", "money"))),
                Field("product", "积", "computed", compute=Compute("product", ("integer", "decimal"))),
                Field("ratio", "比", "computed", compute=Compute("ratio", ("money", "decimal"))),
                Field("age", "岁", "computed", compute=Compute("age", ("date",))),
                Field("rows", "行", "computed", compute=Compute("count", ("table",))),
                Field("column", "列和", "computed", compute=Compute("column_sum", ("table",), "integer")),
            ),
            show_if=When(any=(When("integer", "ge", 0), When("yes_no", value=True))),
        ),
    ),
    (Rule(When("integer", "le", other="money"), "integer", "太多。"),),
)
LIKELY = st.sampled_from(
    [
        "陈桂兰", "无", "12", "１２．５", "-3", 7, 0, -2.5, 1e308, "2026-1-3", "2026年1月", True, False,
        "是", "no", "1", "2", ["1", "2"], ["2", "2"], "11010519491231002x", "91350100M000100Y43",
        "138 0013 8000",
        "530126101201", "6222020000000001234", "m1", {"name": "李明"}, ["f1"],
        {"file": "f1"}, "on", "", [], {},
    ]
)  # fmt: skip
WORDS = st.text(st.characters(), max_size=20)  # lone surrogates among them
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | WORDS | LIKELY
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=8,
)
ROW = st.dictionaries(st.sampled_from([field.key for field in PLAIN]) | WORDS, LIKELY | ANYTHING, max_size=6)
KEYS = st.sampled_from(list(FORM.fields()))
RAW = st.builds(
    lambda answers, rows: {**answers, "table": rows} if rows else answers,
    st.dictionaries(KEYS | WORDS, LIKELY | ANYTHING, max_size=20),
    st.lists(ROW, max_size=5),
)
many = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))


@many
@given(raw=RAW)
def test_no_json_whatever_raises_and_every_answer_can_be_sent_and_shown(context, raw):
    cleaned = clean(FORM, raw, context)
    msgspec.json.encode(cleaned)
    fields = FORM.fields()
    assert all(isinstance(show(fields[key], value, context), str) for key, value in cleaned.answers.items())
    assert visible(FORM, raw) <= fields.keys()


@many
@given(raw=RAW)
def test_hidden_answers_never_survive(context, raw):
    cleaned = clean(FORM, raw, context)
    assert cleaned.answers.keys() <= cleaned.visible
    assert cleaned.visible == visible(FORM, cleaned.answers, context.today)


@many
@given(raw=RAW)
def test_a_draft_is_its_own_clean_form(context, raw):
    first = clean(FORM, raw, context, partial=True)
    again = clean(FORM, first.answers, context, partial=True)
    assert again.answers == first.answers
    assert {problem.code for problem in again.problems} <= {"number.max"}  # of computed values alone


@many
@given(raw=RAW, money=st.integers(0, 10**6))
def test_good_answers_are_their_own_clean_form(context, raw, money):
    draft = clean(FORM, {**raw, "money": money, "notice": True}, context, partial=True).answers
    draft.pop("table", None)
    first = clean(FORM, draft, context)
    if not first.problems:
        assert clean(FORM, first.answers, context) == first


@many
@given(raw=RAW, page=st.sampled_from(["plain", "rest"]))
def test_a_page_alone_answers_only_for_itself(context, raw, page):
    cleaned = clean(FORM, raw, context, section=page)
    keys = {field.key for section in FORM.sections if section.key == page for field in section.fields}
    assert cleaned.answers.keys() <= keys
    assert {problem.field.split(".")[0] for problem in cleaned.problems} <= keys


@many
@given(
    args=st.dictionaries(
        st.builds(
            lambda key, rest: key + rest,
            KEYS,
            st.sampled_from(["", ".name", ".0.text", ".1.multiple", ".0", "..", ".-1.x"]),
        ),
        st.lists(WORDS, max_size=3),
    )
)
def test_no_form_encoding_raises(context, args):
    clean(FORM, from_pairs(FORM.fields(), args), context)


@pytest.mark.parametrize("depth", [10, 900])
def test_deep_nesting_costs_nothing(context, depth):
    deep: object = "x"
    for _ in range(depth):
        deep = [deep]
    for key in FORM.fields():
        clean(FORM, {key: deep}, context)
