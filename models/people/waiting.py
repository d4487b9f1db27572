"""At whose desk a proposed change waits: an area, a module of the registry and a level, as one word.

People and households carry these words while changes are proposed to them, and are found by one index.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from models.database import Index
from models.elements.registry import Elements

AT = "proposed_at"
DESKS = Index((("desks", 1), (AT, 1), ("_id", 1)), partial={AT: {"$exists": True}}, name="desks")
ORDER = [(AT, 1), ("_id", 1)]

UNJUDGED = "unjudged"
"""What people and households carry from every writing until the rules have looked them over again
(``models/registry/judging.py``): as durable as the change itself."""

Touched = tuple[str, str, int]
"""Id, household and revision of a person or a household that was written."""

LAST = "\U0010ffff"
"""Behind every text that goes on."""

Kind = tuple[str, int]
"""Module and level of an element: what decides who may see it."""


def desk(area: str, module: str, level: int) -> str:
    """The word that a document carries for each area of its chain, and a reviewer asks for."""
    return f"{area}/{module}/{level}"


def kind_of(elements: Elements, key: str) -> Kind:
    """KeyError for an element that the registry does not have."""
    return elements.by_key[key].module, elements.by_key[key].sensitivity


def kinds(elements: Elements) -> list[Kind]:
    """Every kind there is, in the order of the registry."""
    return list(dict.fromkeys((each.module, each.sensitivity) for each in elements.by_key.values()))


def beyond(desks: Sequence[str], after: tuple[datetime, str]) -> dict[str, Any]:
    """The query for those whom one of ``desks`` awaits, past the position (since when, id); the index answers it."""
    since, last = after
    past = [{AT: {"$gt": since}}, {"_id": {"$gt": last}}]
    return {"desks": {"$in": list(desks)}, AT: {"$gte": since}, "$or": past}
