"""Rounds that take turns, and the table in which they end."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median

import msgspec

from tests.bench.load import Outcome, Plan, load


class Row(msgspec.Struct, frozen=True):
    """One line. ``ratio`` where two programs were held against each other, else ``measured`` alone; ``bound``
    is what the client asks for."""

    name: str
    measured: str
    bare: str = ""
    ratio: float | None = None
    bound: str = ""
    holds: bool | None = None

    def cells(self) -> tuple[str, ...]:
        verdict = "" if self.holds is None else "ok" if self.holds else "SHORT"
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        return self.name, self.measured, self.bare, ratio, self.bound, verdict


HEAD = ("what", "saoban", "bare", "ratio", "required", "")


def versus(
    name: str, ours: Callable[[int], Plan], bare: Callable[[int], Plan], *, least: float, rounds: int
) -> Row:
    """A B A B …: each round measures both, and the ratio is the median of the rounds' own ratios, so that a
    machine which is slower for a while slows both sides of it. The first round only warms up."""
    pairs = [(_good(load(ours(turn))), _good(load(bare(turn)))) for turn in range(rounds + 1)][1:]
    ratio = median(mine.rate / theirs.rate for mine, theirs in pairs)
    return Row(
        name, _told([mine for mine, _ in pairs]), _told([theirs for _, theirs in pairs]),
        ratio, f">= {least:.2f}", ratio >= least,
    )  # fmt: skip


def _good(outcome: Outcome) -> Outcome:
    """A run that counts: everything was answered, and well."""
    wrong = {status: count for status, count in outcome.statuses.items() if status not in {200, 201}}
    if wrong or not outcome.answered:
        raise RuntimeError(f"answers that do not count: {wrong or 'none came'}")
    return outcome


def _told(runs: list[Outcome]) -> str:
    return f"{median(run.rate for run in runs):.0f}/s, {median(run.median_ms for run in runs):.1f} ms"


def show(rows: list[Row], head: tuple[str, ...] = HEAD) -> str:
    """The table as Markdown that reads well as plain text too."""
    lines = [head, *(row.cells() for row in rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(head))]
    drawn = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"
             for line in lines]  # fmt: skip
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([drawn[0], rule, *drawn[1:]])
