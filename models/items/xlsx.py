"""Tables as an xlsx file and back (ISO/IEC 29500). Runs in a worker: files come from outside and may be forged.

Every cell is written as text, whatever it begins with, so that no sheet program takes it for a formula; of a file that is
read, numbers, dates and truth values become the text that they show.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from datetime import date, datetime
from io import BytesIO
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from models.items.cells import NO, YES

LARGEST_UNPACKED = 120 * 1024 * 1024
LARGEST_RATIO = 200
MOST_SHEETS, MOST_COLUMNS, MOST_ROWS = 20, 100, 60_001
WIDTH = 18


class BadFile(ValueError):
    """Not a file that can be read; the message is a sentence."""


def write(tables: Mapping[str, list[list[str]]]) -> bytes:
    """One sheet for each table, headers bold and frozen."""
    book = Workbook(write_only=True)
    for title, rows in tables.items():
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "B2"
        for number in range(1, len(rows[0]) + 1):
            sheet.column_dimensions[get_column_letter(number)].width = WIDTH
        for at, row in enumerate(rows):
            sheet.append([_cell(sheet, text, head=at == 0) for text in row])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: Any, text: str, *, head: bool) -> Any:
    if not text:
        return None
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", text))
    cell.data_type = "s"
    if head:
        cell.font = Font(bold=True)
    elif "\n" in text:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def read(data: bytes) -> dict[str, list[list[str]]]:
    """Every sheet by its title. Raises BadFile."""
    _check(data)
    try:
        book = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
        if len(book.worksheets) > MOST_SHEETS:
            raise BadFile("表太多了，请只留下导出时的几张表。")
        return {sheet.title: _rows(sheet) for sheet in book.worksheets}
    except BadFile:
        raise
    except Exception as error:  # a forged file makes the reader raise anything
        raise BadFile("这个文件打不开，请用表格软件另存为 xlsx 再试。") from error


def _rows(sheet: Any) -> list[list[str]]:
    rows: list[list[str]] = []
    for values in sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True):
        rows.append([_text(value) for value in values])
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return str(value).replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n")


def _check(data: bytes) -> None:
    """A zip that unpacks to no more than it should, and holds no document type: entities would swell in it."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as file:
            parts = file.infolist()
            if sum(part.file_size for part in parts) > LARGEST_UNPACKED:
                raise BadFile("这个文件太大，请分几次导入。")
            if any(part.file_size > LARGEST_RATIO * max(part.compress_size, 1024) for part in parts):
                raise BadFile("这个文件压缩得不正常，请用表格软件另存后再试。")
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        if isinstance(error, BadFile):
            raise
        raise BadFile("这不是 xlsx 文件。请用导出的文件修改后再导入。") from error
