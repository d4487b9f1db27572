"""Whether a condition holds. A hidden field must be absent from ``answers``: hidden is unanswered."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import msgspec

from models.forms.form import Field, When
from models.forms.parse import blank, bound, is_relative, number, truth

NUMERIC = frozenset({"integer", "decimal", "money", "computed"})
DATED = frozenset({"date", "month"})
_ORDER = {"gt": operator.gt, "ge": operator.ge, "lt": operator.lt, "le": operator.le}


def holds(
    when: When, answers: Mapping[str, object], fields: Mapping[str, Field], today: date | None = None
) -> bool:
    """Whether ``when`` holds of canonical ``answers``.

    Numbers compare by value, dates as ISO strings. ``today`` gives a meaning to values such as
    ``today-60y``; without it they compare false. Never raises, whatever the answers are.
    """
    if when.all is not None and not all(holds(part, answers, fields, today) for part in when.all):
        return False
    if when.any is not None and not any(holds(part, answers, fields, today) for part in when.any):
        return False
    if when.not_ is not None and holds(when.not_, answers, fields, today):
        return False
    return when.field is None or _compared(when, answers, fields, today)


def names(when: When | None) -> set[str]:
    """Every field that a condition reads."""
    if when is None:
        return set()
    found = {name for name in (when.field, when.other) if name}
    for part in (*(when.all or ()), *(when.any or ()), *((when.not_,) if when.not_ else ())):
        found |= names(part)
    return found


def renamed(when: When | None, mapping: Mapping[str, str]) -> When | None:
    """The same condition over other keys; a key that ``mapping`` does not name stays as it is."""
    if when is None:
        return None
    return msgspec.structs.replace(
        when,
        field=mapping.get(when.field, when.field) if when.field else None,
        other=mapping.get(when.other, when.other) if when.other else None,
        all=None if when.all is None else tuple(renamed(part, mapping) for part in when.all),
        any=None if when.any is None else tuple(renamed(part, mapping) for part in when.any),
        not_=renamed(when.not_, mapping),
    )


def every(*conditions: When | None) -> When | None:
    """All of them; None stands for "always"."""
    given = tuple(condition for condition in conditions if condition is not None)
    return given[0] if len(given) == 1 else When(all=given) if given else None


def some(*conditions: When | None) -> When | None:
    """At least one of them; None, "always", swallows the others."""
    given = tuple(dict.fromkeys(condition for condition in conditions if condition is not None))
    if len(given) < len(set(conditions)):
        return None
    return given[0] if len(given) == 1 else When(any=given)


def _compared(
    when: When, answers: Mapping[str, object], fields: Mapping[str, Field], today: date | None
) -> bool:
    answer = answers.get(when.field or "")
    if when.op in ("filled", "empty"):
        return blank(answer) == (when.op == "empty")
    expected = answers.get(when.other) if when.other else when.value
    if blank(answer) or blank(expected):
        return when.op == "ne"
    field = fields.get(when.field or "")
    kind = field.type if field else "text"
    given = [_comparable(kind, each, today) for each in _listed(answer)]
    wanted = [_comparable(kind, each, today) for each in _listed(expected)]
    if when.op == "eq":
        return _same(given, wanted)
    if when.op == "ne":
        return not _same(given, wanted)
    if when.op in ("in", "has"):
        return any(each is not None and each in wanted for each in given)
    return len(given) == len(wanted) == 1 and _ordered(when.op, given[0], wanted[0])


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _same(given: list[object], wanted: list[object]) -> bool:
    if any(each is None for each in (*given, *wanted)):
        return False
    return all(each in wanted for each in given) and all(each in given for each in wanted)


def _comparable(kind: str, value: object, today: date | None) -> object:
    """What two values of a field of this kind are compared by; None compares with nothing."""
    if kind in NUMERIC:
        return number(value)
    if kind in ("yes_no", "notice"):
        return truth(value)
    if kind in DATED:
        iso = bound(value, today) if is_relative(value) else None
        text = iso.isoformat() if iso else "" if is_relative(value) else value
        return (text[:7] if kind == "month" else text) or None if isinstance(text, str) else None
    # An author may write the code 1 without quotes.
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 10**15:
        return str(value)
    return value


def _ordered(op: str, left: object, right: object) -> bool:
    if isinstance(left, str) and isinstance(right, str):
        # Grades are codes such as "1" to "10": by value where both are numbers.
        low, high = number(left), number(right)
        if low is not None and high is not None:
            return bool(_ORDER[op](low, high))
        return bool(_ORDER[op](left, right))
    return isinstance(left, Decimal) and isinstance(right, Decimal) and bool(_ORDER[op](left, right))
