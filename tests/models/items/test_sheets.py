"""Items as sheets: out and in again they are the same, and what cannot be read is told by sheet, row and column."""

from __future__ import annotations

import time
import zipfile
from io import BytesIO

import msgspec
import pytest
from openpyxl import load_workbook

from models.items import xlsx
from models.items.exchange import FORMAT, ItemFile, read_items, write_items
from models.items.item import Item
from models.items.load import load_items
from models.items.sheets import SHEETS, tables_of
from models.items.sheets_read import items_of, located
from tests.models.catalogue import ALLOWANCE
from tests.models.items.desk import whole

ITEMS = tuple(load_items().values())
SOME = (whole(ALLOWANCE), ITEMS[0], ITEMS[1])


def told(tables) -> list[tuple[str, int, str]]:
    return [(each.sheet, each.row, each.column) for each in items_of(tables).troubles]


def column(title: str, label: str) -> int:
    sheet = next(each for each in SHEETS if each.title == title)
    return [each.label for each in sheet.columns].index(label)


def spoilt(title: str, row: int, label: str, text: str) -> dict:
    """The tables of some items with one cell changed; ``row`` as the program for sheets counts."""
    tables = tables_of(SOME)
    tables[title][row - 1][column(title, label)] = text
    return tables


def test_every_item_of_the_catalogue_is_the_same_after_tables_and_after_a_file():
    assert items_of(tables_of(ITEMS)).items == ITEMS
    read = read_items(write_items(ITEMS))
    assert (read.items, read.troubles) == (ITEMS, ())


def test_every_item_of_the_catalogue_is_the_same_after_json():
    read = read_items(msgspec.json.encode(ItemFile(FORMAT, ITEMS)))
    assert (read.items, read.troubles) == (ITEMS, ())


def test_five_hundred_items_go_out_and_in_within_a_minute():
    many = tuple(
        msgspec.structs.replace(ITEMS[at % len(ITEMS)], id=f"{ITEMS[at % len(ITEMS)].id}-{at}")
        for at in range(500)
    )
    began = time.monotonic()
    assert read_items(write_items(many)).items == many
    assert time.monotonic() - began < 60


def test_no_two_columns_of_a_sheet_are_called_the_same():
    for sheet in SHEETS:
        labels = [each.label for each in sheet.columns]
        assert len(set(labels)) == len(labels), sheet.title


