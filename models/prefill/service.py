"""Prefill: gather what may be known at the asker's level, and not a word more.

L0 knows what is painted on the plate. L1 knows what was typed at login. L2 knows what the registry holds of
the person and her household, and what she answered in earlier cases.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import msgspec

from models.base import idnumber
from models.base.actor import Actor
from models.base.kept import Kept
from models.codes.code import Code
from models.elements.registry import Elements
from models.forms.form import Form
from models.households.household import Member
from models.households.service import Households
from models.people.person import NAME
from models.people.values import Held
from models.prefill.known import Facts, Known, family_tables, fill, fill_family

MOST = 2000  # people, or families; some 5 KB each
MOST_PLATES = 20_000

UNPROVEN = frozenset({"self", "earlier"})
"""Sources that prove nothing to an office."""

RELATION = "person.relation_to_head"
DIED = "person.died_on"


class Earlier(Protocol):
    """What a person answered before, by element; cases implement it."""

    async def __call__(self, subject: str) -> dict[str, Known]: ...


class Hers(msgspec.Struct, frozen=True):
    """What the registry and earlier cases say of one person, and who belongs to her household."""

    facts: Facts
    household: str
    members: tuple[Member, ...]


class Prefill:
    """What forms know. It is remembered while changes are being followed: the form was opened just before it is
    submitted, and the submission should not read everything again."""

    def __init__(self, households: Households, elements: Elements, earlier: Earlier) -> None:
        self._households = households
        self._elements = elements
        self._earlier = earlier
        self._hers: Kept[Hers] = Kept(MOST)
        self._families: Kept[Mapping[str, Facts]] = Kept(MOST)  # household -> person -> facts
        self._plates: Kept[str] = Kept(MOST_PLATES)
        self._filed: set[str] = set()
        self.kept = (self._hers, self._families, self._plates)

    def begin(self, actor: Actor) -> None:
        """A form is being opened: it is to know what she answered in every case until now."""
        if actor.person in self._filed:
            self._filed.discard(actor.person)
            self._hers.drop(actor.person)

    async def known(self, actor: Actor, form: Form, code: Code | None) -> dict[str, Known]:
        """The answers that ``form`` can have for this actor, by field key."""
        codes = self._elements.code_lists
        if not _is_proven(actor):
            facts = dict(_typed(actor)) if actor.kind == "resident" else {}
            return fill(form, await self._with_plate(facts, code), codes)
        hers = await self._of(actor)
        if actor.mandate:  # what she filed before is hers to know, and no business of an agent's
            facts = {key: fact for key, fact in hers.facts.items() if fact.source != "earlier"}
            hers = msgspec.structs.replace(hers, facts=facts)
        if code and code.kind == "D" and code.target.household != hers.household:
            # Somebody else's door: her own household's facts do not belong on it.
            facts = {key: fact for key, fact in hers.facts.items() if not key.startswith("house.")}
            return fill(form, await self._with_plate(facts, code), codes)
        known = fill(form, await self._with_plate(hers.facts, code), codes)
        if family_tables(form):
            family = await self._family(hers)
            others = [
                family[m.person] for m in hers.members if m.person in family and m.person != actor.person
            ]
            known.update(fill_family(form, hers.facts, others, codes))
        return known

    async def held(self, actor: Actor, code: Code | None) -> frozenset[str]:
        """The elements that the state can vouch for of this actor, so that no paper need prove them: what somebody
        only said herself is not among them, nor, at somebody else's door, her own house."""
        if not _is_proven(actor):
            return frozenset(_typed(actor)) if actor.kind == "resident" else frozenset()
        hers = await self._of(actor)
        away = code is not None and code.kind == "D" and code.target.household != hers.household
        return frozenset(
            key
            for key, fact in hers.facts.items()
            if fact.source not in UNPROVEN and not (away and key.startswith("house."))
        )

    async def plate(self, code: Code) -> str:
        """The address on the plate of a door's code."""
        return await self._plates.get(code.target.household, self._read_plate)

    async def members(self, actor: Actor) -> dict[str, str]:
        """The members of the actor's household by id; none below L2."""
        if not _is_proven(actor):
            return {}
        return {member.person: member.name for member in (await self._of(actor)).members}

    def forget_person(self, person: str) -> None:
        """The registry has something new of a person."""
        self._hers.drop(person)
        self._families.drop_where(lambda family: person in family)

    def filed(self, person: str) -> None:
        """She has filed a case. The next form that she opens has its answers (``begin``); those that lie open
        already are submitted with what they showed."""
        if len(self._filed) >= MOST:
            self.forget_all()
        self._filed.add(person)

    def forget_household(self, household: str) -> None:
        """The registry has something new of a household."""
        self._hers.drop_where(lambda hers: hers.household == household)
        self._families.drop(household)
        self._plates.drop(household)

    def forget_all(self) -> None:
        """Anything may have changed."""
        self._filed.clear()
        for kept in self.kept:
            kept.drop_all()

    async def _with_plate(self, facts: Facts, code: Code | None) -> Facts:
        if code is None or code.kind != "D" or "house.std_address" in facts:
            return facts
        return {**facts, "house.std_address": Known(await self.plate(code), "plate", code.issued_at)}

    async def _read_plate(self, household: str) -> str:
        return (await self._households.public(household)).address

    async def _of(self, actor: Actor) -> Hers:
        async def read(person: str) -> Hers:
            dossier = await self._households.dossier(person)
            earlier = await self._earlier(actor.subject)
            told = {key: fact for key, fact in earlier.items() if self._tells(key)}
            told |= self._facts(dossier.person.held)
            if dossier.household is None:
                return Hers(_typed(actor) | told, "", ())
            told |= self._facts(dossier.household.held)
            return Hers(_typed(actor) | told, dossier.household.id, dossier.household.members)

        return await self._hers.get(actor.person, read)

    async def _family(self, hers: Hers) -> Mapping[str, Facts]:
        """What the registry says of the living members of a household, by person."""
        relations = {member.person: member.relation for member in hers.members}

        async def read(household: str) -> Mapping[str, Facts]:
            found = {}
            for person in await self._households.people(household):
                facts = self._facts(person.held)
                if person.id in relations and NAME in facts and person.value(DIED) is None:
                    named = facts[NAME]
                    found[person.id] = {RELATION: Known(relations[person.id], named.source, named.at)} | facts
            return found

        return await self._families.get(hers.household, read) if hers.household else {}

    def _facts(self, held: Held) -> dict[str, Known]:
        return {
            key: Known(value.v, value.source, value.at)
            for key, value in held.values.items()
            if self._tells(key)
        }

    def _tells(self, key: str) -> bool:
        """Level 3 is asked for anew each time that a duty or a consent allows it."""
        element = self._elements.get(key)
        return element is not None and element.sensitivity < 3


def _is_proven(actor: Actor) -> bool:
    """At L2, and known to the registry: whoever came to a counter may be neither here nor there yet."""
    return actor.kind == "resident" and actor.reaches("L2") and bool(actor.person)


def _typed(actor: Actor) -> dict[str, Known]:
    """What follows from the name and number that were typed at login."""
    number = actor.id_number
    return {
        "person.name": Known(actor.name, "login"),
        "person.id_no": Known(number, "login"),
        "person.sex": Known(idnumber.sex(number), "login"),
        "person.birth_date": Known(idnumber.birth_date(number).isoformat(), "login"),
    }
