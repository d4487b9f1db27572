"""The poster of a county's code matrix (锦囊矩阵), A4 or A3: a card for each bundle, smaller ones for single matters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

import msgspec

from qr.fonts import FontFile
from qr.grammar import spoken
from qr.layout import A4_HEIGHT, A4_WIDTH, QUIET_MODULES
from qr.paper import BLACK, Paper, Report, Shade
from qr.symbol import Symbol, symbol

BLUE: Shade = (0.93, 0.48, 0, 0.34)
WASH: Shade = (0.05, 0.02, 0, 0)
WHITE: Shade = (0, 0, 0, 0)
GREY: Shade = (0, 0, 0, 0.65)

SIZES: dict[str, float] = {"A4": 1.0, "A3": 2**0.5}
"""Paper sizes, as how much larger everything is than on A4."""

TITLE = "一件事一次办　二维码锦囊"
LEAD = "拿手机扫一扫，答几个问题，一张表填完，几个部门一起办。不会扫，把码下面的编号输进网页也一样。"
FOOTING = "扫码前请核对网址；我们不收费，不会要您转账或输入银行密码。咨询投诉：12345"

_MARGIN = 9.0
_GAP = 2.2
_HEAD = 22.0
_FOOT = 14.0
_SECTION = 8.0
_SMALLEST = 0.6


class Pocket(msgspec.Struct, frozen=True):
    """One card: ``url`` goes into the symbol, ``code`` under it; ``picture`` names its pictogram."""

    code: str
    url: str
    name: str
    note: str
    picture: str


class Section(msgspec.Struct, frozen=True):
    """Cards under a heading; ``wide`` ones have their words beside the symbol, the others above it."""

    title: str
    pockets: tuple[Pocket, ...]
    wide: bool = True


class Poster(msgspec.Struct, frozen=True):
    """``office`` runs it, ``host`` is the only right address."""

    office: str
    host: str
    sections: tuple[Section, ...]


class Shape(msgspec.Struct, frozen=True):
    """Cards of one kind: how many in a row, how high, and the side of their symbol; mm on A4."""

    columns: int
    height: float
    side: float


WIDE = Shape(columns=3, height=31, side=20.5)
TALL = Shape(columns=6, height=33, side=16.5)


def poster(model: Poster, size: str, out: BinaryIO, font: FontFile) -> Report:
    """Print ``model`` to ``out`` on paper of ``size``, on as many pages as it needs. KeyError for an unknown size."""
    scale = SIZES[size]
    paper = Paper(out, font, title=TITLE, width=A4_WIDTH * scale, height=A4_HEIGHT * scale)
    _Sheet(paper, model, scale).draw()
    return paper.finish()


class _Sheet:
    """One poster being drawn; ``_y`` is how far down its page it has come. Lengths are those of A4."""

    def __init__(self, paper: Paper, model: Poster, scale: float) -> None:
        self._paper = paper
        self._model = model
        self._scale = scale
        self._y = 0.0

    def draw(self) -> None:
        self._head()
        for section in self._model.sections:
            self._section(section)
        self._foot()

    def _head(self) -> None:
        k, paper, model = self._scale, self._paper, self._model
        paper.fill(0, 0, A4_WIDTH * k, _HEAD * k, BLUE)
        self._line(TITLE, _MARGIN, 3.5, A4_WIDTH - 2 * _MARGIN, 23, shade=WHITE, bold=True)
        self._line(f"{model.office}　{model.host}", _MARGIN, 14.8, A4_WIDTH - 2 * _MARGIN, 10, shade=WHITE)
        self._y = _HEAD + 2.5
        self._line(LEAD, _MARGIN, self._y, A4_WIDTH - 2 * _MARGIN, 9, shade=GREY)
        self._y += 5.5

    def _foot(self) -> None:
        self._line(FOOTING, _MARGIN, A4_HEIGHT - _FOOT + 1, A4_WIDTH - 2 * _MARGIN, 8, shade=GREY)

    def _section(self, section: Section) -> None:
        shape = WIDE if section.wide else TALL
        rows = [
            section.pockets[at : at + shape.columns] for at in range(0, len(section.pockets), shape.columns)
        ]
        for number, row in enumerate(rows):
            heading = 0 if number else _SECTION
            if self._y + heading + shape.height > A4_HEIGHT - _FOOT:
                self._foot()
                self._paper.end_page()
                self._head()
            if not number:
                self._line(section.title, _MARGIN, self._y + 1.2, 120, 13, shade=BLUE, bold=True)
                self._y += _SECTION
            self._row(row, shape, wide=section.wide)
            self._y += shape.height + _GAP

    def _row(self, row: Sequence[Pocket], shape: Shape, *, wide: bool) -> None:
        width = (A4_WIDTH - 2 * _MARGIN - (shape.columns - 1) * _GAP) / shape.columns
        for column, pocket in enumerate(row):
            x = _MARGIN + column * (width + _GAP)
            k = self._scale
            self._paper.fill(x * k, self._y * k, width * k, shape.height * k, WASH, radius=2 * k)
            (self._wide if wide else self._tall)(pocket, shape, x, width)

    def _wide(self, pocket: Pocket, shape: Shape, x: float, width: float) -> None:
        """The symbol at the left with its code under it; pictogram, name and note at the right."""
        box = self._symbol(pocket, shape, x + 1.6, self._y + 1.4)
        left, room = x + 1.6 + box + 2.2, width - box - 4.6
        k = self._scale
        self._paper.pictogram(pocket.picture, left * k, (self._y + 2.8) * k, 9 * k, shade=BLUE)
        y = self._block(pocket.name, left, self._y + 13, room, 11.5, most=2, bold=True)
        self._block(pocket.note, left, y + 0.4, room, 8.5, most=1, shade=GREY)

    def _tall(self, pocket: Pocket, shape: Shape, x: float, width: float) -> None:
        """Pictogram and name above, the symbol and its code below."""
        k = self._scale
        self._paper.pictogram(pocket.picture, (x + 2) * k, (self._y + 1.7) * k, 5.5 * k, shade=BLUE)
        self._block(pocket.name, x + 8.6, self._y + 2.2, width - 9.8, 8.5, most=2, bold=True)
        box = shape.side * (1 + 2 * QUIET_MODULES / symbol(pocket.url).size)
        self._symbol(pocket, shape, x + (width - box) / 2, self._y + 8.6)

    def _symbol(self, pocket: Pocket, shape: Shape, x: float, y: float) -> float:
        """The symbol on white with its quiet zone, the code under it; returns the side of the white."""
        k, drawn = self._scale, symbol(pocket.url)
        quiet = _quiet(drawn, shape.side)
        box = shape.side + 2 * quiet
        self._paper.fill(x * k, y * k, box * k, box * k, WHITE, radius=1 * k)
        self._paper.symbol(drawn, (x + quiet) * k, (y + quiet) * k, shape.side * k)
        code = self._paper.fitted(spoken(pocket.code), box * k, 8 * k, smallest=5 * k, most=1)
        self._paper.lines((x + box / 2) * k, (y + box) * k, code, align="centre", bold=True)
        if not code.whole:
            self._paper.cut(pocket.code)
        return box

    def _block(
        self, text: str, x: float, y: float, width: float, size: float, *, most: int, bold: bool = False,
        shade: Shade = BLACK,
    ) -> float:  # fmt: skip
        """Text that may shrink; returns where it ends."""
        k = self._scale
        block = self._paper.fitted(text, width * k, size * k, smallest=size * k * _SMALLEST, most=most)
        end = self._paper.lines(x * k, y * k, block, bold=bold, shade=shade)
        if not block.whole:
            self._paper.cut(text)
        return end / k

    def _line(
        self, text: str, x: float, y: float, width: float, size: float, *, shade: Shade, bold: bool = False
    ) -> None:
        self._block(text, x, y, width, size, most=1, bold=bold, shade=shade)


def _quiet(drawn: Symbol, side: float) -> float:
    """The white around a symbol of ``side``: four modules (ISO/IEC 18004, 5.3.8)."""
    return side * QUIET_MODULES / drawn.size
