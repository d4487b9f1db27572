"""Reading ID cards: ``python -m tests.bench.cards [FIRST LAST]`` draws as many cards, reads them two at a time and
prints accuracy by field, the median time, and the longest that the event loop stood still meanwhile."""

from __future__ import annotations

import asyncio
import random
import statistics
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from models.base.clock import now
from models.base.errors import Invalid
from models.cards.card import Reading
from models.cards.service import Cards
from models.elements.registry import load_elements
from tests.models.cards import drawing

FIELDS = ("name", "sex", "nation", "birth_date", "address", "id_number")
HELD_OUT = (300, 600)  # never looked at while the reading was tuned, which was on the first 300
IN_FLIGHT = 2


async def main(first: int, last: int) -> None:
    """Print the table."""
    right: Counter[str] = Counter()
    times: list[float] = []
    silent = 0
    with ProcessPoolExecutor(IN_FLIGHT, mp_context=get_context("spawn")) as workers:
        cards = Cards(workers, load_elements().codes("GB/T 3304").values(), now)
        await asyncio.gather(*(cards.read(_photo(seed)[1]) for seed in range(IN_FLIGHT)))  # load the models
        stop = asyncio.Event()
        stillness = asyncio.create_task(_stillness(stop))
        for start in range(first, last, IN_FLIGHT):
            seeds = range(start, min(start + IN_FLIGHT, last))
            photos = await asyncio.gather(*(asyncio.to_thread(_photo, seed) for seed in seeds))
            for (truth, _), (reading, seconds) in zip(
                photos, await asyncio.gather(*(_timed(cards, picture) for _, picture in photos)), strict=True
            ):
                times.append(seconds)
                wrong = [field for field in FIELDS if getattr(reading, field, None) != getattr(truth, field)]
                right.update(field for field in FIELDS if field not in wrong)
                silent += bool(reading) and any(field not in reading.doubts for field in wrong)  # type: ignore[union-attr]
        stop.set()
        longest = await stillness
    count = last - first
    for field in FIELDS:
        print(f"{field:<12} {right[field] / count:7.1%}")
    print(f"wrong without a doubt being named: {silent} of {count}")
    print(f"median {statistics.median(times):.2f} s a card with {IN_FLIGHT} in flight")
    print(f"the loop stood still for {longest * 1000:.0f} ms at most")


async def _timed(cards: Cards, picture: bytes) -> tuple[Reading | None, float]:
    start = time.perf_counter()
    try:
        return await cards.read(picture), time.perf_counter() - start
    except Invalid:
        return None, time.perf_counter() - start


async def _stillness(stop: asyncio.Event) -> float:
    """The longest that a sleep of 5 ms was late."""
    longest = 0.0
    while not stop.is_set():
        before = time.perf_counter()
        await asyncio.sleep(0.005)
        longest = max(longest, time.perf_counter() - before - 0.005)
    return longest


def _photo(seed: int) -> tuple[drawing.Card, bytes]:
    dice = random.Random(seed)
    truth = drawing.card(dice)
    return truth, drawing.jpeg(drawing.photographed(drawing.front(truth), dice))


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:3]] or list(HELD_OUT)
    asyncio.run(main(*given))
