"""The grid worker on the way: his app for where there is no signal, and the same work on pages for browsers without
scripts. What the app sends and fetches is in ``sync``."""

from __future__ import annotations

from types import SimpleNamespace as Page
from typing import Any

import msgspec

from handlers import looking
from handlers.access import anyone, staff
from handlers.base import Base
from handlers.errors import status_of
from handlers.views import grid as views
from models.base.errors import Invalid, Malformed, NotFound, Problem, SaobanError, TooLarge, TooMany
from models.households.household import Household
from qr import grammar

VERB = "registry.visit"
PAGE = 40
PICTURE_LIMIT = 10 * 1024 * 1024
REFUSALS = (Invalid, Malformed, NotFound, TooLarge, TooMany)


class Door(msgspec.Struct, frozen=True):
    """A household of the worker's grid."""

    household: str
    address: str
    head: str
    href: str


class Doors(msgspec.Struct, frozen=True):
    """A page of them in the order of their codes, ``area`` being whose; ``after`` asks for the next page."""

    area: str
    place: str
    doors: tuple[Door, ...]
    after: str = ""


class Plate(msgspec.Struct, frozen=True):
    """The plate that was read or typed, and the household behind it."""

    code: str
    household: str
    href: str


class Typed(msgspec.Struct, frozen=True):
    code: str = ""


class App(Base):
    """The app's one page. It is everybody's and nobody's: what is personal lies sealed on the phone."""

    @anyone(media=("text/html",), summary="网格员离线应用")
    async def get(self) -> None:
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(self.render_string("grid_app.html", m=Page(version=self.home.shell.version)))


class Worker(Base):
    """The service worker of the app: its files and their hashes, then the script."""

    @anyone(media=("text/javascript",), summary="网格员离线应用：后台脚本")
    async def get(self) -> None:
        self.set_header("Content-Type", "text/javascript; charset=utf-8")
        self.set_header("Cache-Control", "no-cache")
        self.finish(self.home.shell.script)


class Manifest(Base):
    """What makes the page an app to be put on the home screen (W3C Web Application Manifest)."""

    @anyone(media=("application/manifest+json",), summary="网格员离线应用：清单")
    async def get(self) -> None:
        self.set_header("Content-Type", "application/manifest+json; charset=utf-8")
        self.finish(msgspec.json.encode(views.manifest(self.home.office)))


class GridBase(Base):
    """The pages without scripts."""

    async def listing(self) -> Doors:
        """The page of households that the address asks for, put on record as looked at."""
        area = self.actor.area
        after = self.get_query_argument("after", "")[:18]
        found = await self.home.households.in_area(self.actor, area, after, PAGE)
        await looking.at_list(self, "grid", (each.person for home in found for each in home.members))
        more = found[-1].id if len(found) == PAGE else ""
        return Doors(area, self.home.areas.get(area).full_name, tuple(map(_door, found)), more)

    async def show(self, error: SaobanError | None = None, code: str = "") -> None:
        """grid_list.html, with what was wrong with a plate."""
        listing = await self.listing()
        page = await views.list_page(self, listing, error, code)
        status = status_of(error) if error else 200
        self.respond(listing, "grid_list.html", status=status, draw=lambda _model: page)


class Grid(GridBase):
    """My grid: its households, and a field for the code of a plate."""

    @staff(may=VERB, gives=Doors, query=("after",), summary="我的网格")
    async def get(self) -> None:
        await self.show()


class Scan(GridBase):
    """A plate: typed, or on an ordinary photograph, which is stored nowhere."""

    @staff(
        may=VERB, reads=Typed, uploads=True, gives=Plate, body_limit=PICTURE_LIMIT + 64 * 1024,
        status=(200, 303), summary="扫门牌：输入码或上传照片",
    )  # fmt: skip
    async def post(self) -> None:
        code = ""
        try:
            code = await self._sent()
            plate = await self._behind(code)
        except REFUSALS as error:
            if self.wants_json:
                raise
            await self.show(error, code)
            return
        self.go(plate.href, plate)

    async def _sent(self) -> str:
        """What was typed, else what the photograph shows. Raises Malformed, TooLarge, Invalid, TooMany."""
        files = [file.body for group in self.request.files.values() for file in group if file.body]
        if not files:
            return self.read(Typed).code
        if len(files[0]) > PICTURE_LIMIT:
            raise TooLarge("照片太大，不能超过 10 MB，请改用较低的清晰度再拍。")
        return await self.home.plate_photos.code(files[0])

    async def _behind(self, typed: str) -> Plate:
        """The household behind a plate of the worker's area. Raises Invalid for what is no plate, NotFound."""
        try:
            code = grammar.read(typed)
        except grammar.BadCode as bad:
            raise Invalid([Problem("code", f"code.{bad.reason}", bad.message)], bad.message) from None
        row = await self.home.codes.get(code)
        home = await self.home.households.for_actor(self.actor, row.target.household)
        return Plate(code, home.id, views.href(home.id))


def _door(home: Household) -> Door:
    return Door(home.id, home.address, home.head.name if home.head else "", views.href(home.id))


ROUTES: list[tuple[str, Any]] = [
    (r"/grid/", Grid),
    (r"/grid/app", App),
    (r"/grid/sw\.js", Worker),
    (r"/grid/app\.webmanifest", Manifest),
    (r"/grid/plate", Scan),
]
