"""The ledger of problems, and what they are found by."""

from __future__ import annotations

import secrets
from functools import partial

from models.problems.repository import ProblemRepository
from models.problems.service import Problems
from models.problems.sources import Sources
from models.supervision.rule import load_rules
from server.parts.ground import Ground
from server.parts.ratings import RatingParts
from server.parts.registry import RegistryParts
from server.parts.rights import RightsParts
from server.parts.work import WorkParts

ID_BYTES = 17


def build_problems(
    ground: Ground, registry: RegistryParts, work: WorkParts, asked: RightsParts, rated: RatingParts
) -> Problems:
    """Above everything that finds problems."""
    sources = Sources(work.supervision, rated.ratings, asked.desk, load_rules())
    return Problems(
        ProblemRepository(ground.database, ground.cipher), sources, registry.accounts, registry.areas, ground.clock,
        ground.days, partial(secrets.token_hex, ID_BYTES),
    )  # fmt: skip
