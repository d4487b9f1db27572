"""The door page against a bare handler that writes the same bytes, and what the page weighs."""

from __future__ import annotations

import gzip
from pathlib import Path
from urllib.request import Request, urlopen

from tests.bench import servers
from tests.bench.load import Plan, get, load
from tests.bench.table import Row, versus

LEAST = 0.7
LARGEST = 14 * 1024
COUNT = 2000
FACES = {
    "json": {"Accept": "application/json"},
    "html": {"Accept": "text/html"},
    "gzip": {"Accept": "text/html", "Accept_Encoding": "gzip"},
}
NAMES = {"json": "door page, JSON", "html": "door page, HTML", "gzip": "door page, HTML gzipped"}


def rows(home: Path, server: servers.Server, code: str, rounds: int) -> list[Row]:
    """Every face, one client and many."""
    folder = home / "bodies"
    folder.mkdir(exist_ok=True)
    for face, headers in FACES.items():
        (folder / face).write_bytes(_body(server.port, code, headers))
    with servers.bare(home, "pages", str(folder)) as bare:
        found = [
            versus(
                f"{NAMES[face]}, {clients} at once",
                lambda _, face=face, clients=clients: _plan(server.port, f"/q/{code}", face, clients),
                lambda _, face=face, clients=clients: _plan(bare.port, f"/{face}", face, clients),
                least=LEAST,
                rounds=rounds,
            )
            for face in FACES
            for clients in (1, 32)
        ]
    return [*found, _weight(server.port, code)]


def _plan(port: int, path: str, face: str, clients: int) -> Plan:
    return Plan(port, [get(path, **FACES[face])], COUNT, clients)


def _body(port: int, code: str, headers: dict[str, str]) -> bytes:
    """The body as it goes over the wire."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    with urlopen(Request(f"http://127.0.0.1:{port}/q/{code}", headers=given)) as answer:
        body: bytes = answer.read()
    if "Accept_Encoding" in headers:
        gzip.decompress(body)  # it is what it says
    return body


def _weight(port: int, code: str) -> Row:
    told = load(_plan(port, f"/q/{code}", "gzip", 1))
    weight = told.bytes // told.answered
    return Row(
        "door page with its CSS, over the wire", f"{weight} bytes", bound=f"<= {LARGEST}",
        holds=weight <= LARGEST,
    )  # fmt: skip
