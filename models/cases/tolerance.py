"""Acceptance with papers outstanding (容缺受理), and what becomes of the papers. Pure.

applied --offer--> applied, offered --promise--> ... --accept_lacking--> accepted, owing
                                                             |  hand_in*: the last paper ends it
   the day of the reminder: remind      the day after the last: over --> paused | withdrawn | refused
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

import msgspec

from models.base.clock import SHANGHAI, local_day
from models.base.errors import Conflict, Invalid, Problem
from models.calendar.working_days import WorkingDays
from models.cases import flow
from models.cases.case import By, Case, Decision, Pause
from models.cases.due import promise_of, resumed, within
from models.cases.owed import OVERS, PROMISES, Owed, Paper, Promised
from models.cases.transitions import expect, past_acceptance, resume, revised, say, wrong_state
from models.items.item import Tolerance
from models.prefill.known import Answer

SYSTEM = By("system")


def chosen(case: Case, codes: Collection[str]) -> tuple[Paper, ...]:
    """Those of the papers that may follow which a clerk has ticked. Raises Invalid for none, or for another one."""
    found = tuple(paper for paper in case.lacking if paper.code in codes)
    if not found or len(found) < len(set(codes)):
        raise Invalid([Problem("papers", "owed.papers", "请勾选还缺哪些可以后补的材料。")])
    return found


def owed_of(papers: tuple[Paper, ...], rule: Tolerance) -> Owed:
    """What is to be owed by the rule of the item."""
    return Owed(papers, rule.days, rule.over, rule.remind)


def started(owed: Owed, at: datetime, how: Promised, days: WorkingDays) -> Owed:
    """``owed`` with its clock running."""
    remind_on = within(days, at, owed.days - owed.remind)
    return msgspec.structs.replace(
        owed, promised=how, due_on=within(days, at, owed.days), remind_on=remind_on
    )


def offer(case: Case, by: By, at: datetime, owed: Owed) -> Case:
    """Ready to accept without the papers, as soon as the applicant promises to bring them."""
    expect(case, "applied")
    names = _names(owed.papers)
    text = f"您申请的“{case.title}”还缺{names}，可以先受理、后补交。请打开回执作出承诺。"
    return revised(
        case, at, "tolerance_offered", by, data={"papers": _codes(owed.papers), "days": owed.days},
        owed=owed, outbox=say(case, at, text),
    )  # fmt: skip


def promised(case: Case, by: By, at: datetime, days: WorkingDays) -> Case:
    """The applicant's promise, and the acceptance that was offered on it: two revisions."""
    following = promise(case, by, at)
    assert following.owed  # noqa: S101 - promise has made it
    offered = next(event.by for event in reversed(case.events) if event.what == "tolerance_offered")
    return accept_lacking(following, offered, at, following.owed, "receipt", days)


def promise(case: Case, by: By, at: datetime) -> Case:
    """The applicant promises to bring what is lacking in time, knowing what happens otherwise."""
    if case.state != "applied" or case.owed is None or not case.owed.offered:
        raise Conflict("这件事现在不需要承诺。", code="case.state")
    given = msgspec.structs.replace(case.owed, promised="receipt")
    return revised(
        case, at, "promised", by, note=OVERS[given.over], data={"papers": _codes(given.papers)}, owed=given
    )


def accept_lacking(case: Case, by: By, at: datetime, owed: Owed, how: Promised, days: WorkingDays) -> Case:
    """Accepted without the papers of ``owed``: the promise of the office begins to run, and that of the applicant.

    Raises Invalid where nothing was promised.
    """
    expect(case, "applied")
    if how not in PROMISES:
        raise Invalid([Problem("promise", "owed.promise", "请选择申请人怎样作出的承诺。")])
    running = started(owed, at, how, days)
    due_on, until = promise_of(days, case, at), running.due_on
    text = f"您申请的“{case.title}”已受理，请在 {until} 前补交{_names(owed.papers)}。补齐以后才能办结。"
    return revised(
        case, at, "accepted", by,
        data={"papers": _codes(owed.papers), "until": until, "promise": how},
        state="accepted", accepted_at=at, accepted_by=by, due_on=due_on, owed=running,
        steps=past_acceptance(case, by, at), tend_at=_morning(running.remind_on), outbox=say(case, at, text),
    )  # fmt: skip


def hand_in(
    case: Case, by: By, at: datetime, codes: Collection[str], answers: tuple[Answer, ...] = ()
) -> Case:
    """Some of what was owed has come; with the last of it nothing is owed any more. ``answers`` are the pictures."""
    owed = _owing(case)
    taken = {paper.code for paper in owed.outstanding} & set(codes)
    if not taken:
        raise Invalid([Problem("papers", "owed.papers", "请勾选收到了哪些材料。")])
    papers = tuple(
        msgspec.structs.replace(paper, handed_at=at) if paper.code in taken else paper
        for paper in owed.papers
    )
    owed = msgspec.structs.replace(owed, papers=papers)
    renewed = {answer.key: answer for answer in answers}
    kept = tuple(renewed.pop(answer.key, answer) for answer in case.answers)
    names = tuple(paper.name for paper in papers if paper.code in taken)
    return revised(
        case, at, "handed_in", by, data={"papers": sorted(taken)},
        owed=owed, answers=kept + tuple(renewed.values()), materials=(*case.materials, *names),
        tend_at=case.tend_at if owed.outstanding else None,
    )  # fmt: skip


