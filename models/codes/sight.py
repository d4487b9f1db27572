"""What the symbols on a photograph say. Only ever run in a worker process: photographs come from anywhere."""

from __future__ import annotations

import io
import warnings

import zxingcpp
from PIL import Image, ImageOps, UnidentifiedImageError

LONGEST = 2400
"""Pixels to a side that are looked at: a plate that fills a tenth of the picture still has some six to a module."""


class NoPicture(Exception):  # noqa: N818 - it tells, it does not fail
    """The bytes are no picture that can be opened."""

    def __reduce__(self) -> tuple[type[NoPicture], tuple[()]]:
        return NoPicture, ()


def texts(picture: bytes) -> list[str]:
    """The text of every QR symbol on ``picture``, in no particular order. Raises NoPicture."""
    found = zxingcpp.read_barcodes(
        _grey(picture), formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    )
    return [symbol.text for symbol in found]


def _grey(picture: bytes) -> Image.Image:
    """Upright, grey, and no larger than is looked at."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(picture))
            image.draft("L", (LONGEST, LONGEST))
            upright = ImageOps.exif_transpose(image).convert("L")
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NoPicture from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise NoPicture from error
    upright.thumbnail((LONGEST, LONGEST))
    return upright
