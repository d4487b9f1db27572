"""What a resident does: log in, file, look how it stands, correct what is asked for, object, rate."""

from __future__ import annotations

import base64
import random
from datetime import date
from typing import Any

import msgspec

from models.ratings.reasons import load_reasons
from server.demo.day.answers import Resident, asks_for_picture
from server.demo.day.line import Line
from server.demo.day.plan import Script, Visit
from server.demo.people import DemoHousehold
from server.demo.report import Door

TRIES = 2
"""How often somebody corrects a form that is sent back to her before she goes away."""

SUPPLIES, RATES, OBJECTS = 0.9, 0.45, 0.4
OBJECTIONS = ("我填的和户口簿一样，请再核一次", "当时还没有变更，不是故意的", "核查那天我不在家，可以问邻居")
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""One grey dot: the smallest PNG that can be drawn anew."""

REASONS = load_reasons().all
PRAISE = ("很快就办好了", "工作人员很耐心", "没跑一趟腿", "说明写得清楚", "")
BLAME = ("等了太久没有消息", "打电话没人接", "让我多跑了一趟", "说法前后不一样", "")


class Filed(msgspec.Struct, frozen=True):
    """A matter that somebody follows. ``answers`` are what she typed."""

    code: str
    offer: str
    answers: dict[str, Any]
    visit: Visit


class Person:
    """The head of a household with her card and her PIN slip."""

    def __init__(self, script: Script, line: Line, door: Door, household: DemoHousehold) -> None:
        self._script = script
        self._line = line
        self._door = door
        self._household = household
        self._token = ""

    def put_down(self) -> None:
        """The phone is put away: next time she logs in again."""
        self._token = ""

    async def token(self) -> str:
        """Logged in by card and PIN slip (L2)."""
        self._token = self._token or await self._log_in()
        return self._token

    async def _log_in(self) -> str:
        who, door = self._door.resident, self._door
        card = await self._line.post("/login", {"name": who.name, "id_number": who.id_number})
        proof = {"pin": door.pin, "code": door.code}
        told = await self._line.post("/login/confirm", proof, card.body["access_token"])
        return str(told.body["access_token"])

    async def file(self, visit: Visit, today: date) -> Filed | None:
        """Try what she wants in turn; None where nothing of it was for her."""
        chance, token = self._script.chance("file", visit.number), await self.token()
        for offer in visit.offers:
            opened = await self._line.get(f"/apply/{self._door.code}/{offer}", token)
            if not opened.good:
                continue
            picture = ""
            if asks_for_picture(opened.body):
                picture = await self._line.upload("照片.png", PICTURE, token)
            for _ in range(TRIES):
                typed = Resident(self._household, today, chance).answers(opened.body, picture)
                told = await self._line.post(opened.body["submit"]["href"], _sent(opened.body, typed), token)
                if told.good:
                    return Filed(told.body["receipt"]["code"], offer, typed, visit)
        return None

    async def look(self, filed: Filed, code: str = "") -> dict[str, Any]:
        """The receipt as she sees it, at L2."""
        told = await self._line.get(f"/q/{code or filed.code}", await self.token())
        return dict(told.body)

    async def supply(self, receipt: dict[str, Any], filed: Filed) -> bool:
        """Correct what was asked for: a number by her own, everything else by what she has typed before."""
        chance = self._script.chance("supply", filed.visit.number, receipt["case_no"])
        if chance.random() > SUPPLIES:
            return False
        answers = {key: filed.answers.get(key, self._door.resident.phone) for key in receipt["asked"]}
        token = await self.token()
        return (await self._line.post(receipt["supplement"], {"answers": answers}, token)).good

    async def withdraw(self, receipt: dict[str, Any]) -> bool:
        return (await self._line.post(receipt["withdraw"], {"note": "先不办了"}, await self.token())).good

    async def rate(self, receipt: dict[str, Any], filed: Filed, *, late: bool) -> int:
        """Rate a matter that has ended, if she likes; the level, 0 for none."""
        chance = self._script.chance("rate", filed.visit.number, receipt["case_no"])
        if chance.random() > RATES:
            return 0
        spoiled = late or receipt["outcome"] == "refused"
        level = chance.choices((5, 4, 3, 2, 1), (14, 18, 22, 30, 16) if spoiled else (62, 24, 10, 3, 1))[0]
        words = chance.choice(BLAME if level <= 2 else PRAISE)
        given = {"stars": level, "words": words, "reasons": _reasons(chance, level)}
        told = await self._line.post(receipt["rate"], given, await self.token())
        return level if told.good else 0

    async def object_to(self, receipt: dict[str, Any]) -> int:
        """Say what she thinks of what is held against her after a refusal, if she does not accept it; how often."""
        token, said = await self.token(), 0
        mine = await self._line.get("/my/integrity", token)
        for breach in mine.body["breaches"] if mine.good else ():
            chance = self._script.chance("objects", breach["case_no"], receipt["case_no"])
            if "object" in breach["moves"] and chance.random() < OBJECTS:
                words = {"revision": breach["rev"], "text": chance.choice(OBJECTIONS)}
                said += (await self._line.post(f"/my/integrity/{breach['id']}/object", words, token)).good
        return said


class Passer:
    """Somebody who was at a window and scans its code. Nobody knows who it was."""

    def __init__(self, script: Script, line: Line) -> None:
        self._script = script
        self._line = line

    async def rate(self, window: str, number: int) -> bool:
        """Five faces and, if she likes, why."""
        chance = self._script.chance("window", number)
        opened = await self._line.get(f"/visit/{window}")
        if not opened.good:
            return False
        level = chance.choices((5, 4, 3, 2, 1), (58, 22, 12, 5, 3))[0]
        words = chance.choice(BLAME if level <= 2 else PRAISE)
        given = {
            "stars": level,
            "words": words,
            "reasons": _reasons(chance, level),
            "ticket": opened.body["ticket"],
        }
        return (await self._line.post(opened.body["href"], given)).good


def _reasons(chance: random.Random, level: int) -> list[str]:
    """One or two of the choices that go with the level."""
    offered = [reason.key for reason in REASONS if level in reason.levels]
    return chance.sample(offered, min(len(offered), chance.randint(0, 2)))


def _sent(opened: dict[str, Any], typed: dict[str, Any]) -> dict[str, Any]:
    return {
        "submission_key": opened["submit"]["submission_key"],
        "answers": typed,
        "consents": [ask["id"] for ask in opened.get("consents", ())],
    }
