"""What an administrator says of single days (工作日历), over what the State Council has announced. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal

import msgspec

Kind = Literal["worked", "half", "off"]

KINDS: dict[Kind, str] = {"worked": "上班", "half": "上半天班", "off": "放假"}
"""A half day counts as a working day: it is the applicant's promise, and shall not grow by it."""


class Mark(msgspec.Struct, frozen=True):
    """One day that is other than the calendar says. ``id`` is the day, ISO 8601."""

    id: str
    kind: Kind
    reason: str
    by: str
    at: datetime

    @property
    def day(self) -> date:
        return date.fromisoformat(self.id)


def overrides(marks: Iterable[Mark]) -> dict[date, bool]:
    """Whether each marked day is worked."""
    return {mark.day: mark.kind != "off" for mark in marks}
