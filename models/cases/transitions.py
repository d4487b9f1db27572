"""How a case moves. Pure: each takes a case, who and when, and gives the next revision or raises.

applied --accept--> accepted --hand_on*--> accepted --decide--> granted | refused
   |  ^                 |  ^
   ask supply          ask supply          (once in a case: 一次性告知)
   v  |                 v  |
   asked               asked --withdraw--> withdrawn
"""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Any, Literal

import msgspec

from models.base.errors import Conflict, Invalid, Problem
from models.cases.case import OPEN, Asked, By, Case, Decision, Event, Message, Rating, StepState, queue_of
from models.prefill.known import Answer

LONGEST_NOTE = 500

Ended = Literal["done", "skipped"]

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of characters that show nothing. Private use stays: old systems keep rare characters of names there."""


def accept(case: Case, by: By, at: datetime, due_on: str) -> Case:
    """Accepted: the promise starts to run. The acceptance step is done and the next one begins."""
    _expect(case, "applied")
    following = _advance(case, by, at, "") if len(case.steps) > 1 else case.steps
    return _next(
        case, at, "accepted", by,
        state="accepted", accepted_at=at, accepted_by=by, due_on=due_on, steps=following,
        outbox=_say(case, at, f"您申请的“{case.title}”已受理，承诺 {due_on} 前办结。"),
    )  # fmt: skip


def ask(case: Case, by: By, at: datetime, fields: dict[str, str], note: str) -> Case:
    """Tell the applicant, once and for all, everything that is missing. The clock stops.

    Raises Conflict the second time: administrative licence law art. 32 knows one telling only.
    """
    if case.state not in {"applied", "accepted"}:
        raise _wrong_state()
    if case.asked is not None:
        raise Conflict(
            "这件事已经一次性告知过，不能再次要求补正。请据现有材料作出决定。", code="case.asked_already"
        )
    asked = Asked(at, by, {key: _note(text) for key, text in fields.items()}, _note(note))
    if not asked.fields and not asked.note:
        raise Invalid([Problem("note", "required", "请写明缺少什么、怎样补，或勾选需要更正的内容。")])
    return _next(
        case, at, "asked", by, note=asked.note, data={"fields": asked.fields},
        state="asked", asked=asked,
        outbox=_say(case, at, f"您申请的“{case.title}”需要补充材料，请打开回执按提示更正一次即可。"),
    )  # fmt: skip


def supply(case: Case, by: By, at: datetime, answers: tuple[Answer, ...], due_on: str) -> Case:
    """The applicant has corrected what was asked for; the clock runs again."""
    if case.state != "asked" or case.asked is None:
        raise _wrong_state()
    renewed = {answer.key: answer for answer in answers}
    kept = tuple(renewed.pop(answer.key, answer) for answer in case.answers)
    state = "accepted" if case.accepted_at else "applied"
    return _next(
        case, at, "supplied", by, data={"fields": [answer.key for answer in answers]},
        state=state, due_on=due_on, answers=kept + tuple(renewed.values()),
        asked=msgspec.structs.replace(case.asked, supplied_at=at),
    )  # fmt: skip


def hand_on(case: Case, by: By, at: datetime, note: str) -> Case:
    """The present step is done; the case goes to the next."""
    _expect(case, "accepted")
    if case.is_last_step:
        raise Conflict("这是作出决定的环节，请选择准予或不予。", code="case.last_step")
    step = case.step
    return _next(
        case, at, "handed_on", by, note=_note(note), data={"step": step.key if step else ""},
        steps=_advance(case, by, at, _note(note)),
    )  # fmt: skip


def decide(case: Case, by: By, at: datetime, outcome: str, reason: str, result: str) -> Case:
    """Granted, with the result; or refused, at any step, with a reason that the applicant can read."""
    if outcome not in {"granted", "refused"}:
        raise Invalid([Problem("outcome", "outcome.unknown", "请选择准予或不予。")])
    if case.state not in {"accepted", "applied"}:
        raise _wrong_state()
    if outcome == "granted" and (case.state != "accepted" or not case.is_last_step):
        raise Conflict("还有环节没有办完，不能直接办结。", code="case.steps_left")
    decision = Decision(outcome, at, by, _note(reason), _note(result))  # type: ignore[arg-type]
    if outcome == "refused" and not decision.reason:
        raise Invalid([Problem("reason", "required", "不予办理必须写明理由和依据，申请人会看到。")])
    words = "已办结" if outcome == "granted" else "未予办理，理由请看回执"
    return _next(
        case, at, outcome, by, note=decision.reason, data={"result": decision.result},
        state=outcome, open=False, decision=decision,
        steps=_close(case, by, at, here="done", rest="done" if outcome == "granted" else "skipped"),
        outbox=_say(case, at, f"您申请的“{case.title}”{words}。请打开回执查看结果，并给个评价。"),
    )  # fmt: skip


def withdraw(case: Case, by: By, at: datetime, note: str) -> Case:
    """The applicant takes it back while it is open."""
    if case.state not in OPEN:
        raise _wrong_state()
    return _next(
        case, at, "withdrawn", by, note=_note(note),
        state="withdrawn", open=False, steps=_close(case, by, at, here="skipped", rest="skipped"),
    )  # fmt: skip


def rate(case: Case, by: By, at: datetime, stars: int, words: str) -> Case:
    """The applicant's rating, once, when the matter is decided."""
    if case.state not in {"granted", "refused"}:
        raise Conflict("办结以后才能评价。", code="rating.early")
    if case.rating is not None:
        raise Conflict("这件事您已经评价过，谢谢。", code="rating.done")
    if stars not in range(1, 6):
        raise Invalid([Problem("stars", "rating.stars", "请从五个等级里选一个。")])
    return _next(case, at, "rated", by, rating=Rating(stars, at, _note(words)))


