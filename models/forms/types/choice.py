"""Choosing: yes_no, notice, single, multiple, area."""

from __future__ import annotations

import re

from models.forms.bad import Bad
from models.forms.context import Context
from models.forms.form import Field
from models.forms.parse import narrow, truth

MOST_CHOICES = 500


def check_yes_no(field: Field, raw: object, context: Context) -> bool:
    value = truth(raw)
    if value is None:
        raise Bad("yes_no.form", f"“{field.label}”请选择“是”或“否”。")
    return _promised(field, value, context)


def check_notice(field: Field, raw: object, context: Context) -> bool | None:
    """True where a notice that asks for it is ticked, else nothing."""
    if not field.required and field.require_if is None:
        return None
    value = truth(raw)
    if value is None:
        raise Bad("notice.form", f"请阅读“{field.label}”，同意后打勾。")
    return _promised(field, value, context) or None


def _promised(field: Field, value: bool, context: Context) -> bool:
    """A promise is taken from whoever may make it; not from somebody who has broken it, as long as that lasts."""
    if value and field.commitment and field.commitment.key in context.barred:
        raise Bad("commitment.barred", context.barred[field.commitment.key])
    return value


def check_single(field: Field, raw: object, context: Context) -> str:
    if not isinstance(raw, str):
        raise Bad("single.form", f"请从选项里选择“{field.label}”。")
    value = raw.strip()
    if value not in context.choices(field):
        raise _unknown(field, "single", (value,), context)
    return value


def check_multiple(field: Field, raw: object, context: Context) -> list[str]:
    """The chosen codes, each once, in the order given."""
    values = [raw] if isinstance(raw, str) else raw
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise Bad("multiple.form", f"请从选项里选择“{field.label}”，可以多选。")
    if len(values) > MOST_CHOICES:
        raise Bad("multiple.too_many", f"“{field.label}”选得太多，请重新选择。")
    chosen = list(dict.fromkeys(value.strip() for value in values if value.strip()))
    offered = context.choices(field)
    strange = tuple(value for value in chosen if value not in offered)
    if strange:
        raise _unknown(field, "multiple", strange, context)
    return chosen


def _unknown(field: Field, kind: str, values: tuple[str, ...], context: Context) -> Bad:
    """What is not offered: something that was once, or nothing that anybody knows."""
    retired = context.retired.get(field.codes, {})
    gone = next((retired[value] for value in values if value in retired), "")
    if gone:
        return Bad(f"{kind}.retired", f"“{field.label}”里的“{gone}”已经停用，请重新选择。")
    told = "没有这个选项" if kind == "single" else "里有不认识的选项"
    return Bad(f"{kind}.unknown", f"“{field.label}”{told}，请重新选择。")


def check_area(field: Field, raw: object, context: Context) -> str:
    """An area of this county; where the field has a pattern, the code of a place elsewhere too."""
    if not isinstance(raw, str):
        raise Bad("area.form", f"请从列表里选择“{field.label}”。")
    value = narrow(raw)
    elsewhere = bool(field.pattern and re.fullmatch(field.pattern, value))
    if value not in context.areas and not elsewhere:
        raise Bad("area.unknown", f"没有找到“{field.label}”填写的地方，请从列表里重新选择。")
    return value
