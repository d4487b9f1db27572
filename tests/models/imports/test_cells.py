"""What one cell means: dates, codes and words, numbers that lost their end, units."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from models.elements.registry import load_elements
from models.imports.cells import Cells
from models.imports.dates import read_date, read_month
from models.imports.places import Places
from models.imports.plan import Column
from models.imports.trouble import Unclear
from models.imports.words import DOUBT, load_words
from server.demo.county import areas
from tests.models.imports.messy import number

TODAY = date(2026, 11, 25)
ELEMENTS = load_elements()
WORDS = load_words(ELEMENTS.code_lists)
NAMED = tuple((area.id, area.name) for area in areas())


@pytest.mark.parametrize(
    "raw",
    [
        "1990-12-23", "1990/12/23", "1990.12.23", "1990年12月23日", "1990年12月23号", "19901223", "１９９０－１２－２３",
        "一九九〇年十二月二十三日", "一九九零年十二月廿三", "90年12月23日", "1990、12、23",
        "1990.12.23.", "1990-12-23 00:00:00",
        "1990年12月23日生", "公历1990年12月23日", date(1990, 12, 23), datetime(1990, 12, 23, 8), 33230, 33230.0, 19901223,
        "33230",
    ],
)  # fmt: skip
def test_a_date_is_read_however_it_is_written(raw):
    assert read_date(raw, TODAY) == "1990-12-23"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("农历十一月初七", "date.lunar"), ("05年3月2日", "date.century"), ("1990年12月", "date.part"), ("1990", "date.part"),
        ("1990-02-30", "date.form"), ("去年", "date.form"), (7, "date.form"),
    ],
)  # fmt: skip
def test_what_can_be_read_in_two_ways_or_none_is_not_guessed(raw, code):
    with pytest.raises(Unclear) as refused:
        read_date(raw, TODAY)
    assert refused.value.code == code


def test_for_ever_and_months_are_dates_too():
    assert read_date("长期", TODAY) == "9999-12-31"
    assert read_month("2026年3月", TODAY) == read_month(202603, TODAY) == "2026-03"


@pytest.mark.parametrize(
    ("codes", "raw", "code"),
    [
        ("GB/T 2261.1", "男", "1"), ("GB/T 2261.1", "男性", "1"), ("GB/T 2261.1", "1", "1"), ("GB/T 2261.1", "1男", "1"),
        ("GB/T 2261.1", "2-女", "2"), ("GB/T 3304", "汉", "01"), ("GB/T 3304", "汉族", "01"), ("GB/T 3304", "1", "01"),
        ("GB/T 3304", "06苗族", "06"), ("GB/T 4761", "妻子", "12"), ("GB/T 4761", "户 主", "02"),
        ("GB/T 4658", "大专", "30"), ("GB/T 2261.2", "离异", "40"), ("GB/T 4762", "团员", "03"),
    ],
)  # fmt: skip
def test_codes_and_words_are_known_however_they_are_mixed(codes, raw, code):
    assert WORDS.code(codes, raw) == code


def test_a_code_that_contradicts_its_word_is_refused():
    with pytest.raises(Unclear) as refused:
        WORDS.code("GB/T 2261.1", "1女")
    assert refused.value.code == "choice.torn"


def test_a_column_tells_which_edition_of_education_its_codes_are_of():
    assert WORDS.tell_tale("GB/T 4658", ["44", "70"]) == "2006"
    assert WORDS.tell_tale("GB/T 4658", ["50", "90"]) == ""
    assert WORDS.tell_tale("GB/T 4658", ["70", "80"]) == ""
    assert WORDS.tell_tale("GB/T 4658", ["70", "90"]) == DOUBT
    with pytest.raises(Unclear):
        WORDS.code("GB/T 4658", "90", DOUBT)
    assert WORDS.code("GB/T 4658", "70", DOUBT) == WORDS.code("GB/T 4658", "70", "2006") == "70"


def read(target: str, raw: object, unit: str = "") -> object:
    cells = Cells(ELEMENTS, WORDS, {area.id: area.full_name for area in areas()}, TODAY)
    return cells.value(Column(0, "", target, unit), raw)


@pytest.mark.parametrize(
    ("target", "raw", "unit", "value"),
    [
        ("house.farmland_mu", "3.5亩", "", "3.50"), ("house.farmland_mu", 0.1 + 0.2, "", "0.30"),
        ("house.farmland_mu", "2公顷", "", "30.00"), ("house.floor_area", "120平米", "", "120.00"),
        ("house.net_income", "3.5万", "", "35000.00"), ("house.net_income", 3.5, "万元", "35000.00"),
        ("house.net_income", "12,000元", "", "12000.00"), ("house.storeys", 2.0, "", 2), ("house.storeys", "2层", "", 2),
        ("person.phone", 19900000001.0, "", "19900000001"), ("person.phone", "+86 199-0000-0001", "", "19900000001"),
        ("person.in_school", "√", "", True), ("person.in_school", "否", "", False), ("person.name", " 张 三 ", "", "张 三"),
        ("person.id_no", "", "", None), ("house.floor_area", "无", "", None), ("person.school_name", "/", "", None),
    ],
)  # fmt: skip
def test_numbers_units_and_nothing(target, raw, unit, value):
    assert read(target, raw, unit) == value


def test_an_id_number_loses_its_spaces_and_gains_nothing():
    whole = number(3)
    assert read("person.id_no", f" {whole[:6]} {whole[6:14]}　{whole[14:]}") == whole
    assert read("person.id_no", f"'{whole}") == whole
    wide = "".join(chr(ord(each) + 0xFEE0) for each in whole)
    assert read("person.id_no", wide) == whole


@pytest.mark.parametrize("raw", [5.3299019900101e17, "5.32123E+17", 532123199001010000, "532123900101001"])
def test_a_number_whose_end_a_sheet_has_eaten_is_refused(raw):
    with pytest.raises(Unclear):
        read("person.id_no", raw)


def test_places_are_found_by_name_number_and_address():
    places = Places(NAMED, "529901101", {"52990110120103": "529901101201G01"})
    assert places.group("丘林村", "3组", "") == "52990110120103"
    assert places.group("丘林", "第三村民小组", "") == "52990110120103"
    assert places.group("529901101201", "03", "") == "52990110120103"
    assert places.group("", "", "大关镇丘林村三组12号") == "52990110120103"
    assert places.grid("", "52990110120103") == "529901101201G01"
    assert places.grid("第二网格", "52990110120103") == "529901101201G02"


@pytest.mark.parametrize(
    ("village", "group"), [("石门村", "1"), ("丘林村", "十九组"), ("", ""), ("529901102201", "1")]
)
def test_places_outside_or_unknown_are_refused(village, group):
    with pytest.raises(Unclear):
        Places(NAMED, "529901101", {}).group(village, group, "")
