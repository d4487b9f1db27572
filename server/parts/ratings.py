"""Ratings: what comes in from cases and counters, the desk that puts things right, the published figures."""

from __future__ import annotations

import secrets
from functools import partial

import msgspec

from models.cases.rated import RatedCases
from models.ratings.hearing import Hearing
from models.ratings.publishing import Publishing
from models.ratings.reasons import load_reasons
from models.ratings.repository import RatingRepository
from models.ratings.service import Ratings
from models.ratings.visits import Visits
from server.parts.ground import Ground
from server.parts.registry import RegistryParts

ID_BYTES = 13


class RatingParts(msgspec.Struct, frozen=True):
    """What handlers and jobs get of it."""

    ratings: Ratings
    visits: Visits
    figures: Publishing
    hearing: Hearing


def build_ratings(ground: Ground, registry: RegistryParts) -> RatingParts:
    """Ids say nothing: neither when something was rated, nor of which case."""
    database, cipher, clock, days = ground.database, ground.cipher, ground.clock, ground.days
    repository, reasons = RatingRepository(database, cipher), load_reasons()
    new_id = partial(secrets.token_hex, ID_BYTES)
    return RatingParts(
        Ratings(repository, reasons, clock, days),
        Visits(repository, registry.codes, registry.areas, reasons, cipher, clock, days, new_id),
        Publishing(repository, registry.areas, clock, ground.settings.county),
        Hearing(repository, RatedCases(database, cipher), reasons, days, new_id),
    )
