"""Papers that a resident has handed in once (留存材料) and need not hand in again. Pure.

Only what an office has issued is kept: a birth certificate says the same next month, a picture of a leak does not.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

import msgspec

from models.items.catalogue import Offer
from models.items.item import Item, Material
from models.prefill.known import Answer, Known
from models.prefill.known import Source as SourceName

ISSUED = "政府部门核发"
SOURCE: SourceName = "kept"

Standing = Literal["verified", "said", "expired"]
Kind = tuple[str, str]
"""Code and name of a material: one code covers papers that are much alike, the name says which it is."""


class Verified(msgspec.Struct, frozen=True):
    """Who has held the original against the picture, and when."""

    by: str
    office: str
    at: datetime


class Source(msgspec.Struct, frozen=True):
    """The case that a paper came with."""

    case: str
    case_no: str
    title: str
    at: datetime


class KeptPaper(msgspec.Struct, frozen=True, omit_defaults=True):
    """One paper of one resident, ``subject`` as sessions name her. ``files`` are uploads. ``number`` and ``issuer`` are as
    whoever verified it read them, ``valid_until`` (ISO) as she said, or they; ``consent`` the version of the text that
    she agreed to."""

    id: str
    subject: str
    person: str
    code: str
    name: str
    files: tuple[str, ...]
    source: Source
    consent: int
    issuer: str = ""
    number: str = ""
    valid_until: str = ""
    verified: Verified | None = None

    def __repr__(self) -> str:
        return f"KeptPaper({self.id!r}, {self.code!r})"

    @property
    def kind(self) -> Kind:
        return self.code, self.name

    def standing(self, today: str) -> Standing:
        """Whether it can be used on ``today`` (ISO), and on whose word."""
        if self.valid_until and self.valid_until < today:
            return "expired"
        return "verified" if self.verified else "said"

    def known(self) -> Known:
        """What a form knows by it."""
        return Known(list(self.files), SOURCE, self.source.at)


def reusable(material: Material) -> bool:
    """Whether the next matter may ask for the very same paper."""
    return material.source == ISSUED and bool(material.field)


def fields_of(offer: Offer) -> dict[str, Kind]:
    """The questions of an offer's form that ask for pictures of such papers, under the keys of the form."""
    mapping = offer.merged.mapping if offer.merged else {}
    return {
        mapping.get(part.id, {}).get(material.field, material.field): (material.code, material.name)
        for part in offer.parts or (offer,)
        for material in (part.item.materials if part.item else ())
        if reusable(material)
    }


def handed_in(item: Item, answers: Iterable[Answer]) -> list[Material]:
    """The papers of that kind whose pictures came with these answers, less those that were used again."""
    given = {answer.key: answer for answer in answers}
    return [
        material
        for material in item.materials
        if reusable(material)
        and (answer := given.get(material.field)) is not None
        and answer.source != SOURCE
        and files_in(answer.value)
    ]


def files_in(value: Any) -> tuple[str, ...]:
    """The uploads that an answer names."""
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()
