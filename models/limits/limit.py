"""How often something may be tried: the table of limits, and their arithmetic.

A window opens with the first try and lasts ``per_seconds``; within it ``most`` tries pass. The database
applies the same rule as ``counted`` in one atomic step (``repository.py``). docs/limits.md says what follows for
those who run and those who use the system.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta

import msgspec

MINUTE, HOUR, DAY = 60, 3600, 86400


class Limit(msgspec.Struct, frozen=True):
    """At most ``most`` tries in ``per_seconds``. With ``locks`` the try that uses up the last one starts the
    window anew, so that the pause after it is never shorter than ``per_seconds``."""

    kind: str
    most: int
    per_seconds: int
    why: str
    locks: bool = False


class Counter(msgspec.Struct, frozen=True):
    """How many tries the running window has seen, and when it ends."""

    count: int
    ends_at: datetime


LIMITS: dict[str, Limit] = {
    limit.kind: limit
    for limit in (
        Limit("login.form", 300, 10 * MINUTE, "L1 by address: reveals nothing, costs a row; halls share one"),
        Limit("card.read", 60, 10 * MINUTE, "card photos by address: a second of a core each; halls share one"),
        Limit("card.global", 600, 10 * MINUTE, "card photos in all: what two worker processes can read"),
        Limit("login.card", 10, HOUR, "L2 tries by card: an 8-digit PIN then stands five centuries"),
        Limit("login.code", 20, DAY, "L2 tries by plate, whichever card: no guessing by many cards"),
        Limit("login.address", 100, 10 * MINUTE, "L2 tries by address: carriers put thousands behind one"),
        Limit("login.global", 6000, 10 * MINUTE, "L2 tries in all: above a busy morning, below a botnet"),
        Limit("pair.address", 60, 10 * MINUTE, "codes to show a grid worker, by address"),
        Limit("pair.card", 20, HOUR, "the same by card: each lives ten minutes"),
        Limit("pair.staff", 30, 10 * MINUTE, "codes typed by a grid worker: no guessing who is waiting"),
        Limit("otp.send", 1, MINUTE, "codes by card: time for the SMS to arrive"),
        Limit("otp.day", 5, DAY, "codes by card: leaves 25 guesses in a million a day"),
        Limit("otp.phone", 10, DAY, "codes by phone: families share one; past it silence"),
        Limit("otp.address", 30, 10 * MINUTE, "codes by address: a hall with helpers, not an SMS bomb"),
        Limit("otp.global", 3000, HOUR, "codes in all: bounds the bill of the SMS gateway"),
        Limit("counter.staff", 60, HOUR, "matters begun at a counter by account: a minute each, no walk through the county"),
        Limit("registry.find", 120, HOUR, "people looked for by number and name beyond one's area, by account"),
        Limit("pins.staff", 30, HOUR, "prints of PIN slips by account: a village in a morning, no county at night"),
        Limit("staff.name", 5, 15 * MINUTE, "staff by username: MLPS level 3 lock-out", locks=True),
        Limit("staff.address", 60, 15 * MINUTE, "staff by address: an office shares one"),
        Limit("integrity.say", 20, DAY, "objections and pleas about a breach, by card: desks read each"),
        Limit("rights.ask", 20, DAY, "requests about one's own data, by card: each takes a desk its time"),
        Limit("registry.search", 300, HOUR, "searches of the registry by account: a busy counter, no walk through a county"),
        Limit("registry.show", 600, HOUR, "numbers shown whole by account: each is on the record of looking"),
        Limit("record.correct", 30, DAY, "corrections asked for, by card: reviewers read each of them"),
        Limit("record.download", 6, HOUR, "one's own record as a file or on paper, by card: it is all there is"),
        Limit("wechat.login", 300, 10 * MINUTE, "mini program log-ins by address"),
    )
}  # fmt: skip
"""Every limit of log-in, with its reason: kind, most, seconds. A success clears the counters of its card,
plate or username only."""


def counted(
    counter: Counter | None, *, most: int, per_seconds: int, now: datetime, locks: bool = False
) -> Counter:
    """The counter after one more try at ``now``; a window that has ended starts again from one."""
    ends_at = now + timedelta(seconds=per_seconds)
    if counter is None or counter.ends_at <= now:
        return Counter(1, ends_at)
    count = counter.count + 1
    return Counter(count, ends_at if locks and count == most else counter.ends_at)


def exceeded(counter: Counter, *, most: int) -> bool:
    """Whether the try that made ``counter`` was one too many."""
    return counter.count > most


def retry_after(counter: Counter, now: datetime) -> int:
    """Whole seconds until the window ends, at least one."""
    return max(1, math.ceil((counter.ends_at - now).total_seconds()))


EDGE: tuple[Limit, ...] = (
    Limit("apply.who", 60, 10 * MINUTE, "submissions by card or device: a helper at a counter, not a script"),
    Limit("apply.code", 300, 10 * MINUTE, "by plate or poster: the poster of a hall on its busiest morning"),
    Limit("apply.pair", 120, 10 * MINUTE, "by address and code: a village behind one address has many plates"),
    Limit("apply.address", 1500, 10 * MINUTE, "by address alone: carriers put thousands behind one"),
    Limit("apply.global", 30000, 10 * MINUTE, "in all: fifty a second, which one machine still files"),
    Limit("draft.who", 600, 10 * MINUTE, "drafts by card or device: one a second while somebody types"),
    Limit("draft.address", 12000, 10 * MINUTE, "by address: twenty people typing at once behind one"),
    Limit("draft.global", 60000, 10 * MINUTE, "in all: a hundred writes a second"),
    Limit("upload.address", 600, 10 * MINUTE, "photos by address (by owner it is 120 an hour): halls share one"),
    Limit("upload.global", 3000, 10 * MINUTE, "in all: what one worker process re-encodes"),
    Limit("look.who", 30, 10 * MINUTE, "numbers typed to follow a matter, by card or device"),
    Limit("look.address", 300, 10 * MINUTE, "by address: a hall's own screen shares one"),
    Limit("look.global", 6000, 10 * MINUTE, "in all: no botnet walks through the numbers"),
    Limit("miss.who", 60, 10 * MINUTE, "codes that are not ours, by card or device: typing errors, no guessing"),
    Limit("miss.address", 600, 10 * MINUTE, "by address; past it receipts stay shut there, plates stay open"),
    Limit("miss.global", 12000, 10 * MINUTE, "in all: 50 bits a code stand ages at that pace"),
    Limit("report.who", 10, HOUR, "reports of plates by card or device: somebody walks down a street"),
    Limit("report.code", 20, HOUR, "by code: a whole village scans the same false plate"),
    Limit("report.address", 60, HOUR, "by address: the village shares one"),
    Limit("report.global", 600, HOUR, "in all: more than staff can visit"),
    Limit("complaint.who", 20, HOUR, "complaints by card or device, those that were sent with a slip of the pen too"),
    Limit("complaint.address", 60, HOUR, "by address: the village shares one"),
    Limit("complaint.global", 600, HOUR, "in all: more than desks can read"),
    Limit("rating.who", 6, DAY, "ratings at a counter by card or device: a visit or two, and helping a neighbour"),
    Limit("rating.code", 300, HOUR, "by window: more than one window can serve"),
    Limit("rating.address", 120, HOUR, "by address: the hall's own network shares one"),
    Limit("rating.global", 3000, HOUR, "in all: a county's halls on their busiest morning"),
    Limit("remind.who", 12, HOUR, "reminders asked for, by card or device: each is a message to a phone"),
    Limit("remind.code", 12, HOUR, "by receipt: a family's phones, and slips of the pen"),
    Limit("remind.address", 60, HOUR, "by address: the hall's own network shares one"),
    Limit("remind.global", 600, HOUR, "in all: what the county pays the gateway for"),
    Limit("sync.who", 3000, 10 * MINUTE, "requests of the grid app by account: five a second while a long queue is sent"),
    Limit("sync.address", 30000, 10 * MINUTE, "by address: a township's network shares one"),
    Limit("sync.global", 60000, 10 * MINUTE, "in all: a hundred a second, each up to fifty operations"),
    Limit("photo.who", 3000, 10 * MINUTE, "chunks of photos by account: 256 KB each, 750 MB in ten minutes"),
    Limit("photo.address", 15000, 10 * MINUTE, "by address: a township's network shares one"),
    Limit("photo.global", 30000, 10 * MINUTE, "in all: what one worker process re-encodes"),
    Limit("ticket.code", 60, 10 * MINUTE, "waiting tickets used, by code: waiting costs a script nothing"),
    Limit("ticket.address", 120, 10 * MINUTE, "by address: the share of phones without scripts is small"),
    Limit("ticket.global", 600, 10 * MINUTE, "in all: one a second"),
)  # fmt: skip
"""What anybody may send, with its reason: the part before the point is the action, the one after it says by what it is
counted (``edge.Asker``). ``LIMIT_SCALE`` multiplies them."""

CALM: tuple[Limit, ...] = (
    Limit(
        "calm.code",
        30,
        10 * MINUTE,
        "unproven submissions of one code: no household, and few posters, send more",
    ),
    Limit("calm.global", 300, 10 * MINUTE, "in all: thirty a minute is beyond a county's busiest morning"),
)
"""Not limits but thresholds: above them a proof of work or a wait is asked of whoever is not at L2 (models/pressure)."""

SCANS = Limit(
    "scan.address", 3000, MINUTE, "scans of good codes by address and process: they cost no round trip"
)
"""Refilled steadily, in the memory of each process (``buckets.py``)."""

GATHERED = frozenset({"apply", "draft", "miss", "calm", "sync", "photo"})
"""Actions that are decided in memory and counted in the database a moment later, many with one write (``tally.py``);
for the others one write a try is little beside what they cost."""
