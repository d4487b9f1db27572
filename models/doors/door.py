"""What a scan shows, as the contract with outside clients has it. Public facts only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from models.items.catalogue import Offer
from models.items.item import THEMES


class Entry(msgspec.Struct, frozen=True):
    """One thing that can be done here."""

    id: str
    name: str
    short: str
    level: str
    minutes: int
    theme: str
    href: str
    parts: int = 0
    popular: int = 0


class Contact(msgspec.Struct, frozen=True):
    """Whom to call: a grid worker's name and work phone are public."""

    name: str
    phone: str


class Successor(msgspec.Struct, frozen=True):
    code: str
    href: str


class Landing(msgspec.Struct, frozen=True, omit_defaults=True):
    """The public model of a code. A door has ``address``, ``contact``, ``items`` and ``bundles``; a poster code
    the one entry that it stands for; a code that no longer holds only its state and what to do."""

    kind: str
    code: str
    state: str
    message: str = ""
    address: str = ""
    village: str = ""
    area: str = ""  # code of the village
    contact: Contact | None = None
    items: tuple[Entry, ...] = ()
    bundles: tuple[Entry, ...] = ()
    href: str = ""
    successor: Successor | None = None
    emergency: tuple[str, ...] = ()


EMERGENCY = ("110", "119", "120", "12345")

STATE_MESSAGES = {
    "suspended": "这个码已暂停使用。请不要在其他网页填写个人信息，可联系网格员或拨打12345。",
    "revoked": "这个码已停用。请不要在其他网页填写个人信息，可联系网格员或拨打12345。",
    "replaced": "这个码已更换，请扫新的门牌，或从这里打开新的页面。",
}


def entry(offer: Offer, code: str) -> Entry:
    """The line for an offer, opened from ``code``."""
    origin = offer.item or offer.bundle
    theme = origin.theme if origin else ""
    return Entry(
        id=offer.id,
        name=offer.name,
        short=offer.short,
        level=offer.level,
        minutes=offer.minutes,
        theme=theme,
        href=f"/apply/{code}/{offer.id}",
        parts=len(offer.parts),
        popular=origin.popular if origin else 0,
    )


def words_of(offer: Offer) -> str:
    """Everything by which an offer may be found."""
    origin = offer.item or offer.bundle
    if origin is None:
        return offer.name
    return " ".join((offer.short, offer.name, THEMES[origin.theme], *origin.keywords, offer.summary))


def search(entries: Iterable[Entry], words: Mapping[str, str], query: str) -> list[Entry]:
    """The entries in whose ``words`` (by id) every word of ``query`` is found, names before the rest; pairs of
    characters where the whole word is nowhere (补贴钱 still finds 补贴)."""
    wanted = query.split()
    every = list(entries)
    found = [each for each in every if all(word in words.get(each.id, "") for word in wanted)]
    if not found:
        pairs = {word[n : n + 2] for word in wanted for n in range(len(word) - 1)}
        found = [each for each in every if any(pair in words.get(each.id, "") for pair in pairs)]
    return sorted(
        found, key=lambda each: (not any(word in each.short for word in wanted), each.popular or 1000)
    )
