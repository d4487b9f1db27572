"""``make bench``, or ``python -m tests.bench [SECTION ...] [--rounds N] [--cases N] [--people N]``; sections are below.

Speed and size as ratios and medians of one run: the server as it is delivered against bare servers, in turns.
A number that falls short is said in the table; the exit status is 1 only where something broke.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.bench import (
    bench_symbols,
    desks,
    doors,
    filing,
    importing,
    process,
    registry,
    safeguards,
    servers,
    syncing,
)  # fmt: skip
from tests.bench.residents import ELDER, REPAIR, elders, neighbours
from tests.bench.table import Row, show

SECTIONS = ("doors", "filing", "process", "desks", "registry", "safeguards", "symbols", "import", "sync")
HOUSEHOLDS = 200
RESIDENTS = 32


def main() -> None:
    """Run the sections that were named, or all, and print their tables."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("sections", nargs="*", choices=[*SECTIONS, []], help="all by default")
    parser.add_argument("--rounds", type=int, default=5, help="rounds that count (default 5)")
    parser.add_argument(
        "--cases", type=int, default=desks.MANY, help="cases behind the desk (default 1,000,000)"
    )
    parser.add_argument(
        "--people", type=int, default=registry.MANY, help="people in the registry (default 1,000,000)"
    )
    parser.add_argument(
        "--sync-seconds", type=float, default=300.0, help="seconds for which phones send visits (default 300)"
    )
    options = parser.parse_args()
    wanted = options.sections or SECTIONS
    if set(wanted) - {"safeguards", "symbols", "sync"}:
        with tempfile.TemporaryDirectory(prefix="saoban-bench-") as home:
            print(show(measured(Path(home), wanted, options)), flush=True)
    if "safeguards" in wanted:
        _say("filing with and without encryption and the record of looking")
        with tempfile.TemporaryDirectory(prefix="saoban-bench-") as home:
            rows = safeguards.rows(Path(home), HOUSEHOLDS, RESIDENTS, options.rounds)
            print("\n" + show(rows, safeguards.HEAD), flush=True)
    if "sync" in wanted:
        _say("visits from phones while the server is killed, and a first sync")
        with tempfile.TemporaryDirectory(prefix="saoban-bench-") as home:
            print("\n" + show(syncing.rows(Path(home), options.sync_seconds)), flush=True)
    if "symbols" in wanted:
        print()
        bench_symbols.main()


def measured(home: Path, wanted: list[str] | tuple[str, ...], options: argparse.Namespace) -> list[Row]:
    """The rows of everything that needs a server."""
    report, rounds = servers.demo(home, HOUSEHOLDS), options.rounds
    rows: list[Row] = []
    if "process" in wanted:
        _say("starting and stopping")
        rows.append(process.ready(home, rounds))
    with servers.real(home) as server:
        if "doors" in wanted:
            _say("scanning doors")
            rows += doors.rows(home, server, report.doors[0].code, rounds)
        if {"filing", "process", "desks"} & set(wanted):
            old = elders(report, server.port, RESIDENTS)
        if "filing" in wanted:
            _say("filing")
            rows += filing.rows(home, server, ELDER, old, rounds)
            rows += filing.rows(home, server, REPAIR, neighbours(report, RESIDENTS), rounds)
        if "process" in wanted:
            _say("ten thousand requests of many kinds")
            rows += process.memory(server, report, old)
        if "import" in wanted:
            _say("importing a county's sheet")
            rows += importing.rows(home, server, report, min(rounds, 3))
        if "desks" in wanted:
            _say("the desk, with few cases and with many")
            filing.some(server, ELDER, old, desks.ACTS)
            rows += desks.rows(home, options.cases)
    if "registry" in wanted:
        _say("searching the registry, with few people and with many")
        rows += registry.rows(home, options.people)
    return rows


def _say(what: str) -> None:
    print(f"… {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
