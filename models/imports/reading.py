"""A whole file read by its plan: every row into a family, every fault said by row and column. Runs in a worker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from models.elements.registry import load_elements
from models.imports.book import Sheet, open_book
from models.imports.cells import Cells, text_of
from models.imports.draft import At, Fault, Reading, Weight, packed
from models.imports.gathering import Gathering
from models.imports.heads import peek
from models.imports.places import Places
from models.imports.plan import Column, Peek, Plan, SheetPlan
from models.imports.target import GRID, GROUP, HOUSEHOLD, VILLAGE, load_targets, plain
from models.imports.trouble import Unclear
from models.imports.words import OURS, Words, load_words

CHUNK = 100
"""Households that are looked up, judged and written at a time."""

MOST_FAULTS = 100_000
_NO_DATA = ("合计", "小计", "总计", "填表", "审核", "制表", "说明", "备注", "注:", "注：")


class Ground(msgspec.Struct, frozen=True):
    """What a file is read against: the day, the areas by code and name, the one that may be written in, and the grid
    of each group whose households are all in one."""

    today: date
    named: tuple[tuple[str, str], ...]
    full_names: Mapping[str, str]
    inside: str
    grids: Mapping[str, str]


def peek_file(data: bytes) -> Peek:
    """In a worker: a first look. Raises BadFile."""
    return peek(open_book(data), load_targets(load_elements()))


def read_file(data: bytes, plan: Plan, ground: Ground) -> Reading:
    """In a worker: everything. Raises BadFile."""
    elements = load_elements()
    words = load_words(elements.code_lists)
    reader = Reader(Cells(elements, words, ground.full_names, ground.today), words, ground)
    sheets = {sheet.title: sheet for sheet in open_book(data)}
    for number, told in enumerate(plan.sheets):
        if told.taken and told.title in sheets:
            reader.take(number, sheets[told.title], told)
    return reader.reading()


class Reader:
    """Goes through the sheets of one file."""

    def __init__(self, cells: Cells, words: Words, ground: Ground) -> None:
        self._cells = cells
        self._words = words
        self.faults: list[Fault] = []
        self._rows = 0
        self._letters: dict[tuple[int, str], str] = {}
        self._gathering = Gathering(Places(ground.named, ground.inside, ground.grids), self._fault)

    def take(self, number: int, sheet: Sheet, plan: SheetPlan) -> None:
        """All rows of one sheet."""
        columns = {column.target: self._dated(column, sheet, plan) for column in plan.taken}
        self._letters |= {(number, target): letters(column) for target, column in columns.items()}
        heads = [plain(column.head) for column in plan.columns]
        merged = _Merged(sheet, plan)
        for at, row in sheet.rows():
            if at < plan.first or not any(each not in ("", None) for each in row):
                continue
            cells = merged.whole(at, row)
            if _is_no_data(cells, heads, columns):
                continue
            self._rows += 1
            self._one(_Row((number, at + 1), cells, columns), "person.name" in columns)

    def _dated(self, column: Column, sheet: Sheet, plan: SheetPlan) -> Column:
        """The column with the edition that its codes are of, where a list has several and nobody has said which."""
        codes = self._cells.codes_of(column.target)
        if column.edition or not codes or not self._words.editions(codes):
            edition = "" if column.edition == OURS else column.edition
        else:
            seen = {
                text_of(row[column.at])
                for at, row in sheet.rows()
                if at >= plan.first and column.at < len(row)
            }
            edition = self._words.tell_tale(codes, seen)
        return msgspec.structs.replace(column, edition=edition)

    def _one(self, row: _Row, has_people: bool) -> None:
        values: dict[str, Any] = {}
        for column in row.columns.values():
            if column.target.startswith("@"):
                continue
            try:
                value = self._cells.value(column, row.cell(column))
            except Unclear as unclear:
                weight: Weight = "row" if column.target == "person.id_no" else "cell"
                self._fault(Fault(row.at, letters(column), unclear.code, unclear.message, weight))
                if weight == "row":
                    values["refused"] = True
                continue
            if value is not None:
                values[column.target] = value
        words = {key: row.text(key) for key in (HOUSEHOLD, VILLAGE, GROUP, GRID)}
        self._gathering.add(row.at, values, words, HOUSEHOLD in row.columns, has_people)

    def _fault(self, fault: Fault) -> None:
        named = self._letters.get((fault.at[0], fault.column))
        if named:
            fault = msgspec.structs.replace(fault, column=named)
        if fault.weight == "row" or len(self.faults) < MOST_FAULTS:
            self.faults.append(fault)

    def reading(self) -> Reading:
        """What has come together."""
        families = self._gathering.families()
        families.sort(key=lambda family: (family.group, family.rows[0] if family.rows else (0, 0)))
        chunks = [packed(families[start : start + CHUNK]) for start in range(0, len(families), CHUNK)]
        self.faults.sort(key=lambda fault: fault.at)
        people = sum(len(family.people) for family in families)
        tops: dict[str, int] = {}
        for family in families:
            if family.code:
                tops[family.group] = max(tops.get(family.group, 0), int(family.code[14:]))
        return Reading(chunks, self.faults, self._rows, len(families), people, tops)


class _Row:
    """One row by what its columns mean."""

    def __init__(self, at: At, cells: Sequence[Any], columns: Mapping[str, Column]) -> None:
        self.at = at
        self.columns = columns
        self._cells = cells

    def cell(self, column: Column) -> Any:
        return self._cells[column.at] if column.at < len(self._cells) else None

    def text(self, target: str) -> str:
        column = self.columns.get(target)
        raw = self.cell(column) if column else None
        return "" if raw is None else text_of(raw).strip()


class _Merged:
    """Cells merged over several rows: each of them says what the first does."""

    def __init__(self, sheet: Sheet, plan: SheetPlan) -> None:
        taken = {column.at for column in plan.taken}
        self._starts: dict[int, list[tuple[int, int]]] = {}
        for (top, left), (bottom, _) in sheet.merged():
            if bottom > top >= plan.first and left in taken:
                self._starts.setdefault(top, []).append((left, bottom))
        self._held: dict[int, tuple[int, Any]] = {}

    def whole(self, at: int, row: list[Any]) -> list[Any]:
        for column, (until, value) in self._held.items():
            if at <= until and column < len(row) and row[column] in ("", None):
                row[column] = value
        for column, until in self._starts.get(at, ()):
            if column < len(row):
                self._held[column] = (until, row[column])
        return row


def _is_no_data(cells: Sequence[Any], heads: Sequence[str], columns: Mapping[str, Column]) -> bool:
    """A sum, a signature, or the heads once more at the top of a printed page."""
    name, number = columns.get("person.name"), columns.get("person.id_no")
    if number and number.at < len(cells) and cells[number.at] not in ("", None):
        first = text_of(cells[number.at])
        return plain(first) == (heads[number.at] if number.at < len(heads) else None)
    there = [text_of(each).strip() for each in cells if each not in ("", None)]
    if there and there[0].startswith(_NO_DATA):
        return not name or name.at >= len(cells) or cells[name.at] in ("", None, there[0])
    return [plain(text) for text in there] == [head for head in heads if head] if there else True


def letters(column: Column) -> str:
    """A column as a sheet program calls it, with its head: F 身份证号."""
    text, number = "", column.at + 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return f"{text} {column.head}".strip()
