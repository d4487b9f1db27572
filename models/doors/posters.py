"""Poster codes of the county: whatever is in the catalogue can be opened from the front page, the matrix and a wall."""

from __future__ import annotations

from collections.abc import Callable

from models.base.clock import Clock
from models.codes.code import Code, Kind, Target
from models.codes.service import Codes
from models.items.catalogue import Offer
from models.items.service import Catalogue


class Posters:
    """Issues the poster of what has none yet. One that was revoked or replaced is not issued again."""

    def __init__(
        self, codes: Codes, catalogue: Catalogue, clock: Clock, county: str, new_code: Callable[[str], str]
    ) -> None:
        self._codes = codes
        self._catalogue = catalogue
        self._clock = clock
        self._county = county
        self._new_code = new_code
        self._seen: frozenset[str] = frozenset()

    async def run_once(self) -> int:
        """How many were issued. Any process may run it, at any time, again: the database keeps one for each."""
        offers = {offer.id: offer for offer in self._catalogue.offers_at() if offer.open}
        if offers.keys() <= self._seen:
            return 0
        posted = await self._codes.posted(self._county)
        issued = await self._codes.issue([self._code(offers[slug]) for slug in offers.keys() - posted])
        self._seen = frozenset(offers)
        return issued

    def _code(self, offer: Offer) -> Code:
        kind: Kind = "S" if offer.item else "Y"
        target = Target(item=offer.id) if offer.item else Target(bundle=offer.id)
        return Code(self._new_code(kind), kind, (self._county,), target, self._clock(), posts=offer.id)
