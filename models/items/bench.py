"""What lies at the catalogue's desk: the list of items, one with its draft, its versions, what the lint says of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec

from models.areas.service import Areas
from models.base.actor import Actor
from models.base.errors import NotFound
from models.elements.registry import Elements
from models.items.catalogue import Offer, Standing, Version
from models.items.draft import DraftHead, ItemDraft
from models.items.draft_repository import ItemDraftRepository
from models.items.item import Item
from models.items.lint.rule import Finding, Known
from models.items.lint.run import lint
from models.items.service import Catalogue
from models.roles.lines import DEPARTMENTS
from models.roles.rules import check, may, need

SEE, EDIT, REVIEW = "items.see", "items.edit", "items.review"


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """An item in the list: what stands, and the draft on it."""

    slug: str
    name: str
    short: str
    theme: str
    department: str
    version: int = 0
    open: bool = False
    area: str = ""
    draft: DraftHead | None = None


class Sight(msgspec.Struct, frozen=True, omit_defaults=True):
    """Everything about one item at the desk. ``may`` names the moves that this actor has now."""

    slug: str
    item: Item  # as it is being written, or as it stands
    offer: Offer | None = None
    standing: Standing | None = None
    draft: ItemDraft | None = None
    findings: tuple[Finding, ...] = ()
    may: tuple[str, ...] = ()


class Coded(msgspec.Struct, frozen=True):
    """The codes that an item has or is about to have."""

    slug: str
    basic_code: str
    code: str
    area: str
    variant_of: str


class Bench:
    """Looking at the catalogue's desk. Whoever may neither edit nor review items of a line sees none of it."""

    def __init__(
        self,
        repository: ItemDraftRepository,
        catalogue: Catalogue,
        elements: Elements,
        areas: Areas,
        county: str,
        purposes: Collection[str],
        breaches: Collection[str],
    ) -> None:
        """``purposes`` are those of consents, ``breaches`` the kinds of broken promises, that a form may name."""
        self._repository = repository
        self._catalogue = catalogue
        self._elements = elements
        self._areas = areas
        self._county = county
        self._purposes = frozenset(purposes)
        self._breaches = frozenset(breaches)

    async def lines(self, actor: Actor) -> list[Line]:
        """Every item of the actor's lines of duty, published or not."""
        need(actor, SEE)
        heads = {head.slug: head for head in await self._repository.heads()}
        lines = [
            Line(offer.id, item.name, item.short, item.theme, item.department, offer.version, offer.open, item.area,
                 heads.pop(offer.id, None))
            for offer in self._catalogue.offers()
            if (item := offer.item)
        ]  # fmt: skip
        lines += [
            Line(head.slug, head.name, head.short, head.theme, head.department, area=head.area, draft=head)
            for head in heads.values()
        ]
        return [line for line in lines if may(actor, SEE, (self._county,), line.department)]

    async def _found(self, actor: Actor, slug: str) -> tuple[Item, ItemDraft | None, Offer | None]:
        """What is being written, or else stands; the open draft; what stands. Raises NotFound, Forbidden."""
        need(actor, SEE)
        offer, draft = self.offer(slug), await self._repository.open_of(slug)
        item = draft.item if draft else offer.item if offer else None
        if item is None:
            raise NotFound("没有找到这个事项。", code="item.unknown")
        check(actor, SEE, (self._county,), item.department)
        return item, draft, offer

    async def get(self, actor: Actor, slug: str) -> Sight:
        """One item. Raises NotFound, Forbidden."""
        item, draft, offer = await self._found(actor, slug)
        return Sight(
            slug=slug,
            item=item,
            offer=offer,
            standing=self._catalogue.standing(slug),
            draft=draft,
            findings=await self.lint(item) if draft else (),
            may=self._moves(actor, item, draft, offer),
        )

    async def versions(self, actor: Actor, slug: str) -> list[Version]:
        """What was published, the newest first."""
        await self._found(actor, slug)
        return await self._catalogue.versions(slug)

    async def text_of(self, actor: Actor, slug: str, which: str) -> Item:
        """The item in a version ("3") or as it is being written ("draft"). Raises NotFound."""
        _, draft, _ = await self._found(actor, slug)
        if which == "draft" and draft:
            return draft.item
        number = int(which) if which.isascii() and which.isdigit() and len(which) < 7 else 0
        frozen = (await self._catalogue.frozen(slug, number)).item
        if frozen is None:
            raise NotFound(code="item.unknown")
        return frozen

    async def past(self, actor: Actor, slug: str) -> list[ItemDraft]:
        """The latest drafts, open and closed: who did what."""
        await self._found(actor, slug)
        return await self._repository.of(slug)

    async def lint(self, item: Item) -> tuple[Finding, ...]:
        """Everything that is wrong with an item."""
        return lint(item, await self.known())

    async def known(self) -> Known:
        """What items are held against, the codes of drafts among it."""
        coded = [
            *(
                Coded(item.id, item.basic_code, item.code, item.area, item.variant_of)
                for item in self.items()
            ),
            *(
                Coded(head.slug, head.basic_code, head.code, head.area, head.variant_of)
                for head in await self._repository.heads()
            ),
        ]
        basic: dict[str, str] = {}
        codes: dict[str, str] = {}
        variants: dict[tuple[str, str], str] = {}
        for each in coded:
            if each.basic_code and not each.variant_of:
                basic.setdefault(each.basic_code, each.slug)
            if each.code:
                codes.setdefault(each.code, each.slug)
            if each.variant_of:
                variants.setdefault((each.variant_of, each.area), each.slug)
        return Known(
            self._elements, frozenset(DEPARTMENTS), frozenset(self.towns()), basic, codes, self._purposes,
            self._breaches, frozenset(item.id for item in self.items() if not item.area), variants,
        )  # fmt: skip

    async def originals(self, items: Sequence[Item]) -> dict[str, Item]:
        """Those of ``items`` that have changed and of which nothing older is on record, as they were first published."""
        standings = {item.id: self._catalogue.standing(item.id) for item in items if item.before is None}
        changed = [slug for slug, standing in standings.items() if standing and standing.version > 1]
        return await self._catalogue.originals(changed)

    async def worked_on(self) -> frozenset[str]:
        """The items that have an open draft."""
        return frozenset(head.slug for head in await self._repository.heads())

    def towns(self) -> dict[str, str]:
        """The towns of the county by code, as people call them."""
        return {area.id: area.name for area in self._areas.children(self._county)}

    def items(self) -> list[Item]:
        """Every item as it stands."""
        return [offer.item for offer in self._catalogue.offers() if offer.item]

    def bundles(self) -> frozenset[str]:
        """The ids of bundles: no item may be called so."""
        return frozenset(offer.id for offer in self._catalogue.offers() if offer.bundle)

    def offer(self, slug: str) -> Offer | None:
        """An item as it stands; None for a bundle or what was never published."""
        return next((offer for offer in self._catalogue.offers() if offer.id == slug and offer.item), None)

    def _moves(
        self, actor: Actor, item: Item, draft: ItemDraft | None, offer: Offer | None
    ) -> tuple[str, ...]:
        edits = may(actor, EDIT, (self._county,), item.department)
        moves = []
        if edits and draft is None:
            moves.append("start")
        if edits and draft and draft.writable:
            moves += ["save", "submit", "drop"]
        if edits and draft and draft.state in ("submitted", "approved") and not draft.publishing:
            moves.append("recall")
        reviews = may(actor, REVIEW, (self._county,), item.department)
        if reviews and draft and draft.state == "submitted" and actor.subject not in draft.hands:
            moves += ["approve", "send_back"]
        if edits and offer:
            moves.append("withdraw" if offer.open else "reopen")
            if not item.area:
                moves.append("copy")
        return tuple(moves)
