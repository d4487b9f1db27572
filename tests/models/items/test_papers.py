"""Which papers a matter takes: each once, and where each comes from."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.items.item import Bundle, Item, Material
from models.items.load import load_bundles, load_items
from models.items.papers import ORIGINS, OWN, Taken, made_for, papers, spared_by, words_of
from tests.models.catalogue import ALLOWANCE, ENROL

LICENCE = Material("M14", "营业执照", field="photo")
BOOK = Material("M02", "户口簿", held="house.hukou_no")


def item(*materials: Material, base: Item = ALLOWANCE, **more) -> Item:
    return msgspec.structs.replace(base, materials=materials, **more)


def rows(*taken: Taken, held=()):
    return {row.code: row for row in papers(taken, held).rows}


def origin(material: Material, held=(), **more) -> str:
    return rows(Taken(item(material, **more), {}), held=held)[material.code].origin


def test_what_the_state_has_is_not_asked_for_again():
    assert origin(BOOK, held={"house.hukou_no"}) == "held"
    assert origin(LICENCE, held={"M14"}) == "held"  # a paper that was kept from an earlier matter


def test_what_the_state_should_have_and_has_not_is_looked_up_by_staff():
    assert origin(BOOK) == "checked"


def test_what_the_form_asks_is_no_paper_besides():
    account = Material("M05", "一卡通", held="person.subsidy_account")
    assert origin(account) == "filled"
    assert origin(Material("M23", "申请书", held="form")) == "filled"


def test_a_picture_is_taken_on_the_phone_and_the_rest_is_brought():
    assert origin(LICENCE) == "photo"
    assert origin(Material("M99", "样品")) == "bring"


def test_what_has_been_handed_in_is_said_to_be():
    found = rows(Taken(item(LICENCE), {"photo": ["f1"]}))["M14"]
    assert (found.given, words_of(found)) == (True, "您已交")


def test_an_original_that_is_looked_at_is_brought_whoever_knows_it():
    original = msgspec.structs.replace(BOOK, form=1, originals=1)
    assert origin(original, held={"house.hukou_no"}, visits=1, visit_reason="核对原件") == "bring"
    assert origin(original, held={"house.hukou_no"}) == "held"  # nobody comes anywhere


def test_what_another_matter_brings_about_names_that_matter():
    found = rows(Taken(item(LICENCE), {}, made={"M14": "个体户执照"}))["M14"]
    assert (found.origin, words_of(found)) == ("made", "由“个体户执照”产出，不用交")


def test_a_paper_that_two_want_is_listed_once_as_the_worse_of_them_has_it():
    one, other = Taken(item(LICENCE), {}, made={"M14": "执照"}), Taken(item(LICENCE, base=ENROL), {})
    found = papers([one, other], ())
    assert [(row.origin, row.wanted) for row in found.rows] == [("photo", ("高龄津贴", "医保参保"))]
    assert (found.asked, found.own) == (2, 1)


def test_optional_papers_are_listed_and_not_counted():
    found = papers([Taken(item(msgspec.structs.replace(LICENCE, need=1)), {})], ())
    assert (len(found.rows), found.asked, found.own) == (1, 0, 0)
    assert words_of(found.rows[0]) == "需要您拍照（没有可不交）"


def test_what_depends_on_an_answer_that_is_missing_is_unsure_until_it_is_there():
    letter = Material("M06", "委托书", field="photo", when={"field": "born", "op": "filled"})
    letter = msgspec.convert(msgspec.to_builtins(letter), Material)
    assert rows(Taken(item(letter), {}, whole=False))["M06"].unsure
    assert "M06" not in rows(Taken(item(letter), {}))
    assert not rows(Taken(item(letter), {"born": "1940-03-05"}, whole=False))["M06"].unsure


SHOP = msgspec.convert(
    {
        "id": "shop", "name": "开店", "theme": "jobs", "department": "市场监管", "level": "L2", "minutes": 5, "summary": "",
        "children": [
            {"item": "allowance", "when": {"field": "new", "value": True}},
            {"item": "enrol", "after": ["allowance"]},
        ],
    },
    Bundle,
)  # fmt: skip
MAKER = msgspec.structs.replace(ALLOWANCE, result=msgspec.structs.replace(ALLOWANCE.result, code="M14"))
PARTS = {"allowance": MAKER, "enrol": item(LICENCE, base=ENROL)}


def test_only_a_forerunner_that_is_taken_brings_anything_about():
    assert made_for(SHOP, PARTS, ["allowance", "enrol"])["enrol"] == {"M14": "高龄津贴"}
    assert made_for(SHOP, PARTS, ["enrol"])["enrol"] == {}


def test_the_picture_of_what_is_brought_about_is_not_asked_for():
    assert spared_by(SHOP, PARTS) == {("enrol", "photo"): SHOP.children[0].when}


@pytest.fixture(scope="module")
def shipped():
    return load_items(), load_bundles()


@given(data=st.data())
def test_of_any_choice_each_paper_is_listed_once_and_no_more_is_left_than_was_asked(shipped, data):
    items, bundles = shipped
    bundle = data.draw(st.sampled_from(sorted(bundles.values(), key=lambda each: each.id)))
    chosen = data.draw(st.sets(st.sampled_from([child.item for child in bundle.children]), min_size=1))
    held = data.draw(st.sets(st.sampled_from(["person.id_no", "house.hukou_no", "person.subsidy_account"])))
    made = made_for(bundle, items, chosen)
    found = papers([Taken(items[slug], {}, False, made[slug]) for slug in sorted(chosen)], held)
    codes = [row.code for row in found.rows]
    assert len(set(codes)) == len(codes)
    assert 0 <= found.own <= found.asked
    assert [ORIGINS.index(row.origin) for row in found.rows] == sorted(
        ORIGINS.index(row.origin) for row in found.rows
    )
    assert all(row.maker or row.origin != "made" for row in found.rows)
    assert found.own == sum(row.counts and row.origin in OWN for row in found.rows)
