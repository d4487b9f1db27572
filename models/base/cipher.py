"""Sealing, blind indexes and MACs: what sensitive values go through before they reach the driver."""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import secrets
from collections.abc import Callable

import msgspec
from cryptography.exceptions import InvalidTag

from models.base.chance import Chance
from models.base.errors import Unavailable
from models.base.keys import Keyring
from models.base.suites import SUITES, TAG, Aead, Suite

NONCE = 12  # bytes; a random 96-bit nonce is good for 2^32 messages a key (NIST SP 800-38D, 8.3)
BODY = 38  # characters of Base64 that nonce and tag alone take up

SEALED = re.compile(rf"([a-z][0-9]{{1,6}})\.[A-Za-z0-9_-]{{{BODY},}}")
"""What a sealed value looks like; the first group is the id of its key."""


INDEX = re.compile(r"([a-z][0-9]{1,6}):[0-9a-f]{64}")
"""What a search index looks like; the first group is the id of its key."""


class Unreadable(Unavailable):
    """A sealed value was altered, moved to another place, or made with a key that the keyring lacks."""

    code = "cipher.unreadable"
    message = "这项内容暂时无法读取，请联系工作人员处理。"


class SealedPath(msgspec.Struct, frozen=True):
    """Where a collection keeps sealed values, and in which context each was sealed.

    ``path`` is dotted; ``*`` stands for any key and ``[]`` for every item of an array. In ``context``,
    ``{id}`` is the document's id, ``{name}`` the keys that the stars stood for, joined by dots, and ``{key}``
    the field ``key`` of the innermost object that has one.
    """

    collection: str
    path: str
    context: str


class IndexedPath(msgspec.Struct, frozen=True):
    """Where a collection keeps the search index of a value, and where in the same document the value is sealed: what
    a rotation makes the index anew from. An empty index is of no value and stays empty."""

    collection: str
    path: str
    kind: str
    source: SealedPath
    quoted: bool = False  # sealed as JSON


class Cipher:
    """Seals and finds sensitive values with the keys of one keyring.

    Sealing goes by the letter of the key id, so sealed values of several suites live side by side. Digests
    come from the one suite that the keyring names for them. There are two kinds of blind index: ``index``, by which
    rows are found, follows from the key that seals and goes with it; ``blind``, by which residents are called in
    sessions, cases and the record of looking, stays for good (docs/adr/0012-keys-and-rotation.md).

    ``context`` says where a value lives (``"person.id_no:" + person id``); it is authenticated but not
    stored, so a sealed value copied into another row or field does not open.
    """

    def __init__(self, keyring: Keyring, suites: tuple[Suite, ...] = SUITES) -> None:
        self._by_letter = {suite.letter: suite for suite in suites}
        self._digest = next(suite.digest for suite in suites if suite.name == keyring.digest)
        self._blind, self._pepper = keyring.blind, keyring.pepper
        self._aeads: dict[str, Aead] = {}
        self._chance = Chance()
        self.on_unknown: Callable[[str], None] = _ignore
        """Told of a key id that the keyring lacks: somebody else may have made it a moment ago."""
        self.learn(keyring)

    def learn(self, keyring: Keyring) -> None:
        """From now on open with the keys of ``keyring``, and seal with its current one. Digests stay."""
        # The old object is kept for a key that stays: making one costs as much as sealing ten values.
        self._aeads = {
            key_id: self._aeads.get(key_id) or self._by_letter[key_id[0]].aead(key)
            for key_id, key in keyring.keys.items()
        }
        self._indexers = {
            key_id: self._digest(key, b"saoban.index\0") for key_id, key in keyring.keys.items()
        }
        self._current = keyring.current

    @property
    def current(self) -> str:
        """The id of the key that seals."""
        return self._current

    def seal(self, text: str, context: str) -> str:
        """``text`` as ``<key id>.<base64url of nonce, ciphertext and tag>``; different each time."""
        return f"{self._current}.{self._sealed(text.encode(), context)}"

    def _sealed(self, data: bytes, context: str) -> str:
        return seal_bytes(self._aeads[self._current], data, context, self._chance.bytes(NONCE))

    def open(self, sealed: str, context: str) -> str:
        """What was sealed in the same ``context``. Raises Unreadable."""
        key_id, _, body = sealed.partition(".")
        aead = self._aeads.get(key_id)
        if aead is None:
            if SEALED.fullmatch(sealed):
                self.on_unknown(key_id)
            raise Unreadable()
        try:
            return open_bytes(aead, body, context).decode()
        except UnicodeDecodeError:
            raise Unreadable() from None

    def reseal(self, sealed: str, context: str) -> str:
        """The same text under the current key. Raises Unreadable."""
        return self.seal(self.open(sealed, context), context)

    def blind(self, text: str, kind: str) -> str:
        """The blind index of ``text`` among values of ``kind``: 64 hex digits, always the same, not to be
        undone without the key. Normalise ``text`` before; it is for equality search."""
        return self._digest(self._blind, f"{kind}\0{text}".encode("utf-8", "surrogatepass")).hex()

    def index(self, text: str, kind: str) -> str:
        """The search index of ``text`` among values of ``kind``, under the current key: ``<key id>:<64 hex digits>``.
        Stored beside the sealed value, and made anew with it by a rotation."""
        return self._index(self._current, text, kind)

    def indexes(self, text: str, kind: str) -> list[str]:
        """Whatever ``text`` may be found under while keys change: its index under every key, the current one first,
        and the blind index that was stored in its place before there were any."""
        others = [key_id for key_id in self._indexers if key_id != self._current]
        return [
            *(self._index(key_id, text, kind) for key_id in (self._current, *others)),
            self.blind(text, kind),
        ]

    def _index(self, key_id: str, text: str, kind: str) -> str:
        said = f"{kind}\0{text}".encode("utf-8", "surrogatepass")
        return f"{key_id}:{self._digest(self._indexers[key_id], said).hex()}"

    def mac(self, text: str, kind: str) -> str:
        """The same with the pepper, for short secrets (PINs, one-time codes, tokens) that are compared and
        never searched by value: 64 hex digits."""
        return self._digest(self._pepper, f"{kind}\0{text}".encode("utf-8", "surrogatepass")).hex()

    def same(self, one: str, other: str) -> bool:
        """Whether two MACs are equal, in constant time."""
        return hmac.compare_digest(one, other)


def seal_bytes(aead: Aead, data: bytes, context: str, nonce: bytes = b"") -> str:
    """Base64url, without padding, of a fresh nonce, the ciphertext and its tag."""
    nonce = nonce or secrets.token_bytes(NONCE)
    sealed = nonce + aead.encrypt(nonce, data, context.encode())
    return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()


def open_bytes(aead: Aead, body: str, context: str) -> bytes:
    """The reverse of ``seal_bytes``. Raises Unreadable."""
    try:
        raw = base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
        if len(raw) < NONCE + TAG:
            raise Unreadable()
        return aead.decrypt(raw[:NONCE], raw[NONCE:], context.encode())
    except (InvalidTag, binascii.Error, ValueError):
        raise Unreadable() from None


def _ignore(key_id: str) -> None:
    """Nobody wants to know."""
