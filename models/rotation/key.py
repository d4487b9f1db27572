"""Data keys at rest: each wrapped by the master key. Pure."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from models.base.cipher import Unreadable, open_bytes, seal_bytes
from models.base.keys import Keyring, decode, encode
from models.base.suites import Aead, Suite, SuiteName, suite_of, suite_of_key

ROOTS = "roots"
"""The id of the row that holds everything of a key file but data keys, where ``MASTER_KEY`` replaces the file."""


class Key(msgspec.Struct, frozen=True):
    """One wrapped key. ``wraps`` holds it once for each master key that may open it, by ``master_id``; empty
    once it is retired. The data key that became current last seals."""

    id: str = msgspec.field(name="_id")
    wraps: dict[str, str]
    made_at: datetime
    current_from: datetime | None = None
    retired_at: datetime | None = None

    def __repr__(self) -> str:
        return f"Key({self.id!r})"

    @property
    def is_data(self) -> bool:
        return self.id != ROOTS


class Reader(msgspec.Struct, frozen=True):
    """One process that opens and seals: the data keys that it ``knows``, the one that it ``uses``, and the
    id of its master key, as of its last heartbeat; all empty before its first look."""

    id: str = msgspec.field(name="_id")
    knows: tuple[str, ...]
    uses: str
    master: str


BEAT_SECONDS = 2.0
"""How often a process reads the keys again and says what it knows."""

ALIVE_SECONDS = 15
"""A process that has been silent for longer is not waited for."""


def master_id(master: bytes) -> str:
    """By what a master key is called: a label that protects nothing and tells nothing."""
    return hmac.digest(master, b"saoban.master.id", hashlib.sha256)[:6].hex()


def wrap(master: bytes, key_id: str, secret: bytes, suite: Suite) -> str:
    """``secret`` sealed by the master key as ``<suite's letter>.<base64url>``; it opens under ``key_id`` alone."""
    return f"{suite.letter}.{seal_bytes(_wrapping(master, suite), secret, f'saoban.key:{key_id}')}"


def unwrap(master: bytes, key_id: str, wrapped: str) -> bytes:
    """The reverse of ``wrap``. Raises Unreadable."""
    letter, _, body = wrapped.partition(".")
    try:
        suite = suite_of_key(letter)
    except ValueError:
        raise Unreadable() from None
    return open_bytes(_wrapping(master, suite), body, f"saoban.key:{key_id}")


def wrap_roots(master: bytes, ring: Keyring) -> str:
    """Blind key, pepper and signers of ``ring``, wrapped; its data keys have rows of their own."""
    return wrap(master, ROOTS, encode(msgspec.structs.replace(ring, master=None)), suite_of(ring.digest))


def unwrap_roots(master: bytes, wrapped: str) -> Keyring:
    """The reverse of ``wrap_roots``. Raises Unreadable."""
    try:
        return decode(unwrap(master, ROOTS, wrapped))
    except (msgspec.DecodeError, ValueError, TypeError, KeyError, AttributeError):
        raise Unreadable() from None


def current_of(keys: Iterable[Key]) -> Key | None:
    """The data key that seals: the one that became current last."""
    chosen = [key for key in keys if key.is_data and key.current_from and not key.retired_at]
    return max(chosen, key=lambda key: (key.current_from, number_of(key.id)), default=None)


def next_id(keys: Iterable[Key], suite: SuiteName) -> str:
    """A key id that was never used, in any suite: numbers only rise."""
    return f"{suite_of(suite).letter}{1 + max((number_of(key.id) for key in keys if key.is_data), default=0)}"


def number_of(key_id: str) -> int:
    return int(key_id[1:])


def prepared_of(keys: Iterable[Key], suite: SuiteName) -> Key | None:
    """A key of ``suite`` that was made and never came into use: a rotation was stopped right then."""
    keys = list(keys)
    current = current_of(keys)
    letter = suite_of(suite).letter
    waiting = [
        key
        for key in keys
        if key.is_data and key.wraps and key.current_from is None and key.id[0] == letter
        and (current is None or number_of(key.id) > number_of(current.id))
    ]  # fmt: skip
    return max(waiting, key=lambda key: number_of(key.id), default=None)


def outworn(keys: Iterable[Key]) -> list[Key]:
    """The data keys that still open and no longer seal; one that is yet to come into use is none of them."""
    keys = list(keys)
    current = current_of(keys)
    if current is None:
        return []
    return [
        key
        for key in keys
        if key.is_data and key.wraps and key.id != current.id
        and (key.current_from is not None or number_of(key.id) < number_of(current.id))
    ]  # fmt: skip


def pattern_of(key_ids: Iterable[str]) -> re.Pattern[bytes]:
    """Finds in raw bytes any value that was sealed under one of ``key_ids``, and any index made with it."""
    either = b"|".join(re.escape(key_id.encode()) for key_id in key_ids)
    return re.compile(rb"(?<![A-Za-z0-9_-])(?:" + either + rb")[.:][A-Za-z0-9_-]{38,}")


def secrets_of(master: bytes, keys: Iterable[Key], known: Mapping[str, bytes]) -> dict[str, bytes]:
    """The data keys that ``master`` opens and that are not retired, by id. What is ``known`` is not opened
    again. Raises Unreadable where a wrapped key was tampered with."""
    own = master_id(master)
    return {
        key.id: known.get(key.id) or unwrap(master, key.id, key.wraps[own])
        for key in keys
        if key.is_data and own in key.wraps and key.retired_at is None
    }


def _wrapping(master: bytes, suite: Suite) -> Aead:
    return suite.aead(suite.digest(master, b"saoban.wrap." + suite.letter.encode())[: suite.key_size])
