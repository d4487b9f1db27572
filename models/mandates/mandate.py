"""Acting for others: who may, for whom, on what ground, and for how long. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Literal

import msgspec

from models.base.clock import day_of
from models.base.errors import Conflict, Forbidden, Invalid, Problem

Ground = Literal["guardian", "consent", "present", "counter", "counter_child"]
Scope = Literal["once", "matter", "until"]
State = Literal["active", "used", "withdrawn"]

GROUND_NAMES: dict[Ground, str] = {
    "guardian": "监护人代未满14周岁的孩子办理",
    "consent": "本人委托代办",
    "present": "网格员上门，本人在场确认",
    "counter": "窗口受理，本人到场，已核对身份证原件",
    "counter_child": "窗口受理，监护人带孩子到场，已核对监护关系",
}
SCOPE_NAMES: dict[Scope, str] = {
    "once": "只办一件事",
    "matter": "只办选定的事项",
    "until": "期限内的事都可以办",
}
STATE_NAMES: dict[State, str] = {"active": "有效", "used": "已用完", "withdrawn": "已撤回"}
CHILD_UNTIL = 14
"""Below this age a guardian acts (PIPL art. 31)."""

LONGEST_DAYS = 366
PARENTS = frozenset({"01", "02", "10", "11", "12"})
CHILDREN = frozenset({str(code) for code in range(20, 40)})
"""Relations to the head of the household (GB/T 4761): head and spouse; sons and daughters."""


class Party(msgspec.Struct, frozen=True, omit_defaults=True):
    """A resident by the blind index of her ID number and her registry id, or a member of staff by account."""

    kind: Literal["resident", "staff"]
    id: str
    name: str
    person: str = ""
    household: str = ""


class Intake(msgspec.Struct, frozen=True, omit_defaults=True):
    """A matter as it is taken at a counter: the hall by its area and name, the code of the window; ``areas`` is the
    chain of the place that the matter belongs to, ``guardian`` who came with a child."""

    hall: str
    hall_name: str
    window: str
    areas: tuple[str, ...]
    guardian: str = ""


class Notice(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that the principal is told; sent at least once."""

    text: str
    at: datetime
    sent_at: datetime | None = None


class Mandate(msgspec.Struct, frozen=True, omit_defaults=True):
    """Leave to act. ``once``: for one case; ``matter``: for the matters in ``offers``; ``until``: for all up to a day.
    ``proof`` says how the principal showed her will: "self" (logged in at L2), "pin", "otp", "registry", "card" (held
    against her face at the counter ``intake``). ``key`` is
    the submission that one given for once is kept for; ``due_at`` when notices are to be sent, if any."""

    id: str
    principal: Party
    agent: Party
    ground: Ground
    scope: Scope
    given_at: datetime
    until: str  # ISO date, the last day on which it holds
    proof: str
    offers: tuple[str, ...] = ()
    state: State = "active"
    ended_at: datetime | None = None
    cases: tuple[str, ...] = ()
    key: str = ""
    notices: tuple[Notice, ...] = ()
    due_at: datetime | None = None
    intake: Intake | None = None
    rev: int = 1


def problems_of(scope: str, offers: tuple[str, ...], until: str, today: date) -> list[Problem]:
    """What is wrong with a mandate that somebody wants to give."""
    found = []
    if scope not in {"once", "matter", "until"}:
        found.append(Problem("scope", "single.unknown", "请选择委托的范围。"))
    if scope == "matter" and not offers:
        found.append(Problem("offers", "required", "请选择委托办理的事项。"))
    try:
        last = day_of(until)
    except ValueError:
        return [*found, Problem("until", "date.form", "请填写委托到哪一天，例如 2026-12-31。")]
    if not 0 <= (last - today).days <= LONGEST_DAYS:
        found.append(Problem("until", "date.after", "委托期限应从今天起，最长一年。"))
    return found


def holds(mandate: Mandate, today: date, offer: str = "") -> bool:
    """Whether the mandate lets its agent act today (for ``offer``, where one is named)."""
    if mandate.state != "active" or date.fromisoformat(mandate.until) < today:
        return False
    return not offer or not mandate.offers or offer in mandate.offers


def take(mandate: Mandate, key: str) -> Mandate:
    """Keep one that was given for once for the submission ``key``, before it is filed: of two that race, one files.
    Raises Forbidden where it is kept for another."""
    if mandate.scope != "once" or mandate.key == key:
        return mandate
    if mandate.key:
        raise Forbidden("这项委托只能办一件事，已经用于另一件。", code="mandate.ended")
    return msgspec.structs.replace(mandate, key=key, rev=mandate.rev + 1)


def use(mandate: Mandate, case: str, at: datetime) -> Mandate:
    """A case was filed under it; one that was given for once is used up."""
    once = mandate.scope == "once"
    return msgspec.structs.replace(
        mandate,
        cases=(*mandate.cases, case),
        state="used" if once else mandate.state,
        ended_at=at if once else None,
        rev=mandate.rev + 1,
    )


def closed(mandate: Mandate, at: datetime) -> Mandate:
    """Whoever acts is done with it. One that has ended stays as it ended."""
    if mandate.state != "active":
        return mandate
    return msgspec.structs.replace(mandate, state="used", ended_at=at, rev=mandate.rev + 1)


def withdraw(mandate: Mandate, at: datetime) -> Mandate:
    """The principal takes it back. Raises Conflict where it has ended already."""
    if mandate.state != "active":
        raise Conflict("这项委托已经结束。", code="mandate.ended")
    return msgspec.structs.replace(mandate, state="withdrawn", ended_at=at, rev=mandate.rev + 1)


def tell(mandate: Mandate, text: str, at: datetime) -> Mandate:
    """With one more notice, due at once. The revision is the caller's to raise."""
    return msgspec.structs.replace(mandate, notices=(*mandate.notices, Notice(text, at)), due_at=at)


def unsent(mandate: Mandate) -> tuple[str, ...]:
    """What the principal has yet to be told."""
    return tuple(notice.text for notice in mandate.notices if notice.sent_at is None)


def told(mandate: Mandate, texts: Collection[str], at: datetime) -> Mandate:
    """``texts`` went out; what was added meanwhile is still due."""
    notices = tuple(
        msgspec.structs.replace(notice, sent_at=at)
        if notice.sent_at is None and notice.text in texts
        else notice
        for notice in mandate.notices
    )
    left = any(notice.sent_at is None for notice in notices)
    due_at = mandate.due_at if left else None
    return msgspec.structs.replace(mandate, notices=notices, due_at=due_at, rev=mandate.rev + 1)


def postponed(mandate: Mandate, due_at: datetime) -> Mandate:
    """Its notices are not to be looked at before ``due_at``: somebody is sending them, or could not."""
    return msgspec.structs.replace(mandate, due_at=due_at, rev=mandate.rev + 1)


def is_child(birth: date, today: date) -> bool:
    """Under fourteen today."""
    years = today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))
    return years < CHILD_UNTIL


def may_guard(guardian_relation: str, child_relation: str) -> bool:
    """Whether the registry's relations make one the parent of the other: head or spouse, and a child of the head.
    Grandparents and others need the parent's consent or the counter."""
    return guardian_relation in PARENTS and child_relation in CHILDREN


def need(problems: list[Problem]) -> None:
    """Raise Invalid where there are any."""
    if problems:
        raise Invalid(problems)
