"""Answers as people read them."""

from __future__ import annotations

import pytest

from models.forms.display import masked, show, table_header, table_rows
from models.forms.form import Compute, Field, Option

FAMILY = Field(
    "family",
    "家庭成员",
    "table",
    columns=(
        Field("name", "姓名", "text"),
        Field("tie", "关系", "single", codes="C01"),
        Field("income", "月收入", "money"),
        Field("agree", "授权", "notice"),
    ),
)
ROWS = [{"name": "陈小军", "tie": "2", "income": "1234.50"}, {"name": "李明"}]


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        (Field("f", "题", "date"), "2026-01-03", "2026年1月3日"),
        (Field("f", "题", "month"), "2026-01", "2026年1月"),
        (Field("f", "题", "money"), "1234567.50", "1,234,567.50元"),
        (Field("f", "题", "integer", unit="人"), 6, "6人"),
        (Field("f", "题", "integer"), 2026, "2026"),
        (Field("f", "题", "decimal", unit="亩"), "3.50", "3.50亩"),
        (Field("f", "题", "computed", unit="元", compute=Compute("sum", ("a",))), "1000.00", "1,000.00元"),
        (Field("f", "题", "yes_no"), True, "是"),
        (Field("f", "题", "yes_no"), False, "否"),
        (Field("f", "题", "single", options=(Option("1", "一级"),)), "1", "一级"),
        (Field("f", "题", "single", codes="C01"), "停用的码", "停用的码"),
        (Field("f", "题", "multiple", codes="C01"), ["1", "2"], "户主、配偶"),
        (Field("f", "题", "area"), "530126101201", "云岭县大关镇丘林村"),
        (Field("f", "题", "member"), "m1", "陈桂兰"),
        (Field("f", "题", "member"), {"name": "李明"}, "李明"),
        (Field("f", "题", "file"), ["f1", "f2"], "身份证.jpg、委托书.pdf"),
        (Field("f", "题", "file"), ["f1", "别人的"], "2个文件"),
        (Field("f", "题", "signature"), {"name": "陈桂兰"}, "陈桂兰"),
        (Field("f", "题", "signature"), {"file": "f1"}, "已手写签名"),
        (Field("f", "题", "notice"), True, "已阅读并同意"),
        (Field("f", "题", "text"), None, "未填写"),
        (FAMILY, ROWS, "第1行：姓名 陈小军；关系 配偶；月收入 1,234.50元\n第2行：姓名 李明"),
    ],
)
def test_answers_are_shown_in_words(context, field, value, shown):
    assert show(field, value, context) == shown


def test_tables_have_a_header_and_a_cell_for_each_column(context):
    assert table_header(FAMILY) == ["姓名", "关系", "月收入"]
    assert table_rows(FAMILY, ROWS, context) == [["陈小军", "配偶", "1,234.50元"], ["李明", "", ""]]


@pytest.mark.parametrize("value", [{"x": 1}, [[1], {"y": 2}], 7, True, "？", ["？"]])
@pytest.mark.parametrize(
    "kind",
    ["date", "month", "money", "yes_no", "single", "area", "member", "signature", "file", "notice", "table"],
)
def test_odd_values_are_shown_somehow(context, kind, value):
    assert isinstance(show(Field("f", "题", kind), value, context), str)


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("id_number", "530126194501051234", "5301**********1234"),
        ("phone", "13812340000", "138****0000"),
        ("phone", "0874-3123456", "087*****3456"),
        ("bank_account", "6222020000001234", "************1234"),
        ("name", "陈桂兰", "陈*兰"),
        ("name", "李明", "李*"),
        ("name", "李", "李*"),
        ("text", "高血压", "****"),
        ("id_number", "123", "****"),
        ("text", "", ""),
    ],
)
def test_what_is_sensitive_is_masked(kind, value, shown):
    assert masked(kind, value) == shown
