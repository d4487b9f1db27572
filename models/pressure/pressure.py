"""Pressure: what is asked of unproven submissions while too many come. Pure: figures, the ticket, the refusal.

Nothing is asked while it is calm. Above the thresholds of ``models/limits/limit.CALM`` a browser works for a second or
two (ALTCHA, proof of work v2: https://altcha.org/docs/v2/), which nobody notices and no picture puzzle troubles an
old eye with; one without scripts waits for twenty seconds with a ticket.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from models.base.actor import Actor
from models.base.errors import TooMany

ALGORITHM = "PBKDF2/SHA-256"
COST = 1000
"""Iterations of one attempt. Every browser has PBKDF2 in machine code, so a phone is not at the mercy of its scripts."""

LEAST_TRIES, MOST_TRIES = 400, 1200
"""The attempt that succeeds lies between them: bounded, where the usual search for leading zeros has a long tail that
would hit somebody's old phone. docs/limits.md has the times measured."""

CHALLENGE_LIFE = timedelta(minutes=20)
"""Long enough to read one's answers through once more."""

WAIT = timedelta(seconds=20)
TICKET_LIFE = timedelta(minutes=30)
LARGEST = 4096
"""Characters of a proof; a true one has some nine hundred."""

_TICKET = re.compile(r"([0-9]{13})\.([0-9a-f]{64})")

SAID = {
    "asked": "现在提交的人多，请等{wait}秒后再点一次“提交申请”。您填写的内容都还在。",
    "early": "还要再等{wait}秒。到时候再点一次“提交申请”，您填写的内容都还在。",
    "expired": "等得太久，这次的排队已过期。请等{wait}秒后再点一次“提交申请”，您填写的内容都还在。",
    "forged": "这次核对没有通过。请等{wait}秒后再点一次“提交申请”，您填写的内容都还在。",
    "easy": "这次核对没有通过。请等{wait}秒后再点一次“提交申请”，您填写的内容都还在。",
    "spent": "这次核对已经用过了。请等{wait}秒后再点一次“提交申请”，您填写的内容都还在。",
}


class Asked(msgspec.Struct, frozen=True):
    """What stands between a submission and its filing: solve ``challenge``, or come again with ``ticket`` after
    ``wait`` seconds."""

    challenge: dict[str, Any]
    ticket: str
    wait: int


class Pressed(TooMany):
    """Too many come at the moment. ``reason`` says what was wrong with what was brought, ``asked`` if nothing was."""

    def __init__(self, asked: Asked, reason: str) -> None:
        super().__init__(asked.wait, SAID[reason].format(wait=asked.wait))
        self.code = "pressure.challenge"
        self.asked = asked
        self.data = {
            "retry_after": asked.wait, "reason": reason, "challenge": asked.challenge, "ticket": asked.ticket,
        }  # fmt: skip


class Ticket(msgspec.Struct, frozen=True):
    """A place in the waiting line (等候票): since when, and the MAC over that and the submission that it is for."""

    since: datetime
    mac: str

    def __str__(self) -> str:
        return f"{milliseconds(self.since)}.{self.mac}"

    def left(self, now: datetime) -> int:
        """Whole seconds still to wait, 0 when it is good."""
        return max(0, -(-int((self.since + WAIT - now).total_seconds() * 1000) // 1000))

    def is_over(self, now: datetime) -> bool:
        return not timedelta(0) <= now - self.since < TICKET_LIFE


def ticket_in(text: str) -> Ticket | None:
    """The ticket that ``text`` is, whether or not its MAC is ours."""
    found = _TICKET.fullmatch(text)
    if found is None:
        return None
    return Ticket(datetime.fromtimestamp(int(found[1]) / 1000, UTC), found[2])


def milliseconds(moment: datetime) -> int:
    """Since 1970, 13 digits for the next two centuries."""
    return round(moment.timestamp() * 1000)


def unproven(actor: Actor) -> bool:
    """Whether nothing vouches for this actor: at L1 she has typed a number of the right form, which a script can too."""
    return not actor.is_staff and not actor.reaches("L2")
