"""How far a resident's right to see the registry reaches in her own household. Pure.

She sees everything of herself. The house is seen by its head and its grown members. Of a child under fourteen the
parent sees everything (PIPL art. 31); of other grown members she sees what a neighbour in the family knows anyway, and
none of their numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

import msgspec

from models.base import idnumber
from models.elements.element import Element
from models.forms.parse import age
from models.households.household import HEAD, Household
from models.mandates.mandate import is_child, may_guard
from models.people.book import Noun
from models.people.person import Person
from models.people.values import Held
from models.people.vault import ALWAYS_SEALED
from models.prefill.service import DIED

GROWN = 18
ORDINARY = 1
"""The highest level of what the others of a family may see of a grown member."""

HIS = frozenset({"house.head_id_no", "house.head_phone"})
"""What the house says of its head, and is his own."""

Standing = Literal["self", "ward", "house", "other"]


class Reach(msgspec.Struct, frozen=True):
    """One owner of values that she may look at. ``of`` is what addresses call it: "me", "house", or the person's id;
    ``relation`` by GB/T 4761, of a person."""

    of: str
    noun: Noun
    id: str
    name: str
    standing: Standing
    held: Held
    relation: str = ""
    heads: bool = False

    @property
    def corrects(self) -> bool:
        """Whether she may ask for changes here."""
        return self.standing != "other"

    def sees(self, element: Element) -> bool:
        if self.standing == "other":
            return element.sensitivity <= ORDINARY and element.type not in ALWAYS_SEALED
        return self.heads or element.key not in HIS


def reaches(
    me: Person, household: Household | None, family: Sequence[Person], today: date
) -> tuple[Reach, ...]:
    """Everything that ``me`` may look at: herself first, then the house, then the others who live in it."""
    herself = Reach("me", "person", me.id, me.name, "self", me.held, me.relation)
    if household is None:
        return (herself,)
    relations = {member.person: member.relation for member in household.members}
    mine = relations.get(me.id, "")
    found = [herself]
    if mine == HEAD or (mine and _is_grown(me, today)):
        home = household.address
        found.append(
            Reach("house", "household", household.id, home, "house", household.held, heads=mine == HEAD)
        )
    registered = {each.id: each for each in family}
    others = [registered[each] for each in relations if each in registered and each != me.id]
    for each in others:
        if each.value(DIED) is None:
            child = _is_small(each, today) and may_guard(mine, relations[each.id])
            standing: Standing = "ward" if child else "other"
            found.append(
                Reach(each.id, "person", each.id, each.name, standing, each.held, relations[each.id])
            )
    return tuple(found)


def _is_grown(person: Person, today: date) -> bool:
    born = _birth(person)
    return born is not None and (age(born, today) or 0) >= GROWN


def _is_small(person: Person, today: date) -> bool:
    born = _birth(person)
    return born is not None and is_child(born, today)


def _birth(person: Person) -> date | None:
    return idnumber.birth_date(person.id_number) if person.id_number else None
