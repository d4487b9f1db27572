"""No look without a record: what handlers note before they show or change somebody's data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.audit.entry import Act, Ground, What
from models.base.actor import Actor
from models.cases.case import Case

if TYPE_CHECKING:
    from handlers.base import Base

OWN = Ground("own")


async def at_case(handler: Base, act: Act, case: Case) -> None:
    """Staff look at a case, or do something with it. Raises Unavailable where that cannot be recorded."""
    whose = (case.applicant.person, case.applicant.subject)
    await _note(handler, act, What("case", case.id), whose, Ground("case", case.case_no))


async def at_material(handler: Base, file_id: str, owner: str) -> None:
    """Staff open a paper of a case. ``owner`` is whose it is, as uploads name owners."""
    kind, _, subject = owner.partition(":")
    whose = (subject.partition(":")[0],) if kind == "card" else ()
    await _note(handler, "view", What("material", file_id), whose, Ground("duty"))


async def filing(handler: Base, receipt: str) -> None:
    """A resident has filed something; herself, or somebody for her."""
    actor = handler.actor
    ground = Ground("delegated", actor.mandate) if actor.mandate else OWN
    await _note(handler, "file", What("case", receipt), (actor.person, actor.subject), ground)


async def login(handler: Base, actor: Actor) -> None:
    """A member of staff has come in."""
    audit = handler.home.audit
    audit.here(handler.route, handler.request.remote_ip or "")
    await audit.note(actor, "login", What("session", actor.session), ground=Ground("duty"))


async def _note(handler: Base, act: Act, what: What, whose: tuple[str, ...], ground: Ground) -> None:
    audit = handler.home.audit
    audit.here(handler.route, handler.request.remote_ip or "")
    await audit.note(handler.actor, act, what, whose=whose, ground=ground)
