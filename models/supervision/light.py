"""A light (预警、黄牌、红牌) and what becomes of it. Pure.

open --explain--> explained --uphold--> upheld --appeal--> appealed --uphold--> confirmed
  |                   |                                       |
  +------cancel-------+-------------------cancel--------------+--> cancelled

A warning only reminds: it needs no explanation, and is ``over`` when what it warned of has come to its end.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

from models.base.errors import Conflict, Invalid, Problem
from models.cases.case import By
from models.supervision.rule import Level

LightState = Literal["open", "explained", "upheld", "appealed", "confirmed", "cancelled", "over"]
LIGHT_STATES: dict[LightState, str] = {
    "open": "待说明", "explained": "已说明，待认定", "upheld": "已认定", "appealed": "申诉中",
    "confirmed": "维持认定", "cancelled": "已撤销", "over": "已过去",
}  # fmt: skip
WAITING: frozenset[LightState] = frozenset({"open", "explained", "appealed"})
LONGEST = 500


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that was said about a light."""

    at: datetime
    what: str
    by: By
    text: str


class Seen(msgspec.Struct, frozen=True):
    """Who has opened it, for the first time."""

    at: datetime
    by: str
    name: str


class Light(msgspec.Struct, frozen=True, omit_defaults=True):
    """One light. ``desks`` are the responsible (``flow.desks`` of the step that is late); ``superior`` from when the
    superior is asked too. Nothing in it is personal: the case's number and matter, never the applicant."""

    id: str
    case: str
    case_no: str
    title: str
    item: str
    rule: str
    about: str
    step: str
    level: Level
    raised_on: str
    due_on: str
    areas: tuple[str, ...]
    department: str
    desks: tuple[str, ...]
    raised_at: datetime
    state: LightState = "open"
    superior: bool = False
    said: tuple[Said, ...] = ()
    seen: tuple[Seen, ...] = ()
    rev: int = 1


def raised(light: Light, by: By, at: datetime, text: str) -> Light:
    """A new one, put up by hand for what no event shows. Raises Invalid without a reason."""
    words = _words(text, "请写明查到了什么、凭什么认定。")
    return msgspec.structs.replace(light, said=(Said(at, "raise", by, words),))


def explain(light: Light, by: By, at: datetime, text: str) -> Light:
    """The responsible says why. Raises Conflict, Invalid."""
    _expect(light, "open")
    return _moved(light, "explained", "explain", by, at, text, "请写明为什么超时、准备怎么办。")


def uphold(light: Light, by: By, at: datetime, text: str) -> Light:
    """It stands: after an explanation, or where none came; after an appeal for good."""
    _expect(light, "open", "explained", "appealed")
    to: LightState = "confirmed" if light.state == "appealed" else "upheld"
    return _moved(light, to, "uphold", by, at, text, "请写明认定的依据。")


def cancel(light: Light, by: By, at: datetime, text: str) -> Light:
    """It should not have been raised, or is excused."""
    _expect(light, "open", "explained", "appealed", "upheld")
    return _moved(light, "cancelled", "cancel", by, at, text, "请写明撤销的理由。")


def appeal(light: Light, by: By, at: datetime, text: str) -> Light:
    """The responsible does not accept what was upheld, once."""
    _expect(light, "upheld")
    return _moved(light, "appealed", "appeal", by, at, text, "请写明申诉的理由。")


def _moved(light: Light, to: LightState, what: str, by: By, at: datetime, text: str, ask: str) -> Light:
    changes: dict[str, Any] = {"state": to, "rev": light.rev + 1}
    return msgspec.structs.replace(
        light, said=(*light.said, Said(at, what, by, _words(text, ask))), **changes
    )


def _words(text: str, ask: str) -> str:
    words = " ".join(text.split())[:LONGEST]
    if not words:
        raise Invalid([Problem("text", "required", ask)])
    return words


def _expect(light: Light, *states: LightState) -> None:
    if light.level == "warning":
        raise Conflict("预警只是提醒，不用说明。", code="light.warning")
    if light.state not in states:
        raise Conflict("这条监察记录的状态已经变了，请刷新后再操作。", code="light.state")
