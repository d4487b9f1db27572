"""Lists of a desk: their lines, their pages, their lights. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Literal

import msgspec

from models.base.actor import Actor
from models.base.clock import local_day
from models.calendar.working_days import WorkingDays
from models.cases import flow
from models.cases.case import Brief, Case
from models.cases.due import hours_left
from models.forms.display import masked
from models.roles.rules import posts_of

AMBER_SHARE = 0.2  # of the promised time left: the warning of standards.md

Light = Literal["green", "amber", "red"]
View = Literal["mine", "area", "lately"]
Hands = Literal["", "me", "free"]

VILLAGE = 12  # characters of a village's code: no smaller place is shown at a blind desk


class Which(msgspec.Struct, frozen=True):
    """Which cases of a desk: in whose ``hands`` (anybody's, mine, nobody's), of which ``item``, in which ``state``."""

    hands: Hands = ""
    item: str = ""
    state: str = ""

    @property
    def query(self) -> dict[str, str]:
        """What of it a repository keeps to."""
        return {key: value for key, value in (("item", self.item), ("state", self.state)) if value}


ALL = Which()


class Row(msgspec.Struct, frozen=True):
    """One line of the list. ``days_left`` counts working days, negative when late; where the clock counts hours
    ``hours_left`` does. ``name`` is masked, and empty at the desk of a blind review."""

    id: str
    case_no: str
    title: str
    place: str
    state: str
    step: str
    due_on: str
    days_left: int
    light: Light
    filed_at: datetime
    name: str
    hours_left: int | None = None
    assignee: str = ""
    rev: int = 1


class Listing(msgspec.Struct, frozen=True):
    """A page of the list; ``next`` is the position of the following page, empty at the end."""

    rows: tuple[Row, ...]
    waiting: int
    next: str = ""


class Shown(msgspec.Struct, frozen=True):
    """A page of the list and whose cases stand in it: person ids and blind indexes, which go on the record of looking
    and nowhere else."""

    listing: Listing
    whose: tuple[str, ...]


def row_of(actor: Actor, case: Brief, now: datetime, days: WorkingDays, place: Callable[[str], str]) -> Row:
    """One line, as this actor may see it."""
    veil = case.accepted_by != actor.subject and not set(case.blind).isdisjoint(posts_of(actor))
    where = next(area for area in reversed(case.areas) if len(area) <= VILLAGE) if veil else case.areas[-1]
    left = days.between(local_day(now), date.fromisoformat(case.due_on))
    hours = hours_left(case.urgent_by, now) if case.urgent_by else None
    return Row(
        id=case.id,
        case_no=case.case_no,
        title=case.title,
        place=place(where),
        state=case.state,
        step=case.step,
        due_on=case.due_on,
        days_left=left,
        light=light(left, case.promised_days) if hours is None else hourly(hours),
        filed_at=case.filed_at,
        name="" if veil else masked("name", case.applicant),
        assignee=case.assignee,
        rev=case.rev,
        hours_left=hours,
    )


def hourly(hours: int) -> Light:
    """Of a clock that counts hours: never green, for whoever waits has nothing to live on."""
    return "red" if hours <= 0 else "amber"


def light(days_left: int, promised_days: int) -> Light:
    """Red when late, amber within the last fifth of the promise (or on the last day), else green."""
    if days_left < 0:
        return "red"
    return "amber" if days_left <= max(1, promised_days * AMBER_SHARE) else "green"


def brief_of(case: Case) -> Brief:
    """A case as one line of a list, as a repository would read it."""
    return Brief(
        id=case.id,
        case_no=case.case_no,
        title=case.title,
        areas=case.areas,
        state=case.state,
        due_on=case.due_on,
        promised_days=case.promised_days,
        filed_at=case.filed_at,
        applicant=case.applicant.name,
        step="、".join(step.name for step in case.active),
        departments=case.departments,
        whose=whose_of(case),
        urgent_by=case.urgent_by if case.urgent_now else None,
        rev=case.rev,
        blind=tuple(post for step in case.steps if step.blind for post in flow.posts(step, case.areas)),
        accepted_by=case.accepted_by.id if case.accepted_by else "",
        assignee="、".join(step.assignee_name for step in case.active if step.assignee_name),
    )


def whose_of(case: Case) -> tuple[str, str]:
    """The person and the blind index of the applicant, as far as they are known."""
    return case.applicant.person, case.applicant.subject


def whose(cases: Sequence[Brief]) -> tuple[str, ...]:
    """Whose cases these are: person ids and blind indexes, each once."""
    return tuple(dict.fromkeys(each for case in cases for each in case.whose if each))
