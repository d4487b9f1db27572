"""What happened to a case, as spans of time: read from its events alone, up to a moment. Pure, and so replayable."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import msgspec

from models.base.clock import local_day
from models.calendar.working_days import WorkingDays
from models.cases.case import Case, Event

STILL = {"asked": "supplied", "paused": "resumed"}
"""What stops the clock of a case, and what lets it run again."""

ENDS = frozenset({"granted", "refused", "withdrawn"})


class Span(msgspec.Struct, frozen=True):
    """Something that took from ``begin`` to ``end`` (None: it goes on). ``key`` is the step, with the number of the
    time that it was entered; empty for the whole promise. ``limit`` in working days, 0 for none."""

    key: str
    begin: datetime
    end: datetime | None
    limit: int


class Timeline(msgspec.Struct, frozen=True):
    """``still`` are the stretches for which the clock stood, the last perhaps open."""

    acceptance: Span | None
    promise: Span | None
    steps: tuple[Span, ...]
    still: tuple[tuple[datetime, datetime | None], ...]
    events: tuple[Event, ...]

    def due(self, span: Span, limit: int, as_of: datetime, days: WorkingDays) -> date:
        """The last day that is in time, with what is known at ``as_of``. The day of the act does not count."""
        return days.add(local_day(span.begin), limit + self.stood(span, as_of, days))

    def stood(self, span: Span, as_of: datetime, days: WorkingDays) -> int:
        """Working days for which the clock stood during ``span``."""
        until = span.end or as_of
        found = 0
        for begin, end in self.still:
            first, last = max(begin, span.begin), min(end or as_of, until)
            if first < last:
                found += max(0, days.between(local_day(first), local_day(last)))
        return found


def standing(events: tuple[Event, ...]) -> tuple[Event, ...]:
    """The events that were not taken back (undoing a batch)."""
    undone = {event.data["undone"] for event in events if event.what == "undone"}
    return tuple(event for event in events if event.rev not in undone and event.what != "undone")


def timeline(case: Case, as_of: datetime) -> Timeline:
    """The timeline of ``case`` as it was at ``as_of``; whatever came later has not happened."""
    events = tuple(event for event in case.events if event.at <= as_of)
    return Timeline(
        acceptance=_acceptance(case, standing(events)),
        promise=_promise(case, standing(events)),
        steps=tuple(_steps(case, events)),
        still=tuple(_still(events)),
        events=events,
    )


def _acceptance(case: Case, events: tuple[Event, ...]) -> Span | None:
    """From when a clerk could have accepted it until somebody did, or it ended."""
    held = bool(events) and "began" not in events[0].data
    begin = _first(events, {"released"} if held else {"applied"})
    if begin is None:
        return None
    return Span(f"{case.steps[0].key}.1", begin, _first(events, {"accepted", *ENDS}), 0)


def _promise(case: Case, events: tuple[Event, ...]) -> Span | None:
    begin = _first(events, {"accepted"})
    if begin is None:
        return None
    longer = sum(event.data.get("days", 0) for event in events if event.what == "extended")
    return Span("", begin, _first(events, ENDS), case.promised_days + longer)


def _steps(case: Case, events: tuple[Event, ...]) -> Iterable[Span]:
    limits = {step.key: step.days for step in case.steps}
    entered: dict[str, int] = {}
    open_since: dict[str, datetime] = {}
    for event in events:
        for key in event.data.get("ended", ()):
            if key in open_since:
                yield Span(f"{key}.{entered[key]}", open_since.pop(key), event.at, limits.get(key, 0))
        for key in event.data.get("began", ()):
            entered[key] = entered.get(key, 0) + 1
            open_since[key] = event.at
    for key, begin in open_since.items():
        yield Span(f"{key}.{entered[key]}", begin, None, limits.get(key, 0))


def _still(events: tuple[Event, ...]) -> Iterable[tuple[datetime, datetime | None]]:
    running: dict[str, datetime] = {}
    for event in events:
        if event.what in STILL:
            running[STILL[event.what]] = event.at
        for closing in [closing for closing in running if event.what == closing or event.what in ENDS]:
            yield running.pop(closing), event.at
    for begin in running.values():
        yield begin, None


def _first(events: tuple[Event, ...], what: Iterable[str]) -> datetime | None:
    wanted = set(what)
    return next((event.at for event in events if event.what in wanted), None)
