"""What is different between two texts of an item: by key, so that what moves is not new."""

from __future__ import annotations

import msgspec

from models.items.diff import diff
from models.items.load import load_items
from tests.models.catalogue import ALLOWANCE
from tests.models.items.desk import whole

OLD = whole(ALLOWANCE)


def told(new, old=OLD) -> list[tuple[str, str, str, str]]:
    return [(each.place, each.how, each.old, each.new) for each in diff(old, new)]


def fields_of(**change) -> dict:
    form = msgspec.json.decode(msgspec.json.encode(OLD.form))
    form["sections"][0]["fields"] = [
        {**each, **change.get(each["key"], {})} for each in form["sections"][0]["fields"]
    ]
    return form


def test_the_same_text_has_no_differences():
    assert diff(OLD, OLD) == ()


def test_an_element_is_changed_with_both_its_texts():
    assert told(whole(ALLOWANCE, level="L1")) == [("level", "changed", "身份证加验证", "身份证")]
    assert told(whole(ALLOWANCE, visit_reason="核验")) == [("visit_reason", "added", "", "核验")]


def test_whose_matter_it_is_is_told_too():
    found = told(whole(ALLOWANCE, area="529901101", variant_of="relief"))
    assert [(place, new) for place, _, _, new in found] == [("area", "529901101"), ("variant_of", "relief")]


def test_a_material_is_added_removed_and_changed_by_its_code():
    materials = [
        {"code": "M2", "name": "身份证（正反面）", "held": "card"},
        {"code": "M9", "name": "户口簿", "held": "form"},
    ]
    found = told(whole(ALLOWANCE, materials=materials))
    assert [(place, how) for place, how, _, _ in found] == [
        ("materials.M1", "removed"), ("materials.M2.name", "changed"), ("materials.M9", "added"),
    ]  # fmt: skip


def test_steps_in_another_order_are_one_difference():
    steps = msgspec.to_builtins(OLD.steps)
    found = told(whole(ALLOWANCE, steps=[steps[0], steps[2], steps[1], steps[3]]))
    assert found == [("steps", "changed", "受理、初审、审批、发放", "受理、审批、初审、发放")]


def test_questions_are_compared_with_their_columns_and_conditions():
    form = fields_of(photo={"label": "一寸照", "show_if": {"field": "age", "op": "ge", "value": 90}})
    found = told(whole(ALLOWANCE, form=form))
    assert [(place, new) for place, _, _, new in found] == [
        ("form.fields.photo.label", "一寸照"), ("form.fields.photo.show_if", "age 不小于 90"),
    ]  # fmt: skip
    family = msgspec.json.decode(msgspec.json.encode(OLD.form.fields()["family"]))["columns"]
    family[3]["label"] = "每月收入"
    assert [place for place, *_ in told(whole(ALLOWANCE, form=fields_of(family={"columns": family})))] == [
        "form.fields.family.income.label"
    ]


def test_a_question_on_another_page_says_from_where_to_where():
    form = msgspec.json.decode(msgspec.json.encode(OLD.form))
    photo = next(each for each in form["sections"][0]["fields"] if each["key"] == "photo")
    form["sections"][0]["fields"].remove(photo)
    form["sections"].append({"key": "papers", "title": "材料", "fields": [photo]})
    found = told(whole(ALLOWANCE, form=form))
    assert ("form.fields.photo", "changed", "全部", "材料") in found
    assert ("form.sections.papers", "added") in [(place, how) for place, how, _, _ in found]


def test_something_new_is_told_whole():
    found = diff(None, OLD)
    assert {each.how for each in found} == {"added"}
    assert {"name", "materials.M1", "steps.accept", "form.sections.all", "form.fields.name"} <= {
        each.place for each in found
    }


def test_any_two_items_can_be_compared_and_every_difference_has_a_name():
    items = list(load_items().values())
    for old, new in zip(items, items[1:], strict=False):
        found = diff(old, new)
        assert found
        assert all(each.label and each.old != each.new for each in found)
        assert len({(each.place, each.label) for each in found}) == len(found)
