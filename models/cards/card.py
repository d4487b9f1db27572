"""What stands on a resident identity card (居民身份证), put together from the lines that were read. Pure.

Front: name, sex, nation, birth date, address, number. Back (``back.py``): issuing office and period of validity. The
lines may lie at any angle: where right and down are is taken from the printed labels and the number itself.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Collection, Sequence
from datetime import date

import msgspec

from models.base import idnumber
from models.cards.back import HINTS, is_back, read_back
from models.cards.line import Line, Point

SURE = 0.85
"""Below this confidence of the recogniser a value is shown with a request to look twice."""

LABELS = {
    "name": "姓名",
    "sex": "性别",
    "nation": "民族",
    "birth": "出生",
    "address": "住址",
    "number": "公民身份号码",
}
_NUMBER = re.compile(r"(?<!\d)\d{17}[\dX](?!\d)")
_BIRTH = re.compile(r"(\d{4})年?(\d{1,2})月?(\d{1,2})日?")
_ALIKE = str.maketrans(
    {"O": "0", "o": "0", "I": "1", "l": "1", "|": "1", "B": "8", "S": "5", "Z": "2", "x": "X", "×": "X"}
)


class Reading(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was read, to be confirmed or corrected by the person; dates are ISO, sex as of GB/T 2261.1.

    ``doubts`` names the fields that were hard to read or that contradict each other.
    """

    side: str  # "front", "back", or "both" where each was photographed
    name: str = ""
    sex: str = ""
    nation: str = ""
    birth_date: str = ""
    address: str = ""
    id_number: str = ""
    issued_by: str = ""
    valid_from: str = ""
    valid_until: str = ""
    expired: bool = False
    note: str = ""  # a sentence for the person: that the card is over, or nearly
    doubts: tuple[str, ...] = ()


class NoPicture(ValueError):
    """Not a picture that can be opened, or far too large or small."""


class Unreadable(ValueError):
    """Not to be read; ``code`` is "card.none", "card.part", "card.number" or "card.period"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def parse(lines: Sequence[Line], nations: Collection[str], today: date) -> Reading:
    """The card in ``lines``. Raises Unreadable where there is none, or too little of it."""
    plain = [msgspec.structs.replace(line, text=_plain(line.text)) for line in lines]
    whole = "".join(line.text for line in plain)
    if is_back(whole):
        return _reverse(plain, today)
    found = sum(label in whole for label in LABELS.values())
    number = _number_line(plain)
    if number is None and found < 2:
        raise Unreadable("card.part" if any(hint in whole for hint in HINTS) else "card.none")
    if number is None:
        raise Unreadable("card.number" if "公民身份" in whole or "号码" in whole else "card.part")
    return _front(_ordered(plain, number), number, nations, today)


def _reverse(lines: Sequence[Line], today: date) -> Reading:
    back = read_back(lines, today)
    if back is None:
        raise Unreadable("card.period")
    return Reading(
        "back", issued_by=back.issued_by, valid_from=back.valid_from, valid_until=back.valid_until,
        expired=back.expired, note=back.note, doubts=back.doubts,
    )  # fmt: skip


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _number_line(lines: Sequence[Line]) -> tuple[Line, str] | None:
    """The line with the number, and the number; one whose check character holds is preferred."""
    found = []
    for line in lines:
        text = line.text.replace("公民身份号码", "").translate(_ALIKE)
        found += [(line, match[0]) for match in _NUMBER.finditer(text)]
    return max(found, key=lambda pair: (_holds(pair[1]), pair[0].score), default=None)


def _holds(number: str) -> bool:
    return idnumber.checksum(number[:17]) == number[17]


class _Row(msgspec.Struct, frozen=True):
    """A line in the card's own directions: ``x`` to the right, ``y`` down, in heights of the number line."""

    text: str
    score: float
    x: float
    y: float


def _ordered(lines: Sequence[Line], number: tuple[Line, str]) -> list[_Row]:
    """All lines from top to bottom and left to right as the card lies, whatever way the picture was taken."""
    right = _right(lines, number[0])
    down = (-right[1], right[0])
    unit = _height(number[0], right) or 1.0
    rows = []
    for line in lines:
        x, y = line.middle
        start = min(corner[0] * right[0] + corner[1] * right[1] for corner in line.corners)
        rows.append(_Row(line.text, line.score, start / unit, (x * down[0] + y * down[1]) / unit))
    return sorted(rows, key=lambda row: (row.y, row.x))


def _right(lines: Sequence[Line], number: Line) -> Point:
    """The direction of reading: along the number's long side, pointing away from its label or, without one,
    such that the other lines lie above the number, which stands at the foot of the card."""
    corners = number.corners
    long = max(
        ((corners[1], corners[0]), (corners[2], corners[1])), key=lambda side: math.dist(side[0], side[1])
    )
    along = _unit((long[0][0] - long[1][0], long[0][1] - long[1][1]))
    label = next((line for line in lines if "公民身份" in line.text and line is not number), None)
    if label is not None:
        away = (number.middle[0] - label.middle[0], number.middle[1] - label.middle[1])
        sign = away[0] * along[0] + away[1] * along[1]
    else:
        down = (-along[1], along[0])
        middle = number.middle
        sign = sum(
            (middle[0] - line.middle[0]) * down[0] + (middle[1] - line.middle[1]) * down[1] for line in lines
        )
    return along if sign >= 0 else (-along[0], -along[1])


