"""Logging in and out: two short screens for residents. ``/login`` gives L1, ``/login/confirm`` (``confirming``) L2;
staff have a door of their own (``staff``), the mini program has another way (``wechat``)."""

from __future__ import annotations

from types import SimpleNamespace as Page
from urllib.parse import quote

import msgspec

from handlers import cookies, events
from handlers.access import anyone
from handlers.base import Base
from handlers.errors import status_of
from models.base.errors import Invalid, SaobanError, TooMany
from models.items.catalogue import Offer
from models.limits.edge import network_of
from models.sessions.session import Tokens


class Card(msgspec.Struct, frozen=True):
    """What stands on an ID card. Checked for form alone."""

    name: str = ""
    id_number: str = ""
    next: str = ""


class Refreshing(msgspec.Struct, frozen=True):
    refresh_token: str


class Onward(msgspec.Struct, frozen=True):
    next: str = ""


class Ended(msgspec.Struct, frozen=True):
    ended: bool


class LoginBase(Base):
    """What the screens share."""

    def onward(self, target: str) -> str:
        """Where to go next: only ever a path of ours."""
        here = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
        return target if here and len(target) <= 500 else "/my"

    def then(self, href: str, onward: str) -> str:
        """``href`` with the way onward as an argument, quoted."""
        return f"{href}{'&' if '?' in href else '?'}next={quote(onward, safe='/')}"

    def offer_in(self, path: str) -> Offer | None:
        """What the form at ``path`` applies for."""
        parts = path.split("?")[0].split("/")
        wanted = parts[3] if len(parts) > 3 and parts[1] == "apply" else ""
        return next((each for each in self.home.catalogue.offers() if each.id == wanted), None)

    @property
    def address(self) -> str:
        return network_of(self.request.remote_ip or "")

    @property
    def agent(self) -> str:
        """What the browser says of itself, from which its owner knows it in the list of her log-ins."""
        return self.request.headers.get("User-Agent", "")

    async def leave(self) -> None:
        """A new log-in was given out: the one that was shown with the request is over (no session is taken along)."""
        if self.actor.session:
            await self.home.sessions.logout(self.actor)

    def welcome(self, tokens: Tokens, href: str) -> None:
        """Hand the tokens over: to a browser as cookies, to a client as JSON."""
        if self.wants_json:
            self.respond(tokens)
            return
        cookies.remember(self, tokens)
        self.redirect(href, status=303)


class CardScreen(LoginBase):
    """The first screen: a name and a number, typed or read from a photograph."""

    def page(self, card: Card, error: SaobanError | None = None) -> Page:
        problems = error.problems if isinstance(error, Invalid) else []
        return Page(
            next=card.next,
            name=card.name,
            id_number=card.id_number,
            fields={problem.field: problem.message for problem in problems},
            refused=error.message if error and not problems else "",
            why=self._why(card.next),
            read=False,
            valid="",
            note="",
            doubts={},
        )

    def _why(self, onward: str) -> str:
        """One sentence: what the login is for."""
        match onward.split("?")[0].split("/"):
            case ["", "apply", *_]:
                offer = self.offer_in(onward)
                if offer is not None:
                    return f"办理{offer.short}要确认您是谁；登录后，已登记的内容会替您填好。"
            case ["", "my"]:
                return "登录后可以看到您办过的和没填完的事。"
            case ["", "q", *_]:
                return "登录后办事，已登记的内容会替您填好。"
        return ""


class Login(CardScreen):
    """L0 to L1: name and ID number."""

    @anyone(gives=Onward, query=("next",), status=(200, 303), summary="身份证登录（第一步）页面")
    async def get(self) -> None:
        onward = self.get_query_argument("next", "")
        if self.actor.kind == "resident" and not self.wants_json:
            self.redirect(self.then("/login/confirm", self.onward(onward)), status=303)
            return
        self.respond(Onward(onward), "login.html", draw=lambda _model: self.page(Card(next=onward)))

    @anyone(reads=Card, gives=Tokens, summary="身份证登录（第一步）：姓名和身份证号")
    async def post(self) -> None:
        card = self.read(Card)
        device = "" if self.wants_json else cookies.device_of(self)
        try:
            with events.login(self, "card", card.id_number):
                tokens = await self.home.sessions.login_l1(
                    card.name, card.id_number, device, self.address, self.agent
                )
        except (Invalid, TooMany) as error:
            if self.wants_json:
                raise
            page = self.page(card, error)
            self.respond({}, "login.html", status=status_of(error), draw=lambda _model: page)
            return
        await self.leave()
        self.welcome(tokens, self.then("/login/confirm", self.onward(card.next)))


class Refresh(LoginBase):
    """A new pair of tokens for the old refresh token."""

    @anyone(acting=True, reads=Refreshing, gives=Tokens, summary="换新凭证")
    async def post(self) -> None:
        self.respond(await self.home.sessions.refresh(self.read(Refreshing).refresh_token))


class Logout(LoginBase):
    """The end of a session; the device forgets its drafts' name too, since others may use it next."""

    ends_acting = True

    @anyone(acting=True, gives=Ended, summary="退出登录")
    async def post(self) -> None:
        await self.home.sessions.logout(self.actor)
        events.changed(self, "logout")
        staff = self.actor.is_staff
        cookies.forget(self)
        self.clear_cookie(cookies.DEVICE)
        if self.home.secure:  # elsewhere browsers do not listen
            carries = self.get_cookie(cookies.CARRIES)
            self.set_header("Clear-Site-Data", '"cache"' if carries else '"cache", "storage"')
        self.go("/staff/login" if staff else "/", Ended(True))


ROUTES = [
    (r"/login", Login),
    (r"/login/refresh", Refresh),
    (r"/logout", Logout),
]
