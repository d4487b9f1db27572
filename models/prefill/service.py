"""Prefill: gather what may be known at the asker's level, and not a word more.

L0 knows what is painted on the plate. L1 knows what was typed at login. L2 knows what the registry holds of
the person and her household, and what she answered in earlier cases.
"""

from __future__ import annotations

import time
from typing import Protocol

from models.base import idnumber
from models.base.actor import Actor
from models.codes.code import Code
from models.elements.registry import Elements
from models.forms.form import Form
from models.households.service import Households
from models.prefill.known import Known, fill

REMEMBERED_SECONDS = 60
REMEMBERED_MOST = 2000
PLATES_MOST = 20_000

Facts = dict[str, Known]


class Earlier(Protocol):
    """What a person answered before, by element; cases implement it."""

    async def __call__(self, subject: str) -> Facts: ...


class Prefill:
    """What forms know. The registry's facts of a person are remembered for a minute: the form was opened just
    before it is submitted, and the submission should not read everything again."""

    def __init__(
        self,
        households: Households,
        elements: Elements,
        earlier: Earlier,
    ) -> None:
        self._households = households
        self._elements = elements
        self._earlier = earlier
        self._plates: dict[str, str] = {}
        self._remembered: dict[str, tuple[float, Facts]] = {}

    async def known(self, actor: Actor, form: Form, code: Code | None) -> dict[str, Known]:
        """The answers that ``form`` can have for this actor, by field key."""
        facts: Facts = {}
        if actor.kind == "resident" and actor.reaches("L2"):
            facts.update(await self._registry(actor))
        elif actor.kind == "resident":
            facts.update(_typed(actor))
        if code and code.kind == "D" and code.target.household != actor.household:
            for key in [key for key in facts if key.startswith("house.")]:
                del facts[key]  # somebody else's door: her own household's facts do not belong on it
        if code and code.kind == "D" and "house.std_address" not in facts:
            facts["house.std_address"] = Known(await self.plate(code), "plate", code.issued_at)
        return fill(form, facts)

    async def plate(self, code: Code) -> str:
        """The address on the plate of a door's code."""
        household = code.target.household
        if household not in self._plates:
            if len(self._plates) >= PLATES_MOST:
                self._plates.clear()
            self._plates[household] = (await self._households.public(household)).address
        return self._plates[household]

    async def members(self, actor: Actor) -> dict[str, str]:
        """The members of the actor's household by id; none below L2."""
        if actor.kind != "resident" or not actor.reaches("L2"):
            return {}
        dossier = await self._households.dossier(actor.person)
        return {} if dossier.household is None else {m.person: m.name for m in dossier.household.members}

    def forget(self, person: str = "") -> None:
        """Drop what is remembered of a person, or of everybody: the registry has changed."""
        if person:
            self._remembered.pop(person, None)
        else:
            self._remembered.clear()
            self._plates.clear()

    async def _registry(self, actor: Actor) -> Facts:
        kept = self._remembered.get(actor.person)
        if kept and kept[0] > time.monotonic():
            return dict(kept[1])
        facts = await self._earlier(actor.subject)
        dossier = await self._households.dossier(actor.person)
        holders = [dossier.person] + ([dossier.household] if dossier.household else [])
        for holder in holders:
            for key, value in holder.held.values.items():
                if self._tells(key):
                    facts[key] = Known(value.v, value.source, value.at)
        facts = {**_typed(actor), **facts}
        if len(self._remembered) >= REMEMBERED_MOST:
            self._remembered.clear()
        self._remembered[actor.person] = (time.monotonic() + REMEMBERED_SECONDS, facts)
        return dict(facts)

    def _tells(self, key: str) -> bool:
        element = self._elements.get(key)
        return element is not None and element.sensitivity < 3


def _typed(actor: Actor) -> Facts:
    """What follows from the name and number that were typed at login."""
    number = actor.id_number
    return {
        "person.name": Known(actor.name, "login"),
        "person.id_no": Known(number, "login"),
        "person.sex": Known(idnumber.sex(number), "login"),
        "person.birth_date": Known(idnumber.birth_date(number).isoformat(), "login"),
    }
