"""The catalogue: publishes what the data files say, and answers what can be handled now."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import msgspec

from models.base.actor import Actor
from models.base.clock import Clock
from models.base.errors import NotFound
from models.items.catalogue import Offer, Standing, Version, bundle_offer, item_offer
from models.items.item import Bundle, Item
from models.items.repository import ItemsRepository
from models.roles.rules import check, need

KEPT_VERSIONS = 512


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
        self._old: dict[tuple[str, int], Offer] = {}

    async def publish(self) -> None:
        """Freeze a new version of everything whose content changed since it was last published."""
        standings = await self._repository.standings()
        numbers: dict[str, int] = {}
        for slug, item in self._items.items():
            numbers[slug] = await self._publish(slug, self._digests[slug], standings.get(slug), item=item)
        for slug, bundle in self._bundles.items():
            children = {child.item: numbers[child.item] for child in bundle.children}
            digest = _digest([bundle, children])
            await self._publish(slug, digest, standings.get(slug), bundle=bundle, children=children)
        await self.reload()

    async def _publish(self, slug: str, digest: str, standing: Standing | None, **content) -> int:
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
        await self._repository.stand(slug, number, digest)
        return number

    async def reload(self) -> None:
        """Read the standings again and rebuild the snapshot. What stands is offered as it was frozen: while servers
        of two releases run side by side, that may be other than the content this one brought along."""
        standings = await self._repository.standings()
        offers: dict[str, Offer] = {}
        for slug in self._items.keys() & standings.keys():
            standing = standings[slug]
            offers[slug] = item_offer(await self._item(standing), standing.version, standing)
        for slug in self._bundles.keys() & standings.keys():
            standing = standings[slug]
            bundle, children = await self._bundle(standing, standings)
            parts = {child: await self._part(child, at, offers) for child, at in children.items()}
            offers[slug] = bundle_offer(bundle, standing.version, standing, parts)
        self._offers = {offer.id: offer for offer in sorted(offers.values(), key=_rank)}

    async def _item(self, standing: Standing) -> Item:
        own = self._items[standing.id]
        return own if self._digests[own.id] == standing.digest else (await self._frozen(standing)).item or own

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
        found = await self._repository.version(standing.id, standing.version)
        if found is None:
            raise NotFound("没有找到这个事项的版本。", code="item.unknown")
        return found

    async def _part(self, slug: str, number: int, offers: Mapping[str, Offer]) -> Offer:
        """The child of a bundle in the version that the bundle was published with, open as the child is now."""
        now = offers.get(slug)
        if now and now.version == number:
            return now
        return msgspec.structs.replace(await self.version(slug, number), open=now is not None and now.open)

    def offers(self) -> tuple[Offer, ...]:
        """Everything in the catalogue, open or not, most used first."""
        return tuple(self._offers.values())

    def offer(self, slug: str) -> Offer:
        """An item or bundle as it stands now. Raises NotFound."""
        try:
            return self._offers[slug]
        except KeyError:
            raise NotFound("没有找到这个事项，可能已更名或取消。", code="item.unknown") from None

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

    async def set_state(self, actor: Actor, slug: str, state: str, notice: str = "") -> None:
        """Open an item for applications or close it, with a sentence for those who come. Raises Forbidden, NotFound."""
        need(actor, "items.edit")
        offer = self._offers.get(slug)
        if offer is not None:
            check(actor, "items.edit", (self._county,), _department(offer))
        if not await self._repository.set_state(slug, state, notice):
            raise NotFound(code="item.unknown")
        await self.reload()


def _digest(content: object) -> str:
    return hashlib.sha256(msgspec.json.encode(content, order="sorted")).hexdigest()


def _department(offer: Offer) -> str:
    """The department that leads."""
    return (offer.item or offer.bundle).department  # type: ignore[union-attr]


def _rank(offer: Offer) -> tuple[int, str]:
    popular = (offer.item or offer.bundle).popular  # type: ignore[union-attr]
    return (popular or 1000, offer.id)
