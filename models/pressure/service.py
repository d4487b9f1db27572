"""Noticing that too many unproven submissions come, and asking each for a little work or a little patience."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import altcha
import msgspec

from models.base.actor import Actor
from models.base.chance import Chance
from models.base.cipher import Cipher
from models.base.clock import Clock
from models.limits.edge import Asker, Edge
from models.limits.limit import CALM
from models.limits.tally import Tally
from models.pressure.pressure import (
    ALGORITHM,
    CHALLENGE_LIFE,
    COST,
    LARGEST,
    LEAST_TRIES,
    MOST_TRIES,
    TICKET_LIFE,
    Asked,
    Pressed,
    Ticket,
    milliseconds,
    ticket_in,
    unproven,
)
from models.pressure.repository import ProofRepository

IsFiled = Callable[[str], Awaitable[bool]]
"""Whether something was filed under a submission's key before (``Cases.is_filed``)."""


class Pressure:
    """Thresholds are counted in every process and shared by ``Tally``; challenges and tickets are signed, so that
    any process knows those of another."""

    def __init__(
        self, tally: Tally, edge: Edge, proofs: ProofRepository, cipher: Cipher, clock: Clock, chance: Chance,
        is_filed: IsFiled, scale: int = 1,
    ) -> None:  # fmt: skip
        self._tally = tally
        self._edge = edge
        self._proofs = proofs
        self._cipher = cipher
        self._clock = clock
        self._chance = chance
        self._is_filed = is_filed
        self._scale = scale
        self._secret = cipher.mac("challenge", "pressure.secret")
        self._key_secret = cipher.mac("key", "pressure.secret")

    def filed(self, actor: Actor, code: str) -> None:
        """An unproven submission was filed: it counts towards the pressure."""
        if unproven(actor):
            for limit, key in zip(CALM, (code, ""), strict=True):
                self._tally.note(limit.kind, key, limit.per_seconds)

    def is_on(self, actor: Actor, code: str) -> bool:
        """Whether this actor has to bring something to submit from this code now."""
        return unproven(actor) and any(
            self._tally.count(limit.kind, key) >= limit.most * self._scale
            for limit, key in zip(CALM, (code, ""), strict=True)
        )

    def ask(self, submission_key: str, ticket: Ticket | None = None) -> Asked:
        """A challenge and a ticket for one submission; ``ticket`` is the one that she holds already."""
        held = ticket or self._ticket(submission_key)
        return Asked(self._challenge(), str(held), held.left(self._clock()) or 1)

    async def admit(self, actor: Actor, asked: Asker, submission_key: str, proof: str, ticket: str) -> None:
        """Let a submission pass, or raise Pressed with what to do. What was filed before is never held up: it leads
        to its receipt. Raises TooMany where too many come with tickets."""
        if not self.is_on(actor, asked.code) or await self._is_filed(submission_key):
            return
        if proof:
            await self._check_proof(proof, submission_key)
        elif ticket:
            await self._check_ticket(ticket, submission_key, asked)
        else:
            raise Pressed(self.ask(submission_key), "asked")

    async def _check_proof(self, proof: str, submission_key: str) -> None:
        """Pass a solved challenge of ours, not expired, of today's difficulty, and not used for anything else."""
        solved = _read(proof)
        if solved is None:
            raise Pressed(self.ask(submission_key), "forged")
        found = altcha.verify_solution(solved, self._secret, hmac_key_secret=self._key_secret)
        parameters = solved.challenge.parameters
        expires_at = parameters.expires_at if type(parameters.expires_at) is int else 0
        if found.expired:
            raise Pressed(self.ask(submission_key), "expired")
        if not found.verified:
            raise Pressed(self.ask(submission_key), "forged")
        if parameters.algorithm != ALGORITHM or parameters.cost < COST or not expires_at:
            raise Pressed(self.ask(submission_key), "easy")
        until = datetime.fromtimestamp(expires_at, UTC)
        if until <= self._clock():
            raise Pressed(self.ask(submission_key), "expired")
        await self._spend(f"proof:{solved.challenge.signature}", submission_key, until)

    async def _check_ticket(self, text: str, submission_key: str, asked: Asker) -> None:
        """Pass a ticket of ours for this very submission that has waited long enough."""
        ticket, now = ticket_in(text), self._clock()
        if ticket is None or not self._cipher.same(
            ticket.mac, self._ticket_mac(ticket.since, submission_key)
        ):
            raise Pressed(self.ask(submission_key), "forged")
        if ticket.is_over(now):
            raise Pressed(self.ask(submission_key), "expired")
        if ticket.left(now):
            raise Pressed(self.ask(submission_key, ticket), "early")
        await self._edge.admit("ticket", asked)
        await self._spend(f"ticket:{ticket.mac}", submission_key, ticket.since + TICKET_LIFE)

    async def _spend(self, proof: str, submission_key: str, until: datetime) -> None:
        by = self._cipher.mac(submission_key, "pressure.by")
        if not await self._proofs.spend(proof, by, until):
            raise Pressed(self.ask(submission_key), "spent")

    def _challenge(self) -> dict[str, Any]:
        tries = LEAST_TRIES + self._chance.below(MOST_TRIES - LEAST_TRIES)
        made: dict[str, Any] = altcha.create_challenge(
            ALGORITHM, COST, counter=tries, expires_at=self._clock() + CHALLENGE_LIFE,
            data={"most": MOST_TRIES}, hmac_secret=self._secret, hmac_key_secret=self._key_secret,
        ).to_dict()  # fmt: skip
        return made

    def _ticket(self, submission_key: str) -> Ticket:
        since = self._clock()
        return Ticket(since, self._ticket_mac(since, submission_key))

    def _ticket_mac(self, since: datetime, submission_key: str) -> str:
        return self._cipher.mac(f"{milliseconds(since)}:{submission_key}", "pressure.ticket")


def _read(proof: str) -> altcha.Payload | None:
    """The payload of ALTCHA, Base64 of JSON; None for what is none."""
    if len(proof) > LARGEST:
        return None
    try:
        return altcha.Payload.from_dict(msgspec.json.decode(base64.b64decode(proof, validate=True)))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
