"""Where the roots come from: the key file, or, under ``MASTER_KEY``, the database itself.

| key file | MASTER_KEY | database       | roots |
|----------|------------|----------------|-------|
| there    | none       | any            | the file's |
| there    | set        | not yet theirs | the file's, wrapped for MASTER_KEY too: afterwards the file may go |
| there    | set        | has the roots  | the database's; the file must say the same |
| missing  | set        | has keys       | the database's, if MASTER_KEY opens them |
| missing  | set        | has none       | new, wrapped in the database |
| missing  | none       | has none       | new, in a new file |
| missing  | none       | has keys       | refused: a new file would open nothing |
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import msgspec

from models.base.cipher import Unreadable
from models.base.keys import KeyFileError, Keyring, read_master
from models.base.suites import SuiteName, suite_of_key
from models.rotation.key import ROOTS, Key, master_id, secrets_of, unwrap, unwrap_roots, wrap, wrap_roots
from models.rotation.repository import KeyRepository


class Origin(msgspec.Struct, frozen=True):
    """Where an installation is told that its keys are. ``master_key`` is Base64, or empty."""

    key_file: Path
    master_key: str = ""
    suite: SuiteName = "aes"

    def __repr__(self) -> str:
        return f"Origin(key_file={self.key_file!r}, suite={self.suite!r})"


async def roots_of(repository: KeyRepository, origin: Origin, now: datetime) -> tuple[Keyring, bytes]:
    """The roots and the master key, all data keys of the file brought into the database. Raises KeyFileError."""
    keys = await repository.all()
    given = read_master(origin.master_key) if origin.master_key else None
    file = Keyring.load(origin.key_file, create=False) if origin.key_file.exists() else None
    if given is not None and (file is None or any(key.id == ROOTS for key in keys)):
        ring = await _from_database(repository, origin, given, keys, now)
        if file is not None and file.blind != ring.blind:
            raise _wrong(f"密钥文件 {origin.key_file}")
    elif file is not None:
        ring = file
        if keys and not any(master_id(ring.root) in key.wraps for key in keys):
            raise _wrong(f"密钥文件 {origin.key_file}")
    elif not keys:
        ring = Keyring.load(origin.key_file, create=True, suite=origin.suite)
    else:
        raise KeyFileError(
            f"找不到密钥文件 {origin.key_file}，而数据库里已有用它加密的内容。请从备份恢复密钥文件，或设置 MASTER_KEY。"
        )
    master = given or ring.root
    await _bring_in(repository, ring, master, keys, now)
    return ring, master


async def _from_database(
    repository: KeyRepository, origin: Origin, master: bytes, keys: list[Key], now: datetime
) -> Keyring:
    if not keys:
        fresh = Keyring.fresh(origin.suite)
        # Whoever founds first founds for all: the others find the row and read it.
        await repository.add(Key(ROOTS, {master_id(master): wrap_roots(master, fresh)}, now))
        keys = await repository.all()
    roots = next((key for key in keys if key.id == ROOTS), None)
    if roots is None:
        raise KeyFileError(
            f"数据库里没有密钥文件 {origin.key_file} 的内容。请先让密钥文件和 MASTER_KEY 同时存在启动一次。"
        )
    try:
        return unwrap_roots(master, roots.wraps[master_id(master)])
    except (KeyError, Unreadable):
        raise _wrong("MASTER_KEY") from None


async def _bring_in(
    repository: KeyRepository, ring: Keyring, master: bytes, keys: list[Key], now: datetime
) -> None:
    """Have every data key in the database, wrapped for ``master``: those of the file, and those that the
    file's own master key has wrapped so far. The same again changes nothing."""
    own = master_id(master)
    there = {key.id: key for key in keys}
    first = not any(key.is_data for key in keys)
    for key_id, secret in ring.keys.items():
        if key_id not in there:
            since = now if first and key_id == ring.current else None
            wrapped = wrap(master, key_id, secret, suite_of_key(key_id))
            await repository.add(Key(key_id, {own: wrapped}, now, since))
    if master != ring.root:
        await rewrap(repository, keys, ring.root, master)
        if ROOTS not in there:
            await repository.add(Key(ROOTS, {own: wrap_roots(master, ring)}, now))


async def rewrap(repository: KeyRepository, keys: Iterable[Key], old: bytes, new: bytes) -> None:
    """Let the master key ``new`` open every key that ``old`` opens. Raises KeyFileError."""
    for key in keys:
        if master_id(new) in key.wraps or master_id(old) not in key.wraps:
            continue
        try:
            secret = unwrap(old, key.id, key.wraps[master_id(old)])
        except Unreadable:
            raise _wrong(f"密钥 {key.id}") from None
        letter = key.wraps[master_id(old)].partition(".")[0]
        await repository.put_wrap(key.id, master_id(new), wrap(new, key.id, secret, suite_of_key(letter)))


def opened(ring: Keyring, master: bytes, keys: list[Key], current: str) -> Keyring:
    """``ring`` with every data key that ``master`` opens, sealing with ``current``. Raises KeyFileError."""
    try:
        secrets = secrets_of(master, keys, ring.keys)
    except Unreadable:
        raise _wrong("数据库里的数据密钥") from None
    if current not in secrets:
        raise _wrong("主密钥")
    return msgspec.structs.replace(ring, keys=secrets, current=current)


def _wrong(what: str) -> KeyFileError:
    return KeyFileError(
        f"{what}打不开这个数据库的密钥，两者不是一套。请恢复与数据库配套的密钥文件或 MASTER_KEY。"
    )
