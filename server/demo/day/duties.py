"""What staff do beside cases: lights explained and decided, poor ratings put right and called back, problems listed,
promises that were broken put on the register."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from models.base.clock import SHANGHAI
from models.integrity.kinds import load_kinds
from server.demo.day.line import Line
from server.demo.day.plan import Script
from server.demo.report import Login

EXPLAINED = (
    "这几天下村核查，没有及时办理，已补办。",
    "外地协查没有回函，已催办。",
    "漏看了提醒，已当天办结。",
)
MEASURES = ("已安排专人每天查看到期办件。", "窗口增加一人，中午轮班。", "补齐了一次性告知单，已贴在窗口。")
FOUND = "收件窗口中午没有人", "抽查时中午12点到13点无人值守，请安排轮班并公示。"
KINDS = tuple(load_kinds())
BROKEN = "承诺时说符合条件，核查结果不一致。", "入户核查记录和部门比对结果。"
DELIVERED, WEIGHED = "已当面送达。", {
    "confirm": "异议期满，本人没有提出异议，予以认定。", "uphold": "核实后情况属实，予以认定。",
    "drop": "核实后是登记信息有误，予以撤销。",
}  # fmt: skip
DECIDED, LISTED = 12, 2
"""Lights that a supervisor decides on, and at most puts on the ledger, in one sitting."""


class Duties:
    """Of one account. ``done`` counts what was done, by the part of the desk and the move."""

    def __init__(self, script: Script, line: Line, login: Login) -> None:
        self._script = script
        self._line = line
        self._login = login
        self.done: Counter[str] = Counter()

    async def answer(self, token: str, now: datetime) -> None:
        """Explain the lights of her desks, answer poor ratings, put problems right: some of them each time."""
        for light in await self._list("/desk/lights", "lights", token):
            if light["level"] != "warning" and light.get("state", "open") == "open":
                chance = self._chance(light["case_no"], light["rule"], light["level"])
                if chance.random() < 0.3:
                    await self._act("lights", light, "explain", token, text=chance.choice(EXPLAINED))
        for place, task in enumerate(await self._list("/desk/ratings", "tasks", token)):
            chance = self._chance("rating", place, now)
            if "answer" in task["moves"] and chance.random() < 0.25:
                move = "appeal" if "appeal" in task["moves"] and chance.random() < 0.12 else "answer"
                await self._act(
                    "ratings", task, move, token, text="已了解情况，重新说明了办理进度，今后主动告知。"
                )
        for problem in await self._list("/desk/problems", "mine", token):
            chance = self._chance(problem["title"], problem["opened_at"], now.date())
            if problem.get("state", "listed") == "listed" and chance.random() < 0.12:
                await self._act("problems", problem, "report", token, text=chance.choice(MEASURES))

    async def charge(self, case: Mapping[str, Any], token: str) -> None:
        """What was promised in a matter that she has refused was not true: it goes on the register."""
        told = await self._line.get(f"/desk/integrity/of/{case['id']}", token)
        declared = told.body["declared"] if told.good else []
        if declared:
            chance = self._chance("charge", case["number"])
            ground, evidence = BROKEN
            charge = {
                "field": declared[0]["field"],
                "kind": chance.choice(KINDS),
                "ground": ground,
                "evidence": evidence,
            }
            done = await self._line.post(f"/desk/integrity/of/{case['id']}", charge, token)
            self.done["integrity.record"] += done.good

    async def weigh(self, token: str, now: datetime) -> None:
        """Serve on paper what no message could, and decide on what was objected to or not, as she may."""
        today = now.astimezone(SHANGHAI).date().isoformat()
        for line in await self._list("/desk/integrity", "breaches", token):
            late = line["state"] == "served" and line["object_by"] < today
            unserved = line["state"] == "noticed" and line["at"][:10] < today
            chance = self._chance("weigh", line["id"], today)
            if (late or unserved or line["state"] == "objected") and chance.random() < 0.4:
                await self._weigh(line["id"], token, chance)

    async def _weigh(self, breach: str, token: str, chance: random.Random) -> None:
        told = await self._line.get(f"/desk/integrity/{breach}", token)
        moves = told.body["moves"] if told.good else []
        wanted = next((move for move in ("serve", "confirm", "uphold") if move in moves), "")
        if wanted == "uphold" and chance.random() < 0.5:
            wanted = "drop"
        if wanted:
            text = WEIGHED.get(wanted, DELIVERED)
            await self._act("integrity", told.body["breach"], wanted, token, text=text)

    async def supervise(self, token: str, now: datetime) -> None:
        """Decide on what was explained, call back whoever was not content, keep the ledger."""
        listed = 0
        for light in (await self._list("/desk/board?state=explained", "lights", token))[:DECIDED]:
            chance = self._chance(light["case_no"], light["rule"], light["level"])
            move = chance.choices(("uphold", "cancel", ""), (5, 3, 4))[0]
            if move == "uphold" and light["level"] == "red" and listed < LISTED:
                listed += await self._put_on_ledger(token, now, f"light:{light['id']}", chance)
            if move:
                text = "情况属实，予以撤销。" if move == "cancel" else "理由不充分，予以认定。"
                await self._act("lights", light, move, token, text=text)
        for watched in await self._list("/desk/ratings", "ratings", token):
            if "call_back" in watched["moves"]:
                told = {"text": "电话回访，对方说已经解决。", "result": "satisfied"}
                await self._act("ratings", watched["rating"], "call_back", token, **told)
            elif "reject" in watched["moves"]:
                await self._act("ratings", watched["rating"], "reject", token, text="核实后评价属实。")
        await self._check_problems(token, now)

    async def _check_problems(self, token: str, now: datetime) -> None:
        for problem in await self._list("/desk/problems", "problems", token):
            if problem.get("state") != "reported":
                continue
            chance = self._chance("check", problem["title"], problem["opened_at"])
            if chance.random() < 0.8:
                await self._act("problems", problem, "strike", token, text="到现场看过，已改好。")
            else:
                due = _in_days(now, 7)
                await self._act("problems", problem, "return", token, text="抽查时还是没有人。", due_on=due)
        if self._chance("inspects", now.date()).random() < 0.1:
            await self._put_on_ledger(token, now, "", self._chance("inspection", now.date()))

    async def _put_on_ledger(self, token: str, now: datetime, found: str, chance: random.Random) -> bool:
        told = await self._line.get(f"/desk/problems/new?found={found}", token)
        if not told.good:
            return False
        opening = {**told.body, "due_on": _in_days(now, chance.randint(4, 14))}
        if not found:
            opening |= {"title": FOUND[0], "what": FOUND[1], "office": self._login.area}
        listed = await self._line.post("/desk/problems/new", opening, token)
        self.done["problems.open"] += listed.good
        return listed.good

    def _chance(self, *about: object) -> random.Random:
        return self._script.chance(self._login.username, *about)

    async def _list(self, path: str, name: str, token: str) -> list[dict[str, Any]]:
        told = await self._line.get(path, token)
        return list(told.body[name]) if told.good else []

    async def _act(self, noun: str, thing: dict[str, Any], move: str, token: str, **told: str) -> None:
        """A move that somebody else may have been faster with: then it is done already."""
        sent = {"revision": thing.get("rev", 1), **told}
        done = await self._line.post(f"/desk/{noun}/{thing['id']}/{move}", sent, token)
        self.done[f"{noun}.{move}"] += done.good


def _in_days(now: datetime, days: int) -> str:
    return (now.astimezone(SHANGHAI).date() + timedelta(days=days)).isoformat()
