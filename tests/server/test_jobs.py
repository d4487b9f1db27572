"""What goes on beside requests, seen from outside the process."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

PATIENCE = 30.0


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """The address of a server process with a mongod of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    settings = {**os.environ, "PORT": port, "DATA_DIR": str(tmp_path / "data"), "LOG_LEVEL": "error"}
    settings.pop("MONGO_URI", None)
    with subprocess.Popen(
        [sys.executable, "-m", "server"], env=settings, stderr=subprocess.DEVNULL
    ) as process:
        yield f"http://127.0.0.1:{port}"
        process.terminate()
        process.wait(PATIENCE)


def test_a_mongod_that_was_killed_under_a_server_is_back_before_long(server: str, tmp_path: Path):
    assert becomes(200, server)
    os.kill(json.loads((tmp_path / "data" / "mongod.json").read_text())["pid"], signal.SIGKILL)
    assert becomes(503, server)
    assert becomes(200, server)


def becomes(status: int, server: str) -> bool:
    """Whether ``/healthz`` answers with ``status`` in time."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if health(server) == status:
            return True
        time.sleep(0.1)
    return False


def health(server: str) -> int:
    """The status of ``/healthz``, 0 where nobody listens."""
    try:
        with urllib.request.urlopen(f"{server}/healthz", timeout=5) as reply:
            return reply.status
    except urllib.error.HTTPError as refused:
        return refused.code
    except OSError:
        return 0
