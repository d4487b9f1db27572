"""A proposed change as its reviewer reads it. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import msgspec

from models.areas.service import Areas
from models.elements.registry import Elements
from models.forms.context import Context
from models.households.household import Household
from models.people.book import Noun
from models.people.person import Person
from models.people.values import Proposal, Value
from models.people.waiting import Kind, kind_of
from models.record.sheets import in_words, source_words

Owner = Person | Household


class Row(msgspec.Struct, frozen=True):
    """One proposal as its reviewer reads it. ``pick`` names it when it is settled; ``whose`` are the people whose data
    it is (registry ids)."""

    pick: str
    name: str
    place: str
    key: str
    label: str
    module: str
    level: int
    held: str
    held_source: str
    held_at: datetime | None
    wanted: str
    source: str
    author: str
    at: datetime
    reason: str
    own: bool
    whose: tuple[str, ...]


class Drawer(msgspec.Struct, frozen=True):
    """What all rows of a page have in common: ``wanted`` the kinds of element that are listed, ``hers`` the reviewer's
    own ids."""

    elements: Elements
    areas: Areas
    context: Context
    wanted: frozenset[Kind]
    hers: Collection[str]

    def rows(self, owner: Owner) -> list[Row]:
        """What is proposed to ``owner``, the oldest first."""
        waiting = sorted(owner.held.proposals, key=lambda wish: wish.value.at)
        return [self._row(owner, wish) for wish in waiting if kind_of(self.elements, wish.key) in self.wanted]

    def _row(self, owner: Owner, wish: Proposal) -> Row:
        element = self.elements.by_key[wish.key]
        held = owner.held.values.get(wish.key)
        return Row(
            pick=f"{noun_of(owner)}:{owner.id}:{wish.id}",
            name=owner.name if isinstance(owner, Person) else owner.address,
            place=self._place(owner),
            key=wish.key,
            label=element.label,
            module=element.module,
            level=element.sensitivity,
            held=in_words(element, held.v, self.context) if held else "",
            held_source=source_words(held) if held else "",
            held_at=held.at if held else None,
            wanted=in_words(element, wish.value.v, self.context),
            source=_source(wish.value),
            author=wish.name,
            at=wish.value.at,
            reason=wish.reason,
            own=is_own(owner, wish, self.hers),
            whose=whose(owner),
        )

    def _place(self, owner: Owner) -> str:
        """The smallest area that people call by name: 大关镇丘林村三组."""
        named = (area for area in reversed(owner.areas) if self.areas.has(area) and "G" not in area)
        return next((self.areas.name_below_county(area) for area in named), "")


def is_own(owner: Owner, wish: Proposal, hers: Collection[str]) -> bool:
    return wish.value.by in hers or any(each in hers for each in whose(owner))


def noun_of(owner: Owner) -> Noun:
    return "person" if isinstance(owner, Person) else "household"


def whose(owner: Owner) -> tuple[str, ...]:
    return (owner.id,) if isinstance(owner, Person) else tuple(member.person for member in owner.members)


def _source(value: Value) -> str:
    return "本人填报" if value.source == "self" else source_words(value)
