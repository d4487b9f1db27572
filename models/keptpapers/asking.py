"""Asking whether papers may be kept: once, before the button, unticked; not agreeing changes nothing. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Literal

from models.base.actor import Actor, Level
from models.consents.consent import KEEP, Ask, Capacity, Consent, Purpose
from models.items.catalogue import Offer
from models.keptpapers.paper import fields_of, handed_in
from models.mandates.mandate import Ground
from models.prefill.known import Answer

TO = ("您自己，下次办事时由您决定用不用",)
KEPT_FOR = "到您撤回、删除为止；最长与这次的办件一样久"


def may_keep(actor: Actor, ground: Ground | Literal[""]) -> bool:
    """Whether somebody who has proven who she is decides this, herself or by who has her before him. What she entrusts to
    somebody absent is a matter, and not what becomes of her papers."""
    return actor.kind == "resident" and actor.reaches("L2") and bool(actor.subject) and ground != "consent"


def ask(purpose: Purpose, capacity: Capacity, titles: Sequence[str], fields: dict[str, str]) -> Ask | None:
    """What is asked about papers: ``fields`` are the questions that their pictures answer, with their names; None
    where there are none."""
    if not fields:
        return None
    version, names = purpose.current, tuple(dict.fromkeys(fields.values()))
    items = "、".join(titles)
    return Ask(
        f"{KEEP}@{version.number}", purpose.title, version.sentence(capacity, items, names), version.why,
        tuple(fields), names, items, TO, KEPT_FOR,
    )  # fmt: skip


def could_keep(offer: Offer) -> dict[str, str]:
    """Every question of a form whose pictures could be kept, with the names of the papers."""
    return {key: name for key, (_, name) in fields_of(offer).items()}


def wished(
    purpose: Purpose, ticked: Collection[str], parts: Sequence[tuple[Offer, Sequence[Answer]]],
    giver: tuple[str, Capacity, Level], at: datetime,
) -> dict[str, Consent]:  # fmt: skip
    """What is written into each item's case, where she ticked it in its present words and has handed something in.
    ``giver`` is who agrees, by name, in which capacity, at which level."""
    if f"{KEEP}@{purpose.current.number}" not in ticked:
        return {}
    by, capacity, level = giver
    found = {}
    for offer, answers in parts:
        materials = handed_in(offer.item, answers) if offer.item else []
        if materials:
            found[offer.id] = Consent(
                KEEP, purpose.current.number, at, by, capacity, level,
                tuple(material.field for material in materials), tuple(material.name for material in materials),
                TO, KEPT_FOR,
            )  # fmt: skip
    return found
