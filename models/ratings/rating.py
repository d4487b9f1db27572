"""One rating (好差评) and what becomes of it. Pure.

kept                                   the three better levels: counted, and that is all
open --answer--> answered --call_back--> closed        the two lowest: put right (整改), then called back (回访)
  ^                |                                   not satisfied: once more from open, then closed all the same
  |                v
  +---reject--- appealed --uphold--> set_aside          wrong or malicious (错评、恶意差评): not counted, never deleted

The source is 国办发〔2019〕51号 and GB/T 39734: the two lowest levels are answered within 15 working days and each of
them is called back, by somebody else; whoever rated is not shown to whoever was rated.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Literal

import msgspec

from models.base.errors import Conflict, Invalid, Problem
from models.cases.case import By

State = Literal["kept", "open", "answered", "appealed", "closed", "set_aside"]
STATES: dict[State, str] = {
    "kept": "无需整改", "open": "待整改", "answered": "已整改，待回访", "appealed": "申诉待核实", "closed": "已办结",
    "set_aside": "申诉成立，不计入",
}  # fmt: skip
WAITING: tuple[State, ...] = ("open", "answered", "appealed")
Result = Literal["satisfied", "unsatisfied", "unreached"]
RESULTS: dict[Result, str] = {
    "satisfied": "满意",
    "unsatisfied": "不满意",
    "unreached": "没有联系方式或联系不上",
}
POOR = frozenset({1, 2})
"""The levels that are put right."""

DAYS = 15
"""Working days in which the office answers."""

ROUNDS = 2
LONGEST = 500


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that was done about it."""

    at: datetime
    what: str
    by: By
    text: str
    result: str = ""


class Rating(msgspec.Struct, frozen=True, omit_defaults=True):
    """``source`` is what it is one of: a case or a visit. ``areas`` is the chain of codes down to the ``hall`` that was
    rated, ``desks`` whose it is to answer (``flow.desks`` of the step that decided), ``handlers`` the accounts that had
    to do with the case. ``words`` is what was typed, ``shown`` the same without what tells who typed it; ``phone`` the
    one that was left at a counter. ``due_on`` is an ISO date."""

    id: str
    source: str
    channel: Literal["case", "visit"]
    item: str
    title: str
    areas: tuple[str, ...]
    desks: tuple[str, ...]
    department: str
    level: int
    month: str
    at: datetime
    state: State = "kept"
    counted: bool = True
    reasons: tuple[str, ...] = ()
    words: str = ""
    shown: str = ""
    phone: str = ""
    case: str = ""
    case_no: str = ""
    handlers: tuple[str, ...] = ()
    due_on: str = ""
    rounds: int = 0
    appealed: bool = False
    said: tuple[Said, ...] = ()
    rev: int = 1

    def __repr__(self) -> str:
        return f"Rating({self.id!r}, {self.level}, {self.state!r})"

    @property
    def hall(self) -> str:
        return self.areas[-1]

    @property
    def involved(self) -> frozenset[str]:
        """The accounts that had to do with the case, or have answered for it."""
        mine = {said.by.id for said in self.said if said.what in {"answer", "appeal"}}
        return frozenset(self.handlers) | mine


def opened(rating: Rating, due_on: str) -> Rating:
    """A new rating in its first state. A phone is kept where somebody will call."""
    if rating.level not in POOR:
        return msgspec.structs.replace(rating, state="kept", phone="")
    return msgspec.structs.replace(rating, state="open", due_on=due_on)


def answer(rating: Rating, by: By, at: datetime, text: str) -> Rating:
    """The office says what it has done. Raises Conflict, Invalid."""
    _expect(rating, "open")
    return _moved(rating, "answered", Said(at, "answer", by, _words(text, "请写明查到了什么、改了什么。")))


def call_back(rating: Rating, by: By, at: datetime, result: str, text: str, due_on: str) -> Rating:
    """Somebody else has asked whether it is well now. ``due_on`` for where it is not, the first time."""
    _expect(rating, "answered")
    if result not in RESULTS:
        raise Invalid([Problem("result", "required", "请选择回访结果。")])
    said = Said(at, "call_back", by, _words(text, "请写明回访时间、方式和对方说的情况。"), result)
    if result == "unsatisfied" and rating.rounds + 1 < ROUNDS:
        return _moved(rating, "open", said, rounds=rating.rounds + 1, due_on=due_on)
    return _moved(rating, "closed", said, phone="")


def appeal(rating: Rating, by: By, at: datetime, text: str) -> Rating:
    """The office does not accept it, once: it rates something else, or is meant to harm."""
    _expect(rating, "open")
    if rating.appealed:
        raise Conflict("这条差评已经申诉过一次。", code="rating.appealed")
    said = Said(at, "appeal", by, _words(text, "请写明为什么是错评或恶意差评。"))
    return _moved(rating, "appealed", said, appealed=True)


def uphold(rating: Rating, by: By, at: datetime, text: str) -> Rating:
    """The appeal is right: the rating stays and is not counted."""
    _expect(rating, "appealed")
    said = Said(at, "uphold", by, _words(text, "请写明核实的情况和依据。"))
    return _moved(rating, "set_aside", said, counted=False, phone="")


def reject(rating: Rating, by: By, at: datetime, text: str, due_on: str) -> Rating:
    """It is not: the office has to answer, by ``due_on``."""
    _expect(rating, "appealed")
    said = Said(at, "reject", by, _words(text, "请写明核实的情况和依据。"))
    return _moved(rating, "open", said, due_on=due_on)


def week_of(due_on: str) -> str:
    """The Monday of or before a day. The office is asked to answer by it, since from the day itself one could count
    back to the one on which somebody was here."""
    if not due_on:
        return ""
    day = date.fromisoformat(due_on)
    return (day - timedelta(days=day.weekday())).isoformat()


def _moved(rating: Rating, to: State, said: Said, **changes: Any) -> Rating:
    return msgspec.structs.replace(rating, state=to, said=(*rating.said, said), rev=rating.rev + 1, **changes)


def _expect(rating: Rating, state: State) -> None:
    if rating.state != state:
        raise Conflict("这条评价的状态已经变了，请刷新后再看。", code="rating.state")


def _words(text: str, ask: str) -> str:
    words = " ".join(text.split())[:LONGEST]
    if not words:
        raise Invalid([Problem("text", "required", ask)])
    return words