def _next(
    case: Case,
    at: datetime,
    what: str,
    by: By,
    note: str = "",
    data: dict[str, Any] | None = None,
    **changes: Any,
) -> Case:
    event = Event(at, what, by, case.rev + 1, note, data or {})
    changed = msgspec.structs.replace(case, rev=case.rev + 1, events=(*case.events, event), **changes)
    queue, department = queue_of(changed.step) if changed.open else ("", "")
    return msgspec.structs.replace(changed, queue=queue, department=department)


def _advance(case: Case, by: By, at: datetime, note: str) -> tuple[StepState, ...]:
    here = case.step_index
    steps = list(case.steps)
    steps[here] = msgspec.structs.replace(steps[here], state="done", done_at=at, by=by.name, note=note)
    if here + 1 < len(steps):
        steps[here + 1] = msgspec.structs.replace(steps[here + 1], state="active", started_at=at)
    return tuple(steps)


def _close(case: Case, by: By, at: datetime, *, here: Ended, rest: Ended) -> tuple[StepState, ...]:
    """The steps at the end: what becomes of the present one and of those after it. Where the matter was granted
    these are done too (issuing follows from the decision)."""
    now = case.step_index
    return tuple(
        step if n < now else _ended(step, by, at, here if n == now else rest)
        for n, step in enumerate(case.steps)
    )


def _ended(step: StepState, by: By, at: datetime, state: Ended) -> StepState:
    if state == "skipped":
        return msgspec.structs.replace(step, state="skipped")
    return msgspec.structs.replace(step, state="done", done_at=at, by=by.name)


def _say(case: Case, at: datetime, text: str) -> tuple[Message, ...]:
    if not case.applicant.phone:
        return case.outbox
    return (*case.outbox, Message(f"{case.id}:{case.rev + 1}", "applicant", text, at))


def _note(text: str) -> str:
    """What somebody wrote, on one line, without what cannot be seen; so that a reason has words in it or is none."""
    shown = "".join(" " if unicodedata.category(char) in _UNSEEN else char for char in text)
    return " ".join(shown.split())[:LONGEST_NOTE]


def _expect(case: Case, state: str) -> None:
    if case.state != state:
        raise _wrong_state()


def _wrong_state() -> Conflict:
    return Conflict("这件事的状态已经变了，请刷新后再操作。", code="case.state")
