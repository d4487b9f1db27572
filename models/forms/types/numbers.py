"""integer (kept as int), decimal and money (kept as text of fixed places, such as "12.50")."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from models.forms.bad import Bad
from models.forms.compute import fixed
from models.forms.context import Context
from models.forms.form import Field
from models.forms.parse import NUMBER_LIMIT, bound, is_relative, narrow, number


def check_integer(field: Field, raw: object, context: Context) -> int:
    value = _read(field, raw)
    if value != value.to_integral_value():
        raise Bad("number.whole", f"“{field.label}”请填写整数，不带小数。")
    check_range(_this_year(field, context), value)
    return int(value)


def check_decimal(field: Field, raw: object, context: Context) -> str:
    value = _read(field, raw)
    check_range(field, value)
    text = fixed(value, field.places)
    if Decimal(text) != value:
        raise Bad("number.places", f"“{field.label}”最多填{field.places}位小数。")
    return text


def check_range(field: Field, value: Decimal) -> None:
    """Hold ``value`` to the field's min and max. Money without a min may not be negative."""
    least = number(field.min) if field.min is not None else Decimal(0) if field.type == "money" else None
    most = number(field.max) if field.max is not None else None
    if least is not None and value < least:
        raise Bad("number.min", f"“{field.label}”不能小于{least:f}{field.unit}，请检查。")
    if most is not None and value > most:
        raise Bad("number.max", f"“{field.label}”不能大于{most:f}{field.unit}，请检查。")


def _this_year(field: Field, context: Context) -> Field:
    """Bounds of a year: "today" is this one."""
    if not (is_relative(field.min) or is_relative(field.max)):
        return field
    years = {name: bound(getattr(field, name), context.today) for name in ("min", "max")}
    relative = {name: day.year for name, day in years.items() if day and is_relative(getattr(field, name))}
    return msgspec.structs.replace(field, **relative)


def _read(field: Field, raw: object) -> Decimal:
    value = number(_without_unit(field, raw))
    if value is None:
        raise Bad(
            "number.form", f"“{field.label}”请只填数字，例如 {'12' if field.type == 'integer' else '12.5'}。"
        )
    if abs(value) >= NUMBER_LIMIT:
        raise Bad("number.max" if value > 0 else "number.min", f"“{field.label}”填写的数超出了范围，请检查。")
    return value


def _without_unit(field: Field, raw: object) -> object:
    """Forgive ``￥1200`` and ``35亩``: the unit stands beside the box and gets typed again."""
    if not isinstance(raw, str) or len(raw) > 100:
        return raw
    text = narrow(raw).removeprefix("¥")
    for unit in (narrow(field.unit), "元" if field.type == "money" else ""):
        text = text.removesuffix(unit) if unit else text
    return text
