"""What is said of operations. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

from models.base.errors import Problem
from models.people.values import Source
from models.sync.receipt import Receipt

Became = Literal[
    "created", "same", "different", "busy", "review", "conflict", "held", "invalid", "refused", "unknown"
]
TAKEN: tuple[Became, ...] = ("created", "review", "conflict", "held", "invalid")
"""What the server keeps and gives a receipt for; of the rest it has kept nothing."""

DONE: frozenset[str] = frozenset({"created", "review", "conflict", "invalid"})
"""Final: nothing more becomes of these by themselves."""

Fate = Literal["recorded", "proposed", "unchanged", "conflict", "invalid"]


class Side(msgspec.Struct, frozen=True, omit_defaults=True):
    """One side of a conflict: a value, where it came from, when, the author's name, and its version."""

    v: Any
    source: Source
    at: datetime
    by: str = ""
    x: str = ""


class ElementAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one element. ``x``: its version now; a conflict has all three sides."""

    of: str
    key: str
    became: Fate = msgspec.field(name="is")
    x: str = ""
    code: str = ""
    message: str = ""
    mine: Side | None = None
    theirs: Side | None = None
    base: Side | None = None


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one operation. ``was``: of the first time, where this is ``same``."""

    id: str
    became: Became = msgspec.field(name="is")
    was: Became | Literal[""] = ""
    receipt: Receipt | None = None
    elements: tuple[ElementAnswer, ...] = ()
    problems: tuple[Problem, ...] = ()
    waits: tuple[str, ...] = ()
    code: str = ""
    message: str = ""
    retry_after: int = 0
    text: str = ""


def summed(elements: tuple[ElementAnswer, ...], *, elsewhere: bool = False) -> Became:
    """What an operation became, by what became of its elements: the gravest that a person has to know of.
    ``elsewhere``: its household lies in another grid by now."""
    fates = {each.became for each in elements}
    if "invalid" in fates:
        return "invalid"
    if "conflict" in fates:
        return "conflict"
    return "review" if elsewhere or "proposed" in fates else "created"
