"""From what was typed to an item: sections of the desk, their rows, and everything that is wrong with a text. Pure.

Texts are keyed by place: ``name``, ``result.sample``, ``materials.2.code``. A row remembers as ``materials.2.was`` which
row of the item it was, so that what the page does not show of it stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from models.base.errors import Problem
from models.forms.form import Form
from models.items.cells import Column, Unread, read, shown
from models.items.columns import (
    BASICS,
    BEFORE,
    CODES,
    CONDITIONS,
    GROUPS,
    MATERIAL,
    MONEY,
    QUESTION,
    RULE,
    SPECIAL,
    STEP,
)
from models.items.item import Item

Texts = dict[str, str]
Tree = dict[str, Any]
MOST_ROWS = 60
KEYS = {"materials": "code", "steps": "key", "form.rules": "message", "questions": "question"}
_ROW = re.compile(r"(\d{1,3})\.(.+)")


class Rows(msgspec.Struct, frozen=True):
    """Rows of one section. ``fixed`` ones are neither added, removed nor moved here."""

    path: str
    title: str
    columns: tuple[Column, ...]
    fixed: bool = False


class Section(msgspec.Struct, frozen=True):
    """A page of the desk's editor."""

    key: str
    title: str
    columns: tuple[Column, ...] = ()
    rows: tuple[Rows, ...] = ()
    hint: str = ""


