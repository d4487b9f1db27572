"""A breach of a declaration or commitment (失信记录) and what becomes of it. Pure.

noticed --serve--> served --object--> objected --uphold--> standing --ask_repair--> repairing --repair--> repaired
   |                 | |                 |                  ^  ^  |                     |
   +------drop-------+ +--confirm--------|------------------+  +--|----refuse_repair----+
          |            (days are over)   drop                     +--(until is over)--> over, without anybody's doing
          v
       dropped

Nothing stands before she was told of it and had her days to object; and who recorded it never decides on it. What a
breach that stands changes is said by the items whose forms ask for the promise (``Commitment.bars``), and by nothing else.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime
from typing import Any, Literal

import msgspec

from models.base.clock import local_day
from models.base.errors import Conflict, Invalid, Problem
from models.cases.case import By
from models.integrity.kinds import Kind

State = Literal["noticed", "served", "objected", "standing", "repairing", "repaired", "dropped"]
STATES: dict[State, str] = {
    "noticed": "待送达", "served": "已告知，可提出异议", "objected": "异议待核实", "standing": "已认定",
    "repairing": "修复待审核", "repaired": "已修复", "dropped": "已撤销",
}  # fmt: skip
WAITING: tuple[State, ...] = ("noticed", "served", "objected", "repairing")
ENDED: frozenset[State] = frozenset({"repaired", "dropped"})
LONGEST = 500


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that was done about it."""

    at: datetime
    what: str
    by: By
    text: str = ""


class Breach(msgspec.Struct, frozen=True, omit_defaults=True):
    """``case`` is where the promise was made, ``field`` the question by which, ``promise`` the commitment's key ("" for
    a plain declaration) and ``covers`` its words. ``subject`` is the blind index of whoever made it, ``person`` her
    registry id. ``ground`` says what was broken, ``evidence`` by what that is known. Dates are ISO; ``until`` is the last
    day on which it counts once it stands, ``repair_from`` the first on which repair may be asked for."""

    id: str
    case: str
    case_no: str
    title: str
    item: str
    areas: tuple[str, ...]
    department: str
    subject: str
    person: str
    name: str
    field: str
    promise: str
    covers: str
    kind: str
    ground: str
    evidence: str
    recorded_by: str
    at: datetime
    phone: str = ""
    state: State = "noticed"
    object_by: str = ""
    stood_on: str = ""
    until: str = ""
    repair_from: str = ""
    said: tuple[Said, ...] = ()
    news: str = ""
    news_at: datetime | None = None
    rev: int = 1

    def __repr__(self) -> str:
        return f"Breach({self.id!r}, {self.state!r})"

    def counts_on(self, day: date) -> bool:
        """Whether it stands against her on ``day``."""
        return self.state in {"standing", "repairing"} and day.isoformat() <= self.until

    def over_on(self, day: date) -> bool:
        """Whether it stood and its time has passed."""
        return self.state in {"standing", "repairing"} and day.isoformat() > self.until


def serve(breach: Breach, by: By, at: datetime, text: str, object_by: str) -> Breach:
    """She has been told: by a message, or on paper, as ``text`` says. Her days run from here."""
    _expect(breach, "noticed")
    said = Said(at, "serve", by, _words(text, "请写明什么时候、用什么方式送达的。"))
    return _moved(breach, "served", said, object_by=object_by)


def object_to(breach: Breach, by: By, at: datetime, text: str) -> Breach:
    """She does not accept it. Raises Conflict after her last day."""
    _expect(breach, "served")
    if local_day(at).isoformat() > breach.object_by:
        raise Conflict("提出异议的期限已经过了，可以申请行政复议或提起行政诉讼。", code="breach.late")
    return _moved(
        breach, "objected", Said(at, "object", by, _words(text, "请写明您的理由，并说明有什么可以证明。"))
    )


def confirm(breach: Breach, by: By, at: datetime, text: str, kind: Kind) -> Breach:
    """Nobody has objected in time: it stands."""
    _expect(breach, "served")
    _another(breach, by)
    if local_day(at).isoformat() <= breach.object_by:
        raise Conflict("异议期还没有过，期满后才能认定。", code="breach.early")
    return _standing(breach, Said(at, "confirm", by, _words(text, "请写明认定的依据。")), kind)


def uphold(breach: Breach, by: By, at: datetime, text: str, kind: Kind) -> Breach:
    """The objection was looked into and is not right: it stands."""
    _expect(breach, "objected")
    _another(breach, by)
    return _standing(
        breach, Said(at, "uphold", by, _words(text, "请写明核实的情况和依据，本人会看到。")), kind
    )


def drop(breach: Breach, by: By, at: datetime, text: str) -> Breach:
    """It was wrong, or the objection is right: nothing is held against her."""
    _expect(breach, "noticed", "served", "objected")
    _another(breach, by)
    return _moved(breach, "dropped", Said(at, "drop", by, _words(text, "请写明撤销的理由，本人会看到。")))


def ask_repair(breach: Breach, by: By, at: datetime, text: str) -> Breach:
    """She has made it good and asks for it to be taken back."""
    _expect(breach, "standing")
    today = local_day(at).isoformat()
    if today > breach.until:
        raise Conflict("这条记录已经到期，不用再修复。", code="breach.over")
    if today < breach.repair_from:
        raise Conflict(f"从 {breach.repair_from} 起可以申请信用修复。", code="breach.early")
    return _moved(breach, "repairing", Said(at, "ask_repair", by, _words(text, "请写明怎样改正的。")))


def repair(breach: Breach, by: By, at: datetime, text: str) -> Breach:
    """It is made good: from now on nothing is held against her."""
    _expect(breach, "repairing")
    _another(breach, by)
    return _moved(breach, "repaired", Said(at, "repair", by, _words(text, "请写明核实的情况。")))


def refuse_repair(breach: Breach, by: By, at: datetime, text: str) -> Breach:
    """It is not: it stands as before, and she may ask again."""
    _expect(breach, "repairing")
    _another(breach, by)
    return _moved(
        breach, "standing", Said(at, "refuse_repair", by, _words(text, "请写明还差什么，本人会看到。"))
    )


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last one where that has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _standing(breach: Breach, said: Said, kind: Kind) -> Breach:
    today = local_day(said.at)
    return _moved(
        breach, "standing", said, stood_on=today.isoformat(), until=months_after(today, kind.months).isoformat(),
        repair_from=months_after(today, kind.repair).isoformat(),
    )  # fmt: skip


def _moved(breach: Breach, to: State, said: Said, **changes: Any) -> Breach:
    return msgspec.structs.replace(breach, state=to, said=(*breach.said, said), rev=breach.rev + 1, **changes)


def _expect(breach: Breach, *states: State) -> None:
    if breach.state not in states:
        raise Conflict("这条记录的状态已经变了，请刷新后再看。", code="breach.state")


def _another(breach: Breach, by: By) -> None:
    if by.id == breach.recorded_by:
        raise Conflict("自己登记的，要由别人核实和决定。", code="breach.own")


def _words(text: str, ask: str) -> str:
    words = " ".join(text.split())[:LONGEST]
    if not words:
        raise Invalid([Problem("text", "required", ask)])
    return words
