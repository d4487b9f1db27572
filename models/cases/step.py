"""One step as a case goes through it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from models.base.actor import Role


class StepState(msgspec.Struct, frozen=True, omit_defaults=True):
    """One step as this case goes through it; what the item declared, and what became of it. ``signed`` are the
    accounts that have signed a step of several ``signers``; ``stood`` the working days for which its clock stood
    still; ``notice_until`` the last day on which a public notice hangs; ``assignee`` the account of the desk that has it in
    hand, empty while it is anybody's there."""

    key: str
    name: str
    department: str
    role: Role
    tier: str
    days: int
    kind: str
    state: Literal["waiting", "active", "done", "skipped"] = "waiting"
    started_at: datetime | None = None
    done_at: datetime | None = None
    by: str = ""
    note: str = ""
    stage: str = ""
    join: Literal["all", "any"] = "all"
    signers: int = 1
    signed: tuple[str, ...] = ()
    stood: int = 0
    notice_days: int = 0
    notice_until: str = ""
    upto: int = 0
    above: int = 0
    assignee: str = ""
    assignee_name: str = ""
    blind: bool = False
    shows: tuple[str, ...] = ()
