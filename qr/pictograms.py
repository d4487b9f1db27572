"""Pictograms for posters and pages, drawn by us: strokes on a field of 24 by 24, y downwards.

Each is a list of strokes in the few commands of SVG paths that PDF knows too: ``M``, ``L``, ``C`` with absolute
coordinates and ``Z``; a circle is written as ``O x y r``.
"""

from __future__ import annotations

from collections.abc import Iterator

SIDE = 24
_ROUND = 0.5523  # how far the handles of four Bézier arcs reach to make a circle, in radii

Command = tuple[str, tuple[float, ...]]

PICTOGRAMS: dict[str, str] = {
    # Events of a life.
    "birth": "O 12 8 5 M 4 21 C 4 15 8 14 12 14 C 16 14 20 15 20 21 Z M 10 9 C 11 10.5 13 10.5 14 9 M 12 3 "
    "C 12 1.5 14 1.5 14 3",
    "school": "M 12 3 L 23 8 L 12 13 L 1 8 Z M 5 10 L 5 16 C 9 19.5 15 19.5 19 16 L 19 10 M 23 8 L 23 15",
    "work": "M 3 8 L 21 8 L 21 20 L 3 20 Z M 9 8 L 9 4 L 15 4 L 15 8 M 3 13 L 21 13 M 12 11.5 L 12 14.5",
    "marry": "O 8.5 14 5.5 O 15.5 14 5.5 M 12 7 L 9.5 3.5 L 14.5 3.5 Z",
    "shop": "M 3 9 L 5 3 L 19 3 L 21 9 Z M 5 9 L 5 21 L 19 21 L 19 9 M 10 21 L 10 14 L 14 14 L 14 21",
    "home": "M 2 12 L 12 3 L 22 12 M 5 10 L 5 21 L 19 21 L 19 10 M 10 21 L 10 15 L 14 15 L 14 21",
    "help": "M 12 11 C 8 5 3 8 5 12 C 6.5 15 10 17 12 19 C 14 17 17.5 15 19 12 C 21 8 16 5 12 11 Z M 2 21 L 22 21",
    "army": "M 12 2 L 14.6 9 L 22 9.2 L 16.2 13.7 L 18.4 21 L 12 16.8 L 5.6 21 L 7.8 13.7 L 2 9.2 L 9.4 9 Z",
    "retire": "O 12 6 4 M 5 21 C 5 14 8 12 12 12 C 16 12 18 14 18 21 M 20 12 L 20 21 M 20 12 "
    "C 20 10.5 22 10.5 22 12",
    "farewell": "M 12 21 L 12 9 M 12 14 C 8 14 6 12 6 9 C 9 9 12 10 12 14 M 12 14 C 16 14 18 12 18 9 "
    "C 15 9 12 10 12 14 M 12 9 C 10 7 10 4 12 2 C 14 4 14 7 12 9 M 5 21 L 19 21",
    # Themes of matters.
    "relief": "M 3 13 C 5 11 8 11 10 13 L 14 13 C 16 13 16 16 14 16 L 10 16 M 3 19 L 8 20 L 15 20 L 22 15 "
    "C 21 13 19 13 17 15 M 12 9 C 9 6 10 3 12 5 C 14 3 15 6 12 9 Z",
    "insurance": "M 12 2 L 20 5 L 20 12 C 20 17 16 20 12 22 C 8 20 4 17 4 12 L 4 5 Z M 8.5 12 L 11 14.5 L 16 9",
    "farming": "M 12 22 L 12 8 M 12 12 C 8 12 6 10 6 7 C 10 7 12 9 12 12 M 12 12 C 16 12 18 10 18 7 "
    "C 14 7 12 9 12 12 M 12 18 C 8 18 6 16 6 13 C 10 13 12 15 12 18 M 12 18 C 16 18 18 16 18 13 "
    "C 14 13 12 15 12 18 M 12 8 C 11 6 11 4 12 2 C 13 4 13 6 12 8",
    "jobs": "O 8 7 3 O 17 8 2.5 M 2 20 C 2 14 5 12 8 12 C 11 12 14 14 14 20 M 15 13 C 19 12.5 22 15 22 20",
    "medical": "M 9 3 L 15 3 L 15 9 L 21 9 L 21 15 L 15 15 L 15 21 L 9 21 L 9 15 L 3 15 L 3 9 L 9 9 Z",
    "building": "M 4 21 L 4 8 L 13 4 L 13 21 M 13 10 L 20 10 L 20 21 M 2 21 L 22 21 M 7 11 L 10 11 M 7 15 L 10 15 "
    "M 16 14 L 17.5 14 M 16 17.5 L 17.5 17.5",
    "disability": "O 10 4 2 M 10 8 L 10 14 L 16 14 L 18 20 L 21 20 M 10 11 L 15 11 M 7.5 12 C 4 14 4 20 9 21 "
    "C 12.5 21.5 14.5 19.5 15 17",
    "schooling": "M 12 6 C 9 4 6 4 2 4 L 2 18 C 6 18 9 18 12 20 C 15 18 18 18 22 18 L 22 4 C 18 4 15 4 12 6 Z M 12 6 "
    "L 12 20",
    "poverty": "M 2 13 L 12 5 L 22 13 M 5 11 L 5 20 L 19 20 L 19 11 M 12 17 L 12 11 M 9 13.5 L 12 10.5 L 15 13.5",
    "hukou": "M 5 2 L 19 2 L 19 22 L 5 22 Z M 8 2 L 8 22 O 13.5 9 2.5 M 10.5 17 C 10.5 13 16.5 13 16.5 17",
    "water": "M 12 2 C 16 8 19 11 19 15 C 19 19 16 22 12 22 C 8 22 5 19 5 15 C 5 11 8 8 12 2 Z M 9 16 "
    "C 9 18 10.5 19 12 19",
    "power": "M 14 2 L 5 14 L 11 14 L 10 22 L 19 10 L 13 10 Z",
    "family": "O 7 6 3 O 17 6 3 O 12 13 2 M 2 20 C 2 13 4 11 7 11 C 8 11 9 11.5 9.5 12 M 22 20 C 22 13 20 11 17 11 "
    "C 16 11 15 11.5 14.5 12 M 8 21 C 8 18 10 17 12 17 C 14 17 16 18 16 21",
}  # fmt: skip
"""Pictograms by name: the events of a life and the themes of matters."""


def commands(name: str) -> Iterator[Command]:
    """The strokes of a pictogram, circles as the curves that both PDF and SVG draw. KeyError for an unknown name."""
    words = PICTOGRAMS[name].split()
    at = 0
    while at < len(words):
        letter, count = words[at], {"M": 2, "L": 2, "C": 6, "O": 3, "Z": 0}[words[at]]
        numbers = tuple(map(float, words[at + 1 : at + 1 + count]))
        at += 1 + count
        if letter == "O":
            yield from _circle(*numbers)
        else:
            yield letter, numbers


def path(name: str) -> str:
    """The pictogram as the ``d`` of an SVG path."""
    return "".join(
        letter + " ".join(f"{number:g}" for number in numbers) for letter, numbers in commands(name)
    )


def _circle(x: float, y: float, r: float) -> Iterator[Command]:
    k = round(r * _ROUND, 3)
    yield "M", (x + r, y)
    yield "C", (x + r, y + k, x + k, y + r, x, y + r)
    yield "C", (x - k, y + r, x - r, y + k, x - r, y)
    yield "C", (x - r, y - k, x - k, y - r, x, y - r)
    yield "C", (x + k, y - r, x + r, y - k, x + r, y)
    yield "Z", ()
