"""The keyring: every secret of an installation in one JSON file, kept apart from the data it protects.

The file holds ``{"current": id, "keys": {id: secret}, "blind": secret, "pepper": secret, "signer": id,
"signers": {id: secret}}``; a secret is 32 bytes in URL-safe Base64. Whoever has both the file and a dump of
the database can read everything, so the file is backed up separately and nobody but the server's account
may read it.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from pathlib import Path
from typing import Annotated, Any

import msgspec

from models.base.errors import SaobanError

SIZE = 32  # bytes: AES-256, HMAC-SHA-256 and Ed25519 all take as many
OTHERS = 0o027  # what a key file must not allow: writing by its group, anything by others

KeyId = Annotated[str, msgspec.Meta(pattern=r"^[a-z][0-9]{1,6}$")]


class KeyFileError(SaobanError):
    """The key file cannot be used; the server must not start. The message names the file and the remedy."""

    code = "keys.unusable"
    message = "密钥文件无法使用。"


class Keyring(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The secrets by purpose. Old keys stay in ``keys`` and ``signers`` so that what they made can still be
    read; ``current`` and ``signer`` name the ones that make anything new. The letter of a key id names its
    cipher suite (``models/base/cipher.py``)."""

    current: KeyId
    keys: dict[KeyId, bytes]
    blind: bytes
    pepper: bytes
    signer: KeyId
    signers: dict[KeyId, bytes]

    def __repr__(self) -> str:
        return f"Keyring(current={self.current!r}, signer={self.signer!r})"

    @classmethod
    def load(cls, path: Path, create: bool) -> Keyring:
        """The keyring in the file ``path``, which is made with fresh keys where it is missing and
        ``create`` is set.

        Two processes that start together end up with the same keys. Raises KeyFileError.
        """
        try:
            if create and not path.exists():
                _write_once(path, cls.fresh())
            if path.stat().st_mode & OTHERS:
                raise KeyFileError(f"密钥文件 {path} 的权限过宽，请改为仅服务账号可读（chmod 600）。")
            return _decode(path.read_bytes())
        except FileNotFoundError:
            raise KeyFileError(f"找不到密钥文件 {path}。请从备份恢复它，或在首次安装时允许新建。") from None
        except OSError as error:
            raise KeyFileError(f"无法读写密钥文件 {path}：{error.strerror}。") from error
        except (msgspec.DecodeError, ValueError, TypeError, KeyError):
            # The cause is dropped on purpose: it may quote the file.
            raise KeyFileError(f"密钥文件 {path} 的内容不完整或已损坏，请从备份恢复。") from None

    @classmethod
    def fresh(cls) -> Keyring:
        """New random keys, held in memory only."""
        new = secrets.token_bytes
        return cls(
            current="k1", keys={"k1": new(SIZE)}, blind=new(SIZE), pepper=new(SIZE),
            signer="e1", signers={"e1": new(SIZE)},
        )  # fmt: skip


def _decode(content: bytes) -> Keyring:
    raw: dict[str, Any] = msgspec.json.decode(content, type=dict)
    for name in ("blind", "pepper"):
        raw[name] = _secret(raw[name])
    for name in ("keys", "signers"):
        raw[name] = {key_id: _secret(text) for key_id, text in raw[name].items()}
    ring = msgspec.convert(raw, Keyring)
    if ring.current not in ring.keys or ring.signer not in ring.signers:
        raise ValueError("a current key is missing")
    return ring


def _secret(text: str) -> bytes:
    try:
        secret = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not Base64") from error
    if len(secret) != SIZE:
        raise ValueError("a key has the wrong length")
    return secret


def _encode(ring: Keyring) -> bytes:
    def text(secret: bytes) -> str:
        return base64.urlsafe_b64encode(secret).decode()

    return msgspec.json.format(
        msgspec.json.encode({
            "current": ring.current,
            "keys": {key_id: text(secret) for key_id, secret in ring.keys.items()},
            "blind": text(ring.blind),
            "pepper": text(ring.pepper),
            "signer": ring.signer,
            "signers": {key_id: text(secret) for key_id, secret in ring.signers.items()},
        })
    )  # fmt: skip


def _write_once(path: Path, ring: Keyring) -> None:
    """Put a whole file at ``path``, or leave the one that somebody else has put there meanwhile."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(_encode(ring))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)  # fails where the name is taken, unlike a rename
        except FileExistsError:
            return
    finally:
        draft.unlink(missing_ok=True)
