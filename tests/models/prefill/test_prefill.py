"""What a form knows at which level, and what it must not know."""

from __future__ import annotations

from datetime import datetime

import msgspec
import pytest

from models.prefill.known import Known, fits, trace
from tests.models.catalogue import ALLOWANCE, ENROL, FAMILY
from tests.models.hall import CHEN_CARD, CHEN_HOME, CLERK, NOON, REGISTERED, SUN_CARD, ZHOU_CARD


async def known(hall, actor, door="chen", item="allowance") -> dict:
    """Value by question."""
    code = await hall.codes.get(hall.codes_of[door])
    found = await hall.prefill.known(actor, hall.catalogue.offer(item).form, code)
    return {key: fact.value for key, fact in found.items()}


async def facts(hall, actor, door="chen", item="allowance") -> dict[str, Known]:
    code = await hall.codes.get(hall.codes_of[door])
    return await hall.prefill.known(actor, hall.catalogue.offer(item).form, code)


@pytest.mark.gen_test
async def test_at_l0_only_what_is_painted_on_the_plate_is_known(hall):
    found = await facts(hall, hall.anybody)
    assert {key: (fact.value, fact.source) for key, fact in found.items()} == {
        "address": ("大关镇丘林村三组12号", "plate")
    }


@pytest.mark.gen_test
async def test_a_poster_tells_nobody_an_address(hall):
    assert await known(hall, hall.anybody, "allowance") == {}


@pytest.mark.gen_test
async def test_at_l1_only_what_was_typed_is_known_whoever_she_is(hall):
    for name, number in (("陈桂兰", CHEN_CARD), ("孙外人", SUN_CARD)):
        typed = hall.resident(name, number)
        found = await known(hall, typed)
        assert set(found) == {"name", "id_number", "born", "address"}
        assert (found["name"], found["id_number"]) == (name, number)


@pytest.mark.gen_test
async def test_at_l2_the_registry_is_known_with_source_and_time(hall):
    found = await facts(hall, hall.chen)
    assert (found["phone"].value, found["phone"].source, found["phone"].at) == (
        "19900000001",
        "import",
        REGISTERED,
    )
    assert found["account"].value == "6228480000000000019"
    assert found["address"].source == "import"


@pytest.mark.gen_test
async def test_what_is_most_sensitive_is_asked_for_anew(hall):
    form = msgspec.convert(
        {"sections": [{"key": "s", "title": "身体", "fields": [
            {"key": "health", "label": "健康状况", "type": "text", "element": "person.health"},
        ]}]}, type(ENROL.form),
    )  # fmt: skip
    zhou = hall.resident("周建国", ZHOU_CARD, "p-zhou", CHEN_HOME)
    assert await hall.prefill.known(zhou, form, None) == {}


@pytest.mark.gen_test
async def test_somebody_elses_door_does_not_get_my_households_facts(hall):
    found = await known(hall, hall.chen, "li")
    assert found["address"] == "大关镇双河村一组8号"
    assert "family" not in found
    assert found["phone"] == "19900000001"  # her own


@pytest.mark.gen_test
async def test_earlier_answers_fill_what_the_registry_lacks_and_never_overrule_it(hall):
    await hall.file(
        hall.li, door="li", name="李明", phone="19900000077", account="6228480000000000027", born="1940-01-01"
    )
    found = await facts(hall, hall.li, "li")
    assert (found["phone"].value, found["phone"].source) == ("19900000077", "earlier")
    await hall.file(key="key-of-chen-2", phone="19900000099")
    assert (await known(hall, hall.chen))["phone"] == "19900000001"


@pytest.mark.gen_test
async def test_what_somebody_typed_about_her_card_at_l1_is_no_earlier_answer(hall):
    typed = hall.resident("李明", hall.li.id_number)
    await hall.file(typed, item="enrol", name="李明", id_number=hall.li.id_number, phone="13999999999")
    assert "phone" not in await known(hall, hall.li, "li")


@pytest.mark.gen_test
async def test_earlier_answers_are_read_by_the_version_they_were_given_in(hall):
    """A question that later means somebody else keeps meaning her in the old case, and the other way round."""
    await hall.file(hall.li, door="li", name="李明", phone="19900000077", born="1940-01-01")
    section = ALLOWANCE.form.sections[0]
    fields = tuple(
        msgspec.structs.replace(field, subject="agent") if field.key == "phone" else field
        for field in section.fields
    )
    form = msgspec.structs.replace(
        ALLOWANCE.form, sections=(msgspec.structs.replace(section, fields=fields),)
    )
    other = await hall.again({"allowance": msgspec.structs.replace(ALLOWANCE, form=form), "enrol": ENROL,
                              "lamp": hall.catalogue.offer("lamp").item})  # fmt: skip
    found = await known(other, hall.li, "li", "enrol")
    assert found["phone"] == "19900000077"


@pytest.mark.gen_test
async def test_a_family_table_has_a_row_for_each_other_member(hall):
    found = await facts(hall, hall.chen)
    assert found["family"].value == [{"name": "周建国", "id_number": ZHOU_CARD, "relation": "22"}]
    assert (found["family"].source, found["family"].at) == ("import", REGISTERED)


