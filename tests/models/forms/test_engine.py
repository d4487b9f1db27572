"""Whole forms: what is asked, what is missing, what contradicts what."""

from __future__ import annotations

import pytest

from models.base.errors import NotFound
from models.forms.engine import clean, visible
from models.forms.form import Compute, Field, Form, Option, Rule, Section, When

CARD = "11010519491231002X"
AGENT = When("agent", value=True)
ALLOWANCE = Form(
    sections=(
        Section(
            "who",
            "申请人",
            (
                Field("name", "姓名", "text", required=True),
                Field("card", "身份证号", "id_number", required=True),
                Field("age", "年龄", "computed", compute=Compute("age", ("card",))),
                Field("agent", "是否代办", "yes_no", required=True),
            ),
        ),
        Section(
            "agent_page",
            "经办人",
            (
                Field("agent_name", "经办人", "text", required=True),
                Field("tie", "关系", "single", options=(Option("child", "子女"), Option("other", "其他"))),
                Field("why", "说明", "text", show_if=When("tie", value="other"), required=True),
            ),
            show_if=AGENT,
        ),
        Section(
            "money",
            "家庭",
            (
                Field(
                    "family",
                    "家庭成员",
                    "table",
                    columns=(
                        Field("name", "姓名", "text", required=True),
                        Field("income", "月收入", "money"),
                    ),
                    max_rows=5,
                ),
                Field("members", "人数", "computed", compute=Compute("count", ("family",))),
                Field(
                    "total", "月收入合计", "computed", compute=Compute("column_sum", ("family",), "income")
                ),
                Field("mean", "人均", "computed", compute=Compute("ratio", ("total", "members"))),
                Field("proof", "收入证明", "file", require_if=When("total", "gt", 0)),
                Field("start", "开始日期", "date", default="today"),
                Field("end", "结束日期", "date"),
                Field("note", "备注", "textarea", show_if=When("why", "filled")),
            ),
        ),
    ),
    rules=(
        Rule(When("end", "ge", other="start"), "end", "结束日期不能早于开始日期，请检查。", code="period"),
        Rule(When("age", "ge", 60), "card", "年满60周岁才能申请。", code="too_young"),
    ),
)
GOOD = {"name": "陈桂兰", "card": CARD, "agent": False}


def codes(cleaned) -> list[str]:
    return [f"{problem.field}:{problem.code}" for problem in cleaned.problems]


def test_good_answers_come_back_canonical_with_defaults_and_computed_values(context):
    cleaned = clean(ALLOWANCE, GOOD, context)
    assert cleaned.problems == []
    assert cleaned.answers == {
        "name": "陈桂兰", "card": CARD, "age": 76, "agent": False,
        "members": 0, "total": "0.00", "start": "2026-03-02",
    }  # fmt: skip


def test_everything_missing_is_said_at_once(context):
    assert codes(clean(ALLOWANCE, {}, context)) == ["name:required", "card:required", "agent:required"]


def test_problems_of_several_kinds_are_said_in_the_order_of_the_form(context):
    raw = {**GOOD, "card": "123", "agent": True, "end": "昨天", "hack": 1}
    expected = ["card:id_number.length", "agent_name:required", "end:date.form", "hack:field.unknown"]
    assert codes(clean(ALLOWANCE, raw, context)) == expected


def test_messages_say_what_to_do_beside_the_field(context):
    problems = clean(ALLOWANCE, {"card": "123"}, context).problems
    assert [problem.message for problem in problems] == [
        "请填写“姓名”。", "请填写18位身份证号码，最后一位可以是X。", "请选择“是否代办”。",
    ]  # fmt: skip


def test_answers_to_hidden_questions_are_dropped(context):
    raw = {**GOOD, "agent_name": "李明", "tie": "other", "why": "邻居", "note": "无"}
    cleaned = clean(ALLOWANCE, raw, context)
    assert cleaned.problems == []
    assert not {"agent_name", "tie", "why", "note"} & cleaned.answers.keys()


def test_a_hidden_answer_counts_as_unanswered_for_later_conditions(context):
    raw = {"agent": True, "tie": "other", "why": "邻居"}
    assert "note" in visible(ALLOWANCE, raw)
    assert "note" not in visible(ALLOWANCE, {**raw, "agent": False})
    assert "note" not in visible(ALLOWANCE, {**raw, "tie": "child"})


def test_what_is_computed_is_never_taken_from_the_client(context):
    cleaned = clean(ALLOWANCE, {**GOOD, "age": 200, "total": "999999"}, context)
    assert (cleaned.answers["age"], cleaned.answers["total"]) == (76, "0.00")


def test_computed_values_reach_conditions_and_one_another(context):
    rows = [{"name": "陈小军", "income": "1000"}, {"name": "李明", "income": "500.5"}, {"name": "王网格"}]
    cleaned = clean(ALLOWANCE, {**GOOD, "family": rows}, context)
    assert (cleaned.answers["total"], cleaned.answers["mean"]) == ("1500.50", "500.17")
    assert codes(cleaned) == ["proof:required"]


