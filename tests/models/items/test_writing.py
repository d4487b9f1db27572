"""From text to item and back: nothing is lost, nothing is left out, and what cannot be read is told at its place."""

from __future__ import annotations

import msgspec
import pytest

from models.forms.form import Commitment, Compute, Field, Rule, Section
from models.items.columns import FIELD, MATERIAL, PAGE, QUESTION, RULE, STEP
from models.items.item import Asked, Figures, Item, Material, Once, Result, Step, Tolerance, Urgent
from models.items.load import load_items
from models.items.writing import SECTIONS, rearranged, refound, texts_of, written
from tests.models.catalogue import ALLOWANCE
from tests.models.items.desk import whole

ITEMS = load_items()
ITEM = whole(ALLOWANCE)
ELSEWHERE = {"id", "materials", "steps", "form", "questions", "area", "variant_of"}
"""What is written elsewhere: as rows, in the form builder, by copying to a town; an id is never changed."""


@pytest.mark.parametrize("slug", ITEMS)
@pytest.mark.parametrize("key", SECTIONS)
def test_every_section_of_every_item_is_the_same_when_it_is_saved_unchanged(slug, key):
    section = SECTIONS[key]
    assert written(ITEMS[slug], section, texts_of(ITEMS[slug], section)) == (ITEMS[slug], [])


def names(struct: type[msgspec.Struct]) -> set[str]:
    return set(struct.__struct_fields__)


def test_every_element_of_an_item_can_be_written_somewhere():
    """A new element of the list has to have its column, or nobody could change it."""
    paths = {column.path for section in SECTIONS.values() for column in section.columns}
    assert names(Item) - ELSEWHERE == {path.partition(".")[0] for path in paths}
    groups = {"result": Result, "before": Figures, "tolerance": Tolerance, "urgent": Urgent, "once": Once}
    for group, struct in groups.items():
        assert {path.partition(".")[2] for path in paths if path.startswith(f"{group}.")} == names(struct)


def test_every_group_of_a_question_is_written_whole():
    for group, struct in (("compute", Compute), ("commitment", Commitment)):
        paths = {column.path.partition(".")[2] for column in FIELD if column.path.startswith(f"{group}.")}
        assert paths == names(struct)


@pytest.mark.parametrize(
    ("struct", "columns", "elsewhere"),
    [
        (Material, MATERIAL, set()), (Step, STEP, set()), (Asked, QUESTION, set()), (Rule, RULE, set()),
        (Section, PAGE, {"fields"}), (Field, FIELD, {"columns"}),
    ],
)  # fmt: skip
def test_every_element_of_a_row_has_its_column(struct, columns, elsewhere):
    assert names(struct) - elsewhere == {column.path.partition(".")[0] for column in columns}


