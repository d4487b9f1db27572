"""What the rules of real items say to people whom they do not fit."""

from __future__ import annotations

from datetime import date

import pytest

from models.base.idnumber import checksum
from models.elements.registry import load_elements
from models.forms.context import Context
from models.forms.engine import clean, visible
from models.items.load import load_items

TODAY = date(2026, 6, 1)


@pytest.fixture(scope="module")
def items():
    return load_items()


@pytest.fixture(scope="module")
def context():
    return Context(today=TODAY, codes=load_elements().code_lists)


def id_number(born):
    first17 = f"532225{born}004"
    return first17 + checksum(first17)


def allowance(born="19400305", **changed):
    answers = {
        "name": "陈桂兰", "id_number": id_number(born), "sex": "2", "phone": "13800000012",
        "birth_date": f"{born[:4]}-{born[4:6]}-{born[6:]}", "residence_address": "大关镇丘林村三组12号",
        "emergency_phone": "13800000013", "bank_name": "农村商业银行大关支行",
        "bank_account": "6217000000000000012", "promise": True,
    }  # fmt: skip
    return {**answers, **changed}


def codes_of(cleaned):
    return {problem.field: problem.code for problem in cleaned.problems}


def test_chen_guilan_of_86_may_apply_for_the_allowance(items, context):
    cleaned = clean(items["elder-allowance"].form, allowance(), context)
    assert cleaned.problems == []
    assert cleaned.answers["age"] == 86


def test_at_79_the_allowance_says_from_when_one_may_apply(items, context):
    cleaned = clean(items["elder-allowance"].form, allowance("19470305"), context)
    assert codes_of(cleaned) == {"id_number": "elder_allowance.age"}


def test_the_agent_is_asked_about_only_when_there_is_one(items, context):
    cleaned = clean(items["elder-allowance"].form, allowance(by_agent=True), context)
    assert codes_of(cleaned).keys() == {"agent_relation", "agent_name", "agent_id_number", "agent_phone"}


def test_a_water_repair_takes_three_answers(items, context):
    answers = {"std_address": "大关镇丘林村三组12号", "fault": "leak", "contact_phone": "13800000012"}
    assert clean(items["water-repair"].form, answers, context).problems == []


def test_trees_behind_the_house_need_no_permit_and_no_more_questions(items, context):
    form = items["logging-permit"].form
    cleaned = clean(form, {"where": "own_plot"}, context)
    assert codes_of(cleaned) == {"where": "logging.no_need"}
    assert visible(form, {"where": "own_plot"}) == {"where", "no_need"}


def test_a_second_homestead_is_refused_until_the_first_is_given_up(items, context):
    form = items["homestead"].form
    refused = clean(form, {"other_homestead": True, "give_up": False}, context)
    assert codes_of(refused)["give_up"] == "homestead.one_per_household"
    assert "give_up" not in codes_of(clean(form, {"other_homestead": True, "give_up": True}, context))


def test_more_compensation_than_loss_is_refused(items, context):
    answers = {"urgency": "urgent", "loss": "100", "compensated": "200"}
    found = codes_of(clean(items["temp-relief"].form, answers, context))
    assert found["compensated"] == "temp_relief.compensated"


def test_urgent_relief_asks_for_no_papers_first(items, context):
    form = items["temp-relief"].form
    assert "proof_photo" not in codes_of(clean(form, {"urgency": "urgent"}, context))
    assert codes_of(clean(form, {"urgency": "ordinary"}, context))["proof_photo"] == "required"


def test_a_pupil_need_not_join_the_pension(items, context):
    found = codes_of(clean(items["pension-enrol"].form, {"in_school": True}, context))
    assert found["in_school"] == "pension.in_school"


def test_the_care_allowance_needs_grade_one_or_two(items, context):
    form = items["disabled-care"].form
    light = {"disability_kind": ["4"], "disability_grade": "3"}
    assert codes_of(clean(form, light, context))["disability_grade"] == "disabled_care.grade"
    mental = {"disability_kind": ["6"], "disability_grade": "3"}
    assert "disability_grade" not in codes_of(clean(form, mental, context))


def test_income_per_head_is_worked_out_from_the_family(items, context):
    row = {"relation": "02", "income": "900", "health": "good"}
    people = [("陈桂兰", "19400305"), ("王小梅", "19700612")]
    members = [{**row, "name": name, "id_number": id_number(born)} for name, born in people]
    cleaned = clean(items["dibao"].form, {"members": members}, context)
    assert (cleaned.answers["member_count"], cleaned.answers["income_per_head"]) == (2, "900.00")
