"""Reminders (提醒我): somebody wants to hear of a matter on a phone, of what she chose, until it is over. Pure.

Whoever applied hears of acceptance, of what is asked and of the end on the phone that she left, without asking for it;
this is for other phones (a son's), and for the day before the promise ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Literal

import msgspec

from models.base.clock import local_day
from models.calendar.working_days import WorkingDays
from models.cases.case import Case

Kind = Literal["accepted", "asked", "due", "done"]

KINDS: dict[Kind, str] = {
    "accepted": "受理的时候", "asked": "要补正、补材料的时候", "due": "预计办结的前一天", "done": "办结的时候",
}  # fmt: skip

OF_EVENTS: dict[str, Kind] = {
    "accepted": "accepted", "asked": "asked", "tolerance_offered": "asked", "reminded": "asked", "granted": "done",
    "refused": "done", "withdrawn": "done",
}  # fmt: skip


class Reminder(msgspec.Struct, frozen=True, omit_defaults=True):
    """One subscription. ``id`` is random and opens the page that ends it. ``seen`` says how many events of each case have
    been told of, ``warned`` for which due dates; ``welcomed`` that the first message went out."""

    id: str
    receipt: str
    title: str
    cases: tuple[str, ...]
    phone: str
    what: tuple[Kind, ...]
    made_at: datetime
    look_at: datetime
    forget_at: datetime
    seen: Mapping[str, int] = {}
    warned: tuple[str, ...] = ()
    welcomed: bool = False
    rev: int = 1

    def __repr__(self) -> str:
        return f"Reminder({self.receipt!r}, {self.what!r})"


def news(
    reminder: Reminder, cases: Sequence[Case], days: WorkingDays, now: datetime
) -> tuple[tuple[str, ...], Reminder]:
    """What is to be told now, and the reminder after that."""
    texts = [] if reminder.welcomed else [f"您已订阅“{reminder.title}”的办理提醒。"]
    seen, warned = dict(reminder.seen), list(reminder.warned)
    for case in cases:
        for event in case.events[seen.get(case.id, len(case.events)) :]:
            kind = OF_EVENTS.get(event.what)
            if kind in reminder.what and not _hears_anyway(case, reminder):
                texts.append(_said(case, event.what))
        seen[case.id] = len(case.events)
        mark = f"{case.id}:{case.due_on}"
        if "due" in reminder.what and mark not in warned and _is_eve(case, days, local_day(now)):
            warned.append(mark)
            texts.append(f"“{case.title}”预计{case.due_on}前办结，就在今天或者下一个工作日。")
    after = msgspec.structs.replace(
        reminder, seen=seen, warned=tuple(warned), welcomed=True, rev=reminder.rev + 1
    )
    return tuple(texts), after


def is_over(cases: Sequence[Case]) -> bool:
    """Whether there is nothing left to tell of."""
    return not any(case.open for case in cases)


def _hears_anyway(case: Case, reminder: Reminder) -> bool:
    """Whether the same phone is told of it by the case itself."""
    return case.applicant.phone == reminder.phone


def _is_eve(case: Case, days: WorkingDays, today: date) -> bool:
    """Whether the promise ends today or on the next working day, and its clock runs."""
    if not case.open or case.paused or case.state in {"asked", "held"}:
        return False
    return 0 <= days.between(today, date.fromisoformat(case.due_on)) <= 1


def _said(case: Case, what: str) -> str:
    told = {
        "accepted": f"已受理，承诺{case.due_on}前办结。",
        "asked": "需要补正，请打开回执看要补什么。",
        "tolerance_offered": "可以先受理、后补材料，请打开回执作出承诺。",
        "reminded": "还欠材料，请打开回执看欠什么、哪天前补齐。",
        "granted": "已办结，结果请打开回执看。",
        "refused": "已作出不予办理的决定，理由请打开回执看。",
        "withdrawn": "已撤回。",
    }
    return f"“{case.title}”{told[what]}"
