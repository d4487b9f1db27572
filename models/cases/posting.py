"""Public notices (公示): of a case whose notice runs, what its item lets anybody read. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from models.base.clock import local_day
from models.cases.step import StepState
from models.forms.context import Context
from models.forms.display import masked, show
from models.forms.form import Form

VILLAGE = 12
"""Characters of the code of a village: no smaller place is named, and neither is a door."""


class Fact(msgspec.Struct, frozen=True):
    """One answer that the item publishes, in words."""

    label: str
    words: str


class Posting(msgspec.Struct, frozen=True):
    """One notice as it hangs. ``who`` is masked; ``since`` and ``until`` are ISO dates in Shanghai, both included."""

    id: str
    title: str
    step: str
    who: str
    place: str
    since: str
    until: str
    facts: tuple[Fact, ...] = ()


def hanging(steps: Sequence[StepState]) -> str:
    """The last day on which a notice of these steps hangs; empty while none does."""
    return max((step.notice_until for step in steps if step.state == "active"), default="")


def running(steps: Sequence[StepState], today: date) -> StepState | None:
    """The step whose notice hangs today."""
    for step in steps:
        if step.state == "active" and step.notice_until >= today.isoformat():
            return step
    return None


def place_of(areas: Sequence[str]) -> str:
    """The village that a notice names, or the smallest area above it."""
    return [area for area in areas if len(area) <= VILLAGE][-1]


def posting(
    case_id: str, title: str, name: str, place: str, step: StepState, facts: tuple[Fact, ...]
) -> Posting:
    """The notice of a step that runs."""
    since = local_day(step.started_at).isoformat() if step.started_at else ""
    return Posting(case_id, title, step.name, masked("name", name), place, since, step.notice_until, facts)


def facts_of(
    form: Form, publish: Sequence[str], answers: dict[str, object], context: Context
) -> tuple[Fact, ...]:
    """The answers that the step publishes, in its order; those that were not given are left out."""
    fields = form.fields()
    return tuple(
        Fact(fields[key].label, show(fields[key], answers[key], context))
        for key in publish
        if key in fields and answers.get(key) not in (None, "", [])
    )
