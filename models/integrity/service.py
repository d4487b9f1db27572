"""The register for whoever is in it: her declarations, what is held against her, and what she says to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec

from models.base.actor import Actor
from models.base.clock import Clock, local_day
from models.base.errors import Conflict, Forbidden, LoginNeeded, NotFound
from models.cases.case import By
from models.cases.declared import Declarations, Declared
from models.integrity import breach as moves
from models.integrity.breach import Breach
from models.integrity.kinds import Kind
from models.integrity.repository import BreachRepository
from models.limits.service import Limits

MOVES: Mapping[str, Callable[[Breach, By, datetime, str], Breach]] = {
    "object": moves.object_to, "ask_repair": moves.ask_repair,
}  # fmt: skip


class Own(msgspec.Struct, frozen=True):
    """What she has declared, and what of it is said to be broken."""

    declared: tuple[Declared, ...]
    breaches: tuple[Breach, ...]


class Integrity:
    """Use cases of residents."""

    def __init__(
        self, repository: BreachRepository, declarations: Declarations, limits: Limits, kinds: Mapping[str, Kind],
        clock: Clock,
    ) -> None:  # fmt: skip
        self._repository = repository
        self._declarations = declarations
        self._limits = limits
        self._clock = clock
        self.kinds = kinds

    async def own(self, actor: Actor) -> Own:
        """Raises LoginNeeded below L2, Forbidden for an agent."""
        declared = await self._declarations.own(actor)
        return Own(declared, tuple(await self._repository.of_person(actor.subject)))

    async def get(self, actor: Actor, breach_id: str) -> Breach:
        """One record about herself. Raises NotFound, also for somebody else's."""
        if actor.kind != "resident" or not actor.reaches("L2"):
            raise LoginNeeded("L2")
        if actor.mandate:
            raise Forbidden("这件事要由本人来办。", code="mandate.acting")
        found = await self._repository.get(breach_id)
        if found is None or found.subject != actor.subject:
            raise NotFound("没有找到这条记录。", code="breach.unknown")
        return found

    async def say(self, actor: Actor, breach_id: str, move: str, rev: int, text: str) -> Breach:
        """Object, or ask for repair. Raises NotFound, Conflict, Invalid, TooMany."""
        found = await self.get(actor, breach_id)
        if move not in MOVES:
            raise NotFound("没有这种操作。", code="breach.move")
        await self._limits.check("integrity.say", actor.subject)
        if found.rev != rev:
            raise Conflict("这条记录刚有变化，请刷新后再看。", code="breach.changed")
        changed = MOVES[move](found, By("resident", actor.subject, actor.name), self._clock(), text)
        if not await self._repository.replace(changed):
            raise Conflict("这条记录刚有变化，请刷新后再看。", code="breach.changed")
        return changed

    def moves_of(self, found: Breach) -> tuple[str, ...]:
        """What she may do about it now."""
        today = local_day(self._clock()).isoformat()
        if found.state == "served" and today <= found.object_by:
            return ("object",)
        return (
            ("ask_repair",) if found.state == "standing" and found.repair_from <= today <= found.until else ()
        )
