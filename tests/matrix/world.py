"""The prepared world: 陈桂兰's things in the demonstration county, and a token for everybody in ``people.py``."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import Any

from models.accounts.account import Account, NewAccount
from models.areas.area import lay_out
from models.base.actor import Actor
from models.codes.code import Code, Target
from qr import grammar
from qr.layout import LAYOUTS
from tests.handlers.filing import REPAIR, act, allowance, at_desk, decide, hung, open_form, submit
from tests.handlers.life import happened, made_one, next_door
from tests.handlers.test_access import _visit, finding, kept_paper
from tests.handlers.test_contract import upload
from tests.matrix.objects import Entry
from tests.matrix.people import HERE, NEIGHBOURS, RESIDENTS, Person, staff
from tests.town import Reply, Town

WORD = re.compile(r"\{(\w+)\}")
FORM = "application/x-www-form-urlencoded"
PASSWORD = "three ducks under the bridge"
UNTOLD = {"limits", "audit", "audit_heads"}
"""Collections that a refusal may write: how often somebody tried, and that she searched for what is not hers."""


class World:
    """``words`` fill addresses and bodies, ``tokens`` say who asks."""

    def __init__(self, town: Town, words: dict[str, Any], tokens: dict[str, str]) -> None:
        self.town = town
        self.words = words
        self.tokens = tokens
        self.database = town.built.database.collection("limits").database

    async def ask(
        self,
        entry: Entry,
        person: Person,
        instead: dict[str, Any] | None = None,
        face: str = "application/json",
        form: bytes | None = None,
    ) -> Reply:
        """What this person hears; with other words ``instead`` of the world's own, if she guesses; with a browser's
        ``form`` for what the entry sends."""
        known = {**self.words, **(instead or {})}
        words = {**known, **{name: known[word] for name, word in entry.thing.fills.items()}}
        path = _filled(entry.path, {**words, "action": entry.action})
        if entry.query:
            path += "?" + _filled(entry.query, words)
        verb = "HEAD" if entry.head else entry.verb
        body = None if verb in ("GET", "HEAD") else _filled(entry.sends, words)
        told = {"Accept": face} | ({"Content-Type": FORM} if form is not None else {})
        return await self.town.call(verb, path, body if form is None else form, self.tokens[person.key], told)

    async def log_residents_in(self) -> None:
        """Again, where somebody's session may be over."""
        await self.forget_tries()
        self.tokens |= await _residents(self.town)

    async def forget_tries(self) -> None:
        """Nobody has tried anything yet: limits have tests of their own."""
        await self.database["limits"].delete_many({})

    async def copy(self, collections: tuple[str, ...]) -> dict[str, list[dict[str, Any]]]:
        """What lies in some collections now."""
        return {name: await self.database[name].find().to_list(None) for name in collections}

    async def put_back(self, copied: dict[str, list[dict[str, Any]]]) -> None:
        """As it was when it was copied."""
        for name, rows in copied.items():
            await self.database[name].delete_many({})
            if rows:
                await self.database[name].insert_many(rows)

    async def digest(self, recorded: bool = False) -> dict[str, str]:
        """Every collection's content in one word, to be compared: what a refusal has written shows in it."""
        await self.town.home.sessions._otps.drain()  # messages on their way
        seen: dict[str, str] = {}
        while seen != (now := await self._digest()):  # what goes on behind an answer comes to its end first
            seen = now
            await asyncio.sleep(0.02)
        return {name: word for name, word in seen.items() if name != "audit" or not recorded}

    async def _digest(self) -> dict[str, str]:
        told = await self.database.command("dbHash")
        return {name: word for name, word in told["collections"].items() if name not in UNTOLD}


def _filled(template: Any, words: dict[str, Any]) -> Any:
    if isinstance(template, dict):
        return {key: _filled(value, words) for key, value in template.items()}
    if not isinstance(template, str):
        return template
    whole = WORD.fullmatch(template)
    return words[whole[1]] if whole else WORD.sub(lambda found: str(words[found[1]]), template)


async def prepare(town: Town) -> World:
    """Fill the town with everything that ``objects.py`` names. Nothing runs in the background from here on."""
    await town.built.registry.area_repository.put_new(lay_out(NEIGHBOURS))
    await town.built.registry.areas.reload()
    tokens = await _residents(town)
    words = await _things(town, tokens)
    tokens |= await _staff(town)
    words["pairing"] = (await town.post("/login/pairing", {}, tokens["L1"])).body["code"]
    await town.jobs.stop()
    return World(town, words, tokens)


async def _residents(town: Town) -> dict[str, str]:
    """Everybody's session is her own: 李明 acts for 陈桂兰 in another than the one in which he is himself."""
    her, his = await town.l2(town.chen), await town.l2(town.li)
    leave = await _leave(town, her)
    acting = (await town.post(f"/my/acting/{leave}/start", {}, await town.l2(town.li))).body["access_token"]
    tokens = {"nobody": "", "L1": await town.l1(town.chen), "L2": her, "another": his, "agent": acting}
    assert set(tokens) == {person.key for person in RESIDENTS}
    return tokens


