"""Time: aware UTC inside, Asia/Shanghai at the edges, and always injected."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

Clock = Callable[[], datetime]
"""Returns the present as an aware UTC datetime, whole milliseconds (what BSON keeps)."""


def now() -> datetime:
    """The system's clock, cut to the millisecond that MongoDB stores."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def day_of(text: str) -> date:
    """The day that ``text`` names as days are stored and compared, ``2026-12-31``: of the other ways of writing it that
    ISO 8601 knows, none. Raises ValueError."""
    day = date.fromisoformat(text)
    if day.isoformat() != text:
        raise ValueError(text)
    return day


def local_day(moment: datetime) -> date:
    """The calendar day in Shanghai at which ``moment`` falls."""
    return moment.astimezone(SHANGHAI).date()
