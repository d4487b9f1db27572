"""Cases of a bundle that wait for one another: what the end of one does to those after it.

A child that needs what another brings about (the household register before the social-security card) is ``held``: it
lies at no desk and its clock has not begun. When all that it waits for are granted it is released. When one of them is
refused or taken back, only those that wait for it are concerned: they stay held, and the applicant, who is told, goes on
with each without it (she may have the paper from elsewhere) or takes it back; after three weeks it is taken back for
her. A forerunner that is sent back to its applicant or to an earlier step just takes longer: nothing else changes.
Nothing here stops a child that waits for nobody.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

import msgspec
import structlog

from models.base.clock import Clock, local_day
from models.base.errors import Conflict
from models.calendar.working_days import WorkingDays
from models.cases import flow
from models.cases.case import Brought, By, Case
from models.cases.transitions import revised, say

AT_ONCE = 50
PATIENCE = timedelta(days=21)
"""For how long the applicant is asked what is to become of a child whose forerunner failed."""

SYSTEM = By("system")


def held(case: Case, after: tuple[str, ...], due_on: str) -> Case:
    """A new case that has to wait for the cases ``after``."""
    first = msgspec.structs.replace(case.events[0], data={})  # no step has begun
    return msgspec.structs.replace(
        case,
        state="held",
        after=after,
        due_on=due_on,
        steps=flow.unstarted(case.steps),
        desks=(),
        events=(first,),
    )


def brought_by(case: Case) -> Brought:
    """What a case that was granted brings to those after it."""
    return Brought(case.title, case.case_no, case.decision.result if case.decision else "")


def release(case: Case, by: By, at: datetime, due_on: str, brought: tuple[Brought, ...] = ()) -> Case:
    """What the case waited for is there (``brought``), or she goes on without it: it is applied for now. Raises
    Conflict."""
    if case.state != "held":
        raise Conflict("这件事的状态已经变了，请刷新后再操作。", code="case.state")
    alone = {"without": case.broken} if case.broken else {}
    told = "已按您的选择继续办理。" if case.broken else "前面的事项已办好，现在开始办理。"
    return revised(
        case, at, "released", by, data=alone,
        state="applied", steps=flow.start(case.steps, at), due_on=due_on, broken="", follow_at=None, brought=brought,
        outbox=say(case, at, f"您申请的“{case.title}”{told}"),
    )  # fmt: skip


def break_off(case: Case, at: datetime, title: str) -> Case:
    """The forerunner ``title`` was not granted: ask the applicant what is to become of this one."""
    choose = "请打开回执，选择继续办理或者撤回；三周没有选择的，系统会替您撤回。"
    return revised(
        case, at, "broken", SYSTEM, data={"for": title}, broken=title, follow_at=at + PATIENCE,
        outbox=say(case, at, f"“{title}”没有办成，“{case.title}”要等它的结果。{choose}"),
    )  # fmt: skip


def give_up(case: Case, at: datetime) -> Case:
    """Nobody has chosen: the case is taken back for its applicant."""
    steps = flow.close(case.steps, SYSTEM, at, here="skipped", rest="skipped")
    told = f"“{case.title}”前面的事项没有办成，三周内没有收到您的选择，已替您撤回。需要时可以重新申请。"
    return revised(
        case, at, "withdrawn", SYSTEM, data={"for": case.broken},
        state="withdrawn", open=False, steps=steps, follow_at=None, outbox=say(case, at, told),
    )  # fmt: skip


def planned(cases: Sequence[Case], days: WorkingDays) -> dict[str, str]:
    """When each of a bundle's cases is due, by id: one that is held counts from when those ahead of it are due now,
    which may have moved since it was filed. Of cases listed after those that they wait for."""
    due: dict[str, str] = {}
    for case in cases:
        ahead = [due[each] for each in case.after if each in due]
        if case.state == "held" and not case.broken and ahead:
            due[case.id] = days.add(date.fromisoformat(max(ahead)), case.promised_days).isoformat()
        else:
            due[case.id] = case.due_on
    return due


def outcome(ahead: Sequence[Case]) -> str:
    """What the forerunners have come to: "granted", "" while one is under way, else the title of one that failed."""
    failed = next((case.title for case in ahead if not case.open and case.state != "granted"), "")
    if failed:
        return failed
    return "granted" if all(case.state == "granted" for case in ahead) else ""


class Store(Protocol):
    """What following needs of the repository."""

    async def to_follow(self, now: datetime, limit: int) -> list[Case]: ...
    async def of_ids(self, ids: Sequence[str]) -> list[Case]: ...
    async def replace(self, case: Case) -> bool: ...
    async def followed(self, case: Case) -> None: ...


class Following:
    """Does what follows for the cases of bundles. Any number of processes may run it, and any of them may die."""

    def __init__(
        self, cases: Store, clock: Clock, days: WorkingDays, gather: Callable[[str], Awaitable[None]]
    ) -> None:
        """``gather`` sees to a bundle (by the id of its filing) of which a case has come to its end."""
        self._cases = cases
        self._clock = clock
        self._days = days
        self._gather = gather

    async def run_once(self) -> int:
        """Everything that is due, as far as it goes; on how many cases something was done."""
        due = await self._cases.to_follow(self._clock(), AT_ONCE)
        return sum([await self._follow(case) for case in due])

    async def _follow(self, case: Case) -> bool:
        """One case: its end is told to those it leads, or the patience with it is over."""
        if case.open:
            return await self._cases.replace(give_up(case, self._clock())) if case.broken else False
        waiting = [each for each in await self._cases.of_ids(case.leads) if each.state == "held"]
        ahead = {
            each.id: each for each in await self._cases.of_ids(sorted({a for w in waiting for a in w.after}))
        }
        moved = [await self._move(each, [ahead[a] for a in each.after if a in ahead]) for each in waiting]
        if not all(moved):
            structlog.get_logger().warning("following.again", case=case.id)
            return False  # somebody was faster with one of them: look again at the next turn
        if case.filing:
            await self._gather(case.filing)
        await self._cases.followed(case)
        return True

    async def _move(self, case: Case, ahead: Sequence[Case]) -> bool:
        """Bring one that waits to where it belongs now; False where somebody changed it meanwhile."""
        came, at = outcome(ahead), self._clock()
        if came == "granted":
            due_on = self._days.add(local_day(at), case.promised_days).isoformat()
            brought = tuple(map(brought_by, ahead))
            return await self._cases.replace(release(case, SYSTEM, at, due_on, brought))
        if came and not case.broken:
            return await self._cases.replace(break_off(case, at, came))
        return True
