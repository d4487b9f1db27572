"""The pages of rosters and of leave."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace as Page
from typing import TYPE_CHECKING, Any

from handlers.views.desk import frame
from handlers.views.words import day
from models.base.errors import Invalid
from models.duty.duty import MODES, Leave
from models.duty.service import DEALT_ROLES, Absences, Line
from models.roles.table import ROLES

if TYPE_CHECKING:
    from handlers.base import Base

BLANK = {"value": "", "problem": "", "hint": "", "type": "text", "mode": "", "fill": "off", "class": ""}


async def roster_page(
    handler: Base, lines: Sequence[Line], sent: Any = None, invalid: Invalid | None = None
) -> Page:
    """roster.html."""
    return Page(
        **await frame(handler, "/desk/roster"),
        lines=[_line(handler, line, sent, invalid) for line in lines],
        problem=_elsewhere(invalid, sent, [line.department for line in lines]),
    )


def _line(handler: Base, line: Line, sent: Any, invalid: Invalid | None) -> Page:
    here = sent is not None and sent.department == line.department
    told = {each.field: each.message for each in invalid.problems} if invalid and here else {}
    today = handler.home.today().isoformat()
    return Page(
        department=line.department,
        on_duty="、".join(shift.name for shift in line.on_duty),
        shifts=[
            Page(id=shift.id, name=shift.name, days=f"{day(shift.first)}至{day(shift.last)}")
            for shift in line.shifts
        ],
        people=[(each.id, each.name) for each in line.people],
        account=sent.account if here else "",
        problem=told.get("account", ""),
        first=_date("first", "从哪天", sent.first if here else today, told),
        last=_date("last", "到哪天", sent.last if here else "", told),
        modes=[Page(role=role, name=ROLES[role], value=line.modes.get(role, "none")) for role in DEALT_ROLES],
        mode_options=list(MODES.items()),
        mode_problem=told.get("mode", ""),
    )


async def leave_page(
    handler: Base, absences: Absences, sent: Any = None, invalid: Invalid | None = None
) -> Page:
    """leave.html."""
    told = {each.field: each.message for each in invalid.problems} if invalid else {}
    today = handler.home.today().isoformat()
    return Page(
        **await frame(handler, "/desk/leave"),
        own=[Page(id=each.id, text=f"{_days(each)}，由{each.to_name}代办") for each in absences.own],
        standing_in=[f"{_days(each)}，替{each.name}办件" for each in absences.standing_in],
        people=[(each.id, each.name) for each in absences.colleagues],
        to=sent.to if sent else "",
        problem=told.get("to", ""),
        first=_date("first", "从哪天", sent.first if sent else today, told),
        last=_date("last", "到哪天", sent.last if sent else "", told),
    )


def _date(name: str, label: str, value: str, told: dict[str, str]) -> dict[str, Any]:
    return {
        **BLANK,
        "name": name,
        "label": label,
        "value": value,
        "problem": told.get(name, ""),
        "type": "date",
    }


def _days(leave: Leave) -> str:
    return f"{day(leave.first)}至{day(leave.last)}"


def _elsewhere(invalid: Invalid | None, sent: Any, shown: Sequence[str]) -> str:
    """What is wrong with something that no part of the page is about."""
    if invalid is None or (sent is not None and sent.department in shown):
        return ""
    return invalid.problems[0].message
