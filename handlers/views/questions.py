"""Questions as the field templates read them (handlers/templates/fields/field.html says which attributes)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import SimpleNamespace as Page
from typing import Any

import msgspec

from models.base.clock import SHANGHAI
from models.base.errors import Problem
from models.forms.context import Context
from models.forms.display import show
from models.forms.form import Field, Form, When
from models.prefill.known import SOURCE_NAMES, Known

CHOOSING = frozenset({"single", "multiple", "area", "member"})
UNTOLD = frozenset({"未知", "未说明"})


class Desk(msgspec.Struct, frozen=True):
    """What all questions of a page have in common."""

    form: Form
    context: Context
    shown: frozenset[str]
    problems: Mapping[str, str] = {}
    known: Mapping[str, Known] = {}
    rows_more: str = ""  # the table to which one more blank row is added


def messages(problems: Iterable[Problem]) -> dict[str, str]:
    """The first message of each field, by the name that is posted."""
    found: dict[str, str] = {}
    for problem in problems:
        found.setdefault(problem.field, problem.message)
    return found


def summary(form: Form, problems: Iterable[Problem]) -> list[Page]:
    """The error summary: every problem with the label of its field."""
    fields = form.fields()
    listed = []
    for problem in problems:
        key, _, rest = problem.field.partition(".")
        field = fields.get(key)
        label = field.label if field else ""
        if field and rest:
            row, _, column = rest.partition(".")
            inner = next((each.label for each in field.columns if each.key == column), "")
            label = f"{label} 第{int(row) + 1}行 {inner}" if row.isdigit() else label
        listed.append(
            Page(
                field=problem.field if field else "", name=problem.field, label=label, message=problem.message
            )
        )
    return listed


def question(field: Field, value: Any, desk: Desk, name: str = "") -> Page:
    """One question; ``name`` is the posted name where it is not the key (cells of tables)."""
    name = name or field.key
    fact = desk.known.get(name)
    return Page(
        field=field,
        name=name,
        value=_typed(field, value),
        display=_display(field, value, desk.context),
        problem=desk.problems.get(name, ""),
        options=_options(field, desk.context),
        source=source(fact) if fact and fact.value == value else "",
        shown=name in desk.shown or "." in name,
        required=field.required or field.require_if is not None,
        show_if=_json(field.show_if),
        require_if=_json(field.require_if),
        files=_files(value, desk.context),
        rows=_rows(field, value, desk, name),
        masked=False,
        kept=None,
    )


def source(fact: Known) -> str:
    """来自户籍登记 2026-03-02."""
    when = (
        f" {fact.at.astimezone(SHANGHAI):%Y-%m-%d}"
        if fact.at and fact.source not in {"login", "plate"}
        else ""
    )
    return f"{SOURCE_NAMES[fact.source]}{when}"


def _typed(field: Field, value: Any) -> Any:
    if field.type in {"multiple", "file"}:
        return value if isinstance(value, list) else []
    if field.type == "signature":
        return value if isinstance(value, dict) else {}
    if value is None and field.default is not None:
        value = field.default
    if field.type == "yes_no" and isinstance(value, bool):
        return "yes" if value else "no"
    return value


def _display(field: Field, value: Any, context: Context) -> str:
    if value in (None, "", []):
        return ""
    try:
        return show(field, value, context)
    except (TypeError, ValueError, AttributeError):
        return str(value)  # a draft may hold anything that was typed


def _options(field: Field, context: Context) -> list[tuple[str, str]]:
    if field.type == "area":
        return list(context.areas.items())
    if field.type == "member":
        return list(context.members.items())
    choices = context.choices(field).items() if field.type in CHOOSING else ()
    # Code lists begin with 未知; people look for 男 and 女.
    return sorted(choices, key=lambda choice: choice[1] in UNTOLD)


def _files(value: Any, context: Context) -> list[Page]:
    ids = (
        value
        if isinstance(value, list)
        else [value["file"]]
        if isinstance(value, dict) and value.get("file")
        else []
    )
    return [
        Page(
            id=file_id,
            name=context.files[file_id].name,
            href=f"/files/{file_id}",
            image=context.files[file_id].media_type.startswith("image/"),
        )
        for file_id in ids
        if isinstance(file_id, str) and file_id in context.files
    ]


def _rows(field: Field, value: Any, desk: Desk, name: str) -> list[Page]:
    if field.type != "table":
        return []
    held = [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
    if desk.rows_more == name or not held:
        held = [*held, {}]
    return [
        Page(
            index=index,
            cells=[
                question(column, row.get(column.key), desk, f"{name}.{index}.{column.key}")
                for column in field.columns
            ],
        )
        for index, row in enumerate(held)
    ]


def _json(when: When | None) -> str:
    return msgspec.json.encode(when).decode() if when else ""
