"""Logging in and out: two short screens for residents. ``/login`` gives L1, ``/login/confirm`` L2; staff have a door
of their own (``handlers/staff.py``)."""

from __future__ import annotations

import re
from types import SimpleNamespace as Page
from urllib.parse import quote

import msgspec

from handlers import cookies, events
from handlers.access import anyone, resident
from handlers.base import Base
from handlers.errors import status_of
from handlers.views import contacts
from models.base.errors import Invalid, LoginRefused, Malformed, NotFound, SaobanError, TooMany
from models.items.catalogue import Offer
from models.limits.edge import network_of
from models.sessions.inperson import LIFE
from models.sessions.session import Tokens
from qr import grammar

SIX = re.compile(r"[0-9]{6}")


class Card(msgspec.Struct, frozen=True):
    """What stands on an ID card. Checked for form alone."""

    name: str = ""
    id_number: str = ""
    next: str = ""


class Proof(msgspec.Struct, frozen=True):
    """Something she has: the PIN slip of a plate, a one-time code, or the code that the mini program's button
    getPhoneNumber gave; or the code that she showed a grid worker."""

    pin: str = ""
    code: str = ""
    otp: str = ""
    pairing: str = ""
    wechat_phone: str = ""
    next: str = ""


class Refreshing(msgspec.Struct, frozen=True):
    refresh_token: str


class Onward(msgspec.Struct, frozen=True):
    next: str = ""


class Sent(msgspec.Struct, frozen=True):
    sent: bool
    message: str = "如果您填写的信息与登记一致，验证码会发到登记的手机上，5分钟内有效。"


class Paired(msgspec.Struct, frozen=True):
    """``code`` is good for so many seconds. Send it to /login/confirm as ``pairing`` when he has confirmed."""

    code: str
    expires_in: int = int(LIFE.total_seconds())


class Ended(msgspec.Struct, frozen=True):
    ended: bool


class Bound(msgspec.Struct, frozen=True):
    bound: bool


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


class ConfirmScreen(LoginBase):
    """The second screen: three ways to show that it is herself."""

    async def page(
        self, onward: str, error: SaobanError | None = None, proof: Proof | None = None, pairing: str = ""
    ) -> Page:
        sent = self.get_query_argument("sent", "") == "1"
        plate, offer = _plate_in(onward), self.offer_in(onward)
        empty = isinstance(error, Malformed)
        return Page(
            next=onward,
            code=proof.code if proof and proof.code else grammar.spoken(plate) if plate else "",
            remembered=bool(plate),
            sent=sent,
            pairing=pairing,
            fields={self._asked(): error.message} if error and empty else {},
            refused=error.message if error and not empty else "",
            wait=60 if sent else 0,
            contact=await contacts.of_code(self.home, plate) if plate else None,
            skip_href=onward if offer and offer.level == "L1" else "",
        )

    def _asked(self) -> str:
        """Which of the two ways was tried."""
        return "otp" if "otp" in self.request.body_arguments else "pin"


class Confirm(ConfirmScreen):
    """L1 to L2: something she has."""

    @resident(
        "L1",
        gives=Onward,
        query=("next", "sent", "again"),
        status=(200, 303),
        summary="身份证登录（第二步）页面",
    )
    async def get(self) -> None:
        onward = self.onward(self.get_query_argument("next", ""))
        again = (
            self.get_query_argument("again", "") == "1"
        )  # logged in, and asked to show once more who she is
        if self.actor.reaches("L2") and not again and not self.wants_json:
            self.redirect(onward, status=303)
            return
        page = await self.page(onward)
        self.respond(Onward(onward), "confirm.html", draw=lambda _model: page)

    @resident(
        "L1", reads=Proof, gives=Tokens, summary="身份证登录（第二步）：门牌口令、短信验证码或微信手机号"
    )
    async def post(self) -> None:
        proof = self.read(Proof)
        onward = self.onward(proof.next)
        try:
            with events.login(self, self._way(proof)):
                tokens = await self._confirm(proof)
        except (LoginRefused, TooMany, Malformed) as error:
            if self.wants_json:
                raise
            status = status_of(error) if isinstance(error, TooMany) else 422
            shown = proof.pairing if SIX.fullmatch(proof.pairing) else ""
            page = await self.page(onward, error, proof, shown)
            self.respond({}, "confirm.html", status=status, draw=lambda _model: page)
            return
        self.welcome(tokens, onward)

    def _way(self, proof: Proof) -> str:
        """By what she shows who she is, as ``_confirm`` looks at it."""
        ways = (("otp", proof.otp), ("pin", proof.pin), ("wechat.phone", proof.wechat_phone))
        return next((way for way, shown in ways if shown), "grid")

    async def _confirm(self, proof: Proof) -> Tokens:
        if proof.otp:
            return await self.home.sessions.confirm_otp(self.actor, proof.otp, self.address, self.agent)
        if proof.pin:
            return await self.home.sessions.confirm_pin(
                self.actor, proof.code, proof.pin, self.address, self.agent
            )
        if proof.wechat_phone:
            return await self.home.sessions.confirm_wechat(
                self.actor, proof.wechat_phone, self.address, self.agent
            )
        if proof.pairing:
            return await self.home.sessions.confirm_in_person(self.actor, self.address, self.agent)
        raise Malformed("请填写口令，或者短信验证码。", code="login.proof")


