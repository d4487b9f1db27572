"""What is published of ratings: counts by level, and the share of the satisfied; nothing that points at one person. Pure.

Fewer than ``SMALL`` are not told. Where a number that is not told could be had by subtraction, more are kept back until
it cannot: two at least, and ``SMALL`` people behind them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

SMALL = 5
LEVELS = (5, 4, 3, 2, 1)
SATISFIED = 3
"""Levels of the five, in the order of LEVELS, that count as satisfied (GB/T 39735)."""


class Line(msgspec.Struct, frozen=True):
    """A month or an item. ``counts`` are the five levels, best first; ``satisfied`` a share in whole percent, with
    ``at_least`` a bound below it. None is what is not told."""

    key: str
    total: int | None
    counts: tuple[int | None, ...]
    satisfied: int | None = None
    at_least: bool = False


def lines(counts: Mapping[str, Sequence[int]]) -> tuple[Line, ...]:
    """A line for each key, in their order."""
    totals = veil([sum(each) for each in counts.values()])
    return tuple(
        _line(key, each) if total is not None else Line(key, None, (None,) * len(each))
        for (key, each), total in zip(counts.items(), totals, strict=True)
    )


def veil(numbers: Sequence[int]) -> tuple[int | None, ...]:
    """The numbers, some of them None: the small ones, and as many of the next as hide these. A nought tells of nobody."""
    hidden = {at for at, number in enumerate(numbers) if 0 < number < SMALL}
    rest = sorted((number, at) for at, number in enumerate(numbers) if number >= SMALL)
    while hidden and rest and (len(hidden) < 2 or sum(numbers[at] for at in hidden) < SMALL):
        hidden.add(rest.pop(0)[1])
    return tuple(None if at in hidden else number for at, number in enumerate(numbers))


def _line(key: str, counts: Sequence[int]) -> Line:
    total = sum(counts)
    good = sum(counts[:SATISFIED])
    poor = total - good
    if 0 < poor < SMALL:
        return Line(key, total, veil(counts), 100 * (total - SMALL + 1) // total, at_least=True)
    share = round(100 * good / total) if total and (good == 0 or good >= SMALL) else None
    return Line(key, total, veil(counts), share)
