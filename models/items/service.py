"""The catalogue: publishes what the data files say, and answers what can be handled now."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import msgspec

from models.base.actor import Actor
from models.base.clock import Clock
from models.base.errors import Conflict, NotFound
from models.items.catalogue import Offer, Standing, Version, bundle_offer, item_offer
from models.items.item import Bundle, Item
from models.items.repository import ItemsRepository
from models.roles.rules import check, need

KEPT_VERSIONS = 512
SHOWN_VERSIONS = 50


class Catalogue:
    """Items and bundles as one snapshot in memory, reloaded when their standings change."""

    def __init__(
        self,
        repository: ItemsRepository,
        clock: Clock,
        items: Mapping[str, Item],
        bundles: Mapping[str, Bundle],
        county: str,
    ) -> None:
        self._repository = repository
        self._clock = clock
        self._items = items
        self._digests = {slug: _digest(item) for slug, item in items.items()}
        self._bundles = bundles
        self._county = county
        self._offers: dict[str, Offer] = {}
        self._own: dict[
            tuple[str, str], Offer
        ] = {}  # what a town decides by itself, by the county's id and the town
        self._old: dict[tuple[str, int], Offer] = {}
        self._fetched: dict[str, Version] = {}
        self._standings: dict[str, Standing] = {}

    async def publish(self) -> None:
        """Freeze a new version of everything whose content changed since it was last published; what was published
        at the desk is left as it stands."""
        standings = await self._repository.standings()
        for slug, item in self._items.items():
            standing = standings.get(slug)
            if standing is None or standing.owner == "files":
                await self._publish(slug, self._digests[slug], standing, item=item)
        await self._publish_bundles(self._bundles)
        await self.reload()

    async def publish_item(
        self, item: Item, base: int, author: str = "", approver: str = "", note: str = ""
    ) -> int:
        """Publish what was written at the desk on version ``base`` (0: it is new), and the bundles that take it; its
        version. The same again gives the same version. Raises Conflict where another version stands by now."""
        standing = (await self._repository.standings()).get(item.id)
        digest = _digest(item)
        if (standing.version if standing else 0) != base and (standing is None or standing.digest != digest):
            raise Conflict("这个事项已经有了更新的版本，请先对照再发布。", code="items.moved")
        told = {"author": author, "approver": approver, "note": note}
        number = await self._publish(item.id, digest, standing, "desk", item=item, **told)
        await self.reload()
        holding = {slug: (offer.bundle) for slug, offer in self._offers.items() if _holds(offer, item.id)}
        if holding:
            await self._publish_bundles({slug: bundle for slug, bundle in holding.items() if bundle})
            await self.reload()
        return number

    async def _publish_bundles(self, bundles: Mapping[str, Bundle]) -> None:
        standings = await self._repository.standings()
        for slug, bundle in bundles.items():
            children = {child.item: standings[child.item].version for child in bundle.children}
            digest = _digest([bundle, children])
            await self._publish(slug, digest, standings.get(slug), bundle=bundle, children=children)

    async def _publish(
        self, slug: str, digest: str, standing: Standing | None, owner: str = "files", **content
    ) -> int:
        """The number under which this content stands; a new one where it is not the present version's."""
        if standing and standing.digest == digest:
            return standing.version
        number = standing.version + 1 if standing else 1
        version = Version(f"{slug}@{number}", slug, number, digest, self._clock(), **content)
        while not await self._repository.freeze(version):
            there = await self._repository.version(slug, number)
            if there and there.digest == digest:  # another process publishes the same
                break
            number += 1
            version = msgspec.structs.replace(version, id=f"{slug}@{number}", number=number)
        await self._repository.stand(slug, number, digest, owner)
        return number

    async def reload(self) -> None:
        """Read the standings again and rebuild the snapshot. What stands is offered as it was frozen: while servers
        of two releases run side by side, that may be other than the content this one brought along."""
        standings = await self._repository.standings()
        await self._fetch(standings)
        offers: dict[str, Offer] = {}
        for slug, standing in standings.items():
            item = self._item(standing)
            if item is not None:
                offers[slug] = item_offer(item, standing.version, standing)
        for slug in self._bundles.keys() & standings.keys():
            standing = standings[slug]
            bundle, children = await self._bundle(standing, standings)
            parts = {child: await self._part(child, at, offers) for child, at in children.items()}
            offers[slug] = bundle_offer(bundle, standing.version, standing, parts)
        self._offers = {offer.id: offer for offer in sorted(offers.values(), key=_rank)}
        self._own = {
            (offer.item.variant_of, offer.item.area): offer
            for offer in offers.values()
            if offer.item and offer.item.area
        }
        self._standings = standings

    async def _fetch(self, standings: Mapping[str, Standing]) -> None:
        """Have at hand every frozen item that stands and did not come with this release."""
        wanted = {
            f"{slug}@{standing.version}"
            for slug, standing in standings.items()
            if (slug in self._items or standing.owner == "desk")
            and self._digests.get(slug) != standing.digest
        }
        self._fetched = {name: version for name, version in self._fetched.items() if name in wanted}
        missing = sorted(wanted - self._fetched.keys())
        self._fetched |= {version.id: version for version in await self._repository.versions_called(missing)}

    def _item(self, standing: Standing) -> Item | None:
        own = self._items.get(standing.id)
        if own is not None and self._digests[own.id] == standing.digest:
            return own
        frozen = self._fetched.get(f"{standing.id}@{standing.version}")
        return frozen.item if frozen and frozen.item else own

    async def _bundle(
        self, standing: Standing, standings: Mapping[str, Standing]
    ) -> tuple[Bundle, dict[str, int]]:
        """A bundle and the versions of its children."""
        own = self._bundles[standing.id]
        children = {child.item: standings[child.item].version for child in own.children}
        if _digest([own, children]) == standing.digest:
            return own, children
        frozen = await self._frozen(standing)
        return frozen.bundle or own, frozen.children

    async def _frozen(self, standing: Standing) -> Version:
        return await self.frozen(standing.id, standing.version)

    async def _part(self, slug: str, number: int, offers: Mapping[str, Offer]) -> Offer:
        """The child of a bundle in the version that the bundle was published with, open as the child is now."""
        now = offers.get(slug)
        if now and now.version == number:
            return now
        return msgspec.structs.replace(await self.version(slug, number), open=now is not None and now.open)

    def offers(self) -> tuple[Offer, ...]:
        """Everything in the catalogue, open or not, most used first."""
        return tuple(self._offers.values())

    def offers_at(self, areas: tuple[str, ...] = ()) -> tuple[Offer, ...]:
        """What is offered in a place (its chain of areas; () is the county at large): where its town decides a matter by
        itself (S31), the town's own instead of the county's, as long as that takes applications."""
        own = {
            offer.item.variant_of: offer
            for offer in self._offers.values()
            if offer.item and offer.item.area in areas and offer.open
        }
        return tuple(
            own.get(offer.id, offer)
            for offer in self._offers.values()
            if not (offer.item and offer.item.area)
        )

    def offer_at(self, slug: str, areas: tuple[str, ...] = ()) -> Offer:
        """What is offered in a place under this id. Raises NotFound, for what another town offers too."""
        offer = self.offer(slug)
        if offer.item and offer.item.area:
            if offer.item.area not in areas:
                raise NotFound("这个事项只在别的乡镇办理，请重新扫码。", code="item.elsewhere")
            return offer
        own = (self._own.get((slug, area)) for area in areas)
        return next((each for each in own if each and each.open), offer)

    def offer(self, slug: str) -> Offer:
        """An item or bundle as it stands now. Raises NotFound."""
        try:
            return self._offers[slug]
        except KeyError:
            raise NotFound("没有找到这个事项，可能已更名或取消。", code="item.unknown") from None

    def standing(self, slug: str) -> Standing | None:
        """Where an item or bundle stands, for the desk; None for one that was never published."""
        return self._standings.get(slug)

    async def versions(self, slug: str) -> list[Version]:
        """The latest versions of an item, the newest first."""
        return await self._repository.versions_of(slug, SHOWN_VERSIONS)

    async def frozen(self, slug: str, number: int) -> Version:
        """One version as it was frozen. Raises NotFound."""
        found = await self._repository.version(slug, number)
        if found is None:
            raise NotFound("没有找到这个事项的版本。", code="item.unknown")
        return found

    async def originals(self, slugs: Sequence[str]) -> dict[str, Item]:
        """These items as they were first published."""
        firsts = await self._repository.versions_called([f"{slug}@1" for slug in slugs])
        return {version.slug: version.item for version in firsts if version.item}

    async def version(self, slug: str, number: int) -> Offer:
        """An item in the version that a case was filed under."""
        current = self._offers.get(slug)
        if current and current.version == number:
            return current
        if (slug, number) not in self._old:
            if len(self._old) >= KEPT_VERSIONS:
                self._old.clear()
            self._old[slug, number] = await self._read(slug, number)
        return self._old[slug, number]

    async def _read(self, slug: str, number: int) -> Offer:
        version = await self._repository.version(slug, number)
        if version is None:
            raise NotFound("没有找到这个事项的版本。", code="item.unknown")
        closed = Standing(slug, number, version.digest, "closed")
        if version.item:
            return item_offer(version.item, number, closed)
        assert version.bundle  # noqa: S101 - a version is of one or the other
        parts = {child: await self.version(child, at) for child, at in version.children.items()}
        return bundle_offer(version.bundle, number, closed, parts)

    async def set_state(
        self, actor: Actor, slug: str, state: str, notice: str = "", reason: str = ""
    ) -> None:
        """Open an item for applications or close it, with a sentence for those who come and, for the desk, the
        reason. Cases under way go on. Raises Forbidden, NotFound."""
        need(actor, "items.edit")
        offer = self._offers.get(slug)
        if offer is not None:
            check(actor, "items.edit", (self._county,), _department(offer))
        if not await self._repository.set_state(slug, state, notice, reason):
            raise NotFound(code="item.unknown")
        await self.reload()


def _holds(offer: Offer, slug: str) -> bool:
    return any(part.id == slug for part in offer.parts)


def _digest(content: object) -> str:
    return hashlib.sha256(msgspec.json.encode(content, order="sorted")).hexdigest()


def _department(offer: Offer) -> str:
    """The department that leads."""
    return (offer.item or offer.bundle).department  # type: ignore[union-attr]


def _rank(offer: Offer) -> tuple[int, str]:
    popular = (offer.item or offer.bundle).popular  # type: ignore[union-attr]
    return (popular or 1000, offer.id)
