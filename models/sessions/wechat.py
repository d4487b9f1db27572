"""The mini program's ``code2session``: a code from ``wx.login`` becomes the openid of who holds the phone.

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-login/code2Session.html. The session key in
the answer is of no use to us and is dropped here.
"""

from __future__ import annotations

from urllib.parse import urlencode

import msgspec
import structlog
from tornado.httpclient import AsyncHTTPClient, HTTPClientError

from models.base.errors import LoginRefused, SaobanError, TooMany, Unavailable

CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 6.0
LONGEST_CODE = 200  # characters; WeChat's are 32
MINUTE = 60  # WeChat counts code2session by user and minute


class Answer(msgspec.Struct, frozen=True):
    """What WeChat says, as far as we listen. ``errcode`` 0 or absent is success."""

    openid: str = ""
    errcode: int = 0


class WeChat:
    """A thin client of the mini program's server API at ``base_url``."""

    def __init__(
        self, client: AsyncHTTPClient, base_url: str, appid: str, secret: str,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:  # fmt: skip
        self._client = client
        self._answer_seconds = answer_seconds
        self._base_url = base_url.rstrip("/")
        self._appid = appid
        self._secret = secret

    async def code2session(self, code: str) -> str:
        """The openid for ``code``, which is good once and for 5 minutes.

        Raises LoginRefused for a bad, used or blocked code, TooMany, and Unavailable where WeChat is busy,
        does not answer, or does not accept our secret.
        """
        if not code.isascii() or not 0 < len(code) <= LONGEST_CODE:
            raise _refusal(40029)
        query = urlencode({
            "appid": self._appid, "secret": self._secret, "js_code": code, "grant_type": "authorization_code",
        })  # fmt: skip
        answer = await self._get(f"{self._base_url}/sns/jscode2session?{query}")
        if answer.errcode or not answer.openid:
            raise _refusal(answer.errcode)
        return answer.openid

    async def _get(self, url: str) -> Answer:
        try:
            response = await self._client.fetch(
                url,
                connect_timeout=CONNECT_SECONDS,
                request_timeout=self._answer_seconds,
                follow_redirects=False,
            )
            return msgspec.json.decode(response.body, type=Answer)
        except (HTTPClientError, OSError, msgspec.DecodeError):
            # The cause is dropped on purpose: the URL in it holds the secret.
            raise Unavailable() from None


def _refusal(errcode: int) -> SaobanError:
    if errcode in (40029, 40163):  # bad; used before
        return LoginRefused("微信登录凭证已失效，请重新进入小程序。", code="wechat.code")
    if errcode == 40226:
        return LoginRefused(
            "微信提示这个账号有风险，请改用身份证登录，或联系网格员协助。", code="wechat.blocked"
        )
    if errcode == 45011:
        return TooMany(MINUTE)
    if errcode != -1:  # 40125 (our secret) and whatever is new: for the operator, not for the resident
        structlog.get_logger().error("wechat.code2session", errcode=errcode)
    return Unavailable("微信登录暂时不可用，请稍后再试，或改用身份证登录。")
