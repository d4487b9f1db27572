"""What a member of staff does in a sitting at her desk: what lies there, then lights and ratings that wait for her."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote

import msgspec

from models.base.clock import SHANGHAI
from server.demo.day.duties import Duties
from server.demo.day.line import Line, Refused
from server.demo.day.plan import Script
from server.demo.report import Login

PHONES = ("phone", "contact_phone")
"""What is most often wrong in a form, and easy to correct."""

MOST, PAGES = 60, 8
"""Cases that somebody gets through in one sitting, and pages of her list that she looks at for them."""

REASONS = {
    "ask": "材料看不清，请补一份", "refuse": "经核实不符合办理条件：与登记信息不一致",
    "send_back": "核查表缺一处签字，请补上", "extend": "需要向外地核实情况", "pause": "请第三方机构到现场鉴定，约三天",
    "no_aid": "已入户看过，眼下有粮有钱，按一般程序办", "give_aid": "已入户核实，情况紧急",
}  # fmt: skip
AMOUNTS = (500, 800, 1000, 1500, 2000, 3000)
"""Yuan that somebody in need is helped with, no more than may be given at a step."""

RESULTS = {"grant": "已办好，按约定方式送达", "settle": "已当场办好"}


class Temper(msgspec.Struct, frozen=True):
    """How somebody works: ``pace`` times the usual delay; away from work in ``away`` (first day, last day)."""

    pace: float
    away: tuple[date, date] | None = None


class Officer:
    """One account at its desk."""

    def __init__(self, script: Script, line: Line, login: Login, temper: Temper) -> None:
        self._script = script
        self._line = line
        self.login = login
        self.temper = temper
        self._seen: dict[str, datetime] = {}
        self._duties = Duties(script, line, login)
        self._acts: Counter[str] = Counter()
        self.idle = 0

    @property
    def acts(self) -> Counter[str]:
        """What was done how often."""
        return self._acts + self._duties.done

    async def sit(self, now: datetime) -> None:
        """One sitting."""
        if self._is_away(now):
            return
        token = await self._log_in()
        rows = await self._rows(token)
        self.idle = 0 if rows else self.idle + 1
        for row in [each for each in rows if self._ripe(each, now)][:MOST]:
            await self._handle(row, token)
        await self._duties.answer(token, now)
        if self.login.role in {"reviewer", "approver"}:
            await self._duties.weigh(token, now)
        if self.login.role == "supervisor":
            await self._duties.supervise(token, now)

    async def hurry(self, now: datetime) -> None:
        """Somebody has called: what is urgent at her desk, and nothing else."""
        if self._is_away(now):
            return
        token = await self._log_in()
        for row in [each for each in await self._rows(token) if each["hours_left"] is not None]:
            await self._handle(row, token)

    async def open_window(self) -> str:
        """A window of her hall with its code; "" where the table lets her open none."""
        told = await self._line.post("/desk/windows", {"name": "综合窗口"}, await self._log_in())
        return str(told.body["id"]) if told.good else ""

    def _is_away(self, now: datetime) -> bool:
        away = self.temper.away
        return away is not None and away[0] <= now.astimezone(SHANGHAI).date() <= away[1]

    async def _log_in(self) -> str:
        sent = {"username": self.login.username, "password": self.login.password}
        told = await self._line.post("/staff/login", sent)
        if not told.good:
            raise Refused(f"{self.login.username}: {told.code}")
        return str(told.body["access_token"])

    async def _rows(self, token: str) -> list[dict[str, Any]]:
        """What lies at her desk, page after page."""
        rows: list[dict[str, Any]] = []
        after, pages = "", 0
        while pages == 0 or (after and pages < PAGES):
            told = await self._line.get(f"/desk?after={quote(after)}" if after else "/desk", token)
            if not told.good:
                break
            rows += told.body["rows"]
            after, pages = told.body["next"], pages + 1
        return rows

    def _ripe(self, row: Mapping[str, Any], now: datetime) -> bool:
        """Whether she gets round to it now: she has seen it before, and her time for such a step is over."""
        key = f"{row['id']}:{row['state']}:{row['step']}"
        first = self._seen.setdefault(key, now)
        chance = self._script.chance(row["case_no"], row["state"], row["step"])
        hours = chance.choices((0, 4, 24, 48, 96, 168), (26, 24, 26, 14, 7, 3))[0] * self.temper.pace
        return now - first >= timedelta(hours=hours)

    async def _handle(self, row: Mapping[str, Any], token: str) -> None:
        opened = await self._line.get(f"/desk/cases/{row['id']}", token)
        if not opened.good or not opened.body["actions"]:
            return
        case, actions = opened.body["case"], opened.body["actions"]
        chance = self._script.chance(case["number"], case["rev"])
        action = choose(chance, actions, case)
        act = {"rev": case["rev"], **told_with(action, case, chance)}
        told = await self._line.post(f"/desk/cases/{row['id']}/{action}", act, token)
        if told.good:
            self._acts[action] += 1
            self._seen.pop(f"{row['id']}:{row['state']}:{row['step']}", None)
            if action == "refuse" and self.login.role == "reviewer":
                await self._duties.charge(case, token)


SHARES: Mapping[str, float] = {
    "ask": 0.05, "refuse": 0.02, "send_back": 0.02, "pause": 0.015, "extend": 0.01, "no_aid": 0.15,
    "accept_lacking": 0.1,
}  # fmt: skip
"""How often somebody does another thing than the usual one."""


def choose(chance: random.Random, actions: list[str], case: Mapping[str, Any]) -> str:
    """Mostly the usual action, which stands first."""
    usual, drawn = actions[0], chance.random()
    for action, share in SHARES.items():
        if action in actions and action != usual and _fits(action, case):
            if drawn < share:
                return action
            drawn -= share
    return usual


def _fits(action: str, case: Mapping[str, Any]) -> bool:
    """Nobody is asked who cannot be asked on line: what was filed without a card."""
    return action != "ask" or case["applicant"].get("level") == "L2"


def told_with(action: str, case: Mapping[str, Any], chance: random.Random) -> dict[str, Any]:
    """What an action needs to be told."""
    reason = REASONS.get(action, "")
    told: dict[str, dict[str, Any]] = {
        "ask": _asked(case), "refuse": {"reason": reason}, "extend": {"days": 5, "reason": reason},
        "pause": {"kind": "assessment", "note": reason}, "send_back": {"to": _before(case), "note": reason},
        "grant": {"reason": "符合条件", "result": RESULTS["grant"]}, "settle": {"result": RESULTS["settle"]},
        "hand_on": {"note": "核对无误", "amount": _assessed(case, chance)}, "no_aid": {"note": reason},
        "give_aid": {"note": reason, "amount": min(chance.choice(AMOUNTS), _limit(case))},
        "accept_lacking": {"papers": [each["code"] for each in case["lacking"]], "promise": "counter"},
        "receive": {"papers": _outstanding(case)},
    }  # fmt: skip
    return told.get(action, {})


def _asked(case: Mapping[str, Any]) -> dict[str, Any]:
    keys = [answer["key"] for answer in case["answers"] if answer["key"] in PHONES]
    return {"fields": keys, "reasons": dict.fromkeys(keys, "这个号码打不通，请核对"), "note": REASONS["ask"]}


def _limit(case: Mapping[str, Any]) -> int:
    """How much may be given at the step that runs."""
    return next((int(step.get("upto", 0)) for step in case["steps"] if step.get("state") == "active"), 0)


def _assessed(case: Mapping[str, Any], chance: random.Random) -> int:
    """The amount at the step after which it chooses who decides, no less than was given at once; 0 at all others."""
    waits = [step for step in case["steps"] if step.get("state", "waiting") in {"waiting", "skipped"}]
    tiers = [step for step in waits if step["kind"] == "approve" and (step.get("upto") or step.get("above"))]
    if not tiers or any(step.get("state", "waiting") == "waiting" and step not in tiers for step in waits):
        return 0
    given = int((case["aid"] or {}).get("amount", 0))
    return max(given, chance.choice(AMOUNTS))


def _outstanding(case: Mapping[str, Any]) -> list[str]:
    """The papers that are still owed: by now she has brought them."""
    owed = case["owed"] or {"papers": []}
    return [paper["code"] for paper in owed["papers"] if "handed_at" not in paper]


def _before(case: Mapping[str, Any]) -> str:
    """The step that was done last."""
    done = [step["key"] for step in case["steps"][1:] if step.get("state") == "done"]
    return str(done[-1]) if done else ""


def tempers(
    script: Script, logins: tuple[Login, ...], is_working: Callable[[date], bool]
) -> dict[str, Temper]:
    """Who works how: most are prompt, some slow, and a few are away for two weeks with nobody in their place."""
    chance = script.chance("tempers")
    found = {}
    for login in logins:
        kind = chance.choices(("prompt", "slow", "away"), (80, 14, 6))[0]
        first = script.begin + timedelta(days=chance.randrange(7, 24))
        while not is_working(first):
            first += timedelta(days=1)
        away = (first, first + timedelta(days=13)) if kind == "away" else None
        found[login.username] = Temper(2.5 if kind == "slow" else 0.7, away)
    return found
