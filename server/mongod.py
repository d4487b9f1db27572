"""A MongoDB to talk to: the one that ``MONGO_URI`` names, or our own mongod under the data directory.

What lies in the data directory:

- ``mongo/``        the files of mongod
- ``mongod.log``    what mongod says
- ``mongod.json``   its port and process id
- ``mongod.turn``   flock, exclusive: held by whoever is starting, joining or stopping
- ``mongod.users``  flock, shared: held by every process that uses the database

The kernel drops the flocks of a killed process, so there is nothing to clean up after one: its mongod lives
on and the next process adopts it. The last process to close stops it. See docs/adr/0002-embedded-mongod.md.

This work is rare and sequential, so it is written with the blocking driver and run in a thread.
"""

from __future__ import annotations

import asyncio
import errno
import fcntl
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from pymongo import MongoClient
from pymongo.errors import ConfigurationError, InvalidURI, OperationFailure, PyMongoError

from server.mongod_process import PATIENCE, REPLICA_SET, DatabaseTrouble, MongodProcess, try_lock, within

__all__ = ["DatabaseTrouble", "Mongod", "open_database"]

LEAST_FREE = 256 << 20
"""Bytes; mongod sets aside two journal files of 100 MB each before it does anything else."""


class Mongod:
    """A database in use. ``uri`` is for the driver; ``close()`` when done with it."""

    def __init__(self, uri: str, share: Share | None = None) -> None:
        self.uri = uri
        self._share = share

    async def close(self) -> None:
        """Stop using the database; safe to repeat.

        The last process to leave an embedded mongod stops it and waits for its end, about a second.
        """
        if self._share is not None:
            await asyncio.to_thread(self._share.leave)

    async def revive(self) -> None:
        """Start the embedded mongod again, on the same port, if it has died; costs nothing if it lives.

        Does nothing for a ``MONGO_URI``. Raises DatabaseTrouble.
        """
        if self._share is not None:
            await asyncio.to_thread(self._share.revive)


async def open_database(
    mongo_uri: str | None, data_dir: Path, *, cache_gb: float = 0.5, least_free: int = LEAST_FREE
) -> Mongod:
    """A writable database: the replica set at ``mongo_uri``, or without one the mongod of ``data_dir``.

    Call it after any fork. ``cache_gb`` is the cache of an embedded mongod in GB, at least 0.25;
    ``least_free`` the bytes of disk without which it is not started. Raises DatabaseTrouble.
    """
    if mongo_uri:
        return await asyncio.to_thread(_check_external, mongo_uri)
    share = Share(MongodProcess(data_dir, cache_gb, least_free))
    joining = asyncio.ensure_future(asyncio.to_thread(share.join))
    try:
        await asyncio.shield(joining)
    except asyncio.CancelledError:  # Ctrl-C during the start: a thread cannot be stopped, so let it end
        with suppress(DatabaseTrouble):
            await joining
        await asyncio.to_thread(share.leave)
        raise
    return Mongod(f"mongodb://127.0.0.1:{share.port}/?replicaSet={REPLICA_SET}", share)


def _check_external(uri: str) -> Mongod:
    """Refuse at start-up what would otherwise fail at the first request."""
    shown = re.sub(r"//.*@", "//", uri).split("?")[0]  # neither the password nor options that may hold one
    try:
        if not uri.startswith(("mongodb://", "mongodb+srv://")):
            raise InvalidURI("no scheme")  # the driver would take it for a host name
        client: MongoClient = MongoClient(uri, serverSelectionTimeoutMS=5000, connectTimeoutMS=3000)
        with client:
            hello = client.admin.command("hello")
            client.admin.command("listDatabases", nameOnly=True)  # the first command that credentials guard
    except (InvalidURI, ConfigurationError, ValueError) as error:
        raise DatabaseTrouble(
            f"MONGO_URI 写错了：{shown}。应形如 mongodb://主机:端口/?replicaSet=rs0。"
            f"（MONGO_URI is not a valid MongoDB address.）"
        ) from error
    except OperationFailure as error:
        raise DatabaseTrouble(
            f"数据库 {shown} 拒绝了连接，请检查 MONGO_URI 里的账号、口令和权限。"
            f"（The database refused these credentials.）"
        ) from error
    except PyMongoError as error:
        raise DatabaseTrouble(
            f"连不上数据库 {shown}，请检查地址、网络，以及副本集的名称和主节点。"
            f"（No primary of the database answers within 5 s.）"
        ) from error
    if not (hello.get("setName") or hello.get("msg") == "isdbgrid"):
        raise DatabaseTrouble(
            f"数据库 {shown} 不是副本集。事务和变更流需要副本集，请用 --replSet 启动并执行 rs.initiate()。"
            f"（The database is not a replica set.）"
        )
    return Mongod(uri)


class Share:
    """One process's share in the mongod of a data directory. Blocking."""

    def __init__(self, process: MongodProcess) -> None:
        self.port = 0
        self._process = process
        self._users = process.home / "mongod.users"
        self._using: IO[bytes] | None = None

    def join(self) -> None:
        """Adopt the mongod that runs here, or start one; afterwards it is writable at ``port``."""
        with _disk_errors(self._process.home):
            self._process.files.mkdir(parents=True, exist_ok=True)
            with self._turn():
                try:
                    self.port = self._process.bring_up()
                except (DatabaseTrouble, OSError):  # for one, the disk ran full right after the start
                    if self._nobody_uses_it():
                        self._process.tell_to_stop()
                    raise
                self._using = self._users.open("ab")
                fcntl.flock(self._using, fcntl.LOCK_SH)

    def revive(self) -> None:
        """Start mongod again if it died under us."""
        with _disk_errors(self._process.home), self._turn():
            if self._using is not None and self._process.bring_up() != self.port:
                raise DatabaseTrouble(
                    f"内置数据库原来的端口 {self.port} 被占用，请重新启动本程序。"
                    f"（The port of the embedded mongod was taken; restart the server.）"
                )

    def leave(self) -> None:
        """Give up our share; the last one out stops mongod."""
        if self._using is None:
            return
        with self._turn():
            # Unlocked by name: closing alone would not release a lock that forked workers have inherited.
            fcntl.flock(self._using, fcntl.LOCK_UN)
            self._using.close()
            self._using = None
            if self._nobody_uses_it():
                self._process.stop()

    def _nobody_uses_it(self) -> bool:
        with self._users.open("ab") as file:
            return try_lock(file)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        with (self._process.home / "mongod.turn").open("ab") as file:
            if not within(2 * PATIENCE, lambda: try_lock(file)):
                raise DatabaseTrouble(
                    f"另一个进程一直在启动或停止 {self._process.home} 的数据库，请稍后再试。"
                    f"（Another process is still starting or stopping this database.）"
                )
            yield


@contextmanager
def _disk_errors(home: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DatabaseTrouble(
                f"数据目录 {home} 所在磁盘已满或剩余空间太少，请清理后再启动。"
                f"（The disk of the data directory is full.）"
            ) from error
        raise DatabaseTrouble(
            f"数据目录 {home} 不能使用（{error.strerror}），请检查 DATA_DIR 及其权限。"
            f"（The data directory cannot be written.）"
        ) from error
