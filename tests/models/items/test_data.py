"""The catalogue's data as shipped: every file loads, names only what exists, and passes the lint of lists."""

from __future__ import annotations

import typing
from pathlib import Path

import pytest

from models.elements.registry import load_elements
from models.forms.conditions import names
from models.forms.form import FieldType
from models.forms.lint import problems_of
from models.forms.merge import merge
from models.items.item import THEMES
from models.items.load import DATA, load_bundles, load_items
from models.items.papers import spared_by

PROMISED_IDS = {
    "elder-allowance", "elder-card", "water-repair", "water-install", "power-install", "dibao", "temp-relief",
    "disabled-living", "disability-card", "pension-enrol", "medical-enrol", "job-registration",
    "birth-registration", "newborn-hukou", "newborn-medical", "social-card", "logging-permit", "homestead",
    "farm-machinery", "schooling-aid", "stall-record", "death-cancel", "pension-death", "medical-death",
}  # fmt: skip
SAME_KIND = {"text": "text", "textarea": "text", "address": "text"}
HELD_IN_FORM = "form"


def longest_way(item) -> int:
    """Working days of all stages; of steps side by side the longest counts."""
    stages = {step.stage or step.key: 0 for step in item.steps}
    for step in item.steps:
        stages[step.stage or step.key] = max(stages[step.stage or step.key], step.days)
    return sum(stages.values())


@pytest.fixture(scope="module")
def items():
    return load_items()


@pytest.fixture(scope="module")
def bundles():
    return load_bundles()


@pytest.fixture(scope="module")
def elements():
    return load_elements()


def questions(form):
    """Every question of a form, the columns of its tables included."""
    for field in form.fields().values():
        yield field
        yield from field.columns


def test_every_file_is_loaded_under_its_id(items, bundles):
    assert set(items) == {path.stem for path in (DATA / "items").glob("*.toml")}
    assert set(bundles) == {path.stem for path in (DATA / "bundles").glob("*.toml")}
    assert set(items) >= PROMISED_IDS


def test_no_id_is_used_twice(items, bundles):
    assert not set(items) & set(bundles)
    assert len({item.name for item in items.values()}) == len(items)


def test_every_theme_has_an_item(items):
    assert {item.theme for item in items.values()} == set(THEMES)


def test_popular_ranks_are_not_shared(items):
    ranks = [item.popular for item in items.values() if item.popular]
    assert len(set(ranks)) == len(ranks)
    assert items["elder-allowance"].popular == 1
    assert items["water-repair"].popular == 2


def test_all_field_types_are_used(items):
    used = {field.type for item in items.values() for field in questions(item.form)}
    assert used == set(typing.get_args(FieldType))


def test_no_form_has_a_fault(items, elements):
    faults = {
        item.id: found
        for item in items.values()
        if (found := problems_of(item.form, elements.code_lists, elements.keys()))
    }
    assert faults == {}


def test_a_bound_question_takes_the_kind_of_answer_its_element_holds(items, elements):
    wrong = []
    for item in items.values():
        for field in questions(item.form):
            element = elements.get(field.element or "")
            if element is None:
                continue
            same = SAME_KIND.get(field.type, field.type) == SAME_KIND.get(element.type, element.type)
            if not same or (field.codes or element.codes) != element.codes:
                wrong.append(f"{item.id}.{field.key}")
    assert wrong == []


def test_a_question_about_somebody_else_says_so(items):
    """Otherwise the applicant's own name would be filled in for the child."""
    for item in items.values():
        own = [f.element for f in item.form.fields().values() if f.element and f.subject == "applicant"]
        assert own.count("person.name") <= 1, item.id
        assert own.count("person.id_no") <= 1, item.id


def test_every_item_that_needs_a_person_asks_her_phone(items):
    for item in items.values():
        assert any(field.type == "phone" and field.required for field in questions(item.form)), item.id


def test_every_material_names_a_file_question_that_exists(items):
    for item in items.values():
        fields = item.form.fields()
        for material in item.materials:
            assert not material.field or fields[material.field].type == "file", f"{item.id}.{material.code}"


def test_a_paper_that_must_be_had_is_either_asked_for_or_held(items):
    for item in items.values():
        fields = item.form.fields()
        for material in item.materials:
            asked = material.field and (fields[material.field].required or fields[material.field].require_if)
            assert material.need != 0 or material.held or asked, f"{item.id}.{material.code}"


def test_what_is_held_is_an_element_or_the_form_itself(items, elements):
    held = {material.held for item in items.values() for material in item.materials if material.held}
    assert [key for key in held if key != HELD_IN_FORM and elements.get(key) is None] == []


def test_material_codes_are_not_repeated_in_an_item(items):
    for item in items.values():
        codes = [material.code for material in item.materials]
        assert len(set(codes)) == len(codes), item.id


def test_conditions_of_materials_read_questions_of_the_form(items):
    for item in items.values():
        for material in item.materials:
            if material.when is not None:
                assert material.when.field in item.form.fields(), f"{item.id}.{material.code}"


def test_the_first_step_accepts_and_the_last_decides(items):
    for item in items.values():
        kinds = [step.kind for step in item.steps]
        assert kinds[0] == "accept", item.id
        assert kinds.count("accept") == 1, item.id
        assert kinds[-1] in ("approve", "issue"), item.id
        assert len({step.key for step in item.steps}) == len(kinds), item.id


