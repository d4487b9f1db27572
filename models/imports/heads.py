"""Finding the heads of a sheet, over one row or two, and guessing what they mean. Runs in a worker."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from models.imports.book import Ranges, Sheet
from models.imports.plan import MOST_COLUMNS, Column, Peek, Plan, SheetPlan
from models.imports.target import Targets, plain, unit_in

LOOKED_AT = 15  # rows in which heads are looked for
SAMPLES = 3
SAMPLED = 60  # rows in which samples are looked for
WIDEST = 24  # characters of a sample


def peek(sheets: list[Sheet], targets: Targets) -> Peek:
    """A suggested plan, and samples to judge it by."""
    plans = [_plan(sheet, targets) for sheet in sheets]
    samples = tuple(_samples(sheet, plan) for sheet, plan in zip(sheets, plans, strict=True))
    rows = sum(
        max(0, sheet.height - plan.first) for sheet, plan in zip(sheets, plans, strict=True) if plan.taken
    )
    return Peek(Plan(tuple(plans)), rows, samples)


def _plan(sheet: Sheet, targets: Targets) -> SheetPlan:
    """The row, or pair of rows, in which most heads mean something; the first where none do."""
    top = sheet.head(LOOKED_AT)
    filled = _filled(top, sheet.merged())
    best, heads, first = -1, [""], 1
    for at in range(len(top)):
        for depth in (1, 2):
            if at + depth > len(top):
                continue
            found = [_head(column, targets) for column in _columns(filled, at, depth)]
            score = len({targets.of_head(each) for each in found} - {""})
            if depth == 2 and not _is_heads(top[at + 1]):
                score = -1
            if score > best:
                best, heads, first = score, found, at + depth
    return SheetPlan(sheet.title, first, _guessed(heads[:MOST_COLUMNS], targets))


def _filled(top: list[list[Any]], merged: Ranges) -> list[list[str]]:
    """The first rows as text, what was merged repeated in each of its cells."""
    width = max((len(row) for row in top), default=0)
    cells = [[_text(row[at]) if at < len(row) else "" for at in range(width)] for row in top]
    for (top_row, left), (bottom, right) in merged:
        if top_row < len(cells) and left < width:
            text = cells[top_row][left]
            for row in cells[top_row : bottom + 1]:
                for at in range(left, min(right + 1, width)):
                    row[at] = row[at] or text
    return cells


def _columns(filled: list[list[str]], at: int, depth: int) -> list[list[str]]:
    return [list(each) for each in zip(*filled[at : at + depth], strict=True)]


def _head(texts: list[str], targets: Targets) -> str:
    """A head of one or two rows as one: 户主 over 姓名 is 户主姓名 where that means something."""
    distinct = list(dict.fromkeys(text for text in texts if text))
    if len(distinct) < 2:
        return distinct[0] if distinct else ""
    whole = "".join(distinct)
    return whole if targets.of_head(whole) or not targets.of_head(distinct[1]) else distinct[1]


def _is_heads(row: list[Any]) -> bool:
    """Whether a row could be the lower of two: words, and no numbers among them."""
    there = [each for each in row if each not in ("", None)]
    return bool(there) and all(isinstance(each, str) and not any(c.isdigit() for c in each) for each in there)


def _guessed(heads: list[str], targets: Targets) -> tuple[Column, ...]:
    """Each target once: where two columns seem to mean the same, the first does."""
    taken: set[str] = set()
    columns = []
    for at, head in enumerate(heads):
        target = targets.of_head(head) if plain(head) else ""
        target = "" if target in taken else target
        taken.add(target)
        columns.append(Column(at, head, target, unit_in(head) if target else ""))
    return tuple(columns)


def _samples(sheet: Sheet, plan: SheetPlan) -> tuple[tuple[str, ...], ...]:
    found: list[list[str]] = [[] for _ in plan.columns]
    for number, row in sheet.rows():
        if number >= plan.first + SAMPLED:
            break
        for at, cell in enumerate(row[: len(found)]):
            text = _text(cell)
            if number >= plan.first and text and len(found[at]) < SAMPLES and text not in found[at]:
                found[at].append(text[:WIDEST])
    return tuple(tuple(each) for each in found)


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and not (cell.hour or cell.minute):
        return cell.date().isoformat()
    if isinstance(cell, date | datetime):
        return cell.isoformat(" ") if isinstance(cell, datetime) else cell.isoformat()
    return "" if cell is None else str(cell).strip()
