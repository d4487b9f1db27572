"""Derived answers: sums, differences, ages. Never taken from the client."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import reduce

from models.base import idnumber
from models.forms.bad import Bad
from models.forms.form import Field
from models.forms.parse import NUMBER_LIMIT, age, day, number

_DIGITS = 120  # enough for an exact product of several 25-digit operands


def derive(
    field: Field, answers: Mapping[str, object], fields: Mapping[str, Field], today: date
) -> int | str | None:
    """The value of a computed field: an int where every operand is whole, else a decimal text of
    ``field.places`` digits, None where operands are missing. Raises Bad where it grows out of bounds."""
    rule = field.compute
    if rule is None or not rule.fields:
        return None
    if rule.op == "age":
        return _age(fields.get(rule.fields[0]), answers.get(rule.fields[0]), today)
    rows = answers.get(rule.fields[0])
    rows = rows if isinstance(rows, list) else []
    if rule.op == "count":
        return len(rows)
    if rule.op == "column_sum":
        table = fields.get(rule.fields[0])
        whole = table is not None and any(c.key == rule.column and c.type == "integer" for c in table.columns)
        cells = [number(row.get(rule.column)) for row in rows if isinstance(row, dict)]
        return _settled(field, sum((cell for cell in cells if cell is not None), Decimal(0)), whole)
    given = {key: number(answers.get(key)) for key in rule.fields}
    total = _arithmetic(rule.op, list(given.values()))
    whole = rule.op != "ratio" and all(
        isinstance(answers.get(key), int) for key in rule.fields if key in answers
    )
    return None if total is None else _settled(field, total, whole)


def _arithmetic(op: str, operands: list[Decimal | None]) -> Decimal | None:
    known = [operand for operand in operands if operand is not None]
    if op == "sum":
        return sum(known, Decimal(0)) if known else None
    if len(known) < len(operands) or (op != "product" and len(known) < 2):
        return None
    with localcontext() as precise:
        precise.prec = _DIGITS
        if op == "product":
            return reduce(lambda left, right: left * right, known, Decimal(1))
        if op == "difference":
            return known[0] - known[1]
        return known[0] / known[1] if known[1] else None


def _settled(field: Field, total: Decimal, whole: bool) -> int | str:
    if abs(total) >= NUMBER_LIMIT:
        raise Bad("number.max", f"“{field.label}”算出的数太大，请检查填写的数字。")
    if whole:
        return int(total)
    return fixed(total, field.places)


def fixed(value: Decimal, places: int) -> str:
    """Rounded half up to ``places`` digits, never as -0."""
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return f"{abs(rounded) if rounded == 0 else rounded:f}"


def _age(field: Field | None, answer: object, today: date) -> int | None:
    if not isinstance(answer, str):
        return None
    if field is not None and field.type == "id_number":
        try:
            return age(idnumber.birth_date(answer), today)
        except ValueError:
            return None
    born = day(answer)
    return age(born, today) if born else None
