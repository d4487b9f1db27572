"""Whole files: heads over two rows, merged cells, sums, families, and files that are none."""

from __future__ import annotations

import zipfile
from datetime import date
from io import BytesIO

import msgspec
import pytest

from models.imports.book import BadFile, open_book
from models.imports.draft import Reading, unpacked
from models.imports.reading import Ground, peek_file, read_file
from models.imports.result import write_result
from models.imports.weighing import NEW, Outcome
from server.demo.county import areas
from tests.models.imports import messy

GROUND = Ground(
    date(2026, 11, 25), tuple((area.id, area.name) for area in areas()), {area.id: area.full_name for area in areas()},
    "529901101", {"52990110120103": "529901101201G01"},
)  # fmt: skip


def read(data: bytes) -> Reading:
    return read_file(data, peek_file(data).plan, GROUND)


def families(data: bytes) -> list:
    return [family for chunk in read(data).chunks for family in unpacked(chunk)]


def test_heads_over_two_rows_are_guessed_together():
    plan = peek_file(messy.merged()).plan.sheets[0]
    assert plan.first == 3
    assert [column.target for column in plan.columns] == [
        "@household", "@village", "@group", "house.head_name", "house.head_phone", "person.name", "person.id_no",
        "person.relation_to_head", "house.floor_area",
    ]  # fmt: skip


def test_merged_cells_hold_a_family_together_and_its_sum_is_nobody():
    (family,) = families(messy.merged())
    assert [draft.name for draft in family.people] == ["张三丰", "李翠花"]
    assert family.group == "52990110120103"
    assert family.values["house.floor_area"] == "96.00"
    assert family.values["house.head_phone"] == "19900777010"


def test_birth_and_sex_follow_from_the_number_and_what_contradicts_it_is_said():
    data = messy.book([messy.row(出生年月日="1981-05-05", 性别="")])
    (family,) = families(data)
    assert family.people[0].values["person.birth_date"] == "1980-01-02"
    assert family.people[0].values["person.sex"] == "1"
    assert [fault.code for fault in read(data).faults] == ["id_number.torn"]


def test_without_household_numbers_a_family_follows_its_head():
    heads = ("村", "组", "姓名", "身份证号", "与户主关系")
    rows = [
        ["丘林村", "3", "甲", messy.number(1), "户主"], ["丘林村", "3", "乙", messy.number(2, sex="2"), "妻"],
        ["丘林村", "3", "丙", messy.number(3), "户主"],
    ]  # fmt: skip
    assert [len(family.people) for family in families(messy.book(rows, heads))] == [2, 1]
    homeless = read(messy.book(rows[1:2], heads))
    assert [fault.code for fault in homeless.faults] == ["member.homeless"]


def test_a_sheet_of_houses_names_their_heads():
    heads = ("户编号", "村", "组", "户主姓名", "户主身份证号", "建筑面积（㎡）")
    (family,) = families(messy.book([["9", "丘林村", "3", "甲", messy.number(1), 88]], heads))
    assert [(draft.name, draft.relation) for draft in family.people] == [("甲", "02")]


def test_a_code_of_eighteen_digits_is_the_household():
    code = "529901101201030099"
    (family,) = families(messy.book([messy.row(户编号=code, 村="", 组别="", 家庭住址="")]))
    assert (family.code, family.group) == (code, "52990110120103")
    assert read(messy.book([messy.row(户编号=code)])).tops == {"52990110120103": 99}


def test_education_in_codes_of_2006_is_read_as_of_2006():
    rows = [messy.row(文化程度="44"), messy.wife(文化程度="90")]
    (family,) = families(messy.book(rows))
    assert [draft.values["person.education"] for draft in family.people] == ["40", "99"]


def test_reading_twice_gives_the_same():
    assert msgspec.msgpack.encode(read(messy.mess())) == msgspec.msgpack.encode(read(messy.mess()))


def test_nothing_in_a_result_is_a_formula():
    data = messy.book([messy.row(姓名="=1+1", 家庭住址="@SUM(A1)", 备注="+cmd|' /C calc'!A0")])
    out = write_result(data, peek_file(data).plan, [Outcome((0, 2), NEW, "")], [])
    with zipfile.ZipFile(BytesIO(out)) as file:
        written = file.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in written
    assert "=1+1" in str(messy.opened(out))


def _zipped(**parts: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, body in parts.items():
            file.writestr(name, body)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0 an old xls", _zipped(**{"word/document.xml": b"<w/>"}),
        _zipped(**{"xl/workbook.xml": b"<not xml"}), _zipped(**{"xl/workbook.xml": b"0" * (300 << 20)}),
    ],
    ids=["empty", "torn", "xls", "docx", "not xml", "bomb"],
)  # fmt: skip
def test_what_is_no_sheet_is_refused_in_a_sentence(data):
    with pytest.raises(BadFile) as refused:
        open_book(data)
    assert str(refused.value).endswith("。")
