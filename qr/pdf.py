"""Sheets of labels (码单): n to an A4 page, with crop marks."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import BinaryIO

import msgspec

from qr.fonts import FontFile
from qr.grammar import spoken
from qr.layout import Layout
from qr.paper import Paper, Report, leading
from qr.symbol import symbol
from qr.text import Fitted

FOOTING = "扫码前请核对地址；本页面不会要您转账或输入银行密码。"
"""Stands on every label: a forged sticker pasted over a plate is what it guards against."""

_EDGE = 1.5  # white kept inside a label's edge, mm
_MARK = 4.0  # longest crop mark, mm
_MARK_POINTS = 0.3
_SMALLEST = 0.6  # type may shrink to this share of its size
_ROWS_OF_A_LINE = 2


class Label(msgspec.Struct, frozen=True):
    """One symbol to print: ``url`` goes into it, ``code`` and ``title`` (the address) under it, ``lines``
    (the first one large) beside it."""

    code: str
    url: str
    title: str
    lines: tuple[str, ...] = ()


def sheet(
    labels: Iterable[Label], layout: Layout, out: BinaryIO, font: FontFile, *, heading: str = "码单",
    footing: str = FOOTING,
) -> Report:  # fmt: skip
    """Print the labels in order to ``out``, taking them one by one. ValueError, with nothing written, when
    there are none."""
    stream = iter(labels)
    first = next(stream, None)
    if first is None:
        raise ValueError("没有可打印的码，请先选择。")
    paper = Paper(out, font, title=heading)
    for number, label in enumerate(chain((first,), stream)):
        cell = number % layout.per_page
        if cell == 0:
            if number:
                paper.end_page()
            _crop_marks(paper, layout)
        x, y = layout.origin(cell)
        if layout.lines_stand == "beside":
            _label(paper, layout, label, x, y, footing)
        else:
            _poster(paper, layout, label, x, y, footing)
    return paper.finish()


def _label(paper: Paper, layout: Layout, label: Label, x: float, y: float, footing: str) -> None:
    """Symbol at the left, lines and footing at its right, code and address under it."""
    side, quiet = layout.symbol_side, layout.quiet
    paper.symbol(symbol(label.url), x + quiet, y + quiet, side)
    left = x + side + 2 * quiet
    _column(paper, layout, label, (left, y + quiet / 2, x + layout.label_width - _EDGE - left), footing)
    y = paper.lines(x + quiet, y + side + 2 * quiet, _code(paper, layout, label), bold=True)
    title = paper.fitted(
        label.title, layout.label_width - quiet - _EDGE, layout.title_size,
        smallest=layout.title_size * _SMALLEST,
    )  # fmt: skip
    paper.lines(x + quiet, y, title)
    if not title.whole:
        paper.cut(label.code)


def _column(
    paper: Paper, layout: Layout, label: Label, place: tuple[float, float, float], footing: str
) -> None:
    """The label's lines from above the symbol's top on, the footing ending as far below its foot."""
    x, y, width = place
    size = layout.footing_size
    foot = paper.fitted(footing, width, size, smallest=size * _SMALLEST, most=4)
    end = y + layout.symbol_side + layout.quiet - len(foot.lines) * leading(foot.size)
    paper.lines(x, end, foot, ink=0.8)
    for number, line in enumerate(label.lines):
        size = layout.line_size * (1.3 if number == 0 else 1)
        block = paper.fitted(line, width, size, smallest=size * _SMALLEST, most=_ROWS_OF_A_LINE)
        if y + len(block.lines) * leading(block.size) > end:
            paper.cut(label.code)
            return
        y = paper.lines(x, y, block, bold=number == 0)
        if not block.whole:
            paper.cut(label.code)


def _poster(paper: Paper, layout: Layout, label: Label, x: float, y: float, footing: str) -> None:
    """Everything centred: symbol, code, address, lines; the footing at the foot."""
    side, quiet, width = layout.symbol_side, layout.quiet, layout.label_width - 2 * _EDGE
    middle, bottom = x + layout.label_width / 2, y + layout.label_height
    paper.symbol(symbol(label.url), middle - side / 2, y + quiet, side)
    y = paper.lines(middle, y + side + 2 * quiet, _code(paper, layout, label), align="centre", bold=True)
    foot = paper.fitted(footing, width, layout.footing_size, smallest=layout.footing_size * _SMALLEST)
    end = bottom - _EDGE - len(foot.lines) * leading(foot.size)
    paper.lines(middle, end, foot, align="centre", ink=0.8)
    sizes = chain((layout.title_size,), (layout.line_size for _ in label.lines))
    y += leading(layout.line_size) / 2
    for number, (line, size) in enumerate(zip((label.title, *label.lines), sizes, strict=True)):
        block = paper.fitted(line, width, size, smallest=size * _SMALLEST)
        if not block.whole or y + len(block.lines) * leading(block.size) > end:
            paper.cut(label.code)
        if y + len(block.lines) * leading(block.size) > end:
            return
        y = paper.lines(middle, y, block, align="centre", bold=number == 0)
        if number == 0:
            y += leading(layout.line_size) / 2


def _code(paper: Paper, layout: Layout, label: Label) -> Fitted:
    return paper.fitted(
        spoken(label.code), layout.label_width, layout.code_size, smallest=layout.code_size, most=1
    )


def _crop_marks(paper: Paper, layout: Layout) -> None:
    """A tick outside each corner of each label, both ways, no longer than the gap it stands in."""
    for cell in range(layout.per_page):
        x, y = layout.origin(cell)
        right, bottom = x + layout.label_width, y + layout.label_height
        row, column = divmod(cell, layout.columns)
        across = _MARK if column == 0 else min(_MARK, layout.gutter_x / 2)
        after = _MARK if column == layout.columns - 1 else min(_MARK, layout.gutter_x / 2)
        above = _MARK if row == 0 else min(_MARK, layout.gutter_y / 2)
        below = _MARK if row == layout.rows - 1 else min(_MARK, layout.gutter_y / 2)
        for edge in (y, bottom):
            paper.rule(x - across, edge, x, edge, points=_MARK_POINTS)
            paper.rule(right, edge, right + after, edge, points=_MARK_POINTS)
        for edge in (x, right):
            paper.rule(edge, y - above, edge, y, points=_MARK_POINTS)
            paper.rule(edge, bottom, edge, bottom + below, points=_MARK_POINTS)
