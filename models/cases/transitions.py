"""How a case moves. Pure: each takes a case, who and when, and gives the next revision or raises.

applied --accept--> accepted --hand_on*--> accepted --decide--> granted | refused
   |  ^              |  ^  |  ^
   ask supply      ask supply pause resume       (asked once in a case: 一次性告知)
   v  |              v  |  v  |
   asked            asked  accepted, paused --withdraw--> withdrawn (any open case)

``send_back`` takes an accepted case to an earlier step. Which steps run side by side is ``flow``'s affair.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Any

import msgspec

from models.base.clock import local_day
from models.base.errors import Conflict, Invalid, Problem
from models.cases import flow
from models.cases.case import (
    OPEN,
    PAUSES,
    Asked,
    By,
    Case,
    Decision,
    Event,
    Extension,
    Message,
    Pause,
    Rating,
    StepState,
)
from models.cases.owed import came_in
from models.prefill.known import Answer

LONGEST_NOTE = 500
LONGEST_EXTENSION = 10
"""Working days by which a promise may be made longer (administrative licence law art. 42)."""

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of characters that show nothing. Private use stays: old systems keep rare characters of names there."""


def accept(case: Case, by: By, at: datetime, due_on: str) -> Case:
    """Accepted: the promise starts to run. The acceptance step is done and the next one begins."""
    expect(case, "applied")
    return revised(
        case, at, "accepted", by,
        state="accepted", accepted_at=at, accepted_by=by, due_on=due_on, steps=past_acceptance(case, by, at),
        owed=None,
        outbox=say(case, at, f"您申请的“{case.title}”已受理，承诺 {due_on} 前办结。"),
    )  # fmt: skip


def past_acceptance(case: Case, by: By, at: datetime) -> flow.Steps:
    """The steps when the acceptance is done."""
    following = flow.finish(case.steps, case.active[0].key, by, at)
    if not any(step.state == "active" for step in following):  # decided where it was accepted
        return case.steps
    return following


def ask(case: Case, by: By, at: datetime, fields: dict[str, str], note: str) -> Case:
    """Tell the applicant, once and for all, everything that is missing. The clock stops.

    Raises Conflict the second time: administrative licence law art. 32 knows one telling only.
    """
    if case.state not in {"applied", "accepted"} or case.paused:
        raise wrong_state()
    if case.asked is not None:
        raise Conflict(
            "这件事已经一次性告知过，不能再次要求补正。请据现有材料作出决定。", code="case.asked_already"
        )
    asked = Asked(at, by, {key: noted(text) for key, text in fields.items()}, noted(note))
    if not asked.fields and not asked.note:
        raise Invalid([Problem("note", "required", "请写明缺少什么、怎样补，或勾选需要更正的内容。")])
    return revised(
        case, at, "asked", by, note=asked.note, data={"fields": asked.fields},
        state="asked", asked=asked,
        outbox=say(case, at, f"您申请的“{case.title}”需要补充材料，请打开回执按提示更正一次即可。"),
    )  # fmt: skip


def supply(
    case: Case, by: By, at: datetime, answers: tuple[Answer, ...], due_on: str, stood: int = 0,
    taken: flow.Steps | None = None,
) -> Case:  # fmt: skip
    """The applicant has corrected what was asked for; the clock runs again after ``stood`` working days. ``taken`` are
    the steps where the corrected answers choose others. A paper whose picture came with it is not owed any more."""
    if case.state != "asked" or case.asked is None:
        raise wrong_state()
    renewed = {answer.key: answer for answer in answers}
    kept = tuple(renewed.pop(answer.key, answer) for answer in case.answers)
    state = "accepted" if case.accepted_at else "applied"
    pictured = {answer.key for answer in answers if answer.value}
    came = [each for each in case.lacking if each.field in pictured and each.name not in case.materials]
    data = {"fields": [answer.key for answer in answers]}
    return revised(
        case, at, "supplied", by, data=data | ({"papers": [paper.code for paper in came]} if came else {}),
        state=state, due_on=due_on, answers=kept + tuple(renewed.values()),
        steps=flow.stand_still(taken or case.steps, stood), owed=came_in(case.owed, came, at),
        lacking=tuple(paper for paper in case.lacking if paper not in came),
        materials=(*case.materials, *(paper.name for paper in came)),
        asked=msgspec.structs.replace(case.asked, supplied_at=at),
    )  # fmt: skip


