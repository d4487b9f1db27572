"""Faults of forms are found before anybody fills them in."""

from __future__ import annotations

import pytest

from models.forms.form import Compute, Field, Form, Option, Rule, Section, When
from models.forms.lint import problems_of

TEXT = Field("a", "甲", "text")
TABLE = Field("t", "表", "table", columns=(Field("c", "列", "money"),))


def one(*fields: Field, rules: tuple[Rule, ...] = ()) -> Form:
    return Form((Section("s", "页", fields),), rules)


@pytest.mark.parametrize(
    ("form", "fault"),
    [
        (one(TEXT, TEXT), "字段 a：键重复"),
        (Form((Section("s", "一", (TEXT,)), Section("s", "二", ()))), "页面 s：键重复"),
        (one(Field("b.0", "乙", "text")), "字段 b.0：键只能用"),
        (one(Field("b", "乙", "text", show_if=When("x", "filled"))), "条件里的字段 x 不存在"),
        (one(Field("b", "乙", "text", show_if=When("a", "filled")), TEXT), "条件里的字段 a 在它后面"),
        (one(Field("b", "乙", "text", require_if=When("b", "filled"))), "条件里的字段 b 在它后面"),
        (one(TEXT, Field("b", "乙", "text", show_if=When("a"))), "没有写要比较的值"),
        (one(TEXT, Field("b", "乙", "text", show_if=When())), "条件是空的"),
        (one(Field("b", "乙", "single")), "没有选项"),
        (one(Field("b", "乙", "single", options=(Option("1", "一"), Option("1", "二")))), "选项的值重复"),
        (one(Field("b", "乙", "single", codes="C99")), "代码表 C99 不存在"),
        (one(Field("b", "乙", "text", element="person.shoe")), "数据项 person.shoe 不存在"),
        (one(Field("b", "乙", "table")), "表格没有列"),
        (one(Field("b", "乙", "table", columns=(TABLE,))), "表格里不能再放表格"),
        (one(Field("b", "乙", "table", columns=(TEXT, TEXT))), "列的键重复：a"),
        (one(Field("b", "乙", "text", pattern="[")), "正则表达式写错了"),
        (one(Field("b", "乙", "date", max="tomorrow")), "最小值或最大值写错了"),
        (one(Field("b", "乙", "text", min=3)), "最小值或最大值写错了"),
        (one(Field("b", "乙", "computed")), "必须且只有它可以写计算方法"),
        (one(Field("b", "乙", "computed", compute=Compute("sum", ("x",)))), "计算用到的字段 x 不存在"),
        (
            one(Field("b", "乙", "computed", compute=Compute("age", ("a",))), TEXT),
            "计算用到的字段 a 在它后面",
        ),
        (one(TEXT, Field("b", "乙", "computed", compute=Compute("ratio", ("a",)))), "缺少字段"),
        (one(TEXT, Field("b", "乙", "computed", compute=Compute("count", ("a",)))), "只能用于表格"),
        (one(TABLE, Field("b", "乙", "computed", compute=Compute("column_sum", ("t",), "x"))), "没有列 x"),
        (one(TEXT, rules=(Rule(When("a", "filled"), "x", "？"),)), "规则 1：字段 x 不存在"),
        (one(TEXT, rules=(Rule(When("x", "filled"), "a", "？"),)), "规则 1：条件里的字段 x 不存在"),
    ],
)
def test_each_fault_is_named(form, fault):
    found = problems_of(form, codes={"C01"}, elements={"person.name"})
    assert any(fault in sentence for sentence in found), found


def test_a_condition_on_an_option_that_is_not_offered_is_a_fault():
    asked = Field("k", "种类", "single", options=(Option("1", "一"),))
    assert problems_of(one(asked, Field("b", "乙", "text", show_if=When("k", value="2"))))


def test_a_sound_form_has_no_faults():
    form = one(
        Field("k", "种类", "single", codes="C01", element="person.name"),
        TABLE,
        Field("n", "人数", "computed", compute=Compute("count", ("t",))),
        Field("d", "日期", "date", min="today-80y", max="2030-01-01", show_if=When("k", value="1")),
        rules=(Rule(When("n", "gt", 0), "t", "请填写。"),),
    )
    assert problems_of(form, codes={"C01"}, elements={"person.name"}) == []
