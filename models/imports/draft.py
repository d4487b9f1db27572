"""What a file says, row by row brought together into families; and what is wrong with it. Pure."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

At = tuple[int, int]
"""Sheet, counted from 0, and row, as a sheet program numbers it."""

Weight = Literal["row", "cell", "note"]
"""The whole row is not taken; this cell is not; or it is taken, and somebody should look."""


class Fault(msgspec.Struct, frozen=True, array_like=True):
    """Something wrong with a row; ``column`` is its letters and head, empty where it is about the row."""

    at: At
    column: str
    code: str
    message: str
    weight: Weight = "cell"


class Draft(msgspec.Struct, array_like=True):
    """One person as one row says; ``values`` by element key."""

    at: At
    values: dict[str, Any]
    relation: str = ""

    @property
    def name(self) -> str:
        return str(self.values.get("person.name", ""))

    @property
    def id_no(self) -> str:
        return str(self.values.get("person.id_no", ""))


class Family(msgspec.Struct, array_like=True):
    """One household as the file says. ``code`` is its 18 digits where the file has them; ``group`` and ``grid`` are area
    codes; ``rows`` those that speak of the house."""

    key: str
    code: str = ""
    group: str = ""
    grid: str = ""
    address: str = ""
    values: dict[str, Any] = {}
    rows: list[At] = []
    people: list[Draft] = []


class Reading(msgspec.Struct, frozen=True):
    """A whole file. ``chunks`` are lists of families, encoded: they are carried between processes and kept while the
    job lasts. ``tops`` are the highest serials that the file itself gives to houses of a group: new ones come after."""

    chunks: list[bytes]
    faults: list[Fault]
    rows: int
    families: int
    people: int
    tops: dict[str, int]


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(list[Family])


def packed(families: list[Family]) -> bytes:
    return _ENCODER.encode(families)


def unpacked(chunk: bytes) -> list[Family]:
    return _DECODER.decode(chunk)
