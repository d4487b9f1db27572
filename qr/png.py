"""A symbol as a PNG of one bit a pixel."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from qr.symbol import Symbol

_LIGHT_AND_DARK = bytes((255, 0)) + bytes(254)
_LARGEST_SCALE = 64


def png(symbol: Symbol, scale: int = 8) -> bytes:
    """The symbol with its quiet zone, ``scale`` pixels to a module. ValueError for a scale not in 1 to 64."""
    if not 1 <= scale <= _LARGEST_SCALE:
        raise ValueError(f"scale must be 1 to {_LARGEST_SCALE} pixels a module")
    side = symbol.full_size
    grey = b"".join(symbol.rows()).translate(_LIGHT_AND_DARK)
    image = Image.frombytes("L", (side, side), grey).convert("1", dither=Image.Dither.NONE)
    written = BytesIO()
    image.resize((side * scale, side * scale), Image.Resampling.NEAREST).save(written, "PNG")
    return written.getvalue()
