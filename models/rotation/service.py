"""The keys of a running process: read from file and database, and read again while others change them.

A new data key goes through two steps, so that nobody ever meets a value that it cannot open: it is laid in the
database, wrapped, and only when every living process has read it does it become the one that seals. Each
process says in its heartbeat which keys it knows. It says so once before its first look at the keys: either it
then sees a key that was just laid down, or whoever laid it sees the process and waits for it.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import structlog

from models.base.cipher import Cipher
from models.base.clock import Clock
from models.base.errors import SaobanError
from models.base.keys import KeyFileError, Keyring
from models.base.suites import SuiteName, suite_of
from models.database import Database
from models.rotation.founding import Origin, opened, rewrap, roots_of
from models.rotation.job import StillUsed
from models.rotation.key import (
    Key,
    Reader,
    current_of,
    master_id,
    next_id,
    outworn,
    prepared_of,
    wrap,
)
from models.rotation.repository import KeyRepository

GRACE = timedelta(minutes=20)
"""How long after its last use a key is kept: access tokens, which no database sees, carry sealed names for a
quarter of an hour (``models/sessions/tokens.py``)."""


class Keys:
    """Make it with ``await Keys.open(...)``. ``cipher`` and ``keyring`` are what the rest of the house uses;
    ``refresh`` is called every BEAT_SECONDS."""

    def __init__(
        self,
        repository: KeyRepository,
        origin: Origin,
        clock: Clock,
        name: str,
        keyring: Keyring,
        master: bytes,
    ) -> None:
        self._repository = repository
        self._origin = origin
        self._clock = clock
        self._name = name
        self._master = master
        self._stamp = _stamp(origin.key_file)
        self._complaint = ""
        self._refreshing: asyncio.Task[None] | None = None
        self.keyring = keyring
        self.cipher = Cipher(keyring)
        self.cipher.on_unknown = self._look_again

    @classmethod
    async def open(cls, database: Database, clock: Clock, origin: Origin, *, serving: bool = True) -> Keys:
        """The keys of this installation, founded where there are none. With ``serving`` a rotation waits for
        this process. Raises KeyFileError; the collections must be brought up before."""
        repository = KeyRepository(database)
        name = secrets.token_hex(8) if serving else ""
        if name:
            await repository.beat(Reader(name, (), "", ""))
        ring, master = await roots_of(repository, origin, clock())
        rows = await repository.all()
        keys = cls(repository, origin, clock, name, opened(ring, master, rows, _current(rows, ring)), master)
        await keys._say()
        if serving and keys.suite != origin.suite:
            structlog.get_logger().warning(
                "keys.suite", sealing=keys.suite, wanted=origin.suite, run="rotate-keys"
            )
        return keys

    @property
    def suite(self) -> SuiteName:
        """The suite that seals now; a change of ``CRYPTO_SUITE`` comes into force with the next rotation."""
        return "gm" if self.keyring.current.startswith(suite_of("gm").letter) else "aes"

    async def refresh(self) -> None:
        """Learn of keys that were added, came into use or were retired, and say so. What this process knows
        stays where it cannot learn more; that is logged."""
        try:
            await self._read()
            self._complaint = ""
        except KeyFileError as error:
            if error.message != self._complaint:  # once, not at every beat
                structlog.get_logger().error("keys.unusable", message=error.message)
            self._complaint = error.message
        await self._say()

    async def close(self) -> None:
        """Nobody need wait for this process any more."""
        if self._refreshing:
            self._refreshing.cancel()
        if self._name:
            await self._repository.leave(self._name)

    # For whoever changes keys.

    async def prepare(self, suite: SuiteName) -> str:
        """Lay down a new data key of ``suite``, or take the one that an earlier run laid down and did not
        come to use; its id."""
        while True:
            keys = await self._repository.all()
            waiting = prepared_of(keys, suite)
            if waiting:
                return waiting.id
            made = suite_of(suite)
            key_id = next_id(keys, suite)
            secret = secrets.token_bytes(made.key_size)
            wraps = {master_id(self._master): wrap(self._master, key_id, secret, made)}
            if await self._repository.add(Key(key_id, wraps, self._clock())):
                return key_id

    async def promote(self, key_id: str) -> None:
        """From now on ``key_id`` seals, in every process that reads the keys again."""
        await self._repository.make_current(key_id, self._clock())
        await self.refresh()

    async def behind(self, has: Callable[[Reader], bool]) -> list[Reader]:
        """The living processes that have not come to ``has`` yet."""
        readers = await self._repository.living_readers()
        return [reader for reader in readers if not has(reader)]

    async def outworn(self) -> tuple[str, ...]:
        """The ids of the data keys that open but no longer seal."""
        return tuple(key.id for key in outworn(await self._repository.all()))

    async def retire(self, key_ids: tuple[str, ...]) -> None:
        """Destroy data keys under which nothing is sealed (the caller has looked), and what former master
        keys could open. Raises StillUsed while a process or a token may still need them."""
        keys = await self._repository.all()
        current = current_of(keys)
        since = current.current_from if current else None
        if current is None or since is None or self._clock() - since < GRACE:
            minutes = int(GRACE.total_seconds() // 60)
            raise StillUsed(
                f"新密钥启用还不到{minutes}分钟，已发出的登录凭证可能还在用旧密钥，请稍后再停用。"
            )
        own = master_id(self._master)
        if await self.behind(lambda reader: reader.uses == current.id and reader.master == own):
            raise StillUsed("还有服务进程没有换用新的密钥，请检查或重启这些进程后再停用。")
        for key in keys:
            if key.id in key_ids and key.id != current.id:
                await self._repository.retire(key.id, self._clock())
            else:
                await self._repository.drop_wraps(key, own)
        await self.refresh()

    async def change_master(self, new: bytes) -> None:
        """Let ``new`` open every key beside the present master key, which goes with the next ``retire``.
        A key file is rewritten for it; ``MASTER_KEY`` is changed by whoever set it."""
        await rewrap(self._repository, await self._repository.all(), self._master, new)
        path = self._origin.key_file
        if not self._origin.master_key:
            ring = Keyring.load(path, create=False)
            msgspec.structs.replace(ring, master=new).replace_file(path)
            await self.refresh()

    # Within.

    async def _read(self) -> None:
        rows = await self._repository.all()
        stamp, own = _stamp(self._origin.key_file), master_id(self._master)
        ring = self.keyring
        # A new master key: in the key file, or, told by a key that ours does not open, anywhere.
        if stamp != self._stamp or any(row.wraps and own not in row.wraps for row in rows):
            ring, self._master = await roots_of(self._repository, self._origin, self._clock())
            self._stamp = stamp
        self.keyring = opened(ring, self._master, rows, _current(rows, ring))
        self.cipher.learn(self.keyring)

    async def _say(self) -> None:
        if self._name:
            ring = self.keyring
            reader = Reader(self._name, tuple(ring.keys), ring.current, master_id(self._master))
            await self._repository.beat(reader)

    def _look_again(self, key_id: str) -> None:
        """A value came along whose key we lack: this process must have slept through a rotation."""
        if self._refreshing is None or self._refreshing.done():
            self._refreshing = asyncio.get_running_loop().create_task(self._catch_up(key_id))

    async def _catch_up(self, key_id: str) -> None:
        try:
            await self.refresh()
        except SaobanError as error:
            structlog.get_logger().warning("keys.unknown", key=key_id, code=error.code)
        except Exception:  # nobody waits for this task: what is not logged here is lost
            structlog.get_logger().exception("keys.unknown", key=key_id)


def _current(keys: list[Key], ring: Keyring) -> str:
    current = current_of(keys)
    return current.id if current else ring.current


def _stamp(path: Path) -> tuple[int, int]:
    """Changes when the file does; zeros where there is none."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_ino
