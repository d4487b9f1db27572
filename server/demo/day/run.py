"""The script itself: what happens next, in the order of simulated time."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import count
from typing import Any, TextIO

import msgspec

from models.base.clock import SHANGHAI
from server.demo.day.officer import Officer, tempers
from server.demo.day.plan import Script, Visit, visits
from server.demo.day.resident import Filed, Passer, Person
from server.demo.day.stage import Stage
from server.demo.people import county_people
from server.demo.report import DemoReport

SITTING_ROLES = frozenset({"clerk", "reviewer", "approver", "grid", "supervisor"})
TURNS = (time(8, 30), time(12, 30), time(18, 30), time(23, 55))
"""When what goes on beside requests is done."""

GIVES_UP = 0.04
"""The share of those who take back what lies about too long."""

AT_WINDOWS = 0.1
"""How many rate a visit to a window, against cases."""

ON_DUTY = time(8, 5), time(20)
"""When somebody answers a call, on days off too."""

HURRIED = {"clerk": timedelta(minutes=30), "approver": timedelta(minutes=90)}
"""Who of a town's office sees to what is urgent, how long after the call."""

UNANSWERED = 0.1
"""The share of calls that nobody hears."""

TOWN = 9  # characters of a town's code

QUIET = 4
"""After so many sittings at an empty desk somebody looks in only every third day."""


class Told(msgspec.Struct, frozen=True):
    """What came of it: visits, cases and bundles filed, what was done how often, ratings by level."""

    begin: str
    until: str
    visits: int
    filed: int
    turned_away: int
    bundles: int
    supplied: int
    withdrawn: int
    acts: dict[str, int]
    ratings: dict[int, int]
    visited: int
    objected: int
    requests: int


