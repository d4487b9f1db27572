"""Breaking lines of Chinese text and making them fit. Pure; widths are measured by the caller."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import msgspec

Measure = Callable[[str], float]
"""The width of a text in em, which is in points when set one point large."""

# A run of Latin letters and figures stays together, and with the measure word after it ("12号"); closing
# punctuation never starts a line and opening punctuation never ends one (GB/T 15834—2011, 5.1).
_TOKEN = re.compile(
    r"[（《“‘【]*(?:[0-9A-Za-z#._/:@+-]+[号室组栋幢层楼户]?|[^\s])[，。；：、？！）》”’】…]*|\s+"
)
_DROPPED = {"Cc", "Cf", "Cs"}
_SHRINK = 0.95


class Fitted(msgspec.Struct, frozen=True):
    """Lines to be set at ``size`` points; ``whole`` is false where the text had to be cut."""

    size: float
    lines: tuple[str, ...]
    whole: bool = True


def clean(text: str) -> str:
    """One line of composed characters: white space becomes single spaces; controls, direction marks, lone
    surrogates and variation selectors go, since none of them has a shape of its own on paper."""
    composed = " ".join(unicodedata.normalize("NFC", text).split())
    return "".join(
        character
        for character in composed
        if unicodedata.category(character) not in _DROPPED and not "\ufe00" <= character <= "\ufe0f"
    )


def wrap(text: str, width: float, measure: Measure) -> list[str]:
    """``text`` in lines of at most ``width`` em; a word longer than a line is broken."""
    lines = [""]
    for token in _TOKEN.findall(text):
        if measure(lines[-1] + token) <= width:
            lines[-1] += token
        elif measure(token) <= width:
            lines.append(token.lstrip())
        else:
            for character in token:
                if measure(lines[-1] + character) <= width or not lines[-1]:
                    lines[-1] += character
                else:
                    lines.append(character)
    return [line.rstrip() for line in lines if line.strip()]


def fit(text: str, width: float, measure: Measure, *, size: float, smallest: float, most: int = 2) -> Fitted:
    """``text`` in at most ``most`` lines of ``width`` points: first wrapped, then shrunk from ``size`` to
    ``smallest`` points, at last cut with an ellipsis."""
    while True:
        lines = wrap(text, width / size, measure)
        if len(lines) <= most:
            return Fitted(size, tuple(lines))
        if size <= smallest:
            break
        size = max(smallest, size * _SHRINK)
    last = lines[most - 1]
    while last and measure(last + "…") > width / size:
        last = last[:-1]
    return Fitted(size, (*lines[: most - 1], last + "…"), whole=False)
