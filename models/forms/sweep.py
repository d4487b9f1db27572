"""One pass over fields in order: shown or not, answered or not, right or wrong.

The same pass serves a whole form and one row of a table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

import msgspec

from models.base.errors import Problem
from models.forms.bad import Bad, BadRows
from models.forms.compute import derive
from models.forms.conditions import DATED, holds
from models.forms.context import Context
from models.forms.form import Field, When
from models.forms.parse import blank, bound, number

Checker = Callable[[Field, object, Context], object]

MISSING = frozenset({"required", "table.too_few"})
"""Codes of what is not there yet, as against what is wrong; a draft does not complain of them."""

_ASKING = {
    "yes_no": "请选择“{}”。", "single": "请选择“{}”。", "multiple": "请选择“{}”，可以多选。",
    "area": "请选择“{}”。", "member": "请选择“{}”，或填写姓名。", "date": "请填写“{}”，例如 2026-01-03。",
    "month": "请填写“{}”，例如 2026-01。", "file": "请上传“{}”。", "signature": "请在“{}”处签名。",
    "notice": "请阅读“{}”，同意后打勾。", "table": "请填写“{}”，至少一行。",
}  # fmt: skip


def legible(key: object) -> str:
    """A key that came from outside, fit to be sent back: short and printable."""
    return "".join(character if character.isprintable() else "?" for character in str(key)[:64])


class Sweep:
    """State of one pass. ``answers``: canonical, shown fields only. ``problems``: in order.
    ``visible``: keys of the fields shown."""

    def __init__(
        self,
        fields: Mapping[str, Field],
        raw: Mapping[str, object],
        context: Context,
        checkers: Mapping[str, Checker],
        *,
        prefix: str = "",
        partial: bool = False,
    ) -> None:
        self.answers: dict[str, object] = {}
        self.problems: list[Problem] = []
        self.visible: set[str] = set()
        self._fields = fields
        self._raw = raw
        self._context = msgspec.structs.replace(context, partial=True) if partial else context
        self._checkers = checkers
        self._prefix = prefix
        self._partial = partial

    def holds(self, when: When | None) -> bool:
        """Whether a condition holds of the answers so far; no condition always does."""
        return when is None or holds(when, self.answers, self._fields, self._context.today)

    def take(self, field: Field) -> None:
        """Settle the next field: its answer, or its problem, or neither."""
        if not self.holds(field.show_if):
            return
        self.visible.add(field.key)
        try:
            value = self._computed(field) if field.type == "computed" else self._given(field)
        except BadRows as bad:
            self._keep(field, bad.rows)
            self.problems.extend(p for p in bad.problems if not (self._partial and p.code in MISSING))
        except Bad as bad:
            self._refuse(field, bad.code, bad.message)
        else:
            self._keep(field, value)
            if value in (None, "", []) and not self._partial and self._is_required(field):
                self._refuse(field, "required", _ASKING.get(field.type, "请填写“{}”。").format(field.label))

    def _given(self, field: Field) -> object:
        checker = self._checkers.get(field.type)
        if checker is None:
            raise Bad("field.type", f"“{field.label}”不能这样填写，请联系工作人员。")
        raw = self._raw.get(field.key)
        value = None if blank(raw) else checker(field, raw, self._context)
        if value in (None, "", []) and field.default is not None and not self._partial:
            value = checker(field, self._default(field), self._context)
        return value

    def _default(self, field: Field) -> object:
        if field.type not in DATED:
            return field.default
        start = bound(field.default, self._context.today)
        return start.isoformat()[: 7 if field.type == "month" else 10] if start else field.default

    def _computed(self, field: Field) -> object:
        value = derive(field, self.answers, self._fields, self._context.today)
        if value is not None:
            _hold_to_range(field, number(value) or Decimal(0))
        return value

    def _is_required(self, field: Field) -> bool:
        if field.type == "computed":
            return False
        return field.required or (field.require_if is not None and self.holds(field.require_if))

    def _keep(self, field: Field, value: object) -> None:
        if value not in (None, "", []):
            self.answers[field.key] = value

    def _refuse(self, field: Field, code: str, message: str) -> None:
        self.problems.append(Problem(self._prefix + field.key, code, message))


def _hold_to_range(field: Field, value: Decimal) -> None:
    least, most = number(field.min), number(field.max)
    if least is not None and value < least:
        raise Bad(
            "number.min", f"“{field.label}”算出是{value:f}，不能小于{least:f}{field.unit}，请检查填写的数字。"
        )
    if most is not None and value > most:
        raise Bad(
            "number.max", f"“{field.label}”算出是{value:f}，不能大于{most:f}{field.unit}，请检查填写的数字。"
        )
