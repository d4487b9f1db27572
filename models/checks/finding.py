"""What a check says. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

Severity = Literal["refuse", "warn", "remind"]
"""``refuse``: it cannot be true, and is not written. ``warn``: it may be true; whoever writes it is asked to look again
and may say why it stands. ``remind``: nothing is wrong, something is due."""


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing. ``key`` is the element that it stands beside, ``of`` the person whose it is, empty for the house.
    ``held`` is what is written there and ``expected`` what follows from ``sources``, other elements; all three empty
    where the sentence says everything. No sentence repeats a number that is sealed."""

    severity: Severity
    code: str
    message: str
    key: str
    of: str = ""
    held: str = ""
    expected: str = ""
    sources: tuple[str, ...] = ()

    @property
    def about(self) -> tuple[str, str, str]:
        """What makes it the same finding before and after an edit."""
        return self.code, self.of, self.key


def refusals(findings: Iterable[Finding]) -> list[Finding]:
    """Those that forbid writing."""
    return [each for each in findings if each.severity == "refuse"]
