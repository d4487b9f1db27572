"""Posts: at which desks somebody works, and what she may do with a case that lies there. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from models.base.actor import Actor
from models.base.errors import Forbidden
from models.cases import flow
from models.cases.assigning import barred
from models.cases.case import Case
from models.cases.step import StepState
from models.roles.rules import may, posts_of

STEP_VERBS = {
    "accept": "case.accept", "review": "case.review", "survey": "case.review", "notice": "case.review",
    "aid": "case.decide", "approve": "case.decide", "issue": "case.issue",
}  # fmt: skip
"""What of the roles table a kind of step asks for."""

HANDS: Mapping[str, str] = {"take": "我来办", "assign": "分派给同事", "give_back": "放回待分派"}
"""What may be done about whose hands a case is in."""

ACTIONS: Mapping[str, str] = {
    "accept": "受理",
    "accept_lacking": "容缺受理",
    "settle": "当场办结",
    "ask": "一次性告知补正",
    "receive": "收到补交的材料",
    "give_aid": "先行救助",
    "no_aid": "不先行救助，转一般程序",
    "hand_on": "通过，转下一环节",
    "send_back": "退回前面环节",
    "pause": "开始特别程序",
    "resume": "特别程序结束，恢复办理",
    "extend": "延长时限",
    "grant": "准予并办结",
    "refuse": "不予办理",
}


def available(actor: Actor, case: Case, step: str = "", instead: Collection[str] = ()) -> tuple[str, ...]:
    """What this actor may do with the case now at her step (``step`` where several of hers run), the usual first.
    ``instead`` are the accounts for which she stands in."""
    here = step_at(actor, case, step, instead)
    if here is None:
        return ()
    ask = () if case.asked else ("ask",)
    if case.state == "applied":
        last = flow.is_last(case.steps, here.key)
        lacking = ("accept_lacking",) if case.lacking and not case.owed and not case.urgent_by else ()
        return (*(("settle",) if last and not case.promised_days else ()), "accept", *lacking, *ask, "refuse")
    if case.state != "accepted":
        return ()
    owing = case.owed is not None and case.owed.running
    receive = ("receive",) if owing else ()
    if case.paused:
        return (*receive, "resume")
    last = flow.is_last(case.steps, here.key)
    if here.kind == "aid":
        return ("give_aid", "no_aid", *ask, "refuse")
    onward = () if last and owing else ("grant",) if last else ("hand_on",)
    back = ("send_back",) if backward(case, here) else ()
    longer = (
        ("extend",) if not case.extension and may(actor, "case.decide", case.areas, here.department) else ()
    )
    return (*onward, *receive, *ask, *back, "pause", *longer, "refuse")


def backward(case: Case, step: StepState) -> tuple[StepState, ...]:
    """The steps that a case can be sent back to."""
    return flow.before(case.steps, step.key)


def check_action(actor: Actor, case: Case, step: StepState, action: str) -> None:
    """Raise Forbidden for what this actor may not do at her step, whatever the state of the case."""
    if action == "extend" and not may(actor, "case.decide", case.areas, step.department):
        raise Forbidden("延长时限要由审批人决定。", code="case.not_yours")


def step_at(actor: Actor, case: Case, key: str = "", instead: Collection[str] = ()) -> StepState | None:
    """The step of the case that this actor may do now: ``key``, or the first of hers."""
    return next((step for step in steps_at(actor, case, instead) if key in {"", step.key}), None)


def steps_at(actor: Actor, case: Case, instead: Collection[str] = ()) -> tuple[StepState, ...]:
    """All steps of the case at this actor's desk that her role may do and that no colleague has in hand, but one for
    whom she stands in. A blind review is for whom it was dealt to, and never for whoever met the applicant."""
    return tuple(step for step in at_desk(actor, case) if _in_reach(actor, case, step, instead))


def _in_reach(actor: Actor, case: Case, step: StepState, instead: Collection[str]) -> bool:
    hers = step.assignee == actor.subject or step.assignee in instead
    if step.blind:
        return bool(step.assignee) and hers and actor.subject not in barred(case, step)
    return not step.assignee or hers


def assignable(actor: Actor, case: Case, step: StepState) -> tuple[str, ...]:
    """What this actor may do about whose hands a step of her desk is in. Blind reviews are dealt out and not chosen, and
    what several sign is in nobody's."""
    if step.signers > 1:
        return ()
    if step.blind:
        return ("give_back",) if step.assignee == actor.subject else ()
    if not step.assignee:
        return ("take", "assign")
    return ("assign", "give_back") if step.assignee == actor.subject else ("take", "assign")


def at_desk(actor: Actor, case: Case) -> tuple[StepState, ...]:
    """All steps of the case that lie at this actor's desk and that her role may do, whoever has them in hand."""
    own = set(posts_of(actor)) if actor.is_staff else set()
    return tuple(
        step
        for step in case.active
        if own.intersection(flow.desks((step,), case.areas))
        and may(actor, verb_of(case, step), case.areas, step.department)
    )


def verb_of(case: Case, step: StepState) -> str:
    """What of the roles table a step asks for; the first one is the acceptance, whatever it is called."""
    return "case.accept" if step.key == case.steps[0].key else STEP_VERBS[step.kind]


def sees(actor: Actor, areas: tuple[str, ...], departments: tuple[str, ...]) -> bool:
    """Whether this actor may look at a case about a place in ``areas`` that goes through ``departments``."""
    return any(may(actor, "case.see", areas, department) for department in departments)


def serves(actor: Actor, desks: tuple[str, ...]) -> bool:
    """Whether one of ``desks`` is this actor's."""
    return not set(desks).isdisjoint(posts_of(actor))


desks_of = posts_of
"""The desks that an account works at, as ``flow.desks`` names them."""
