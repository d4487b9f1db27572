"""What is different between two texts of an item, element by element: rows of lists are matched by their keys. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from models.forms.form import Field
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
from models.items.writing import value_at

How = Literal["added", "removed", "changed"]
HOW_WORDS: dict[How, str] = {"added": "新增", "removed": "删除", "changed": "修改"}


class Change(msgspec.Struct, frozen=True):
    """One difference. ``place`` goes by keys (``materials.M05.name``), so that it holds wherever the row moves."""

    place: str
    label: str
    how: How
    old: str = ""
    new: str = ""


def diff(old: Item | None, new: Item) -> tuple[Change, ...]:
    """From ``old`` to ``new``; of something new (None), what it consists of."""
    scalars = (*BASICS, *CODES, *AREA, *CONDITIONS, *SPECIAL, *MONEY, *BEFORE)
    changes = _columns(scalars, old, new, "", "")
    for path, title, columns, key in LISTS:
        changes += _rows(path, title, columns, key, _list(old, path), _list(new, path))
    changes += _rows("form.fields", "问题", FIELD, "key", _fields(old), _fields(new))
    changes += _pages(old, new)
    return tuple(changes)


LISTS: tuple[tuple[str, str, tuple[Column, ...], str], ...] = (
    ("materials", "材料", MATERIAL, "code"),
    ("steps", "环节", STEP, "key"),
    ("questions", "常见问题", QUESTION, "question"),
    ("form.sections", "页面", PAGE, "key"),
    ("form.rules", "规则", RULE, "message"),
)
NAMED = ("name", "label", "title", "question", "message")


def _columns(columns: Sequence[Column], old: Any, new: Any, place: str, before: str) -> list[Change]:
    found = []
    for column in columns:
        was, now = (shown_of(column, value_at(thing, column.path)) for thing in (old, new))
        if was != now:
            how: How = "added" if not was else "removed" if not now else "changed"
            found.append(Change(f"{place}{column.path}", f"{before}{column.label}", how, was, now))
    return found


def shown_of(column: Column, value: Any) -> str:
    """As people read it: choices by their words."""
    text = shown(column, value)
    return next((label for code, label in column.choices if code == text), text)


def _rows(
    path: str, title: str, columns: tuple[Column, ...], key: str, old: Sequence[Any], new: Sequence[Any]
) -> list[Change]:
    was, now = ({getattr(row, key): row for row in rows} for rows in (old, new))
    found = [
        Change(f"{path}.{each}", f"{title}“{_name(row)}”", "removed", _whole(columns, row))
        for each, row in was.items()
        if each not in now
    ]
    for each, row in now.items():
        if each not in was:
            found.append(
                Change(f"{path}.{each}", f"{title}“{_name(row)}”", "added", "", _whole(columns, row))
            )
        else:
            found += _columns(columns, was[each], row, f"{path}.{each}.", f"{title}“{_name(row)}”：")
    common = [[_name(now[each]) for each in rows if each in was and each in now] for rows in (was, now)]
    if common[0] != common[1]:
        found.append(Change(path, f"{title}的顺序", "changed", "、".join(common[0]), "、".join(common[1])))
    return found


def _whole(columns: Sequence[Column], row: Any) -> str:
    """A whole row in lines."""
    said = ((column.label, shown_of(column, value_at(row, column.path))) for column in columns)
    return "\n".join(f"{label}：{text}" for label, text in said if text not in ("", "0", "否"))


def _name(row: Any) -> str:
    return next(str(getattr(row, name)) for name in NAMED if hasattr(row, name))


def _list(item: Item | None, path: str) -> Sequence[Any]:
    return value_at(item, path) or ()


def _fields(item: Item | None) -> list[Field]:
    """Every question, columns of tables behind their table by ``family.income``."""
    found = []
    for field in item.form.fields().values() if item else ():
        found.append(field)
        found += [msgspec.structs.replace(each, key=f"{field.key}.{each.key}") for each in field.columns]
    return found


def _pages(old: Item | None, new: Item) -> list[Change]:
    """Questions that stand on another page."""
    homes = [
        {field.key: section for section in item.form.sections for field in section.fields} if item else {}
        for item in (old, new)
    ]
    return [
        Change(
            f"form.fields.{key}",
            f"问题“{new.form.fields()[key].label}”所在的页面",
            "changed",
            was.title,
            now.title,
        )
        for key, now in homes[1].items()
        if (was := homes[0].get(key)) and was.key != now.key
    ]
