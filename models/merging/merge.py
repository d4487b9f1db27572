"""Two records that are one: which value of which is taken, what is kept of it, and undoing it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec

from models.base.actor import Actor
from models.base.errors import Conflict
from models.lifeevents.event import Standings
from models.people.book import Noun
from models.people.edits import Entry
from models.people.values import Held, Proposal, Value, outranks

Side = Literal["winner", "loser"]
State = Literal["done", "undone"]
STATES: dict[State, str] = {"done": "已合并", "undone": "已撤销"}
UNDO = timedelta(days=30)
"""How long a merge may be undone, as far as nothing has changed since."""


class Order(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """``loser`` is to lead to ``winner``. ``picks``: of which side each element is taken, where that is not the more
    trusted one; ``relations``: what members of the other household are to the head, by person id; ``ground``: why they
    are one. ``op`` as of life events."""

    op: str
    noun: Noun
    winner: str
    loser: str
    picks: Mapping[str, Side] = {}
    relations: Mapping[str, str] = {}
    ground: str = ""


class Moved(msgspec.Struct, frozen=True):
    """Documents whose reference was rewritten: the number of the reference in ``MOVED``, and their ids; ``was`` what
    they said, ``now`` what they say, by path."""

    collection: str
    ids: tuple[str, ...]
    was: dict[str, str]
    now: dict[str, str]
    counted: bool = False


class Plate(msgspec.Struct, frozen=True):
    """A plate of the other house as it was, and the revision that the merge made of it."""

    code: str
    state: str
    successor: str
    household: str
    areas: tuple[str, ...]
    rev: int


class Merge(msgspec.Struct, frozen=True, omit_defaults=True):
    """One merge. ``before`` and ``after`` say how everybody concerned stood; which values were taken lies in the history
    under its id. ``wishes`` are proposals that came over."""

    id: str
    noun: Noun
    winner: str
    loser: str
    areas: tuple[str, ...]
    at: datetime
    by: str
    author: str
    mac: str
    people: tuple[str, ...] = ()
    households: tuple[str, ...] = ()
    before: Standings = Standings()
    after: Standings = Standings()
    ground: str = ""
    wishes: tuple[str, ...] = ()
    moved: tuple[Moved, ...] = ()
    plates: tuple[Plate, ...] = ()
    state: State = "done"
    undone_by: str = ""
    undone_at: datetime | None = None
    reason: str = ""
    rev: int = 0


def preferred(winner: Value | None, loser: Value | None) -> Side:
    """Whose value is believed: the more trusted source's, of equal ones the newer."""
    if winner is None or loser is None:
        return "winner" if loser is None else "loser"
    if outranks(winner.source, loser.source):
        return "winner"
    if outranks(loser.source, winner.source) or loser.at > winner.at:
        return "loser"
    return "winner"


def differing(winner: Held, loser: Held, but: Iterable[str] = ()) -> list[str]:
    """The elements of which the two say different things, or only one says anything."""
    left_out = frozenset(but)
    keys = dict.fromkeys((*winner.values, *loser.values))

    def said(held: Held, key: str) -> Any:
        value = held.values.get(key)
        return None if value is None else value.v

    return [key for key in keys if key not in left_out and said(winner, key) != said(loser, key)]


class Joined(msgspec.Struct, frozen=True):
    """What is held afterwards, the entries that stay of it, and the proposals that came over."""

    held: Held
    entries: tuple[Entry, ...]
    wishes: tuple[str, ...]


def joined(
    winner: Held, loser: Held, picks: Mapping[str, Side], keys: Iterable[str], mark: Mapping[str, Any]
) -> Joined:
    """The values of the winner, with those of the loser where they were picked or are preferred. ``mark`` is what every
    entry says: at, by, ground, batch."""
    values, entries = dict(winner.values), []
    for key in keys:
        mine, other = winner.values.get(key), loser.values.get(key)
        if picks.get(key, preferred(mine, other)) == "loser" and other is not None:
            values[key] = other
            entries.append(Entry("recorded", key, before=mine, after=other, **mark))
    askers = {wish.asker for wish in winner.proposals}
    come: list[Proposal] = [wish for wish in loser.proposals if wish.asker not in askers]
    return Joined(Held(values, (*winner.proposals, *come)), tuple(entries), tuple(wish.id for wish in come))


def undone(merge: Merge, by: Actor, at: datetime, reason: str) -> Merge:
    """Taken back. Raises Conflict where that is no longer possible whatever has happened since."""
    if merge.state != "done":
        raise Conflict("这次合并已经撤销过了。", code="merge.undone")
    if at - merge.at > UNDO:
        raise Conflict(f"已超过{UNDO.days}天，不能撤销了。", code="merge.late")
    return msgspec.structs.replace(
        merge, state="undone", undone_by=by.name, undone_at=at, reason=reason, rev=merge.rev + 1
    )