@pytest.mark.parametrize(
    ("key", "typed", "place"),
    [
        ("basics", {"promised_days": "十"}, "promised_days"), ("basics", {"kind": ""}, "kind"),
        ("basics", {"kind": "私事"}, "kind"), ("basics", {"summary": "长" * 4001}, "summary"),
        ("materials", {"materials.0.need": "也许"}, "materials.0.need"),
        ("steps", {"steps.1.days": "--5"}, "steps.1.days"),
        ("steps", {"steps.1.days": "99999999999"}, "steps.1.days"), ("steps", {"steps.0.role": ""}, "steps.0.role"),
        ("situations", {"steps.0.when": "age 像 8"}, "steps.0.when"),
        ("special", {"urgent.hours": "24"}, "urgent.when"), ("rules", {"form.rules.0.must": ""}, "form.rules.0.must"),
        ("basics", {"legal_basis": "法\n" * 61}, "legal_basis"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_at_its_place_and_the_item_stays(key, typed, place):
    section = SECTIONS[key]
    item, problems = written(ITEM, section, texts_of(ITEM, section) | typed)
    assert item == ITEM
    assert place in [problem.field for problem in problems]


def test_words_of_choices_are_read_as_their_codes():
    typed = {"materials.0.need": "可容缺后补", "materials.0.form": "1 纸质"}
    item, problems = written(ITEM, SECTIONS["materials"], texts_of(ITEM, SECTIONS["materials"]) | typed)
    assert (problems, item.materials[0].need, item.materials[0].form) == ([], 2, 1)


def test_codes_are_kept_as_they_are_compared():
    typed = {"basic_code": "0005 1101-3000"}
    assert written(ITEM, SECTIONS["codes"], typed)[0].basic_code == "000511013000"


def test_what_is_left_blank_is_the_default_again():
    texts = texts_of(ITEM, SECTIONS["basics"]) | {
        "keep_years": "",
        "consult_phone": "",
        "keywords": "",
        "minutes": "",
    }
    item, problems = written(ITEM, SECTIONS["basics"], texts)
    assert (problems, item.keep_years, item.consult_phone, item.keywords, item.minutes) == (
        [], 10, "12345", (), 0,
    )  # fmt: skip


def test_figures_from_before_are_there_or_not():
    texts = texts_of(ITEM, SECTIONS["money"]) | {"before.materials": "9", "before.days": "40"}
    told = written(ITEM, SECTIONS["money"], texts)[0]
    assert told.before == Figures(materials=9, days=40)
    blank = {name: "" for name in texts if name.startswith("before.")}
    assert written(told, SECTIONS["money"], texts | blank)[0].before is None


def test_a_row_that_moves_takes_along_what_the_page_does_not_show():
    section = SECTIONS["materials"]
    item = whole(ALLOWANCE, materials=[{"code": "A", "name": "甲", "when": {"field": "age", "op": "ge", "value": 80}},
                                       {"code": "B", "name": "乙"}])  # fmt: skip
    moved = rearranged(section, texts_of(item, section), "down:materials.0")
    after = written(item, section, moved)[0].materials
    assert [(each.code, each.when is not None) for each in after] == [("B", False), ("A", True)]


@pytest.mark.parametrize(
    ("wish", "codes"),
    [
        ("add:materials", ["M1", "M2", ""]), ("remove:materials.0", ["M2"]), ("up:materials.1", ["M2", "M1"]),
        ("up:materials.0", ["M1", "M2"]), ("down:materials.1", ["M1", "M2"]), ("remove:materials.9", ["M1", "M2"]),
        ("remove:steps.0", ["M1", "M2"]), ("nonsense", ["M1", "M2"]),
    ],
)  # fmt: skip
def test_rows_are_rearranged_as_wished_and_nonsense_changes_nothing(wish, codes):
    section = SECTIONS["materials"]
    texts = rearranged(section, texts_of(ITEM, section), wish)
    assert [texts[f"materials.{at}.code"] for at in range(len(codes))] == codes
    assert f"materials.{len(codes)}.code" not in texts


def test_a_row_of_which_little_was_sent_is_asked_for_the_rest():
    texts = texts_of(ITEM, SECTIONS["steps"]) | {"steps.999.name": "很远的一行"}
    item, problems = written(ITEM, SECTIONS["steps"], texts)
    assert (item, [problem.field for problem in problems]) == (ITEM, ["steps.999.role"])


def test_rows_that_are_written_elsewhere_stay_whatever_was_sent():
    section = SECTIONS["situations"]
    for texts in ({"conditions": "年满80周岁"}, {"steps.9.when": "age 已填"}, {"steps.1.when": "age 已填"}):
        item, problems = written(ITEM, section, texts)
        assert (problems, item.steps, item.materials) == ([], ITEM.steps, ITEM.materials)
    told = written(ITEM, section, {"steps.1.when": "age 已填", "steps.1.was": "1"})[0]
    assert [step.when is not None for step in told.steps] == [False, True, False, False]


def test_rows_typed_before_somebody_removed_one_are_tied_to_the_same_rows_again():
    section, older = SECTIONS["materials"], {"field": "age", "op": "ge", "value": 80}
    materials = [{"code": "A", "name": "甲"}, {"code": "B", "name": "乙", "when": older}]
    typed = texts_of(whole(ALLOWANCE, materials=materials), section)
    now = whole(ALLOWANCE, materials=materials[1:])
    after = written(now, section, refound(now, section, typed))[0].materials
    assert [(each.code, each.when is not None) for each in after] == [("A", False), ("B", True)]
    section = SECTIONS["situations"]
    typed = texts_of(whole(ALLOWANCE, materials=materials), section)
    assert written(now, section, refound(now, section, typed)) == (now, [])


def test_there_is_an_end_to_rows():
    texts = {f"materials.{at}.code": f"M{at}" for at in range(200)}
    assert len(written(ITEM, SECTIONS["materials"], texts)[0].materials) == 60
