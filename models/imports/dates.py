"""Dates as sheets hold them: real dates, serial numbers, and every way in which they are written in Chinese. Pure.

What can be read in two ways is not guessed: 05.3.2 may be of 1905 or 2005, 农历 is another calendar.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from models.forms.parse import day, month, narrow
from models.imports.trouble import Unclear

FOR_EVER = "9999-12-31"
"""How 长期 is kept (fields.md P1/28)."""

_SERIAL_ZERO = date(1899, 12, 30)
"""Serial 60 is the 29th of February 1900 that never was; from 61 on the count is right from here (ISO/IEC 29500)."""

_FIRST_SERIAL, _LAST_SERIAL = 61, 2_958_465
_DIGITS = dict(zip("〇○零一二三四五六七八九", "000123456789", strict=True)) | {
    "两": "2",
    "元": "1",
    "正": "1",
}
_TAIL = re.compile(
    r"[T ]?[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?Z?$|[(（].*[)）]$|(?:生|出生|前|以前)$"
)
_SHORT = re.compile(r"([0-9]{2})(?:[-/.]|年)([0-9]{1,2})(?:[-/.]|月)([0-9]{1,2})(?:日|号)?")
_CHINESE = re.compile(r"[〇○零一二三四五六七八九十廿卅两元正年月日号初]+")


def read_date(raw: object, today: date) -> str:
    """``raw`` as YYYY-MM-DD. Raises Unclear."""
    if isinstance(raw, datetime):
        return raw.date().isoformat()
    if isinstance(raw, date):
        return raw.isoformat()
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        return _from_number(raw)
    text = _plain(str(raw))
    if text in {"长期", "长期有效", "永久"}:
        return FOR_EVER
    found = day(text) or _from_short(text, today)
    if found is None and text.isdigit() and len(text) == 5:
        return _from_number(int(text))
    if found is None:
        raise _unclear(text)
    return found.isoformat()


def read_month(raw: object, today: date) -> str:
    """``raw`` as YYYY-MM. Raises Unclear."""
    if isinstance(raw, (int, float)) and not isinstance(raw, bool) and 185_001 <= raw <= 220_012:
        raw = str(int(raw))
    if isinstance(raw, str):
        found = month(_plain(raw))
        if found is not None:
            return found.isoformat()[:7]
    return read_date(raw, today)[:7]


def _from_number(value: float) -> str:
    whole = int(value)
    if len(str(whole)) == 8:
        found = day(str(whole))
        if found is not None and whole == value:
            return found.isoformat()
    if _FIRST_SERIAL <= whole <= _LAST_SERIAL:
        return (_SERIAL_ZERO + timedelta(days=whole)).isoformat()
    raise Unclear("date.form", "这个数字不是日期，请写成 2020-01-31 的样子。")


def _plain(text: str) -> str:
    """Half width, without what stands around a date, Chinese numerals as digits."""
    text = (
        narrow(text)
        .replace(" ", "")
        .replace("\n", "")
        .replace("、", ".")
        .replace(",", ".")
        .replace("\\", "/")
    )
    text = re.sub(r"(?<=[0-9])[.。]+$", "", text.replace("。", "."))
    text = re.sub(r"[—–－~]", "-", text)
    if "农历" in text or "阴历" in text or text.startswith("闰"):
        raise Unclear("date.lunar", "这是农历，请换算成公历再填。")
    text = re.sub(r"^(公历|公元|阳历)", "", text)
    text = _TAIL.sub("", text)
    return _from_chinese(text) if _CHINESE.fullmatch(text) else text


def _from_chinese(text: str) -> str:
    """一九九〇年十二月二十三日 as 1990年12月23日."""
    parts = re.split(r"([年月日号])", text)
    out = ""
    for number, unit in zip(parts[::2], [*parts[1::2], ""], strict=True):
        out += (_spelled(number, as_year=unit == "年") if number else "") + unit
    return out


def _spelled(text: str, *, as_year: bool) -> str:
    text = text.removeprefix("初").replace("廿", "二十").replace("卅", "三十")
    if as_year or "十" not in text:
        return "".join(_DIGITS.get(each, each) for each in text)
    tens, _, ones = text.partition("十")
    return f"{_DIGITS.get(tens, '1')}{_DIGITS.get(ones, '0')}"


def _from_short(text: str, today: date) -> date | None:
    """90年5月2日 can only be of 1990; 05年5月2日 may be of two centuries."""
    found = _SHORT.fullmatch(text)
    if not found:
        return None
    if int(found[1]) <= today.year % 100:
        raise Unclear("date.century", "年份只写了两位，分不清是哪个世纪，请写四位。")
    return day(f"19{found[1]}-{found[2]}-{found[3]}")


def _unclear(text: str) -> Unclear:
    if month(text) is not None or re.fullmatch(r"[0-9]{4}年?", text):
        return Unclear("date.part", "日期不全，请写明年、月、日。")
    return Unclear("date.form", "看不懂这个日期，请写成 2020-01-31 的样子。")
