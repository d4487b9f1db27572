"""The two sides of one card, photographed each. Pure."""

from __future__ import annotations

import msgspec

from models.cards.back import fits
from models.cards.card import Reading


def joined(one: Reading, other: Reading) -> Reading | None:
    """Front and back as one reading, whichever came first; None for twice the same side. A period that nobody of that
    age is given is a doubt: one of the dates was misread, or the sides are not of one card."""
    if {one.side, other.side} != {"front", "back"}:
        return None
    front, back = (one, other) if one.side == "front" else (other, one)
    doubts = {*front.doubts, *back.doubts}
    if "birth_date" not in doubts and not fits(front.birth_date, back.valid_from, back.valid_until):
        doubts.add("valid_until")
    return msgspec.structs.replace(
        front, side="both", issued_by=back.issued_by, valid_from=back.valid_from, valid_until=back.valid_until,
        expired=back.expired, note=back.note, doubts=tuple(sorted(doubts)),
    )  # fmt: skip
