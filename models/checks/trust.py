"""Whether what is said may stand in place of what is held: the order of sources. Rule group 7. Pure.

``models/people/values.py`` keeps the order (a less trusted word becomes a proposal); this says beforehand that it will.
"""

from __future__ import annotations

from collections.abc import Iterable

from models.checks.finding import Finding
from models.people.edits import Given
from models.people.values import Held, outranks
from models.prefill.known import SOURCE_NAMES


def outranked(held: Held, given: Iterable[Given], of: str = "") -> list[Finding]:
    """A warning for each value of ``given`` that differs from one of a better source, and so will wait for review."""
    found = []
    for each in given:
        old = held.values.get(each.key)
        if old is not None and old.v != each.value.v and outranks(old.source, each.value.source):
            told = f"现在登记的内容{SOURCE_NAMES[old.source]}，比这次的来源可信，改动要经审核才生效。"
            found.append(Finding("warn", "source.outranked", told, each.key, of))
    return found