def test_rules_across_fields_stand_beside_their_field(context):
    assert codes(clean(ALLOWANCE, {**GOOD, "end": "2026-01-01"}, context)) == ["end:period"]
    assert codes(clean(ALLOWANCE, {**GOOD, "card": "110105201001010014"}, context)) == [
        "card:id_number.checksum"
    ]


def test_a_rule_is_silent_where_a_field_that_it_names_is_wrong_already(context):
    raw = {**GOOD, "start": "不记得", "end": "2026-01-01"}
    assert codes(clean(ALLOWANCE, raw, context)) == ["start:date.form"]


def test_a_page_is_checked_alone_against_the_answers_before_it(context):
    cleaned = clean(ALLOWANCE, {"agent": True, "tie": "其他"}, context, section="agent_page")
    assert codes(cleaned) == ["agent_name:required", "tie:single.unknown"]
    good = clean(ALLOWANCE, {"agent": True, "agent_name": "李明"}, context, section="agent_page")
    assert (good.answers, good.problems) == ({"agent_name": "李明"}, [])


def test_a_hidden_page_asks_nothing(context):
    cleaned = clean(ALLOWANCE, GOOD, context, section="agent_page")
    assert (cleaned.answers, cleaned.problems) == ({}, [])


def test_a_rule_that_reads_a_later_page_waits_for_it(context):
    form = Form(
        (
            Section("a", "一", (Field("x", "甲", "integer"),)),
            Section("b", "二", (Field("y", "乙", "integer"),)),
        ),
        (Rule(When("y", "filled"), "x", "请先填写乙。"),),
    )
    assert clean(form, {"x": 1}, context, section="a").problems == []
    assert codes(clean(form, {"x": 1}, context)) == ["x:rule"]


def test_a_page_that_the_form_does_not_have_is_not_found(context):
    with pytest.raises(NotFound):
        clean(ALLOWANCE, GOOD, context, section="nowhere")


def test_a_draft_keeps_the_good_answers_and_does_not_ask_for_the_rest(context):
    cleaned = clean(
        ALLOWANCE, {"name": " 陈桂兰", "card": "123", "family": [{"income": "10"}]}, context, partial=True
    )
    assert codes(cleaned) == ["card:id_number.length"]
    assert cleaned.answers["name"] == "陈桂兰"
    assert cleaned.answers["family"] == [{"income": "10.00"}]
    assert "start" not in cleaned.answers


def test_an_oversized_form_is_refused_as_a_whole(context):
    cleaned = clean(ALLOWANCE, {f"k{index}": 1 for index in range(501)}, context)
    assert (codes(cleaned), cleaned.answers) == ([":form.too_large"], {})


@pytest.mark.parametrize("raw", [None, [], "name=陈桂兰", 7])
def test_what_is_no_form_at_all_is_a_problem(context, raw):
    assert codes(clean(ALLOWANCE, raw, context)) == [":form.form"]


def test_an_unknown_key_is_sent_back_fit_to_print(context):
    problem = clean(ALLOWANCE, {**GOOD, "\ud800\x00" + "k" * 500: 1}, context).problems[0]
    assert problem.field == "??" + "k" * 62


def sums(op: str, *fields: str, places: int = 2) -> Form:
    asked = tuple(Field(key, key, "integer" if key in "ij" else "money", min=-100) for key in "ijmn")
    result = Field("r", "结果", "computed", places=places, compute=Compute(op, fields))
    return Form((Section("s", "页", (*asked, result)),))


@pytest.mark.parametrize(
    ("op", "fields", "raw", "result"),
    [
        ("sum", "ij", {"i": 2, "j": 3}, 5),
        ("sum", "ij", {"i": 2}, 2),
        ("sum", "im", {"i": 2, "m": "0.5"}, "2.50"),
        ("sum", "ij", {}, None),
        ("product", "im", {"i": 3, "m": "1.5"}, "4.50"),
        ("product", "im", {"i": 3}, None),
        ("difference", "ij", {"i": 3, "j": 5}, -2),
        ("difference", "mn", {"m": "1", "n": "1"}, "0.00"),
        ("ratio", "ij", {"i": 1, "j": 3}, "0.33"),
        ("ratio", "ij", {"i": 1, "j": 0}, None),
    ],
)
def test_arithmetic(context, op, fields, raw, result):
    assert clean(sums(op, *fields), raw, context).answers.get("r") == result


def test_a_product_out_of_bounds_is_a_problem(context):
    big = 10**14
    assert codes(clean(sums("product", *"ijmn"), dict.fromkeys("ijmn", big), context)) == ["r:number.max"]


def test_a_computed_value_is_held_to_its_range(context):
    fields = (
        Field("i", "甲", "integer"),
        Field("r", "合计", "computed", max=5, compute=Compute("sum", ("i",))),
    )
    form = Form((Section("s", "页", fields),))
    assert codes(clean(form, {"i": 6}, context)) == ["r:number.max"]
