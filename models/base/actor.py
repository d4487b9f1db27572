"""Who is asking. Every service call takes an Actor; authorisation by level, role and area starts here."""

from __future__ import annotations

from typing import Literal

import msgspec

Level = Literal["L0", "L1", "L2"]
LEVELS: tuple[Level, ...] = ("L0", "L1", "L2")

Role = Literal["admin", "clerk", "reviewer", "approver", "grid", "supervisor"]


class Actor(msgspec.Struct, frozen=True, omit_defaults=True):
    """One asker, as the session vouches for it.

    Residents: ``subject`` is the blind index of the ID number (L1 and L2), ``person`` the registry id (L2 only),
    ``proof`` what raised her to L2 if that was in the last half hour, ``device`` a random id held by the browser
    (every level).
    Staff: ``subject`` is the account id; ``area`` the code of the area worked for; ``departments``
    the departments worked for, empty for an account that serves every department of its area.
    Whoever acts for somebody else is that resident here, with the ``mandate`` that lets her, her own name as
    ``agent``, and as ``behind`` the session that is her own.
    """

    kind: Literal["anonymous", "resident", "staff"] = "anonymous"
    level: Level = "L0"
    subject: str = ""
    name: str = ""
    id_number: str = ""
    person: str = ""
    household: str = ""
    proof: str = ""
    device: str = ""
    session: str = ""
    role: Role | Literal[""] = ""
    area: str = ""
    departments: tuple[str, ...] = ()
    mandate: str = ""
    agent: str = ""
    behind: str = ""

    @property
    def is_staff(self) -> bool:
        return self.kind == "staff"

    def reaches(self, level: Level) -> bool:
        """Whether a resident (or nobody in particular) stands at ``level`` or above it."""
        return LEVELS.index(self.level) >= LEVELS.index(level)

    def covers(self, areas: tuple[str, ...]) -> bool:
        """Whether a thing lying in ``areas`` (its whole chain, county first) is in this actor's area."""
        return self.is_staff and self.area in areas


ANONYMOUS = Actor()
