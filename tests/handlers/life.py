"""What happens to people, as tests report it."""

from __future__ import annotations

import secrets
from typing import Any

from tests.town import Reply, Town

HERE = "/desk/registry/events"
ADDED = {"name": "石小花", "sex": "2", "birth_date": "1990-01-01"}


def order(kind: str, **said: Any) -> dict[str, Any]:
    """An order with an operation id of its own."""
    return {"kind": kind, "op": secrets.token_hex(16), "ground": "组长说明", **said}


async def report(town: Town, sent: dict[str, Any], by: str = "clerk.daguan") -> Reply:
    """Somebody at a desk reports it."""
    return await town.post(HERE, sent, await town.staff(by))


async def home_of(town: Town, code: str) -> str:
    """The household behind a plate."""
    return (await town.home.codes.get(code)).target.household


async def happened(town: Town) -> str:
    """Something that happened to 陈桂兰's household and was taken back at once, so that she finds it as it was."""
    home = await home_of(town, town.chen.code)
    told = await report(town, order("person.add", household=home, relation="80", newcomer=ADDED))
    event = str(told.body["id"])
    await town.post(f"{HERE}/{event}/undo", {"reason": "填错了"}, await town.staff("clerk.daguan"))
    return event


async def next_door(town: Town) -> str:
    """Another household of 陈桂兰's grid, founded for this."""
    home = await town.home.households.get(await home_of(town, town.chen.code))
    place = {"group": home.areas[3], "grid": home.areas[4], "address": f"新屋{secrets.token_hex(2)}号"}
    told = await report(town, order("household.add", place=place, newcomer=ADDED))
    return next(str(each["household"]) for each in told.body["after"]["rolls"])


async def made_one(town: Town) -> str:
    """Two households of her grid that were made one."""
    winner, loser = await next_door(town), await next_door(town)
    relations = {each.person: "99" for each in (await town.home.households.get(loser)).members}
    sent = {
        "op": secrets.token_hex(16), "noun": "household", "winner": winner, "loser": loser, "relations": relations,
        "ground": "同一栋房",
    }  # fmt: skip
    told = await town.post("/desk/registry/merges", sent, await town.staff("reviewer.daguan"))
    return str(told.body["id"])
