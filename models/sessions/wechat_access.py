"""The mini program's access token: fetched once for all processes, renewed before its end by one of them."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from typing import TypeVar

import msgspec
import structlog

from models.base.cipher import Cipher
from models.base.clock import Clock
from models.base.errors import Unavailable
from models.sessions.wechat_line import WeChatLine
from models.sessions.wechat_token import LEASE, KeptToken, end_of
from models.sessions.wechat_tokens import WeChatTokenRepository

REFUSED = frozenset({40001, 40014, 42001})
"""What WeChat says of a token that it does not take: not the last one, not one at all, over."""

WAIT_SECONDS = 0.1
WAITS = 110  # until whoever fetches is done, or his lease is over


class Coded(msgspec.Struct, frozen=True):
    """An answer, as far as ``errcode`` goes: 0 or absent is success."""

    errcode: int = 0


class Fetched(Coded, frozen=True):
    access_token: str = ""
    expires_in: int = 0


A = TypeVar("A", bound=Coded)


class AccessToken:
    """``await token.used(work)`` calls ``work(token)``, and once more with a fresh one where WeChat refuses it."""

    def __init__(
        self, line: WeChatLine, repository: WeChatTokenRepository, cipher: Cipher, clock: Clock
    ) -> None:
        self._line = line
        self._repository = repository
        self._cipher = cipher
        self._clock = clock

    async def used(self, work: Callable[[str], Awaitable[A]]) -> A:
        """What ``work`` was answered. Raises what it raises, and Unavailable where there is no token."""
        kept = await self._current()
        answer = await work(self._open(kept))
        if answer.errcode not in REFUSED:
            return answer
        await self._repository.spoil(kept)
        return await work(self._open(await self._current()))

    async def _current(self) -> KeptToken:
        """A good token. Where the next one is due one process fetches it; the others take the old one as long as it
        is good, and wait for the new one when it is not."""
        for _ in range(WAITS):
            kept, now, holder = (
                await self._repository.get(self._line.appid),
                self._clock(),
                secrets.token_hex(8),
            )
            if not kept.due(now):
                return kept
            if await self._repository.lease(kept, holder, now, now + LEASE):
                await self._fetch(holder)
                return await self._repository.get(self._line.appid)
            if kept.good(now):
                return kept
            await asyncio.sleep(WAIT_SECONDS)
        raise Unavailable()

    async def _fetch(self, holder: str) -> None:
        appid = self._line.appid
        asked = {"grant_type": "client_credential", "appid": appid, "secret": self._line.secret}
        try:
            got = await self._line.post(
                "/cgi-bin/stable_token", {}, {**asked, "force_refresh": False}, Fetched
            )
            if got.errcode or not got.access_token:
                structlog.get_logger().error("wechat.stable_token", errcode=got.errcode)
                raise Unavailable()
        except Unavailable:
            await self._repository.release(appid, holder)
            raise
        sealed = self._cipher.seal(got.access_token, _context(appid))
        await self._repository.put(appid, holder, sealed, end_of(got.expires_in, self._clock()))

    def _open(self, kept: KeptToken) -> str:
        return self._cipher.open(kept.token, _context(kept.id))


def _context(appid: str) -> str:
    return f"wechat.token:{appid}"
