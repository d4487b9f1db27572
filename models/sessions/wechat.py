"""The mini program's server API, as thin as it goes: who holds a phone, and which number it has.

``code2session`` (https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-login/code2Session.html): a code
from ``wx.login`` becomes an openid. The session key in the answer is of no use to us and is dropped here.
``getuserphonenumber`` (https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-info/phone-number/
getPhoneNumber.html): a code from the button ``getPhoneNumber`` becomes the number that WeChat has verified.
"""

from __future__ import annotations

import msgspec
import structlog

from models.base.errors import LoginRefused, SaobanError, TooMany, Unavailable
from models.sessions.wechat_access import AccessToken, Coded
from models.sessions.wechat_line import WeChatLine

LONGEST_CODE = 200  # characters; WeChat's are 32 or 64
MINUTE = 60  # WeChat counts calls by user and minute
BAD_CODES = frozenset({40029, 40163})  # bad, or over; used before
HERE = "86"  # country code


class Holder(Coded, frozen=True):
    """The answer of code2session, as far as we listen."""

    openid: str = ""


class Watermark(msgspec.Struct, frozen=True):
    appid: str = ""


class PhoneInfo(msgspec.Struct, frozen=True):
    """``pure`` is the number without the country code."""

    pure: str = msgspec.field(default="", name="purePhoneNumber")
    country: str | int = msgspec.field(default="", name="countryCode")
    watermark: Watermark = Watermark()


class Phone(Coded, frozen=True):
    """The answer of getuserphonenumber."""

    phone_info: PhoneInfo = PhoneInfo()


class WeChat:
    """What log-in asks of WeChat."""

    def __init__(self, line: WeChatLine, token: AccessToken) -> None:
        self._line = line
        self._token = token

    async def code2session(self, code: str) -> str:
        """The openid for ``code``, which is good once and for 5 minutes.

        Raises LoginRefused for a bad, used or blocked code, TooMany, and Unavailable where WeChat is busy,
        does not answer, or does not accept our secret.
        """
        if not _is_code(code):
            raise _refusal(40029)
        query = {
            "appid": self._line.appid, "secret": self._line.secret, "js_code": code,
            "grant_type": "authorization_code",
        }  # fmt: skip
        answer = await self._line.get("/sns/jscode2session", query, Holder)
        if answer.errcode or not answer.openid:
            raise _refusal(answer.errcode)
        return answer.openid

    async def phone(self, code: str) -> str:
        """The mainland number, eleven digits, that WeChat vouches for with ``code``, which is good once and for
        5 minutes. Empty for a code that is none, and for a number from elsewhere.

        Raises TooMany, and Unavailable as ``code2session`` does.
        """
        if not _is_code(code):
            return ""

        async def ask(token: str) -> Phone:
            path, query = "/wxa/business/getuserphonenumber", {"access_token": token}
            return await self._line.post(path, query, {"code": code}, Phone)

        answer = await self._token.used(ask)
        if answer.errcode in BAD_CODES:
            return ""
        if answer.errcode:
            raise _not_now("wechat.phone", answer.errcode)
        told = answer.phone_info
        ours = (
            told.watermark.appid == self._line.appid
        )  # a number that another mini program was told proves nothing
        return told.pure if ours and str(told.country) == HERE else ""


def _is_code(code: str) -> bool:
    return code.isascii() and 0 < len(code) <= LONGEST_CODE


def _refusal(errcode: int) -> SaobanError:
    if errcode in BAD_CODES:
        return LoginRefused("微信登录凭证已失效，请重新进入小程序。", code="wechat.code")
    if errcode == 40226:
        return LoginRefused(
            "微信提示这个账号有风险，请改用身份证登录，或联系网格员协助。", code="wechat.blocked"
        )
    return _not_now("wechat.code2session", errcode)


def _not_now(event: str, errcode: int) -> SaobanError:
    if errcode == 45011:
        return TooMany(MINUTE)
    if errcode != -1:  # 40013, 40125 (our app id, our secret) and whatever is new: for the operator
        structlog.get_logger().error(event, errcode=errcode)
    return Unavailable("微信登录暂时不可用，请稍后再试，或改用其他办法。")
