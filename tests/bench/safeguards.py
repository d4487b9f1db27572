"""Submissions with and without encryption and the record of looking: two servers of one tree, in turns.

Each server has a data directory and a mongod of its own, filled with the same demo county. The one without is
started by ``unprotected.py``; nothing else tells them apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pymongo import MongoClient

from models.base.cipher import SEALED
from tests.bench import servers
from tests.bench.filing import NAMES
from tests.bench.load import Plan, load
from tests.bench.residents import ELDER, REPAIR, Resident, elders, neighbours
from tests.bench.table import Row, versus

LEAST = 0.8  # encryption and record together cost a fifth of the throughput at most
COUNTS = {1: 200, 8: 400, 32: 800}
"""Submissions by clients at once: short turns, so that both sides see the same weather."""

ON, OFF = "server", "tests.bench.unprotected"
HEAD = ("what", "safeguards on", "off", "ratio", "required", "")


class Side:
    """One of the two servers, and who files at it."""

    def __init__(self, port: int, filers: dict[str, list[Resident]]) -> None:
        self._port = port
        self._filers = filers

    def plan(self, item: str, clients: int) -> Plan:
        """Submissions by so many at once, each under a key of its own."""
        count, residents = COUNTS[clients], self._filers[item]
        sent = [residents[n % len(residents)].submission(item) for n in range(count)]
        return Plan(self._port, sent, count, clients)


def rows(home: Path, households: int, residents: int, rounds: int) -> list[Row]:
    """On against off, at L2 and without login, one client and many."""
    with (
        _side(home / "on", ON, households, residents) as on,
        _side(home / "off", OFF, households, residents) as off,
    ):
        return [
            versus(
                f"{NAMES[item]}, {clients} at once",
                lambda _, item=item, clients=clients: on.plan(item, clients),
                lambda _, item=item, clients=clients: off.plan(item, clients),
                least=LEAST,
                rounds=rounds,
            )
            for item in (ELDER, REPAIR)
            for clients in COUNTS
        ]  # fmt: skip


@contextmanager
def _side(home: Path, program: str, households: int, residents: int) -> Iterator[Side]:
    home.mkdir()
    report = servers.demo(home, households, program)
    with servers.real(home, program) as server:
        filers = {ELDER: elders(report, server.port, residents), REPAIR: neighbours(report, residents)}
        side = Side(server.port, filers)
        for item in filers:
            load(side.plan(item, 1))
        _check(home, on=program == ON)
        yield side


def _check(home: Path, *, on: bool) -> None:
    """The server is what it is taken for: all of the phones sealed and entries there, or none of either."""
    with MongoClient(servers.uri(home)) as client:
        filed = list(client.saoban.cases.find({}, {"applicant.phone": 1}))
        sealed = [bool(SEALED.fullmatch(case["applicant"]["phone"])) for case in filed]
        noted = client.saoban.audit.estimated_document_count()
    if not filed or set(sealed) != {on} or bool(noted) != on:
        raise RuntimeError(f"not the server that was to be measured: {sum(sealed)} sealed, {noted} noted")