async def _leave(town: Town, her: str) -> str:
    """李明 may act for her."""
    li, until = town.li.resident, town.home.today() + timedelta(days=30)
    sent = {"name": li.name, "id_number": li.id_number, "scope": "until", "until": until.isoformat()}
    given = await town.post("/my/acting", sent, her)
    return str(given.body["id"])


async def _things(town: Town, tokens: dict[str, str]) -> dict[str, Any]:
    await town.home.editing.start(_editor(), "elder-card")
    door = await town.home.codes.get(town.chen.code)
    household = await town.home.households.for_actor(_clerk(), door.target.household)
    words: dict[str, Any] = {
        "door": town.chen.code, "household": household.id, "person": household.members[0].person,
        "pin": town.chen.pin, "allowance": "elder-allowance", "card": "elder-card", "repair": "water-repair",
        "purpose": "bank", "first": "1", "basics": "basics", "part": "applicant", "field": "name",
        "mandate": await _leave(town, tokens["L2"]), "held": await _leave(town, tokens["L2"]),
        "layout": next(iter(LAYOUTS)),
        "none_batch": "0" * 38, "house_module": "house_basic", "person_module": "person_basic",
        "none_job": "0" * 31, "zero": "0", "no_photo": "0" * 64,
    }  # fmt: skip
    words["child"] = (await town.get("/my/acting", tokens["another"])).body["wards"][0]["person"]
    words |= await _wishes(town, tokens["L2"])
    words["file"] = (await upload(town, tokens["L2"])).body["id"]
    words["account"] = (
        await _open(town, NewAccount("clerk.matrix", "白小云", "clerk", HERE["village"], PASSWORD))
    ).id
    for name, owner, steps in (
        ("new", "L2", 0),
        ("review", "L2", 1),
        ("decide", "L2", 3),
        ("agent", "agent", 0),
    ):
        photo = {"recent_photo": [words["file"]]} if name == "new" else {}
        filed = await allowance(town, tokens[owner], **photo)
        words |= {f"{name}_{key}": value for key, value in (await _moved(town, filed, steps)).items()}
    words["look"] = (await town.get("/my/looks", tokens["L2"])).body["looks"][-1]["id"]
    words["request"] = (await town.post(f"/my/looks/{words['look']}/ask", {}, tokens["L2"])).body["id"]
    words["complaint"] = (await town.post("/complaint", {"text": "窗口等了一上午没有人"})).body["number"]
    words["posting"] = (await hung(town, tokens["L2"], words["file"]))["id"]
    words |= await _report(town, words["door"], tokens["another"])
    words |= await _rated(town, tokens["L2"])
    words["finding"] = await finding(town)
    words["problem"] = await _problem(town)
    words |= {"moving_in": "person.add", "house_noun": "household"}
    words["event"] = await happened(town)
    words["merge"], words["next_door"] = await made_one(town), await next_door(town)
    words["breach"] = await _breach(town, words["review_case"])
    words["reminder"] = (
        (
            await town.post(
                f"/q/{words['new_receipt']}/remind", {"what": ["due"], "phone": "19900000079"}, tokens["L2"]
            )
        )
        .body["end"]
        .rpartition("/")[2]
    )
    words["visit"] = await _visit(town)
    words["paper"] = await kept_paper(town, words["new_case"], words["file"])
    words["taken"] = await _taken(town)
    words["filing"] = await _parcel(town)
    words["light"] = await _late(town, words["new_case"])
    return words


async def _rated(town: Town, hers: str) -> dict[str, Any]:
    """A case of hers that was decided and that she rated poorly, and a window of the town."""
    filed = await allowance(town, hers)
    await decide(town, filed["case_no"])
    await town.post(f"/q/{filed['code']}/rating", {"stars": 1, "words": "等了一上午"}, hers)
    await town.built.hearing.run_once()
    row = await town.built.database.collection("ratings").find_one({"case_no": filed["case_no"]})
    code = Code(
        grammar.new("P"), "P", (HERE["county"], HERE["town"]), Target(point="1号窗口"), town.home.clock()
    )
    await town.home.codes.issue([code])
    return {"rating": row["_id"], "window": code.id}


async def _problem(town: Town) -> str:
    """What the county's supervisor has put on the ledger of her town."""
    due = (town.home.today() + timedelta(days=10)).isoformat()
    opening = {"title": "窗口没人", "what": "安排轮班", "office": HERE["town"], "due_on": due}
    told = await town.post("/desk/problems/new", opening, await town.staff("supervisor"))
    return str(told.body["problem"]["id"])


