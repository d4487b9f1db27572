"""What a symbol and a sheet cost, as ratios in one run: ``python -m tests.bench.bench_symbols``."""

from __future__ import annotations

import time
from collections.abc import Callable
from io import BytesIO

import qrcode
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from qr.fonts import cjk_font, loaded
from qr.grammar import new, spoken, url
from qr.layout import LAYOUTS, Layout
from qr.pdf import Label, sheet
from qr.png import png
from qr.svg import svg
from qr.symbol import symbol

LABELS = 200
ROUNDS = 3
LAYOUT = LAYOUTS["A4_3x8"]


def obvious(labels: list[Label], layout: Layout, font_name: str) -> bytes:
    """The program one would write first: qrcode's own picture, drawn as an image, two lines of text."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4)
    for number, label in enumerate(labels):
        cell = number % layout.per_page
        if number and cell == 0:
            canvas.showPage()
        x, y = (length * mm for length in layout.origin(cell))
        side = layout.symbol_side * mm
        picture = BytesIO()
        qrcode.make(label.url).save(picture, "PNG")
        canvas.drawImage(ImageReader(picture), x, A4[1] - y - side, side, side)
        canvas.setFont(font_name, 8)
        canvas.drawString(x, A4[1] - y - side - 10, spoken(label.code))
        canvas.drawString(x, A4[1] - y - side - 20, label.title)
    canvas.save()
    return out.getvalue()


def ours(labels: list[Label], layout: Layout) -> bytes:
    out = BytesIO()
    sheet(labels, layout, out, cjk_font())
    return out.getvalue()


def seconds(work: Callable[[], object]) -> float:
    """The fastest of a few rounds."""
    rounds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        rounds.append(time.perf_counter() - start)
    return min(rounds)


def matrices(labels: list[Label]) -> None:
    """What the library does and nothing else."""
    for label in labels:
        code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M)
        code.add_data(label.url)
        code.make()


def main() -> None:
    font_name = loaded(cjk_font()).fontName
    codes = [new("D") for _ in range(LABELS)]
    labels = [
        Label(code, url("https://saoban.example.gov.cn", code), f"大关镇丘林村三组{number}号", ("扫码办事",))
        for number, code in enumerate(codes, 1)
    ]
    library = seconds(lambda: matrices(labels))
    made = seconds(lambda: [symbol(label.url) for label in labels])
    one = symbol(labels[0].url)
    pictures = seconds(lambda: [png(one) for _ in labels]), seconds(lambda: [svg(one) for _ in labels])
    print(f"symbol      {made / LABELS * 1000:6.2f} ms each, of which qrcode {library / made:4.0%}")
    for name, spent in zip(("png", "svg"), pictures, strict=True):
        print(f"{name:11} {spent / LABELS * 1000:6.2f} ms each, {spent / made:5.1%} of a symbol")
    plain, drawn = seconds(lambda: obvious(labels, LAYOUT, font_name)), seconds(lambda: ours(labels, LAYOUT))
    sizes = len(obvious(labels, LAYOUT, font_name)), len(ours(labels, LAYOUT))
    print(
        f"sheet       {drawn:6.2f} s for {LABELS} labels, {drawn / plain:4.2f} of the obvious program's time"
    )
    print(f"            {sizes[1] / 1024:6.0f} KB, {sizes[1] / sizes[0]:4.2f} of the obvious program's size")
    print(f"            {library / drawn:4.0%} of the sheet's time is qrcode making matrices")


if __name__ == "__main__":
    main()
