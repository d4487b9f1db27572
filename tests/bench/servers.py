"""Starting and ending the processes that are measured, each on a free port of the loopback interface."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import msgspec

from server.demo.report import DemoReport

PATIENCE = 30.0  # seconds for a process to start or to end


class Server:
    """One process and the port that it listens on."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process = process
        self.port = port

    def rss_mb(self) -> float:
        """Resident memory now."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert found
        return int(found[1]) / 1024


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(arguments: list[str], port: int, log: Path, ready: str, **settings: str) -> Iterator[Server]:
    """``python -m ARGUMENTS``, answering at the path ``ready``; ended when the block is left."""
    environment = {**os.environ, **settings}
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments], env=environment, stdout=out, stderr=out
        )
        try:
            wait(process, f"http://127.0.0.1:{port}{ready}", log)
            yield Server(process, port)
        finally:
            process.terminate()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def process(home: Path, port: int, arguments: list[str]) -> tuple[subprocess.Popen[bytes], Path]:
    """The real server on a data directory, for whoever ends it herself; and its log."""
    log = home / "server.log"
    with log.open("ab") as out:
        started_now = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            env={**os.environ, **_settings(home, port)},
            stdout=out,
            stderr=out,
        )
    return started_now, log


def wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    """Until it answers. Raises RuntimeError with the end of its log."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            with urlopen(url, timeout=5):
                return
        except URLError as error:
            if getattr(error, "code", 0) == 405:  # it answers, though not to GET
                return
        except (ConnectionError, TimeoutError):
            pass
        time.sleep(0.01)
    raise RuntimeError(f"{url} does not answer:\n{log.read_text()[-2000:]}")


@contextmanager
def real(home: Path, program: str = "server") -> Iterator[Server]:
    """``python -m server`` as it is delivered, on the data directory under ``home``; or another ``program`` that
    takes the same commands and settings."""
    port = free_port()
    with started([program], port, home / "server.log", "/healthz", **_settings(home, port)) as server:
        yield server


@contextmanager
def bare(home: Path, *arguments: str) -> Iterator[Server]:
    """One of the servers of ``bare.py``."""
    port = free_port()
    ready = "/json" if arguments[0] == "pages" else "/"
    with started(["tests.bench.bare", str(port), *arguments], port, home / "bare.log", ready) as server:
        yield server


def demo(home: Path, households: int, program: str = "server") -> DemoReport:
    """Fill the data directory with the demo county."""
    done = subprocess.run(
        [sys.executable, "-m", program, "demo", "--households", str(households), "--json"],
        env={**os.environ, **_settings(home, 0)}, stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    return msgspec.json.decode(done.stdout, type=DemoReport)


def uri(home: Path) -> str:
    """The address of the mongod that the real server has started."""
    told = json.loads((home / "data" / "mongod.json").read_text())
    return f"mongodb://127.0.0.1:{told['port']}/?replicaSet=rs0"


def _settings(home: Path, port: int) -> dict[str, str]:
    return {
        "DATA_DIR": str(home / "data"),
        "PORT": str(port),
        "HOST": "127.0.0.1",
        "MONGO_URI": "",
        "LIMIT_SCALE": "100000",
    }
