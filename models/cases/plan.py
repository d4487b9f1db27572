"""When each step of a case will be done, by the calendar as it stands: the one place that says so, for the receipt, the
desk and paper alike. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby

from models.base.clock import local_day
from models.calendar.working_days import WorkingDays
from models.cases.case import Case
from models.cases.step import StepState

DOES = {
    "accept": "看填的、交的齐不齐，齐了就受理",
    "review": "核对您填的内容和交的材料",
    "survey": "上门看一看，核实情况",
    "notice": "公示，听大家的意见",
    "aid": "情况紧急的，先把钱或东西送到",
    "approve": "作出决定",
    "issue": "办出结果，告诉您",
}
"""What an office does at a step, as its kind says it."""

HERS = {
    "survey": "请保持电话畅通，家里留个人。",
    "issue": "请留意电话和短信。",
}
"""What is left to the applicant at a step; at all others nothing."""

NOTHING = "您不用做什么。"


def due_dates(case: Case, days: WorkingDays) -> dict[str, str]:
    """By which day (ISO) each step that runs or waits will be done, by its key. Empty while the clock stands still,
    before a case has begun and when it is over. None lies behind the promise for the whole."""
    if not case.open or case.state in {"held", "asked"} or case.paused:
        return {}
    found: dict[str, date] = {}
    at = local_day(case.accepted_at or case.filed_at)
    for _, stage in groupby(case.steps, key=lambda step: step.stage or step.key):
        steps = [step for step in stage if step.state != "skipped"]
        ends = {step.key: _end(step, at, days) for step in steps}
        found |= {step.key: ends[step.key] for step in steps if step.state != "done"}
        if ends:
            at = (min if steps[0].join == "any" else max)(ends.values())
    promise = date.fromisoformat(case.due_on)
    return {key: min(end, promise).isoformat() for key, end in found.items()}


def _end(step: StepState, at: date, days: WorkingDays) -> date:
    """When a step is done, that begins on ``at`` if it has not begun."""
    if step.done_at:
        return local_day(step.done_at)
    begun = local_day(step.started_at) if step.started_at else at
    end = days.add(begun, step.days + step.stood)
    if not step.notice_days:
        return end
    last = (
        date.fromisoformat(step.notice_until)
        if step.notice_until
        else begun + timedelta(days=step.notice_days)
    )
    return max(end, days.add(last, 1))
