"""The code matrix (一件事二维码锦囊矩阵): every bundle and the matters most asked for, by what happens in a life. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from models.items.catalogue import Offer
from models.items.item import EVENTS, THEMES

OFTEN = "often"
OFTEN_NAME = "常办事项"


class Cell(msgspec.Struct, frozen=True):
    """One symbol of the matrix: the poster code of an offer. ``picture`` names its pictogram."""

    id: str
    name: str
    note: str
    code: str
    href: str
    picture: str


class Row(msgspec.Struct, frozen=True):
    """What belongs to one event of a life; the matters most asked for stand in a row of their own."""

    event: str
    name: str
    cells: tuple[Cell, ...]


class Matrix(msgspec.Struct, frozen=True):
    """The whole matrix of a county. ``code`` is the name under which its page is kept."""

    rows: tuple[Row, ...]
    code: str = "matrix"

    @property
    def cells(self) -> tuple[Cell, ...]:
        return tuple(cell for row in self.rows for cell in row.cells)


def matrix_of(offers: Sequence[Offer], posters: Mapping[str, str]) -> Matrix:
    """The open ``offers`` that have a poster, in the order of a life; ``posters`` are codes by offer. Events for which
    nothing is offered have no row."""
    shown = [offer for offer in offers if offer.open and offer.id in posters]
    rows = [
        Row(event, name, tuple(_cell(offer, posters, event) for offer in shown if _event(offer) == event))
        for event, name in EVENTS.items()
    ]
    often = [offer for offer in shown if offer.item and offer.item.popular]
    rows.append(Row(OFTEN, OFTEN_NAME, tuple(_cell(each, posters, _theme(each)) for each in often)))
    return Matrix(tuple(row for row in rows if row.cells))


def _event(offer: Offer) -> str:
    return offer.bundle.event if offer.bundle else ""


def _theme(offer: Offer) -> str:
    return offer.item.theme if offer.item else ""


def _cell(offer: Offer, posters: Mapping[str, str], picture: str) -> Cell:
    code = posters[offer.id]
    name = offer.name.removesuffix("一件事") if offer.bundle else offer.short
    note = f"{len(offer.parts)}项一次办" if offer.bundle else THEMES[offer.item.theme] if offer.item else ""
    return Cell(offer.id, name, note, code, f"/q/{code}", picture)
