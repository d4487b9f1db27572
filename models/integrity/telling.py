"""Telling people what is held against them and what became of it. Repeats itself harmlessly."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Protocol

import msgspec

from models.base.clock import Clock, local_day
from models.base.errors import Unavailable
from models.calendar.working_days import WorkingDays
from models.cases.case import By
from models.integrity.breach import ENDED, Breach, serve
from models.integrity.kinds import OBJECTION_DAYS
from models.integrity.repository import BreachRepository

AT_ONCE = 20
PAUSE = timedelta(minutes=1)
SYSTEM = By("system", name="系统")


class Teller(Protocol):
    """Whoever delivers messages. Raises Unavailable."""

    async def send(self, phone: str, text: str) -> None: ...


class BreachTelling:
    """The drain of news about breaches. The first of them is what the days to object run from; where there is no phone,
    the desk serves it on paper and says so."""

    def __init__(
        self, repository: BreachRepository, teller: Teller, clock: Clock, days: WorkingDays, office: str
    ) -> None:
        self._repository = repository
        self._teller = teller
        self._clock = clock
        self._days = days
        self._office = office

    async def run_once(self) -> int:
        """Send what is due; how many records were worked on."""
        now = self._clock()
        due = await self._repository.untold(now, AT_ONCE)
        for found in due:
            if await self._repository.postpone(found, now + PAUSE):  # else another process has it
                await self._tell(msgspec.structs.replace(found, news_at=now + PAUSE))
        return len(due)

    async def _tell(self, found: Breach) -> None:
        now = self._clock()
        last = self._days.add(local_day(now), OBJECTION_DAYS)
        if found.phone:
            try:
                await self._teller.send(found.phone, f"【{self._office}】{_text(found, last)}")
            except Unavailable:
                return  # the claim is the pause until the next try
        if found.news == "noticed" and found.state == "noticed" and found.phone:
            told = serve(found, SYSTEM, now, "短信告知", last.isoformat())
            await self._repository.replace(msgspec.structs.replace(told, news="", news_at=None))
        else:
            await self._repository.told(found, forget_phone=found.state in ENDED)


def _text(found: Breach, last: date) -> str:
    """Nothing of what it is about but the matter's name: messages are read over shoulders."""
    about = f"关于您在“{found.title}”中的承诺"
    words = {
        "noticed": f"有一条待核实的记录。不认可的，请在{last.month}月{last.day}日前登录“我的承诺与信用”提出异议。",
        "confirm": f"一条记录已经认定，有效到{found.until}。可以登录查看，也可以申请复议或者信用修复。",
        "uphold": f"您的异议已核实，记录予以认定，有效到{found.until}。理由请登录查看，不服可以申请复议。",
        "drop": "那条记录已经撤销，对您没有影响。", "repair": "信用修复已经通过，那条记录不再使用。",
        "refuse_repair": "信用修复这次没有通过，还差什么请登录查看，改好后可以再申请。",
    }  # fmt: skip
    return f"{about}，{words.get(found.news, '有新的进展，请登录查看。')}"
