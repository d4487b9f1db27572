"""What contradicts itself in a household, kept until it is mended or explained. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from models.base.errors import Conflict, Invalid, Problem
from models.checks.finding import Finding
from models.households.household import Household
from models.people.person import Person

State = Literal["open", "explained", "mended"]
STATES: dict[State, str] = {"open": "待核对", "explained": "已说明", "mended": "已改正"}

KEPT = frozenset({"refuse", "warn"})
"""Severities that say that something is wrong; what is only due is no contradiction."""

RELATION = "person.relation_to_head"
FORGET = timedelta(days=366)
"""How long it is remembered that something was put right."""

LONGEST = 200
SHORTEST = 4


class Kept(msgspec.Struct, frozen=True):
    """One contradiction of a household: ``of`` whom (empty for the house), beside which element ``key``; ``said`` why it
    stands as it is, by whom. ``id`` is the same whenever the same thing is found again."""

    id: str
    household: str
    areas: tuple[str, ...]
    address: str
    code: str
    key: str
    of: str
    text: str
    severity: str
    state: State
    found_at: datetime
    changed_at: datetime
    said: str = ""
    by: str = ""
    by_name: str = ""
    forget_at: datetime | None = None


def id_of(household: str, finding: Finding) -> str:
    """The same for the same thing, found again."""
    said = "\0".join((household, *finding.about))
    return hashlib.blake2b(said.encode(), digest_size=20).hexdigest()


def settle(
    known: Sequence[Kept], found: Iterable[Finding], home: Household, at: datetime
) -> tuple[list[Kept], int]:
    """What changes in the list of a household, and how many are open then: what is new is open, what is not found any
    more is mended; what somebody explained stays so as long as it says the same."""
    before = {each.id: each for each in known}
    written: list[Kept] = []
    now: dict[str, Kept] = {}
    for finding in found:
        if finding.severity not in KEPT:
            continue
        each = _kept(home, finding, at)
        old = before.get(each.id)
        now[each.id] = _again(old, each) if old else each
        if now[each.id] != old:
            written.append(now[each.id])
    for old in known:
        if old.id not in now and old.state != "mended":
            written.append(msgspec.structs.replace(old, state="mended", changed_at=at, forget_at=at + FORGET))
    return written, sum(1 for each in now.values() if each.state == "open")


def explain(kept: Kept, said: str, by: str, name: str, at: datetime) -> Kept:
    """It is true as it stands, and why. Raises Conflict where it is no longer open, Invalid."""
    said = " ".join(said.split())
    if kept.state != "open":
        raise Conflict("这一条刚被改正或说明过，请刷新。", code="finding.settled")
    if not SHORTEST <= len(said) <= LONGEST:
        message = f"请说明为什么属实、看过什么证件，{SHORTEST}到{LONGEST}个字。"
        raise Invalid([Problem("said", "required", message)])
    return msgspec.structs.replace(kept, state="explained", said=said, by=by, by_name=name, changed_at=at)


def reopen(kept: Kept, at: datetime) -> Kept:
    """The explanation does not hold. Raises Conflict where there is none."""
    if kept.state != "explained":
        raise Conflict("这一条刚被改正或说明过，请刷新。", code="finding.settled")
    return msgspec.structs.replace(kept, state="open", said="", by="", by_name="", changed_at=at)


def across(home: Household, people: Mapping[str, Person], others: Iterable[Household]) -> Iterator[Finding]:
    """What only several records say together: somebody in two houses, or in none of them by her own. ``people`` are
    those who belong to the household by either record, ``others`` the households that list any of them too."""
    listed = {each.person for each in home.members}
    elsewhere = {
        member.person: other for other in others if other.id != home.id for member in other.members
    }  # fmt: skip
    for member in home.members:
        her = people.get(member.person)
        if her is None:
            yield _of(member.person, "member.gone", f"{member.name}在成员表里，但没有个人登记，请核对。")
        elif member.person in elsewhere:
            there = elsewhere[member.person].address
            yield _of(her.id, "member.twice", f"{member.name}同时登记在{there}，请核对住在哪一户。")
        elif her.household != home.id:
            yield _of(her.id, "member.elsewhere", f"{member.name}的个人登记不在这一户，请核对。")
        elif her.relation != member.relation:
            yield _of(her.id, "member.relation", f"{member.name}与户主的关系两处登记不一致，请核对。")
    for her in people.values():
        if her.household == home.id and her.id not in listed:
            yield _of(her.id, "member.unlisted", f"{her.name}登记在这一户，但不在成员表里，请核对。")


def _of(person: str, code: str, message: str) -> Finding:
    return Finding("warn", code, message, RELATION, person)


def _kept(home: Household, finding: Finding, at: datetime) -> Kept:
    return Kept(
        id_of(home.id, finding), home.id, home.areas, home.address, finding.code, finding.key, finding.of,
        finding.message, finding.severity, "open", at, at,
    )  # fmt: skip


def _again(old: Kept, new: Kept) -> Kept:
    """Found again: as it was where it says the same, open where it says something else or had been mended."""
    if old.state != "mended" and (old.text, old.severity) == (new.text, new.severity):
        return msgspec.structs.replace(old, areas=new.areas, address=new.address)
    found_at = old.found_at if old.state != "mended" else new.found_at
    return msgspec.structs.replace(new, found_at=found_at)
