"""A symbol as an SVG of one path."""

from __future__ import annotations

from xml.sax.saxutils import escape

from qr.symbol import Symbol


def svg(symbol: Symbol, *, unit_mm: float | None = None, title: str = "") -> str:
    """The symbol with its quiet zone as an ``<svg>`` element that can stand in a page or in a file.

    ``unit_mm`` is the side of a module in millimetres and gives the image its size; without it the image
    takes the size of its place. ``title`` is what a screen reader says; without one it says nothing.
    Drawn with presentation attributes only, so that a strict content security policy leaves it alone.
    """
    side = symbol.full_size
    named = f'role="img" aria-label="{_attribute(title)}"' if title else 'aria-hidden="true"'
    sized = f' width="{side * unit_mm:g}mm" height="{side * unit_mm:g}mm"' if unit_mm else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"{sized} {named} '
        f'shape-rendering="crispEdges">'
        + (f"<title>{escape(title)}</title>" if title else "")
        + f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path stroke="#000" d="{path(symbol)}"/></svg>'
    )


def path(symbol: Symbol) -> str:
    """The ``d`` of a path to be stroked, in modules with the quiet zone: one horizontal stroke, a module thick, for each
    run of dark modules; moves relative along a row."""
    parts: list[str] = []
    row, pen = -1, 0
    for column, y, length in symbol.runs():
        x = column + symbol.quiet
        parts.append(f"m{x - pen} 0" if y == row else f"M{x} {y + symbol.quiet}.5")
        parts.append(f"h{length}")
        row, pen = y, x + length
    return "".join(parts)


def _attribute(text: str) -> str:
    return escape(text, {'"': "&quot;"})
