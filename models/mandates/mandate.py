"""Acting for others: who may, for whom, on what ground, and for how long. Pure."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import msgspec

from models.base.errors import Conflict, Invalid, Problem

Ground = Literal["guardian", "consent", "present"]
Scope = Literal["once", "matter", "until"]
State = Literal["active", "used", "withdrawn"]

GROUND_NAMES: dict[Ground, str] = {
    "guardian": "监护人代未满14周岁的孩子办理",
    "consent": "本人委托代办",
    "present": "网格员上门，本人在场确认",
}
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


class Mandate(msgspec.Struct, frozen=True, omit_defaults=True):
    """Leave to act. ``once``: for one case; ``matter``: for the matters in ``offers``; ``until``: for all up to a day.
    ``proof`` says how the principal showed her will: "self" (logged in at L2), "pin", "otp", "registry"."""

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
    rev: int = 1


def problems_of(scope: str, offers: tuple[str, ...], until: str, today: date) -> list[Problem]:
    """What is wrong with a mandate that somebody wants to give."""
    found = []
    if scope not in {"once", "matter", "until"}:
        found.append(Problem("scope", "single.unknown", "请选择委托的范围。"))
    if scope == "matter" and not offers:
        found.append(Problem("offers", "required", "请选择委托办理的事项。"))
    try:
        last = date.fromisoformat(until)
    except ValueError:
        return [*found, Problem("until", "date.form", "请填写委托到哪一天，例如 2026-12-31。")]
    if not 0 <= (last - today).days <= LONGEST_DAYS:
        found.append(Problem("until", "date.after", "委托期限应从今天起，最长一年。"))
    return found


def holds(mandate: Mandate, today: date, offer: str = "") -> bool:
    """Whether the mandate lets its agent act today (for ``offer``, where one is named)."""
    if mandate.state != "active" or date.fromisoformat(mandate.until) < today:
        return False
    return not offer or mandate.scope != "matter" or offer in mandate.offers


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


def withdraw(mandate: Mandate, at: datetime) -> Mandate:
    """The principal takes it back. Raises Conflict where it has ended already."""
    if mandate.state != "active":
        raise Conflict("这项委托已经结束。", code="mandate.ended")
    return msgspec.structs.replace(mandate, state="withdrawn", ended_at=at, rev=mandate.rev + 1)


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
