"""Building a form: what is written there and back is the same, and what cannot be is told."""

from __future__ import annotations

import pytest

from models.base.errors import Invalid
from models.elements.registry import load_elements
from models.forms.form import Commitment, Field, Form, Option, Section, When
from models.items.building import (
    bound,
    field_at,
    field_texts,
    field_written,
    page_texts,
    page_written,
    rebuilt,
    with_field,
    with_page,
)
from models.items.load import load_items
from models.items.tabled import folded, tabled, untabled

ELEMENTS = load_elements()
FORMS = {item.id: item.form for item in load_items().values()}
FORM = Form(
    (
        Section("one", "第一页", (Field("a", "甲", "text"), Field("b", "乙", "yes_no"))),
        Section("two", "第二页", (Field("t", "表", "table", columns=(Field("x", "列", "integer"),)),)),
    )
)


@pytest.mark.parametrize("slug", FORMS)
def test_every_form_of_the_catalogue_is_the_same_when_it_is_saved_unchanged(slug):
    form = FORMS[slug]
    for section in form.sections:
        assert page_written(form, section.key, page_texts(section)) == (form, [])
        for field in section.fields:
            for path, each in ((field.key, field), *((f"{field.key}.{c.key}", c) for c in field.columns)):
                assert field_written(form, path, field_texts(each)) == (form, []), path


def test_a_promise_that_is_let_go_with_its_type_leaves_nothing_half():
    promise = Field("p", "承诺", "yes_no", commitment=Commitment("rent", "房子是租的"))
    form = Form((Section("one", "第一页", (promise,)),))
    blank = {"type": "notice", "commitment.key": "", "commitment.covers": "", "commitment.bars": ""}
    written, problems = field_written(form, "p", blank)
    assert (problems, written.fields()["p"].commitment) == ([], None)
    assert field_written(form, "p", {**blank, "commitment.key": "rent"})[1][0].field == "commitment.covers"


def test_questions_move_within_their_page_and_over_its_edge():
    assert list(rebuilt(FORM, "down:field.a").fields()) == ["b", "a", "t"]
    over = rebuilt(FORM, "down:field.b")
    assert [[field.key for field in page.fields] for page in over.sections] == [["a"], ["b", "t"]]
    assert rebuilt(FORM, "up:field.a") == FORM
    assert rebuilt(FORM, "up:field.nowhere") == FORM


def test_pages_move_and_go_with_their_questions():
    assert [page.key for page in rebuilt(FORM, "up:page.two").sections] == ["two", "one"]
    assert list(rebuilt(FORM, "remove:page.one").fields()) == ["t"]
    assert rebuilt(FORM, "up:page.one") == FORM


def test_a_question_takes_from_its_element_what_is_not_said():
    built, path = with_field(FORM, "page.one", {}, ELEMENTS.get("person.phone"))
    field = built.fields()[path]
    assert (path, field.label, field.type, field.element) == ("phone", "联系电话", "phone", "person.phone")
    again, second = with_field(built, "page.two", {}, ELEMENTS.get("person.phone"))
    assert second == "phone_1"
    assert list(again.fields())[-1] == "phone_1"


def test_a_column_is_added_to_a_table():
    built, path = with_field(FORM, "field.t", {"label": "收入", "type": "money", "key": "income"}, None)
    assert path == "t.income"
    assert field_at(built, path) == Field("income", "收入", "money")


@pytest.mark.parametrize(
    ("place", "asked", "field"),
    [
        ("page.one", {"type": "text"}, "label"),
        ("page.one", {"label": "丙", "type": "magic"}, "type"),
        ("page.one", {"label": "丙", "key": "A b"}, "key"),
        ("page.two", {"label": "丙", "key": "a"}, "key"),
        ("page.nine", {"label": "丙"}, "page"),
        ("field.a", {"label": "丙"}, "page"),
    ],
)
def test_what_cannot_be_added_is_told_beside_its_place(place, asked, field):
    with pytest.raises(Invalid) as refused:
        with_field(FORM, place, asked, None)
    assert [problem.field for problem in refused.value.problems] == [field]


def test_a_form_has_an_end():
    form = FORM
    for _ in range(28):
        form = with_page(form, "又一页")
    with pytest.raises(Invalid):
        with_page(form, "太多了")
    with pytest.raises(Invalid):
        with_page(FORM, " ")


