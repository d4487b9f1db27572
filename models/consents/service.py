"""Asking for consent: what a form has to ask, whether it was given, and what is written down of it.

No look at the database: the rule, the texts and the answers say everything, so that a submission costs nothing more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NoReturn

import msgspec

from models.base.actor import Actor, Level
from models.base.errors import Forbidden, Invalid, Problem
from models.consents.consent import Ask, Capacity, Consent, Purpose
from models.consents.rule import APPLICANT, CHILD, Young, purposes_of, young_in
from models.elements.registry import Elements
from models.items.catalogue import Offer
from models.items.offices import office
from models.retention.rule import kept_years

Part = tuple[Offer, Mapping[str, Any]]
"""An item, and the answers that it is given (None of them: all that it could ask)."""

FIELD = "consents"
"""Before the dot of the problem's field; behind it the purpose."""

NOT_A_CHILD = (
    "您未满14周岁，这件事要由父母或其他监护人来办：请监护人用自己的身份证登录，在“我的办件—代办”里选“代孩子办理”。"
    "不方便上网的，请监护人到乡镇或村（居）便民服务窗口，或者找网格员帮忙。"
)

NOT_HER_GUARDIAN = "本人未满14周岁，只有监护人可以代办这件事，请由监护人登录办理。"


class Giver(msgspec.Struct, frozen=True):
    """Who consents, by name, in which capacity, and at which level she has logged in."""

    name: str
    capacity: Capacity
    level: Level


class Consents:
    """The rule and the texts at work on forms."""

    def __init__(self, elements: Elements, purposes: Mapping[str, Purpose]) -> None:
        self.purposes = purposes
        self._elements = elements
        self._bound: dict[tuple[str, int, Young], dict[str, dict[str, tuple[str, ...]]]] = {}

    def could_ask(self, offer: Offer, young: Young, capacity: Capacity) -> tuple[Ask, ...]:
        """Everything that a form may ask consent for, whatever will be answered: for clients that ask themselves."""
        return self.asked([(offer, offer.form.fields())], young, capacity)

    def asked(self, parts: Sequence[Part], young: Young, capacity: Capacity) -> tuple[Ask, ...]:
        """The consents that these answers rest on, in the order of the texts; one for all items of a bundle."""
        needed: dict[str, list[tuple[Offer, dict[str, tuple[str, ...]]]]] = {}
        for offer, answers in parts:
            for purpose, fields in self._bound_of(offer, young).items():
                given = {key: labels for key, labels in fields.items() if answers.get(key) not in (None, [])}
                if given:
                    needed.setdefault(purpose, []).append((offer, given))
        return tuple(self._ask(key, needed[key], capacity) for key in self.purposes if key in needed)

    def check(self, actor: Actor, asks: Sequence[Ask], ticked: Collection[str], young: Young) -> None:
        """Raise Invalid for what was not agreed to, and Forbidden where a child would have to agree herself."""
        if asks and APPLICANT in young and not actor.mandate:
            self._refuse_child("own")
        problems = [_missing(ask, ticked) for ask in asks if ask.id not in ticked]
        if problems:
            raise Invalid(problems, "请先阅读并勾选同意，再提交。")

    def check_age(self, actor: Actor, offer: Offer, capacity: Capacity, today: date) -> None:
        """When a form is opened: raise Forbidden where it could be filed by a guardian only, and this is none."""
        young = young_in(actor.id_number, offer.form, {}, today) if actor.id_number else frozenset()
        if APPLICANT in young and capacity != "guardian" and self._bound_of(offer, young):
            self._refuse_child(capacity)

    def check_guardian(self, capacity: Capacity, asks: Sequence[Ask], young: Young) -> None:
        """Raise Forbidden where somebody acts for a child who is not its guardian."""
        if asks and APPLICANT in young and capacity == "agent":
            self._refuse_child(capacity)

    def _refuse_child(self, capacity: Capacity) -> NoReturn:
        raise Forbidden(NOT_A_CHILD if capacity == "own" else NOT_HER_GUARDIAN, code="consent.guardian")

    def given(
        self, offer: Offer, answers: Mapping[str, Any], young: Young, giver: Giver, at: datetime
    ) -> tuple[Consent, ...]:
        """What is written into the case of one item."""
        return tuple(
            Consent(
                id=ask.id.partition("@")[0],
                version=self.purposes[ask.id.partition("@")[0]].current.number,
                at=at,
                by=giver.name,
                capacity="guardian" if ask.id.startswith(f"{CHILD}@") else giver.capacity,
                level=giver.level,
                fields=ask.fields,
                elements=ask.elements,
                to=ask.to,
                keep=ask.keep,
            )
            for ask in self.asked([(offer, answers)], young, giver.capacity)
        )

    def words(self, consent: Consent, title: str) -> str:
        """What was agreed to, in the words of its version; ``title`` is that of the case."""
        version = self.purposes[consent.id].version(consent.version)
        return version.sentence(consent.capacity, title, consent.elements) + version.why

    def title(self, consent: Consent) -> str:
        return self.purposes[consent.id].title

    def _bound_of(self, offer: Offer, young: Young) -> dict[str, dict[str, tuple[str, ...]]]:
        """purpose -> question -> what is asked under it."""
        known = (offer.id, offer.version, young)
        if known not in self._bound:
            found: dict[str, dict[str, tuple[str, ...]]] = {}
            # Where nobody is asked who she is, a child may report a burst pipe too.
            about = young - {APPLICANT} if offer.level == "L0" else young
            for key, field in offer.form.fields().items():
                for purpose, labels in purposes_of(field, self._elements, about).items():
                    found.setdefault(purpose, {})[key] = labels
            self._bound[known] = found
        return self._bound[known]

    def _ask(
        self, key: str, needed: Sequence[tuple[Offer, Mapping[str, tuple[str, ...]]]], capacity: Capacity
    ) -> Ask:
        purpose = self.purposes[key]
        version = purpose.current
        items = "、".join(offer.name for offer, _ in needed)
        elements = _once(label for _, fields in needed for labels in fields.values() for label in labels)
        years = max(
            kept_years(part.item) for offer, _ in needed for part in (offer, *offer.parts) if part.item
        )
        return Ask(
            id=f"{key}@{version.number}",
            title=purpose.title,
            text=version.sentence(capacity, items, elements),
            why=version.why,
            fields=_once(field for _, fields in needed for field in fields),
            elements=elements,
            items=items,
            to=_once(place for offer, _ in needed for place in _handled_by(offer)),
            keep=f"办结后保存{years}年",
        )


def _missing(ask: Ask, ticked: Collection[str]) -> Problem:
    purpose = ask.id.partition("@")[0]
    if any(tick.partition("@")[0] == purpose for tick in ticked):
        return Problem(
            f"{FIELD}.{purpose}", "consent.changed", f"“{ask.title}”的同意书更新了，请重新阅读后勾选。"
        )
    return Problem(f"{FIELD}.{purpose}", "consent.missing", f"请阅读“{ask.title}”的说明，同意的请勾选。")


def _handled_by(offer: Offer) -> Iterable[str]:
    for part in (offer, *offer.parts):
        if part.item:
            yield from (office(step.department, step.tier) for step in part.item.steps)


def _once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))
