"""A QR symbol (ISO/IEC 18004) as a matrix of modules, made by the ``qrcode`` library."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec
import qrcode
from qrcode.exceptions import DataOverflowError

ErrorLevel = Literal["L", "M", "Q", "H"]

_LEVELS = {
    "L": qrcode.ERROR_CORRECT_L, "M": qrcode.ERROR_CORRECT_M,
    "Q": qrcode.ERROR_CORRECT_Q, "H": qrcode.ERROR_CORRECT_H,
}  # fmt: skip


class Symbol(msgspec.Struct, frozen=True):
    """``modules`` has ``size`` rows of ``size`` bytes, 1 dark and 0 light, top row first, without the quiet
    zone; ``quiet`` is the width of the quiet zone in modules (ISO/IEC 18004:2015, 6.3.8: at least 4)."""

    modules: tuple[bytes, ...]
    quiet: int = 4

    @property
    def size(self) -> int:
        """Modules along one side, without the quiet zone."""
        return len(self.modules)

    @property
    def full_size(self) -> int:
        """Modules along one side, with the quiet zone on both ends."""
        return self.size + 2 * self.quiet

    def rows(self) -> tuple[bytes, ...]:
        """The rows with the quiet zone around them: ``full_size`` rows of ``full_size`` bytes."""
        side = bytes(self.quiet)
        blank = (bytes(self.full_size),) * self.quiet
        return (*blank, *(side + row + side for row in self.modules), *blank)

    def runs(self) -> Iterator[tuple[int, int, int]]:
        """Each horizontal run of dark modules as (column, row, length), counted without the quiet zone."""
        for y, row in enumerate(self.modules):
            start = row.find(1)
            while start >= 0:
                end = row.find(0, start)
                end = self.size if end < 0 else end
                yield start, y, end - start
                start = row.find(1, end)


def symbol(payload: str, *, error: ErrorLevel = "M", quiet: int = 4) -> Symbol:
    """The smallest symbol that holds ``payload`` at the error level, under its best mask.

    ValueError for an empty payload, one beyond version 40, or a negative quiet zone.
    """
    if not payload:
        raise ValueError("a symbol needs a payload")
    if quiet < 0:
        raise ValueError("a quiet zone cannot be negative")
    code = qrcode.QRCode(error_correction=_LEVELS[error], border=quiet)
    code.add_data(payload)
    try:
        code.make(fit=True)
    except (DataOverflowError, ValueError) as error_raised:
        raise ValueError("the payload is too long for a symbol") from error_raised
    return Symbol(tuple(bytes(map(bool, row)) for row in code.modules), quiet)
