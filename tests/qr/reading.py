"""Reading symbols back with decoders and viewers that had no part in making them."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import numpy
import pypdfium2
import zxingcpp
from PIL import Image

DOTS_PER_INCH = 300


def decoded(image: Image.Image) -> list[str]:
    """The payload of every QR symbol that zxing-cpp finds, in no particular order."""
    grey = numpy.asarray(image.convert("L"))
    return [found.text for found in zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormat.QRCode)]


def drawn(rows: Sequence[Sequence[int]], scale: int = 6) -> Image.Image:
    """A picture of a grid of modules, truth for dark."""
    light = numpy.array([list(row) for row in rows]) == 0
    return Image.fromarray(numpy.kron(light, numpy.ones((scale, scale))).astype("uint8") * 255)


def pages(written: bytes) -> list[Image.Image]:
    """The pages of a PDF as a printer of 300 dpi would see them."""
    document = pypdfium2.PdfDocument(BytesIO(written))
    return [page.render(scale=DOTS_PER_INCH / 72, grayscale=True).to_pil() for page in document]


def words(written: bytes) -> str:
    """The text of a PDF, white space removed."""
    document = pypdfium2.PdfDocument(BytesIO(written))
    text = "".join(page.get_textpage().get_text_range() for page in document)
    return "".join(text.split())
