"""What a session is, how long it lives, and the pure rules about refresh tokens, one-time codes and names."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

import msgspec

from models.base.actor import Level, Role
from models.base.errors import LoginNeeded

Rank = Literal["L1", "L2", "staff"]
ACCESS_SECONDS = 15 * 60
GRACE = timedelta(seconds=60)  # two tabs that race, or an answer lost on the way
OTP_LIFE = timedelta(minutes=5)
OTP_TRIES = 5

IDLE: dict[Rank, timedelta] = {
    "L1": timedelta(hours=12),
    "L2": timedelta(days=7),
    "staff": timedelta(hours=2),
}
"""How long a session may rest. L1 reveals nothing and is typed again in a minute; L2 spares an elder a
second walk; staff sit at shared desks."""

LONGEST: dict[Rank, timedelta] = {
    "L1": timedelta(days=1),
    "L2": timedelta(days=30),
    "staff": timedelta(hours=12),
}
"""How long a session may live, however busy."""

FRESH = timedelta(minutes=30)
"""How long after she has shown who she is a resident may see numbers whole, carry her data away, and have a new phone
recorded: a session that was left open on a lent phone is not good for everything."""

ACTING = timedelta(hours=2)
"""How long anybody may act for somebody else in one go, however busy."""

SUBJECT = "person.id_no"  # kind of the blind index by which residents are known in sessions, drafts and cases

Why = Literal["logout", "raised", "reused", "changed", "owner", "account", "mandate", "operator"]
"""Why a session ended: logged out; raised in a new one; an old refresh token came back (theft); the person or
account behind it is no longer what it was; its owner ended it from her list of devices; an administrator
closed, suspended or changed the account; an operator ended it from the command line; leave to act for
somebody was taken back."""

Proof = Literal["pin", "otp", "wechat", "grid", "counter"]
"""By what something-she-has a session stands at L2."""


class SessionOver(LoginNeeded):
    """A token is expired, altered, ended or not ours: log in again (or refresh, where the refresh token
    lives)."""

    code = "login.expired"
    message = "登录已失效，请重新登录。"


class ProofStale(LoginNeeded):
    """Logged in, but too long ago for what is asked: show once more that it is you."""

    code = "login.stale"
    message = "为了您的信息安全，请再验证一次身份。"


class Tokens(msgspec.Struct, frozen=True):
    """What a client gets. ``expires_in`` is of the access token, in seconds. ``enrol`` is there, and true,
    where the session is good for setting up a second factor and for nothing else."""

    access_token: str
    refresh_token: str
    level: Rank
    expires_in: int = ACCESS_SECONDS
    enrol: bool | msgspec.UnsetType = msgspec.UNSET

    def __repr__(self) -> str:
        return f"Tokens(level={self.level!r})"


class Session(msgspec.Struct, frozen=True, omit_defaults=True):
    """One log-in. ``who`` is the sealed JSON pair of name and ID number; ``current`` and ``previous`` are
    MACs of refresh tokens, ``salt`` the random hex from which the current one was derived
    (``tokens.succeed``). ``label`` names the device as its owner would (``devices.label_of``); ``proof`` is
    what raised a resident's to L2; ``second`` says that a staff account's second factor was shown.

    Somebody who acts for another has a session in the other's name: ``mandate`` lets her, ``agent`` is her own
    name, sealed, and ``behind`` the id of her own session, without which this one is worth nothing."""

    id: str = msgspec.field(name="_id")
    rank: Rank
    subject: str
    who: str
    current: str
    created_at: datetime
    expires_at: datetime
    person: str = ""
    household: str = ""
    device: str = ""
    role: Role | Literal[""] = ""
    area: str = ""
    departments: tuple[str, ...] = ()
    label: str = ""
    proof: Proof | Literal[""] = ""
    second: bool = False
    mandate: str = ""
    agent: str = ""
    behind: str = ""
    previous: str = ""
    salt: str = ""
    rotated_at: datetime | None = None
    ended_at: datetime | None = None
    ended_why: Why | Literal[""] = ""

    @property
    def level(self) -> Level:
        """The resident's level; staff stand outside the levels."""
        return "L0" if self.rank == "staff" else self.rank

    @property
    def enrolling(self) -> bool:
        """A staff session that may set up its second factor and nothing else: it has no role and no area, so
        that every check of either refuses it."""
        return self.rank == "staff" and not self.role

    def __repr__(self) -> str:
        return f"Session(id={self.id!r}, rank={self.rank!r})"


class Otp(msgspec.Struct, frozen=True, omit_defaults=True):
    """A one-time code, bound to the session that asked for it (its id is the session's)."""

    id: str = msgspec.field(name="_id")
    mac: str
    expires_at: datetime
    tries: int = 0
    used_at: datetime | None = None


class Binding(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whose WeChat account this is. The id is the blind index of the openid; ``openid`` (for messages) and
    ``who`` are sealed."""

    id: str = msgspec.field(name="_id")
    openid: str
    subject: str
    who: str
    bound_at: datetime

    def __repr__(self) -> str:
        return f"Binding(id={self.id!r})"


def fresh_proof(session: Session, now: datetime, within: timedelta = FRESH) -> Proof | Literal[""]:
    """What raised the session to L2, if that was lately; a session at L2 begins with its proof."""
    return session.proof if now - session.created_at <= within else ""


def expiry(rank: Rank, created_at: datetime, now: datetime, *, acting: bool = False) -> datetime:
    """When a session that is used ``now`` ends by itself."""
    return min(now + IDLE[rank], created_at + (ACTING if acting else LONGEST[rank]))


def rotated(session: Session, successor: str, salt: str, now: datetime) -> Session:
    """``session`` after its refresh token gave way to the one with the MAC ``successor``."""
    return msgspec.structs.replace(
        session, previous=session.current, current=successor, salt=salt, rotated_at=now,
        expires_at=expiry(session.rank, session.created_at, now, acting=bool(session.mandate)),
    )  # fmt: skip


def racing(session: Session, presented: str, now: datetime) -> bool:
    """Whether the refresh token with the MAC ``presented`` is the previous one, in its time of grace."""
    fresh = session.rotated_at is not None and now - session.rotated_at <= GRACE
    return fresh and session.previous == presented