def _unit(vector: Point) -> Point:
    length = math.hypot(*vector) or 1.0
    return (vector[0] / length, vector[1] / length)


def _height(line: Line, right: Point) -> float:
    across = [-right[1] * x + right[0] * y for x, y in line.corners]
    return max(across) - min(across)


def _front(rows: list[_Row], number: tuple[Line, str], nations: Collection[str], today: date) -> Reading:
    digits = number[1]
    texts = {key: _after(rows, label) for key, label in LABELS.items() if key != "number"}
    doubts = {key for key, (_, score) in texts.items() if score < SURE}
    name = _name(texts["name"][0])
    nation = _nation(texts["nation"][0], nations)
    address = _address(rows)
    try:
        idnumber.check(digits, today)
    except ValueError:
        doubts.add("id_number")
    birth, sex = _cross_checked(texts, digits, doubts)
    for key, value in (("name", name), ("nation", nation), ("address", address)):
        if not value:
            doubts.add(key)
    named = {"birth": "birth_date", "number": "id_number"}
    return Reading(
        side="front",
        name=name,
        sex=sex,
        nation=nation,
        birth_date=birth,
        address=address,
        id_number=digits,
        doubts=tuple(sorted(named.get(key, key) for key in doubts)),
    )


def _cross_checked(texts: dict[str, tuple[str, float]], digits: str, doubts: set[str]) -> tuple[str, str]:
    """Birth date and sex. The number says both; where its check holds it is believed, and what the card was read
    to say instead becomes a doubt."""
    shown = _BIRTH.search(texts["birth"][0].translate(_ALIKE))
    read_birth = f"{shown[1]}-{int(shown[2]):02d}-{int(shown[3]):02d}" if shown else ""
    read_sex = {"男": "1", "女": "2"}.get(next((char for char in texts["sex"][0] if char in "男女"), ""), "")
    if "id_number" in doubts:
        return read_birth, read_sex
    birth, sex = idnumber.birth_date(digits).isoformat(), idnumber.sex(digits)
    doubts.discard("birth")
    doubts.discard("sex")
    if read_birth and read_birth != birth:
        doubts.add("birth")
    if read_sex and read_sex != sex:
        doubts.add("sex")
    return birth, sex


def _after(rows: list[_Row], label: str) -> tuple[str, float]:
    """What stands behind a label: in the same piece of text, or in the pieces to the right on its line."""
    at = next((row for row in rows if label in row.text), None)
    if at is None:
        return "", 0.0
    rest = at.text.split(label, 1)[1]
    for other in LABELS.values():
        rest = rest.split(other, 1)[0]
    if rest:
        return rest, at.score
    line = [row for row in rows if row.x > at.x and abs(row.y - at.y) < 0.9 and row is not at]
    parts: list[_Row] = []
    for row in sorted(line, key=lambda row: row.x):
        if any(other in row.text for other in LABELS.values()):
            break
        parts.append(row)
    return "".join(row.text for row in parts), min((row.score for row in parts), default=0.0)


def _name(text: str) -> str:
    cleaned = re.sub(r"[•‧∙⋅・･．.]", "·", text)
    return "".join(char for char in cleaned if char == "·" or unicodedata.category(char) in {"Lo", "Co"})


def _nation(text: str, nations: Collection[str]) -> str:
    """The nation by its short name as cards print it (汉, 维吾尔), if it is one of ``nations`` (汉族, 维吾尔族)."""
    cleaned = text.replace("漢", "汉").removesuffix("族")
    return next((cleaned for nation in nations if nation.removesuffix("族") == cleaned), "")


def _address(rows: list[_Row]) -> str:
    """The address: everything between the line of 住址 and that of the number, left to right, top to bottom."""
    top = next((row.y - 0.9 for row in rows if "住址" in row.text), None)
    if top is None:  # the label itself was not found: the line after the birth date
        top = next((row.y + 0.7 for row in rows if "出生" in row.text), None)
    foot = next(
        (row.y for row in rows if "公民身份" in row.text or _NUMBER.search(row.text.translate(_ALIKE))), None
    )
    if top is None or foot is None:
        return ""
    part = [row for row in rows if top < row.y < foot - 0.6 and not _is_elsewhere(row.text)]
    lines: list[list[_Row]] = []
    for row in sorted(part, key=lambda row: row.y):
        if lines and abs(row.y - lines[-1][0].y) < 0.6:
            lines[-1].append(row)
        else:
            lines.append([row])
    text = "".join(row.text for line in lines for row in sorted(line, key=lambda row: row.x))
    return text.replace("住址", "")


def _is_elsewhere(text: str) -> bool:
    return (
        any(label in text for label in ("出生", "姓名", "性别", "民族"))
        or bool(_BIRTH.fullmatch(text))
        or text == "日"
    )