async def _breach(town: Town, case: str) -> str:
    """What the reviewer of her town holds against her for a case."""
    charge = {"field": "promise", "kind": "false.statement", "ground": "住址不实", "evidence": "走访记录"}
    told = await town.post(f"/desk/integrity/of/{case}", charge, await town.staff("reviewer.daguan"))
    return str(told.body["id"])


async def _taken(town: Town) -> str:
    """The receipt of a repair that the clerk of her town took for her at the counter."""
    her, desk = town.chen.resident, await town.staff("clerk.daguan")
    sent = {"name": her.name, "id_number": her.id_number, "offer": "water-repair", "checked": "1"}
    begun = (await town.post("/desk/counter", sent, desk)).body
    opened = await open_form(town, *begun["form"].split("/")[2:], begun["access_token"])
    return str((await submit(town, opened, REPAIR, begun["access_token"])).body["receipt"]["code"])


async def _wishes(town: Town, hers: str) -> dict[str, Any]:
    """A correction of hers that waits, and one that a reviewer of the town has settled."""
    words: dict[str, Any] = {"name": "person.name", "strict": "person.health"}
    desk = await town.staff("reviewer.daguan")
    for element, value in (
        ("person.residence_address", "大关镇丘林村三组12号附1"),
        ("person.name", "陈桂蓝"),
    ):
        await town.post(f"/my/record/correct/me/{element}", {"value": value}, hers)
        listed = (await town.get("/desk/proposals", desk)).body["rows"]
        pick = next(row["pick"] for row in listed if row["key"] == element)
        if element == "person.name":
            words["wish"] = pick.rpartition(":")[2]
        else:
            settled = await town.post("/desk/proposals", {"picks": [pick]}, desk)
            words["batch"] = settled.body["batch"]
    return words


async def _report(town: Town, door: str, his: str) -> dict[str, str]:
    """李明 has seen that her plate is false, and taken a photo of it."""
    photo = (await upload(town, his)).body["id"]
    told = {"says": "写的是别的地址", "where": "村口", "phone": "13900007777", "photos": [photo]}
    told["report_key"] = "key-of-the-report"
    number = (await town.post(f"/mismatch/{door}", told, his)).body["number"]
    report = (await town.home.plate_reports.follow(number)).id
    return {"report": report, "report_photo": photo, "report_number": number}


async def _moved(town: Town, filed: dict[str, Any], steps: int) -> dict[str, Any]:
    """A case at its step number ``steps``."""
    walk = (("clerk.daguan", "accept"), ("reviewer.daguan", "hand_on"), ("reviewer.daguan", "hand_on"))
    for username, action in walk[:steps]:
        reply = await act(town, filed["case_no"], username, action)
        assert reply.status == 200, reply.body
    case = (await at_desk(town, filed["case_no"], "supervisor"))["case"]
    return {"case": case["id"], "receipt": filed["code"], "number": filed["case_no"], "rev": case["rev"]}


async def _parcel(town: Town) -> str:
    """A bundle of hers under 民政 that waits to be handed out."""
    areas = (await town.home.codes.get(town.chen.code)).areas
    row = {
        "_id": grammar.new("R"), "case_no": "Y1", "receipt": grammar.new("R"), "bundle": "farewell", "version": 1,
        "title": "公民身后一件事", "areas": list(areas), "applicant": {"level": "L2", "name": "陈桂兰"}, "children": [],
        "filed_at": town.home.clock(), "ready_at": town.home.clock(), "department": "民政", "state": "ready", "rev": 2,
    }  # fmt: skip
    await town.built.database.collection("filings").insert_one(row)
    return str(row["_id"])


async def _late(town: Town, case: str) -> str:
    """The light of a case that has lain at its first desk for two weeks."""
    before = town.home.clock() - timedelta(days=14)
    change = {"events.0.at": before, "watch_on": ""}
    await town.built.database.collection("cases").update_one({"_id": case}, {"$set": change})
    await town.home.supervision.sweep()
    return f"{case}:accept.late:accept.1:yellow"


def _clerk() -> Actor:
    return Actor("staff", role="clerk", area=HERE["county"])


async def _staff(town: Town) -> dict[str, str]:
    """An account for every member of staff, opened by an administrator of its county, and a token for it."""
    limits = town.built.database.collection("limits")
    tokens = {}
    for person in staff():
        actor = person.actor
        await _open(
            town,
            NewAccount(
                person.key,
                "白小云",
                actor.role,
                actor.area,
                PASSWORD,
                actor.departments,
                work_phone="19900999999",
            ),
        )
        await limits.delete_many({})
        reply = await town.post("/staff/login", {"username": person.key, "password": PASSWORD})
        tokens[person.key] = reply.body["access_token"]
    return tokens


async def _open(town: Town, new: NewAccount) -> Account:
    county = Actor("staff", role="admin", area=new.area[:6])
    return await town.home.accounts.create(county, new)


def _editor() -> Actor:
    return Actor("staff", subject="an-editor", name="何编写", role="admin", area=HERE["county"])
