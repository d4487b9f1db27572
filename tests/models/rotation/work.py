"""A day of a town at work, so that something sealed lies wherever sealed things can lie."""

from __future__ import annotations

from models.base.clock import now
from models.sessions.bindings import Bindings
from models.sessions.repository import BindingRepository
from tests.handlers.filing import act, allowance, repair
from tests.town import Town

IN_A_DRAFT = "13822223333"
"""A phone that is typed into a draft and nowhere else."""


IN_A_COMPLAINT = "13822224444"
"""A phone that is left with a complaint and nowhere else."""


async def busy_day(town: Town) -> None:
    """陈桂兰 asks for a one-time code, binds WeChat, files her allowance and leaves a draft; a repair is reported
    by somebody with the same phone; a clerk accepts. Somebody complains, and a reviewer answers."""
    await town.post("/login/otp", {}, await town.l1(town.chen))
    token = await town.l2(town.chen)
    actor = town.home.sessions.actor_of(token)
    database, cipher = town.built.database, town.built.cipher
    await Bindings(BindingRepository(database), cipher, now).bind(actor, "o-chen-guilan")
    await repair(town, contact_phone=town.chen.resident.phone)
    receipt = await allowance(town, token)
    reply = await act(town, receipt["case_no"], "clerk.daguan", "accept")
    assert reply.status == 200, reply.body
    path = f"/apply/{town.li.code}/water-repair/draft"
    reply = await town.call("PUT", path, {"answers": {"contact_phone": IN_A_DRAFT}}, token)
    assert reply.status == 204, reply.body
    said = {"text": "窗口等了一上午没有人", "named": "王五", "phone": IN_A_COMPLAINT}
    assert (await town.post("/complaint", said)).status == 201
    reviewer = await town.staff("reviewer.minzheng")
    row = (await town.get("/desk/rights", reviewer)).body["rows"][0]
    reply = await town.post(
        f"/desk/rights/{row['id']}/answer", {"rev": 1, "text": "已约谈，安排人值班。"}, reviewer
    )
    assert reply.status == 200, reply.body
