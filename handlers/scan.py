"""Scanning: ``/q/CODE`` for every kind and state of code. The hot path of the whole system."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Sequence
from types import SimpleNamespace as Page
from typing import Any
from urllib.parse import urlsplit

import msgspec

from handlers.access import anyone
from handlers.base import POLICY, Base
from handlers.receipts import receipt_page
from handlers.views.words import contact, kinds, line, popular
from models.base.errors import NotFound
from models.cases.receipts import Receipt
from models.doors.door import Entry, Landing
from qr import grammar

KEPT = 4000
SEARCHED = 60


class Pages:
    """Rendered landings of one process. An entry holds while the landing that it was drawn from is the present one:
    Landings hands out another object as soon as anything has changed."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], tuple[Landing, bytes, bytes, str]] = {}

    def get(self, landing: Landing, face: str) -> tuple[bytes, bytes, str] | None:
        """(body, gzipped body, ETag), or None."""
        kept = self._kept.get((landing.code, face))
        return kept[1:] if kept and kept[0] is landing else None

    def keep(self, landing: Landing, face: str, body: bytes) -> tuple[bytes, bytes, str]:
        """Keep a rendered body."""
        if len(self._kept) >= KEPT:
            self._kept.clear()
        tag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
        entry = (landing, body, gzip.compress(body, 6), tag)
        self._kept[landing.code, face] = entry
        return entry[1:]


class Scan(Base):
    """What a code opens."""

    @anyone(gives=Landing | Receipt, summary="扫码：门牌、海报、服务点或回执")
    async def get(self, text: str) -> None:
        code = self._code(text)
        if code is None:
            return
        if code[0] == "R":
            self.respond(await self.home.receipts.view(self.actor, code), "receipt.html", draw=self._receipt)
            return
        try:
            landing = await self.home.landings.of(code)
        except NotFound as error:
            self._unknown(code, error, "unknown")
            return
        if landing.state != "active":
            self._closed(landing)
        elif self.get_query_argument("s", "") and not self.wants_json:
            self._draw(landing, self.get_query_argument("s")[:SEARCHED])
        else:
            self._cached(landing)

    def _code(self, text: str) -> str | None:
        """The code as stored; None after the mistyped one was answered. The one right spelling is one address."""
        try:
            return grammar.read(text)
        except grammar.BadCode as bad:
            self._unknown(text, NotFound(bad.message, code=f"code.{bad.reason}"), "mistyped")
            return None

    def _cached(self, landing: Landing) -> None:
        face = "json" if self.wants_json else "elder" if self.elder else "page"
        pages: Pages = self.application.pages  # type: ignore[attr-defined]
        kept = pages.get(landing, face) or pages.keep(landing, face, self._body(landing, face))
        body, zipped, tag = kept
        self.set_header(
            "Content-Type",
            "application/json; charset=utf-8" if face == "json" else "text/html; charset=utf-8",
        )
        self.set_header("Vary", "Accept, Accept-Encoding, Cookie")
        self.set_header("Cache-Control", "private, no-cache")
        self.set_header("Etag", tag)
        if face != "json":
            self.set_header("Content-Security-Policy", self._policy())
        if self.check_etag_header():
            self.set_status(304)
            self.finish()
            return
        if "gzip" in self.request.headers.get("Accept-Encoding", ""):
            self.set_header("Content-Encoding", "gzip")
            body = zipped
        self.finish(body)

    def compute_etag(self) -> str | None:
        return self._headers.get("Etag")

    def _policy(self) -> str:
        return POLICY.format(style=f" '{self.home.inline_hash('door.css')}'")

    def _body(self, landing: Landing, face: str) -> bytes:
        if face == "json":
            return msgspec.json.encode(landing)
        return self.render_string("door.html", m=door_page(landing, self.home.public_url))

    def _draw(self, landing: Landing, query: str) -> None:
        self.set_header("Content-Security-Policy", self._policy())
        self.respond(landing, "door.html", draw=lambda model: self._found(model, query))

    def _found(self, landing: Landing, query: str) -> Page:
        found = self.home.landings.search([*landing.bundles, *landing.items], query)
        return door_page(landing, self.home.public_url, query, found)

    def _closed(self, landing: Landing) -> None:
        """A code that no longer holds: gone, unless it says where to go on."""
        status = 200 if landing.successor else 410
        model: Any = landing
        if self.wants_json and status == 410:
            error = {"code": f"code.{landing.state}", "message": landing.message}
            model = {**msgspec.to_builtins(landing), "error": error}
        self.respond(model, "code_state.html", status=status, draw=lambda _model: closed_page(landing))

    def _unknown(self, text: str, error: NotFound, state: str) -> None:
        model = {"error": {"code": error.code, "message": error.message}, "state": state}
        shown = text if len(text) <= 24 and text.isprintable() else ""
        self.respond(model, "code_state.html", status=404, draw=lambda _model: _page(state, shown))

    def _receipt(self, receipt: Receipt) -> Page:
        return receipt_page(receipt, fresh=self.get_query_argument("new", "") == "1")


class Mismatch(Base):
    """The address on the wall is not the address on the page: a false or misplaced plate."""

    @anyone(summary="门牌地址不一致")
    async def get(self, text: str) -> None:
        self.respond(
            {"state": "mismatch"}, "code_state.html", draw=lambda _model: _page("mismatch", text[:16])
        )


class Typed(Base):
    """A code typed by hand, from the front page or from a page of a code that was not read."""

    @anyone(summary="手工输入的码")
    async def get(self) -> None:
        text = self.get_query_argument("code", "")[:200]
        try:
            self.redirect(f"/q/{grammar.read(text)}", status=303)
        except grammar.BadCode as bad:
            model = {"error": {"code": f"code.{bad.reason}", "message": bad.message}, "state": "mistyped"}
            shown = text if len(text) <= 24 and text.isprintable() else ""
            self.respond(model, "code_state.html", status=404, draw=lambda _model: _page("mistyped", shown))


def door_page(landing: Landing, public_url: str, query: str = "", found: Sequence[Entry] = ()) -> Page:
    """door.html of a landing; a poster's page is the same with its one matter."""
    return Page(
        address=landing.address,
        code=grammar.spoken(landing.code),
        code_href=f"/q/{landing.code}",
        host=urlsplit(public_url).netloc,
        contact=contact(landing.contact),
        mismatch_href=f"/mismatch/{landing.code}",
        query=query,
        results=[line(each) for each in found],
        popular=popular(landing.items) if landing.kind == "D" else [line(each) for each in landing.items],
        bundles=[line(each) for each in landing.bundles],
        kinds=kinds(landing.items) if landing.kind in {"D", "P"} else [],
    )


def closed_page(landing: Landing) -> Page:
    """code_state.html of a code that no longer holds."""
    page = _page(landing.state, landing.code)
    if landing.successor:
        page.successor = Page(href=landing.successor.href, label=grammar.spoken(landing.successor.code))
    return page


def _page(state: str, code: str) -> Page:
    return Page(state=state, code=code, successor=None, typed=code, action="/code", contact=None)


ROUTES = [
    (r"/q/([^/]{1,300})", Scan),
    (r"/mismatch/([^/]{1,40})", Mismatch),
    (r"/code", Typed),
]
