"""Cases that were rated, as whoever puts ratings together works on them.

``unheard_at`` of a case says since when a rating of it waits to be heard of; its index is the queue. It is written with
the rating itself, so none is lost, and taken away when it was heard; in between it may be heard twice.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from models.base.cipher import Cipher
from models.cases import flow
from models.cases.case import Case, StepState
from models.cases.sealing import Sealing
from models.database import Database


class RatedCase(msgspec.Struct, frozen=True):
    """One case, and the mark that it was found under."""

    case: Case
    since: datetime


class RatedCases:
    """The marks in the ``cases`` collection."""

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._cases = database.collection("cases")
        self._sealing = Sealing(cipher)

    async def waiting(self, limit: int) -> list[RatedCase]:
        """Those that nobody has heard of, the longest waiting first."""
        query = {"unheard_at": {"$exists": True}}
        rows = await self._cases.find(query).sort("unheard_at", 1).limit(limit).to_list(limit)
        return [RatedCase(self._sealing.case(row), row["unheard_at"]) for row in rows]

    async def heard(self, found: RatedCase) -> None:
        """It stands where it belongs."""
        mine = {"_id": found.case.id, "unheard_at": found.since}
        await self._cases.update_one(mine, {"$unset": {"unheard_at": ""}})


def deciding(case: Case) -> StepState:
    """The step in which a case was decided: the last one that was done, issuing apart."""
    done = [step for step in case.steps if step.state == "done" and step.kind != "issue"]
    return done[-1] if done else case.steps[0]


def deciding_desks(case: Case) -> tuple[str, ...]:
    """Whose desks that was, as ``flow.desks`` names them."""
    step = msgspec.structs.replace(deciding(case), state="active")
    return flow.desks((step,), case.areas)


def handlers(case: Case) -> tuple[str, ...]:
    """The accounts that have done something to a case."""
    signed = [account for step in case.steps for account in step.signed]
    acted = [event.by.id for event in case.events if event.by.kind == "staff"]
    return tuple(dict.fromkeys((*acted, *signed)))


def unrated(case: Case) -> Case:
    """The case as those who were rated see it: a rating is for them only as far as models/ratings shows it."""
    if case.rating is None:
        return case
    events = tuple(event for event in case.events if event.what != "rated")
    return msgspec.structs.replace(case, rating=None, events=events)