def test_the_steps_fit_in_the_promised_time(items):
    for item in items.values():
        assert longest_way(item) <= item.promised_days, item.id


def test_what_is_tolerated_can_follow_in_the_promised_time(items):
    for item in items.values():
        if item.tolerance:
            assert any(material.need == 2 and not material.held for material in item.materials), item.id
            assert 0 <= item.tolerance.remind < item.tolerance.days <= item.promised_days, item.id


def test_an_instant_item_is_decided_on_the_spot(items):
    for item in items.values():
        assert (item.handling == "instant") == (item.promised_days == 0), item.id
        if item.handling == "instant":
            assert all(step.days == 0 and step.tier == "town" for step in item.steps), item.id


def test_the_promise_is_no_longer_than_the_law_allows(items):
    for item in items.values():
        assert item.statutory_days == 0 or item.promised_days <= item.statutory_days, item.id


def test_wholly_online_means_no_visit_and_a_visit_has_a_reason(items):
    for item in items.values():
        assert item.online_depth != "IV" or item.visits == 0, item.id
        assert (item.visits > 0) == bool(item.visit_reason), item.id


def test_a_fee_has_its_basis(items):
    for item in items.values():
        assert item.fee == "不收费" or item.fee_basis, item.id


def test_questions_and_complaints_ring_in_different_places(items):
    for item in items.values():
        assert item.consult_phone != item.complaint_phone, item.id


def test_a_licence_names_every_step_and_its_law(items):
    licences = [item for item in items.values() if item.kind == "01"]
    assert licences
    for item in licences:
        assert {"accept", "survey", "approve", "issue"} <= {step.kind for step in item.steps}, item.id
        assert all(step.days > 0 for step in item.steps), item.id
        assert any("法》" in basis for basis in item.legal_basis), item.id


def test_every_item_shows_what_its_result_looks_like(items):
    for item in items.values():
        assert item.result.sample, item.id
        assert len(item.legal_basis) >= 2, item.id
        assert item.conditions, item.id
        assert item.unverified, item.id


def test_every_child_of_a_bundle_exists_and_comes_after_its_own_kin(items, bundles):
    for bundle in bundles.values():
        children = [child.item for child in bundle.children]
        assert set(children) <= set(items), bundle.id
        assert len(set(children)) == len(children), bundle.id
        for child in bundle.children:
            assert set(child.after) <= set(children) - {child.item}, bundle.id


def test_a_bundle_is_at_least_as_strict_as_its_children(items, bundles):
    for bundle in bundles.values():
        assert all(items[child.item].level <= bundle.level for child in bundle.children), bundle.id


def test_the_merged_form_of_every_bundle_has_no_fault(items, bundles, elements):
    for bundle in bundles.values():
        parts = [(c.item, items[c.item].name, items[c.item].form, c.share, c.when) for c in bundle.children]
        merged = merge(bundle.scenario, parts, spared_by(bundle, items))
        assert problems_of(merged.form, elements.code_lists, elements.keys()) == [], bundle.id


def test_what_a_child_shares_is_a_question_it_asks(items, bundles):
    for bundle in bundles.values():
        for child in bundle.children:
            assert set(child.share) <= set(items[child.item].form.fields()), f"{bundle.id}.{child.item}"


def test_every_bundle_joins_several_matters_and_its_scenario_chooses_among_them(bundles):
    assert len(bundles) >= 12
    for bundle in bundles.values():
        assert len(bundle.children) >= 2, bundle.id
        asked = {field.key for field in bundle.scenario.fields}
        whens = [child.when for child in bundle.children if child.when]
        assert whens, bundle.id
        assert set().union(*map(names, whens)) <= asked, bundle.id


def test_a_child_is_listed_after_those_that_it_waits_for(bundles):
    for bundle in bundles.values():
        order = [child.item for child in bundle.children]
        for child in bundle.children:
            assert all(order.index(ahead) < order.index(child.item) for ahead in child.after), bundle.id


def test_who_brings_a_paper_about_is_taken_on_a_condition(items, bundles):
    """Otherwise the question for its picture would never be spared."""
    for bundle in bundles.values():
        whens = {child.item: child.when for child in bundle.children}
        for child in bundle.children:
            for material in items[child.item].materials:
                makers = [ahead for ahead in child.after if items[ahead].result.code == material.code]
                assert not material.field or all(whens[maker] for maker in makers), (
                    f"{bundle.id}.{child.item}"
                )


def test_half_width_punctuation_does_not_stand_in_chinese_sentences(items, bundles):
    sentences = [entry.summary for entry in (*items.values(), *bundles.values())]
    for item in items.values():
        sentences += [f"{field.label}{field.hint}{field.text}" for field in questions(item.form)]
        sentences += [rule.message for rule in item.form.rules]
    assert [each for each in sentences if any(mark in each for mark in ",;:?!()")] == []


def test_the_page_on_items_lists_every_one_of_them(items, bundles):
    page = (Path(__file__).parents[3] / "docs" / "items.md").read_text(encoding="utf-8")
    assert [key for key in (*items, *bundles) if f"| `{key}` |" not in page] == []
