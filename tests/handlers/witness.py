"""A witness at the server's door: what every request of staff was answered, held against the record of looking.

It sees the bytes before they are compressed and knows nothing of handlers, so that a handler which forgets to put a
look on record is found by what it showed.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec
from tornado.httputil import HTTPHeaders, HTTPServerRequest
from tornado.web import OutputTransform, RequestHandler

from tests.town import Town

NAMELESS = ["Outbox"]
"""Where an entry names nobody: the messages of a demonstration do not say whose they are."""


class Shown(msgspec.Struct, frozen=True):
    """One answered request: by which account (or under which leave to act), of which handler, in what words."""

    who: str
    mandate: str
    route: str
    method: str
    status: int
    text: str


class Subject(msgspec.Struct, frozen=True):
    """Somebody whose data may be shown: her ids in the record, and the words that give her away."""

    ids: frozenset[str]
    words: tuple[str, ...]

    def is_in(self, shown: Shown) -> bool:
        return any(word in shown.text for word in self.words)


class Witness:
    """Made once for a town, before anything is asked."""

    def __init__(self, town: Town) -> None:
        self.shown: list[Shown] = []
        self._town = town
        self._bodies: dict[int, bytearray] = {}
        self._log = town.app.log_request
        town.app.log_request = self._logged  # type: ignore[method-assign]
        bodies = self._bodies

        class Copying(OutputTransform):
            def __init__(self, request: HTTPServerRequest) -> None:
                self._kept = bodies.setdefault(id(request), bytearray())

            def transform_first_chunk(
                self, status_code: int, headers: HTTPHeaders, chunk: bytes, finishing: bool
            ) -> tuple[int, HTTPHeaders, bytes]:
                self._kept += chunk
                return status_code, headers, chunk

            def transform_chunk(self, chunk: bytes, finishing: bool) -> bytes:
                self._kept += chunk
                return chunk

        town.app.transforms.insert(0, Copying)

    def _logged(self, handler: RequestHandler) -> None:
        body = bytes(self._bodies.pop(id(handler.request), b""))
        actor: Any = getattr(handler, "actor", None)
        if actor is not None and (actor.is_staff or actor.mandate):
            text = body.decode("utf-8", "replace")
            method = handler.request.method or ""
            self.shown.append(
                Shown(actor.subject, actor.mandate, handler.route, method, handler.get_status(), text)  # type: ignore[attr-defined]
            )
        self._log(handler)

    def of(self, subject: Subject) -> list[Shown]:
        """The requests that showed something of ``subject``."""
        return [each for each in self.shown if subject.is_in(each)]

    async def unrecorded(self, subject: Subject) -> list[str]:
        """The requests that showed something of hers without an entry of their own, as ``GET OneCase 200``."""
        there = await self._entries(subject)
        missing = []
        for each in self.of(subject):
            place = (each.mandate or each.who, each.route)
            if there[place]:
                there[place] -= 1
            else:
                missing.append(f"{each.method} {each.route} {each.status}")
        return missing

    async def _entries(self, subject: Subject) -> Counter[tuple[str, str]]:
        """How many entries about her there are, by whom and where."""
        nameless = {"whose": [], "where.route": {"$in": NAMELESS}}
        query = {"$or": [{"whose": {"$in": sorted(subject.ids)}}, nameless]}
        found = self._town.built.database.collection("audit").find(query)
        return Counter([
            (row["ground"]["text"] if row["ground"]["kind"] == "delegated" else row["who"]["id"], row["where"]["route"])
            async for row in found
        ])  # fmt: skip
