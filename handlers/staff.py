"""The staff entrance: password, second factor, and setting that up."""

from __future__ import annotations

import base64
import re
from types import SimpleNamespace as Page
from urllib.parse import quote

import msgspec

from handlers import cookies, events, looking
from handlers.access import anyone, staff
from handlers.base import Base
from handlers.errors import status_of
from handlers.login import LoginBase, Onward
from handlers.views.desk import start, watermark
from models.base.clock import SHANGHAI
from models.base.errors import Conflict, Invalid, LoginRefused, SaobanError, TooMany
from models.sessions.factor import Enrolment, enrolment
from models.sessions.session import Tokens
from models.sessions.staff import PENDING_SECONDS, Enrolled, SecondNeeded, SecondStanding
from qr.png import png
from qr.symbol import symbol

PENDING = "pending"
"""The cookie that holds the first step of a log-in until the second is done; never in an address."""

PIXELS = 5  # to a module: some 300 across, which a phone reads from a screen
SECRET = re.compile(r"[A-Z2-7]{16,64}")
ANYWHERE = frozenset({"", "/", "/my", "/desk", "/staff"})


class StaffCard(msgspec.Struct, frozen=True):
    username: str = ""
    password: str = ""
    next: str = ""


class SecondCode(msgspec.Struct, frozen=True):
    """``code``: six digits of an authenticator app, or a recovery code. ``pending`` from the 401 ``login.second``; a
    browser has it in a cookie."""

    code: str = ""
    pending: str = ""
    next: str = ""


class AppCode(msgspec.Struct, frozen=True):
    """``secret`` is sent back by the page alone, so that it can show the same picture again."""

    code: str = ""
    secret: str = ""


class Recovery(msgspec.Struct, frozen=True):
    """Ten recovery codes, shown now and never again."""

    recovery: tuple[str, ...]


class StaffBase(LoginBase):
    """What the steps share."""

    async def let_in(self, tokens: Tokens, wanted: str) -> None:
        """Hand the tokens over; a browser goes where it was going, or where this account's work is."""
        self.clear_cookie(PENDING)
        await self.leave()
        actor = self.home.sessions.actor_of(tokens.access_token)
        await looking.login(self, actor)
        onward = self.onward(wanted)
        self.welcome(tokens, onward if actor.role and onward not in ANYWHERE else start(actor))

    def ask_password(self, wanted: str, username: str, error: SaobanError) -> None:
        page = Page(next=wanted, username=username, refused=error.message)
        self.respond({}, "staff_login.html", status=status_of(error), draw=lambda _model: page)


class StaffLogin(StaffBase):
    """The first step: username and password."""

    @anyone(gives=Onward, query=("next",), summary="工作人员登录页面")
    async def get(self) -> None:
        onward = self.get_query_argument("next", "/staff")
        self.respond(
            Onward(onward), "staff_login.html", draw=lambda _model: Page(next=onward, username="", refused="")
        )

    @anyone(reads=StaffCard, gives=Tokens, summary="工作人员登录；开通二次验证的账号得到 401 login.second")
    async def post(self) -> None:
        card = self.read(StaffCard, verbatim=("password",))
        try:
            with events.login(self, "password", card.username):
                tokens = await self.home.sessions.staff_login(
                    card.username, card.password, self.address, self.agent
                )
        except SecondNeeded as needed:
            if self.wants_json:
                raise
            cookies.keep(self, PENDING, needed.pending.token, PENDING_SECONDS)
            self.redirect(f"/staff/second?next={quote(self.onward(card.next), safe='/')}", status=303)
        except (LoginRefused, TooMany) as error:
            if self.wants_json:
                raise
            self.ask_password(card.next, card.username, error)
        else:
            await self.let_in(tokens, card.next)


class StaffSecond(StaffBase):
    """The second step: a time-based code or a recovery code."""

    @anyone(gives=Onward, query=("next",), status=(200, 303), summary="二次验证页面")
    async def get(self) -> None:
        onward = self.onward(self.get_query_argument("next", ""))
        if not self.get_cookie(PENDING) and not self.wants_json:
            self.redirect("/staff/login", status=303)
            return
        self.respond(Onward(onward), "staff_second.html", draw=lambda _model: Page(next=onward, refused=""))

    @anyone(reads=SecondCode, gives=Tokens, summary="二次验证：动态验证码或恢复码")
    async def post(self) -> None:
        sent = self.read(SecondCode)
        pending = sent.pending or self.get_cookie(PENDING) or ""
        try:
            with events.login(self, "second"):
                tokens = await self.home.sessions.staff_second(pending, sent.code, self.address, self.agent)
        except (LoginRefused, TooMany) as error:
            if self.wants_json:
                raise
            if error.code == "login.pending":
                self.clear_cookie(PENDING)
                self.ask_password(sent.next, "", error)
                return
            page = Page(next=sent.next, refused=error.message)
            self.respond({}, "staff_second.html", status=status_of(error), draw=lambda _model: page)
            return
        await self.let_in(tokens, sent.next)


