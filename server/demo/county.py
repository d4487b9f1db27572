"""The areas of 云岭县 and where households stand in them. Pure."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from models.areas.area import Area, lay_out, place
from server.demo.names import NUMERALS

COUNTY = "529901"
"""Invented: GB/T 2260 has no prefecture 5299, so nobody's ID number begins with it."""

GROUPS = 6
GROUPS_PER_GRID = 3


class Town(msgspec.Struct, frozen=True):
    """``code`` has 9 digits; ``slug`` goes into usernames."""

    code: str
    name: str
    slug: str
    villages: tuple[tuple[str, str, str], ...]  # code of 12 digits, name, slug


TOWNS = (
    Town(
        "529901101", "大关镇", "daguan",
        (
            ("529901101201", "丘林村", "qiulin"), ("529901101202", "双河村", "shuanghe"),
            ("529901101203", "上坝村", "shangba"), ("529901101204", "青龙村", "qinglong"),
        ),
    ),
    Town(
        "529901102", "清溪镇", "qingxi",
        (
            ("529901102201", "石门村", "shimen"), ("529901102202", "柳树村", "liushu"),
            ("529901102203", "大湾村", "dawan"), ("529901102204", "新桥村", "xinqiao"),
        ),
    ),
)  # fmt: skip

RESERVED = {"52990110120103": 12, "52990110120201": 8}
"""Door numbers kept for the cast: 陈桂兰 at 丘林村三组12号, 李明 at 双河村一组8号."""


class Site(msgspec.Struct, frozen=True):
    """Where a household stands: its 18-digit code, chain of areas, what its plate says, and the names that
    go into addresses and schools."""

    code: str
    areas: tuple[str, ...]
    address: str
    door_no: str
    town: str
    village: str


def areas() -> tuple[Area, ...]:
    """Every area of the county, parents first."""
    return lay_out(_names())


def _names() -> Iterator[tuple[str, str]]:
    yield COUNTY, "云岭县"
    for town in TOWNS:
        yield town.code, town.name
        for village, name, _ in town.villages:
            yield village, name
            yield from (
                (f"{village}{number:02d}", f"{NUMERALS[number]}组") for number in range(1, GROUPS + 1)
            )
            yield from ((grid, f"第{NUMERALS[n]}网格") for n, grid in enumerate(grids_of(village), 1))


def grids_of(village: str) -> tuple[str, ...]:
    return tuple(f"{village}G{number:02d}" for number in range(1, GROUPS // GROUPS_PER_GRID + 1))


class Streets:
    """Hands out the sites of the county, always the same one for the same household."""

    def __init__(self) -> None:
        # Towns and villages alternate, so that few households already stand in all of them.
        by_town = [[(town, village) for village in town.villages] for town in TOWNS]
        villages = [each for pair in zip(*by_town, strict=True) for each in pair]
        self._groups = [(town, village, n) for n in range(1, GROUPS + 1) for town, village in villages]

    def site(self, index: int) -> Site:
        """The site of household number ``index``, counted from 0; the first two are the cast's."""
        if index < len(RESERVED):
            code = tuple(RESERVED)[index]
            group = next(g for g in self._groups if f"{g[1][0]}{g[2]:02d}" == code)
            return _site(*group, RESERVED[code])
        town, village, number = self._groups[(index - len(RESERVED)) % len(self._groups)]
        door = (index - len(RESERVED)) // len(self._groups) + 1
        kept = RESERVED.get(f"{village[0]}{number:02d}", door + 1)
        return _site(town, village, number, door + (door >= kept))


def _site(town: Town, village: tuple[str, str, str], number: int, door: int) -> Site:
    group = f"{village[0]}{number:02d}"
    grid = grids_of(village[0])[(number - 1) // GROUPS_PER_GRID]
    address = f"{town.name}{village[1]}{NUMERALS[number]}组{door}号"
    return Site(f"{group}{door:04d}", place(group, grid), address, f"{door}号", town.name, village[1])
