"""Values of data elements and whom to believe. Pure; shared by people and households."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec

Source = Literal["shared", "counter", "visit", "self", "import"]
TRUST: tuple[Source, ...] = ("shared", "counter", "visit", "self", "import")
"""Most trusted first: shared and verified > counter > visit > self-declared > imported (the house plan)."""

Outcome = Literal["recorded", "proposed", "unchanged"]


class Value(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one element holds: the value ``v`` as its form field encodes it, where it came from, when, and
    who wrote it (an account id, a person id, or the name of a register). ``seen_at``: when a less trusted source last
    found it unchanged, which makes it fresh and is no source of its own."""

    v: Any
    source: Source
    at: datetime
    by: str = ""
    seen_at: datetime | None = None

    @property
    def fresh_at(self) -> datetime:
        """When somebody last said that it is so."""
        return self.at if self.seen_at is None else max(self.at, self.seen_at)


class Proposal(msgspec.Struct, frozen=True):
    """A change that a less trusted source asked for; it waits until somebody reviews it. ``reason`` is what whoever
    asked for it says why, ``name`` her name as the reviewer reads it (``value.by`` is her id)."""

    key: str
    value: Value
    reason: str = ""
    name: str = ""

    @property
    def id(self) -> str:
        """Names this very wish: who asks for something else, or asks again, has made another one."""
        said = f"{self.key}\0{self.value.source}\0{self.value.by}\0{self.value.at.isoformat()}"
        return hashlib.blake2b(said.encode(), digest_size=8).hexdigest()

    @property
    def asker(self) -> tuple[str, Source, str]:
        """One source has at most one proposal per key and author."""
        return self.key, self.value.source, self.value.by


class Held(msgspec.Struct, frozen=True):
    """The values of one person or one household by element key, and the changes proposed to them."""

    values: Mapping[str, Value] = {}
    proposals: tuple[Proposal, ...] = ()


def outranks(source: Source, other: Source) -> bool:
    """Whether ``source`` is believed strictly more than ``other``."""
    return TRUST.index(source) < TRUST.index(other)


def put(held: Held, key: str, new: Value, reason: str = "", name: str = "") -> tuple[Held, Outcome]:
    """Takes ``new`` in where it may: as the value, or else as a proposal.

    A more trusted source always wins, an equal one when it is not older. What only repeats the present
    value changes nothing, unless a better or newer source vouches for it. One source has at most one
    proposal per key and author, its latest.
    """
    old = held.values.get(key)
    if old is not None and outranks(old.source, new.source):
        return propose(held, Proposal(key, new, reason, name))
    if old is not None and old.source == new.source and new.at < old.at:
        return held, "unchanged"
    if old is not None and old.source == new.source and old.v == new.v and old.at == new.at:
        return held, "unchanged"
    # A value set now settles what was proposed before it; later wishes stay for review.
    kept = tuple(p for p in held.proposals if p.key != key or (p.value.at > new.at and p.value.v != new.v))
    return Held({**held.values, key: new}, kept), "recorded"


def vouch(old: Value, source: Source, at: datetime, by: str) -> Value:
    """``old``, found unchanged at ``at``: as seen by ``source`` where that is believed as much, else only the fresher.
    What is not older stays as it is."""
    if at <= old.fresh_at:
        return old
    if outranks(old.source, source):
        return msgspec.structs.replace(old, seen_at=at)
    return Value(old.v, source, at, by)


def propose(held: Held, wish: Proposal) -> tuple[Held, Outcome]:
    """Lets ``wish`` wait for review, whatever its source. Wishing for what is held already changes nothing."""
    old = held.values.get(wish.key)
    if old is not None and old.v == wish.value.v:
        return held, "unchanged"
    same = [p for p in held.proposals if p.asker == wish.asker]
    if any(p.value.at > wish.value.at or p.value == wish.value for p in same):
        return held, "unchanged"
    kept = tuple(p for p in held.proposals if p not in same)
    return Held(held.values, (*kept, wish)), "proposed"
