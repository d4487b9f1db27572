"""The mini program's way in, by what WeChat says of whoever holds the phone."""

from __future__ import annotations

import msgspec

from handlers import events
from handlers.access import anyone, resident
from handlers.login import LoginBase
from models.base.errors import NotFound
from models.sessions.session import Tokens


class Bound(msgspec.Struct, frozen=True):
    bound: bool


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


ROUTES = [
    (r"/wechat/login", WeChatLogin),
    (r"/wechat/binding", WeChatBinding),
]