def come_in(
    case: Case,
    by: By,
    at: datetime,
    codes: Collection[str],
    days: WorkingDays,
    answers: tuple[Answer, ...] = (),
) -> Case:
    """``hand_in``, and where the case stood still for the papers it goes on: one revision or two."""
    following = hand_in(case, by, at, codes, answers)
    waited = following.paused is not None and following.paused.kind == "papers"
    if waited and following.owed and not following.owed.outstanding and following.state == "accepted":
        return resume(following, SYSTEM, at, *resumed(days, following, at))
    return following


def remind(case: Case, at: datetime) -> Case:
    """The applicant is told that her time is nearly over."""
    owed = _owing(case)
    text = f"“{case.title}”还欠{_names(owed.outstanding)}，请在 {owed.due_on} 前补交。{OVERS[owed.over]}。"
    return revised(
        case, at, "reminded", SYSTEM, data={"papers": _codes(owed.outstanding)},
        owed=msgspec.structs.replace(owed, reminded_at=at),
        tend_at=_morning(owed.due_on, 1), outbox=say(case, at, text),
    )  # fmt: skip


def over(case: Case, at: datetime) -> Case:
    """The time is over, and papers are owed: what the item said then, and the applicant was told, happens."""
    owed = _owing(case)
    if local_day(at).isoformat() <= owed.due_on:
        raise Conflict("补交材料的时间还没有到。", code="case.owed_early")
    told = f"没有在 {owed.due_on} 前补交{_names(owed.outstanding)}"
    marks = {"owed": msgspec.structs.replace(owed, over_at=at), "tend_at": None}
    data = {"papers": _codes(owed.outstanding)}
    if owed.over == "stop":
        text = f"“{case.title}”{told}，时限暂停；补齐以后接着办。"
        return revised(
            case, at, "paused", SYSTEM, note=told, data={**data, "kind": "papers"},
            paused=Pause("papers", at, SYSTEM, told), outbox=say(case, at, text), **marks,
        )  # fmt: skip
    if owed.over == "back":
        text = f"“{case.title}”{told}，申请已退回。材料齐了可以重新提交。"
        return revised(
            case, at, "withdrawn", SYSTEM, note=told, data=data, state="withdrawn", open=False, paused=None,
            steps=flow.close(case.steps, SYSTEM, at, here="skipped", rest="skipped"),
            outbox=say(case, at, text), **marks,
        )  # fmt: skip
    reason = f"{told}。受理时已告知：{OVERS['refuse']}。"
    return revised(
        case, at, "refused", SYSTEM, note=reason, data=data, state="refused", open=False, paused=None,
        decision=Decision("refused", at, SYSTEM, reason),
        steps=flow.close(case.steps, SYSTEM, at, here="skipped", rest="skipped"),
        outbox=say(case, at, f"您申请的“{case.title}”未予办理，理由请看回执。"), **marks,
    )  # fmt: skip


def tended(case: Case, at: datetime) -> Case | None:
    """What is due on the case without anybody's hand; None where nothing is."""
    owed, today = case.owed, local_day(at).isoformat()
    if not case.open or owed is None or not owed.running or owed.over_at or case.paused or case.asked_now:
        return None
    if today > owed.due_on:
        return over(case, at)
    if owed.reminded_at is None and today >= owed.remind_on:
        return remind(case, at)
    return None


def look_again(case: Case, at: datetime) -> datetime | None:
    """When there may be something to do; None for a case that stands still, which its next revision brings back."""
    owed = case.owed
    if not case.open or owed is None or not owed.running or owed.over_at or case.paused or case.asked_now:
        return None
    return _morning(owed.due_on, 1) if owed.reminded_at else max(at, _morning(owed.remind_on))


def _owing(case: Case) -> Owed:
    if case.state not in {"accepted", "asked"} or case.owed is None or not case.owed.running:
        raise wrong_state()
    return case.owed


def _morning(day: str, later: int = 0) -> datetime:
    """The first moment of an ISO date in Shanghai, or of one some days ``later``."""
    return datetime.combine(date.fromisoformat(day) + timedelta(days=later), time(), SHANGHAI)


def _codes(papers: tuple[Paper, ...]) -> list[str]:
    return [paper.code for paper in papers]


def _names(papers: tuple[Paper, ...]) -> str:
    return "、".join(paper.name for paper in papers)
