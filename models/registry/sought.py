"""What somebody types into the search of the registry: a number, a phone, a name, or (part of) an address. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

import msgspec

from models.areas.area import Area
from models.areas.service import Areas
from models.base.errors import Invalid, Problem
from models.households.household import plain_address
from models.people.person import plain_name

By = Literal["auto", "name", "id_number", "phone", "address"]
KINDS: dict[By, str] = {
    "auto": "自动识别", "name": "姓名", "id_number": "身份证号", "phone": "电话", "address": "地址",
}  # fmt: skip
FIELDS: dict[str, str] = {
    "name": "person.name", "id_number": "person.id_no", "phone": "person.phone", "address": "house.std_address",
}  # fmt: skip
LONGEST = 60
MOST_STARTS = 40
"""Groups in which a door is looked for at once: those of a large village."""

_ID = re.compile(r"\d{17}[\dX]")
_PHONE = re.compile(r"1\d{10}|0\d{9,11}")
_NUMERAL = re.compile(r"[一二三四五六七八九十]+(?=[组社队])")
_DIGITS = dict(zip("一二三四五六七八九", range(1, 10), strict=True))


class Sought(msgspec.Struct, frozen=True):
    """What is looked for: ``text`` as it is compared, of an address the ``starts`` that it may have in ``area``."""

    by: By
    text: str
    area: str = ""
    starts: tuple[str, ...] = ()


def read(typed: str, by: By, area: str, areas: Areas) -> Sought:
    """What ``typed`` means within ``area``. Raises Invalid for what cannot be looked for."""
    text = " ".join(typed.split())[:LONGEST]
    compact = text.replace(" ", "").replace("-", "").upper()
    if not compact:
        raise _wrong("required", "请填写要查找的姓名、身份证号、电话或地址。")
    kind = _kind(compact) if by == "auto" else by
    if kind == "id_number":
        if not _ID.fullmatch(compact):
            raise _wrong("id_number.form", "身份证号要填完整的18位，请核对。")
        return Sought(kind, compact)
    if kind == "phone":
        if not _PHONE.fullmatch(compact):
            raise _wrong("phone.form", "电话要填完整的号码，请核对。")
        return Sought(kind, compact)
    if kind == "address" or _names_area(compact, area, areas):
        return _address(text, area, areas)
    name = plain_name(text)
    if len(name) < 2:
        raise _wrong("name.short", "姓名至少填两个字。")
    return Sought("name", name, area)


def _kind(compact: str) -> By:
    """Numbers by their form; what has a digit in it is an address, for no name has."""
    if _ID.fullmatch(compact):
        return "id_number"
    if _PHONE.fullmatch(compact):
        return "phone"
    return "address" if any(each.isdigit() for each in compact) else "name"


def _names_area(text: str, area: str, areas: Areas) -> bool:
    """Whether a text without digits begins with the name of a place: 丘林村, 大关镇丘林村三组."""
    return text[-1] in "县镇乡村组社" and any(True for _ in _places(_numbered(text), area, areas))


def _address(text: str, area: str, areas: Areas) -> Sought:
    """The beginnings that the address may have: in the places that the text names (三组 is one of many), or in the
    actor's own area, where it names none; a number alone is a door."""
    typed = _numbered(plain_address(text))
    named = _places(typed, area, areas)
    door = min((rest for _, rest in named), key=len, default=typed)
    places = [place for place, rest in named if len(rest) == len(door)] or [area]
    # A grid is no part of a group: its own households, wherever they lie.
    within = area if "G" in area or len(places) > 1 else places[0]
    if not door:
        return Sought("address", typed, within, tuple(_whole(place, areas) for place in places))
    groups = dict.fromkeys(group for place in places for group in _groups(place, areas))
    if len(groups) > MOST_STARTS:
        raise _wrong("address.wide", "请在门牌号前写上村或组，例如：丘林村三组12号。")
    doors = (f"{door}号", f"{door}-") if door.isdigit() else (door,)
    starts = tuple(
        plain_address(areas.name_below_county(group)) + each for group in groups for each in doors
    )  # fmt: skip
    return Sought("address", typed, within, starts)


def _places(typed: str, area: str, areas: Areas) -> Sequence[tuple[str, str]]:
    """Every place within ``area`` whose name the text begins with, with what is left of the text; levels may be left
    out (丘林村三组, 三组)."""
    found: list[tuple[str, str]] = []
    waiting = [(area if "G" not in area else area[:12], typed)]
    while waiting:
        code, rest = waiting.pop()
        for each in _below(code, areas):
            name = _numbered(plain_address(each.name))
            if rest.startswith(name):
                found.append((each.id, rest[len(name) :]))
                waiting.append((each.id, rest[len(name) :]))
    return found


def _below(code: str, areas: Areas) -> list[Area]:
    """All places in an area, whatever their level, but grids."""
    found: list[Area] = []
    for each in areas.children(code):
        if each.level != "grid":
            found += [each, *_below(each.id, areas)]
    return found


def _groups(place: str, areas: Areas) -> list[str]:
    """The groups of a place, itself where it is one; of a grid those of its village."""
    root = place if "G" not in place else place[:12]
    within = [each.id for each in _below(root, areas) if each.level == "group"]
    return within or [root]


def _whole(place: str, areas: Areas) -> str:
    """The beginning of every address of a place; of a whole county or grid any address has it."""
    named = areas.get(place).parent and "G" not in place
    return plain_address(areas.name_below_county(place)) if named else ""


def _numbered(text: str) -> str:
    """三组 as 3组, so that both ways of writing it are one."""
    return _NUMERAL.sub(lambda found: str(_arabic(found[0])), text)


def _arabic(numeral: str) -> int:
    tens, ten, ones = numeral.partition("十")
    if not ten:
        return _DIGITS.get(numeral[-1], 0)
    return 10 * _DIGITS.get(tens, 1) + _DIGITS.get(ones, 0)


def _wrong(code: str, message: str) -> Invalid:
    return Invalid([Problem("q", code, message)])
