"""The second screen of logging in, from L1 to L2: a PIN slip, a one-time code, a phone that WeChat vouches for, or a grid
worker who sees her."""

from __future__ import annotations

import re
from types import SimpleNamespace as Page

import msgspec

from handlers import events
from handlers.access import resident
from handlers.errors import status_of
from handlers.login import LoginBase, Onward
from handlers.views import contacts
from models.base.errors import LoginRefused, Malformed, SaobanError, TooMany
from models.sessions.inperson import LIFE
from models.sessions.session import Tokens
from qr import grammar

SIX = re.compile(r"[0-9]{6}")


class Proof(msgspec.Struct, frozen=True):
    """Something she has: the PIN slip of a plate, a one-time code, or the code that the mini program's button
    getPhoneNumber gave; or the code that she showed a grid worker."""

    pin: str = ""
    code: str = ""
    otp: str = ""
    pairing: str = ""
    wechat_phone: str = ""
    next: str = ""


class Sent(msgspec.Struct, frozen=True):
    sent: bool
    message: str = "如果您填写的信息与登记一致，验证码会发到登记的手机上，5分钟内有效。"


class Paired(msgspec.Struct, frozen=True):
    """``code`` is good for so many seconds. Send it to /login/confirm as ``pairing`` when he has confirmed."""

    code: str
    expires_in: int = int(LIFE.total_seconds())


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
    (r"/login/confirm", Confirm),
    (r"/login/otp", OneTimeCode),
    (r"/login/pairing", PairingCode),
]