def _but_when(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    return tuple(column for column in columns if column.kind != "when")


def _when(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    return tuple(column for column in columns if column.kind == "when")


SECTIONS: dict[str, Section] = {
    section.key: section
    for section in (
        Section("basics", "基本信息", BASICS),
        Section("codes", "事项编码", CODES, (), "同一事项、同一编码：基本编码全国一致，实施编码各实施主体不同。"),
        Section(
            "situations", "情形与条件", CONDITIONS,
            (Rows("materials", "材料", _when(MATERIAL), True), Rows("steps", "环节", _when(STEP), True)),
            "申请人在表单里的回答决定要哪些材料、走哪些环节。",
        ),
        Section("materials", "材料", (), (Rows("materials", "材料", _but_when(MATERIAL)),)),
        Section("steps", "环节", (), (Rows("steps", "环节", _but_when(STEP)),)),
        Section("special", "容缺与急难", SPECIAL),
        Section("money", "收费与结果", MONEY + BEFORE),
        Section("questions", "常见问题", (), (Rows("questions", "问题", QUESTION),)),
        Section("rules", "表单规则", (), (Rows("form.rules", "规则", RULE),), "几个问题之间的规则，不满足就提示。"),
    )
}  # fmt: skip


def texts_of(item: Item, section: Section) -> Texts:
    """What stands in a section, as text."""
    texts = {column.path: shown(column, value_at(item, column.path)) for column in section.columns}
    for rows in section.rows:
        for at, row in enumerate(value_at(item, rows.path)):
            texts |= {
                f"{rows.path}.{at}.{each.path}": shown(each, value_at(row, each.path))
                for each in rows.columns
            }
            texts |= {f"{rows.path}.{at}.was": str(at), f"{rows.path}.{at}.of": getattr(row, KEYS[rows.path])}
    return texts


def refound(item: Item, section: Section, texts: Mapping[str, str]) -> Texts:
    """Texts that were typed on another revision, their rows tied to those of ``item`` by their keys (``materials.2.of``):
    where somebody has moved or removed some, numbers would tie them to others."""
    found = dict(texts)
    for rows in section.rows:
        keys = [getattr(row, KEYS[rows.path]) for row in value_at(item, rows.path)]
        for at in indexes(texts, rows.path):
            place, key = f"{rows.path}.{at}.", texts.get(f"{rows.path}.{at}.of", "")
            if key and key in keys:
                found[f"{place}was"] = str(keys.index(key))
            elif rows.fixed:
                found = {name: text for name, text in found.items() if not name.startswith(place)}
            else:
                found[f"{place}was"] = ""
    return found


def written(item: Item, section: Section, texts: Mapping[str, str]) -> tuple[Item, list[Problem]]:
    """``item`` with a section as it was typed, and what could not be read; with problems the item is as before."""
    tree, problems = tree_of(item), []
    problems += fill(tree, section.columns, texts, "", item.form)
    problems += whole(tree, section.columns)
    for rows in section.rows:
        found, wrong = _rows(value_at(tree, rows.path) or [], rows, texts, item.form)
        problems += wrong
        _put(tree, rows.path, found)
    if problems:
        return item, problems
    return msgspec.convert(tree, Item), []


def _rows(
    before: list[Tree], rows: Rows, texts: Mapping[str, str], form: Form
) -> tuple[list[Tree], list[Problem]]:
    """The rows of a list as they were typed; of a fixed one those that there were, whatever was not sent."""
    after: list[Tree] = [dict(row) for row in before] if rows.fixed else []
    problems: list[Problem] = []
    for at in indexes(texts, rows.path):
        place = f"{rows.path}.{at}."
        was = texts.get(f"{place}was", "")
        there = int(was) if is_index(was) and int(was) < len(before) else None
        if rows.fixed:
            if there is not None:
                problems += fill(after[there], rows.columns, texts, place, form)
            continue
        blank = {f"{place}{each.path}": "" for each in rows.columns} if there is None else {}
        row = dict(before[there]) if there is not None else {}
        problems += fill(row, rows.columns, {**blank, **texts}, place, form)
        after.append(row)
    return after, problems


def fill(
    tree: Tree, columns: Iterable[Column], texts: Mapping[str, str], place: str, form: Form | None
) -> list[Problem]:
    """Write into ``tree`` what was typed at ``place``; what was not sent stays. Returns what could not be read."""
    problems = []
    for column in columns:
        name = f"{place}{column.path}"
        if name not in texts:
            continue
        try:
            value = read(column, texts[name], form)
        except Unread as error:
            problems.append(Problem(name, "unread", str(error)))
            continue
        if value is None and column.kind == "choice" and not column.optional:
            problems.append(Problem(name, "required", f"请选择{column.label}。"))
        elif value is None and column.kind == "when" and not column.optional:
            problems.append(Problem(name, "required", f"请写明{column.label}。"))
        elif value is None:
            _blank(tree, column)
        else:
            _put(tree, column.path, msgspec.to_builtins(value))
    return problems


def _blank(tree: Tree, column: Column) -> None:
    """Left blank: the default, or nothing where there is none."""
    if not column.optional or column.path in MUST_BE:
        _put(tree, column.path, [] if column.kind == "lines" else 0 if column.kind == "integer" else "")
        return
    head, _, last = column.path.rpartition(".")
    inner = value_at(tree, head) if head else tree
    if isinstance(inner, dict):
        inner.pop(last, None)


MUST_BE = frozenset({"statutory_days", "promised_days", "minutes", "legal_basis", "conditions"})
"""What an item has to have, be it nothing."""


def whole(tree: Tree, columns: Iterable[Column], place: str = "") -> list[Problem]:
    """Groups of which nothing was written are left away; of others everything is asked for that they need."""
    problems = []
    for group in dict.fromkeys(column.path.partition(".")[0] for column in columns if "." in column.path):
        if group in GROUPS and tree.get(group) == {}:
            del tree[group]
        elif group in GROUPS and group in tree:
            told = "要么都不填，要么把这一项也填上。"
            lacking = [name for name in GROUPS[group] if name not in tree[group]]
            problems += [Problem(f"{place}{group}.{name}", "required", told) for name in lacking]
    return problems


def indexes(texts: Iterable[str], path: str) -> list[int]:
    """The numbers of the rows that were typed, in order; no more than a list may have."""
    found = {int(match[1]) for name in texts if (match := _row(name, path))}
    return sorted(found)[:MOST_ROWS]


def is_index(text: str) -> bool:
    """Whether a text is the number of a row."""
    return text.isascii() and text.isdigit() and len(text) < 4


def _row(name: str, path: str) -> re.Match[str] | None:
    return _ROW.fullmatch(name.removeprefix(f"{path}.")) if name.startswith(f"{path}.") else None


def rearranged(section: Section, texts: Texts, wish: str) -> Texts:
    """Texts with a row added (``add:materials``), removed (``remove:materials.2``) or moved (``up:``, ``down:``)."""
    move, _, place = wish.partition(":")
    rows = next(
        (each for each in section.rows if place == each.path or place.startswith(f"{each.path}.")), None
    )
    if rows is None or rows.fixed:
        return texts
    order: list[int | None] = list(indexes(texts, rows.path))
    at = place.removeprefix(f"{rows.path}.")
    if move == "add" and len(order) < MOST_ROWS:
        order.append(None)
    elif is_index(at) and int(at) in order:
        _reorder(order, move, order.index(int(at)))
    return _ordered(texts, rows, order)


def _reorder(order: list[int | None], move: str, at: int) -> None:
    other = {"up": at - 1, "down": at + 1}.get(move)
    if move == "remove":
        del order[at]
    elif other is not None and 0 <= other < len(order):
        order[at], order[other] = order[other], order[at]


def _ordered(texts: Texts, rows: Rows, order: list[int | None]) -> Texts:
    kept = {name: text for name, text in texts.items() if _row(name, rows.path) is None}
    for to, source in enumerate(order):
        if source is None:
            kept |= {f"{rows.path}.{to}.{column.path}": "" for column in rows.columns}
            continue
        prefix = f"{rows.path}.{source}."
        kept |= {
            f"{rows.path}.{to}.{name.removeprefix(prefix)}": text
            for name, text in texts.items()
            if name.startswith(prefix)
        }
    return kept


def tree_of(thing: msgspec.Struct) -> Tree:
    """An entity as dicts and lists that may be changed."""
    tree: Tree = msgspec.json.decode(msgspec.json.encode(thing))
    return tree


def value_at(thing: Any, path: str) -> Any:
    """What lies at ``path`` of an entity or a tree; None where nothing does."""
    for name in path.split("."):
        if thing is None:
            return None
        thing = thing.get(name) if isinstance(thing, dict) else getattr(thing, name)
    return thing


def _put(tree: Tree, path: str, value: Any) -> None:
    head, _, rest = path.partition(".")
    if rest:
        inner = tree.get(head)
        tree[head] = dict(inner) if isinstance(inner, dict) else {}
        _put(tree[head], rest, value)
    else:
        tree[head] = value
