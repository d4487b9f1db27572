"""A chain of entries: linking them, following them, and naming what is wrong with the first that does not fit.

One chain belongs to one process and one day; its id is ``2026-03-02.<process>-<n>``. Entry 1 points to a value
made of the chain's id, each later one to the hash before it. Pure.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

import msgspec

from models.audit.entry import Entry, Note, body_of, digest, place

Kind = Literal["altered", "removed", "reordered", "foreign", "head", "witness"]

KIND_NAMES: dict[Kind, str] = {
    "altered": "被改动", "removed": "被删除", "reordered": "被调换次序", "foreign": "被添加",
    "head": "签名不符", "witness": "库外的签名文件缺行",
}  # fmt: skip

CHAIN = re.compile(r"\d{4}-\d\d-\d\d\.[0-9a-f]{8}-\d{1,4}")
_PLACE = re.compile(rf"({CHAIN.pattern}):(\d{{8,10}})")

AROUND = 64
"""How many places to each side are searched for where a wandered entry came from."""


class Tail(msgspec.Struct, frozen=True):
    """How far a chain has come: the place and the hash of its last entry (0 and the genesis for none)."""

    chain: str
    keep_until: datetime
    seq: int = 0
    hash: str = ""

    @property
    def last(self) -> str:
        return self.hash or genesis(self.chain)


class Row(msgspec.Struct, frozen=True):
    """An entry as it was found: under which id, and what it says; None where that cannot be read any more."""

    id: str
    entry: Entry | None


class Broken(msgspec.Struct, frozen=True):
    """The first link that does not hold: in which chain, at which place, and what was done there."""

    chain: str
    seq: int
    kind: Kind


def genesis(chain: str) -> str:
    """What the first entry of a chain points to."""
    return hashlib.sha256(b"saoban.audit\n" + chain.encode()).hexdigest()


def link(tail: Tail, note: Note) -> Entry:
    """``note`` as the entry after ``tail``."""
    seq, prev = tail.seq + 1, tail.last
    return Entry(
        tail.chain, seq, note.at, note.who, note.whose, note.act, note.what, note.ground, note.where,
        tail.keep_until, prev, digest(tail.chain, seq, tail.keep_until, prev, note.body),
    )  # fmt: skip


def after(entry: Entry) -> Tail:
    """The tail that ``entry`` makes."""
    return Tail(entry.chain, entry.keep_until, entry.seq, entry.hash)


def follows(tail: Tail, row: Row) -> bool:
    """Whether ``row`` is the next entry, in its place and as it was written."""
    entry = row.entry
    return (
        entry is not None
        and row.id == place(tail.chain, tail.seq + 1)
        and (entry.chain, entry.seq, entry.prev) == (tail.chain, tail.seq + 1, tail.last)
        and _whole(entry)
    )


def first_broken(tail: Tail, rows: Sequence[Row]) -> Broken | None:
    """Follow ``rows`` from ``tail``; None when every one fits."""
    for index, row in enumerate(rows):
        if not follows(tail, row):
            return diagnose(tail, row, rows[max(0, index - AROUND) : index + AROUND])
        assert row.entry is not None
        tail = after(row.entry)
    return None


def parse_place(row_id: str) -> tuple[str, int]:
    """Chain and position of an entry's id; ("", 0) for what is none."""
    found = _PLACE.fullmatch(row_id)
    return (found[1], int(found[2])) if found else ("", 0)


def diagnose(tail: Tail, row: Row, around: Iterable[Row]) -> Broken:
    """What was done where ``row`` does not follow ``tail``. ``around`` are the rows near it, itself perhaps
    among them."""
    here = tail.seq + 1
    chain, position = parse_place(row.id)
    others = [each.entry for each in around if each.id != row.id and each.entry is not None]
    if chain != tail.chain or position < here or row.id != place(chain, position):
        return Broken(tail.chain, here, "foreign")
    if position > here:
        return Broken(tail.chain, here, _gone(tail, others))
    if row.entry is None:
        return Broken(tail.chain, here, "altered")
    return _misfit(tail, row.entry, others)


def _misfit(tail: Tail, entry: Entry, others: list[Entry]) -> Broken:
    """An entry stands in the right place, and does not fit there."""
    here = tail.seq + 1
    if entry.chain != tail.chain and _whole(entry):
        return Broken(tail.chain, here, "foreign")
    if any(_belongs(entry, each) and _belongs(each, entry) for each in others):
        return Broken(tail.chain, here, "reordered")
    origin = _origin(entry)
    if _whole(entry) and origin == here:  # whole in itself, but not after what stands before it
        ahead = next((each for each in others if each.seq == here + 1), None)
        rewritten = tail.seq > 0 and (ahead is None or ahead.prev == entry.hash)
        return Broken(tail.chain, tail.seq if rewritten else here, "altered")
    if origin > here:
        return Broken(tail.chain, here, _gone(tail, others))
    if 0 < origin < here:
        copy = any(each.seq == origin and each.hash == entry.hash for each in others)
        return Broken(tail.chain, here if copy else origin, "foreign")  # else pushed back by one put in there
    return Broken(tail.chain, here, "altered")


def _gone(tail: Tail, others: list[Entry]) -> Kind:
    """What should follow ``tail`` does not stand in its place: does it stand elsewhere?"""
    moved = any(_written(each, tail.chain, tail.seq + 1, tail.last) for each in others)
    return "reordered" if moved else "removed"


def _origin(entry: Entry) -> int:
    """The position that ``entry`` was written for; 0 where its contents were changed."""
    if _whole(entry):
        return entry.seq
    near = range(max(1, entry.seq - AROUND), entry.seq + AROUND)
    return next((seq for seq in near if _written(entry, entry.chain, seq, entry.prev)), 0)


def _belongs(entry: Entry, frame: Entry) -> bool:
    """Whether what ``entry`` says was written in the place of ``frame``, under the hash of either."""
    said = digest(frame.chain, frame.seq, frame.keep_until, frame.prev, body_of(entry))
    return said in (frame.hash, entry.hash)


def _whole(entry: Entry) -> bool:
    return _written(entry, entry.chain, entry.seq, entry.prev)


def _written(entry: Entry, chain: str, seq: int, prev: str) -> bool:
    """Whether the hash of ``entry`` is that of its contents at this place."""
    return digest(chain, seq, entry.keep_until, prev, body_of(entry)) == entry.hash
