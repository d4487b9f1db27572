"""A draft: what somebody has typed into a form and not yet submitted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from models.base.actor import LEVELS, Actor, Level

KEPT_DAYS = 30


class Draft(msgspec.Struct, frozen=True, omit_defaults=True):
    """Raw answers by field key, as typed; what a form already knows is not copied in.

    ``owner`` says whose it is and at which level it was written (see ``owners_of``), empty while it is not stored.
    """

    id: str
    owner: str
    offer: str
    version: int
    code: str
    level: Level
    answers: dict[str, Any]
    submission_key: str
    updated_at: datetime
    done: tuple[str, ...] = ()  # keys of the sections that were completed
    rev: int = 1


class Done(msgspec.Struct, frozen=True):
    """What was submitted at ``at``: whatever was typed for it until then has done its duty."""

    owners: tuple[str, ...]
    offer: str
    code: str
    at: datetime


def card_owners(subject: str) -> tuple[str, ...]:
    """Every name under which whoever has a card keeps things in her own name, but for her devices."""
    return tuple(f"card:{subject}:{level}" for level in LEVELS[:0:-1])


def owners_of(actor: Actor, device_mac: str) -> tuple[str, ...]:
    """Under which names an actor keeps things, the best first: ``card:<subject>:<level>`` at each level that she
    reaches, then ``device:<mac>`` from before she logged in.

    The level is part of the name, so that whoever merely types somebody's card neither sees nor overwrites what
    was written after proving it. Whoever acts for somebody else has one name for each mandate: neither of the two
    sees what the other typed.
    """
    if actor.mandate:
        return (f"mandate:{actor.mandate}",)
    levels: tuple[Level, ...] = LEVELS[:0:-1] if actor.subject and actor.kind == "resident" else ()
    cards = tuple(f"card:{actor.subject}:{level}" for level in levels if actor.reaches(level))
    return cards + ((f"device:{device_mac}",) if device_mac else ())
