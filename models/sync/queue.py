"""A queue that could not be sent: sealed by the phone to a key of ours, opened at the desk. Pure.

ECDH on P-256, HKDF-SHA-256, AES-256-GCM (docs/sync.md). The private keys follow from the keyring's signers, so they are
backed up with it, and a file that was made before a change of the signer still opens after it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from datetime import datetime

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from models.base.errors import Invalid, Problem
from models.base.keys import Keyring
from models.sync.operation import Envelope

CURVE = ec.SECP256R1()
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the curve (FIPS 186-4, D.1.2.3)."""

LARGEST = 4 * 1024 * 1024
MOST = 1_000
"""Bytes and operations of one file."""

OURS, SHARED = b"saoban.queue.key/1", b"saoban.queue/1"


class Sealed(msgspec.Struct, frozen=True):
    """The file as it is carried."""

    saoban: str
    v: int
    key: str
    epk: str
    iv: str
    data: str


class Queue(msgspec.Struct, frozen=True):
    """What was in it: ``ops`` is a JSON array of envelopes as text, ``mac`` the device's mark on it."""

    account: str
    device: str
    made: datetime
    ops: str
    mac: str

    def is_of(self, secret: str) -> bool:
        """Whether the device that has ``secret`` made it."""
        said = hmac.new(secret.encode(), self.ops.encode("utf-8", "surrogatepass"), hashlib.sha256)
        return hmac.compare_digest(said.hexdigest(), self.mac)

    def envelopes(self) -> list[Envelope]:
        """Raises Invalid where there are none or too many."""
        try:
            found = msgspec.json.decode(self.ops, type=list[Envelope])
        except (msgspec.ValidationError, msgspec.DecodeError, RecursionError):
            raise bad("queue.content", "文件里的记录格式不对。") from None
        if len(found) > MOST:
            raise bad("queue.large", f"一个文件最多 {MOST} 条记录。")
        return found


class QueueKeys:
    """Our side: a pair of keys for each signer."""

    def __init__(self, keyring: Keyring) -> None:
        self._private = {key_id: _private(raw) for key_id, raw in keyring.signers.items()}
        self._current = keyring.signer

    @property
    def current(self) -> tuple[str, str]:
        """The id and the public key (base64url of the uncompressed point) that phones seal to now."""
        public = self._private[self._current].public_key()
        point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return self._current, base64.urlsafe_b64encode(point).rstrip(b"=").decode()

    def open(self, file: bytes) -> Queue:
        """What a file holds. Raises Invalid, with what to do, where it is none of ours or was damaged."""
        if len(file) > LARGEST:
            raise bad("queue.large", "文件太大，请在应用里分几次导出。")
        try:
            sealed = msgspec.json.decode(file, type=Sealed)
            if (sealed.saoban, sealed.v) != ("queue", 1):
                raise bad("queue.kind", "这不是应用导出的离线记录文件。")
            theirs = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, _bytes(sealed.epk))
            shared = self._private[sealed.key].exchange(ec.ECDH(), theirs)
            opened = AESGCM(_hkdf(shared, SHARED, 32)).decrypt(_bytes(sealed.iv), _bytes(sealed.data), None)
            return msgspec.json.decode(opened, type=Queue)
        except KeyError:
            raise bad(
                "queue.key", "这个文件是用别的系统的密钥加密的，请确认是在本县的应用里导出的。"
            ) from None
        except (InvalidTag, ValueError, binascii.Error, msgspec.DecodeError, RecursionError):
            raise bad("queue.damaged", "文件打不开，可能不完整。请在应用里重新导出。") from None


def bad(code: str, message: str) -> Invalid:
    """The refusal of a file, beside its field."""
    return Invalid([Problem("file", code, message)], message)


def _private(secret: bytes) -> ec.EllipticCurvePrivateKey:
    # 128 bits more than the order has, so that the remainder favours no key.
    drawn = int.from_bytes(_hkdf(secret, OURS, 48), "big")
    return ec.derive_private_key(drawn % (ORDER - 1) + 1, CURVE)


def _hkdf(secret: bytes, info: bytes, size: int) -> bytes:
    return HKDF(hashes.SHA256(), size, None, info).derive(secret)


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
