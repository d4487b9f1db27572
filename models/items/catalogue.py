"""What can be handled today, and the frozen versions under which cases live on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import msgspec

from models.base.actor import Level
from models.forms.form import Form
from models.forms.merge import Merged, merge
from models.items.item import Bundle, Item
from models.items.papers import spared_by


class Version(msgspec.Struct, frozen=True, omit_defaults=True):
    """A published version: never changed once written. ``id`` is ``slug@number``."""

    id: str
    slug: str
    number: int
    digest: str
    published_at: datetime
    item: Item | None = None
    bundle: Bundle | None = None
    children: dict[str, int] = {}  # of a bundle: item slug -> the version that it was published with
    author: str = ""  # who wrote it and who let it pass at the desk, by name; "" came with a release
    approver: str = ""
    note: str = ""  # what is new in it


class Standing(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where an item or bundle stands now: its current version and whether it takes applications."""

    id: str
    version: int
    digest: str
    state: Literal["open", "closed"] = "open"
    notice: str = ""
    owner: Literal["files", "desk"] = (
        "files"  # what was published at the desk is not overwritten by a release
    )
    reason: str = ""  # why it was withdrawn, for the desk


class Offer(msgspec.Struct, frozen=True):
    """Something that can be applied for, item or bundle alike: what a form page needs to know of it."""

    id: str
    name: str
    short: str
    version: int
    level: Level
    minutes: int
    summary: str
    open: bool
    form: Form
    item: Item | None = None
    bundle: Bundle | None = None
    parts: tuple[Offer, ...] = ()
    merged: Merged | None = None
    notice: str = ""


def item_offer(item: Item, version: int, standing: Standing) -> Offer:
    """The offer of one item."""
    return Offer(
        id=item.id,
        name=item.name,
        short=item.short,
        version=version,
        level=item.level,
        minutes=item.minutes,
        summary=item.summary,
        open=standing.state == "open",
        notice=standing.notice,
        form=item.form,
        item=item,
    )


def bundle_offer(bundle: Bundle, version: int, standing: Standing, items: Mapping[str, Offer]) -> Offer:
    """The offer of a bundle: one merged form over its children's."""
    parts = tuple(items[child.item] for child in bundle.children)
    merged = merge(
        bundle.scenario,
        [
            (child.item, part.name, part.form, child.share, child.when)
            for child, part in zip(bundle.children, parts, strict=True)
        ],
        spared_by(bundle, {part.id: part.item for part in parts if part.item}),
    )
    return Offer(
        id=bundle.id,
        name=bundle.name,
        short=bundle.name,
        version=version,
        level=bundle.level,
        minutes=bundle.minutes,
        summary=bundle.summary,
        open=standing.state == "open" and all(part.open for part in parts),
        notice=standing.notice,
        form=merged.form,
        bundle=bundle,
        parts=parts,
        merged=merged,
    )
