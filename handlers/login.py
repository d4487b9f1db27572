"""Logging in and out: two short screens for residents, one for staff. ``/login`` gives L1, ``/login/confirm`` L2."""

from __future__ import annotations

from types import SimpleNamespace as Page

import msgspec

from handlers import cookies
from handlers.access import anyone, resident
from handlers.base import Base
from models.base.errors import Invalid, LoginRefused, Malformed, NotFound, SaobanError, TooMany
from models.sessions.session import Tokens


class Card(msgspec.Struct, frozen=True):
    """What stands on an ID card. Checked for form alone."""

    name: str = ""
    id_number: str = ""
    next: str = ""


class Proof(msgspec.Struct, frozen=True):
    """Something she has: the PIN slip of a plate, or a one-time code."""

    pin: str = ""
    code: str = ""
    otp: str = ""
    next: str = ""


class StaffCard(msgspec.Struct, frozen=True):
    username: str = ""
    password: str = ""
    next: str = ""


class Refreshing(msgspec.Struct, frozen=True):
    refresh_token: str


class Onward(msgspec.Struct, frozen=True):
    next: str = ""


class Sent(msgspec.Struct, frozen=True):
    sent: bool
    message: str = "如果您填写的信息与登记一致，验证码会发到登记的手机上，5分钟内有效。"


class LoginBase(Base):
    """What the screens share."""

    def onward(self, target: str) -> str:
        """Where to go next: only ever a path of ours."""
        here = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
        return target if here and len(target) <= 500 else "/my"

    @property
    def address(self) -> str:
        return self.request.remote_ip or ""

    def welcome(self, tokens: Tokens, href: str) -> None:
        """Hand the tokens over: to a browser as cookies, to a client as JSON."""
        if self.wants_json:
            self.respond(tokens)
            return
        cookies.remember(self, tokens)
        self.redirect(href, status=303)


class Login(LoginBase):
    """L0 to L1: name and ID number."""

    @anyone(summary="身份证登录（第一步）页面")
    async def get(self) -> None:
        onward = self.get_query_argument("next", "")
        if self.actor.kind == "resident" and not self.wants_json:
            self.redirect(f"/login/confirm?next={onward}", status=303)
            return
        self.respond({"next": onward}, "login.html", draw=lambda _model: self._page(Card(next=onward)))

    @anyone(reads=Card, gives=Tokens, summary="身份证登录（第一步）：姓名和身份证号")
    async def post(self) -> None:
        card = self.read(Card)
        device = "" if self.wants_json else cookies.device_of(self)
        try:
            tokens = await self.home.sessions.login_l1(card.name, card.id_number, device, self.address)
        except (Invalid, TooMany) as error:
            if self.wants_json:
                raise
            page = self._page(card, error)
            self.respond({}, "login.html", status=422, draw=lambda _model: page)
            return
        self.welcome(tokens, f"/login/confirm?next={self.onward(card.next)}")

    def _page(self, card: Card, error: SaobanError | None = None) -> Page:
        problems = error.problems if isinstance(error, Invalid) else []
        return Page(
            next=card.next,
            name=card.name,
            id_number=card.id_number,
            fields={problem.field: problem.message for problem in problems},
            refused=error.message if error and not problems else "",
            why="办理这件事需要先登录。" if card.next.startswith("/apply/") else "",
        )


class Confirm(LoginBase):
    """L1 to L2: something she has."""

    @resident("L1", summary="身份证登录（第二步）页面")
    async def get(self) -> None:
        onward = self.onward(self.get_query_argument("next", ""))
        if self.actor.reaches("L2") and not self.wants_json:
            self.redirect(onward, status=303)
            return
        sent = self.get_query_argument("sent", "") == "1"
        self.respond({"next": onward}, "confirm.html", draw=lambda _model: self._page(onward, sent=sent))

    @resident("L1", reads=Proof, gives=Tokens, summary="身份证登录（第二步）：密码单或短信验证码")
    async def post(self) -> None:
        proof = self.read(Proof)
        onward = self.onward(proof.next)
        try:
            tokens = await self._confirm(proof)
        except (LoginRefused, TooMany, Malformed) as error:
            if self.wants_json:
                raise
            status = 429 if isinstance(error, TooMany) else 422
            page = self._page(onward, error.message, proof)
            self.respond({}, "confirm.html", status=status, draw=lambda _model: page)
            return
        self.welcome(tokens, onward)

    async def _confirm(self, proof: Proof) -> Tokens:
        if proof.otp:
            return await self.home.sessions.confirm_otp(self.actor, proof.otp, self.address)
        if proof.pin:
            return await self.home.sessions.confirm_pin(self.actor, proof.code, proof.pin, self.address)
        raise Malformed("请填写密码单上的密码，或短信验证码。", code="login.proof")

    def _page(
        self, onward: str, refused: str = "", proof: Proof | None = None, *, sent: bool = False
    ) -> Page:
        return Page(
            next=onward,
            code=_plate_in(onward) or (proof.code if proof else ""),
            sent=sent,
            fields={},
            refused=refused,
            wait=60 if sent else 0,
            contact=None,
            skip_href=onward if onward.startswith("/apply/") else "",
        )


