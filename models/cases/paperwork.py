"""Which papers a submission takes, of an item or of the matters that a bundle's answers choose. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from models.cases.filing import Share
from models.forms.merge import chosen, split
from models.items.catalogue import Offer
from models.items.papers import Papers, Taken, made_for, papers


def wanted(
    offer: Offer, answers: Mapping[str, Any], held: Collection[str], today: date, *, whole: bool = True
) -> Papers:
    """What is asked of her who gives these answers under the keys of the offer's form. Where they are not ``whole`` yet
    and have chosen nothing, everything that a bundle may ask for."""
    if offer.merged is None:
        return papers(_taken([(offer, answers)], {}, whole=whole), held, today)
    ids = set(chosen(offer.merged, answers, today))
    every = not whole and not ids
    given = split(offer.merged, answers)
    parts = [(part, given[part.id]) for part in offer.parts if every or part.id in ids]
    return papers(_taken(parts, made_by(offer, ids), whole=whole), held, today)


def of_share(
    share: Share, made: Mapping[str, Mapping[str, str]], held: Collection[str], today: date
) -> Papers:
    """What is asked of one matter of a submission, as its case keeps it: without the notes, which its version has."""
    answers = {answer.key: answer.value for answer in share.answers}
    return kept(papers(_taken([(share.offer, answers)], made, whole=True), held, today))


def of_shares(shares: Sequence[Share], offer: Offer, held: Collection[str], today: date) -> Papers:
    """The union over the matters of a submission, as its filing keeps it."""
    parts = [(share.offer, {answer.key: answer.value for answer in share.answers}) for share in shares]
    made = made_by(offer, {share.offer.id for share in shares})
    return kept(papers(_taken(parts, made, whole=True), held, today))


def made_by(offer: Offer, ids: Collection[str]) -> dict[str, dict[str, str]]:
    """For each matter of a bundle that is taken, the papers that matters before it bring about."""
    if offer.bundle is None:
        return {}
    return made_for(offer.bundle, {part.id: part.item for part in offer.parts if part.item}, ids)


def kept(found: Papers) -> Papers:
    """Without the notes: the case's version of its item has them."""
    return msgspec.structs.replace(
        found, rows=tuple(msgspec.structs.replace(row, note="") for row in found.rows)
    )


def _taken(
    parts: Sequence[tuple[Offer, Mapping[str, Any]]], made: Mapping[str, Mapping[str, str]], *, whole: bool
) -> list[Taken]:
    return [Taken(part.item, answers, whole, made.get(part.id, {})) for part, answers in parts if part.item]