def hand_on(
    case: Case,
    by: By,
    at: datetime,
    note: str,
    key: str = "",
    amount: int = 0,
    taken: flow.Steps | None = None,
) -> Case:
    """The step ``key`` (the one that runs, where there is one only) is done, or signed by one more of its signers; the
    case goes to the next when its whole stage is over.

    ``amount`` is what was assessed, where that chooses who decides, and ``taken`` the steps that it chooses. Raises
    Conflict while a public notice still hangs, and where somebody signs twice; Invalid without an amount where it matters.
    """
    step = running(case, key)
    if step.kind == "aid":
        raise Conflict("请先决定是否先行救助。", code="case.aid")
    if flow.is_last(case.steps, step.key):
        raise Conflict("这是作出决定的环节，请选择准予或不予。", code="case.last_step")
    if step.notice_until and local_day(at).isoformat() <= step.notice_until:
        raise Conflict(
            f"公示到 {step.notice_until} 才满，期间请留意异议，期满后再转下一环节。",
            code="case.notice_running",
        )
    if flow.asks_amount(case.steps, step.key) and amount < 1:
        raise Invalid([Problem("amount", "required", "请填写核定的金额，它决定由哪一级审批。")])
    steps = taken or case.steps
    if step.signers > 1:
        steps = _signed(case, step, by, steps)
        if len(step.signed) + 1 < step.signers:
            return revised(case, at, "signed", by, note=noted(note), data={"step": step.key}, steps=steps)
    assessed = {"amount": amount} if amount else {}
    return revised(
        case, at, "handed_on", by, note=noted(note), data={"step": step.key, **assessed},
        steps=flow.finish(steps, step.key, by, at, noted(note)), amount=amount or case.amount,
    )  # fmt: skip


def send_back(case: Case, by: By, at: datetime, to: str, note: str, key: str = "") -> Case:
    """Back to the earlier step ``to``, to be done again from there on; branches beside this one are called back too.

    Raises Invalid without a reason, or for a step that was not done before this one.
    """
    step = running(case, key)
    if to not in {each.key for each in flow.before(case.steps, step.key)}:
        raise Invalid([Problem("to", "step.unknown", "只能退回到前面已经办完的环节，请重新选择。")])
    if not noted(note):
        raise Invalid([Problem("note", "required", "请写明退回的原因，前面环节的同事会看到。")])
    called = [each.key for each in case.active if each.key != step.key]
    return revised(
        case, at, "sent_back", by, note=noted(note), data={"step": step.key, "to": to, "called_back": called},
        steps=flow.back(case.steps, to, at),
    )  # fmt: skip


def pause(case: Case, by: By, at: datetime, kind: str, note: str) -> Case:
    """A special procedure begins: the clock stands still until ``resume``."""
    expect(case, "accepted")
    if case.paused:
        raise Conflict("特别程序已经开始，时限正在暂停。", code="case.paused")
    if kind not in PAUSES:
        raise Invalid([Problem("kind", "pause.unknown", "请选择是哪一种特别程序。")])
    if not noted(note):
        raise Invalid([Problem("note", "required", "请写明由谁、做什么、预计多久，申请人会看到。")])
    return revised(
        case, at, "paused", by, note=noted(note), data={"kind": kind},
        paused=Pause(kind, at, by, noted(note)),
        outbox=say(case, at, f"您申请的“{case.title}”进入特别程序（{PAUSES[kind]}），这段时间不计入承诺时限。"),
    )  # fmt: skip


def resume(case: Case, by: By, at: datetime, due_on: str, stood: int) -> Case:
    """The special procedure is over: the clock runs again, its end ``stood`` working days later."""
    if case.state != "accepted" or not case.paused:
        raise wrong_state()
    return revised(
        case, at, "resumed", by, data={"days": stood},
        paused=None, due_on=due_on, steps=flow.stand_still(case.steps, stood),
        outbox=say(case, at, f"您申请的“{case.title}”特别程序已结束，继续办理，承诺 {due_on} 前办结。"),
    )  # fmt: skip


