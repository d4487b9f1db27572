"""A security tint: strokes in the shape of digits, as banks print inside their envelopes. Pure."""

from __future__ import annotations

import random

Stroke = tuple[float, float, float, float]
"""From and to, in millimetres from the lower left corner of the patch."""

_WIDE, _HIGH = 3.6, 5.4  # of a digit: as large as those of the PIN
_STEP_X, _STEP_Y = 2.9, 3.1  # less than a digit, so that they run into each other
_SHARE = 0.55  # of the segments that are drawn

# The seven segments of a digit and the slants of 1, 4 and 7, as shares of its width and height.
_SEGMENTS = (
    (0, 0, 1, 0), (0, 0.5, 1, 0.5), (0, 1, 1, 1), (0, 0, 0, 0.5), (1, 0, 1, 0.5), (0, 0.5, 0, 1), (1, 0.5, 1, 1),
    (0.3, 0, 1, 1), (0, 0.3, 0.7, 1),
)  # fmt: skip


def strokes(width: float, height: float, kind: int = 0) -> list[Stroke]:
    """The strokes of a patch of ``width`` by ``height`` mm, of each ``kind`` the same each time: what hides is not that
    nobody knows them, but that they lie over strokes of their own shape."""
    dice = random.Random(kind)  # noqa: S311 - a pattern, not a secret
    found: list[Stroke] = []
    for row in range(int((height - _HIGH) / _STEP_Y) + 1):
        for column in range(int((width - _WIDE) / _STEP_X) + 1):
            x = column * _STEP_X + dice.uniform(0, (width - _WIDE) % _STEP_X)
            y = row * _STEP_Y + dice.uniform(0, (height - _HIGH) % _STEP_Y)
            found += [
                (x + x1 * _WIDE, y + y1 * _HIGH, x + x2 * _WIDE, y + y2 * _HIGH)
                for x1, y1, x2, y2 in _SEGMENTS
                if dice.random() < _SHARE
            ]
    return found
