"""The printed receipt (回执单) of a case: A4, with the receipt's own symbol on it."""

from __future__ import annotations

from typing import BinaryIO

import msgspec

from qr.fonts import FontFile
from qr.grammar import spoken
from qr.layout import A4_WIDTH
from qr.paper import Paper, Report, leading
from qr.pdf import FOOTING
from qr.symbol import symbol
from qr.text import Fitted

_LEFT, _RIGHT, _TOP, _BOTTOM = 20.0, A4_WIDTH - 20, 18.0, 272.0
_LABEL_WIDTH = 38.0
_SYMBOL_SIDE = 32.0
_PAD = 2.2
_BODY = 11.0
_SMALL = 9.5
_TINT = 0.06
_HAIR = 0.4
_ROWS_OF_A_VALUE = 40


class ReceiptSheet(msgspec.Struct, frozen=True):
    """What stands on a receipt, ready to print: every name already masked, every date already written out.

    ``rows`` are pairs of label and value (事项, 申请人, 受理机关, 收件日期, 承诺办结日); ``materials`` are
    numbered in print; ``notes`` follow them (the complaint phone among them).
    """

    office: str
    title: str
    case_no: str
    code: str
    url: str
    rows: tuple[tuple[str, str], ...] = ()
    materials: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def receipt(model: ReceiptSheet, out: BinaryIO, font: FontFile) -> Report:
    """Print one receipt to ``out``; what does not fit on a page goes on the next one."""
    page = _Page(Paper(out, font, title=f"{model.title} {model.case_no}"), model)
    _head(page)
    page.paper.rule(_LEFT, page.y, _RIGHT, page.y, points=_HAIR)
    for label, value in model.rows:
        _row(page, label, value)
    _numbered(page, "已收材料", model.materials)
    _notes(page)
    return page.paper.finish()


class _Page:
    """The paper and how far down it we are."""

    def __init__(self, paper: Paper, model: ReceiptSheet) -> None:
        self.paper, self.model, self.y = paper, model, _TOP

    def need(self, height: float) -> bool:
        """Make room for ``height`` mm; true when that took a new page."""
        if self.y + height <= _BOTTOM:
            return False
        self.paper.end_page()
        again = f"{self.model.title}（续）  {self.model.case_no}"
        self.paper.text(_LEFT, _TOP, again, _SMALL, ink=0.7)
        self.y = _TOP + 4
        return True

    def block(self, text: str, width: float, size: float = _BODY, most: int = _ROWS_OF_A_VALUE) -> Fitted:
        fitted = self.paper.fitted(text, width, size, smallest=size, most=most)
        if not fitted.whole:
            self.paper.cut(self.model.case_no)
        return fitted


def _head(page: _Page) -> None:
    paper, model = page.paper, page.model
    office = paper.fitted(model.office, _RIGHT - _LEFT, 14, smallest=9, most=1)
    page.y = paper.lines(A4_WIDTH / 2, page.y, office, align="centre")
    title = paper.fitted(model.title, _RIGHT - _LEFT, 24, smallest=14, most=1)
    page.y = paper.lines(A4_WIDTH / 2, page.y + 1, title, align="centre", bold=True) + 7
    left_of_symbol = _RIGHT - _SYMBOL_SIDE - 8
    paper.symbol(symbol(model.url), _RIGHT - _SYMBOL_SIDE, page.y, _SYMBOL_SIDE)
    paper.text(_RIGHT - _SYMBOL_SIDE / 2, page.y + _SYMBOL_SIDE + 9, spoken(model.code), 10, align="centre")
    paper.text(_LEFT, page.y + 6, "办件编号", _BODY, ink=0.7)
    number = paper.fitted(model.case_no, left_of_symbol - _LEFT, 22, smallest=11)
    below = paper.lines(_LEFT, page.y + 8.5, number, bold=True)
    hint = paper.fitted(
        "用手机扫右侧二维码，可随时查看办理进度；也可输入码下字符查询。",
        left_of_symbol - _LEFT, _SMALL, smallest=_SMALL,
    )  # fmt: skip
    paper.lines(_LEFT, below + 1.5, hint, ink=0.7)
    page.y += _SYMBOL_SIDE + 13


def _row(page: _Page, label: str, value: str) -> None:
    """One row of the table: the label on a tint, the value wrapped as far as it needs."""
    paper = page.paper
    name = page.block(label, _LABEL_WIDTH - 2 * _PAD, most=2)
    text = page.block(value or "—", _RIGHT - _LEFT - _LABEL_WIDTH - 2 * _PAD)
    height = max(len(name.lines), len(text.lines)) * leading(_BODY) + 2 * _PAD
    if page.need(height):
        paper.rule(_LEFT, page.y, _RIGHT, page.y, points=_HAIR)
    paper.box(_LEFT, page.y, _LABEL_WIDTH, height, ink=_TINT)
    paper.lines(_LEFT + _PAD, page.y + _PAD, name, ink=0.8)
    paper.lines(_LEFT + _LABEL_WIDTH + _PAD, page.y + _PAD, text)
    end = page.y + height
    for x in (_LEFT, _LEFT + _LABEL_WIDTH, _RIGHT):
        paper.rule(x, page.y, x, end, points=_HAIR)
    paper.rule(_LEFT, page.y, _RIGHT, page.y, points=_HAIR)
    paper.rule(_LEFT, end, _RIGHT, end, points=_HAIR)
    page.y = end


def _numbered(page: _Page, heading: str, entries: tuple[str, ...]) -> None:
    if not entries:
        return
    page.y += 6
    page.need(3 * leading(_BODY))
    page.paper.text(_LEFT, page.y + leading(_BODY) * 0.75, f"{heading}（{len(entries)} 项）", 12, bold=True)
    page.y += leading(12) + 1
    indent = 8.0
    for number, entry in enumerate(entries, 1):
        text = page.block(entry, _RIGHT - _LEFT - indent)
        page.need(len(text.lines) * leading(_BODY))
        page.paper.lines(_LEFT, page.y, Fitted(_BODY, (f"{number}.",)))
        page.y = page.paper.lines(_LEFT + indent, page.y, text) + 0.8


def _notes(page: _Page) -> None:
    """The notes, then the footing, kept together with at least the last note."""
    page.y += 5
    for note in page.model.notes:
        text = page.block(note, _RIGHT - _LEFT, _SMALL)
        page.need(len(text.lines) * leading(_SMALL))
        page.y = page.paper.lines(_LEFT, page.y, text, ink=0.85) + 0.8
    page.need(8)
    page.paper.rule(_LEFT, page.y + 2, _RIGHT, page.y + 2, points=_HAIR, ink=0.5)
    footing = page.paper.fitted(FOOTING, _RIGHT - _LEFT, _SMALL, smallest=7, most=1)
    page.paper.lines(_LEFT, page.y + 3.5, footing, ink=0.85)
