"""The token by which WeChat's server API knows the mini program. Pure.

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-access-token/getStableAccessToken.html: it lives
7200 s at most; from five minutes before its end WeChat gives out the next one, and for five minutes both are good.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec

LONGEST = timedelta(seconds=7200)
AHEAD = timedelta(minutes=4)
"""How long before its end the next one is fetched: inside the five minutes, whatever the clocks say."""

LEASE = timedelta(seconds=10)
"""How long one process may take to fetch it, while the others go on with the old one or wait."""

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class KeptToken(msgspec.Struct, frozen=True):
    """What all processes share: ``token`` sealed, empty before the first; ``rev`` counts the fetched ones."""

    id: str = msgspec.field(name="_id")
    token: str = ""
    expires_at: datetime = NEVER
    rev: int = 0

    def good(self, now: datetime) -> bool:
        return bool(self.token) and now < self.expires_at

    def due(self, now: datetime) -> bool:
        """Whether it is time for the next one."""
        return not self.good(now) or self.expires_at - now <= AHEAD

    def __repr__(self) -> str:
        return f"KeptToken(id={self.id!r}, rev={self.rev})"


def end_of(expires_in: int, now: datetime) -> datetime:
    """When a token fetched ``now`` ends: never later than WeChat says at all."""
    return now + min(timedelta(seconds=max(0, expires_in)), LONGEST)
