"""Form-encoded names into the raw answers that the engine reads, as JSON clients send them.

Names: ``key`` (repeated for multiple and file), ``key.0.column`` for tables, ``key.name`` and ``key.file``
for signatures and members.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from models.forms.form import Field
from models.forms.parse import blank

_REPEATED = frozenset({"multiple", "file"})
_NAMED = frozenset({"member", "signature"})
_ROW = re.compile(r"[0-9]{1,6}")


def from_pairs(fields: Mapping[str, Field], args: Mapping[str, Sequence[str]]) -> dict[str, object]:
    """Raw answers from decoded arguments. Names that belong to no field (tokens, buttons) are left out,
    as are blank rows of tables; a field of which nothing was sent is absent."""
    raw: dict[str, object] = {}
    for key, field in fields.items():
        value = _rows(field, args) if field.type == "table" else _value(field, key, args)
        if value is not None:
            raw[key] = value
    return raw


def _value(field: Field, name: str, args: Mapping[str, Sequence[str]]) -> object:
    sent = list(args.get(name, ()))
    if field.type in _REPEATED:
        return [value for value in sent if value.strip()] if sent else None
    if field.type in _NAMED:
        parts = {part: _last(args.get(f"{name}.{part}", ())) for part in ("name", "file")}
        given = {part: value for part, value in parts.items() if value}
        if given and not any(value.strip() for value in sent):
            return given
    # A hidden input before a checkbox sends both; the later one is what was chosen.
    return sent[-1] if sent else None


def _last(values: Sequence[str]) -> str:
    return values[-1].strip() if values else ""


def _rows(field: Field, args: Mapping[str, Sequence[str]]) -> list[dict[str, object]] | None:
    prefix = f"{field.key}."
    numbers = {name.split(".", 2)[1] for name in args if name.startswith(prefix) and name.count(".") >= 2}
    found = []
    for number in sorted((each for each in numbers if _ROW.fullmatch(each)), key=int):
        row = {
            column.key: value
            for column in field.columns
            if (value := _value(column, f"{prefix}{number}.{column.key}", args)) is not None
        }
        if not blank(row):
            found.append(row)
    return found if numbers else None
