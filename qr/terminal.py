"""A symbol as text for a terminal, two modules to a character."""

from __future__ import annotations

from qr.symbol import Symbol

# Black on white from the fixed part of the 256-colour table, which themes do not remap: the symbol is dark on
# light, as scanners want it, whatever colours the terminal has.
_BLACK_ON_WHITE = "\x1b[38;5;16;48;5;231m"
_RESET = "\x1b[0m"
_BLOCKS = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}
_INVERSE = {(0, 0): "█", (1, 0): "▄", (0, 1): "▀", (1, 1): " "}


def blocks(symbol: Symbol, *, colour: bool = True) -> str:
    """The symbol with its quiet zone as lines of half blocks, ending in a line feed.

    Without ``colour`` (a log, a pipe) light modules are drawn solid, which is right in a dark terminal and
    the negative, readable to most phones, in a light one.
    """
    rows = list(symbol.rows())
    if len(rows) % 2:
        rows.append(bytes(symbol.full_size))
    shapes = _BLOCKS if colour else _INVERSE
    lines = (
        "".join(shapes[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(rows[::2], rows[1::2], strict=True)
    )
    before, after = (_BLACK_ON_WHITE, _RESET) if colour else ("", "")
    return "".join(f"{before}{line}{after}\n" for line in lines)
