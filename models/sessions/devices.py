"""One's own sessions and the devices they are on: seen and ended by their owner."""

from __future__ import annotations

import re
from datetime import datetime

import msgspec

from models.base.actor import Actor
from models.base.errors import LoginNeeded, NotFound
from models.sessions.ledger import Ledger
from models.sessions.session import Rank, Session

_APPS = (
    ("miniProgram", "微信小程序"), ("MicroMessenger", "微信"), ("Alipay", "支付宝"), ("HuaweiBrowser", "华为浏览器"),
    ("MiuiBrowser", "小米浏览器"), ("UCBrowser", "UC浏览器"), ("QQBrowser", "QQ浏览器"), ("Edg", "Edge浏览器"),
    ("Firefox", "火狐浏览器"), ("Chrome", "Chrome浏览器"), ("Safari", "Safari浏览器"),
)  # fmt: skip
_SYSTEMS = (
    ("OpenHarmony", "鸿蒙"), ("HarmonyOS", "鸿蒙"), ("iPhone", "苹果手机"), ("iPad", "苹果平板"),
    ("Android", "安卓"), ("Windows", "Windows电脑"), ("Mac OS X", "苹果电脑"), ("Linux", "Linux电脑"),
)  # fmt: skip
UNKNOWN = "未识别的设备"


class SessionLine(msgspec.Struct, frozen=True):
    """One session as its owner sees it. ``last_used`` is when its tokens were last renewed, which a session in
    use does every 15 minutes; ``current`` marks the one that is asking."""

    id: str
    device: str
    level: Rank
    at: datetime
    last_used: datetime
    current: bool


class Devices:
    """The list of one's sessions."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def of(self, actor: Actor) -> tuple[SessionLine, ...]:
        """The actor's living sessions, the latest first. LoginNeeded without a session."""
        return tuple(_line(session, actor.session) for session in await self._hers(actor))

    async def end(self, actor: Actor, session_id: str) -> None:
        """End one of the actor's sessions. NotFound for any other, whether it exists or not."""
        if session_id not in {session.id for session in await self._hers(actor)}:
            raise NotFound("这个登录已经结束，或者不是您的登录。", code="session.unknown")
        await self._ledger.end(session_id, "owner")

    async def end_others(self, actor: Actor) -> int:
        """End all of the actor's sessions but the one that asks; how many there were."""
        _need_session(actor)
        if not _proven(actor):
            return 0
        return await self._ledger.end_all(actor.subject, "owner", but=actor.session)

    async def _hers(self, actor: Actor) -> list[Session]:
        _need_session(actor)
        if _proven(actor):
            return await self._ledger.of_subject(actor.subject)
        only = await self._ledger.find(actor.session)
        return [only] if only else []


def label_of(user_agent: str) -> str:
    """A device as its owner would call it, from the families named in a User-Agent: 微信（安卓）. The header
    itself is not kept: versions and models would tell one phone from another."""
    agent = user_agent[:1000]
    app = next((name for word, name in _APPS if re.search(rf"\b{word}", agent)), "")
    system = next((name for word, name in _SYSTEMS if word in agent), "")
    return f"{app}（{system}）" if app and system else app or system or UNKNOWN


def _line(session: Session, current: str) -> SessionLine:
    return SessionLine(
        session.id, session.label or UNKNOWN, session.rank, session.created_at,
        session.rotated_at or session.created_at, session.id == current,
    )  # fmt: skip


def _proven(actor: Actor) -> bool:
    """Whether the actor has shown that she is who she says: a name and a number from a card, or a password
    without the second factor that is asked for, are not enough to look at the owner's devices; nor is leave to act
    for her."""
    return bool(actor.role) if actor.is_staff else actor.reaches("L2") and not actor.mandate


def _need_session(actor: Actor) -> None:
    if not actor.session:
        raise LoginNeeded("L1")
