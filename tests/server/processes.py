"""Real server processes for tests: started as an operator starts them, asked over HTTP, ended by signals."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

import msgspec
from tornado.testing import bind_unused_port

HOUSE = Path(__file__).parents[2]
READY_SECONDS = 60.0


class Ended(msgspec.Struct):
    """How a command ended."""

    code: int
    out: bytes
    err: str


def run(data_dir: Path, *arguments: str, **settings: str) -> Ended:
    """``python -m server`` to its end."""
    command = [sys.executable, "-m", "server", *arguments]
    done = subprocess.run(
        command, cwd=HOUSE, env=_environment(data_dir, settings), capture_output=True, timeout=90
    )
    return Ended(done.returncode, done.stdout, done.stderr.decode())


def free_port() -> int:
    socket, port = bind_unused_port()
    socket.close()
    return port


class Server:
    """One serving process."""

    def __init__(self, data_dir: Path, **settings: str) -> None:
        self.port = free_port()
        self._log = (data_dir.parent / f"server-{self.port}.log").open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "server"], cwd=HOUSE, env=_environment(data_dir, {"PORT": str(self.port), **settings}),
            stdout=self._log, stderr=self._log,
        )  # fmt: skip

    def ready(self) -> Server:
        """Wait until it answers that it is well."""
        end = time.monotonic() + READY_SECONDS
        while time.monotonic() < end:
            assert self.process.poll() is None, self.said()
            try:
                if self.call("GET", "/healthz")[0] == 200:
                    return self
            except OSError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"not ready: {self.said()}")

    def said(self) -> str:
        """What it has written to its log."""
        return Path(self._log.name).read_text(encoding="utf-8", errors="replace")

    def call(self, method: str, path: str, body: Any = None, token: str = "") -> tuple[int, Any]:
        """(status, JSON) of one request. Raises OSError where nobody answers."""
        with self.wire() as wire:
            answer = self.ask(wire, method, path, body, token)
            text = answer.read()
        return answer.status, json.loads(text) if "json" in answer.headers.get("Content-Type", "") else text

    @contextmanager
    def wire(self) -> Iterator[HTTPConnection]:
        """A connection, closed afterwards."""
        wire = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            yield wire
        finally:
            wire.close()

    @staticmethod
    def ask(wire: HTTPConnection, method: str, path: str, body: Any = None, token: str = "") -> HTTPResponse:
        """Send one request on ``wire``; the answer is still to be read."""
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        wire.request(method, path, None if body is None else json.dumps(body), headers)
        return wire.getresponse()

    def staff(self, username: str) -> str:
        """A token of a member of staff of the demonstration."""
        told = self.call("POST", "/staff/login", {"username": username, "password": "Yunling-2026"})
        return str(told[1]["access_token"])

    def terminate(self) -> int:
        """SIGTERM, and how it ended."""
        self.process.send_signal(signal.SIGTERM)
        return self._ended()

    def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()
        self._ended()

    def _ended(self) -> int:
        code = self.process.wait(timeout=30)
        self._log.close()
        return code


def mongod_of(data_dir: Path) -> int:
    """The process id of the embedded mongod; 0 where none is noted."""
    return json.loads((data_dir / "mongod.json").read_text()).get("pid") or 0


def alive(process_id: int) -> bool:
    """Whether a process lives (and is no zombie)."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process_id}/status").read_text()
    except OSError:
        return False


def _environment(data_dir: Path, settings: Mapping[str, str]) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return {**kept, "DATA_DIR": str(data_dir), "PORT": str(free_port()), **settings}
