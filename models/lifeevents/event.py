"""A life event as it is kept: who reported what, on what ground, and how everybody stood before and after. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from models.base.actor import Actor
from models.base.errors import Conflict
from models.households.household import Household, Member
from models.lifeevents.order import Kind
from models.lifeevents.scene import Scene
from models.people.person import Person, Standing
from models.people.values import Source

State = Literal["waiting", "done", "refused", "undone"]
STATES: dict[State, str] = {
    "waiting": "待复核",
    "done": "已生效",
    "refused": "复核未通过",
    "undone": "已撤销",
}
UNDO = timedelta(days=7)
"""How long an event may be taken back, as far as nobody has moved on from it."""


class Roll(msgspec.Struct, frozen=True):
    """The members of a household, its head first; where it lies and what its plate says."""

    household: str
    address: str
    areas: tuple[str, ...]
    members: tuple[Member, ...]


class Stood(msgspec.Struct, frozen=True):
    """How somebody stood: her household and relation, where she was found, and what has become of her."""

    person: str
    household: str = ""
    relation: str = ""
    areas: tuple[str, ...] = ()
    state: Standing = ""
    former: str = ""


class Standings(msgspec.Struct, frozen=True):
    """Households and people at one time; who is not in it was not on record."""

    rolls: tuple[Roll, ...] = ()
    people: tuple[Stood, ...] = ()


class Followed(msgspec.Struct, frozen=True):
    """What has been ended after it, in numbers."""

    sessions: int = 0
    mandates: int = 0
    reminders: int = 0


class Event(msgspec.Struct, frozen=True, omit_defaults=True):
    """One event. ``id`` is the operation's, made by the client; ``areas`` the chains of every household that it touches;
    ``mac`` that of the order, by which the same one sent again is known. ``detail`` is a place that the order names (where
    to, where from). While it waits for a second look, ``order`` is kept and nothing has changed yet; ``settled_*`` say who
    looked, when, why not. ``follow_at``: there is something left to end."""

    id: str
    kind: Kind
    areas: tuple[str, ...]
    at: datetime
    on: str
    by: str
    author: str
    source: Source
    mac: str
    households: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    before: Standings = Standings()
    after: Standings = Standings()
    paper: str = ""
    ground: str = ""
    detail: str = ""
    state: State = "done"
    order: str = ""
    settled_by: str = ""
    reviewer: str = ""
    settled_at: datetime | None = None
    reason: str = ""
    follow_at: datetime | None = None
    followed: Followed | None = None
    rev: int = 0


def standings(scene: Scene, homes: Iterable[str], people: Iterable[str]) -> Standings:
    """Those of ``homes`` and ``people`` that the scene has."""
    return Standings(
        tuple(roll(scene.homes[each]) for each in homes if each in scene.homes),
        tuple(stood(scene.people[each]) for each in people if each in scene.people),
    )


def roll(home: Household) -> Roll:
    return Roll(home.id, home.address, home.areas, home.members)


def stood(person: Person) -> Stood:
    return Stood(person.id, person.household, person.relation, person.areas, person.state, person.former)


def within(stands: Standings, area: str, concerned: Iterable[str]) -> Standings:
    """As much of it as whoever works for ``area`` may see: of a household elsewhere, those whom it concerns alone."""
    about = frozenset(concerned)

    def cut(each: Roll) -> Roll:
        if area in each.areas:
            return each
        return msgspec.structs.replace(each, members=tuple(m for m in each.members if m.person in about))

    return msgspec.structs.replace(stands, rolls=tuple(cut(each) for each in stands.rolls))


def movers(event: Event) -> frozenset[str]:
    """Those who have another household than before, or who were not on record."""
    was = {each.person: each.household for each in event.before.people}
    return frozenset(p.person for p in event.after.people if was.get(p.person) != p.household)


def settled(event: Event, state: State, by: Actor, at: datetime, reason: str = "") -> Event:
    """After the second look. Raises Conflict where it does not wait for one."""
    if event.state != "waiting":
        raise Conflict("这项登记已经处理过了，请刷新后再看。", code="event.settled")
    return msgspec.structs.replace(
        event, state=state, settled_by=by.subject, reviewer=by.name, settled_at=at, reason=reason, order="",
        rev=event.rev + 1,
    )  # fmt: skip


def undone(event: Event, by: Actor, at: datetime, reason: str) -> Event:
    """Taken back. Raises Conflict where that is no longer possible whatever has happened since."""
    if event.state != "done":
        raise Conflict("这项登记不能撤销，请刷新后再看。", code="event.final")
    if at - (event.settled_at or event.at) > UNDO:
        raise Conflict(
            f"已超过{UNDO.days}天，不能撤销了。如有错误，请按新的情况重新登记。", code="event.late"
        )
    return msgspec.structs.replace(
        event, state="undone", settled_by=by.subject, reviewer=by.name, settled_at=at, reason=reason,
        follow_at=None, rev=event.rev + 1,
    )  # fmt: skip


def to_end(event: Event) -> tuple[str, ...]:
    """People whose log-ins end: their household is another one, or they have died."""
    was = {each.person: each.household for each in event.before.people}
    return tuple(
        each.person
        for each in event.after.people
        if each.person in was and (was[each.person] != each.household or each.state == "dead")
    )


def died(event: Event) -> tuple[str, ...]:
    """Those who have died by this event."""
    return tuple(each.person for each in event.after.people if each.state == "dead")
