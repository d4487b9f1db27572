"""Items as tables of texts and back: what sheets hold, one table for items and one for each of their lists. Pure.

Every row begins with the id of its item. Questions of the form go by their path, columns of a table by
``family.income``; pages come before them. What cannot be read is told by sheet, row and column.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from models.forms.form import Field, Form
from models.items.cells import Column, shown
from models.items.columns import (
    AREA,
    BASICS,
    BEFORE,
    CODES,
    CONDITIONS,
    FIELD,
    MATERIAL,
    MONEY,
    PAGE,
    QUESTION,
    RULE,
    SPECIAL,
    STEP,
)
from models.items.item import Item
from models.items.starting import ID, LONGEST_ID
from models.items.writing import value_at

Table = list[list[str]]
"""The header first, then rows; all cells are text."""

MOST_ITEMS, MOST_ROWS = 2000, 60_000
ITEM_COLUMN = Column("id", "事项编号", optional=False)
PAGE_COLUMN = Column("page", "页面", optional=False)


class Sheet(msgspec.Struct, frozen=True):
    """One table: ``path`` is where its rows lie in an item, "" for the items themselves."""

    title: str
    path: str
    columns: tuple[Column, ...]


SHEETS: tuple[Sheet, ...] = (
    Sheet("事项", "", (ITEM_COLUMN, *BASICS, *CODES, *AREA, *CONDITIONS, *SPECIAL, *MONEY, *BEFORE)),
    Sheet("材料", "materials", (ITEM_COLUMN, *MATERIAL)),
    Sheet("环节", "steps", (ITEM_COLUMN, *STEP)),
    Sheet("常见问题", "questions", (ITEM_COLUMN, *QUESTION)),
    Sheet("页面", "form.sections", (ITEM_COLUMN, *PAGE)),
    Sheet("表单问题", "form.fields", (ITEM_COLUMN, PAGE_COLUMN, *FIELD)),
    Sheet("表单规则", "form.rules", (ITEM_COLUMN, *RULE)),
)
BY_TITLE = {sheet.title: sheet for sheet in SHEETS}


def tables_of(items: Iterable[Item]) -> dict[str, Table]:
    """Every table by its title."""
    tables: dict[str, Table] = {sheet.title: [[each.label for each in sheet.columns]] for sheet in SHEETS}
    for item in items:
        for sheet in SHEETS:
            tables[sheet.title] += _rows(item, sheet)
    return tables


def _rows(item: Item, sheet: Sheet) -> list[list[str]]:
    if not sheet.path:
        return [[shown(column, value_at(item, column.path)) for column in sheet.columns]]
    if sheet.path == "form.fields":
        return [
            [item.id, page, path, *(shown(column, value_at(field, column.path)) for column in FIELD[1:])]
            for page, path, field in _questions(item.form)
        ]
    return [
        [item.id, *(shown(column, value_at(row, column.path)) for column in sheet.columns[1:])]
        for row in value_at(item, sheet.path)
    ]


def _questions(form: Form) -> Iterable[tuple[str, str, Field]]:
    for section in form.sections:
        for field in section.fields:
            yield section.key, field.key, field
            for column in field.columns:
                yield section.key, f"{field.key}.{column.key}", column


def is_id(slug: str) -> bool:
    """Whether an item may be called so; a town's own has the town's code behind it."""
    return bool(ID.fullmatch(slug)) and len(slug) <= LONGEST_ID + 20