@pytest.mark.gen_test
async def test_a_family_table_of_the_whole_household_begins_with_the_applicant(hall):
    family = msgspec.convert({**FAMILY, "subject": "household"}, type(ALLOWANCE.form.sections[0].fields[0]))
    section = msgspec.structs.replace(ALLOWANCE.form.sections[0], fields=(family,))
    form = msgspec.structs.replace(ALLOWANCE.form, sections=(section,), rules=())
    found = await hall.prefill.known(hall.chen, form, None)
    assert [row["name"] for row in found["family"].value] == ["陈桂兰", "周建国"]


@pytest.mark.gen_test
async def test_nobody_below_l2_nor_staff_sees_a_family(hall):
    for actor in (hall.anybody, hall.resident("陈桂兰", CHEN_CARD), CLERK):
        assert "family" not in await known(hall, actor)
        assert await hall.prefill.members(actor) == {}


@pytest.mark.gen_test
async def test_the_dead_are_not_filled_in_and_a_change_is_seen_at_once(hall):
    assert "family" in await known(hall, hall.chen)
    await hall.people.record("p-zhou", "person.died_on", "2026-10-01", "counter", NOON, "a1")
    assert "family" not in await known(hall, hall.chen)


@pytest.mark.gen_test
async def test_a_family_row_with_what_only_she_knows_keeps_its_source(hall):
    row = {"name": "周建国", "id_number": ZHOU_CARD, "relation": "22"}
    case = await hall.case(await hall.file(family=[{**row, "income": "1200"}]))
    answer = next(answer for answer in case.answers if answer.key == "family")
    assert (answer.source, answer.changed, answer.value[0]["income"]) == ("import", False, "1200.00")
    other = await hall.case(await hall.file(key="key-of-chen-2", family=[{**row, "name": "周建"}]))
    answer = next(answer for answer in other.answers if answer.key == "family")
    assert (answer.changed, answer.was) == (True, [row])


@pytest.mark.gen_test
async def test_members_are_known_by_token_to_the_household_alone(hall):
    assert await hall.prefill.members(hall.chen) == {"p-chen": "陈桂兰", "p-zhou": "周建国"}
    assert await hall.prefill.members(hall.li) == {"p-li": "李明"}


@pytest.mark.gen_test
async def test_what_is_remembered_is_dropped_when_the_registry_tells_of_a_change(hall):
    for kept in hall.prefill.kept:
        kept.is_live = lambda: True
    await known(hall, hall.chen)
    await hall.people.record("p-zhou", "person.name", "周建军", "counter", NOON, "a1")
    await hall.people.record("p-chen", "person.phone", "19900000055", "counter", NOON, "a1")
    assert (await known(hall, hall.chen))["phone"] == "19900000001"  # remembered
    hall.prefill.forget_person("p-chen")
    hall.prefill.forget_person("p-zhou")
    found = await known(hall, hall.chen)
    assert (found["phone"], found["family"][0]["name"]) == ("19900000055", "周建军")


@pytest.mark.gen_test
async def test_the_next_form_knows_what_was_filed_and_one_that_lies_open_stays_as_it_showed(hall):
    for kept in hall.prefill.kept:
        kept.is_live = lambda: True
    assert "phone" not in await known(hall, hall.li, "li")
    await hall.file(hall.li, door="li", name="李明", phone="19900000077", born="1940-01-01")
    hall.prefill.filed("p-li")
    assert "phone" not in await known(hall, hall.li, "li")
    hall.prefill.begin(hall.li)
    assert (await known(hall, hall.li, "li"))["phone"] == "19900000077"


@pytest.mark.gen_test
async def test_what_one_resident_is_remembered_by_is_nothing_to_another(hall):
    for kept in hall.prefill.kept:
        kept.is_live = lambda: True
    await known(hall, hall.chen)
    assert (await known(hall, hall.li, "li"))["name"] == "李明"
    hall.prefill.forget_household(CHEN_HOME)
    hall.prefill.forget_all()
    assert (await known(hall, hall.chen))["name"] == "陈桂兰"


def test_a_code_that_the_question_does_not_offer_is_left_out():
    sex = msgspec.convert(
        {"key": "s", "label": "性别", "type": "single", "codes": "C"}, type(ENROL.form.sections[0].fields[0])
    )
    assert fits(sex, "1", {"C": {"1": "男"}})
    assert not fits(sex, "9", {"C": {"1": "男"}})
    assert not fits(sex, "", {"C": {"1": "男"}})


def test_papers_of_an_earlier_case_stay_there():
    photo = msgspec.convert(
        {"key": "p", "label": "照片", "type": "file"}, type(ENROL.form.sections[0].fields[0])
    )
    assert not fits(photo, ["f1"], {})


def test_what_agrees_keeps_its_source_and_what_differs_keeps_what_it_was():
    at: datetime = NOON
    facts = {"a": Known("1", "shared", REGISTERED), "b": Known("2", "import", REGISTERED)}
    first, second, third = trace({"a": "1", "b": "3", "c": "4"}, facts, at)
    assert (first.source, first.at, first.changed) == ("shared", REGISTERED, False)
    assert (second.source, second.at, second.changed, second.was) == ("self", at, True, "2")
    assert (third.source, third.changed) == ("self", False)
