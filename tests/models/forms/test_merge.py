"""One thing, once: several items' forms asked as one, and each item given its answers back."""

from __future__ import annotations

import pytest

from models.forms.engine import clean
from models.forms.form import Compute, Field, Form, Option, Rule, Section, When
from models.forms.lint import problems_of
from models.forms.merge import chosen, merge, split

CARD = "11010519491231002X"
NAME = Field("name", "姓名", "text", element="person.name", required=True)
PHONE = Field("phone", "电话", "phone", element="person.phone")
WANTS_CARD = When("card_too", value=True)
SCENARIO = Section("scenario", "情形", (Field("card_too", "是否同时办社保卡", "yes_no", required=True),))


def form(*fields: Field, rules: tuple[Rule, ...] = (), show_if: When | None = None) -> Form:
    return Form((Section("main", "基本情况", fields, show_if=show_if),), rules)


BIRTH = form(NAME, PHONE, Field("weight", "体重", "decimal", required=True))
CARD_FORM = form(
    Field("holder", "持卡人", "text", element="person.name", required=True),
    Field("tel", "联系电话", "phone", element="person.phone", required=True),
    Field("post", "是否邮寄", "yes_no", required=True),
    Field("address", "邮寄地址", "address", show_if=When("post", value=True), required=True),
    rules=(Rule(When("address", "ne", other="holder"), "address", "请填写地址。"),),
)
BUNDLE = merge(
    SCENARIO,
    [("birth-reg", "出生登记", BIRTH, {}, None), ("social-card", "社保卡", CARD_FORM, {}, WANTS_CARD)],
)


def codes(cleaned) -> list[str]:
    return [f"{problem.field}:{problem.code}" for problem in cleaned.problems]


def test_the_same_element_is_asked_once_on_a_page_of_its_own():
    pages = [(section.key, [field.key for field in section.fields]) for section in BUNDLE.form.sections]
    assert pages == [
        ("scenario", ["card_too"]),
        ("common", ["applicant_person_name", "applicant_person_phone"]),
        ("birth_reg__main", ["birth_reg__weight"]),
        ("social_card__main", ["social_card__post", "social_card__address"]),
    ]
    assert problems_of(BUNDLE.form) == []


def test_mapping_tells_each_item_where_its_answers_are():
    assert BUNDLE.mapping["social-card"] == {
        "holder": "applicant_person_name",
        "tel": "applicant_person_phone",
        "post": "social_card__post",
        "address": "social_card__address",
    }


def test_an_item_that_is_not_taken_asks_and_requires_nothing(context):
    raw = {"card_too": False, "applicant_person_name": "陈桂兰", "birth_reg__weight": "3.2"}
    cleaned = clean(BUNDLE.form, raw, context)
    assert cleaned.problems == []
    assert chosen(BUNDLE, cleaned.answers) == ["birth-reg"]
    assert split(BUNDLE, cleaned.answers) == {
        "birth-reg": {"name": "陈桂兰", "weight": "3.20"},
        "social-card": {"holder": "陈桂兰"},
    }


def test_what_one_item_requires_is_required_where_it_is_taken(context):
    raw = {"card_too": True, "applicant_person_name": "陈桂兰", "birth_reg__weight": "3.2"}
    assert codes(clean(BUNDLE.form, raw, context)) == [
        "applicant_person_phone:required",
        "social_card__post:required",
    ]


def test_each_item_accepts_the_answers_that_are_given_back(context):
    raw = {
        "card_too": True,
        "applicant_person_name": "陈桂兰",
        "applicant_person_phone": "13800138000",
        "birth_reg__weight": "3.2",
        "social_card__post": True,
        "social_card__address": "丘林村三组12号",
    }
    cleaned = clean(BUNDLE.form, raw, context)
    assert cleaned.problems == []
    parts = split(BUNDLE, cleaned.answers)
    for item, its_form in (("birth-reg", BIRTH), ("social-card", CARD_FORM)):
        again = clean(its_form, parts[item], context)
        assert (again.problems, again.answers) == ([], parts[item])


def test_rules_and_computed_values_move_with_their_fields(context):
    first = form(
        NAME, Field("a", "甲", "integer"), Field("sum", "合计", "computed", compute=Compute("sum", ("a",)))
    )
    second = form(
        NAME, Field("b", "乙", "text"), rules=(Rule(When("b", "ne", other="name"), "b", "不能相同。"),)
    )
    merged = merge(None, [("x", "甲事", first, {}, None), ("y", "乙事", second, {}, None)])
    raw = {"applicant_person_name": "陈桂兰", "x__a": 3, "y__b": "陈桂兰"}
    cleaned = clean(merged.form, raw, context)
    assert cleaned.answers["x__sum"] == 3
    assert codes(cleaned) == ["y__b:rule"]


def test_a_question_of_conditional_items_is_shown_where_any_of_them_is_taken(context):
    scenario = Section("s", "情形", (Field("p", "甲", "yes_no"), Field("q", "乙", "yes_no")))
    whens = (When("p", value=True), When("q", value=True))
    merged = merge(
        scenario, [(item, item, form(NAME), {}, when) for item, when in zip("ab", whens, strict=True)]
    )
    assert codes(clean(merged.form, {"q": True}, context)) == ["applicant_person_name:required"]
    assert codes(clean(merged.form, {"p": False, "q": False}, context)) == []


