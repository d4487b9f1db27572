"""Values of data elements and whom to believe. Pure; shared by people and households."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec

Source = Literal["shared", "counter", "visit", "self", "import"]
TRUST: tuple[Source, ...] = ("shared", "counter", "visit", "self", "import")
"""Most trusted first: shared and verified > counter > visit > self-declared > imported (the house plan)."""

Outcome = Literal["recorded", "proposed", "unchanged"]


class Value(msgspec.Struct, frozen=True):
    """What one element holds: the value ``v`` as its form field encodes it, where it came from, when, and
    who wrote it (an account id, a person id, or the name of a register)."""

    v: Any
    source: Source
    at: datetime
    by: str = ""


class Proposal(msgspec.Struct, frozen=True):
    """A change that a less trusted source asked for; it waits until somebody reviews it."""

    key: str
    value: Value


class Held(msgspec.Struct, frozen=True):
    """The values of one person or one household by element key, and the changes proposed to them."""

    values: Mapping[str, Value] = {}
    proposals: tuple[Proposal, ...] = ()


def outranks(source: Source, other: Source) -> bool:
    """Whether ``source`` is believed strictly more than ``other``."""
    return TRUST.index(source) < TRUST.index(other)


def put(held: Held, key: str, new: Value) -> tuple[Held, Outcome]:
    """Takes ``new`` in where it may: as the value, or else as a proposal.

    A more trusted source always wins, an equal one when it is not older. What only repeats the present
    value changes nothing, unless a better or newer source vouches for it. One source has at most one
    proposal per key and author, its latest.
    """
    old = held.values.get(key)
    if old is not None and outranks(old.source, new.source):
        return (held, "unchanged") if old.v == new.v else _propose(held, key, new)
    if old is not None and old.source == new.source and new.at < old.at:
        return held, "unchanged"
    if old is not None and old.source == new.source and old.v == new.v and old.at == new.at:
        return held, "unchanged"
    # A value set now settles what was proposed before it; later wishes stay for review.
    kept = tuple(p for p in held.proposals if p.key != key or (p.value.at > new.at and p.value.v != new.v))
    return Held({**held.values, key: new}, kept), "recorded"


def _propose(held: Held, key: str, new: Value) -> tuple[Held, Outcome]:
    same = [p for p in held.proposals if (p.key, p.value.source, p.value.by) == (key, new.source, new.by)]
    if any(p.value.at > new.at or p.value == new for p in same):
        return held, "unchanged"
    kept = tuple(p for p in held.proposals if p not in same)
    return Held(held.values, (*kept, Proposal(key, new))), "proposed"
