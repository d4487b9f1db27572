"""A report of a plate (门牌举报) that says what it should not, hangs where it should not, or leads elsewhere. Pure.

Anybody may send one. A false plate that leads to somebody's own page is the way in which a system like this is
misused first, so a report costs three lines and no login.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from models.accounts.account import is_phone
from models.base.errors import Conflict, Problem

State = Literal["open", "visited", "closed"]
STATES: dict[State, str] = {"open": "待查看", "visited": "已查看现场", "closed": "已办结"}

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NUMBER = re.compile(rf"[{ALPHABET}]{{10}}")
"""Ten characters of Crockford's Base32 are 50 bits: whoever has the number sent the report."""

LONGEST = 200
"""Characters of a text."""

MOST_PHOTOS = 3
MOST_ENTRIES = 50
KEPT = timedelta(days=365)
"""After it was closed; then the report goes, and with it the phone of whoever sent it."""


class Telling(msgspec.Struct, frozen=True):
    """What somebody reports. ``says`` is what stands on the plate, or where its symbol leads; ``where`` where it hangs;
    ``area`` the place, needed where the code says none; ``photos`` are uploads; ``report_key`` makes a second tap the
    same report."""

    says: str = ""
    where: str = ""
    phone: str = ""
    area: str = ""
    photos: tuple[str, ...] = ()
    report_key: str = ""

    def __repr__(self) -> str:
        return f"Telling({self.area!r})"


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that was done about it. ``note`` is for whoever reported it, too."""

    state: State
    at: datetime
    by: str = ""
    by_name: str = ""
    note: str = ""


class Report(msgspec.Struct, frozen=True, omit_defaults=True):
    """``code`` is the one on the plate as we read it, empty where there is none that could be ours; ``areas`` the
    chain in which it hangs, the county alone where nobody knows more."""

    id: str
    number: str
    report_key: str
    code: str
    says: str
    where: str
    areas: tuple[str, ...]
    at: datetime
    history: tuple[Entry, ...]
    state: State = "open"
    phone: str = ""
    photos: tuple[str, ...] = ()
    forget_at: datetime | None = None
    rev: int = 1

    def __repr__(self) -> str:
        return f"Report({self.id!r}, {self.state!r})"


NEXT: dict[State, tuple[State, ...]] = {"open": ("visited", "closed"), "visited": ("closed",), "closed": ()}
"""What may follow; what is closed stays closed, since a new report is quickly sent."""


def moved(report: Report, entry: Entry) -> Report:
    """The report in its next state. Raises Conflict where the present one does not lead there."""
    if entry.state not in NEXT[report.state] or len(report.history) >= MOST_ENTRIES:
        raise Conflict("这条报告的状态已经变了，请刷新后再看。", code="report.state")
    return msgspec.structs.replace(
        report,
        state=entry.state,
        history=(*report.history, entry),
        forget_at=entry.at + KEPT if entry.state == "closed" else None,
        rev=report.rev + 1,
    )


def tidied(told: Telling) -> Telling:
    """What was typed, without what cannot be seen."""
    return msgspec.structs.replace(
        told, says=_plain(told.says), where=_plain(told.where), phone="".join(told.phone.split())
    )


def problems_of(told: Telling) -> list[Problem]:
    """Everything that is wrong with a report that was tidied."""
    checks = (
        (not told.says, "says", "required", "请写牌子上写了什么，或扫码后打开了什么。"),
        (len(told.says) > LONGEST, "says", "text.long", f"请写得短一些，不超过{LONGEST}个字。"),
        (not told.where, "where", "required", "请写牌子在哪里，例如：丘林村三组路口电线杆上。"),
        (len(told.where) > LONGEST, "where", "text.long", f"请写得短一些，不超过{LONGEST}个字。"),
        (bool(told.phone) and not is_phone(told.phone), "phone", "phone.form", "请填写11位手机号码，或者不填。"),
        (len(told.photos) > MOST_PHOTOS, "photos", "file.many", f"最多{MOST_PHOTOS}张照片，请删去多余的。"),
        (not 8 <= len(told.report_key) <= 64 or not told.report_key.isascii(), "", "report_key",
         "页面已过期，请重新打开后再报。"),
    )  # fmt: skip
    return [Problem(field, code, message) for wrong, field, code, message in checks if wrong]


def _plain(text: str) -> str:
    """One line, without control characters and marks that turn the direction of writing."""
    return "".join(char for char in " ".join(text.split()) if char.isprintable())[: LONGEST * 2]
