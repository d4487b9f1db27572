"""Families of algorithms for sealing and hashing: the international one, and the Chinese commercial one (国密).

A suite's letter starts the ids of its keys, and so every value that it sealed: values of both suites live side
by side, and one that was sealed under the other suite still opens.
"""

from __future__ import annotations

import hmac
from typing import Literal, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hmac import HMAC

SuiteName = Literal["aes", "gm"]
"""What ``CRYPTO_SUITE`` may say."""

TAG = 16  # bytes: the whole tag, never cut


class Aead(Protocol):
    """An authenticated cipher under one key; ``decrypt`` raises InvalidTag where the tag does not fit."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None, /) -> bytes: ...
    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None, /) -> bytes: ...


class Suite(Protocol):
    """``key_size`` is that of the sealing keys, in bytes; digest keys are 32 bytes in every suite."""

    name: SuiteName
    letter: str
    key_size: int

    def aead(self, key: bytes) -> Aead: ...
    def digest(self, key: bytes, message: bytes) -> bytes: ...


class AesSuite:
    """AES-256-GCM (NIST SP 800-38D) and HMAC-SHA-256 (RFC 2104), the default."""

    name: SuiteName = "aes"
    letter = "k"
    key_size = 32

    def aead(self, key: bytes) -> Aead:
        return AESGCM(key)

    def digest(self, key: bytes, message: bytes) -> bytes:
        # Not hmac.digest: it lets go of the interpreter even for the shortest text, and waits for its turn again.
        return hmac.new(key, message, "sha256").digest()


class GmSuite:
    """SM4-GCM (GB/T 32907, RFC 8998) and HMAC-SM3 (GB/T 32905, GB/T 15852.2)."""

    name: SuiteName = "gm"
    letter = "s"
    key_size = 16

    def aead(self, key: bytes) -> Aead:
        return Sm4Gcm(key)

    def digest(self, key: bytes, message: bytes) -> bytes:
        # Not hmac.digest: whether hashlib knows SM3 depends on the OpenSSL that Python was built with.
        mac = HMAC(key, hashes.SM3())
        mac.update(message)
        return mac.finalize()


class Sm4Gcm:
    """SM4 in Galois/counter mode; the tag follows the ciphertext, as with AESGCM."""

    def __init__(self, key: bytes) -> None:
        self._algorithm = algorithms.SM4(key)

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None, /) -> bytes:
        encryptor = Cipher(self._algorithm, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(associated_data or b"")
        return encryptor.update(data) + encryptor.finalize() + encryptor.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None, /) -> bytes:
        if len(data) < TAG:
            raise InvalidTag
        decryptor = Cipher(self._algorithm, modes.GCM(nonce, data[-TAG:])).decryptor()
        decryptor.authenticate_additional_data(associated_data or b"")
        return decryptor.update(data[:-TAG]) + decryptor.finalize()


SUITES: tuple[Suite, ...] = (AesSuite(), GmSuite())


def suite_of(name: SuiteName) -> Suite:
    """The suite that a setting or a key file names."""
    return next(suite for suite in SUITES if suite.name == name)


def suite_of_key(key_id: str) -> Suite:
    """The suite whose letter starts ``key_id``. ValueError where there is none."""
    for suite in SUITES:
        if key_id.startswith(suite.letter):
            return suite
    raise ValueError("no suite of this letter")
