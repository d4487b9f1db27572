"""Small words that many pages share: dates as people say them, tones, notes beside matters."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from types import SimpleNamespace as Page
from typing import Any

from models.base.clock import SHANGHAI
from models.doors.door import Entry
from models.items.item import THEMES

LEVEL_WORDS = {"L0": "免登录", "L1": "身份证", "L2": "身份证加验证"}
TONES = {
    "held": "moving", "applied": "moving", "accepted": "moving", "asked": "waiting", "granted": "done",
    "refused": "refused", "withdrawn": "refused",
}  # fmt: skip


def moment(at: datetime | None) -> str:
    """12月1日 09:20, in Shanghai."""
    if at is None:
        return ""
    there = at.astimezone(SHANGHAI)
    return f"{there.month}月{there.day}日 {there:%H:%M}"


def day(text: str) -> str:
    """12月3日, with the year where it is not this one's own."""
    if not text:
        return ""
    when = date.fromisoformat(text)
    return f"{when.year}年{when.month}月{when.day}日"


def due(due_on: str, instant: bool = False) -> str:
    """预计12月3日前办结."""
    return "当场办结" if instant else f"预计{day(due_on)}前办结"


def note(entry: Entry) -> str:
    """身份证·约3分钟; of a bundle 6项合1."""
    if entry.parts:
        return f"{entry.parts}项合1"
    return f"{LEVEL_WORDS[entry.level]}·约{entry.minutes}分钟"


def line(entry: Entry) -> Page:
    """One matter in a list."""
    return Page(name=entry.short, href=entry.href, note=note(entry))


def kinds(items: Iterable[Entry]) -> list[Page]:
    """The 13 kinds in the order of the source document, each with its matters."""
    by_theme: dict[str, list[Page]] = {theme: [] for theme in THEMES}
    for item in items:
        by_theme[item.theme].append(line(item))
    return [Page(name=name, entries=by_theme[theme]) for theme, name in THEMES.items()]


def popular(items: Iterable[Entry], most: int = 6) -> list[Page]:
    """The matters that are most asked for."""
    return [line(item) for item in items if item.popular][:most]


def pairs(**rows: Any) -> list[Page]:
    """label/value rows, in order, leaving out what is empty."""
    return [
        Page(label=label, value=value) for label, value in rows.items() if value not in ("", None, [], ())
    ]


def contact(found: Any) -> Page | None:
    """Whom to call."""
    return Page(name=found.name, phone=found.phone) if found else None
