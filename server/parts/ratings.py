"""Ratings: what comes in from cases and counters, the desk that puts things right, the published figures."""

from __future__ import annotations

import secrets
from functools import partial

import msgspec

from models.areas.service import Areas
from models.base.cipher import Cipher
from models.base.clock import Clock
from models.calendar.working_days import WorkingDays
from models.cases.rated import RatedCases
from models.codes.service import Codes
from models.database import Database
from models.ratings.hearing import Hearing
from models.ratings.publishing import Publishing
from models.ratings.reasons import load_reasons
from models.ratings.repository import RatingRepository
from models.ratings.service import Ratings
from models.ratings.visits import Visits

ID_BYTES = 13


class RatingParts(msgspec.Struct, frozen=True):
    """What handlers and jobs get of it."""

    ratings: Ratings
    visits: Visits
    figures: Publishing
    hearing: Hearing


def build_ratings(
    *,
    database: Database,
    cipher: Cipher,
    clock: Clock,
    days: WorkingDays,
    county: str,
    areas: Areas,
    codes: Codes,
) -> RatingParts:
    """Ids say nothing: neither when something was rated, nor of which case."""
    repository, reasons = RatingRepository(database, cipher), load_reasons()
    new_id = partial(secrets.token_hex, ID_BYTES)
    return RatingParts(
        Ratings(repository, reasons, clock, days),
        Visits(repository, codes, areas, reasons, cipher, clock, days, new_id),
        Publishing(repository, areas, clock, county),
        Hearing(repository, RatedCases(database, cipher), reasons, days, new_id),
    )
