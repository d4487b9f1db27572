"""Reading ID cards: ``python -m tests.bench.cards [FIRST LAST]`` draws as many cards and sends them, two at a time, from a
process of its own to a server in this one. Prints accuracy by field, the median time with two in flight, and how late the
server's event loop was at most meanwhile."""

from __future__ import annotations

import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
from tornado.httpclient import AsyncHTTPClient

from models.cards.card import Reading
from models.cards.service import Cards
from models.database import Database
from server.mongod import open_database
from tests.handlers.browser import _multipart
from tests.models.cards import drawing
from tests.town import settle

FIELDS = ("name", "sex", "nation", "birth_date", "address", "id_number")
HELD_OUT = (300, 600)  # never looked at while the reading was tuned, which was on the first 300
IN_FLIGHT = 2
TICK_S = 0.005
LONGEST_MS = 50


class Read(msgspec.Struct, frozen=True):
    """One card as the client prints it: the truth is drawn from ``seed`` again; no ``reading`` where it was refused."""

    seed: int
    seconds: float
    reading: Reading | None = None


class Lateness(msgspec.Struct):
    """How late ticks of the loop came while two cards were read: the worst, how much of that the loop itself was at work
    (the rest it waited for a core), and all of them."""

    worst: float = 0.0
    at_work: float = 0.0
    all: list[float] = msgspec.field(default_factory=list)


async def main(first: int, last: int) -> None:
    """Serve, have the cards sent, print the table."""
    with tempfile.TemporaryDirectory() as folder:
        mongod = await open_database(None, Path(folder) / "data", cache_gb=0.25)
        town = await settle(Database(mongod.uri, "saoban_cards"), Path(folder) / "keys" / "keys.json")
        late, reads = Lateness(), []
        ticking = asyncio.create_task(_tick(town.home.cards, late))
        async for read in _client(town.url, first, last):
            reads.append(read)
            if read.seed % 20 == 0:  # no limit is meant for one address that sends hundreds
                await town.built.database.collection("limits").delete_many({})
        ticking.cancel()
        await town.close()
        await mongod.close()
    _print(reads, late)


def _print(reads: list[Read], late: Lateness) -> None:
    right: Counter[str] = Counter()
    silent = 0
    for read in reads:
        truth = drawing.card(random.Random(read.seed))
        wrong = [field for field in FIELDS if getattr(read.reading, field, None) != getattr(truth, field)]
        right.update(field for field in FIELDS if field not in wrong)
        silent += read.reading is not None and any(field not in read.reading.doubts for field in wrong)
    for field in FIELDS:
        print(f"{field:<12} {right[field] / len(reads):7.1%}")
    print(f"wrong without a doubt being named: {silent} of {len(reads)}")
    median = statistics.median(read.seconds for read in reads)
    print(f"median {median:.2f} s a card over HTTP with {IN_FLIGHT} in flight")
    usual = statistics.quantiles(late.all, n=100)[98] if len(late.all) > 1 else 0.0
    print(
        f"the server's loop was late by {late.worst * 1000:.0f} ms at most while {IN_FLIGHT} were read "
        f"({late.at_work * 1000:.0f} ms of it at work), 99 of 100 ticks by less than {usual * 1000:.1f} ms; "
        f"bound {LONGEST_MS} ms: {'holds' if late.worst * 1000 <= LONGEST_MS else 'falls short'}"
    )


async def _tick(cards: Cards, late: Lateness) -> None:
    """A coroutine of the server that wants its turn every 5 ms, and notes how long it was made to wait."""
    while True:
        before, worked = time.perf_counter(), time.thread_time()
        await asyncio.sleep(TICK_S)
        waited = time.perf_counter() - before - TICK_S
        if cards.in_flight < IN_FLIGHT:
            continue
        late.all.append(waited)
        if waited > late.worst:
            late.worst, late.at_work = waited, time.thread_time() - worked


async def _client(url: str, first: int, last: int) -> AsyncIterator[Read]:
    """What the client's process prints, warmed up."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.cards", "--client", url, str(first), str(last),
        stdout=asyncio.subprocess.PIPE, limit=1024 * 1024,
    )  # fmt: skip
    assert process.stdout
    async for line in process.stdout:
        yield msgspec.json.decode(line, type=Read)
    if await process.wait():
        raise RuntimeError("the client has failed")


async def client(url: str, first: int, last: int) -> None:
    """Draw, send two at a time, print what was answered."""
    await asyncio.gather(*(_send(url, seed, _photo(seed)) for seed in range(IN_FLIGHT)))  # load the models
    for start in range(first, last, IN_FLIGHT):
        pictures = {seed: _photo(seed) for seed in range(start, min(start + IN_FLIGHT, last))}
        for read in await asyncio.gather(*(_send(url, *each) for each in pictures.items())):
            print(msgspec.json.encode(read).decode(), flush=True)


async def _send(url: str, seed: int, picture: bytes) -> Read:
    body, headers = _multipart([], {"photo": ("card.jpg", picture)})
    start = time.perf_counter()
    answer = await AsyncHTTPClient().fetch(
        url + "/login/card", method="POST", body=body, raise_error=False, request_timeout=120,
        headers={**headers, "Accept": "application/json", "X-Device": "bench"},
    )  # fmt: skip
    seconds = time.perf_counter() - start
    if answer.code not in {200, 422}:
        raise RuntimeError(f"{answer.code}: {answer.body!r}")
    read = msgspec.json.decode(answer.body, type=Reading) if answer.code == 200 else None
    return Read(seed, seconds, read)


def _photo(seed: int) -> bytes:
    dice = random.Random(seed)
    return drawing.jpeg(drawing.photographed(drawing.front(drawing.card(dice)), dice))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--client"]:
        asyncio.run(client(sys.argv[2], *map(int, sys.argv[3:5])))
    else:
        asyncio.run(main(*([int(each) for each in sys.argv[1:3]] or HELD_OUT)))
