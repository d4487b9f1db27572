"""A draft: what somebody has typed into a form and not yet submitted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from models.base.actor import Actor, Level

KEPT_DAYS = 30


class Draft(msgspec.Struct, frozen=True, omit_defaults=True):
    """Raw answers by field key, as typed; what a form already knows is not copied in.

    ``owner`` is ``device:<mac>`` at L0 and ``card:<subject>`` from L1; ``level`` the level at which it was
    written, below which it is not shown again.
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


def owners_of(actor: Actor, device_mac: str) -> tuple[str, ...]:
    """Under which names an actor's drafts are kept, the best first: the card, then the device."""
    owners = (f"card:{actor.subject}",) if actor.subject and actor.kind == "resident" else ()
    return owners + ((f"device:{device_mac}",) if device_mac else ())
