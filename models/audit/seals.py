"""Signing heads as chains grow and end, and sealing the chains that dead processes left open."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from models.audit.chain import CHAIN, Tail
from models.audit.entry import day_at, day_of
from models.audit.heads import Mark, Signer
from models.audit.repository import AuditRepository
from models.audit.witness import Alive, HeadsFile
from models.base.clock import Clock

log = logging.getLogger(__name__)

GRACE = timedelta(minutes=10)
"""After midnight, for a living process to end its own chain of the day before."""


class Seals:
    """Every head goes to the file first and to the database after it: whatever the database ever held, the file
    holds, and a head that is in the database only is a sign that the file was cut."""

    def __init__(
        self, repository: AuditRepository, signer: Signer, file: HeadsFile, alive: Alive, clock: Clock
    ) -> None:
        self._repository = repository
        self._signer = signer
        self._file = file
        self._alive = alive
        self._clock = clock

    async def seal(self, tail: Tail, mark: Mark) -> None:
        """Sign how far a chain has come. Raises OSError, or what the driver raises."""
        head = self._signer.sign(tail, mark, self._clock())
        await asyncio.to_thread(self._file.append, head)
        await self._repository.add_head(head)

    async def seal_as_found(self, chain: str) -> bool:
        """End a chain whose process did not: signed as it stands, and marked. False where its beginning was
        not signed by us, which makes it somebody else's: that is for the verification to name."""
        first = await self._repository.first_head(chain)
        if first is None or not self._signer.signed(first):
            return False
        found = await self._repository.tail(chain)
        await self.seal(found or Tail(chain, first.keep_until), "unclosed")
        log.warning("audit chain %s was not closed; sealed at %s", chain, found.seq if found else 0)
        return True

    async def seal_dead(self, mine: str) -> list[str]:
        """Seal the open chains of processes that are gone; returns which. ``mine`` is left alone. A process on
        another machine counts as gone when its day is over."""
        sealed: list[str] = []
        left: set[str] = {mine}
        for chain in filter(CHAIN.fullmatch, await self._repository.open_chains()):
            process = chain[11:].partition("-")[0]
            if process == mine:
                continue
            dead = await asyncio.to_thread(self._alive.is_dead, process)
            over = day_of(chain) < day_at(self._clock() - GRACE)
            if (dead or (dead is None and over)) and await self.seal_as_found(chain):
                sealed.append(chain)
            else:
                left.add(process)
        await asyncio.to_thread(self._alive.bury_all_but, left)
        return sealed
