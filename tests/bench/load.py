"""A small load generator of our own: keep-alive connections over raw sockets, in a process of its own.

``python -m tests.bench.load`` reads one ``Plan`` as JSON on standard input and writes one ``Outcome``. It talks
to the loopback interface only, and both the number of requests and the time are bounded.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
import time
from collections import Counter
from statistics import quantiles

import msgspec

HOST = "127.0.0.1"
LENGTH = re.compile(rb"\r\nContent-Length: *([0-9]+)", re.IGNORECASE)
WITHOUT_BODY = frozenset({204, 304})
GRACE = 30.0  # seconds after the last moment to send, for answers that are on their way


class Plan(msgspec.Struct, frozen=True):
    """``requests`` are sent in turn, again from the first when they are used up, until ``count`` have been sent
    or ``seconds`` are over, by ``connections`` of which each waits for its answer."""

    port: int
    requests: list[bytes]
    count: int
    connections: int = 1
    seconds: float = 20.0


class Outcome(msgspec.Struct, frozen=True):
    """Answers by status; ``bytes`` all that came, heads included; times in ms."""

    answered: int
    seconds: float
    statuses: dict[int, int]
    bytes: int
    median_ms: float
    slow_ms: float  # 99 of 100 are faster

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answered / self.seconds


class Broken(RuntimeError):
    """The server hung up or spoke something that is not HTTP/1.1 with a length."""


class Run:
    """The state that the connections of one run share."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.sent = 0
        self.statuses: Counter[int] = Counter()
        self.bytes = 0
        self.times: list[float] = []
        self.last_moment = 0.0

    def take(self) -> bytes | None:
        """The next request; None when the run is over."""
        if self.sent >= self.plan.count or time.perf_counter() >= self.last_moment:
            return None
        request = self.plan.requests[self.sent % len(self.plan.requests)]
        self.sent += 1
        return request

    async def go(self) -> Outcome:
        loop = asyncio.get_running_loop()
        made = [
            await loop.create_connection(lambda: Connection(self), HOST, self.plan.port)
            for _ in range(self.plan.connections)
        ]
        start = time.perf_counter()
        self.last_moment = start + self.plan.seconds
        for _, connection in made:
            connection.send()
        await asyncio.wait_for(
            asyncio.gather(*(connection.over for _, connection in made)), self.plan.seconds + GRACE
        )
        seconds = time.perf_counter() - start
        cuts = quantiles(self.times, n=100) if len(self.times) > 1 else self.times * 99
        return Outcome(
            len(self.times), seconds, dict(self.statuses), self.bytes, cuts[49] * 1000, cuts[98] * 1000
        )


class Connection(asyncio.Protocol):
    """One client: sends, waits for the whole answer, sends the next."""

    def __init__(self, run: Run) -> None:
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._run = run
        self._held = b""
        self._sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def send(self) -> None:
        """The next request, or the end."""
        request = self._run.take()
        if request is None:
            self.over.set_result(None)
            self._transport.close()
            return
        self._sent_at = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._held += data
        end = self._held.find(b"\r\n\r\n")
        if end < 0:
            return
        status = int(self._held[9:12])
        length = LENGTH.search(self._held, 0, end + 2)
        if length is None and status not in WITHOUT_BODY:
            self._fail("an answer without a length")
            return
        whole = end + 4 + (int(length[1]) if length and status not in WITHOUT_BODY else 0)
        if len(self._held) < whole:
            return
        run = self._run
        run.times.append(time.perf_counter() - self._sent_at)
        run.statuses[status] += 1
        run.bytes += whole
        self._held = self._held[whole:]
        self.send()

    def connection_lost(self, error: Exception | None) -> None:
        self._fail("the server hung up")

    def _fail(self, why: str) -> None:
        if not self.over.done():
            self.over.set_exception(Broken(why))


def load(plan: Plan) -> Outcome:
    """Run ``plan`` in a process of its own. Raises Broken."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.load"], input=msgspec.json.encode(plan), capture_output=True
    )
    if done.returncode:
        raise Broken(done.stderr.decode()[-2000:])
    return msgspec.json.decode(done.stdout, type=Outcome)


def get(path: str, **headers: str) -> bytes:
    """The bytes of a GET; header names are given with underscores."""
    return _request("GET", path, headers, b"")


def post(path: str, body: bytes, **headers: str) -> bytes:
    """The bytes of a POST of JSON."""
    return _request("POST", path, {"Content_Type": "application/json", **headers}, body)


def _request(method: str, path: str, headers: dict[str, str], body: bytes) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


if __name__ == "__main__":
    plan = msgspec.json.decode(sys.stdin.buffer.read(), type=Plan)
    sys.stdout.buffer.write(msgspec.json.encode(asyncio.run(Run(plan).go())))
