"""Building a form: pages and questions added, moved, removed and written. Pure: a form in, a form out.

A question goes by its key, a column of a table by ``family.income``. Keys are chosen once: answers are remembered by them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from models.base.errors import Invalid, Problem
from models.elements.element import Element
from models.forms.conditions import NUMERIC
from models.forms.form import Field, Form, Section
from models.items.cells import Column, shown
from models.items.columns import FIELD, FIELD_TYPES, PAGE
from models.items.conditions import value_of
from models.items.writing import Texts, Tree, fill, tree_of, value_at, whole

MOST_PAGES, MOST_FIELDS, MOST_COLUMNS = 30, 60, 20
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
ALWAYS = frozenset({"label", "type", "hint", "show_if"})
ASKING = frozenset({"required", "require_if", "element", "subject", "consent"})
LENGTHS = frozenset({"min_length", "max_length", "pattern", "pattern_message", "default"})
PROMISED = frozenset({"commitment.key", "commitment.covers", "commitment.bars"})
OWN: dict[str, frozenset[str]] = {
    "text": LENGTHS, "textarea": LENGTHS, "address": LENGTHS,
    "integer": frozenset({"min", "max", "unit", "default"}),
    "decimal": frozenset({"min", "max", "unit", "places", "default"}),
    "money": frozenset({"min", "max", "unit", "places", "default"}),
    "date": frozenset({"min", "max", "default"}), "month": frozenset({"min", "max", "default"}),
    "yes_no": frozenset({"default"}) | PROMISED, "single": frozenset({"options", "codes", "default"}),
    "multiple": frozenset({"options", "codes"}), "file": frozenset({"max_files", "camera"}),
    "table": frozenset({"min_rows", "max_rows"}), "notice": frozenset({"text"}) | PROMISED,
    "computed": frozenset({"compute.op", "compute.fields", "compute.column", "unit", "places"}),
}  # fmt: skip
"""What may be said of a question of each type besides what may be said of all."""


def columns_for(kind: str) -> tuple[Column, ...]:
    """What can be written about a question of this type; its key is not written again."""
    if kind == "computed":
        named = ALWAYS | OWN[kind] | {"element", "subject"}
    elif kind == "notice":
        named = ALWAYS | OWN[kind] | {"required"}
    else:
        named = ALWAYS | ASKING | OWN.get(kind, frozenset())
    return tuple(column for column in FIELD if column.path in named)


def page_of(form: Form, key: str) -> Section | None:
    """A page by its key."""
    return next((section for section in form.sections if section.key == key), None)


def field_at(form: Form, path: str) -> Field | None:
    """A question, or a column of a table."""
    key, _, column = path.partition(".")
    field = form.fields().get(key)
    if field is None or not column:
        return field
    return next((each for each in field.columns if each.key == column), None)


def page_texts(section: Section) -> Texts:
    """A page as text, but for its key."""
    return {column.path: shown(column, value_at(section, column.path)) for column in PAGE[1:]}


def field_texts(field: Field) -> Texts:
    """A question as text."""
    return {column.path: shown(column, value_at(field, column.path)) for column in columns_for(field.type)}


def with_page(form: Form, title: str, key: str = "") -> Form:
    """One more page at the end. Raises Invalid."""
    if not title.strip():
        raise Invalid([Problem("title", "required", "请填写页面标题。")])
    if len(form.sections) >= MOST_PAGES:
        raise Invalid([Problem("title", "many", f"页面不能超过{MOST_PAGES}个。")])
    taken = {section.key for section in form.sections}
    chosen = _key(key, "page", taken)
    return msgspec.structs.replace(form, sections=(*form.sections, Section(chosen, title.strip()[:40], ())))


def with_field(form: Form, place: str, asked: Texts, element: Element | None) -> tuple[Form, str]:
    """One more question at the end of a page (``page.KEY``) or of a table (``field.KEY``), and its path. What is not
    said is taken from the element. Raises Invalid."""
    kind, _, home = place.partition(".")
    label = asked.get("label", "").strip() or (element.label if element else "")
    sort = asked.get("type", "") or (element.type if element else "text")
    problems = [] if label else [Problem("label", "required", "请写明问什么，或选择数据项。")]
    if sort not in FIELD_TYPES:
        problems.append(Problem("type", "required", "请选择类型。"))
    tree = tree_of(form)
    siblings, limit = _siblings(tree, kind, home)
    if len(siblings) >= limit:
        problems.append(Problem("label", "many", f"这里不能超过{limit}问。"))
    if problems:
        raise Invalid(problems)
    taken = {each["key"] for each in siblings} if kind == "field" else set(form.fields())
    base = element.key.partition(".")[2] if element else "question"
    key = _key(asked.get("key", ""), base, taken)
    new: Tree = {"key": key, "label": label[:100], "type": sort}
    if element:
        new |= {"element": element.key} | ({"codes": element.codes} if element.codes else {})
    siblings.append(new)
    return msgspec.convert(tree, Form), f"{home}.{key}" if kind == "field" else key


def _siblings(tree: Tree, kind: str, home: str) -> tuple[list[Tree], int]:
    """The list into which a new question goes. Raises Invalid where there is no such place."""
    if kind == "page":
        for section in tree["sections"]:
            if section["key"] == home:
                return section["fields"], MOST_FIELDS
    for section in tree["sections"]:
        for field in section["fields"]:
            if kind == "field" and field["key"] == home and field["type"] == "table":
                return field.setdefault("columns", []), MOST_COLUMNS
    raise Invalid([Problem("page", "unknown", "没有这个页面，可能刚被删除。")])


def _key(wish: str, base: str, taken: set[str]) -> str:
    """The key that was wished for, or a free one. Raises Invalid."""
    wish = wish.strip()
    if wish and not KEY.fullmatch(wish):
        raise Invalid([Problem("key", "key", "键只能用小写字母、数字和下划线，以字母开头。")])
    if wish in taken:
        raise Invalid([Problem("key", "taken", "这个键已经用过，请换一个。")])
    if wish:
        return wish
    if base not in taken and base not in ("question", "page"):
        return base
    number = next(number for number in range(1, 1000) if f"{base}_{number}" not in taken)
    return f"{base}_{number}"


def page_written(form: Form, key: str, texts: Mapping[str, str]) -> tuple[Form, list[Problem]]:
    """A page as it was typed, and what could not be read."""
    tree = tree_of(form)
    page = next(section for section in tree["sections"] if section["key"] == key)
    problems = fill(page, PAGE[1:], texts, "", form)
    return (form if problems else msgspec.convert(tree, Form)), problems


def field_written(form: Form, path: str, texts: Mapping[str, str]) -> tuple[Form, list[Problem]]:
    """A question as it was typed. With another type, what cannot be said of that type is let go."""
    tree = tree_of(form)
    home, at = _located(tree, path)
    field = home[at]
    was = field["type"]
    table = field_at(form, path.partition(".")[0]) if "." in path else None
    beside = Form((Section("row", "", table.columns),)) if table else form
    columns = columns_for(was)
    problems = fill(field, columns, texts, "", beside)
    if problems:
        return form, problems
    if field["type"] != was:
        _let_go(field)
    problems = whole(field, columns_for(field["type"]))
    as_typed(field)
    return (form if problems else msgspec.convert(tree, Form)), problems


def bound(form: Form, path: str, element: Element) -> Form:
    """A question that asks what an element holds: of its type, with its codes."""
    tree = tree_of(form)
    home, at = _located(tree, path)
    field = home[at]
    field |= {"element": element.key, "type": element.type}
    _let_go(field)
    field.pop("options", None)
    if element.codes:
        field["codes"] = element.codes
    return msgspec.convert(tree, Form)


def _let_go(field: Tree) -> None:
    kept = {column.path.partition(".")[0] for column in columns_for(field["type"])} | {"key"}
    if field["type"] == "table":
        kept.add("columns")
    for name in [name for name in field if name not in kept]:
        del field[name]


def as_typed(field: Tree) -> None:
    """Defaults and bounds in the kind of value that the type has."""
    kind = field.get("type", "text")
    for name in ("default", "min", "max"):
        value = field.get(name)
        if not isinstance(value, str):
            continue
        if kind in NUMERIC:
            field[name] = value_of(value, Field("x", "x", kind))
        elif kind in ("yes_no", "notice"):
            field[name] = value == "是"


def _located(tree: Tree, path: str) -> tuple[list[Tree], int]:
    """The list that a question stands in, and where."""
    key, _, column = path.partition(".")
    for section in tree["sections"]:
        for at, field in enumerate(section["fields"]):
            if field["key"] == key and not column:
                return section["fields"], at
            if field["key"] == key:
                columns = field.get("columns", [])
                return columns, next(n for n, each in enumerate(columns) if each["key"] == column)
    raise LookupError(path)


def rebuilt(form: Form, wish: str) -> Form:
    """With a page or question moved (``up:page.KEY``, ``down:field.KEY``) or removed (``remove:``). At the edge of its
    page a question goes over to the next one. What is not there stays as it is."""
    move, _, place = wish.partition(":")
    kind, _, path = place.partition(".")
    tree: Tree = tree_of(form)
    try:
        home, at = _page_located(tree, path) if kind == "page" else _located(tree, path)
    except (LookupError, StopIteration):
        return form
    if move == "remove":
        del home[at]
    else:
        _step(tree, home, at, -1 if move == "up" else 1, whole_pages=kind == "page")
    return msgspec.convert(tree, Form)


def _page_located(tree: Tree, key: str) -> tuple[list[Tree], int]:
    pages = tree["sections"]
    return pages, next(at for at, page in enumerate(pages) if page["key"] == key)


def _step(tree: Tree, home: list[Any], at: int, by: int, *, whole_pages: bool) -> None:
    to = at + by
    if 0 <= to < len(home):
        home[at], home[to] = home[to], home[at]
        return
    pages = [section["fields"] for section in tree["sections"]]
    if whole_pages or not any(fields is home for fields in pages):
        return
    here = next(number for number, fields in enumerate(pages) if fields is home)
    if 0 <= here + by < len(pages):
        field = home.pop(at)
        pages[here + by].insert(0 if by > 0 else len(pages[here + by]), field)
