"""Reading what people type: full-width digits, Chinese dates, numbers with separators.

Everything here answers None for what it cannot read and never raises, whatever JSON it is given.
"""

from __future__ import annotations

import calendar
import math
import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal

NUMBER_LIMIT = Decimal(10) ** 15
"""Numbers stay below it: exact in JSON, in BSON's int64 and in any browser."""

EARLIEST_YEAR, LATEST_YEAR = 1850, 2200

_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?")
_DAY = re.compile(r"([0-9]{4})(?:[-/.]|年)([0-9]{1,2})(?:[-/.]|月)([0-9]{1,2})(?:日|号)?")
_COMPACT_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_MONTH = re.compile(r"([0-9]{4})(?:[-/.]|年)([0-9]{1,2})月?")
_COMPACT_MONTH = re.compile(r"([0-9]{4})([0-9]{2})")
_RELATIVE = re.compile(r"today(?:([+-])([0-9]{1,5})([dwmy]))?")
_TRUTHS = {
    "yes": True, "true": True, "on": True, "是": True, "有": True,
    "no": False, "false": False, "off": False, "否": False, "无": False,
}  # fmt: skip
_LONGEST_NUMBER = 60

ENDLESS = "9999-12-31"
"""A day that never comes, as registers of cards write 长期."""


def narrow(text: str) -> str:
    """Half width and without outer spaces: ``１３８ `` becomes ``138``."""
    return unicodedata.normalize("NFKC", text).strip()


def blank(raw: object) -> bool:
    """Whether nothing was answered. Looks one level deep, so that deep JSON costs nothing."""
    if isinstance(raw, str):
        return not raw.strip()
    if isinstance(raw, dict):
        return all(_nothing(value) for value in raw.values())
    if isinstance(raw, list | tuple):
        return all(_nothing(value) for value in raw)
    return _nothing(raw)


def _nothing(raw: object) -> bool:
    return raw is None or raw in ([], {}) or (isinstance(raw, str) and not raw.strip())


def number(raw: object) -> Decimal | None:
    """A finite number from an int, a float or a text such as ``1,234.50`` or ``１２。５``."""
    if isinstance(raw, bool):
        return None
    if isinstance(raw, int):
        # Python refuses to print integers of thousands of digits, so the huge ones are capped first.
        return Decimal(max(min(raw, 10**30), -(10**30)))
    if isinstance(raw, float):
        return Decimal(repr(raw)) if math.isfinite(raw) else None
    if not isinstance(raw, str) or len(raw) > _LONGEST_NUMBER:
        return None
    text = narrow(raw).replace("。", ".").replace("−", "-").replace(" ", "")
    return Decimal(text.replace(",", "")) if _NUMBER.fullmatch(text) else None


def truth(raw: object) -> bool | None:
    """yes/no, true/false, on/off, 是/否."""
    if isinstance(raw, bool):
        return raw
    return _TRUTHS.get(narrow(raw).lower()) if isinstance(raw, str) and len(raw) < 20 else None


def day(raw: object) -> date | None:
    """A calendar day from 2026-1-3, 2026/1/3, 2026.1.3, 2026年1月3日 or 20260103."""
    text = _compact(raw)
    found = _DAY.fullmatch(text) or _COMPACT_DAY.fullmatch(text)
    return _real_day(int(found[1]), int(found[2]), int(found[3])) if found else None


def is_endless(raw: object) -> bool:
    """Whether somebody says that something holds for good."""
    return isinstance(raw, str) and _compact(raw) in {"长期", "长期有效", ENDLESS, "99991231"}


def month(raw: object) -> date | None:
    """The first day of a month from 2026-1, 2026/1, 2026年1月 or 202601."""
    text = _compact(raw)
    found = _MONTH.fullmatch(text) or _COMPACT_MONTH.fullmatch(text)
    return _real_day(int(found[1]), int(found[2]), 1) if found else None


def bound(raw: object, today: date | None) -> date | None:
    """A day named by a form's author: ISO, ``today``, ``today-80y``, ``today+30d`` (units d, w, m, y)."""
    found = _RELATIVE.fullmatch(raw) if isinstance(raw, str) else None
    if not found:
        return day(raw) or month(raw)
    if today is None:
        return None
    sign, amount, unit = found.groups()
    return _shifted(today, int(sign + amount), unit) if amount else today


def is_relative(raw: object) -> bool:
    return isinstance(raw, str) and bool(_RELATIVE.fullmatch(raw))


def age(born: date, today: date) -> int | None:
    """Whole years, counted up on the birthday (of 29 February: on 1 March); None before birth."""
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return years if years >= 0 else None


def _compact(raw: object) -> str:
    return narrow(raw).replace(" ", "") if isinstance(raw, str) and len(raw) <= _LONGEST_NUMBER else ""


def _real_day(year: int, month_number: int, day_number: int) -> date | None:
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        return None
    try:
        return date(year, month_number, day_number)
    except ValueError:
        return None


def _shifted(start: date, amount: int, unit: str) -> date | None:
    try:
        if unit in "dw":
            return start + timedelta(days=amount * (7 if unit == "w" else 1))
        months = start.year * 12 + start.month - 1 + amount * (12 if unit == "y" else 1)
        year, month_index = divmod(months, 12)
        last = calendar.monthrange(year, month_index + 1)[1]
        return date(year, month_index + 1, min(start.day, last))
    except (ValueError, OverflowError, calendar.IllegalMonthError):
        return None
