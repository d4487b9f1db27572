"""A piece of text as the recogniser finds it on a photograph. Pure."""

from __future__ import annotations

import msgspec

Point = tuple[float, float]


class Line(msgspec.Struct, frozen=True):
    """One piece of text as the recogniser gives it: its score 0..1 and its four corners, clockwise."""

    text: str
    score: float
    corners: tuple[Point, Point, Point, Point]

    @property
    def middle(self) -> Point:
        return (sum(x for x, _ in self.corners) / 4, sum(y for _, y in self.corners) / 4)
