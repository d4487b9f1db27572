"""The integrity register: what was promised, what of it was broken, and what that changes."""

from __future__ import annotations

import secrets
from functools import partial

import msgspec

from models.integrity.desk import IntegrityDesk
from models.integrity.kinds import load_kinds
from models.integrity.repository import BreachRepository
from models.integrity.service import Integrity
from models.integrity.telling import BreachTelling
from server.parts.ground import Ground
from server.parts.work import WorkParts

ID_BYTES = 14


class IntegrityParts(msgspec.Struct, frozen=True):
    """What handlers and jobs get of it."""

    own: Integrity
    desk: IntegrityDesk
    telling: BreachTelling


def build_integrity(ground: Ground, work: WorkParts) -> IntegrityParts:
    """Ids say nothing: neither when something was recorded, nor of which case."""
    repository, kinds = BreachRepository(ground.database, ground.cipher), load_kinds()
    return IntegrityParts(
        Integrity(repository, work.declarations, ground.limits, kinds, ground.clock),
        IntegrityDesk(
            repository, work.desk, work.declarations, kinds, ground.clock, ground.days,
            partial(secrets.token_hex, ID_BYTES),
        ),
        BreachTelling(repository, ground.sms, ground.clock, ground.days, ground.settings.office),
    )  # fmt: skip
