"""The grid worker at a door: acting for somebody who proves herself on the spot, and confirming who she is.

Both need two sides: her proof or her code, and his confirmation on his screen, which is recorded.
"""

from __future__ import annotations

from types import SimpleNamespace as Page

import msgspec

from handlers import looking
from handlers.access import staff
from handlers.acting import ActingBase
from handlers.confirming import Sent
from handlers.errors import status_of
from handlers.views import desk as views
from models.base.errors import Forbidden, Invalid, LoginRefused, NotFound, SaobanError, TooMany
from models.mandates.presence import Standing
from models.sessions.pairing import Shown
from models.sessions.session import Tokens

VERB = "identity.confirm"
REFUSALS = (Forbidden, Invalid, LoginRefused, NotFound, TooMany)


class Proven(msgspec.Struct, frozen=True):
    """For whom (``person``, of those behind the plate ``code``), and what she showed: ``pin`` or ``otp``."""

    code: str = ""
    person: str = ""
    pin: str = ""
    otp: str = ""


class Paired(msgspec.Struct, frozen=True):
    """The six digits on her phone; ``checked`` when he has held her card against what his screen says."""

    pairing: str = ""
    checked: bool = False


class Confirmed(msgspec.Struct, frozen=True):
    """Whose card to hold against; ``confirmed`` when it is done."""

    shown: Shown
    confirmed: bool


class At(msgspec.Struct, frozen=True):
    """The door, if one was named."""

    standing: Standing | None


class PresentBase(ActingBase):
    """The one page of it."""

    async def door(self, code: str) -> Standing:
        """The door, put on record as looked at before anybody sees who lives there."""
        standing = await self.home.presence.at_door(self.actor, code)
        await looking.at_door(self, standing)
        return standing

    async def show(
        self, standing: Standing | None, *, error: SaobanError | None = None, **more: object
    ) -> None:
        problems = error.problems if isinstance(error, Invalid) else []
        page = Page(
            **await views.frame(self, "/grid/present"),
            standing=standing,
            **{
                "code": standing.code if standing else "",
                "person": "",
                "sent": False,
                "pairing": "",
                "shown": None,
                "confirmed": False,
                **more,
            },
            fields={problem.field: problem.message for problem in problems},
            refused=error.message if error and not problems else "",
        )
        status = 200 if error is None else 422 if isinstance(error, LoginRefused) else status_of(error)
        self.respond(At(standing), "present.html", status=status, draw=lambda _model: page)


class Present(PresentBase):
    """Whose door, for whom, on what proof; then he acts for her, in one matter."""

    @staff(may=VERB, gives=At, query=("code",), summary="上门代办")
    async def get(self) -> None:
        code = self.get_query_argument("code", "")[:60]
        try:
            standing = await self.door(code) if code else None
        except REFUSALS as error:
            if self.wants_json:
                raise
            await self.show(None, error=error, code=code)
            return
        await self.show(standing)

    @staff(may=VERB, reads=Proven, gives=Tokens, summary="上门代办：核对后开始")
    async def post(self) -> None:
        sent = self.read(Proven)
        try:
            mandate = await self.home.presence.prove(self.actor, sent.code, sent.person, sent.pin, sent.otp)
        except REFUSALS as error:
            if self.wants_json:
                raise
            standing = await self.door(sent.code)
            await self.show(standing, error=error, person=sent.person)
            return
        await self.begin(*await self.home.mandates.to_act(self.actor, mandate.id))


class PresentCode(PresentBase):
    """A one-time code to her phone, which she may show him."""

    @staff(may=VERB, reads=Proven, gives=Sent, status=(200, 202), summary="上门代办：发验证码")
    async def post(self) -> None:
        sent = self.read(Proven)
        try:
            await self.home.presence.send_code(self.actor, sent.code, sent.person)
        except REFUSALS as error:
            if self.wants_json:
                raise
            standing = await self.door(sent.code)
            await self.show(standing, error=error, person=sent.person)
            return
        if self.wants_json:
            self.respond(Sent(True, "验证码已发到本人登记的手机，5分钟内有效。"), status=202)
            return
        standing = await self.door(sent.code)
        await self.show(standing, person=sent.person, sent=True)


class Pair(PresentBase):
    """Her code, his confirmation: her own session on her phone goes on to L2."""

    @staff(may=VERB, reads=Paired, gives=Confirmed, summary="当面核实身份")
    async def post(self) -> None:
        sent = self.read(Paired)
        work = self.home.in_person.confirm if sent.checked else self.home.in_person.look
        try:
            shown = await work(self.actor, sent.pairing)
        except REFUSALS as error:
            if self.wants_json:
                raise
            await self.show(None, error=error, pairing=sent.pairing[:20])
            return
        await looking.at_identity(self, shown, confirmed=sent.checked)
        if self.wants_json:
            self.respond(Confirmed(shown, sent.checked))
            return
        await self.show(None, pairing=sent.pairing, shown=shown, confirmed=sent.checked)


ROUTES = [
    (r"/grid/present", Present),
    (r"/grid/present/code", PresentCode),
    (r"/grid/present/pair", Pair),
]
