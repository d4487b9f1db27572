"""Signed heads: how far a chain had come at a time, under the signature of the server. Pure.

The signature (Ed25519) is made with the keyring's signer. What is signed begins with a line that no other
signature of this house begins with, so that none can be passed off as another.
"""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime, timedelta
from typing import Literal

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from models.audit.chain import Tail
from models.base.keys import Keyring

Mark = Literal["opened", "running", "closed", "unclosed"]
FINAL: frozenset[Mark] = frozenset({"closed", "unclosed"})

PURPOSE = b"saoban.audit.head/1\n"


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``count`` entries, the last with ``hash``. ``mark``: the chain begins (``opened``), goes on (``running``),
    was ended by its own process (``closed``), or was found without its process and sealed as it was
    (``unclosed``). ``key`` is the id of the signer, ``signature`` Base64."""

    chain: str
    count: int
    hash: str
    at: datetime
    mark: Mark
    keep_until: datetime
    key: str
    signature: str = ""

    @property
    def id(self) -> str:
        return f"{self.chain}:{self.count:08d}:{self.mark}"


class Signer:
    """Signs heads, and tells whether a head was signed by this installation."""

    def __init__(self, keyring: Keyring) -> None:
        private = {
            key_id: Ed25519PrivateKey.from_private_bytes(raw) for key_id, raw in keyring.signers.items()
        }
        self._key_id = keyring.signer
        self._signer = private[keyring.signer]
        self._public = {key_id: key.public_key() for key_id, key in private.items()}

    def sign(self, tail: Tail, mark: Mark, at: datetime) -> Head:
        """The head of a chain that has come as far as ``tail``."""
        head = Head(tail.chain, tail.seq, tail.last, at, mark, tail.keep_until, self._key_id)
        signature = base64.b64encode(self._signer.sign(_signed(head))).decode()
        return msgspec.structs.replace(head, signature=signature)

    def signed(self, head: Head) -> bool:
        """Whether the signature is ours and fits."""
        key = self._public.get(head.key)
        if key is None:
            return False
        try:
            key.verify(base64.b64decode(head.signature, validate=True), _signed(head))
        except (InvalidSignature, binascii.Error, ValueError):
            return False
        return True


def _signed(head: Head) -> bytes:
    """A JSON array of every field but the signature, in order; times as whole milliseconds since 1970."""
    said = (
        head.chain, head.count, head.hash, _ms(head.at), head.mark, _ms(head.keep_until), head.key,
    )  # fmt: skip
    return PURPOSE + msgspec.json.encode(said)


def _ms(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
