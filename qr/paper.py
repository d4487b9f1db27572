"""Paper to draw on, A4 or larger: millimetres from the upper left corner, one embedded font, black as pure K.

A thin layer over ReportLab's canvas that the sheet, the receipt and the PIN slips share.
"""

from __future__ import annotations

from typing import BinaryIO, Literal

import msgspec
from reportlab import rl_config
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from qr.fonts import EMBEDDING, FontFile, loaded
from qr.layout import A4_HEIGHT, A4_WIDTH
from qr.pictograms import SIDE, commands
from qr.symbol import Symbol
from qr.text import Fitted, clean, fit
from qr.tint import strokes

# Page streams as they are instead of in ASCII: a quarter smaller.
rl_config.useA85 = 0

_TOTAL = "total"
_FOOTER_SIZE = 8
_GETA = "〓"  # the printer's mark for a sort that the case lacks
_BOLD = 0.025  # width of the stroke that emboldens, in em
_LEADING = 1.3

Align = Literal["left", "centre", "right"]

Shade = tuple[float, float, float, float]
"""A colour as shares of cyan, magenta, yellow and black."""

BLACK: Shade = (0, 0, 0, 1)


class Report(msgspec.Struct, frozen=True):
    """What was printed. ``missing_characters`` stand as 〓 on the paper because the font has no shape for
    them; ``shortened`` names the codes (or case numbers) under which some text did not fit and was cut."""

    pages: int
    symbols: int
    missing_characters: tuple[str, ...] = ()
    shortened: tuple[str, ...] = ()


