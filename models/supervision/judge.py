"""Which lights a case deserves: rules applied to its timeline. Pure: the same case at the same moment gives the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

import msgspec

from models.base.clock import SHANGHAI, local_day
from models.calendar.working_days import WorkingDays
from models.cases.case import Case, StepState
from models.cases.timeline import ENDS, Span, Timeline, timeline
from models.supervision.rule import Level, Rule

FAR = date(9999, 12, 31)


class Finding(msgspec.Struct, frozen=True):
    """One light: the rule, what it is about (a step and the time that it was entered), how bad, and since which day.
    ``due_on`` is the day that was missed, or will be; empty where no day is. ``over`` is a warning of what has ended."""

    rule: str
    about: str
    level: Level
    raised_on: str
    due_on: str = ""
    over: bool = False

    def id_for(self, case_id: str) -> str:
        """The same for the same finding, however often it is made."""
        return f"{case_id}:{self.rule}:{self.about}:{self.level}"


class Verdict(msgspec.Struct, frozen=True):
    """``findings`` up to now; ``again_on`` the first day on which a case that nobody touches could get another."""

    findings: tuple[Finding, ...]
    again_on: date


def judge(case: Case, rules: Sequence[Rule], as_of: datetime, days: WorkingDays) -> Verdict:
    """Every light that ``case`` has deserved by ``as_of``."""
    line, today = timeline(case, as_of), local_day(as_of)
    findings: list[Finding] = []
    again = FAR
    for rule in rules:
        for span, limit in _timed(rule, case, line):
            found, following = _late(rule, span, limit, line, as_of, days)
            findings += found
            again = min(again, following if following > today else FAR)
        findings += _otherwise(rule, case, line)
        if rule.watches == "urgent" and case.urgent_by and case.state != "held":
            found, following = _urgent(rule, case.urgent_by, line, as_of)
            findings += found
            again = min(again, following if following > today else FAR)
    return Verdict(tuple(findings), again)


def _timed(rule: Rule, case: Case, line: Timeline) -> Iterable[tuple[Span, int]]:
    """The spans that ``rule`` watches, each with its limit in working days."""
    match rule.watches:
        case "acceptance":
            found = [line.acceptance] if line.acceptance else []
        case "promise":
            found = [line.promise] if line.promise else []
        case "step":
            later = [span for span in line.steps if span.key.partition(".")[0] != case.steps[0].key]
            found = [span for span in later if not _hands_up(case, span)]
        case "handover":
            found = [span for span in line.steps if _hands_up(case, span)]
        case _:
            found = []
    return [(span, limit) for span in found if (limit := rule.days or span.limit)]


def _late(
    rule: Rule, span: Span, limit: int, line: Timeline, as_of: datetime, days: WorkingDays
) -> tuple[list[Finding], date]:
    """What of ``span`` is late, and when it will next be."""
    due = line.due(span, limit, as_of, days)
    marks: list[tuple[Level, date]] = [("yellow", due + timedelta(days=1))]
    if rule.red_after:
        marks.append(("red", days.add(due, rule.red_after) + timedelta(days=1)))
    if rule.warning:
        soonest = days.add(local_day(span.begin), 1)
        marks.append(("warning", max(soonest, _before(due, max(1, int(limit * rule.warning)), days))))
    last = local_day(span.end or as_of)
    found = [
        Finding(
            rule.key,
            span.key,
            level,
            day.isoformat(),
            due.isoformat(),
            level == "warning" and span.end is not None,
        )
        for level, day in marks
        if day <= last
    ]
    ahead = [day for _, day in marks if day > last] if span.end is None else []
    return found, min(ahead, default=FAR)


def _urgent(rule: Rule, by: datetime, line: Timeline, as_of: datetime) -> tuple[list[Finding], date]:
    """Whether nobody had decided about urgent aid in its hours; looked at again the day after, for a day is the sweep's
    smallest step."""
    decided = [each.at for each in line.events if each.what in {"aided", "aid_declined", *ENDS}]
    if min([as_of, *decided]) > by:
        return [Finding(rule.key, "", "red", _day(by), _day(by))], FAR
    return [], FAR if decided else local_day(by) + timedelta(days=1)


def _otherwise(rule: Rule, case: Case, line: Timeline) -> list[Finding]:
    """What is wrong whatever the time."""
    if rule.watches == "refusal":
        silent = [e for e in line.events if e.what == "refused" and not e.note.strip()]
        return [Finding(rule.key, "", "red", _day(event.at)) for event in silent]
    if rule.watches == "returns":
        often = [event for event in line.events if event.what == "sent_back"][rule.most : rule.most + 1]
        return [Finding(rule.key, "", "yellow", _day(event.at)) for event in often]
    promise = line.promise
    if rule.watches == "rush" and promise and promise.end and case.promised_days and len(case.steps) > 2:
        granted = any(event.what == "granted" for event in line.events)
        if granted and promise.end - promise.begin < timedelta(minutes=rule.minutes):
            return [Finding(rule.key, "", "yellow", _day(promise.end))]
    return []


def _hands_up(case: Case, span: Span) -> bool:
    """Whether the step of ``span`` is the last one before the case goes up to the county."""
    keys = [step.key for step in case.steps]
    here = keys.index(span.key.partition(".")[0])
    following: StepState | None = next(
        (step for step in case.steps[here + 1 :] if step.stage != case.steps[here].stage or not step.stage),
        None,
    )
    return case.steps[here].tier != "county" and following is not None and following.tier == "county"


def _before(due: date, count: int, days: WorkingDays) -> date:
    """The day on which ``count`` working days are left until the end of ``due``."""
    day = due
    while count > 0:
        day -= timedelta(days=1)
        count -= days.is_working(day + timedelta(days=1))
    return day


def _day(at: datetime) -> str:
    return at.astimezone(SHANGHAI).date().isoformat()