class EnrolBase(Base):
    """What the pages about one's own second factor share."""

    async def show(
        self,
        model: SecondStanding | Enrolment | None,
        *,
        state: str = "start",
        problem: str = "",
        status: int = 200,
    ) -> None:
        """enrol.html: ``state`` "start", "scan" (with an Enrolment) or "done" (with a SecondStanding)."""
        picture, secret = "", ""
        if isinstance(model, Enrolment):
            picture = base64.b64encode(png(symbol(model.uri), PIXELS)).decode()
            secret = model.secret
        page = Page(
            state=state,
            picture=picture,
            secret=secret,
            spoken=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
            left=model.recovery_left if isinstance(model, SecondStanding) else 0,
            problem=problem,
            start_href=start(self.actor) if self.actor.role else "",
            watermark=await watermark(self),
        )
        self.respond(model, "enrol.html", status=status, draw=lambda _model: page)

    async def show_codes(self, model: Enrolled | Recovery, actor_role: bool) -> None:
        """recovery.html: the only time that the codes are seen."""
        badge = await self.home.accounts.badge(self.actor.subject)
        page = Page(
            codes=model.recovery,
            name=badge.name,
            staff_no=badge.staff_no,
            made=f"{self.home.clock().astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
            start_href="/staff",
            fresh=actor_role,
            watermark=await watermark(self),
        )
        self.respond(model, "recovery.html", draw=lambda _model: page)


class Enrol(EnrolBase):
    """One's own second factor: how it stands, and beginning to set it up."""

    @staff(enrolling=True, gives=SecondStanding, summary="我的二次验证")
    async def get(self) -> None:
        standing = await self.home.sessions.staff.standing(self.actor)
        await self.show(standing, state="done" if standing.enrolled else "start")

    @staff(enrolling=True, gives=Enrolment, summary="开通二次验证：取得密钥")
    async def post(self) -> None:
        await self.show(await self.home.sessions.staff.begin_enrolment(self.actor), state="scan")


class EnrolConfirm(EnrolBase):
    """Puts the second factor into force by a first code."""

    @staff(enrolling=True, reads=AppCode, gives=Enrolled, summary="开通二次验证：输入第一个验证码")
    async def post(self) -> None:
        sent = self.read(AppCode)
        agent = self.request.headers.get("User-Agent", "")
        try:
            done = await self.home.sessions.staff.confirm_enrolment(self.actor, sent.code, agent)
        except (Invalid, Conflict, TooMany) as error:
            if self.wants_json:
                raise
            await self._again(sent.secret, error)
            return
        events.changed(self, "second.enrolled")
        await looking.login(self, self.home.sessions.actor_of(done.tokens.access_token))
        if not self.wants_json:
            cookies.remember(self, done.tokens)
        await self.show_codes(done, True)

    async def _again(self, secret: str, error: Invalid | Conflict | TooMany) -> None:
        told = error.problems[0].message if isinstance(error, Invalid) else error.message
        if isinstance(error, Conflict) or not SECRET.fullmatch(secret):
            await self.show(None, problem=told, status=status_of(error))
            return
        # The picture that she has scanned, not what the database holds: somebody who knows her password may have
        # begun another enrolment meanwhile, and must not find his secret confirmed by her.
        shown = enrolment(secret, self.actor.name, self.home.office)
        await self.show(shown, state="scan", problem=told, status=status_of(error))


class EnrolRecovery(EnrolBase):
    """New recovery codes in place of the old."""

    @staff(enrolling=True, reads=AppCode, gives=Recovery, summary="换一批恢复码")
    async def post(self) -> None:
        try:
            codes = await self.home.sessions.staff.renew_recovery(self.actor, self.read(AppCode).code)
        except (Invalid, TooMany) as error:
            if self.wants_json:
                raise
            told = error.problems[0].message if isinstance(error, Invalid) else error.message
            standing = await self.home.sessions.staff.standing(self.actor)
            await self.show(standing, state="done", problem=told, status=status_of(error))
            return
        events.changed(self, "second.recovery")
        await self.show_codes(Recovery(codes), False)


ROUTES = [
    (r"/staff/login", StaffLogin),
    (r"/staff/second", StaffSecond),
    (r"/staff/enrol", Enrol),
    (r"/staff/enrol/confirm", EnrolConfirm),
    (r"/staff/enrol/recovery", EnrolRecovery),
]