class PairingCode(ConfirmScreen):
    """Six digits to show a grid worker, who types them beside her card; the same for a card that nobody knows."""

    @resident("L1", reads=Onward, gives=Paired, summary="网格员当面确认：取确认码")
    async def post(self) -> None:
        onward = self.onward(self.read(Onward).next)
        code = await self.home.in_person.ask(self.actor, self.address)
        page = await self.page(onward, pairing=code)
        self.respond(Paired(code), "confirm.html", draw=lambda _model: page)

    @resident("L1", status=(303,), summary="网格员当面确认：回到确认页面")
    async def get(self) -> None:
        self.redirect("/login/confirm", status=303)


class OneTimeCode(LoginBase):
    """Sends a one-time code; the answer is the same whether there is a phone on record or not."""

    @resident("L1", reads=Onward, gives=Sent, status=(202,), summary="发送短信验证码")
    async def post(self) -> None:
        onward = self.onward(self.read(Onward).next)
        await self.home.sessions.send_code(self.actor, self.address)
        again = "&again=1" if self.actor.reaches("L2") else ""
        self.go(self.then(f"/login/confirm?sent=1{again}", onward), Sent(True), status=202)


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
            self.set_header("Clear-Site-Data", '"cache", "storage"')
        self.go("/staff/login" if staff else "/", Ended(True))


class WeChatCode(msgspec.Struct, frozen=True):
    """``code`` as wx.login gives it."""

    code: str


class WeChatLogin(LoginBase):
    """The mini program by its openid: L1 where it is bound; 401 ``login.unbound`` where it is not."""

    @anyone(reads=WeChatCode, gives=Tokens, summary="小程序登录")
    async def post(self) -> None:
        openid = await self._openid(self.read(WeChatCode).code)
        device = self.request.headers.get("X-Device", "")[:64]
        with events.login(self, "wechat", openid):
            tokens = await self.home.sessions.login_openid(openid, device, self.address, self.agent)
        self.respond(tokens)

    async def _openid(self, code: str) -> str:
        if self.home.wechat is None:
            raise NotFound("本地没有开通微信小程序登录。", code="wechat.off")
        return await self.home.wechat.code2session(code)


class WeChatBinding(WeChatLogin):
    """Ties a WeChat account to the resident who is logged in at L2."""

    @resident("L2", reads=WeChatCode, gives=Bound, summary="绑定微信")
    async def post(self) -> None:
        await self.home.sessions.bind_openid(self.actor, await self._openid(self.read(WeChatCode).code))
        events.changed(self, "wechat.bound")
        self.respond(Bound(True))

    @resident("L2", reads=WeChatCode, gives=Bound, summary="解除绑定微信")
    async def delete(self) -> None:
        await self.home.sessions.unbind_openid(self.actor, await self._openid(self.read(WeChatCode).code))
        events.changed(self, "wechat.unbound")
        self.respond(Bound(False))


def _plate_in(path: str) -> str:
    """The plate's code in the address of a form or a door, so that it need not be typed again beside the PIN."""
    parts = path.split("?")[0].split("/")
    if len(parts) < 3 or parts[1] not in {"apply", "q"}:
        return ""
    try:
        code = grammar.read(parts[2])
    except grammar.BadCode:
        return ""
    return code if code.startswith("D") else ""


ROUTES = [
    (r"/login", Login),
    (r"/login/confirm", Confirm),
    (r"/login/otp", OneTimeCode),
    (r"/login/pairing", PairingCode),
    (r"/login/refresh", Refresh),
    (r"/logout", Logout),
    (r"/wechat/login", WeChatLogin),
    (r"/wechat/binding", WeChatBinding),
]
