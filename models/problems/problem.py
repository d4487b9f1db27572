"""One problem of the ledger (问题台账) and what becomes of it. Pure.

listed --report--> reported --strike--> struck            挂牌、报结、销号
  ^  ^                |
  |  +----return------+                                   验收不合格，退回
  +--claim, postpone (it stays listed)
listed, reported --withdraw--> withdrawn                  挂错了

Who checks is neither who answers for it nor who has reported it done. What is past its day is marked and goes to the
superior by the sweep of supervision.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

import msgspec

from models.base.clock import local_day
from models.base.errors import Conflict, Invalid, Problem
from models.cases.case import By

State = Literal["listed", "reported", "struck", "withdrawn"]
STATES: dict[State, str] = {
    "listed": "整改中", "reported": "待验收", "struck": "已销号", "withdrawn": "已撤回",
}  # fmt: skip
OPEN: tuple[State, ...] = ("listed", "reported")
Source = Literal["inspection", "light", "rating", "complaint"]
SOURCES: dict[Source, str] = {
    "inspection": "检查发现", "light": "电子监察", "rating": "差评", "complaint": "投诉",
}  # fmt: skip
LONGEST = 500
LONGEST_TITLE = 60
LONGEST_DAYS = 366
"""Days ahead that a problem may be dated at most."""


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that was done about it."""

    at: datetime
    what: str
    by: By
    text: str = ""


class Listed(msgspec.Struct, frozen=True, omit_defaults=True):
    """One problem. ``source`` and ``ref`` say what it was found by (the id of a light, a rating or a complaint; "" for an
    inspection). ``areas`` is the chain down to the ``office`` that answers for it, ``department`` its line ("" for the whole
    office), ``owner`` the account that does, once one does. ``due_on`` is an ISO date; ``superior`` from when the superior
    is asked too."""

    id: str
    source: Source
    ref: str
    title: str
    what: str
    areas: tuple[str, ...]
    department: str
    due_on: str
    opened_by: str
    opened_at: datetime
    owner: str = ""
    owner_name: str = ""
    state: State = "listed"
    superior: bool = False
    escalated_on: str = ""
    closed_on: str = ""
    said: tuple[Said, ...] = ()
    rev: int = 1

    def __repr__(self) -> str:
        return f"Listed({self.id!r}, {self.state!r})"

    @property
    def office(self) -> str:
        return self.areas[-1]

    @property
    def open(self) -> bool:
        return self.state in OPEN

    @property
    def involved(self) -> frozenset[str]:
        """The accounts that answer for it, or have reported it done."""
        return frozenset(
            {self.owner, *(each.by.id for each in self.said if each.what in {"claim", "report"})}
        ) - {""}

    def overdue_on(self, day: date) -> bool:
        """Whether it should have been put right before ``day``."""
        return self.state == "listed" and self.due_on < day.isoformat()


def claim(found: Listed, by: By, at: datetime, text: str) -> Listed:
    """Somebody of the office takes it on. Raises Conflict where somebody has."""
    _expect(found, "listed")
    if found.owner:
        raise Conflict(f"这个问题已经由{found.owner_name}负责。", code="problem.owned")
    said = Said(at, "claim", by, " ".join(text.split())[:LONGEST])
    return _moved(found, "listed", said, owner=by.id, owner_name=by.name)


def report(found: Listed, by: By, at: datetime, text: str) -> Listed:
    """It is put right, by the measures that are told."""
    _expect(found, "listed")
    return _moved(found, "reported", Said(at, "report", by, _words(text, "请写明采取了哪些措施、结果怎样。")))


def strike(found: Listed, by: By, at: datetime, text: str) -> Listed:
    """Somebody else has checked: it is struck off."""
    _expect(found, "reported")
    _another(found, by)
    said = Said(at, "strike", by, _words(text, "请写明怎样验收的。"))
    return _moved(found, "struck", said, closed_on=local_day(at).isoformat())


def send_back(found: Listed, by: By, at: datetime, text: str, due_on: str) -> Listed:
    """Somebody else has checked: it is not put right. ``due_on`` is the new day."""
    _expect(found, "reported")
    _another(found, by)
    said = Said(at, "return", by, _words(text, "请写明哪里还没有改好。"))
    return _moved(found, "listed", said, due_on=later_day(due_on, at), superior=False, escalated_on="")


def postpone(found: Listed, by: By, at: datetime, text: str, due_on: str) -> Listed:
    """More time, by whoever does not answer for it."""
    _expect(found, "listed")
    _another(found, by)
    if due_on and due_on <= found.due_on:
        raise Invalid([Problem("due_on", "problem.due", f"新的期限要晚于{found.due_on}。")])
    said = Said(at, "postpone", by, _words(text, "请写明延期的理由。"))
    return _moved(found, "listed", said, due_on=later_day(due_on, at))


def withdraw(found: Listed, by: By, at: datetime, text: str) -> Listed:
    """It is no problem, or not this office's."""
    _expect(found, *OPEN)
    _another(found, by)
    said = Said(at, "withdraw", by, _words(text, "请写明为什么撤回。"))
    return _moved(found, "withdrawn", said, closed_on=local_day(at).isoformat())


def later_day(text: str, at: datetime) -> str:
    """A day from tomorrow on, within a year. Raises Invalid."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Invalid([Problem("due_on", "problem.due", "请填写整改期限，例如 2026-12-10。")]) from None
    if not 0 < (day - local_day(at)).days <= LONGEST_DAYS:
        raise Invalid([Problem("due_on", "problem.due", "整改期限要在明天以后、一年以内。")])
    return day.isoformat()


def _moved(found: Listed, to: State, said: Said, **changes: Any) -> Listed:
    return msgspec.structs.replace(found, state=to, said=(*found.said, said), rev=found.rev + 1, **changes)


def _expect(found: Listed, *states: State) -> None:
    if found.state not in states:
        raise Conflict("这个问题的状态已经变了，请刷新后再看。", code="problem.state")


def _another(found: Listed, by: By) -> None:
    if by.id in found.involved:
        raise Conflict("自己负责整改的问题，要由别人验收和处理。", code="problem.own")


def _words(text: str, ask: str) -> str:
    words = " ".join(text.split())[:LONGEST]
    if not words:
        raise Invalid([Problem("text", "required", ask)])
    return words
