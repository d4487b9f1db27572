"""Who of a desk has a step in hand: taken, assigned, dealt out, given back. Pure."""

from __future__ import annotations

from datetime import datetime

from models.base.errors import Conflict, Invalid, Problem
from models.cases import flow
from models.cases.case import By, Case
from models.cases.step import StepState
from models.cases.transitions import noted, revised, wrong_state

SYSTEM = By("system")


def assign(case: Case, by: By, at: datetime, key: str, to: str, name: str, reason: str = "") -> Case:
    """The step ``key`` is in the hands of the account ``to``: her own, or a colleague's.

    Raises Invalid where somebody else had it and no reason is given, Conflict where she has it already.
    """
    step = _open(case, key)
    if step.assignee == to:
        raise Conflict(f"这件已经在{name or '本人'}手里。", code="case.assigned_already")
    if step.assignee and not noted(reason):
        raise Invalid([Problem("reason", "required", f"这件在{step.assignee_name}手里，改派请写明原因。")])
    what = "reassigned" if step.assignee else "assigned"
    data = {"step": step.key, "to": to, "name": name, **({"from": step.assignee} if step.assignee else {})}
    return revised(
        case, at, what, by, note=noted(reason), data=data, steps=flow.assigned(case.steps, step.key, to, name)
    )


def deal(case: Case, at: datetime, key: str, to: str, name: str) -> Case:
    """The step goes to ``to`` as the desk deals. Raises Conflict where somebody has it already."""
    step = _open(case, key)
    if step.assignee:
        raise Conflict("这件已经有人在办。", code="case.assigned_already")
    data = {"step": step.key, "to": to, "name": name, "dealt": True}
    return revised(
        case, at, "assigned", SYSTEM, data=data, steps=flow.assigned(case.steps, step.key, to, name)
    )


def give_back(case: Case, by: By, at: datetime, key: str, reason: str) -> Case:
    """Nobody has the step in hand any more. Raises Invalid without a reason."""
    step = _open(case, key)
    if not step.assignee:
        raise Conflict("这件现在没有分派给谁。", code="case.not_assigned")
    if not noted(reason):
        raise Invalid([Problem("reason", "required", "请写明退回的原因，例如需要回避。")])
    return revised(
        case, at, "unassigned", by, note=noted(reason), data={"step": step.key, "from": step.assignee},
        steps=flow.assigned(case.steps, step.key, "", ""),
    )  # fmt: skip


def barred(case: Case, step: StepState) -> frozenset[str]:
    """Who may not be given a blind review: whoever has done something to the case that shows her whose it is (accepted
    it, asked the applicant), and whoever has given it back."""
    met = {
        event.by.id
        for event in case.events
        if event.by.kind == "staff" and event.what in {"accepted", "asked", "tolerance_offered"}
    }
    gave_back = {
        event.data["from"]
        for event in case.events
        if event.what == "unassigned" and event.data["step"] == step.key
    }
    return frozenset(met | gave_back)


def _open(case: Case, key: str) -> StepState:
    step = case.step_of(key)
    if not case.open or step is None:
        raise wrong_state()
    if step.signers > 1:
        raise Conflict("会签环节要几个人一起签，不分派给一个人。", code="case.signing")
    return step