@pytest.mark.parametrize(
    "other",
    [
        Field("name", "孩子姓名", "text", element="person.name", subject="child"),
        Field("name", "姓名", "single", element="person.name", options=(Option("1", "甲"),)),
        Field("name", "姓名", "text"),
    ],
)
def test_another_subject_or_another_kind_of_answer_is_another_question(other):
    merged = merge(None, [("x", "甲事", form(NAME), {}, None), ("y", "乙事", form(other), {}, None)])
    assert list(merged.form.fields()) == ["x__name", "y__name"]


def test_shared_fields_need_no_element(context):
    plain = Field("baby", "宝宝姓名", "text")
    parts = [
        ("x", "甲事", form(plain), {"baby": "child_name"}, None),
        ("y", "乙事", form(plain), {"baby": "child_name"}, None),
    ]
    assert list(merge(None, parts).form.fields()) == ["child_name"]


def test_a_field_may_share_that_of_another_item_by_its_merged_key():
    plain = Field("baby", "宝宝姓名", "text")
    parts = [("x", "甲事", form(plain), {}, None), ("y", "乙事", form(plain), {"baby": "x__baby"}, None)]
    merged = merge(None, parts)
    assert len(merged.form.fields()) == 1
    assert merged.mapping["x"]["baby"] == merged.mapping["y"]["baby"]


def test_what_the_scenario_asks_is_not_asked_again_but_may_become_required(context):
    scenario = Section(
        "s", "情形", (Field("born", "出生日期", "date", element="person.birth"), SCENARIO.fields[0])
    )
    birth = Field("birthday", "生日", "date", element="person.birth", required=True, max="today-60y")
    merged = merge(scenario, [("x", "甲事", form(birth, PHONE), {}, WANTS_CARD)])
    assert list(merged.form.fields()) == ["born", "card_too", "x__phone"]
    assert codes(clean(merged.form, {"card_too": True}, context)) == ["born:required"]
    assert codes(clean(merged.form, {"card_too": False}, context)) == []
    assert codes(clean(merged.form, {"card_too": True, "born": "2000-01-01"}, context)) == ["born:date.after"]


def test_a_bound_of_one_item_binds_only_where_that_item_is_taken(context):
    born = Field("born", "出生日期", "date", element="person.birth")
    old = Field("born", "出生日期", "date", element="person.birth", max="today-80y")
    merged = merge(
        SCENARIO, [("x", "出生登记", form(born), {}, None), ("y", "高龄津贴", form(old), {}, WANTS_CARD)]
    )
    raw = {"applicant_person_birth": "1950-01-01", "card_too": True}
    problems = clean(merged.form, raw, context).problems
    assert [problem.message for problem in problems] == [
        "办理“高龄津贴”时，“出生日期”不能晚于80年前的今天，请检查。"
    ]
    assert clean(merged.form, {**raw, "card_too": False}, context).problems == []


def test_a_question_that_hangs_on_a_later_page_stays_there():
    hanging = form(
        Field("agent", "是否代办", "yes_no"),
        Field("n", "姓名", "text", element="person.name", show_if=When("agent", value=True)),
    )
    merged = merge(None, [("x", "甲事", hanging, {}, None), ("y", "乙事", form(NAME), {}, None)])
    assert list(merged.form.fields()) == ["x__agent", "x__n", "y__name"]
    assert problems_of(merged.form) == []


def test_conditions_among_shared_questions_keep_their_order(context):
    agent = Field("agent", "是否代办", "yes_no", element="case.agent", required=True)
    name = Field(
        "n", "经办人", "text", element="agent.name", show_if=When("agent", value=True), required=True
    )
    other = Field("m", "经办人", "text", element="agent.name", show_if=When("by_agent", value=True))
    by_agent = Field("by_agent", "代办", "yes_no", element="case.agent")
    merged = merge(
        None, [("x", "甲事", form(agent, name), {}, None), ("y", "乙事", form(by_agent, other), {}, None)]
    )
    assert list(merged.form.fields()) == ["applicant_case_agent", "applicant_agent_name"]
    assert codes(clean(merged.form, {"applicant_case_agent": True}, context)) == [
        "applicant_agent_name:required"
    ]
    assert clean(merged.form, {"applicant_case_agent": False}, context).problems == []


def test_notices_are_agreed_to_for_each_item():
    notice = Field("agree", "承诺", "notice", required=True, element="case.promise")
    merged = merge(None, [(item, item, form(notice), {}, None) for item in "xy"])
    assert list(merged.form.fields()) == ["x__agree", "y__agree"]


def test_hidden_sections_hide_their_fields_in_the_merged_form_too(context):
    hidden = Form(
        (
            Section("a", "一", (Field("more", "更多", "yes_no"),)),
            Section("b", "二", (Field("x", "甲", "text", required=True),), show_if=When("more", value=True)),
        )
    )
    merged = merge(SCENARIO, [("p", "甲事", hidden, {}, WANTS_CARD)])
    assert codes(clean(merged.form, {"card_too": True, "p__more": True}, context)) == ["p__x:required"]
    assert codes(clean(merged.form, {"card_too": False, "p__more": True}, context)) == []
