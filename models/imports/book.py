"""The sheets of an xlsx file as rows of cells (ISO/IEC 29500). Runs in a worker: files come from outside and may be
forged; a worker has a bound on its time and its memory."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

LARGEST_UNPACKED = 400 * 1024 * 1024
LARGEST_RATIO = 200
MOST_SHEETS, MOST_ROWS = 20, 100_000
SUSPECTED = 1 << 20  # a part smaller than that swells to nothing that matters

Ranges = list[tuple[tuple[int, int], tuple[int, int]]]


class BadFile(ValueError):
    """Not a file that can be read; the message is a sentence."""


class Sheet:
    """One sheet; rows and columns are counted from 0, as they stand in the file."""

    def __init__(self, sheet: CalamineSheet) -> None:
        self.title = sheet.name
        self._sheet = sheet
        self._start = sheet.start or (0, 0)
        self.height = (sheet.end[0] + 1) if sheet.end else 0

    def rows(self) -> Iterator[tuple[int, list[Any]]]:
        """Each row that is within the used range, with its number."""
        top, left = self._start
        before: list[Any] = [""] * left
        for number, row in enumerate(self._sheet.iter_rows(), top):
            yield number, before + row if left else row

    def head(self, count: int) -> list[list[Any]]:
        """The first rows of the file, those above the used range among them."""
        found: list[list[Any]] = [[] for _ in range(min(count, self.height))]
        for number, row in self.rows():
            if number >= count:
                break
            found[number] = row
        return found

    def merged(self) -> Ranges:
        """Merged cells, each from its first to its last."""
        return list(self._sheet.merged_cell_ranges or [])


def open_book(data: bytes) -> list[Sheet]:
    """The sheets that can be seen. Raises BadFile."""
    _check(data)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        names = [each.name for each in book.sheets_metadata if each.visible == SheetVisibleEnum.Visible]
        if len(names) > MOST_SHEETS:
            raise BadFile(f"表太多了，一次最多{MOST_SHEETS}张，请拆开导入。")
        sheets = [Sheet(book.get_sheet_by_name(name)) for name in names]
    except PasswordError as error:
        raise BadFile("这个文件设了密码，请去掉密码再导入。") from error
    except BadFile:
        raise
    except (CalamineError, OSError, ValueError, MemoryError) as error:
        raise BadFile("这个文件打不开，请用表格软件另存为 xlsx 再试。") from error
    if sum(sheet.height for sheet in sheets) > MOST_ROWS:
        raise BadFile(f"行数太多，一次最多{MOST_ROWS}行，请拆开导入。")
    return sheets


def _check(data: bytes) -> None:
    """A zip that unpacks to no more than it should."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as file:
            parts = file.infolist()
            names = {part.filename for part in parts}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise BadFile("这不是 xlsx 文件。旧的 xls 请用表格软件另存为 xlsx。") from error
    if not any(name.startswith("xl/") for name in names):
        raise BadFile("这不是 xlsx 文件。请用表格软件另存为 xlsx 再试。")
    if sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise BadFile("这个文件太大，请拆开导入。")
    if any(p.file_size > SUSPECTED and p.file_size > LARGEST_RATIO * max(p.compress_size, 1) for p in parts):
        raise BadFile("这个文件压缩得不正常，请用表格软件另存后再试。")
