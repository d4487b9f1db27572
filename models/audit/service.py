"""The record of looking, for everybody who shows or changes personal data, and for the person looked at."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from models.audit import entry as entries
from models.audit.chain import Tail
from models.audit.entry import ACTS, GROUNDS, KEEP, MOST_WHOSE, NOUNS, Act, Entry, Ground, What, Where, Who
from models.audit.heads import Signer
from models.audit.ledger import PATIENCE, Ledger
from models.audit.repository import AuditRepository
from models.audit.seals import Seals
from models.audit.witness import Alive, HeadsFile
from models.base.actor import Actor
from models.base.cipher import Cipher
from models.base.clock import Clock
from models.base.errors import NotFound
from models.base.keys import Keyring

log = logging.getLogger(__name__)

EVERY = 1_000
"""Entries after which a head is signed, however short the time."""

SECONDS = 60.0
"""Time after which a head is signed, however few the entries."""

MOST_LOOKS = 200

ROLES = {
    "admin": "管理员", "clerk": "受理人员", "reviewer": "审核人员", "approver": "审批人员", "grid": "网格员",
    "supervisor": "监察人员",
}  # fmt: skip

SYSTEM = Who("system", "saoban")
"""The server itself, as who acted."""

NOWHERE = Where()
NO_GROUND = Ground("none")
ON_DUTY = Ground("duty")
OWN = Ground("own")

Office = Callable[[str, tuple[str, ...]], str]
"""The name of an office by the code of its area and its departments."""


class Look(msgspec.Struct, frozen=True):
    """One look at a person's data, as she is told of it: the office and the role, the account (``staff``) rather
    than the personal name, when, what, on what ground. ``fields`` are keys of data elements."""

    id: str
    at: datetime
    office: str
    departments: tuple[str, ...]
    role: str
    role_name: str
    staff: str
    act: Act
    act_name: str
    noun: str
    noun_name: str
    fields: tuple[str, ...]
    ground: str
    ground_name: str
    ground_text: str


class Audit:
    """Make it on the loop that uses it, once per process and after any fork; ``await start()`` before the first
    note and ``await close()`` before the database is closed.

    ``heads`` is the file of signed heads: outside the data directory, best on another disk. ``office`` names
    offices for the person looked at.
    """

    def __init__(
        self,
        repository: AuditRepository,
        keyring: Keyring,
        cipher: Cipher,
        clock: Clock,
        heads: Path,
        office: Office,
        *,
        every: int = EVERY,
        seconds: float = SECONDS,
        patience: float = PATIENCE,
        keep: timedelta = KEEP,
    ) -> None:
        self._repository = repository
        self._cipher = cipher
        self._clock = clock
        self._office = office
        self._every = every
        self._seconds = seconds
        self.process = secrets.token_hex(4)
        self._file = HeadsFile(heads)
        self._alive = Alive(heads.parent / "processes")
        self._seals = Seals(repository, Signer(keyring), self._file, self._alive, clock)
        self._ledger = Ledger(
            repository, self._seals, self.process, patience=patience, keep=keep, grown=self._grown
        )
        self._here: ContextVar[Where] = ContextVar("audit.where", default=NOWHERE)
        self._signed = ("", 0)
        self._swept = entries.day_at(clock())
        self._sealing = asyncio.Lock()
        self._due = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None

    async def start(self) -> list[str]:
        """Seal what dead processes left open (their chains are returned), and begin. Raises OSError where the
        heads file cannot be written: a server without its witness must not start."""
        await asyncio.to_thread(self._file.prepare)
        await asyncio.to_thread(self._alive.hold, self.process)
        sealed = await self._seals.seal_dead(self.process)
        self._ledger.start()
        self._keeper = asyncio.create_task(self._keep())
        return sealed

    def here(self, route: str, address: str) -> None:
        """Say once per request where it comes from; notes made in the same task or its children carry it."""
        self._here.set(Where(route, address))

    def note(
        self,
        actor: Actor | Who,
        act: Act,
        what: What,
        *,
        whose: Iterable[str] = (),
        ground: Ground = NO_GROUND,
        within: float = 0.0,
    ) -> asyncio.Future[Any]:
        """Record one act: ``await audit.note(...)`` returns when it is durable. ``whose``: person ids or blind
        indexes of ID numbers.

        ``within`` seconds it may be gathered with others, for what is not awaited.

        Await it before showing anything. Beside another write, call it first and await it last, or gather the
        two: then the answer waits for both. Raises Unavailable when it cannot be recorded (at once where that is
        known), and ValueError for what must not be in an entry.
        """
        who = entries.who_is(actor) if isinstance(actor, Actor) else actor
        where = self._where(actor)
        now = self._clock()
        people = tuple(dict.fromkeys(each for each in whose if each))
        if len(people) <= MOST_WHOSE:
            return self._ledger.add(entries.note(now, who, act, what, people, ground, where), within)
        groups = (people[start : start + MOST_WHOSE] for start in range(0, len(people), MOST_WHOSE))
        notes = [entries.note(now, who, act, what, group, ground, where) for group in groups]
        return asyncio.gather(*(self._ledger.add(each, within) for each in notes))

    def check(self) -> None:
        """Raise Unavailable where it is known that nothing can be recorded now: before a change that is recorded when
        it is done, and must not be done where it cannot be."""
        self._ledger.check()

    async def looks_at(self, whose: Sequence[str] | str, limit: int = 50, before: str = "") -> list[Look]:
        """Who in government looked at somebody's data, the latest first. ``whose`` are all of her ids: person id
        and blind index. ``before`` is the id of the last look already shown; NotFound if there is no such."""
        ids = (whose,) if isinstance(whose, str) else tuple(whose)
        last = await self._found(ids, before) if before else None
        found = await self._repository.looks(ids, min(max(limit, 1), MOST_LOOKS), last)
        return [self._look(each) for each in found]

    async def look(self, whose: Sequence[str] | str, look_id: str) -> Look:
        """One look at her data, to ask about it. NotFound for any other."""
        return self._look(await self._found((whose,) if isinstance(whose, str) else tuple(whose), look_id))

    async def checkpoint(self) -> None:
        """Sign how far the chain has come, end the chains of days that are over. Does nothing where there is
        nothing new. Raises what the file or the database raise; then it is done the next time."""
        async with self._sealing:
            today = entries.day_at(self._clock())
            self._ledger.end_days_before(today)
            await self._seal_ended()
            tail = self._ledger.tail
            if tail is not None and tail.seq > self._signed_of(tail.chain):
                await self._seals.seal(tail, "running")
                self._signed = (tail.chain, tail.seq)
            if today > self._swept:
                await self._seals.seal_dead(self.process)
                self._swept = today

    async def _seal_ended(self) -> None:
        while self._ledger.ended:
            await self._seals.seal(self._ledger.ended[0], "closed")
            self._ledger.ended.pop(0)
        while self._ledger.abandoned:
            await self._seals.seal_as_found(self._ledger.abandoned[0])
            self._ledger.abandoned.pop(0)

    async def close(self) -> None:
        """Write what waits, sign the end of the chain, and stop. Never raises for the database: what could not
        be sealed is sealed at the next start."""
        if self._keeper is None:
            return
        self._keeper.cancel()
        await asyncio.wait({self._keeper})
        self._keeper = None
        whole = await self._ledger.close()
        try:
            await self._seal_ended()
            if whole and self._ledger.tail is not None:
                await self._seals.seal(self._ledger.tail, "closed")
        except Exception:
            log.warning("the record of looking was not closed; the next start will", exc_info=True)
        else:
            if whole:
                await asyncio.to_thread(self._alive.release)

    async def _keep(self) -> None:
        while True:
            try:
                async with asyncio.timeout(self._seconds):
                    await self._due.wait()
            except TimeoutError:
                pass
            self._due.clear()
            try:
                await self.checkpoint()
            except Exception:
                log.exception("no head could be signed for the record of looking")

    def _grown(self, tail: Tail) -> None:
        if tail.seq - self._signed_of(tail.chain) >= self._every:
            self._due.set()

    def _signed_of(self, chain: str) -> int:
        return self._signed[1] if self._signed[0] == chain else 0

    def _where(self, actor: Actor | Who) -> Where:
        here = self._here.get()
        device = actor.device if isinstance(actor, Actor) else ""
        if not device:
            return here
        return Where(here.route, here.address, self._cipher.mac(device, "audit.device")[:16])

    async def _found(self, whose: Sequence[str], look_id: str) -> Entry:
        found = await self._repository.of_id(look_id)
        if found is None or found.who.kind != "staff" or not set(whose) & set(found.whose):
            raise NotFound
        return found

    def _look(self, found: Entry) -> Look:
        who, what, ground = found.who, found.what, found.ground
        return Look(
            found.id, found.at, self._office(who.area, who.departments), who.departments,
            who.role, ROLES.get(who.role, who.role), who.id,
            found.act, ACTS[found.act], what.noun, NOUNS[what.noun], what.fields,
            ground.kind, GROUNDS[ground.kind], ground.text,
        )  # fmt: skip
