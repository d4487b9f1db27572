"""Any window (窗口通办): what a clerk takes at a counter, for whom, and where it goes. Pure.

The hall is where somebody came to; the matter belongs to where she lives. Nobody is sent on to another hall.
"""

from __future__ import annotations

import msgspec

from models.areas.area import Area, level_of
from models.base.errors import Invalid, Problem

HALLS = {"county": "政务服务中心", "town": "便民服务中心", "village": "便民服务站"}
FIRST_WINDOW = "综合窗口"
"""What a hall's window is called until somebody names one."""

CHILD_UNTIL = 14


class Wanted(msgspec.Struct, frozen=True):
    """What the clerk typed or read from the card: who stands before her (``name``, ``id_number``), what for
    (``offer``), where she lives (``area``, asked where the registry does not know her), who came with a child
    (``guardian``), which window. ``checked``: she has the original card in hand, and face and card agree. ``read``:
    the values came from a photograph, and each of them is confirmed (``name_ok``, ``number_ok``)."""

    name: str = ""
    id_number: str = ""
    offer: str = ""
    area: str = ""
    guardian: str = ""
    window: str = ""
    checked: str = ""
    read: str = ""
    name_ok: str = ""
    number_ok: str = ""

    def __repr__(self) -> str:
        return f"Wanted({self.offer!r})"


def hall_name(area: Area) -> str:
    """大关镇便民服务中心. ValueError for an area that has no hall."""
    try:
        return area.name + HALLS[area.level]
    except KeyError:
        raise ValueError(f"no hall in {area.level}") from None


def home_of(chosen: str) -> str:
    """The area in which somebody lives, as it was chosen. Raises Invalid where it is wider than a town: a county has
    no desk that takes in what its towns take in."""
    try:
        level = level_of(chosen) if chosen else ""
    except ValueError:
        level = ""
    if level not in {"town", "village"}:
        told = "登记里没有查到这个人。请选择住在哪个镇、哪个村，事情会转到那里办。"
        raise Invalid([Problem("area", "counter.area", told)])
    return chosen
