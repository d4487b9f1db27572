"""The book of sessions: opening, refreshing, ending, and reading who an access token speaks for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec

from models.base.actor import Actor
from models.base.cipher import Cipher
from models.base.clock import Clock
from models.sessions.repository import SessionRepository
from models.sessions.session import (
    ACCESS_SECONDS,
    Rank,
    Session,
    SessionOver,
    Tokens,
    Why,
    expiry,
    racing,
    rotated,
)
from models.sessions.tokens import AccessTokens, RefreshTokens, new_id, new_salt, seal_agent, seal_who

Renew = Callable[[Session], Awaitable[Session | None]]
"""Gives a session as the registry and the accounts stand now, None where it must end."""


class Ledger:
    """Sessions in the database; in memory the ids of those that ended in the last quarter hour."""

    def __init__(
        self, repository: SessionRepository, access: AccessTokens, refresh: RefreshTokens,
        cipher: Cipher, clock: Clock,
    ) -> None:  # fmt: skip
        self._repository = repository
        self._access = access
        self._refresh = refresh
        self._cipher = cipher
        self._clock = clock
        self._ended: dict[str, datetime] = {}

    async def open(self, rank: Rank, subject: str, name: str, id_number: str = "", **facts: Any) -> Tokens:
        """Begin a session; ``facts`` are the other fields of ``Session`` (device, person, role ...), ``agent`` among
        them in plain."""
        session_id, now = new_id(), self._clock()
        agent = facts.pop("agent", "")
        token = self._refresh.first(session_id)
        session = Session(
            id=session_id, rank=rank, subject=subject,
            who=seal_who(self._cipher, session_id, name, id_number), current=self._refresh.mark(token),
            created_at=now, expires_at=expiry(rank, now, now, acting=bool(agent)),
            agent=seal_agent(self._cipher, session_id, agent) if agent else "", **facts,
        )  # fmt: skip
        await self._repository.add(session)
        return self._tokens(session, token)

    async def refresh(self, token: str, renew: Renew) -> Tokens:
        """New tokens for a refresh token. Raises SessionOver.

        The token is used up; for GRACE it still answers, with the same successor, so that two tabs that
        race both go on. Later than that it is in two hands: the session ends, for both of them.
        """
        mark = self._refresh.mark(token)
        session = await self._alive(token)
        if session.current == mark:
            salt = new_salt()
            successor = self._refresh.succeed(token, salt)
            renewed = await self._renewed(session, renew)
            renewed = rotated(renewed, self._refresh.mark(successor), salt, self._clock())
            if await self._repository.replace_current(renewed, mark):
                return self._tokens(renewed, successor)
            session = await self._alive(token)  # the other tab was faster: its successor is ours too
        if not racing(session, mark, self._clock()):
            await self.end(session.id, "reused")
            raise SessionOver(_required(session))
        return self._tokens(session, self._refresh.succeed(token, session.salt))

    async def end(self, session_id: str, why: Why) -> None:
        """End a session in the database, and its access tokens in this process."""
        await self._repository.end(session_id, self._clock(), why)
        if why != "raised":  # its L1 token shows nothing, and a second tab may be using it this moment
            self.ended(session_id)

    async def end_all(self, subject: str, why: Why = "account", but: str = "") -> int:
        """End every session of a person or account, except the one with the id ``but``; how many there were.

        This process refuses their access tokens at once, every other as soon as it hears (``ended``).
        """
        ids = await self._repository.end_of_subject(subject, self._clock(), why, but)
        for session_id in ids:
            self.ended(session_id)
        return len(ids)

    async def end_everybody(self) -> int:
        """End every session there is, of whomever; how many there were."""
        ids = await self._repository.end_all(self._clock(), "operator")
        for session_id in ids:
            self.ended(session_id)
        return len(ids)

    async def end_acting(self, mandate: str) -> int:
        """End every session that stands on a mandate; how many there were."""
        ids = await self._repository.end_of_mandate(mandate, self._clock())
        for session_id in ids:
            self.ended(session_id)
        return len(ids)

    async def of_subject(self, subject: str) -> list[Session]:
        """The living sessions of a person or account, the latest first."""
        return await self._repository.of_subject(subject, self._clock())

    async def find(self, session_id: str) -> Session | None:
        """A living session."""
        return await self._repository.alive(session_id, self._clock())

    async def catch_up(self) -> None:
        """Learn which sessions ended while nobody told us: after the start, and after a gap in the changes."""
        since = self._clock() - timedelta(seconds=ACCESS_SECONDS)
        for session_id in await self._repository.ended_since(since):
            self.ended(session_id)

    def ended(self, session_id: str) -> None:
        """Hear that a session has ended, here or in another process (a change stream on ``sessions``
        tells)."""
        now = self._clock()
        self._ended[session_id] = now + timedelta(seconds=ACCESS_SECONDS)
        for old in [known for known, until in self._ended.items() if until <= now]:
            del self._ended[old]

    def actor_of(self, access_token: str) -> Actor:
        """Who is asking, without the database. Raises SessionOver."""
        actor = self._access.read(access_token)
        if actor.session in self._ended or actor.behind in self._ended:
            raise SessionOver("staff" if actor.is_staff else "L1")
        return actor

    async def _alive(self, token: str) -> Session:
        session = await self._repository.alive(self._refresh.session_of(token), self._clock())
        if session is None:
            raise SessionOver("L1")
        return session

    async def _renewed(self, session: Session, renew: Renew) -> Session:
        renewed = await renew(session)
        if renewed is None:
            await self.end(session.id, "changed")
            raise SessionOver(_required(session))
        return renewed

    def _tokens(self, session: Session, refresh_token: str) -> Tokens:
        left = int((session.expires_at - self._clock()).total_seconds())
        return Tokens(
            self._access.issue(session), refresh_token, session.rank, max(0, min(ACCESS_SECONDS, left)),
            enrol=True if session.enrolling else msgspec.UNSET,
        )  # fmt: skip


def _required(session: Session) -> str:
    return "staff" if session.rank == "staff" else "L1"
