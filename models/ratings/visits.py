"""Rating a visit to a counter (线下一次一评): the code at the window opens a page, and with it a ticket for one rating."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec

from models.accounts.account import is_phone
from models.areas.service import Areas
from models.base.cipher import Cipher, Unreadable
from models.base.clock import Clock, local_day
from models.base.errors import Conflict, Invalid, NotFound, Problem
from models.calendar.working_days import WorkingDays
from models.codes.code import Code
from models.codes.service import Codes
from models.ratings.rating import DAYS, LONGEST, POOR, Rating, opened
from models.ratings.reasons import Reasons
from models.ratings.repository import RatingRepository
from models.ratings.scrub import scrub
from qr import grammar

TICKET_LIFE = timedelta(minutes=30)
"""Long enough to write a few words while one stands there, too short to take a picture of a code home."""

LONGEST_TICKET = 400
ROLE = "clerk"  # who sits at a window


class Visited(msgspec.Struct, frozen=True):
    """What somebody says of a visit. ``ticket`` came with the page; ``phone`` for a call, if she likes."""

    stars: int = 0
    reasons: tuple[str, ...] = ()
    words: str = ""
    phone: str = ""
    ticket: str = ""

    def __repr__(self) -> str:
        return f"Visited({self.stars})"


class Window(msgspec.Struct, frozen=True):
    """A window that can be rated; ``ticket`` is good for one rating."""

    code: str
    name: str
    ticket: str


class Visits:
    """Use cases of whoever stands at a window."""

    def __init__(
        self, repository: RatingRepository, codes: Codes, areas: Areas, reasons: Reasons, cipher: Cipher, clock: Clock,
        days: WorkingDays, new_id: Callable[[], str],
    ) -> None:  # fmt: skip
        self._repository = repository
        self._codes = codes
        self._areas = areas
        self._reasons = reasons
        self._cipher = cipher
        self._clock = clock
        self._days = days
        self._new_id = new_id

    async def open(self, code_text: str) -> Window:
        """The window behind a code, with a new ticket. Raises NotFound, Conflict for a code that no longer holds."""
        code = await self._code(code_text)
        until = self._clock() + TICKET_LIFE
        ticket = self._cipher.seal(f"{self._new_id()}.{int(until.timestamp())}", _context(code.id))
        return Window(code.id, self._name(code), ticket)

    async def rate(self, code_text: str, visited: Visited) -> bool:
        """Take a rating in; False where this ticket has brought one already. Raises NotFound, Conflict, Invalid."""
        code = await self._code(code_text)
        reasons = self._reasons.check(visited.stars, visited.reasons)
        if visited.phone and not is_phone(visited.phone):
            raise Invalid([Problem("phone", "phone.form", "请填写11位手机号码，或者不填。")])
        visit, now = self._visit(code, visited.ticket), self._clock()
        words, day = " ".join(visited.words.split())[:LONGEST], local_day(now)
        rating = Rating(
            id=self._new_id(), source=f"visit:{visit}", channel="visit", item="", title=f"{self._name(code)}窗口服务",
            areas=code.areas, desks=(f"{code.areas[-1]}|{ROLE}",), department="", level=visited.stars,
            month=day.isoformat()[:7], at=now, reasons=reasons, words=words, shown=scrub(words, {visited.phone}),
            phone=visited.phone if visited.stars in POOR else "",
        )  # fmt: skip
        return await self._repository.add(opened(rating, self._days.add(day, DAYS).isoformat()))

    async def _code(self, text: str) -> Code:
        try:
            code = await self._codes.get(grammar.read(text))
        except grammar.BadCode as bad:
            raise NotFound(bad.message, code=f"code.{bad.reason}") from None
        if code.kind != "P":
            raise NotFound("这个码不是服务窗口的码，请扫窗口上的评价码。", code="code.kind")
        if code.state != "active":
            raise Conflict("这个窗口的码已停用，请扫窗口上新的码。", code=f"code.{code.state}")
        return code

    def _name(self, code: Code) -> str:
        return self._areas.name_below_county(code.areas[-1]) + code.target.point

    def _visit(self, code: Code, ticket: str) -> str:
        """The visit that a ticket is for. Raises Invalid for one that is not ours, of another window, or too old."""
        try:
            if len(ticket) > LONGEST_TICKET:
                raise Unreadable()
            visit, _, until = self._cipher.open(ticket, _context(code.id)).partition(".")
            if self._clock() <= datetime.fromtimestamp(int(until), UTC):
                return visit
        except (Unreadable, ValueError):
            pass
        raise Invalid([Problem("ticket", "rating.ticket", "页面打开太久了，请再扫一次窗口上的码。")])


def _context(code: str) -> str:
    """A ticket of one window does not open at another."""
    return f"rating.visit:{code}"
