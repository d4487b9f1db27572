"""What an area is, and how codes and full names are put together. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

Level = Literal["county", "town", "village", "group", "grid"]
LEVELS: tuple[Level, ...] = ("county", "town", "village", "group", "grid")

_LENGTHS: dict[int, Level] = {6: "county", 9: "town", 12: "village", 14: "group", 15: "grid"}


class Area(msgspec.Struct, frozen=True):
    """One area. ``id`` is its code; ``areas`` its chain of codes, county first and itself last;
    ``full_name`` the names of that chain run together (云岭县大关镇丘林村三组)."""

    id: str
    name: str
    level: Level
    parent: str
    full_name: str
    areas: tuple[str, ...]


def level_of(code: str) -> Level:
    """The level that ``code`` is written at; ValueError when it is no area code.

    The statistical division code (统计用区划代码) has 12 digits: 6 county, 3 town, 3 village. Ours is cut
    to its level; a group adds 2 digits to its village, a grid "G" and 2 digits.
    """
    level = _LENGTHS.get(len(code))
    digits = code[:12] + code[13:] if level == "grid" and code[12] == "G" else code
    if level is None or not (digits.isascii() and digits.isdigit()):
        raise ValueError(f"not an area code: {code!r}")
    return level


def parent_of(code: str) -> str:
    """The code of the area that ``code`` lies directly in; empty for a county."""
    return {"county": "", "town": code[:6], "village": code[:9]}.get(level_of(code), code[:12])


def chain_of(code: str) -> tuple[str, ...]:
    """``code`` and all that it lies in, county first."""
    parent = parent_of(code)
    return (*chain_of(parent), code) if parent else (code,)


def lay_out(names: Iterable[tuple[str, str]]) -> tuple[Area, ...]:
    """Areas from (code, name) pairs, parents before children; KeyError where a parent is missing."""
    laid: dict[str, Area] = {}
    for code, name in names:
        parent = parent_of(code)
        above = laid[parent].full_name if parent else ""
        laid[code] = Area(code, name, level_of(code), parent, above + name, chain_of(code))
    return tuple(laid.values())


def place(group: str, grid: str) -> tuple[str, ...]:
    """The chain of a thing that lies in a group and in a grid of one village: five codes, grid last."""
    if parent_of(group) != parent_of(grid):
        raise ValueError(f"{group} and {grid} are not of one village")
    return (*chain_of(group), grid)
