"""A day of a town at work, so that something sealed lies wherever sealed things can lie."""

from __future__ import annotations

from models.base.clock import now
from models.sessions.bindings import Bindings
from models.sessions.repository import BindingRepository
from tests.handlers.filing import act, allowance, repair
from tests.town import Town

IN_A_DRAFT = "13822223333"
"""A phone that is typed into a draft and nowhere else."""


async def busy_day(town: Town) -> None:
    """陈桂兰 asks for a one-time code, binds WeChat, files her allowance and leaves a draft; a repair is reported
    by somebody with the same phone; a clerk accepts."""
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
