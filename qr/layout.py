"""Sheets of labels on A4 as data. All lengths in millimetres, type in points."""

from __future__ import annotations

from typing import Literal

import msgspec

A4_WIDTH = 210.0
A4_HEIGHT = 297.0
QUIET_MODULES = 4
_FEWEST_MODULES = 25  # version 2, below which no https address of ours fits


class Layout(msgspec.Struct, frozen=True):
    """``columns`` by ``rows`` labels of ``label_width`` by ``label_height``, the first at ``margin_left``,
    ``margin_top``, with gutters between them that take the crop marks.

    ``symbol_side`` is the side of the symbol without its quiet zone. The typed code and the address stand
    under the symbol; further lines stand ``beside`` it, or ``below`` the address on a poster.
    """

    name: str
    columns: int
    rows: int
    label_width: float
    label_height: float
    symbol_side: float
    margin_left: float
    margin_top: float
    gutter_x: float
    gutter_y: float
    code_size: float
    title_size: float
    line_size: float
    footing_size: float
    lines_stand: Literal["beside", "below"] = "beside"

    @property
    def per_page(self) -> int:
        return self.columns * self.rows

    @property
    def quiet(self) -> float:
        """Millimetres kept white around a symbol: four modules of the coarsest symbol that can occur."""
        return self.symbol_side * QUIET_MODULES / _FEWEST_MODULES

    def origin(self, cell: int) -> tuple[float, float]:
        """The left and upper edge of label ``cell`` of a page, counted from 0 along the rows."""
        row, column = divmod(cell, self.columns)
        return (
            self.margin_left + column * (self.label_width + self.gutter_x),
            self.margin_top + row * (self.label_height + self.gutter_y),
        )


LAYOUTS: dict[str, Layout] = {
    layout.name: layout
    for layout in (
        Layout(
            "A4_2x4", columns=2, rows=4, label_width=94, label_height=64, symbol_side=35,
            margin_left=9, margin_top=12, gutter_x=4, gutter_y=4,
            code_size=13, title_size=12, line_size=12, footing_size=8.5,
        ),
        Layout(
            "A4_3x8", columns=3, rows=8, label_width=62, label_height=32.5, symbol_side=18,
            margin_left=9, margin_top=10, gutter_x=3, gutter_y=1.8,
            code_size=8.5, title_size=8, line_size=7.5, footing_size=5.5,
        ),
        Layout(
            "A4_1", columns=1, rows=1, label_width=186, label_height=266, symbol_side=112,
            margin_left=12, margin_top=12, gutter_x=0, gutter_y=0,
            code_size=26, title_size=30, line_size=18, footing_size=13, lines_stand="below",
        ),
    )
}  # fmt: skip
"""The layouts by name."""
