"""Receipts: the server's signature under what it has taken from a phone, which anybody can verify off line. Pure."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from datetime import datetime

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from models.base.keys import Keyring

PURPOSE = b"saoban.sync.receipt/1\n"
"""No other signature of this house begins with it, so none can be passed off as a receipt."""


class Said(msgspec.Struct, frozen=True):
    """What a receipt says: which operation (id and hash) of which account and device became what, when by the server's
    clock; ``done`` is the SHA-256 of what became of its elements."""

    id: str
    hash: str
    became: str = msgspec.field(name="is")
    account: str = ""
    device: str = ""
    at: datetime | None = None
    done: str = ""
    v: int = 1


class Receipt(msgspec.Struct, frozen=True):
    """``text`` is a Said in JSON, as it was signed; ``key`` the id of the signer; ``sig`` base64url without padding."""

    text: str
    key: str
    sig: str

    def said(self) -> Said:
        """Raises msgspec.DecodeError or ValidationError where the text says nothing of the kind."""
        return msgspec.json.decode(self.text, type=Said)


class ReceiptSigner:
    """Signs with the keyring's current signer."""

    def __init__(self, keyring: Keyring) -> None:
        private = {
            key_id: Ed25519PrivateKey.from_private_bytes(raw) for key_id, raw in keyring.signers.items()
        }
        self._key_id = keyring.signer
        self._signer = private[keyring.signer]
        self.public = {key_id: _text(key.public_key().public_bytes_raw()) for key_id, key in private.items()}
        """Public keys by id, as ``verified`` takes them."""

    def sign(self, said: Said) -> Receipt:
        text = msgspec.json.encode(said).decode()
        return Receipt(text, self._key_id, _text(self._signer.sign(PURPOSE + text.encode())))


def verified(receipt: Receipt, public: Mapping[str, str]) -> bool:
    """Whether one of the ``public`` keys signed the receipt as it stands."""
    try:
        key = Ed25519PublicKey.from_public_bytes(_bytes(public[receipt.key]))
        key.verify(_bytes(receipt.sig), PURPOSE + receipt.text.encode("utf-8", "surrogatepass"))
    except (KeyError, InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def digest(elements: object) -> str:
    """The ``done`` of a receipt over what became of an operation's elements."""
    return hashlib.sha256(msgspec.json.encode(elements)).hexdigest()


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
