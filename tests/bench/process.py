"""What one server process costs to start and to keep."""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median

from server.demo.report import DemoReport
from tests.bench import servers
from tests.bench.load import Plan, get, load
from tests.bench.residents import ELDER, REPAIR, Resident, neighbours
from tests.bench.table import Row

READY_S = 4.0
LARGEST_MB = 150
MIXED = 10_000
HTML = {"Accept": "text/html", "Accept_Encoding": "gzip"}


def ready(home: Path, rounds: int) -> Row:
    """From the start of the command on a data directory that exists to the first good ``/healthz``."""
    taken = []
    for _ in range(rounds):
        start = time.monotonic()
        with servers.real(home):
            taken.append(time.monotonic() - start)
    return Row(
        "ready after start, with its mongod", f"{median(taken):.1f} s (at most {max(taken):.1f})",
        bound=f"<= {READY_S:.0f} s", holds=median(taken) <= READY_S,
    )  # fmt: skip


def memory(server: servers.Server, report: DemoReport, elders: list[Resident]) -> list[Row]:
    """Resident memory before and after 10,000 requests of many kinds."""
    before = server.rss_mb()
    told = load(Plan(server.port, _mixture(report, elders), MIXED, 16, seconds=120))
    after = server.rss_mb()
    wrong = {status: count for status, count in told.statuses.items() if status >= 400}
    if wrong or told.answered < MIXED:
        raise RuntimeError(
            f"{told.answered} of {MIXED} mixed requests were answered, of these badly: {wrong}"
        )
    return [
        Row("memory before the mixed requests", f"{before:.0f} MB"),
        Row(
            f"memory after {MIXED} mixed requests more", f"{after:.0f} MB", bound=f"<= {LARGEST_MB} MB",
            holds=after <= LARGEST_MB,
        ),
    ]  # fmt: skip


def _mixture(report: DemoReport, elders: list[Resident]) -> list[bytes]:
    """A morning's requests: mostly scans of many doors, forms opened, posters, files, and submissions."""
    doors = [door.code for door in report.doors]
    posters = [line.code for line in report.items]
    mixture = []
    for n in range(MIXED):
        door, poster = doors[n % len(doors)], posters[n % len(posters)]
        elder, neighbour = elders[n % len(elders)], neighbours(report, 50)[n % 50]
        choices = (
            get(f"/q/{door}", **HTML),
            get(f"/q/{door}", Accept="application/json"),
            get(f"/q/{door}", **HTML),
            get(f"/q/{poster}", **HTML),
            get(f"/apply/{door}/{REPAIR}", **HTML),
            get(f"/apply/{door}/{REPAIR}", Accept="application/json"),
            get(f"/apply/{elder.door.code}/{ELDER}", **elder.headers),
            get("/healthz"),
            elder.submission(ELDER),
            neighbour.submission(REPAIR),
        )
        mixture.append(choices[n % len(choices)])
    return mixture
