"""Pages that belong to nobody in particular: front page, large version, health, metrics."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace as Page

import msgspec

from handlers import cookies
from handlers.access import anyone
from handlers.base import Base
from handlers.login import LoginBase
from handlers.views.words import kinds, line, popular
from models.base.errors import NotFound
from models.doors.door import Entry

ELDER_DAYS = 3650
CONTACT_DAYS = 180  # for so long whoever copied the address may trust it (RFC 9116, 2.5.5: less than a year)


class Front(msgspec.Struct, frozen=True):
    """Everything that can be done in the county, under its widest poster."""

    items: tuple[Entry, ...]
    bundles: tuple[Entry, ...]


class Well(msgspec.Struct, frozen=True):
    ok: bool
    version: str


class Index(Base):
    """The county's front page: search, kinds, bundles, and a field for the code on the plate."""

    @anyone(acting=True, gives=Front, query=("s",), summary="首页")
    async def get(self) -> None:
        items, bundles = await self.home.landings.front(self.home.county)
        query = self.get_query_argument("s", "")[:60]
        page = Page(
            query=query,
            results=[line(found) for found in self.home.landings.search([*bundles, *items], query)]
            if query
            else [],
            popular=popular(items),
            bundles=[line(each) for each in bundles],
            kinds=kinds(items),
            code_action="/code",
            typed="",
            problem="",
        )
        self.respond(Front(items, bundles), "index.html", draw=lambda _model: page)


class Elder(LoginBase):
    """The large version (长辈版), on or off, remembered on the device."""

    @anyone(acting=True, query=("on", "next"), status=(303,), summary="长辈版开关")
    async def get(self) -> None:
        wanted = self.get_query_argument("on", "1") == "1"
        cookies.keep(self, "elder", "1" if wanted else "0", ELDER_DAYS * 86400)
        onward = self.onward(self.get_query_argument("next", "/"))
        self.redirect(onward if onward != "/my" else "/", status=303)


class Health(Base):
    """200 only while a majority write can succeed."""

    @anyone(acting=True, gives=Well, status=(200, 503), summary="健康检查")
    async def get(self) -> None:
        well = await self.home.writable()
        self.set_status(200 if well else 503)
        self.set_header("Content-Type", "application/json")
        self.finish(msgspec.json.encode(Well(well, self.home.version)))


class Metrics(Base):
    """Figures for Prometheus, for callers on the same machine or network only."""

    @anyone(acting=True, media=("text/plain",), summary="运行指标")
    async def get(self) -> None:
        if not (self.request.remote_ip or "").startswith(("127.", "::1", "10.", "192.168.")):
            raise NotFound()
        self.set_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        self.finish(self.home.metrics())


class SecurityText(Base):
    """Where to report a weakness (RFC 9116); nothing is here while nobody is named to hear of it."""

    @anyone(acting=True, media=("text/plain",), summary="安全问题报告方式（security.txt）")
    async def get(self) -> None:
        if not self.home.security_contact:
            raise NotFound()
        expires = self.home.clock() + timedelta(days=CONTACT_DAYS)
        lines = (
            f"Contact: {self.home.security_contact}",
            f"Expires: {expires:%Y-%m-%dT00:00:00Z}",
            "Preferred-Languages: zh, en",
            f"Canonical: {self.home.public_url}/.well-known/security.txt",
        )
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish("".join(f"{line}\n" for line in lines))


ROUTES = [
    (r"/", Index),
    (r"/elder", Elder),
    (r"/healthz", Health),
    (r"/metrics", Metrics),
    (r"/\.well-known/security\.txt", SecurityText),
]
