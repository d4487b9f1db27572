"""A grid worker's phone as the server sees it: it makes operations, keeps its queue, and asks for what is new."""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import datetime, timedelta
from typing import Any

from models.base.clock import now
from tests.town import Reply, Town

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
WORKER = "wang"


def ulid(at: datetime) -> str:
    """An id as the app makes it."""
    number = (int(at.timestamp() * 1000) << 80) | secrets.randbits(80)
    return "".join(CROCKFORD[(number >> shift) & 31] for shift in range(125, -5, -5))


class Phone:
    """``clock`` may be wrong. ``store`` is what a sync has brought, by household."""

    def __init__(self, town: Town, token: str, account: str = "", ahead: timedelta = timedelta()) -> None:
        self.town = town
        self.token = token
        self.account = account
        self.device = secrets.token_urlsafe(18)
        self.ahead = ahead
        self.seq = 0
        self.elements: list[dict[str, Any]] = []
        self.store: dict[str, Any] = {}
        self.since = ""

    @property
    def clock(self) -> datetime:
        return now() + self.ahead

    async def call(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        return await self.town.call(method, path, body, self.token, {"X-Device": self.device, **headers})

    # Pulling.

    async def pull(self, pages: int = 1000) -> dict[str, Any]:
        """Ask until there is nothing more; the last page."""
        if not self.elements:
            self.elements = (await self.call("GET", "/grid/elements")).body["elements"]
        after = ""
        for _ in range(pages):
            reply = await self.call("GET", f"/grid/sync?since={self.since}&after={after}")
            assert reply.status == 200, reply.body
            page = reply.body
            for home in page.get("homes", ()):
                self.store[home["h"]] = home
            for gone in page.get("gone", ()):
                self.store.pop(gone, None)
            after = page.get("after", "")
            if not after:
                self.since = page["token"]
                return page
        return page

    def line(self, home: str, key: str, of: str = "") -> list[Any] | None:
        """The value of an element as it lies on the phone."""
        place = next(at for at, element in enumerate(self.elements) if element["key"] == key)
        owner = self.store[home]
        if of:
            owner = next(member for member in owner["m"] if member["p"] == of)
        return next((line for line in owner.get("v", ()) if line[0] == place), None)

    def seen(self, home: str, key: str, of: str = "") -> str:
        """The version of an element as it lies on the phone."""
        line = self.line(home, key, of)
        return line[5] if line else ""

    # Operations.

    def operation(self, kind: str, home: str, **said: Any) -> dict[str, str]:
        """One more in the queue."""
        self.seq += 1
        op_id = said.pop("id", "") or ulid(self.clock)
        told = {
            "v": 2, "id": op_id, "kind": kind, "device": self.device, "seq": self.seq,
            "at": self.clock.isoformat(), "home": home, **said,
        }  # fmt: skip
        return envelope(op_id, json.dumps(told, ensure_ascii=False))

    def edit(
        self, home: str, key: str, value: Any, of: str = "", base: str | None = None, **said: Any
    ) -> dict:
        """Set one element, as seen on the phone unless ``base`` says otherwise."""
        seen = self.seen(home, key, of) if base is None else base
        edits = [{"of": of, "key": key, "value": value, "base": seen}]
        return self.operation("edit", home, edits=edits, **said)

    def visit(self, home: str, text: str = "一切都好。", on: str = "", **said: Any) -> dict[str, str]:
        """A visit on the phone's own day."""
        told = {"on": on or (self.clock + timedelta(hours=8)).date().isoformat(), "way": 1, "text": text}
        told |= said.pop("visit", {})
        return self.operation("visit", home, visit=told, **said)

    async def send(self, *ops: dict[str, str]) -> list[dict[str, Any]]:
        """Send operations; what became of each."""
        body = {"device": self.device, "now": self.clock.isoformat(), "ops": list(ops)}
        reply = await self.call("POST", "/grid/ops", body)
        assert reply.status == 200, reply.body
        return list(reply.body["ops"])

    async def one(self, op: dict[str, str]) -> dict[str, Any]:
        """Send one operation."""
        return (await self.send(op))[0]


def envelope(op_id: str, text: str) -> dict[str, str]:
    """An operation as it travels."""
    return {"id": op_id, "hash": hashlib.sha256(text.encode()).hexdigest(), "text": text}
