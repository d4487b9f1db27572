"""One cell and what it means for its column: the canonical value of a data element. Runs in a worker.

What a form would refuse is refused here by the same checkers; what comes before them is the mess of sheets: numbers that
should be text, units in cells, codes and words mixed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from models.base import idnumber
from models.elements.answering import question_of
from models.elements.registry import Elements
from models.forms.bad import Bad
from models.forms.context import Context
from models.forms.parse import narrow, number, truth
from models.forms.types import CHECKERS
from models.imports.dates import read_date, read_month
from models.imports.plan import Column
from models.imports.trouble import Unclear
from models.imports.words import Words

EXACT_DIGITS = 15
"""Digits that a sheet keeps of a number; longer ones end in noughts that nobody wrote."""

MOST_CACHED = 20_000
NOTHING = frozenset(
    {"", "无", "/", "-", "—", "——", "\\", "空", "未知", "不详", "暂无", "#N/A", "NULL", "null", "None", "N/A"}
)
"""How sheets say that there is nothing; in lists that have a code for it, the word counts."""

TIMES = {"万元": 10_000, "万": 10_000, "千元": 1_000, "公顷": 15, "平方公里": 1_500, "百元": 100}
"""Units of heads and cells that are multiples of the one that the registry counts in (元, 亩)."""

_UNIT = re.compile(
    r"(平方米|平米|㎡|m2|m²|亩|元/年|元|人|层|间|年|月|头|只|口|个|岁|户|公斤|厘米|cm)$", re.IGNORECASE
)
_TRUTHS = {
    "1": True, "√": True, "✓": True, "对": True, "Y": True, "已": True, "享受": True,
    "0": False, "×": False, "N": False, "X": False, "未": False, "没有": False, "不是": False, "未享受": False,
}  # fmt: skip
_NUMBERED = frozenset({"id_number", "phone", "bank_account", "credit_code"})
_COUNTED = frozenset({"integer", "decimal", "money"})
_LISTED = frozenset({"single", "multiple"})
_SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?[eE]\+?[0-9]{2}")


class Cells:
    """Reads cells for one file."""

    def __init__(self, elements: Elements, words: Words, areas: Mapping[str, str], today: date) -> None:
        self._words = words
        self._today = today
        self._context = Context(today, elements.code_lists, areas)
        self._fields = {key: question_of(element) for key, element in elements.by_key.items()}
        self._cache: dict[tuple[Any, ...], Any] = {}

    def codes_of(self, target: str) -> str:
        """The code list of a choice; empty for everything else."""
        field = self._fields.get(target)
        return field.codes if field else ""

    def value(self, column: Column, raw: Any) -> Any:
        """The value, None for nothing. Raises Unclear."""
        if raw is None or raw == "" or (isinstance(raw, str) and not raw.strip()):
            return None
        kind = self._fields[column.target].type
        if kind in _NUMBERED or kind == "text":  # hardly ever twice
            return self._read(column, kind, raw)
        key = (column.target, column.unit, column.edition, type(raw), raw)
        if key not in self._cache:
            if len(self._cache) >= MOST_CACHED:
                self._cache.clear()
            try:
                self._cache[key] = self._read(column, kind, raw)
            except Unclear as unclear:
                self._cache[key] = unclear
        known = self._cache[key]
        if isinstance(known, Unclear):
            raise Unclear(known.code, known.message)
        return known

    def _read(self, column: Column, kind: str, raw: Any) -> Any:
        said = text_of(raw).strip().lstrip("'’`") if kind not in _NUMBERED else ""
        if said in NOTHING and kind not in _NUMBERED and not (kind in _LISTED and self._has(column, said)):
            if kind == "yes_no" and said == "无":
                return False
            if said != "":
                return None
        try:
            return self._canonical(column, kind, raw, said)
        except Bad as bad:
            raise Unclear(bad.code, bad.message) from None

    def _canonical(self, column: Column, kind: str, raw: Any, said: str) -> Any:
        field = self._fields[column.target]
        if kind == "id_number":
            return CHECKERS[kind](field, id_text(raw), self._context)
        if kind in _NUMBERED:
            return CHECKERS[kind](field, whole(raw, field.label), self._context)
        if kind == "date":
            return CHECKERS[kind](field, read_date(raw, self._today), self._context)
        if kind == "month":
            return CHECKERS[kind](field, read_month(raw, self._today), self._context)
        if kind == "single":
            return self._words.code(field.codes, said, column.edition)
        if kind == "multiple":
            return self._words.several(field.codes, said, column.edition)
        if kind == "yes_no":
            return CHECKERS[kind](field, _truth(raw, said), self._context)
        if kind in _COUNTED:
            return CHECKERS[kind](field, counted(raw, said, column.unit, kind), self._context)
        if kind == "area":
            return CHECKERS[kind](field, self._area(said), self._context)
        return CHECKERS[kind](field, said, self._context)

    def _has(self, column: Column, said: str) -> bool:
        try:
            self._words.code(self._fields[column.target].codes, said, column.edition)
        except Unclear:
            return False
        return True

    def _area(self, said: str) -> str:
        """A code, or a name that only one area has."""
        if said in self._context.areas:
            return said
        named = [code for code, name in self._context.areas.items() if said and name.endswith(said)]
        return named[0] if len(named) == 1 else said


def text_of(raw: Any) -> str:
    """What a cell shows."""
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e15:
        return str(int(raw))
    if isinstance(raw, datetime):
        return raw.date().isoformat()
    if isinstance(raw, date):
        return raw.isoformat()
    return str(raw).replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n")


def id_text(raw: Any) -> str:
    """An ID number as text. Raises Unclear where a sheet has kept it as a number, and its end is gone."""
    text = whole(raw, "身份证号")
    plain = idnumber.normalise(text.lstrip("'’`"))
    if len(plain) == 15 and plain.isdigit():
        raise Unclear("id_number.old", "这是15位的旧号码，请换成18位。")
    return plain


def whole(raw: Any, label: str) -> str:
    """A long number as text. Raises Unclear where digits were lost."""
    if isinstance(raw, bool):
        raise Unclear("number.form", f"“{label}”不是号码。")
    if isinstance(raw, float | int):
        text = f"{raw:.0f}" if isinstance(raw, float) and raw.is_integer() else str(raw)
        if len(text) > EXACT_DIGITS:
            raise _lost(label)
        return text
    text = text_of(raw).strip().lstrip("'’`")
    if _SCIENTIFIC.fullmatch(narrow(text)):
        raise _lost(label)
    return re.sub(r"\.0$", "", text)


def _lost(label: str) -> Unclear:
    return Unclear(
        "number.lost", f"“{label}”在表格里存成了数字，后几位已经丢了。请把这一列设成文本，重新填写。"
    )


def counted(raw: Any, said: str, unit: str, kind: str) -> Any:
    """A number, its unit taken off and into account."""
    times = TIMES.get(unit.replace("/年", ""), 1)
    value = number(raw) if isinstance(raw, int | float) else None
    if value is None:
        text = narrow(said).replace(" ", "").replace(",", "").removeprefix("约").removeprefix("¥")
        for name, factor in TIMES.items():
            if text.endswith(name):
                text, times = text[: -len(name)], factor
                break
        value = number(_UNIT.sub("", text))
    if value is None:
        return said
    value = value * times
    if kind != "integer":  # a sheet's 0.1 + 0.2
        value = value.quantize(Decimal("0.01"))
    return format(value.normalize(), "f")


def _truth(raw: Any, said: str) -> Any:
    if isinstance(raw, bool):
        return raw
    found = truth(said)
    return found if found is not None else _TRUTHS.get(said.upper(), said)
