"""A whole town for tests of handlers and browsers: the real container on the real database, and its people."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

import msgspec
from tornado.httpclient import AsyncHTTPClient, HTTPResponse
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port

from models.base.clock import Clock, now
from models.database import Database
from server import container
from server.app import App
from server.container import Container
from server.demo.fill import fill
from server.demo.report import DemoReport, Door
from server.installation import Installation
from server.jobs import Jobs
from server.settings import Settings

HOUSEHOLDS = 8
CONTACT = "mailto:safety@yunling.example"
JSON = {"Accept": "application/json"}


class Reply(msgspec.Struct):
    """An answer as tests look at it."""

    status: int
    body: Any
    headers: Any


class Town:
    """A running server with the demo county in it. ``chen`` is 陈桂兰's door, ``li`` 李明's."""

    def __init__(self, built: Container, report: DemoReport, settings: Settings) -> None:
        self.built = built
        self.home = built.home
        self.report = report
        self.settings = settings
        self.app = App(built, quiet=True)
        socket, self.port = bind_unused_port()
        self.server = HTTPServer(self.app, max_body_size=33 * 1024 * 1024)
        self.server.add_sockets([socket])
        self.url = f"http://127.0.0.1:{self.port}"
        self.jobs = Jobs(built)
        self._client = AsyncHTTPClient(force_instance=True)
        self._staff: dict[str, str] = {}

    @property
    def chen(self) -> Door:
        return self.report.doors[0]

    @property
    def li(self) -> Door:
        return self.report.doors[1]

    def item(self, slug: str) -> str:
        """The poster code of an item."""
        return next(line.code for line in self.report.items if line.id == slug)

    def bundle(self, slug: str) -> str:
        """The poster code of a bundle."""
        return next(line.code for line in self.report.bundles if line.id == slug)

    async def call(
        self, method: str, path: str, body: Any = None, token: str = "", headers: dict[str, str] | None = None
    ) -> Reply:
        """One JSON request."""
        given = {**JSON, **(headers or {})}
        if token:
            given["Authorization"] = f"Bearer {token}"
        if body is not None:
            given.setdefault("Content-Type", "application/json")
        raw = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        if raw is None and method in {"POST", "PUT", "PATCH"}:
            raw = b""
        answer: HTTPResponse = await self._client.fetch(
            self.url + path, method=method, headers=given, body=raw, raise_error=False, follow_redirects=False,
            allow_nonstandard_methods=True, request_timeout=30,
        )  # fmt: skip
        text = answer.body or b""
        is_json = "json" in answer.headers.get("Content-Type", "")
        return Reply(answer.code, json.loads(text) if is_json and text else text, answer.headers)

    async def get(self, path: str, token: str = "", **headers: str) -> Reply:
        return await self.call("GET", path, token=token, headers=headers)

    async def post(self, path: str, body: Any = None, token: str = "") -> Reply:
        return await self.call("POST", path, {} if body is None else body, token)

    async def l1(self, door: Door) -> str:
        """The token of a resident who typed her card."""
        person = door.resident
        reply = await self.post("/login", {"name": person.name, "id_number": person.id_number})
        return str(reply.body["access_token"])

    async def l2(self, door: Door) -> str:
        """The token of a resident who has her PIN slip too."""
        proof = {"pin": door.pin, "code": door.code}
        reply = await self.post("/login/confirm", proof, await self.l1(door))
        return str(reply.body["access_token"])

    async def staff(self, username: str) -> str:
        """The token of a member of staff."""
        if username not in self._staff:
            password = next(each.password for each in self.report.staff if each.username == username)
            reply = await self.post("/staff/login", {"username": username, "password": password})
            self._staff[username] = reply.body["access_token"]
        return self._staff[username]

    async def close(self) -> None:
        self.server.stop()
        await self.jobs.stop()
        await self.server.close_all_connections()
        self._client.close()
        await self.home.audit.close()
        await self.built.close()


async def settle(
    database: Database, keys: Path, clock: Clock = now, households: int = HOUSEHOLDS, **changed: Any
) -> Town:
    """Fill ``database`` with the demo county and serve it on a free port."""
    data_dir = keys.parent / secrets.token_hex(4)
    told = {"public_url": "http://127.0.0.1", "security_contact": CONTACT, **changed}
    settings = Settings(port=0, key_file=keys, data_dir=data_dir, **told)
    await Installation.mark_demo(database, households)
    built = await container.build(settings, database, clock, refusal_seconds=0.02)
    offers = built.home.catalogue.offers()
    report = await fill(
        built.stores,
        households,
        tuple(offer.item for offer in offers if offer.item),
        tuple(offer.bundle for offer in offers if offer.bundle),
    )
    await built.registry.areas.reload()
    await built.home.audit.start()
    town = Town(built, report, settings)
    town.jobs.start()
    return town
