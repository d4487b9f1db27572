"""Urgent aid first, papers later (急难型临时救助). Pure.

applied --accept--> accepted at the step of aid --give----> aided: papers owed, the ordinary steps follow, and their end
                                                |           confirms what was given or reclaims it
                                                --decline-> the ordinary procedure, its clock in working days again
"""

from __future__ import annotations

from datetime import datetime, timedelta

from models.base.errors import Conflict, Invalid, Problem
from models.calendar.working_days import WorkingDays
from models.cases import flow
from models.cases.case import Aid, By, Case
from models.cases.owed import Owed
from models.cases.step import StepState
from models.cases.timeline import timeline
from models.cases.tolerance import started
from models.cases.transitions import noted, revised, running, say
from models.items.item import Once, Urgent


def give(
    case: Case, by: By, at: datetime, amount: int, note: str, rule: Urgent, days: WorkingDays, key: str = ""
) -> Case:
    """Aid is given at once; what is lacking is owed from now on, and the promise counts in working days.

    Raises Conflict away from a step of aid, Invalid for an amount beyond what may be decided there.
    """
    step = _step(case, key)
    if not 1 <= amount <= step.upto:
        raise Invalid([Problem("amount", "amount.limit", f"先行救助的金额要在1到{step.upto}元之间。")])
    lacking = case.owed.outstanding if case.owed else case.lacking
    owed = started(Owed(lacking, rule.papers, "stop", rule.remind), at, "aid", days) if lacking else None
    later = f"请在 {owed.due_on} 前补齐材料和手续。" if owed else ""
    return revised(
        case, at, "aided", by, note=noted(note), data={"amount": amount},
        aid=Aid(at, by, amount), owed=owed, tend_at=None, due_on=_promise(case, at, days),
        steps=flow.finish(case.steps, step.key, by, at, noted(note)),
        outbox=say(case, at, f"您申请的“{case.title}”已先行救助{amount}元。{later}"),
    )  # fmt: skip


def decline(case: Case, by: By, at: datetime, note: str, days: WorkingDays, key: str = "") -> Case:
    """Not so urgent: the ordinary procedure goes on, and the applicant is told why. Raises Conflict, Invalid."""
    step = _step(case, key)
    if not noted(note):
        raise Invalid([Problem("note", "required", "请写明为什么不先行救助，申请人会看到。")])
    due_on = _promise(case, at, days)
    text = f"您申请的“{case.title}”转为一般程序办理，承诺 {due_on} 前办结。原因：{noted(note)}"
    return revised(
        case, at, "aid_declined", by, note=noted(note), aid=Aid(at, by), due_on=due_on,
        steps=flow.finish(case.steps, step.key, by, at, noted(note)), outbox=say(case, at, text),
    )  # fmt: skip


def same_cause(case: Case, other: Case, rule: Once) -> bool:
    """Whether ``other`` helped the same cause within the time for which it is helped only once (重复事由)."""
    helped = other.state == "granted" or (other.aid is not None and other.aid.amount > 0)
    near = abs(case.filed_at - other.filed_at) <= timedelta(days=rule.days)
    same = all(case.answer(field) == other.answer(field) for field in rule.fields)
    return other.id != case.id and other.item == case.item and helped and near and same


def _step(case: Case, key: str) -> StepState:
    step = running(case, key)
    if step.kind != "aid":
        raise Conflict("这个环节不是先行救助。", code="case.step")
    return step


def _promise(case: Case, at: datetime, days: WorkingDays) -> str:
    """The promise in working days from the acceptance on, less those for which its clock stood still."""
    line = timeline(case, at)
    assert line.promise  # noqa: S101 - of an accepted case
    return line.due(line.promise, line.promise.limit, at, days).isoformat()
