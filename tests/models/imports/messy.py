"""A county's real mess in one xlsx file, made by the tests: titles over merged heads of two rows, aliases, text dates,
codes and words mixed, spaces in numbers, duplicates, members without a household."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import Any

from openpyxl import Workbook, load_workbook

from models.base.idnumber import checksum

HEADS = (
    "户编号", "村", "组别", "网格", "家庭住址", "姓名", "身份证号码", "与户主的关系", "性别", "出生年月日", "民族",
    "文化程度", "政治面貌", "联系方式", "房屋面积（㎡）", "家庭年收入（万元）", "备注",
)  # fmt: skip
PLACE = ("丘林村", "3组", "第一网格", "大关镇丘林村三组21号")


def number(serial: int, born: str = "19800102", sex: str = "1") -> str:
    """An ID number of nobody: division 529901, this birth date, a sequence that fits the sex."""
    sequence = f"{serial % 100:02d}{1 if sex == '1' else 2}"
    first = f"529901{born}{sequence}"
    return first + checksum(first)


def row(**told: Any) -> list[Any]:
    """One row by its heads; what is not told is as it should be."""
    plain = {
        "户编号": "1", "村": PLACE[0], "组别": PLACE[1], "网格": PLACE[2], "家庭住址": PLACE[3], "姓名": "新户主",
        "身份证号码": number(1), "与户主的关系": "户主", "性别": "男", "出生年月日": "1980-01-02", "民族": "汉族",
        "文化程度": "初中", "政治面貌": "群众", "联系方式": "19900777001", "房屋面积（㎡）": 120,
        "家庭年收入（万元）": 3.5, "备注": "",
    }  # fmt: skip
    plain |= told
    return [plain[head] for head in HEADS]


def wife(**told: Any) -> list[Any]:
    """The head's wife, in the same household."""
    known = {
        "姓名": "新配偶", "身份证号码": number(2, "19820304", "2"), "与户主的关系": "妻", "性别": "女",
        "出生年月日": "1982-03-04", "联系方式": "",
    }  # fmt: skip
    return row(**(known | told))


def book(rows: Sequence[Sequence[Any]], heads: Sequence[str] = HEADS, title: str = "人口台账") -> bytes:
    """One sheet of one row of heads."""
    made = Workbook()
    sheet = made.active
    sheet.title = title
    sheet.append(list(heads))
    for each in rows:
        sheet.append(list(each))
        for cell in sheet[sheet.max_row]:
            if isinstance(cell.value, str):
                cell.data_type = "s"  # what begins with = is text here, as somebody typed it
    return saved(made)


def merged() -> bytes:
    """A title over everything, heads over two rows, the household's cells merged over its people, a sum at the end."""
    made = Workbook()
    sheet = made.active
    sheet.title = "户籍人口登记表"
    sheet.append(["大关镇2026年户籍人口登记表", *[""] * 8])
    sheet.merge_cells("A1:I1")
    sheet.append(["户编号", "所在", "", "户主", "", "成员", "", "", "住房情况"])
    sheet.append(["", "村", "小组", "姓名", "电话", "姓名", "公民身份号码", "与户主关系", "建筑面积(平方米)"])
    for merge in ("A2:A3", "B2:C2", "D2:E2", "F2:H2"):
        sheet.merge_cells(merge)
    sheet.append(["甲1", "丘林村", "三组", "张三丰", "199 0077 7010", "张三丰", number(11), "户主", "96平米"])
    sheet.append(["", "", "", "", "", "李翠花", number(12, "19830506", "2"), "妻子", ""])
    for column in "ABCDEI":
        sheet.merge_cells(f"{column}4:{column}5")
    sheet.append(["合计", "", "", "", "", "2人", "", "", ""])
    return saved(made)


def mess() -> bytes:
    """Everything at once; tests say of each row by its number what has to become of it. Row 2 is the first."""
    lost = float(number(4)[:17] + "0")  # what a sheet makes of a number that was typed as one
    spaced = f"{number(3)[:6]} {number(3)[6:14]} {number(3)[14:]}"
    return book(
        [
            row(),  # 2: as it should be
            wife(
                出生年月日="一九八二年三月四日", 民族="01", 文化程度="20"
            ),  # 3: Chinese numerals, bare codes
            wife(
                姓名="全角子", 身份证号码=spaced, 与户主的关系="20子", 性别="1男", 出生年月日=date(1980, 1, 2)
            ),  # 4
            wife(姓名="丢位数", 身份证号码=lost, 与户主的关系="女"),  # 5: a number kept as a number
            wife(),  # 6: the same person again
            row(姓名="又一户主", 身份证号码=number(5), 与户主的关系="户主"),  # 7: two heads
            row(户编号="", 姓名="没户的", 身份证号码=number(6), 与户主的关系="子"),  # 8: without a household
            row(户编号="2", 村="不存在村", 姓名="没村的", 身份证号码=number(7)),  # 9: unknown village
            row(户编号="3", 组别="十九组", 姓名="没组的", 身份证号码=number(8)),  # 10: unknown group
            row(
                户编号="4", 姓名="日期错", 身份证号码=number(9), 出生年月日="农历正月", 联系方式="12345"
            ),  # 11
            row(
                户编号="5", 姓名="=HYPERLINK(1)", 身份证号码=number(10), 家庭住址="@SUM(1+1)"
            ),  # 12: a formula
            row(
                户编号="6",
                姓名="校验错",
                身份证号码=number(13)[:17] + ("0" if number(13)[17] != "0" else "1"),
            ),  # 13
            row(
                户编号="7",
                姓名="民族错",
                身份证号码=number(14),
                民族="外星族",
                家庭住址="大关镇丘林村三组27号",
            ),  # 14
        ]
    )


def saved(made: Workbook) -> bytes:
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def opened(data: bytes) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of every sheet."""
    return {
        sheet.title: list(sheet.iter_rows(values_only=True))
        for sheet in load_workbook(BytesIO(data)).worksheets
    }
