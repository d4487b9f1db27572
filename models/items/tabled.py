"""A condition as a small table: rows of question, comparison and value, all or any of which must hold. Pure.

What is simple enough lies in the table, anything else is written as a line (``conditions.py``). The table posts
``PLACE.join`` and ``PLACE.0.field``, ``PLACE.0.op``, ``PLACE.0.value``; the line posts ``PLACE`` itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import msgspec

from models.forms.form import Field, Form, Scalar, When
from models.items.conditions import OPERATORS, read_when, value_of, write_when

MOST = 6
SPARE = 1  # blank rows behind those that are written
SIDES = re.compile(r"[、,，]")


class Compared(msgspec.Struct, frozen=True):
    """One row."""

    field: str = ""
    op: str = "eq"
    value: str = ""


class Table(msgspec.Struct, frozen=True):
    """``line`` holds what does not fit into rows; then there are none."""

    join: str = "all"
    rows: tuple[Compared, ...] = ()
    line: str = ""


def tabled(line: str, form: Form) -> Table:
    """The table for a condition that is written as a line; a line that cannot be read stays one."""
    if not line:
        return Table(rows=(Compared(),) * SPARE)
    try:
        when = read_when(line, form)
    except ValueError:
        return Table(line=line)
    parts, join = _parts(when)
    if parts is None or len(parts) > MOST:
        return Table(line=line)
    rows = tuple(Compared(part.field or "", part.op, _shown(part, form.fields())) for part in parts)
    return Table(join, rows + (Compared(),) * SPARE)


def _parts(when: When) -> tuple[tuple[When, ...] | None, str]:
    parts: tuple[When, ...] = (when,)
    join = "all"
    if when.field is None and when.not_ is None and (when.all is None) != (when.any is None):
        parts, join = when.all or when.any or (), "any" if when.all is None else "all"
    plain = all(
        part.field and not part.other and part.all is None and part.any is None and part.not_ is None
        for part in parts
    )
    return (parts if plain else None), join


def _shown(part: When, fields: Mapping[str, Field]) -> str:
    """A value as the table has it: choices by their words."""
    if part.op in ("filled", "empty"):
        return ""
    field = fields.get(part.field or "")
    labels = {option.value: option.label for option in field.options} if field else {}
    values = part.value if isinstance(part.value, tuple) else (part.value,)
    return "、".join(_word(each, labels) for each in values)


def _word(value: Scalar | None, labels: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return labels.get(str(value), str(value))


def untabled(typed: Mapping[str, str], place: str, form: Form) -> str:
    """The line that the rows typed at ``place`` say; "" for none. Rows that are half filled in make a line that cannot
    be read, so that whoever typed it is told."""
    fields = form.fields()
    parts = []
    for at in range(MOST + SPARE):
        field, op, value = (
            typed.get(f"{place}.{at}.{name}", "").strip() for name in ("field", "op", "value")
        )
        if field and (value or op in ("filled", "empty")):
            parts.append(_compared(field, op or "eq", value, fields.get(field)))
        elif field or value:
            return f"{field or '？'} {OPERATORS.get(op or 'eq', op)} {value}".strip()  # type: ignore[call-overload]
    if not parts:
        return ""
    if len(parts) == 1:
        return write_when(parts[0])
    joined = tuple(parts)
    return write_when(When(any=joined) if typed.get(f"{place}.join") == "any" else When(all=joined))


def _compared(field: str, op: str, value: str, known: Field | None) -> When:
    if op in ("filled", "empty"):
        return When(field=field, op=op)  # type: ignore[arg-type]
    if op == "in":
        return When(field=field, op="in", value=tuple(value_of(each, known) for each in _split(value)))
    return When(field=field, op=op if op in OPERATORS else "eq", value=value_of(value, known))


def _split(value: str) -> Iterable[str]:
    return [each.strip() for each in SIDES.split(value) if each.strip()]


def folded(typed: Mapping[str, str], places: Iterable[str], form: Form) -> dict[str, str]:
    """``typed`` with every table of conditions at ``places`` folded into its line."""
    texts = dict(typed)
    for place in places:
        inside = [name for name in texts if name.startswith(f"{place}.")]
        if inside and not texts.get(place):
            texts[place] = untabled(texts, place, form)
        for name in inside:
            del texts[name]
    return texts