class OneTimeCode(LoginBase):
    """Sends a one-time code; the answer is the same whether there is a phone on record or not."""

    @resident("L1", reads=Onward, gives=Sent, summary="发送短信验证码")
    async def post(self) -> None:
        onward = self.onward(self.read(Onward).next)
        await self.home.sessions.send_code(self.actor, self.address)
        self.go(f"/login/confirm?sent=1&next={onward}", Sent(True), status=202)


class Refresh(LoginBase):
    """A new pair of tokens for the old refresh token."""

    @anyone(reads=Refreshing, gives=Tokens, summary="换新凭证")
    async def post(self) -> None:
        self.respond(await self.home.sessions.refresh(self.read(Refreshing).refresh_token))


class Logout(LoginBase):
    """The end of a session; the device forgets its drafts' name too, since others may use it next."""

    @anyone(summary="退出登录")
    async def post(self) -> None:
        await self.home.sessions.logout(self.actor)
        staff = self.actor.is_staff
        cookies.forget(self)
        self.clear_cookie(cookies.DEVICE, path="/")
        self.go("/staff/login" if staff else "/", {"ended": True})


class StaffLogin(LoginBase):
    """Staff: username and password."""

    @anyone(summary="工作人员登录页面")
    async def get(self) -> None:
        onward = self.get_query_argument("next", "/desk")
        self.respond({}, "staff_login.html", draw=lambda _model: Page(next=onward, username="", refused=""))

    @anyone(reads=StaffCard, gives=Tokens, summary="工作人员登录")
    async def post(self) -> None:
        card = self.read(StaffCard)
        try:
            tokens = await self.home.sessions.staff_login(card.username, card.password, self.address)
        except (LoginRefused, TooMany) as error:
            if self.wants_json:
                raise
            page = Page(next=card.next, username=card.username, refused=error.message)
            self.respond({}, "staff_login.html", status=401, draw=lambda _model: page)
            return
        onward = self.onward(card.next)
        self.welcome(tokens, "/desk" if onward == "/my" else onward)


class WeChatCode(msgspec.Struct, frozen=True):
    """``code`` as wx.login gives it."""

    code: str


class WeChatLogin(LoginBase):
    """The mini program by its openid: L1 where it is bound; 401 ``login.unbound`` where it is not."""

    @anyone(reads=WeChatCode, gives=Tokens, summary="小程序登录")
    async def post(self) -> None:
        openid = await self._openid(self.read(WeChatCode).code)
        device = self.request.headers.get("X-Device", "")[:64]
        self.respond(await self.home.sessions.login_openid(openid, device, self.address))

    async def _openid(self, code: str) -> str:
        if self.home.wechat is None:
            raise NotFound("本地没有开通微信小程序登录。", code="wechat.off")
        return await self.home.wechat.code2session(code)


class WeChatBinding(WeChatLogin):
    """Ties a WeChat account to the resident who is logged in at L2."""

    @resident("L2", reads=WeChatCode, summary="绑定微信")
    async def post(self) -> None:
        await self.home.sessions.bind_openid(self.actor, await self._openid(self.read(WeChatCode).code))
        self.respond({"bound": True})

    @resident("L2", reads=WeChatCode, summary="解除绑定微信")
    async def delete(self) -> None:
        await self.home.sessions.unbind_openid(self.actor, await self._openid(self.read(WeChatCode).code))
        self.respond({"bound": False})


def _plate_in(path: str) -> str:
    """The plate's code in the address of a form, so that it need not be typed again beside the PIN."""
    parts = path.split("/")
    return parts[2] if len(parts) > 3 and parts[1] == "apply" and parts[2].startswith("D") else ""


ROUTES = [
    (r"/login", Login),
    (r"/login/confirm", Confirm),
    (r"/login/otp", OneTimeCode),
    (r"/login/refresh", Refresh),
    (r"/logout", Logout),
    (r"/staff/login", StaffLogin),
    (r"/wechat/login", WeChatLogin),
    (r"/wechat/binding", WeChatBinding),
]
