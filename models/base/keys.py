"""The key file: the master key of an installation and its other roots, kept apart from the data they protect.

The file holds ``{"master": secret, "digest": suite, "current": id, "keys": {id: secret}, "blind": secret,
"pepper": secret, "signer": id, "signers": {id: secret}}``; a secret is in URL-safe Base64. It is written once:
the data keys that later rotations make lie in the database, wrapped by the master key (``models/rotation``), so
a backup of the file never grows old. Whoever has both the file and a dump of the database can read everything.
Therefore it is backed up separately, and nobody but the server's account may read it.
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
from models.base.suites import SuiteName, suite_of, suite_of_key

SIZE = 32  # bytes: the master key, HMAC of both suites and Ed25519 all take as many
OTHERS = 0o027  # what a key file must not allow: writing by its group, anything by others

KeyId = Annotated[str, msgspec.Meta(pattern=r"^[a-z][0-9]{1,6}$")]


class KeyFileError(SaobanError):
    """The keys cannot be used; the server must not start. ``str()`` is a sentence for the operator: it names
    the file and the remedy."""

    code = "keys.unusable"
    message = "密钥文件无法使用。"

    def __str__(self) -> str:
        return f"{self.message}（{self.code}）"


class Keyring(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The secrets by purpose. Old keys stay in ``keys`` and ``signers`` so that what they made can still be
    read; ``current`` and ``signer`` name the ones that make anything new. The letter of a key id names its
    cipher suite, ``digest`` the suite of all blind indexes and MACs, chosen once and for all
    (``models/base/suites.py``). ``master`` wraps data keys; files of older versions have none."""

    current: KeyId
    keys: dict[KeyId, bytes]
    blind: bytes
    pepper: bytes
    signer: KeyId
    signers: dict[KeyId, bytes]
    digest: SuiteName = "aes"
    master: bytes | None = None

    def __repr__(self) -> str:
        return f"Keyring(current={self.current!r}, signer={self.signer!r})"

    @property
    def root(self) -> bytes:
        """The master key; for a file that has none, one that follows from its pepper."""
        if self.master is not None:
            return self.master
        # No MAC that the system makes is of this form: their kinds are other words.
        return suite_of(self.digest).digest(self.pepper, b"saoban.master\0")

    @classmethod
    def load(cls, path: Path, create: bool, suite: SuiteName = "aes") -> Keyring:
        """The keyring in the file ``path``, which is made with fresh keys of ``suite`` where it is missing
        and ``create`` is set.

        Two processes that start together end up with the same keys. Raises KeyFileError.
        """
        try:
            if create and not path.exists():
                _write_once(path, cls.fresh(suite))
            if path.stat().st_mode & OTHERS:
                raise KeyFileError(f"密钥文件 {path} 的权限过宽，请改为仅服务账号可读（chmod 600）。")
            return decode(path.read_bytes())
        except FileNotFoundError:
            raise KeyFileError(f"找不到密钥文件 {path}。请从备份恢复它，或在首次安装时允许新建。") from None
        except OSError as error:
            raise KeyFileError(f"无法读写密钥文件 {path}：{error.strerror}。") from error
        except (msgspec.DecodeError, ValueError, TypeError, KeyError, AttributeError):
            # The cause is dropped on purpose: it may quote the file.
            raise KeyFileError(f"密钥文件 {path} 的内容不完整或已损坏，请从备份恢复。") from None

    @classmethod
    def fresh(cls, suite: SuiteName = "aes") -> Keyring:
        """New random keys, held in memory only."""
        new = secrets.token_bytes
        first = suite_of(suite).letter + "1"
        return cls(
            current=first, keys={first: new(suite_of(suite).key_size)}, blind=new(SIZE), pepper=new(SIZE),
            signer="e1", signers={"e1": new(SIZE)}, digest=suite, master=new(SIZE),
        )  # fmt: skip

    def replace_file(self, path: Path) -> None:
        """Put these keys in place of the file ``path``, whole or not at all. Raises KeyFileError."""
        try:
            draft = _draft(path, self)
            draft.replace(path)
        except OSError as error:
            raise KeyFileError(f"无法读写密钥文件 {path}：{error.strerror}。") from error


def read_master(text: str) -> bytes:
    """The master key that ``MASTER_KEY`` spells in Base64. Raises KeyFileError."""
    try:
        return _secret(text.strip().replace("+", "-").replace("/", "_"))
    except (ValueError, UnicodeEncodeError):
        raise KeyFileError(
            f"MASTER_KEY 应是 {SIZE} 字节随机数的 Base64，可用 openssl rand -base64 {SIZE} 生成。"
        ) from None


def decode(content: bytes) -> Keyring:
    """The keyring that ``encode`` wrote. Raises ValueError, TypeError, KeyError, AttributeError or
    msgspec.DecodeError."""
    raw: dict[str, Any] = msgspec.json.decode(content, type=dict)
    for name in ("blind", "pepper"):
        raw[name] = _secret(raw[name])
    if raw.get("master") is not None:
        raw["master"] = _secret(raw["master"])
    raw["signers"] = {key_id: _secret(text) for key_id, text in raw["signers"].items()}
    raw["keys"] = {
        key_id: _secret(text, suite_of_key(key_id).key_size) for key_id, text in raw["keys"].items()
    }
    ring = msgspec.convert(raw, Keyring)
    if ring.current not in ring.keys or ring.signer not in ring.signers:
        raise ValueError("a current key is missing")
    return ring


def encode(ring: Keyring) -> bytes:
    """``ring`` as a key file holds it."""

    def text(secret: bytes) -> str:
        return base64.urlsafe_b64encode(secret).decode()

    content: dict[str, Any] = {
        "digest": ring.digest,
        "current": ring.current,
        "keys": {key_id: text(secret) for key_id, secret in ring.keys.items()},
        "blind": text(ring.blind),
        "pepper": text(ring.pepper),
        "signer": ring.signer,
        "signers": {key_id: text(secret) for key_id, secret in ring.signers.items()},
    }
    if ring.master is not None:
        content = {"master": text(ring.master), **content}
    return msgspec.json.format(msgspec.json.encode(content))


def _secret(text: str, size: int = SIZE) -> bytes:
    try:
        secret = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not Base64") from error
    if len(secret) != size:
        raise ValueError("a key has the wrong length")
    return secret


def _draft(path: Path, ring: Keyring) -> Path:
    """A whole file beside ``path``, on the disk, for its owner alone."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(encode(ring))
        file.flush()
        os.fsync(file.fileno())
    return draft


def _write_once(path: Path, ring: Keyring) -> None:
    """Put a whole file at ``path``, or leave the one that somebody else has put there meanwhile."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = _draft(path, ring)
    try:
        os.link(draft, path)  # fails where the name is taken, unlike a rename
    except FileExistsError:
        return
    finally:
        draft.unlink(missing_ok=True)
