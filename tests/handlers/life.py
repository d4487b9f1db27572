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
