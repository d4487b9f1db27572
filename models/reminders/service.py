"""Use cases of reminders: ask for them, end them; and the worker that sends what there is to tell."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Protocol

import msgspec

from models.accounts.account import is_phone
from models.base.actor import Actor
from models.base.clock import Clock
from models.base.errors import Conflict, Forbidden, Invalid, NotFound, Problem, Unavailable
from models.calendar.working_days import WorkingDays
from models.cases.case import Case
from models.cases.receipts import Receipts
from models.reminders.reminder import KINDS, Reminder, is_over, news
from models.reminders.repository import ReminderRepository

MOST = 3  # phones that hear of one matter
AT_ONCE = 100
LOOK = timedelta(minutes=2)  # from one look at a matter to the next
LEASE = timedelta(minutes=1)
FORGET = timedelta(days=366)


class Teller(Protocol):
    """Whoever delivers messages. Raises Unavailable."""

    async def send(self, phone: str, text: str) -> None: ...


class Wish(msgspec.Struct, frozen=True):
    """Of what somebody wants to hear, on which phone; none is the one that the form named."""

    what: tuple[str, ...] = ()
    phone: str = ""

    def __repr__(self) -> str:
        return f"Wish({self.what!r})"


class Reminders:
    """``url`` is where residents reach us; ``office`` signs messages."""

    def __init__(
        self, repository: ReminderRepository, receipts: Receipts, teller: Teller, days: WorkingDays, clock: Clock,
        url: str, office: str,
    ) -> None:  # fmt: skip
        self._repository = repository
        self._receipts = receipts
        self._teller = teller
        self._days = days
        self._clock = clock
        self._url = url
        self._office = office

    async def subscribe(self, actor: Actor, receipt: str, wish: Wish) -> Reminder:
        """For the applicant of a matter that is not over, or for whoever holds the receipt of one that needed no log-in.
        The same phone once more chooses anew. Raises Invalid, Conflict, LoginNeeded, NotFound."""
        title, cases = await self.allowed(actor, receipt)
        if is_over(cases):
            raise Conflict("这件事已经结束，没有要提醒的了。", code="reminder.over")
        what = tuple(kind for kind in KINDS if kind in wish.what)
        phone = wish.phone.strip() or next(
            (case.applicant.phone for case in cases if case.applicant.phone), ""
        )
        _check(what, phone)
        standing = await self._repository.of_receipt(receipt, MOST)
        for each in standing:
            if each.phone == phone:
                await self._repository.remove(each.id)
        if len([each for each in standing if each.phone != phone]) >= MOST:
            raise Conflict(f"一件事最多提醒{MOST}个手机。", code="reminder.most")
        now = self._clock()
        reminder = Reminder(
            secrets.token_hex(18), receipt, title, tuple(case.id for case in cases), phone, what, now, now,
            now + FORGET, {case.id: len(case.events) for case in cases},
        )  # fmt: skip
        await self._repository.add(reminder)
        return reminder

    async def allowed(self, actor: Actor, receipt: str) -> tuple[str, list[Case]]:
        """What the actor may be reminded of: (title, cases). Raises Forbidden for staff, and as ``Receipts.holds``."""
        if actor.is_staff:
            raise Forbidden("提醒由办事的人自己订，工作人员不能代订。", code="reminder.staff")
        return await self._receipts.held(actor, receipt)

    async def of(self, reminder_id: str) -> Reminder:
        """One, for whoever has its link. Raises NotFound."""
        found = await self._repository.get(reminder_id)
        if found is None:
            raise NotFound("这个提醒已经停了。", code="reminder.unknown")
        return found

    async def end(self, reminder_id: str) -> None:
        """No more messages. Raises NotFound."""
        if not await self._repository.remove(reminder_id):
            raise NotFound("这个提醒已经停了。", code="reminder.unknown")

    async def end_of(self, receipts: Sequence[str]) -> int:
        """No more messages about these matters, whoever wished for them; how many that were."""
        ended = 0
        for receipt in receipts:
            for each in await self._repository.of_receipt(receipt, MOST):
                ended += await self._repository.remove(each.id)
        return ended

    async def run_once(self) -> int:
        """Look at the matters whose turn it is, and send what there is to tell; how many were looked at. Whoever dies
        after sending sends it once more."""
        now = self._clock()
        due = await self._repository.due(now, AT_ONCE)
        for each in due:
            claimed = msgspec.structs.replace(each, look_at=now + LEASE, rev=each.rev + 1)
            if await self._repository.replace(claimed):  # else another process has it
                await self._look(claimed)
        return len(due)

    async def _look(self, reminder: Reminder) -> None:
        cases = await self._receipts.of_ids(reminder.cases)
        texts, after = news(reminder, cases, self._days, self._clock())
        try:
            for text in texts:
                await self._teller.send(reminder.phone, self._signed(text, reminder))
        except Unavailable:
            return  # the claim is the pause until the next try
        if is_over(cases):
            await self._repository.remove(reminder.id)
            return
        await self._repository.replace(msgspec.structs.replace(after, look_at=self._clock() + LOOK))

    def _signed(self, text: str, reminder: Reminder) -> str:
        return f"【{self._office}】{text}查看：{self._url}/q/{reminder.receipt} 退订：{self._url}/remind/{reminder.id}"


def _check(what: Collection[str], phone: str) -> None:
    problems = []
    if not what:
        problems.append(Problem("what", "required", "请选择什么时候提醒您。"))
    if not is_phone(phone):
        problems.append(Problem("phone", "phone.form", "请填写11位手机号码。"))
    if problems:
        raise Invalid(problems)
