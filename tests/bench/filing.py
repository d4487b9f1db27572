"""Submissions against a bare handler that inserts the same document with majority concern."""

from __future__ import annotations

from pathlib import Path

from bson import encode
from pymongo import MongoClient

from tests.bench import servers
from tests.bench.load import Plan, load
from tests.bench.residents import ELDER, REPAIR, Resident
from tests.bench.table import Row, versus

LEAST = 0.5
COUNTS = {1: 200, 8: 800, 32: 1200}
NAMES = {ELDER: "submission at L2, prefilled", REPAIR: "submission without login"}


def rows(home: Path, server: servers.Server, item: str, residents: list[Resident], rounds: int) -> list[Row]:
    """One client and many. Each submission is sent by the next resident under a key of its own."""

    def submissions(port: int, clients: int) -> Plan:
        count = COUNTS[clients]
        sent = [residents[n % len(residents)].submission(item) for n in range(count)]
        return Plan(port, sent, count, clients)

    load(submissions(server.port, 1))
    uri = servers.uri(home)
    document = home / f"{item}.bson"
    document.write_bytes(_filed(uri, item))
    with servers.bare(home, "inserts", str(document), uri) as bare:
        return [
            versus(
                f"{NAMES[item]}, {clients} at once",
                lambda _, clients=clients: submissions(server.port, clients),
                lambda _, clients=clients: submissions(bare.port, clients),
                least=LEAST,
                rounds=rounds,
            )
            for clients in COUNTS
        ]


def some(server: servers.Server, item: str, residents: list[Resident], count: int) -> None:
    """File ``count`` of ``item``."""
    sent = [residents[n % len(residents)].submission(item) for n in range(count)]
    load(Plan(server.port, sent, count, 8))


def _filed(uri: str, item: str) -> bytes:
    """One case as the server wrote it."""
    with MongoClient(uri) as client:
        found = client.saoban.cases.find_one({"item": item})
    assert found, f"no case of {item} was filed"
    return encode(found)
