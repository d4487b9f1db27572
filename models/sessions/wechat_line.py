"""Speaking to WeChat's server API: one request, one JSON answer, or Unavailable."""

from __future__ import annotations

from typing import Any, TypeVar
from urllib.parse import urlencode

import msgspec
from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest

from models.base.errors import Unavailable

T = TypeVar("T")
CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 6.0


class WeChatLine:
    """The line of one mini program. WeChat answers 200 whatever happened; ``errcode`` in the answer says it."""

    def __init__(
        self, client: AsyncHTTPClient, base_url: str, appid: str, secret: str,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:  # fmt: skip
        self._client = client
        self._base_url = base_url.rstrip("/")
        self._answer_seconds = answer_seconds
        self.appid = appid
        self.secret = secret

    async def get(self, path: str, query: dict[str, str], shape: type[T]) -> T:
        """The answer to GET ``path``. Raises Unavailable where there is none that makes sense."""
        return await self._ask(f"{path}?{urlencode(query)}", shape)

    async def post(self, path: str, query: dict[str, str], body: dict[str, Any], shape: type[T]) -> T:
        """The same for POST with a JSON body."""
        asked = f"{path}?{urlencode(query)}" if query else path
        return await self._ask(asked, shape, method="POST", body=msgspec.json.encode(body))

    async def _ask(self, asked: str, shape: type[T], **how: Any) -> T:
        request = HTTPRequest(
            self._base_url + asked, connect_timeout=CONNECT_SECONDS, request_timeout=self._answer_seconds,
            follow_redirects=False, headers={"Content-Type": "application/json"}, **how,
        )  # fmt: skip
        try:
            response = await self._client.fetch(request)
            return msgspec.json.decode(response.body, type=shape)
        except (HTTPClientError, OSError, msgspec.DecodeError):
            # The cause is dropped on purpose: the request in it holds the secret, or a token.
            raise Unavailable() from None
