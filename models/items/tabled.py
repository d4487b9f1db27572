"""A condition as a small table: rows of question, comparison and value, all or any of which must hold. Pure.

What is simple enough lies in the table, anything else is written as a line (``conditions.py``). The table posts
``PLACE.join`` and ``PLACE.0.field``, ``PLACE.0.op``, ``PLACE.0.value``; the line posts ``PLACE`` itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from models.forms.form import Field, Form, Scalar, When
from models.items.conditions import AND, OPERATORS, OR, read_when, value_of, write_when

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
    if _joined([_part(row, form) for row in rows], join) != write_when(when):
        return Table(line=line)  # a name with a comma in it, say: the rows would be read as something else
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
    """The line that the rows typed at ``place`` say; "" for none. A row that is half filled in makes a line that cannot
    be read, so that whoever typed it is told, with all the rows in it."""
    rows = (
        Compared(*(typed.get(f"{place}.{at}.{name}", "").strip() for name in ("field", "op", "value")))
        for at in range(MOST + SPARE)
    )
    return _joined(
        [_part(row, form) for row in rows if row.field or row.value], typed.get(f"{place}.join", "")
    )


def _part(row: Compared, form: Form) -> When | str:
    """What a row says; of one that is half filled in as much as was typed."""
    if row.field and (row.value or row.op in ("filled", "empty")):
        return _compared(row.field, row.op or "eq", row.value, form.fields().get(row.field))
    return f"{row.field} {OPERATORS.get(row.op or 'eq', row.op)} {row.value}".strip()  # type: ignore[call-overload]


def _joined(parts: Sequence[When | str], join: str) -> str:
    """The line of all of them, or of any with ``join`` "any"."""
    whole = tuple(part for part in parts if isinstance(part, When))
    if len(whole) < len(parts):
        word = f" {OR if join == 'any' else AND} "
        return word.join(part if isinstance(part, str) else write_when(part) for part in parts)
    if len(whole) < 2:
        return write_when(whole[0] if whole else None)
    return write_when(When(any=whole) if join == "any" else When(all=whole))


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
