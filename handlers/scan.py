"""Scanning: ``/q/CODE`` for every kind and state of code. The hot path of the whole system."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace as Page
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec

from handlers import edge
from handlers.access import anyone
from handlers.base import POLICY, Base
from handlers.kept import KeptBase
from handlers.views import contacts
from handlers.views.receipts import receipt_page
from handlers.views.words import contact, kinds, line, popular
from models.base.errors import NotFound
from models.cases.receipt import Receipt
from models.doors.door import Entry, Landing
from qr import grammar

SEARCHED = 60


class Scan(KeptBase):
    """What a code opens."""

    @anyone(
        acting=True,
        gives=(Landing, Receipt),
        query=("s", "new", "rated"),
        status=(200, 304),
        summary="扫码：门牌、海报、服务点或回执",
    )
    async def get(self, text: str) -> None:
        code = self._code(text)
        if code is None:
            return
        if code[0] == "R":
            await self._receipt(code)
            return
        try:
            landing = await self.home.landings.of(code)
        except NotFound as error:
            self._unknown(code, error, "unknown")
            return
        self.home.edge.scan(self.request.remote_ip or "")
        if landing.state != "active":
            self._closed(landing)
        elif self.request.query and self.get_query_argument("s", "") and not self.wants_json:
            self._draw(landing, self.get_query_argument("s")[:SEARCHED])
        elif self.actor.kind != "anonymous" and not self.wants_json:
            self._draw(landing, "")  # her name stands on it: not for keeping
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
        kept = self.pages.get(landing, face) or self.pages.keep(
            landing, face, self._body(landing, face), self._heads(face)
        )
        self.send_kept(kept)

    def _heads(self, face: str) -> dict[str, str]:
        kept = {"Vary": "Accept, Accept-Encoding, Cookie", "Cache-Control": "private, no-cache"}
        if face == "json":
            return {**kept, "Content-Type": "application/json; charset=utf-8"}
        return {
            **kept,
            "Content-Type": "text/html; charset=utf-8",
            "Content-Security-Policy": self._policy(),
        }

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
        self.home.edge.count("miss", edge.asked_by(self))
        model = {"error": {"code": error.code, "message": error.message}, "state": state}
        shown = text if len(text) <= 24 and text.isprintable() else ""
        self.respond(model, "code_state.html", status=404, draw=lambda _model: _page(state, shown))

    async def _receipt(self, code: str) -> None:
        self.home.edge.check("miss", edge.asked_by(self))
        receipt = await self.home.receipts.view(self.actor, code)
        contact = await contacts.of_grid(self.home, receipt.grid)
        fresh = self.get_query_argument("new", "") == "1"
        rated = self.get_query_argument("rated", "") == "1"
        page = receipt_page(receipt, self.home.ratings.reasons, fresh=fresh, rated=rated, contact=contact)
        self.respond(receipt, "receipt.html", draw=lambda _model: page)


class Typed(Base):
    """A code typed by hand, from the front page or from a page of a code that was not read."""

    @anyone(acting=True, query=("code",), status=(303,), summary="手工输入的码")
    async def get(self) -> None:
        text = self.get_query_argument("code", "")[:200]
        try:
            self.redirect(f"/q/{grammar.read(text)}", status=303)
        except grammar.BadCode as bad:
            self.home.edge.count("miss", edge.asked_by(self))
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
        notices_href=f"/notices?area={landing.area}" if landing.area else "/notices",
        rate_href=f"/visit/{landing.code}" if landing.kind == "P" else "",
        query=query,
        results=[line(each) for each in found],
        popular=popular(landing.items) if landing.kind == "D" else [line(each) for each in landing.items],
        bundles=[line(each) for each in landing.bundles],
        kinds=kinds(landing.items) if landing.kind in {"D", "P"} else [],
    )


def closed_page(landing: Landing) -> Page:
    """code_state.html of a code that no longer holds."""
    page = _page(landing.state, grammar.spoken(landing.code))
    page.contact = contact(landing.contact)
    if landing.successor:
        page.successor = Page(href=landing.successor.href, label=grammar.spoken(landing.successor.code))
    return page


def _page(state: str, code: str) -> Page:
    report_href = f"/mismatch/{quote(code, safe='') or '-'}"
    return Page(
        state=state,
        code=code,
        successor=None,
        typed=code,
        action="/code",
        contact=None,
        report_href=report_href,
    )


ROUTES = [
    (r"/q/([^/]{1,300})", Scan),
    (r"/code", Typed),
]
