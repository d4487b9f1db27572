"""Sealing, blind indexes and MACs: what sensitive values go through before they reach the driver."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from models.base.errors import Unavailable
from models.base.keys import Keyring

NONCE = 12  # bytes; a random 96-bit nonce is good for 2^32 messages a key (NIST SP 800-38D, 8.3)
TAG = 16  # bytes


class Unreadable(Unavailable):
    """A sealed value was altered, moved to another place, or made with a key that the keyring lacks."""

    code = "cipher.unreadable"
    message = "这项内容暂时无法读取，请联系工作人员处理。"


class Aead(Protocol):
    """An authenticated cipher under one key; both ends raise InvalidTag where the tag does not fit."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None, /) -> bytes: ...
    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None, /) -> bytes: ...


class Suite(Protocol):
    """A family of algorithms. Its letter starts the ids of its keys, and so every value that it sealed."""

    letter: str

    def aead(self, key: bytes) -> Aead: ...
    def digest(self, key: bytes, message: bytes) -> bytes: ...


class AesSuite:
    """AES-256-GCM and HMAC-SHA-256, the default."""

    letter = "k"

    def aead(self, key: bytes) -> Aead:
        return AESGCM(key)

    def digest(self, key: bytes, message: bytes) -> bytes:
        return hmac.digest(key, message, "sha256")


class Cipher:
    """Seals and finds sensitive values with the keys of one keyring.

    Sealing goes by the letter of the key id, so sealed values of several suites live side by side. Digests
    come from the first suite alone: rotating the sealing key must not move the blind indexes.

    ``context`` says where a value lives (``"person.id_no:" + person id``); it is authenticated but not
    stored, so a sealed value copied into another row or field does not open.
    """

    def __init__(self, keyring: Keyring, suites: tuple[Suite, ...] = (AesSuite(),)) -> None:
        by_letter = {suite.letter: suite for suite in suites}
        self._current = keyring.current
        self._aeads = {key_id: by_letter[key_id[0]].aead(key) for key_id, key in keyring.keys.items()}
        self._digest = suites[0].digest
        self._blind, self._pepper = keyring.blind, keyring.pepper

    def seal(self, text: str, context: str) -> str:
        """``text`` as ``<key id>.<base64url of nonce, ciphertext and tag>``; different each time."""
        nonce = secrets.token_bytes(NONCE)
        sealed = self._aeads[self._current].encrypt(nonce, text.encode(), context.encode())
        return f"{self._current}.{base64.urlsafe_b64encode(nonce + sealed).rstrip(b'=').decode()}"

    def open(self, sealed: str, context: str) -> str:
        """What was sealed in the same ``context``. Raises Unreadable."""
        key_id, _, body = sealed.partition(".")
        aead = self._aeads.get(key_id)
        if aead is None:
            raise Unreadable()
        try:
            raw = base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
            if len(raw) < NONCE + TAG:
                raise Unreadable()
            return aead.decrypt(raw[:NONCE], raw[NONCE:], context.encode()).decode()
        except (InvalidTag, binascii.Error, ValueError):
            raise Unreadable() from None

    def blind(self, text: str, kind: str) -> str:
        """The blind index of ``text`` among values of ``kind``: 64 hex digits, always the same, not to be
        undone without the key. Normalise ``text`` before; it is for equality search."""
        return self._digest(self._blind, f"{kind}\0{text}".encode("utf-8", "surrogatepass")).hex()

    def mac(self, text: str, kind: str) -> str:
        """The same with the pepper, for short secrets (PINs, one-time codes, tokens) that are compared and
        never searched by value: 64 hex digits."""
        return self._digest(self._pepper, f"{kind}\0{text}".encode("utf-8", "surrogatepass")).hex()

    def same(self, one: str, other: str) -> bool:
        """Whether two MACs are equal, in constant time."""
        return hmac.compare_digest(one, other)
