"""Landings: the hot path. What a code shows is built once, kept, and dropped when a change stream says so."""

from __future__ import annotations

from collections.abc import Iterable

from models.accounts.service import Accounts
from models.areas.service import Areas
from models.base.errors import NotFound
from models.base.kept import Kept
from models.codes.code import Code
from models.codes.service import Codes
from models.doors.door import (
    EMERGENCY,
    STATE_MESSAGES,
    Contact,
    Entry,
    Landing,
    Successor,
    entry,
    search,
    words_of,
)
from models.doors.matrix import Matrix, matrix_of
from models.households.service import Households
from models.items.service import Catalogue

KEPT = 2000  # some 10 KB each
VILLAGE = 12


class Landings:
    """The public models of codes, cached in this process."""

    def __init__(
        self, codes: Codes, catalogue: Catalogue, households: Households, areas: Areas, accounts: Accounts
    ) -> None:
        self._codes = codes
        self._catalogue = catalogue
        self._households = households
        self._areas = areas
        self._accounts = accounts
        self.kept: Kept[Landing] = Kept(KEPT)
        self._posters: Kept[dict[str, str]] = Kept(1)
        self._matrix: Kept[Matrix] = Kept(1)
        for kept in (self._posters, self._matrix):
            kept.is_live = lambda: self.kept.is_live()

    async def of(self, code: str) -> Landing:
        """The landing of a well-formed code. Raises NotFound for one that was never issued."""
        return await self.kept.get(code, self._build)

    def drop(self, code: str) -> None:
        """A code has changed."""
        self.kept.drop(code)
        if code[:1] in {"S", "Y"}:
            self._posters.drop_all()
            self._matrix.drop_all()

    def drop_all(self) -> None:
        """Something has changed that many landings show."""
        self.kept.drop_all()
        self._posters.drop_all()
        self._matrix.drop_all()

    async def front(self, county: str) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
        """(items, bundles) for the county's front page, each opened from its own poster code."""
        posters = await self._posters.get(county, self._codes.posters)
        offers = [offer for offer in self._catalogue.offers_at() if offer.open and offer.id in posters]
        items = tuple(entry(offer, posters[offer.id]) for offer in offers if offer.item)
        bundles = tuple(entry(offer, posters[offer.id]) for offer in offers if offer.bundle)
        return items, bundles

    async def matrix(self, county: str) -> Matrix:
        """The code matrix of the county: each matter under its widest poster's code."""

        async def build(area: str) -> Matrix:
            posters = await self._posters.get(area, self._codes.posters)
            return matrix_of(self._catalogue.offers_at(), posters)

        return await self._matrix.get(county, build)

    def search(self, entries: Iterable[Entry], query: str) -> list[Entry]:
        """Those of ``entries`` that ``query`` finds, the likeliest first."""
        return search(entries, {offer.id: words_of(offer) for offer in self._catalogue.offers()}, query)

    async def entries(
        self, code: str, areas: tuple[str, ...] = ()
    ) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
        """(items, bundles) that are open in a place, as opened from ``code``."""
        offers = [offer for offer in self._catalogue.offers_at(areas) if offer.open]
        items = tuple(entry(offer, code) for offer in offers if offer.item)
        bundles = tuple(entry(offer, code) for offer in offers if offer.bundle)
        return items, bundles

    async def _build(self, code_id: str) -> Landing:
        code = await self._codes.get(code_id)
        if code.state != "active":
            return await self._closed(code)
        if code.kind == "D":
            return await self._door(code)
        if code.kind in {"S", "Y"}:
            return self._poster(code)
        if code.kind == "P":
            items, bundles = await self.entries(code.id)
            return Landing(
                "P", code.id, code.state, address=self._areas.name_below_county(code.areas[-1]) + code.target.point,
                items=items, bundles=bundles, emergency=EMERGENCY,
            )  # fmt: skip
        raise NotFound("没有查到这个码。", code="code.unknown")

    async def _door(self, code: Code) -> Landing:
        plate = await self._households.public(code.target.household)
        worker = await self._accounts.grid_worker_of(plate.grid)
        items, bundles = await self.entries(code.id, code.areas)
        return Landing(
            kind="D",
            code=code.id,
            state=code.state,
            address=plate.address,
            village=plate.village,
            area=next((area for area in code.areas if len(area) == VILLAGE), ""),
            contact=Contact(worker.name, worker.work_phone) if worker else None,
            items=items,
            bundles=bundles,
            emergency=EMERGENCY,
        )

    async def _closed(self, code: Code) -> Landing:
        following = Successor(code.successor, f"/q/{code.successor}") if code.successor else None
        worker = await self._accounts.grid_worker_of(code.areas[-1]) if code.kind == "D" else None
        return Landing(
            kind=code.kind,
            code=code.id,
            state=code.state,
            message=STATE_MESSAGES[code.state],
            contact=Contact(worker.name, worker.work_phone) if worker else None,
            successor=following,
        )

    def _poster(self, code: Code) -> Landing:
        offer = self._catalogue.offer_at(code.target.item or code.target.bundle, code.areas)
        line = (entry(offer, code.id),)
        return Landing(
            kind=code.kind,
            code=code.id,
            state=code.state,
            address=self._areas.full_name(code.areas[-1]),
            items=line if offer.item else (),
            bundles=line if offer.bundle else (),
            href=f"/apply/{code.id}/{offer.id}",
        )
