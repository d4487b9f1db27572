"""The desk at scale, on the server's own mongod: its list with many cases and with few, one action against the bare
update of the same document, and the sweep of supervision. In one process, without HTTP: what is measured is the work."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import msgspec
from bson import decode, encode
from pymongo import MongoClient
from pymongo.collection import Collection

from models.base.actor import Actor
from models.cases.desk import Act
from models.database import Database
from server import container
from server.settings import Settings
from tests.bench import servers
from tests.bench.table import Row

FEW, MANY = 10_000, 1_000_000
LOOKS = 300
ACTS = 400
SWEPT = 100_000
AT_ONCE = 5_000
SHARE = 50
"""One case in so many lies at the busy desk that is looked at; the others at other towns'."""

CLERK = Actor("staff", subject="bench", name="忙窗口", role="clerk", area="529901101")
ITEM = "elder-allowance"
COPIED = "20260101"


def rows(home: Path, many: int = MANY) -> list[Row]:
    """Fill up, and measure on the way. Needs a county in which at least one ``elder-allowance`` has been filed."""
    uri = servers.uri(home)
    with MongoClient(uri) as client:
        cases = client.saoban.cases
        template = cases.find_one({"item": ITEM, "state": "applied"})
        assert template, f"no case of {ITEM} was filed"
        _fill(cases, encode(template), 0, FEW)
        _settle(client)
        few = asyncio.run(_measured(home, uri, _list))
        step, bare = asyncio.run(_measured(home, uri, _steps))
        _fill(cases, encode(template), FEW, many)
        _settle(client)
        lots = asyncio.run(_measured(home, uri, _list))
        _only(cases, SWEPT)
        _settle(client)
        first, after = asyncio.run(_measured(home, uri, _sweeps))
    return [
        _listed(few, lots, many),
        Row(
            "a step action, one at a time", f"{1 / median(step):.0f}/s, {median(step) * 1000:.1f} ms",
            f"{1 / median(bare):.0f}/s, {median(bare) * 1000:.1f} ms", median(bare) / median(step), ">= 0.50",
            median(bare) / median(step) >= 0.5,
        ),
        Row(f"supervision, first sweep of {min(SWEPT, many):,} cases", f"{first:.1f} s", bound="<= 30 s", holds=first <= 30),
        Row("supervision, the next one, 100 cases moved", f"{after * 1000:.0f} ms"),
    ]  # fmt: skip


def _listed(few: list[float], lots: list[float], many: int) -> Row:
    slow, quick = quantiles(lots, n=20)[-1], quantiles(few, n=20)[-1]
    told = f"p95 {slow * 1000:.1f} ms", f"p95 {quick * 1000:.1f} ms"
    name = f"desk list, {many:,} cases against {FEW:,}"
    return Row(name, *told, slow / quick, "<= 1.50", slow / quick <= 1.5)


def _fill(cases: Collection, template: bytes, first: int, last: int) -> None:
    for start in range(first, last, AT_ONCE):
        cases.insert_many(list(_made(template, start, min(last, start + AT_ONCE))), ordered=False)


def _settle(client: MongoClient) -> None:
    """Have everything that was written lie on disk: what is measured next is the work, and not the filling before it."""
    client.admin.command("fsync")


def _made(template: bytes, first: int, last: int) -> Iterator[dict[str, Any]]:
    """Cases as they are written, each with keys of its own; most lie in towns that are not looked at."""
    today = date.today()
    for n in range(first, last):
        row = decode(template)
        town = "529901101" if n % SHARE == 0 else f"529901{200 + n % 97:03}"
        row["_id"] = f"{n:020x}"
        row["submission_key"], row["receipt"] = f"bench-{n}", f"R{n:011}"
        row["number"] = {"town": town, "day": COPIED, "seq": n + 1}
        row["case_no"] = f"{town}{COPIED}{n:07}"
        row["areas"] = ["529901", town, *row["areas"][2:]]
        row["desks"] = [f"{town}|clerk|民政", f"{town}|clerk"]
        row["due_on"] = (today + timedelta(days=n % 60)).isoformat()
        row["filed_at"] = datetime.now(UTC) - timedelta(minutes=n % 5000)
        yield row


def _only(cases: Collection, count: int) -> None:
    """That many open cases, all to be looked at."""
    cases.delete_many({"_id": {"$gte": f"{count:020x}"}})
    cases.update_many({}, {"$set": {"watch_on": ""}})


async def _measured(home: Path, uri: str, work: Callable[[Any, Database], Awaitable[Any]]) -> Any:
    database = Database(uri, "saoban")
    settings = Settings(data_dir=home / "data")
    built = await container.build(settings, database)
    try:
        return await work(built, database)
    finally:
        await built.close()


async def _list(built: Any, _database: Database) -> list[float]:
    """Seconds of each look at the first page with its count."""
    return [await _timed(lambda: built.home.desk.listing(CLERK)) for _ in range(LOOKS)][LOOKS // 10 :]


async def _steps(built: Any, database: Database) -> tuple[list[float], list[float]]:
    """Seconds of an acceptance, and of the bare update of the document that it wrote; in turns."""
    cases = database.collection("cases")
    ours, bare = [], []
    # What was filed for the run: the copies' sealed answers open in no place but their own.
    real = {"item": ITEM, "state": "applied", "number.day": {"$ne": COPIED}}
    found = await cases.find(real, {"areas": 1}).limit(ACTS).to_list(ACTS)
    for row in found:
        clerk = msgspec.structs.replace(CLERK, area=row["areas"][1])
        ours.append(
            await _timed(lambda r=row, c=clerk: built.home.desk.act(c, r["_id"], "accept", Act(rev=1)))
        )
        written = await cases.find_one({"_id": row["_id"]})
        written["probe"] = secrets.token_hex(4)
        query = {"_id": written.pop("_id"), "rev": written["rev"]}
        bare.append(await _timed(lambda q=query, w=written: cases.find_one_and_update(q, {"$set": w})))
    return ours[len(ours) // 10 :], bare[len(bare) // 10 :]


async def _sweeps(built: Any, database: Database) -> tuple[float, float]:
    """Seconds of the first sweep over everything, and of the next one after a hundred cases have moved."""
    first = await _timed(built.home.supervision.sweep)
    moved = await database.collection("cases").find({}, {"_id": 1}).limit(100).to_list(100)
    await database.collection("cases").update_many(
        {"_id": {"$in": [row["_id"] for row in moved]}}, {"$set": {"watch_on": ""}}
    )
    return first, await _timed(built.home.supervision.sweep)


async def _timed(work: Callable[[], Awaitable[Any]]) -> float:
    begin = time.perf_counter()
    await work()
    return time.perf_counter() - begin