def extend(case: Case, by: By, at: datetime, days: int, reason: str, due_on: str) -> Case:
    """The promise made longer by ``days`` working days, once in a case, and the applicant told why."""
    expect(case, "accepted")
    if case.extension:
        raise Conflict("这件事已经延长过一次，不能再延。", code="case.extended_already")
    problems = []
    if not 1 <= days <= LONGEST_EXTENSION:
        problems.append(Problem("days", "extension.days", f"可以延长1到{LONGEST_EXTENSION}个工作日。"))
    if not noted(reason):
        problems.append(Problem("reason", "required", "请写明延长的理由，申请人会看到。"))
    if problems:
        raise Invalid(problems)
    return revised(
        case, at, "extended", by, note=noted(reason), data={"days": days},
        extension=Extension(days, at, by, noted(reason)), due_on=due_on,
        outbox=say(case, at, f"您申请的“{case.title}”延长到 {due_on} 前办结，理由请看回执。"),
    )  # fmt: skip


def decide(
    case: Case, by: By, at: datetime, outcome: str, reason: str, result: str, key: str = "", amount: int = 0
) -> Case:
    """Granted, with the result; or refused, at any step, with a reason that the applicant can read. What was given
    beforehand is confirmed or reclaimed with it. An ``amount`` is within what may be decided at the step."""
    if outcome not in {"granted", "refused"}:
        raise Invalid([Problem("outcome", "outcome.unknown", "请选择准予或不予。")])
    if case.state not in {"accepted", "applied"} or case.paused:
        raise wrong_state()
    steps = case.steps
    if outcome == "granted":
        if case.state != "accepted" or not flow.is_last(case.steps, running(case, key).key):
            raise Conflict("还有环节没有办完，不能直接办结。", code="case.steps_left")
        step = running(case, key)
        if case.owed and case.owed.running:
            names = "、".join(paper.name for paper in case.owed.outstanding)
            raise Conflict(f"还欠{names}，补齐以后才能准予。", code="case.owed")
        amount = amount or case.amount
        if step.upto and amount > step.upto:
            message = f"这一级最多批准{step.upto}元；超过的请退回，重新核定后由上级审批。"
            raise Invalid([Problem("amount", "amount.limit", message)])
        if step.signers > 1:
            steps = _signed(case, step, by, steps)
            if len(step.signed) + 1 < step.signers:
                return revised(
                    case, at, "signed", by, note=noted(result), data={"step": step.key}, steps=steps
                )
    given = case.aid.amount if case.aid else 0
    reclaim = given if outcome == "refused" else 0
    decision = Decision(outcome, at, by, noted(reason), noted(result), reclaim)  # type: ignore[arg-type]
    if outcome == "refused" and not decision.reason:
        raise Invalid([Problem("reason", "required", "不予办理必须写明理由和依据，申请人会看到。")])
    words = "已办结" if outcome == "granted" else "未予办理，理由请看回执"
    words += f"；先行救助的{reclaim}元需要退回" if reclaim else ""
    data = {"result": decision.result, **({"reclaim": reclaim} if reclaim else {})}
    data |= {"amount": amount} if outcome == "granted" and amount else {}
    return revised(
        case, at, outcome, by, note=decision.reason, data=data,
        state=outcome, open=False, decision=decision, amount=amount or case.amount,
        steps=flow.close(steps, by, at, here="done", rest="done" if outcome == "granted" else "skipped"),
        outbox=say(case, at, f"您申请的“{case.title}”{words}。请打开回执查看结果，并给个评价。"),
    )  # fmt: skip


def settle(case: Case, by: By, at: datetime, result: str, due_on: str) -> Case:
    """Decided on the spot (即办): accepted and granted in one, where nothing but issuing follows the acceptance."""
    expect(case, "applied")
    if case.promised_days or not flow.is_last(case.steps, case.active[0].key):
        raise Conflict("这个事项还有审核环节，不能当场办结。", code="case.steps_left")
    return revised(
        case, at, "granted", by, note="", data={"result": noted(result), "instant": True},
        state="granted", open=False, accepted_at=at, accepted_by=by, due_on=due_on,
        decision=Decision("granted", at, by, "", noted(result)),
        steps=flow.close(case.steps, by, at, here="done", rest="done"),
        outbox=say(case, at, f"您申请的“{case.title}”已当场办结。请打开回执查看结果，并给个评价。"),
    )  # fmt: skip


