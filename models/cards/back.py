"""The back of a resident identity card: who issued it, and how long it is valid. Pure.

Periods are those of the Identity Card Act (居民身份证法, article 5): 5 years for whoever is under 16 when it is issued, 10
from 16 to 25, 20 from 26 to 45, and for ever (长期) from 46 on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from models.cards.line import Line

HINTS = ("居民身份证", "中华人民共和国")
"""What stands large on the back, and is left where the small print is covered."""

FOR_EVER = "9999-12-31"
"""长期, as the registry keeps it."""

SOON = timedelta(days=90)
"""Whoever's card runs out is to ask for a new one three months before (article 11)."""

_PERIOD = re.compile(r"(\d{4})\.?(\d{2})\.?(\d{2})[-—一~至]+(?:(\d{4})\.?(\d{2})\.?(\d{2})|(长期))")
_OFFICE = re.compile(r"[\u4e00-\u9fff]{2,}公安局(?:[\u4e00-\u9fff]{1,6}分局)?")
_YEARS = frozenset({5, 10, 20})


class Back(msgspec.Struct, frozen=True):
    """What was read; days are ISO. ``expired``: the last day is past. ``note`` says so, or that it is near."""

    issued_by: str
    valid_from: str
    valid_until: str
    expired: bool
    note: str
    doubts: tuple[str, ...]


def is_back(whole: str) -> bool:
    """Whether this is the text of the back; a bank card has a 有效期 too."""
    return any(label in whole for label in ("签发机关", "有效期限")) or (
        "有效期" in whole and any(hint in whole for hint in HINTS)
    )


def read_back(lines: Sequence[Line], today: date) -> Back | None:
    """The back in ``lines``, its texts without spaces; None where the period cannot be read."""
    period = _period(lines)
    if period is None:
        return None
    begins, ends = _day(period.groups()[:3]), FOR_EVER if period[7] else _day(period.groups()[3:6])
    office = _OFFICE.search(_whole(lines).replace("签发机关", " "))
    doubts = {
        "issued_by": office is None,
        "valid_from": not begins or begins > today.isoformat(),
        "valid_until": not ends or not _may_be(begins, ends),
    }
    expired = bool(ends) and ends < today.isoformat()
    return Back(
        office[0] if office else "", begins, ends, expired, note_of(ends, today),
        tuple(field for field, doubtful in doubts.items() if doubtful),
    )  # fmt: skip


def note_of(ends: str, today: date) -> str:
    """What somebody whose card is valid until ``ends`` should be told; nothing while there is time."""
    if not ends or ends == FOR_EVER:
        return ""
    last = date.fromisoformat(ends)
    on = f"{last.year}年{last.month}月{last.day}日"
    if last < today:
        return f"这张身份证的有效期到{on}，已经过期。登录不受影响；当面办理要用有效的身份证，请到派出所换领。"
    if last - today <= SOON:
        return f"这张身份证的有效期到{on}，快到期了，请提前到派出所换领。"
    return ""


def fits(born: str, begins: str, ends: str) -> bool:
    """Whether a card of somebody ``born`` then can be valid so long. True where something is not known."""
    if not (born and begins and ends):
        return True
    birth, start = date.fromisoformat(born), date.fromisoformat(begins)
    age = start.year - birth.year - ((start.month, start.day) < (birth.month, birth.day))
    if age >= 46:
        return ends == FOR_EVER
    years = 5 if age < 16 else 10 if age < 26 else 20
    return ends != FOR_EVER and int(ends[:4]) - start.year == years


def _period(lines: Sequence[Line]) -> re.Match[str] | None:
    """The period in one line or, where it was read in pieces, in all of them from either end of the card."""
    for text in (*(line.text for line in lines), _whole(lines), _whole(lines, upside_down=True)):
        found = _PERIOD.search(text)
        if found:
            return found
    return None


def _whole(lines: Sequence[Line], *, upside_down: bool = False) -> str:
    return "".join(line.text for line in sorted(lines, key=lambda line: line.middle[1], reverse=upside_down))


def _day(parts: Sequence[str]) -> str:
    """An ISO day; empty for one that no calendar has."""
    try:
        return date(*(int(part) for part in parts)).isoformat()
    except ValueError:
        return ""


def _may_be(begins: str, ends: str) -> bool:
    """Whether a card may be issued for so long: to the day 5, 10 or 20 years, or for ever."""
    if not begins or ends == FOR_EVER:
        return True
    start, last = date.fromisoformat(begins), date.fromisoformat(ends)
    leap_day = (start.month, start.day) == (2, 29)
    same_day = (start.month, start.day) == (last.month, last.day)
    return last.year - start.year in _YEARS and (same_day or leap_day)
