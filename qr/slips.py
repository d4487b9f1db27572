"""PIN slips (密码条): three to an A4 page, one for a household, folded over and handed over in an envelope.

A slip has three fields side by side. The address stays visible at the left; the PIN is in the middle; the
right field is a flap that folds over the middle, so that whoever carries the slips does not read the PINs.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import BinaryIO

import msgspec

from qr.fonts import FontFile
from qr.grammar import spoken
from qr.layout import A4_HEIGHT, A4_WIDTH
from qr.paper import Paper, Report
from qr.symbol import symbol

_PER_PAGE = 3
_HEIGHT = 94.0  # of a slip; three leave the foot of the page to the page number
_FIELD = A4_WIDTH / 3
_EDGE = 9.0
_SYMBOL_SIDE = 30.0
_DASH = (3.0, 2.0)

_USE = (
    "用手机扫这个码，用姓名和身份证号登录，再输入上面的密码，即可查看和办理本户事项。",
    "密码只给本户使用。工作人员不会以任何理由向您索要密码。",
)
_FLAP = (
    "沿左边的虚线把这一栏向左折，盖住密码，装入信封封好，当面交给本户成年家庭成员。",
    "信封若已拆开，或密码丢失、被他人看到，请告诉网格员或村委会换发，旧密码随即失效。",
)


class Slip(msgspec.Struct, frozen=True):
    """One household's PIN; ``url`` goes into the symbol and ``code`` is the plate's."""

    address: str
    code: str
    pin: str
    url: str


def slips(items: Iterable[Slip], out: BinaryIO, font: FontFile) -> Report:
    """Print the slips in order to ``out``. ValueError, with nothing written, when there are none."""
    stream = iter(items)
    first = next(stream, None)
    if first is None:
        raise ValueError("没有可打印的密码条，请先选择。")
    paper = Paper(out, font, title="密码条")
    for number, slip in enumerate(chain((first,), stream)):
        place = number % _PER_PAGE
        if number and place == 0:
            paper.end_page()
        _slip(paper, slip, place * _HEIGHT)
    return paper.finish()


def _slip(paper: Paper, slip: Slip, top: float) -> None:
    _outside(paper, slip, top)
    _inside(paper, slip, top)
    _flap(paper, top)
    for number, fold in enumerate((_FIELD, 2 * _FIELD)):
        if number:
            paper.rule(fold, top + 4, fold, top + _HEIGHT - 4, points=0.6, dash=_DASH, ink=0.6)
        else:
            paper.rule(fold, top + 8, fold, top + _HEIGHT - 8, points=0.3, ink=0.4)
    end = top + _HEIGHT
    if end < A4_HEIGHT - 3:
        paper.rule(0, end, A4_WIDTH, end, points=0.3, dash=(1.0, 2.0), ink=0.6)
        paper.text(A4_WIDTH - 4, end - 1.2, "沿此线裁开", 6.5, align="right", ink=0.6)


def _outside(paper: Paper, slip: Slip, top: float) -> None:
    """Seen after folding: whose slip it is."""
    paper.text(_EDGE, top + 16, "门牌密码条", 14, bold=True)
    paper.text(_EDGE, top + 27, "送达", 9, ink=0.7)
    width = _FIELD - _EDGE - 5
    address = paper.fitted(slip.address, width, 14, smallest=9, most=4)
    if not address.whole:
        paper.cut(slip.code)
    paper.lines(_EDGE, top + 29, address)
    paper.text(_EDGE, top + _HEIGHT - 18, "门牌码", 9, ink=0.7)
    paper.text(_EDGE, top + _HEIGHT - 12, spoken(slip.code), 11)


def _inside(paper: Paper, slip: Slip, top: float) -> None:
    """Covered by the flap: the PIN, the plate's symbol, and how to use them."""
    left, middle, width = _FIELD + 6, 1.5 * _FIELD, _FIELD - 12
    paper.text(middle, top + 12, "密码", 9, align="centre", ink=0.7)
    pin = paper.fitted(_grouped(slip.pin), width, 24, smallest=10, most=1)
    if not pin.whole:
        paper.cut(slip.code)
    paper.lines(middle, top + 13, pin, align="centre", bold=True)
    paper.symbol(symbol(slip.url), middle - _SYMBOL_SIDE / 2, top + 30, _SYMBOL_SIDE)
    y = top + 30 + _SYMBOL_SIDE + 5
    for text in _USE:
        y = paper.lines(left, y, paper.fitted(text, width, 8, smallest=6.5, most=3)) + 0.8


def _flap(paper: Paper, top: float) -> None:
    left, width = 2 * _FIELD + 7, _FIELD - 7 - _EDGE
    paper.text(left, top + 16, "送达人请看", 11, bold=True)
    y = top + 20
    for text in _FLAP:
        y = paper.lines(left, y, paper.fitted(text, width, 9.5, smallest=8, most=6)) + 2


def _grouped(pin: str) -> str:
    """Long PINs in groups that can be read aloud: of four where that divides them, else of three."""
    step = next((step for step in (4, 3) if len(pin) > 4 and len(pin) % step == 0), len(pin) or 1)
    return " ".join(pin[start : start + step] for start in range(0, len(pin), step))