def withdraw(case: Case, by: By, at: datetime, note: str) -> Case:
    """The applicant takes it back while it is open."""
    if case.state not in OPEN:
        raise wrong_state()
    return revised(
        case, at, "withdrawn", by, note=noted(note),
        state="withdrawn", open=False, paused=None,
        steps=flow.close(case.steps, by, at, here="skipped", rest="skipped"),
    )  # fmt: skip


def rate(case: Case, by: By, at: datetime, stars: int, words: str, reasons: tuple[str, ...] = ()) -> Case:
    """The applicant's rating, once, when the matter is decided."""
    if case.state not in {"granted", "refused"}:
        raise Conflict("办结以后才能评价。", code="rating.early")
    if case.rating is not None:
        raise Conflict("这件事您已经评价过，谢谢。", code="rating.done")
    if stars not in range(1, 6):
        raise Invalid([Problem("stars", "rating.stars", "请从五个等级里选一个。")])
    return revised(case, at, "rated", by, rating=Rating(stars, at, noted(words), reasons))


def revised(
    case: Case,
    at: datetime,
    what: str,
    by: By,
    note: str = "",
    data: dict[str, Any] | None = None,
    **changes: Any,
) -> Case:
    """The next revision of ``case``, with the event that made it, which tells the steps that ended and began."""
    moved = flow.moved(case.steps, changes.get("steps", case.steps))
    event = Event(at, what, by, case.rev + 1, note, {**(data or {}), **moved})
    changed = msgspec.structs.replace(case, rev=case.rev + 1, events=(*case.events, event), **changes)
    if changed.open:
        owing = changed.owed and changed.owed.running and not changed.owed.over_at
        return msgspec.structs.replace(
            changed,
            desks=flow.places(changed.steps, changed.areas),
            tend_at=(changed.tend_at or at) if owing else None,
        )
    # Those that wait for it, and its bundle, are seen to by ``following``; nothing is awaited of its applicant any more.
    follow_at = at if case.open and (case.leads or case.filing) else None
    keep_until = kept_until(at, case.keep_years) if case.open else changed.keep_until
    return msgspec.structs.replace(
        changed, desks=(), follow_at=follow_at or changed.follow_at, tend_at=None, keep_until=keep_until
    )


def kept_until(at: datetime, years: int) -> datetime:
    """``years`` after ``at``; what ended on 29 February is kept until 1 March."""
    try:
        return at.replace(year=at.year + years)
    except ValueError:
        return at.replace(year=at.year + years, month=3, day=1)


def running(case: Case, key: str) -> StepState:
    """The step ``key`` of an accepted case that does not stand still; without a key the one that runs, if it is one."""
    expect(case, "accepted")
    if case.paused:
        raise Conflict("特别程序期间时限暂停，请先恢复办理。", code="case.paused")
    step = case.step_of(key) if key else case.active[0] if len(case.active) == 1 else None
    if step is None:
        raise Conflict("这个环节现在没有在办，请刷新后再看。", code="case.step")
    return step


def _signed(case: Case, step: StepState, by: By, steps: flow.Steps) -> flow.Steps:
    if by.id in step.signed:
        raise Conflict("您已经签过，还要等其他人会签。", code="case.signed_already")
    return flow.sign(steps, step.key, by)


def say(case: Case, at: datetime, text: str) -> tuple[Message, ...]:
    """The outbox with one notice more, where the applicant left a phone."""
    if not case.applicant.phone:
        return case.outbox
    return (*case.outbox, Message(f"{case.id}:{case.rev + 1}", "applicant", text, at))


def noted(text: str) -> str:
    """What somebody wrote, on one line, without what cannot be seen; so that a reason has words in it or is none."""
    shown = "".join(" " if unicodedata.category(char) in _UNSEEN else char for char in text)
    return " ".join(shown.split())[:LONGEST_NOTE]


def expect(case: Case, state: str) -> None:
    if case.state != state:
        raise wrong_state()


def wrong_state() -> Conflict:
    return Conflict("这件事的状态已经变了，请刷新后再操作。", code="case.state")