def test_another_type_lets_go_of_what_it_cannot_have():
    written, problems = field_written(FORM, "t", {"label": "表", "type": "text", "max_length": "20"})
    assert problems == []
    assert written.fields()["t"] == Field("t", "表", "text")


def test_options_bounds_and_defaults_are_read_in_the_kind_of_the_type():
    single = field_written(FORM, "a", {"label": "甲", "type": "single"})[0]
    told = {"label": "甲", "type": "single", "options": "1 一级｜最重\n2 二级", "default": "1"}
    options = field_written(single, "a", told)[0].fields()["a"]
    assert [(each.value, each.label, each.hint) for each in options.options] == [
        ("1", "一级", "最重"),
        ("2", "二级", ""),
    ]
    assert options.default == "1"
    yes = field_written(FORM, "b", {"default": "是"})[0].fields()["b"]
    assert yes.default is True
    number = field_written(FORM, "t.x", {"min": "0", "max": "9"})[0]
    assert (field_at(number, "t.x").min, field_at(number, "t.x").max) == (0, 9)


def test_what_cannot_be_read_is_told_and_the_form_stays():
    for texts, field in (
        ({"max_length": "很多"}, "max_length"),
        ({"show_if": "b 等于"}, "show_if"),
        ({"type": ""}, "type"),
    ):
        form, problems = field_written(FORM, "a", texts)
        assert ([problem.field for problem in problems], form) == ([field], FORM)


def test_binding_makes_the_question_what_the_element_is():
    field = bound(FORM, "b", ELEMENTS.get("person.sex")).fields()["b"]
    assert (field.type, field.element, field.codes) == (
        "single",
        "person.sex",
        ELEMENTS.get("person.sex").codes,
    )


def test_a_condition_in_a_table_is_the_condition():
    form = FORMS["dibao"]
    line = "causes 含 illness 且 causes 含 study"
    table = tabled(line, form)
    assert [(row.field, row.op, row.value) for row in table.rows[:2]] == [
        ("causes", "has", "家里有人生病"), ("causes", "has", "供孩子上学"),
    ]  # fmt: skip
    typed = {
        f"w.{at}.{name}": getattr(row, name)
        for at, row in enumerate(table.rows)
        for name in ("field", "op", "value")
    }
    assert untabled(typed | {"w.join": "all"}, "w", form) == line
    assert untabled(typed | {"w.join": "any"}, "w", form) == line.replace("且", "或")
    assert folded(typed | {"other": "x"}, ["w"], form) == {"w": line, "other": "x"}


def test_a_half_written_row_is_told_not_dropped():
    line = untabled({"w.0.field": "b", "w.0.op": "eq", "w.0.value": ""}, "w", FORM)
    form, problems = field_written(FORM, "a", {"show_if": line})
    assert ([problem.field for problem in problems], form) == (["show_if"], FORM)


def test_a_half_written_row_takes_none_of_the_others_with_it():
    typed = {
        "w.0.field": "a",
        "w.0.op": "eq",
        "w.0.value": "x",
        "w.1.op": "eq",
        "w.1.value": "y",
        "w.join": "any",
    }
    line = untabled(typed, "w", FORM)
    assert line == "a 等于 x 或 等于 y"
    form, problems = field_written(FORM, "b", {"show_if": line})
    assert ([problem.field for problem in problems], form) == (["show_if"], FORM)


def test_a_name_with_a_comma_in_it_is_not_taken_for_two():
    options = (Option("both", "水、电"), Option("none", "都没有"))
    form = Form((Section("one", "第一页", (Field("a", "甲", "single", options=options),)),))
    line = "a 属于 (both, none)"
    assert tabled(line, form).line == line


def test_what_does_not_fit_into_a_table_stays_a_line():
    for line in ("a 等于 x 或 (b 等于 是 且 a 已填)", "非 (a 已填)", "a 等于 @b", "这不是条件"):
        assert tabled(line, FORM).line == line


def test_yes_and_numbers_are_compared_as_what_they_are():
    typed = {"w.0.field": "b", "w.0.op": "eq", "w.0.value": "是"}
    assert page_written(FORM, "two", {"show_if": untabled(typed, "w", FORM)})[0].sections[1].show_if == When(
        "b", "eq", True
    )
