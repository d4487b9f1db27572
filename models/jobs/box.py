"""A key of its own for each job: what lies in its files and parts is personal, and too large to be sealed anew whenever
keys rotate. Only this key is sealed by the house's cipher, and so goes along with a rotation; to destroy it is to
destroy everything in the box."""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag

from models.base.cipher import NONCE, Cipher, Unreadable
from models.base.suites import TAG, Aead, suite_of_key


class Box:
    """Seals bytes under the names that they are kept by: elsewhere they do not open."""

    def __init__(self, job: str, aead: Aead) -> None:
        self._job = job
        self._aead = aead

    def seal(self, data: bytes, name: str) -> bytes:
        """Nonce, ciphertext and tag."""
        nonce = secrets.token_bytes(NONCE)
        return nonce + self._aead.encrypt(nonce, data, f"{self._job}:{name}".encode())

    def open(self, sealed: bytes, name: str) -> bytes:
        """The reverse. Raises Unreadable."""
        if len(sealed) < NONCE + TAG:
            raise Unreadable()
        try:
            return self._aead.decrypt(sealed[:NONCE], sealed[NONCE:], f"{self._job}:{name}".encode())
        except InvalidTag:
            raise Unreadable() from None


def new_key(cipher: Cipher, job: str) -> str:
    """A fresh key for the job, sealed, of the suite that the house seals with now."""
    suite = suite_of_key(cipher.current)
    return cipher.seal(f"{suite.letter}{secrets.token_hex(suite.key_size)}", _context(job))


def box_of(cipher: Cipher, job: str, sealed: str) -> Box:
    """The box that this key opens. Raises Unreadable."""
    key = cipher.open(sealed, _context(job))
    return Box(job, suite_of_key(key).aead(bytes.fromhex(key[1:])))


def _context(job: str) -> str:
    return f"job.key:{job}"