class Day:
    """One run. ``out`` hears a line for each simulated day."""

    def __init__(self, stage: Stage, report: DemoReport, script: Script, out: TextIO) -> None:
        self._stage = stage
        self._report = report
        self._script = script
        self._out = out
        self._homes = tuple(county_people(len(report.doors)))
        self._ahead: list[tuple[datetime, int, Callable[[], Awaitable[None]]]] = []
        self._order = count()
        self._counts: Counter[str] = Counter()
        self._ratings: Counter[int] = Counter()
        self._bundles = {bundle.id for bundle in report.bundles}
        at_work = tempers(script, report.staff, stage.is_working)
        self._officers = [
            Officer(script, stage.line, login, at_work[login.username])
            for login in report.staff
            if login.role in SITTING_ROLES
        ]

    async def play(self) -> Told:
        """Everything from the first day to the last."""
        items = [line.id for line in self._report.items]
        planned = visits(self._script, len(self._homes), items, sorted(self._bundles), self._stage.is_working)
        for visit in planned:
            self._put(visit.at, partial(self._visit, visit))
        self._put_days()
        self._put(_at(self._script.begin, ON_DUTY[0]), self._open_windows)
        while self._ahead and self._ahead[0][0] < _at(self._script.until, time()):
            moment, _, happens = heapq.heappop(self._ahead)
            self._stage.hands.move(moment)
            await happens()
        return self._told(len(planned))

    def _put(self, moment: datetime, happens: Callable[[], Awaitable[None]]) -> None:
        heapq.heappush(self._ahead, (moment, next(self._order), happens))

    def _put_days(self) -> None:
        """Sittings, and what goes on beside requests, of every day."""
        chance = self._script.chance("sittings")
        for number, day in enumerate(self._script.days):
            for turn in TURNS:
                self._put(_at(day, turn), partial(self._turn, day, last=turn == TURNS[-1]))
            for place, officer in enumerate(self._officers):
                minutes = chance.randrange(0, 7 * 60)
                moment = _at(day, time(9)) + timedelta(minutes=minutes, seconds=place % 60)
                if self._stage.is_working(day):
                    self._put(moment, partial(self._sitting, officer, number))

    async def _turn(self, day: date, *, last: bool) -> None:
        await self._stage.jobs.once()
        if last:
            done = "，".join(f"{word}{self._counts[key]}" for key, word in WORDS.items())
            self._out.write(f"{day.isoformat()}  {done}\n")
            self._out.flush()

    async def _sitting(self, officer: Officer, number: int) -> None:
        if officer.idle >= QUIET and number % 3:
            return
        await officer.sit(self._stage.hands())

    async def _visit(self, visit: Visit) -> None:
        person = self._person(visit)
        filed = await person.file(visit, visit.at.astimezone(SHANGHAI).date())
        urgent = filed is not None and bool((await person.look(filed)).get("urgent_by"))
        person.put_down()
        if urgent:
            self._call(visit)
        if filed is None:
            self._counts["turned_away"] += 1
            return
        self._counts["bundles" if filed.offer in self._bundles else "filed"] += 1
        self._later(visit, partial(self._look, person, filed, 1))

    def _call(self, visit: Visit) -> None:
        """Somebody in urgent need calls the office of her town."""
        if self._script.chance("calls", visit.number).random() < UNANSWERED:
            return
        town, (begin, end) = self._homes[visit.home].site.areas[1], ON_DUTY
        local = visit.at.astimezone(SHANGHAI)
        day = local.date() + timedelta(days=local.time() >= end)
        answered = max(visit.at, _at(day, begin))
        for officer in self._officers:
            after = HURRIED.get(officer.login.role)
            if after and officer.login.area == town:
                self._put(answered + after, partial(self._hurry, officer))

    async def _hurry(self, officer: Officer) -> None:
        await officer.hurry(self._stage.hands())

    async def _open_windows(self) -> None:
        """Each town's hall hangs up a code at its window; some of those who come rate their visit."""
        clerks = [
            each for each in self._officers if each.login.role == "clerk" and len(each.login.area) == TOWN
        ]
        windows = [code for each in clerks if (code := await each.open_window())]
        chance, working = (
            self._script.chance("windows"),
            [each for each in self._script.days if self._stage.is_working(each)],
        )
        for number in range(round(self._script.cases * AT_WINDOWS) if windows and working else 0):
            moment = _at(chance.choice(working), time(9)) + timedelta(minutes=chance.randrange(8 * 60))
            self._put(moment, partial(self._at_window, chance.choice(windows), number))

    async def _at_window(self, window: str, number: int) -> None:
        self._counts["visited"] += await Passer(self._script, self._stage.line).rate(window, number)

    def _later(
        self, visit: Visit, happens: Callable[[], Awaitable[None]], days: tuple[int, int] = (2, 6)
    ) -> None:
        chance = self._script.chance("later", visit.number, self._stage.hands())
        after = timedelta(days=chance.randint(*days), minutes=chance.randrange(-180, 180))
        self._put(self._stage.hands() + after, happens)

    async def _look(self, person: Person, filed: Filed, times: int) -> None:
        """She looks how it stands, and does what is for her to do."""
        receipt = await person.look(filed)
        children = [await person.look(filed, child["code"]) for child in receipt.get("children", ())] or [
            receipt
        ]
        ended = sum([await self._tend(person, filed, each) for each in children])
        person.put_down()
        if ended < len(children):
            self._later(filed.visit, partial(self._look, person, filed, times + 1), (2, 4 + times))

    async def _tend(self, person: Person, filed: Filed, receipt: dict[str, Any]) -> bool:
        """One of her matters; whether it has ended."""
        if receipt["state"] == "refused":
            self._counts["objected"] += await person.object_to(receipt)
        if receipt["state"] == "asked":
            self._counts["supplied"] += await person.supply(receipt, filed)
        elif receipt.get("rate") and not receipt.get("rating"):
            late = receipt["decided_at"][:10] > receipt["due_on"]
            level = await person.rate(receipt, filed, late=late)
            if level:
                self._ratings[level] += 1
        elif receipt["state"] == "applied" and receipt.get("withdraw") and self._gives_up(filed):
            self._counts["withdrawn"] += await person.withdraw(receipt)
        return receipt["state"] in {"granted", "refused", "withdrawn"}

    def _gives_up(self, filed: Filed) -> bool:
        waited = self._stage.hands() - filed.visit.at
        return (
            waited > timedelta(days=5)
            and self._script.chance("gives up", filed.visit.number).random() < GIVES_UP
        )

    def _person(self, visit: Visit) -> Person:
        return Person(self._script, self._stage.line, self._report.doors[visit.home], self._homes[visit.home])

    def _told(self, planned: int) -> Told:
        acts: Counter[str] = Counter()
        for officer in self._officers:
            acts.update(officer.acts)
        counts = self._counts
        return Told(
            self._script.begin.isoformat(), self._script.until.isoformat(), planned, counts["filed"], counts["turned_away"],
            counts["bundles"], counts["supplied"], counts["withdrawn"], dict(sorted(acts.items())),
            dict(sorted(self._ratings.items())), counts["visited"], counts["objected"], self._stage.line.requests,
        )  # fmt: skip


WORDS = {
    "filed": "单件",
    "bundles": "一件事",
    "turned_away": "不符合条件",
    "supplied": "补正",
    "withdrawn": "撤回",
    "visited": "窗口评价",
    "objected": "信用异议",
}


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, SHANGHAI)
