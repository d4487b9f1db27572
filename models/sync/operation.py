"""An operation: what somebody did on a phone, as the phone wrote it once (docs/sync.md). Pure."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from models.base.errors import Problem

VERSION = 2
"""Of the form of operations. The app writes this one; older ones are still read (``READERS``)."""

Kind = Literal["edit", "unchanged", "visit", "task"]
KINDS: frozenset[str] = frozenset({"edit", "unchanged", "visit", "task"})

OPERATION = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
"""A ULID: 48 bits of time and 80 random ones, in Crockford Base32."""

HASH = re.compile(r"[0-9a-f]{64}")
HOUSEHOLD = r"^[0-9]{18}$"
PHOTO = r"^[0-9a-f]{64}$"
DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
LONGEST = 64 * 1024
"""Bytes of one operation."""

Text = Annotated[str, msgspec.Meta(max_length=2000)]
Short = Annotated[str, msgspec.Meta(max_length=200)]
Id = Annotated[str, msgspec.Meta(max_length=40)]
Photos = Annotated[tuple[Annotated[str, msgspec.Meta(pattern=PHOTO)], ...], msgspec.Meta(max_length=9)]


class Envelope(msgspec.Struct, frozen=True):
    """How an operation travels: its id, the SHA-256 of its text, and the text as the phone wrote it."""

    id: str
    hash: str
    text: str

    @property
    def fits(self) -> bool:
        """Whether the hash is that of the text."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest() == self.hash


class Edit(msgspec.Struct, frozen=True):
    """One element set: of the house (``of`` empty) or of a member; ``base`` is the version that was seen, empty where
    nothing was held, or ``@`` and the id of the operation before it on the same phone."""

    key: Annotated[str, msgspec.Meta(max_length=80)]
    value: Any = None
    base: Id = ""
    of: Id = ""
    reason: Short = ""


class Task(msgspec.Struct, frozen=True):
    """Something found on the way that somebody should see to."""

    text: Text
    photos: Photos = ()


class VisitSaid(msgspec.Struct, frozen=True):
    """A visit as the phone tells of it; ``way`` 1 in person, 2 by phone, 3 by video; ``next`` empty for what follows from
    the pace."""

    on: Annotated[str, msgspec.Meta(pattern=DAY)]
    way: Literal[1, 2, 3] = 1
    text: Text = ""
    people: Annotated[tuple[Id, ...], msgspec.Meta(max_length=99)] = ()
    photos: Photos = ()
    problems: Text = ""
    next: Annotated[str, msgspec.Meta(max_length=10)] = ""
    position: tuple[float, float] | None = None


class Operation(msgspec.Struct, frozen=True):
    """What an operation says, in the present form. ``at`` is the phone's clock and counts for nothing."""

    id: str
    kind: Kind
    device: str
    home: Annotated[str, msgspec.Meta(pattern=HOUSEHOLD)]
    at: datetime
    seq: Annotated[int, msgspec.Meta(ge=1)] = 1
    after: Annotated[tuple[str, ...], msgspec.Meta(max_length=50)] = ()
    edits: Annotated[tuple[Edit, ...], msgspec.Meta(max_length=200)] = ()
    visit: VisitSaid | None = None
    tasks: Annotated[tuple[Task, ...], msgspec.Meta(max_length=9)] = ()
    task: Task | None = None
    of: Id = ""
    module: Short = ""
    bases: Annotated[dict[str, Id], msgspec.Meta(max_length=200)] = {}

    @property
    def needs(self) -> frozenset[str]:
        """The operations that have to be done before this one."""
        named = {edit.base[1:] for edit in self.edits if edit.base.startswith("@")}
        named |= {base[1:] for base in self.bases.values() if base.startswith("@")}
        return frozenset(self.after) | named


class Unreadable(Exception):  # noqa: N818 - it never leaves this slice
    """An operation that cannot be read: ``is_newer`` where a later server may be able to."""

    def __init__(self, code: str, message: str, *, is_newer: bool = False) -> None:
        super().__init__(message)
        self.problem = Problem("", code, message)
        self.is_newer = is_newer


def read(envelope: Envelope) -> Operation:
    """The operation that an envelope carries, whichever version of the app wrote it. Raises Unreadable."""
    if not OPERATION.fullmatch(envelope.id) or not HASH.fullmatch(envelope.hash):
        raise Unreadable("op.id", "操作编号或校验值的格式不对。")
    if len(envelope.text) > LONGEST:
        raise Unreadable("op.large", "这条记录太大，请拆成几条。")
    if not envelope.fits:
        raise Unreadable("op.hash", "这条记录的校验值与内容不符，可能在手机上损坏了。")
    try:
        raw = msgspec.json.decode(envelope.text)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        raise Unreadable("op.malformed", "这条记录的格式不对。") from None
    return _convert(_upgraded(raw, envelope.id))


def _upgraded(raw: Any, op_id: str) -> dict[str, Any]:
    if not isinstance(raw, dict) or raw.get("id") != op_id:
        raise Unreadable("op.malformed", "这条记录的格式不对。")
    version = raw.get("v")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise Unreadable("op.malformed", "这条记录没有写明格式版本。")
    if version > VERSION:
        raise Unreadable("op.newer", "这条记录由更新版本的应用写成，服务器升级后再送。", is_newer=True)
    while version < VERSION:
        raw, version = READERS[version](raw), version + 1
    if raw.get("kind") not in KINDS:
        raise Unreadable("op.kind", "服务器还不能办理这种操作。")
    return raw


def _convert(raw: dict[str, Any]) -> Operation:
    try:
        op = msgspec.convert(raw, Operation)
    except (msgspec.ValidationError, RecursionError):
        raise Unreadable("op.malformed", "这条记录的格式不对。") from None
    if (op.kind == "visit") != (op.visit is not None) or (op.kind == "task") != (op.task is not None):
        raise Unreadable("op.malformed", "这条记录缺少应有的内容。")
    if (op.kind == "edit" and not op.edits) or (op.kind == "unchanged" and not op.bases):
        raise Unreadable("op.malformed", "这条记录缺少应有的内容。")
    if any(not OPERATION.fullmatch(each) for each in op.needs) or op.id in op.needs or op.at.tzinfo is None:
        raise Unreadable("op.malformed", "这条记录的格式不对。")
    return op


def _from_1(raw: dict[str, Any]) -> dict[str, Any]:
    """Version 1 knew one edit an operation, written beside its kind."""
    if raw.get("kind") != "edit" or "edits" in raw:
        return raw
    names = ("of", "key", "value", "base", "reason")
    edit = {name: raw[name] for name in names if name in raw}
    return {**{name: value for name, value in raw.items() if name not in names}, "edits": [edit]}


READERS = {1: _from_1}
"""By version: makes the next one of it."""