@pytest.mark.parametrize(
    ("title", "row", "label", "text"),
    [
        ("事项", 2, "承诺办结时限", "很快"), ("事项", 2, "事项类型", "私事"), ("事项", 3, "事项编号", "坏 编号"),
        ("材料", 2, "必要性", "也许"), ("环节", 3, "谁办", ""), ("表单问题", 2, "类型", "魔法"),
        ("表单问题", 5, "什么时候出现", "age 像 8"), ("表单问题", 2, "页面", "没有的页"), ("表单规则", 2, "必须满足", ""),
        ("环节", 2, "什么情形才走", "age 等于"), ("事项", 2, "急难：几小时内决定", "24"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_by_sheet_row_and_column(title, row, label, text):
    expected = "急难：什么情形" if label.startswith("急难") else label
    tables = spoilt(title, row, label, text)
    assert (title, row, expected) in told(tables)
    read = items_of(tables)
    assert len(read.items) == len(SOME) - 1
    assert all(item in SOME for item in read.items)


def test_a_result_that_is_not_named_is_left_for_the_lint():
    tables = spoilt("事项", 2, "结果名称", "")
    for label in ("结果类型", "结果样本", "结果的材料编号"):
        tables["事项"][1][column("事项", label)] = ""
    read = items_of(tables)
    assert (read.troubles, read.items[0].result.name) == ((), "")


def test_everything_that_is_wrong_is_told_at_once():
    tables = spoilt("材料", 2, "必要性", "也许")
    tables["环节"][2][column("环节", "工作日")] = "三"
    tables["材料"].append(["nowhere", "M1", "材料"])
    assert {("材料", 2, "必要性"), ("环节", 3, "工作日"), ("材料", len(tables["材料"]), "事项编号")} <= set(
        told(tables)
    )


def test_a_missing_sheet_and_wrong_headers_are_told():
    tables = tables_of(SOME)
    del tables["环节"]
    assert ("环节", 0, "") in told(tables)
    tables = tables_of(SOME)
    tables["材料"][0][2] = "名字"
    assert {("材料", 1, "名字"), ("材料", 1, "名称")} <= set(told(tables))
    assert told({}) == [(title, 0, "") for title in ("事项", "环节", "页面", "表单问题")]


def test_columns_may_stand_in_any_order_and_empty_rows_are_skipped():
    tables = {title: [row[::-1] for row in rows] for title, rows in tables_of(SOME).items()}
    tables["材料"].insert(2, ["", ""])
    assert items_of(tables).items == SOME


def test_an_id_that_is_there_twice_is_told():
    tables = tables_of(SOME)
    tables["事项"].append(list(tables["事项"][1]))
    assert ("事项", len(tables["事项"]), "事项编号") in told(tables)


def test_a_place_of_an_item_is_found_again_in_the_file():
    read = items_of(tables_of(SOME))
    assert located(read, "allowance", "promised_days") == ("事项", 2, "承诺办结时限")
    assert located(read, "allowance", "steps.1.days") == ("环节", 3, "工作日")
    assert located(read, "allowance", "form.fields.phone.element")[::2] == ("表单问题", "数据项")


def test_words_of_choices_and_numbers_of_a_sheet_program_are_understood():
    data = write_items(SOME)
    book = load_workbook(BytesIO(data))
    book["材料"].cell(2, column("材料", "必要性") + 1).value = "必须"
    book["事项"].cell(2, column("事项", "承诺办结时限") + 1).value = 10.0
    out = BytesIO()
    book.save(out)
    assert read_items(out.getvalue()).items[0] == SOME[0]


def test_nothing_in_a_cell_is_a_formula():
    item = whole(ALLOWANCE, summary='=HYPERLINK("http://evil.example","点这里")', hours="+1+1")
    data = write_items([item])
    book = load_workbook(BytesIO(data))
    cell = book["事项"].cell(2, column("事项", "给群众看的一句话") + 1)
    assert (cell.data_type, cell.value) == ("s", item.summary)
    assert read_items(data).items == (item,)


@pytest.mark.parametrize(
    "data", [b"", b"PK", b"hello", b"{", b'{"format": "x", "items": []}', b"[1]", b"\xef\xbb\xbf{}"]
)
def test_what_is_no_such_file_is_told_in_a_sentence(data):
    with pytest.raises(xlsx.BadFile, match="[一-鿿]"):
        read_items(data)


def forged(name: str, content: bytes) -> bytes:
    out = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(write_items(SOME))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            new.writestr(part, content if part == name else old.read(part))
    return out.getvalue()


def test_a_file_that_swells_is_refused_before_it_is_read():
    for part in ("xl/worksheets/sheet1.xml", "docProps/app.xml"):
        with pytest.raises(xlsx.BadFile):
            read_items(forged(part, b" " * (130 << 20)))


def test_entities_are_refused():
    lol = b'<!DOCTYPE a [<!ENTITY b "ha">]><worksheet xmlns="x">&b;</worksheet>'
    with pytest.raises(xlsx.BadFile):
        read_items(forged("xl/workbook.xml", lol))


def test_a_broken_item_of_a_json_file_is_told_by_its_number_and_place():
    trees = [msgspec.to_builtins(item) for item in SOME]
    trees[1] = {**trees[1], "promised_days": "很快"}
    trees[2] = {**trees[2], "id": "坏"}
    read = read_items(msgspec.json.encode({"format": FORMAT, "items": [*trees, trees[0]]}))
    assert [(each.row, each.column) for each in read.troubles] == [(2, "promised_days"), (3, "id"), (4, "id")]
    assert isinstance(read.items[0], Item)
    read = read_items(msgspec.json.encode({"format": FORMAT, "items": [trees[1], trees[0]]}))
    assert located(read, "allowance", "promised_days")[1] == 2
