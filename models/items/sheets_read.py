"""Tables of texts read as items: everything that is wrong is told by sheet, row and column. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from models.forms.form import Form
from models.items.building import as_typed
from models.items.cells import Column
from models.items.item import Item
from models.items.sheets import (
    BY_TITLE,
    ITEM_COLUMN,
    MOST_ITEMS,
    MOST_ROWS,
    PAGE_COLUMN,
    SHEETS,
    Sheet,
    Table,
    is_id,
)
from models.items.writing import Tree, fill, whole


class Trouble(msgspec.Struct, frozen=True):
    """One thing that is wrong in a file; ``row`` counts as the program for sheets does, 0 is the whole sheet."""

    sheet: str
    row: int
    column: str
    message: str


class Read(msgspec.Struct, frozen=True):
    """What a file says. ``places`` leads from a place of an item (``slug/materials.2``) to (sheet, row)."""

    items: tuple[Item, ...]
    troubles: tuple[Trouble, ...]
    places: dict[str, tuple[str, int]] = {}


class _Row(msgspec.Struct):
    """One row as it was read, and what becomes of it."""

    sheet: Sheet
    number: int
    texts: dict[str, str]
    tree: Tree = {}


def items_of(tables: Mapping[str, Table]) -> Read:
    """The items that tables say; everything that is wrong at once. An item of which anything is wrong is left out."""
    return _Reader().read(tables)


class _Reader:
    """Gathers rows by item, makes trees of them, and remembers what was wrong where."""

    def __init__(self) -> None:
        self._troubles: list[Trouble] = []
        self._places: dict[str, tuple[str, int]] = {}

    def read(self, tables: Mapping[str, Table]) -> Read:
        rows = {sheet.path: self._rows_in(sheet, tables.get(sheet.title)) for sheet in SHEETS}
        if not rows[""] and not self._troubles:
            self._tell("事项", 0, "", "没有事项。")
        heads = self._heads(rows[""])
        lists: dict[str, dict[str, list[_Row]]] = {slug: {} for slug in heads}
        for path, found in rows.items():
            for row in found if path else ():
                slug = row.texts["id"]
                if slug in lists:
                    lists[slug].setdefault(path, []).append(row)
                else:
                    self._tell(
                        row.sheet.title,
                        row.number,
                        ITEM_COLUMN.label,
                        f"“事项”表里没有编号{slug[:40] or '（空）'}。",
                    )
        items = [item for slug, head in heads.items() if (item := self._item(slug, head, lists[slug]))]
        return Read(tuple(items), tuple(self._troubles), self._places)

    def _tell(self, sheet: str, row: int, column: str, message: str) -> None:
        self._troubles.append(Trouble(sheet, row, column, message))

    def _rows_in(self, sheet: Sheet, table: Table | None) -> list[_Row]:
        if not table:
            if sheet.path in ("", "form.sections", "form.fields", "steps"):
                self._tell(sheet.title, 0, "", "缺少这张表。")
            return []
        header = [cell.strip() for cell in table[0]]
        columns = self._columns(sheet, header)
        if columns is None:
            return []
        if len(table) > MOST_ROWS:
            self._tell(sheet.title, 0, "", f"不能超过{MOST_ROWS}行。")
            return []
        found = []
        for number, cells in enumerate(table[1:], 2):
            texts = {
                column.path: cells[at].strip() if at < len(cells) else "" for at, column in columns.items()
            }
            if any(texts.values()):
                found.append(_Row(sheet, number, {column.path: "" for column in sheet.columns} | texts))
        return found

    def _columns(self, sheet: Sheet, header: Sequence[str]) -> dict[int, Column] | None:
        """Which column stands where; None where one is missing that every row needs."""
        by_label = {column.label: column for column in sheet.columns}
        for name in header:
            if name and name not in by_label:
                self._tell(sheet.title, 1, name[:40], "没有这一列，请照导出的表头填写。")
        columns = {at: by_label[name] for at, name in enumerate(header) if name in by_label}
        lacking = [
            column.label for column in sheet.columns if not column.optional and column not in columns.values()
        ]
        for label in lacking:
            self._tell(sheet.title, 1, label, "缺少这一列。")
        return None if lacking else columns

    def _heads(self, rows: Sequence[_Row]) -> dict[str, _Row]:
        heads: dict[str, _Row] = {}
        if len(rows) > MOST_ITEMS:
            self._tell("事项", 0, "", f"一次不能超过{MOST_ITEMS}个事项。")
            return {}
        for row in rows:
            slug = row.texts["id"]
            if not is_id(slug):
                self._tell(
                    "事项", row.number, ITEM_COLUMN.label, "编号用小写字母、数字和连字符，以字母开头。"
                )
            elif slug in heads:
                self._tell(
                    "事项",
                    row.number,
                    ITEM_COLUMN.label,
                    f"编号{slug}重复，前面第{heads[slug].number}行已有。",
                )
            else:
                heads[slug] = row
        return heads

    def _item(self, slug: str, head: _Row, lists: Mapping[str, list[_Row]]) -> Item | None:
        before = len(self._troubles)
        self._places[slug] = (head.sheet.title, head.number)
        form = self._form(slug, lists)
        tree = self._tree(head, form)
        for path in ("materials", "steps", "questions"):
            tree[path] = self._list(slug, lists.get(path, ()), form)
        tree |= {"id": slug, "form": msgspec.json.decode(msgspec.json.encode(form))}
        rules = self._list(slug, lists.get("form.rules", ()), form)
        if rules:
            tree["form"]["rules"] = rules
        return None if len(self._troubles) > before else msgspec.convert(tree, Item)

    def _list(self, slug: str, rows: Sequence[_Row], form: Form | None) -> list[Tree]:
        for at, row in enumerate(rows):
            self._places[f"{slug}/{row.sheet.path}.{at}"] = (row.sheet.title, row.number)
        return [self._tree(row, form) for row in rows]

    def _tree(self, row: _Row, form: Form | None, *, conditions: bool = True) -> Tree:
        """What a row says; ``conditions`` False leaves those for later, when the form is known."""
        columns = [
            column
            for column in row.sheet.columns
            if column not in (ITEM_COLUMN, PAGE_COLUMN) and (conditions or column.kind != "when")
        ]
        problems = fill(row.tree, columns, row.texts, "", form)
        problems += whole(row.tree, columns)
        labels = {column.path: column.label for column in row.sheet.columns}
        for problem in problems:
            self._tell(row.sheet.title, row.number, labels[problem.field], problem.message)
        return row.tree

    def _form(self, slug: str, lists: Mapping[str, list[_Row]]) -> Form:
        """The form: first its questions, then the conditions that read them."""
        before = len(self._troubles)
        pages = {row.texts["key"]: row for row in lists.get("form.sections", ())}
        fields = list(lists.get("form.fields", ()))
        home: dict[str, list[Tree]] = {key: [] for key in pages}
        tables: dict[str, Tree] = {}
        for row in fields:
            row.tree = {}
            self._tree(row, None, conditions=False)
            as_typed(row.tree)
            self._place(slug, row, home, tables)
        for key, row in pages.items():
            self._places[f"{slug}/form.sections.{key}"] = (row.sheet.title, row.number)
            row.tree = {}
        if len(self._troubles) > before:
            return Form(())
        known = msgspec.convert(
            {"sections": [{"key": key, "title": "", "fields": home[key]} for key in pages]}, Form
        )
        for row in fields:
            self._conditions(row, known)
        sections = [self._tree(row, known) | {"fields": home[key]} for key, row in pages.items()]
        if len(self._troubles) > before:
            return known
        return msgspec.convert({"sections": sections}, Form)

    def _place(self, slug: str, row: _Row, home: dict[str, list[Tree]], tables: dict[str, Tree]) -> None:
        """A question on its page, or a column in its table, which stands before it."""
        path, page = row.texts["key"], row.texts["page"]
        self._places[f"{slug}/form.fields.{path}"] = (row.sheet.title, row.number)
        table, dot, column = path.partition(".")
        if dot and table in tables:
            row.tree["key"] = column
            tables[table].setdefault("columns", []).append(row.tree)
        elif dot:
            self._tell(row.sheet.title, row.number, "键", f"前面没有表格{table[:40]}。")
        elif page in home:
            tables[path] = row.tree
            home[page].append(row.tree)
        else:
            self._tell(
                row.sheet.title, row.number, "页面", f"“页面”表里这个事项没有页面{page[:40] or '（空）'}。"
            )

    def _conditions(self, row: _Row, form: Form) -> None:
        columns = [column for column in row.sheet.columns if column.kind == "when"]
        labels = {column.path: column.label for column in columns}
        for problem in fill(row.tree, columns, row.texts, "", form):
            self._tell(row.sheet.title, row.number, labels[problem.field], problem.message)


def located(read: Read, slug: str, place: str) -> tuple[str, int, str]:
    """Where a place of an item stands in the file: (sheet, row, column)."""
    parts = place.split(".")
    for length in range(len(parts), 0, -1):
        found = read.places.get(f"{slug}/{'.'.join(parts[:length])}")
        if found:
            return *found, _label(BY_TITLE[found[0]], ".".join(parts[length:]))
    sheet, row = read.places.get(slug, ("事项", 0))
    return sheet, row, _label(BY_TITLE[sheet], place) if sheet in BY_TITLE else place


def _label(sheet: Sheet, path: str) -> str:
    return next((column.label for column in sheet.columns if column.path == path), "")
