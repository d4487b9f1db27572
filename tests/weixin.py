"""A small WeChat: ``stable_token`` and ``getuserphonenumber`` as their published pages describe them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application, RequestHandler

APPID, SECRET = "wx1", "s3cret"
LIFE, OVERLAP = timedelta(seconds=7200), timedelta(minutes=5)
REFUSALS = {"often": 45011, "busy": -1, "appid": 40013, "new": 99999}


class Weixin:
    """``phones`` says which code stands for which number; codes are good once. ``answer`` and ``delay`` change how
    the next requests are answered."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.phones: dict[str, Any] = {}
        self.tokens: list[tuple[str, datetime]] = []
        self.spoilt: set[str] = set()
        self.asked: list[str] = []
        self.delay = 0.0
        self.refuse: dict[str, int] = {}
        self.raw: dict[str, str] = {}

    @property
    def routes(self) -> list[Any]:
        told = {"weixin": self}
        return [
            ("/cgi-bin/stable_token", StableToken, told),
            ("/wxa/business/getuserphonenumber", PhoneNumber, told),
        ]

    async def start(self, *more: Any) -> str:
        """Its address; ``more`` are routes that it answers besides."""
        routes = [*self.routes, *more]
        socket, port = bind_unused_port()
        self._server = HTTPServer(Application(routes, log_function=lambda _: None))
        self._server.add_socket(socket)
        return f"http://127.0.0.1:{port}/"

    def stop(self) -> None:
        self._server.stop()

    def token(self) -> dict[str, Any]:
        """The same one until five minutes before its end, then the next."""
        now = self.clock()
        if not self.tokens or self.tokens[-1][1] - now <= OVERLAP or self.tokens[-1][0] in self.spoilt:
            self.tokens.append((f"token-{len(self.tokens) + 1}-" + "x" * 500, now + LIFE))
        token, ends = self.tokens[-1]
        return {"access_token": token, "expires_in": int((ends - now).total_seconds())}

    def takes(self, token: str) -> int:
        """0, or why not: an old one stays good to its own end, which is five minutes after the next was given out."""
        known = dict(self.tokens)
        if token not in known or token in self.spoilt:
            return 40001
        return 0 if self.clock() < known[token] else 42001

    def spoil(self) -> None:
        """Somebody has had a new token made by force."""
        self.spoilt |= {token for token, _ in self.tokens}

    def number(self, code: str) -> dict[str, Any]:
        if code in REFUSALS:
            return {"errcode": REFUSALS[code], "errmsg": "..."}
        number = self.phones.pop(code, None)
        if number is None:
            return {"errcode": 40029, "errmsg": "invalid code"}
        told = {"phoneNumber": number, "purePhoneNumber": number, "countryCode": "86",
                "watermark": {"timestamp": 1700000000, "appid": APPID}}  # fmt: skip
        return {
            "errcode": 0,
            "errmsg": "ok",
            "phone_info": told | (number if isinstance(number, dict) else {}),
        }


class Face(RequestHandler):
    """WeChat answers 200 and says in the body what went wrong."""

    name = ""

    def initialize(self, weixin: Weixin) -> None:
        self.weixin = weixin

    async def post(self) -> None:
        self.weixin.asked.append(self.name)
        await asyncio.sleep(self.weixin.delay)
        if self.name in self.weixin.raw:
            self.finish(self.weixin.raw[self.name])
        elif self.name in self.weixin.refuse:
            self.finish({"errcode": self.weixin.refuse[self.name], "errmsg": "..."})
        else:
            self.finish(self.answer(json.loads(self.request.body)))

    def answer(self, body: dict[str, Any]) -> dict[str, Any]:
        raise NotImplementedError


class StableToken(Face):
    name = "token"

    def answer(self, body: dict[str, Any]) -> dict[str, Any]:
        if (body["appid"], body["grant_type"]) != (APPID, "client_credential"):
            return {"errcode": 40013, "errmsg": "invalid appid"}
        if body["secret"] != SECRET:
            return {"errcode": 40125, "errmsg": "invalid appsecret"}
        assert body["force_refresh"] is False  # by force the old one would end at once
        return self.weixin.token()


class PhoneNumber(Face):
    name = "phone"

    def answer(self, body: dict[str, Any]) -> dict[str, Any]:
        refused = self.weixin.takes(self.get_query_argument("access_token"))
        return {"errcode": refused, "errmsg": "..."} if refused else self.weixin.number(body["code"])
