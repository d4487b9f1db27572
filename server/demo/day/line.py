"""The line to the server: JSON over HTTP, as the mini program speaks it."""

from __future__ import annotations

import json
from typing import Any

import msgspec
from tornado.httpclient import AsyncHTTPClient

PATIENCE = 60.0  # seconds for one answer


class Answer(msgspec.Struct, frozen=True):
    """``body`` as decoded; ``location`` where a redirect leads."""

    status: int
    body: Any
    location: str = ""

    @property
    def good(self) -> bool:
        return self.status < 300

    @property
    def code(self) -> str:
        """What kind of refusal it was."""
        error = self.body.get("error", {}) if isinstance(self.body, dict) else {}
        return str(error.get("code", self.status))


class Refused(RuntimeError):
    """The server has answered otherwise than the script can go on from."""


class Line:
    """One client for everybody; who speaks is told by the token."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = AsyncHTTPClient(force_instance=True)
        self.requests = 0

    async def get(self, path: str, token: str = "") -> Answer:
        return await self._fetch("GET", path, None, token)

    async def post(self, path: str, body: Any, token: str = "") -> Answer:
        return await self._fetch("POST", path, json.dumps(body).encode(), token)

    async def upload(self, name: str, content: bytes, token: str) -> str:
        """Hand a picture in; its id."""
        boundary = "saoban-day"
        body = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            f"Content-Type: image/png\r\n\r\n"
        ).encode() + content
        told = await self._fetch(
            "POST", "/files", body + f"\r\n--{boundary}--\r\n".encode(), token, f"multipart/form-data; boundary={boundary}"
        )  # fmt: skip
        if not told.good:
            raise Refused(f"POST /files: {told.code}")
        return str(told.body["id"])

    async def _fetch(
        self, method: str, path: str, body: bytes | None, token: str, kind: str = "application/json"
    ) -> Answer:
        headers = {"Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = kind
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self.requests += 1
        told = await self._client.fetch(
            self._url + path, method=method, headers=headers, body=body, raise_error=False, follow_redirects=False,
            request_timeout=PATIENCE,
        )  # fmt: skip
        if told.code >= 500:
            raise Refused(f"{method} {path.partition('?')[0]}: {told.code}")
        content = told.body or b""
        is_json = "json" in told.headers.get("Content-Type", "")
        return Answer(
            told.code, json.loads(content) if is_json and content else None, told.headers.get("Location", "")
        )

    def close(self) -> None:
        self._client.close()
