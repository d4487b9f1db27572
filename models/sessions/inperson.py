"""A grid worker's binding in person: her phone shows a code, he looks at her card and confirms on his.

Both are logged in, she at L1; her code is worth nothing without his account, his account nothing without her code.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from datetime import timedelta
from typing import Protocol

from models.base.actor import Actor
from models.base.cipher import Cipher
from models.base.clock import Clock
from models.base.errors import Forbidden, LoginNeeded, NotFound, Unavailable
from models.limits.service import Limits
from models.roles.rules import may
from models.sessions.ledger import Ledger
from models.sessions.pairing import Check, Pairing, Shown, shown
from models.sessions.pairings import PairingRepository
from models.sessions.ports import Registry
from models.sessions.tokens import open_who, six_digits

LIFE = timedelta(minutes=10)
TRIES = 8


class Places(Protocol):
    async def areas_of(self, person_id: str) -> tuple[str, ...]:
        """The chain of areas that a registered person lives in."""


class InPerson:
    """Asking and confirming. ``places`` says where somebody lives."""

    def __init__(
        self, repository: PairingRepository, ledger: Ledger, registry: Registry, places: Places,
        limits: Limits, cipher: Cipher, clock: Clock,
    ) -> None:  # fmt: skip
        self._repository = repository
        self._ledger = ledger
        self._registry = registry
        self._places = places
        self._limits = limits
        self._cipher = cipher
        self._clock = clock

    async def ask(self, actor: Actor, address: str) -> str:
        """Six digits for a resident to show, good for ten minutes; the same for a card that nobody knows. Raises
        LoginNeeded below L1, TooMany."""
        if actor.kind != "resident" or not actor.session or actor.mandate:
            raise LoginNeeded("L1")
        await self._limits.check("pair.address", address)
        await self._limits.check("pair.card", actor.subject)
        for _ in range(TRIES):
            code = six_digits()
            if await self._repository.put(Pairing(actor.session, self._mac(code), self._clock() + LIFE)):
                return code
        raise Unavailable()

    async def look(self, worker: Actor, code: str) -> Shown:
        """Who shows ``code``. Raises NotFound, the same for a code that nobody has and for somebody who does not
        live in the worker's area; Forbidden, TooMany."""
        _, name, id_number, person = await self._find(worker, code)
        return shown(person, name, id_number)

    async def confirm(self, worker: Actor, code: str) -> Shown:
        """The worker has looked at her card: her session may go on to L2. Raises what ``look`` raises."""
        pairing, name, id_number, person = await self._find(worker, code)
        record = Check(
            secrets.token_hex(10), self._clock(), person, pairing.id, worker.subject, worker.name, worker.area
        )
        await self._repository.record(record)
        await self._repository.confirm(pairing, self._clock())
        return shown(person, name, id_number)

    async def confirmed(self, session_id: str) -> bool:
        """Whether somebody has confirmed who sits at this session."""
        pairing = await self._repository.of(session_id, self._clock())
        return pairing is not None and pairing.confirmed_at is not None

    async def done(self, session_id: str) -> None:
        """The confirmation was used."""
        await self._repository.drop(session_id)

    async def _find(self, worker: Actor, code: str) -> tuple[Pairing, str, str, str]:
        """(pairing, name, ID number, person) behind a code that this worker may confirm."""
        if not worker.is_staff or not worker.role:
            raise Forbidden()
        await self._limits.check("pair.staff", worker.subject)
        digits = re.sub(r"\s", "", unicodedata.normalize("NFKC", code[:40]))
        pairing = await self._repository.of_mac(self._mac(digits), self._clock())
        session = await self._ledger.find(pairing.id) if pairing else None
        if pairing is not None and session is not None:
            name, id_number = open_who(self._cipher, session.id, session.who)
            match = await self._registry.match(name, id_number)
            if match is not None and may(
                worker, "identity.confirm", await self._places.areas_of(match.person_id)
            ):
                return pairing, name, id_number, match.person_id
        raise NotFound("没有这个确认码，或者这位居民不在您的网格内。请核对后再输入。", code="pairing.unknown")

    def _mac(self, code: str) -> str:
        return self._cipher.mac(code, "pairing")