class Paper:
    """One PDF being written to ``out``, page by page; call ``finish`` once at the end."""

    def __init__(
        self, out: BinaryIO, font: FontFile, *, title: str, width: float = A4_WIDTH, height: float = A4_HEIGHT
    ) -> None:
        self._width, self._height = width, height
        self._font = loaded(font)
        self._missing: set[str] = set()
        self._shortened: dict[str, None] = {}
        self._tints: set[str] = set()
        self._pages = 0
        self._symbols = 0
        self._canvas = Canvas(
            out, pagesize=(width * mm, height * mm), pageCompression=1, lang="zh-CN",
            initialFontName=self._font.fontName,
            invariant=1,  # the same content gives the same bytes; no clock in here
        )  # fmt: skip
        self._canvas.setTitle(clean(title))
        self._canvas.setProducer("Saoban")
        self._canvas.setCreator("Saoban")

    def measure(self, text: str) -> float:
        """The width of ``text`` in em."""
        return self._font.stringWidth(text, 1)

    def fitted(self, text: str, width: float, size: float, *, smallest: float, most: int = 2) -> Fitted:
        """``text``, cleaned and drawable, in at most ``most`` lines of ``width`` mm."""
        return fit(self._drawable(text), width * mm, self.measure, size=size, smallest=smallest, most=most)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        align: Align = "left",
        bold: bool = False,
        ink: float = 1,
        shade: Shade | None = None,
    ) -> None:
        """One line with its baseline at ``y``; ``ink`` is the share of black, 1 for full; or in a ``shade``."""
        colour = shade or (0, 0, 0, ink)
        canvas, shown = self._canvas, self._drawable(text)
        start = x * mm - {"left": 0, "centre": 0.5, "right": 1}[align] * self.measure(shown) * size
        if bold:
            # The font has one weight: a heading is filled and stroked, and the mode must not outlive it.
            canvas.saveState()
            canvas.setLineWidth(size * _BOLD)
            canvas.setStrokeColorCMYK(*colour)
        canvas.setFont(self._font.fontName, size)
        canvas.setFillColorCMYK(*colour)
        canvas.drawString(start, (self._height - y) * mm, shown, mode=2 if bold else None)
        if bold:
            canvas.restoreState()

    def lines(
        self,
        x: float,
        y: float,
        block: Fitted,
        *,
        align: Align = "left",
        bold: bool = False,
        ink: float = 1,
        shade: Shade | None = None,
    ) -> float:
        """A fitted block whose first line hangs from ``y``; returns where the next one hangs from."""
        step = leading(block.size)
        for number, line in enumerate(block.lines):
            self.text(
                x, y + number * step + hang(block.size), line, block.size,
                align=align, bold=bold, ink=ink, shade=shade,
            )  # fmt: skip
        return y + len(block.lines) * step

    def symbol(self, symbol: Symbol, x: float, y: float, side: float) -> None:
        """The symbol, ``side`` mm without its quiet zone, its upper left module at ``x``, ``y``.

        Vectors, because some viewers blur a small image when they enlarge it; one path, because two
        touching rectangles painted one by one show a hair of white between them.
        """
        module = side * mm / symbol.size
        path = "\n".join(f"{column} {row} {length} 1 re" for column, row, length in symbol.runs())
        self._canvas.addLiteral(
            f"q {module:.5f} 0 0 {-module:.5f} {x * mm:.3f} {(self._height - y) * mm:.3f} cm "
            f"0 0 0 1 k\n{path}\nf Q"
        )
        self._symbols += 1

    def rule(
        self,
        x1: float,
        y1: float,
        x2: float,
        y2: float,
        *,
        points: float = 0.5,
        dash: tuple[float, ...] = (),
        ink: float = 1,
    ) -> None:
        """A straight line ``points`` thick, dashed by lengths in points where ``dash`` gives them."""
        canvas = self._canvas
        canvas.setStrokeColorCMYK(0, 0, 0, ink)
        canvas.setLineWidth(points)
        canvas.setDash(*([list(dash)] if dash else []))
        canvas.line(x1 * mm, (self._height - y1) * mm, x2 * mm, (self._height - y2) * mm)
        canvas.setDash()

    def box(self, x: float, y: float, width: float, height: float, *, ink: float) -> None:
        """A filled rectangle in a tint."""
        self._canvas.setFillColorCMYK(0, 0, 0, ink)
        self._canvas.rect(x * mm, (self._height - y - height) * mm, width * mm, height * mm, stroke=0, fill=1)

    def fill(
        self, x: float, y: float, width: float, height: float, shade: Shade, *, radius: float = 0
    ) -> None:
        """A filled rectangle in a colour, its corners rounded by ``radius`` mm."""
        self._canvas.setFillColorCMYK(*shade)
        self._canvas.roundRect(
            x * mm, (self._height - y - height) * mm, width * mm, height * mm, radius * mm, stroke=0, fill=1
        )

    def pictogram(
        self, name: str, x: float, y: float, side: float, *, shade: Shade = BLACK, weight: float = 1.6
    ) -> None:
        """A pictogram (``qr.pictograms``) in a square of ``side`` mm; ``weight`` is that of its strokes, in its own
        24 units."""
        canvas, unit = self._canvas, side * mm / SIDE
        letters = {"M": "m", "L": "l", "C": "c", "Z": "h"}
        strokes = "\n".join(
            " ".join([*(f"{number:g}" for number in numbers), letters[letter]])
            for letter, numbers in commands(name)
        )
        colour = " ".join(f"{part:g}" for part in shade)
        canvas.addLiteral(
            f"q {unit:.5f} 0 0 {-unit:.5f} {x * mm:.3f} {(self._height - y) * mm:.3f} cm "
            f"{colour} K {weight:g} w 1 J 1 j\n{strokes}\nS Q"
        )

    def tint(
        self, x: float, y: float, width: float, height: float, *, ink: float, points: float, kind: int = 0
    ) -> None:
        """A patch of security tint (``qr.tint``), its upper left corner at ``x``, ``y``. The strokes of each kind and size
        are written once and referred to."""
        canvas, name = self._canvas, f"tint{width:g}x{height:g}.{kind}"
        if name not in self._tints:
            self._tints.add(name)
            canvas.beginForm(name, 0, 0, width * mm, height * mm)
            canvas.lines([tuple(each * mm for each in stroke) for stroke in strokes(width, height, kind)])
            canvas.endForm()
        canvas.saveState()
        canvas.setStrokeColorCMYK(0, 0, 0, ink)
        canvas.setLineWidth(points)
        canvas.setLineCap(1)
        canvas.translate(x * mm, (self._height - y - height) * mm)
        canvas.doForm(name)
        canvas.restoreState()

    def cut(self, key: str) -> None:
        """Remember that something under ``key`` did not fit."""
        self._shortened[key] = None

    def end_page(self) -> None:
        """The footer, then the next page. How many pages there are is known only at the end, so the total
        is a form that every footer refers to and ``finish`` draws."""
        before = f"第 {self._pages + 1} 页，共 "
        x = self._width / 2 - self.measure(before + "1 页") * _FOOTER_SIZE / mm / 2
        y = self._height - 7
        self.text(x, y, before, _FOOTER_SIZE, ink=0.7)
        self._canvas.saveState()
        self._canvas.translate(x * mm + self.measure(before) * _FOOTER_SIZE, (self._height - y) * mm)
        self._canvas.doForm(_TOTAL)
        self._canvas.restoreState()
        self._canvas.showPage()
        self._pages += 1

    def finish(self) -> Report:
        """Close the last page, embed the font's subset, write everything, and say what was printed."""
        self.end_page()
        canvas, total = self._canvas, f"{self._pages} 页"
        canvas.beginForm(_TOTAL, 0, -_FOOTER_SIZE, self.measure(total) * _FOOTER_SIZE + 1, 2 * _FOOTER_SIZE)
        self.text(0, self._height, total, _FOOTER_SIZE, ink=0.7)
        canvas.endForm()
        with EMBEDDING:
            canvas.save()
        return Report(self._pages, self._symbols, tuple(sorted(self._missing)), tuple(self._shortened))

    def _drawable(self, text: str) -> str:
        shown = clean(text)
        lacking = {character for character in shown if ord(character) not in self._font.face.charToGlyph}
        if not lacking:
            return shown
        self._missing |= lacking
        return shown.translate({ord(character): _GETA for character in lacking})


def leading(size: float) -> float:
    """Millimetres from one baseline to the next."""
    return size * _LEADING / mm


def hang(size: float) -> float:
    """Millimetres from the top of a line to its baseline."""
    return size * (_LEADING - 0.22) / mm - size * (_LEADING - 1) / 2 / mm
