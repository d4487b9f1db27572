"""The code matrix (一件事二维码锦囊矩阵): a page for everybody, a poster for walls."""

from __future__ import annotations

import asyncio
from functools import lru_cache
from types import SimpleNamespace as Page
from urllib.parse import urlsplit

import msgspec

from handlers.access import JSON, anyone, staff
from handlers.base import Base
from handlers.kept import KeptBase
from models.base.errors import Invalid, Problem
from models.doors.matrix import OFTEN, Cell, Matrix
from qr import grammar, pictograms, poster
from qr.fonts import cjk_font
from qr.svg import path
from qr.symbol import symbol

SYMBOLS = 1024  # some 3 KB each


class Posters(msgspec.Struct, frozen=True):
    """The papers on which the poster can be printed."""

    sizes: list[str]


class Pockets(KeptBase):
    """Every bundle and the matters most asked for, by what happens in a life: to open, or to scan from a screen."""

    @anyone(acting=True, gives=Matrix, status=(200, 304), summary="一件事二维码锦囊矩阵")
    async def get(self) -> None:
        matrix = await self.home.landings.matrix(self.home.county)
        face = "json" if self.wants_json else "elder" if self.elder else "page"
        named = (
            self.actor.kind != "anonymous" and not self.wants_json
        )  # her name stands on it: not for keeping
        kept = None if named else self.pages.get(matrix, face)
        if kept is None and not self.wants_json:
            await asyncio.to_thread(draw_ahead, matrix, self.home.public_url)
        if named:
            self.respond(matrix, "matrix.html", draw=self._page)
            return
        self.send_kept(kept or self.pages.keep(matrix, face, self._body(matrix), self._heads()))

    def _body(self, matrix: Matrix) -> bytes:
        if self.wants_json:
            return msgspec.json.encode(matrix)
        return self.render_string("matrix.html", m=self._page(matrix))

    def _heads(self) -> dict[str, str]:
        kept = {"Vary": "Accept, Accept-Encoding, Cookie", "Cache-Control": "private, no-cache"}
        return {**kept, "Content-Type": f"{JSON if self.wants_json else 'text/html'}; charset=utf-8"}

    def _page(self, matrix: Matrix) -> Page:
        return Page(
            rows=[
                Page(
                    name=row.name,
                    picture=pictograms.path(row.event) if row.event != OFTEN else "",
                    cells=[self._cell(cell) for cell in row.cells],
                )
                for row in matrix.rows
            ],
            host=urlsplit(self.home.public_url).netloc,
        )

    def _cell(self, cell: Cell) -> Page:
        side, strokes = drawn(grammar.url(self.home.public_url, cell.code))
        return Page(
            name=cell.name,
            note=cell.note,
            href=cell.href,
            code=grammar.spoken(cell.code),
            picture=pictograms.path(cell.picture),
            side=side,
            symbol=strokes,
        )


@lru_cache(maxsize=SYMBOLS)
def drawn(url: str) -> tuple[int, str]:
    """A symbol as the page draws it: its side and its strokes. The best mask takes some ten milliseconds to find."""
    found = symbol(url)
    return found.full_size, path(found)


def draw_ahead(matrix: Matrix, public_url: str) -> None:
    """Beside the loop: every symbol of a matrix, for the page that is drawn next."""
    for cell in matrix.cells:
        drawn(grammar.url(public_url, cell.code))


class Poster(Base):
    """The same on paper, A4 or A3."""

    @staff(
        may="sheets.print",
        gives=Posters,
        query=("size",),
        media=(JSON, "application/pdf"),
        summary="打印锦囊海报",
    )
    async def get(self) -> None:
        size = self.get_query_argument("size", "")[:4]
        if not size:
            if self.wants_json:
                self.respond(Posters(list(poster.SIZES)))
            else:
                self.redirect("/desk/sheets", status=303)
            return
        if size not in poster.SIZES:
            raise Invalid([Problem("size", "poster.size", "海报只有 A4 和 A3 两种，请重新选择。")])
        matrix = await self.home.landings.matrix(self.home.county)
        model = poster_of(matrix, self.home.office, self.home.public_url)
        self.set_header("Content-Type", "application/pdf")
        self.set_header("Content-Disposition", f'attachment; filename="matrix-{size}.pdf"')
        self.finish(await self.home.draw(poster.poster, model, size, cjk_font()))


def poster_of(matrix: Matrix, office: str, public_url: str) -> poster.Poster:
    """The poster of a matrix: bundles in the order of a life, then the matters most asked for."""
    bundles = [cell for row in matrix.rows if row.event != OFTEN for cell in row.cells]
    often = [cell for row in matrix.rows if row.event == OFTEN for cell in row.cells]
    sections = (
        poster.Section("一件事：一次填，几项一起办", _pockets(bundles, public_url)),
        poster.Section("常办事项", _pockets(often, public_url), wide=False),
    )
    return poster.Poster(
        office, urlsplit(public_url).netloc, tuple(each for each in sections if each.pockets)
    )


def _pockets(cells: list[Cell], public_url: str) -> tuple[poster.Pocket, ...]:
    return tuple(
        poster.Pocket(cell.code, grammar.url(public_url, cell.code), cell.name, cell.note, cell.picture)
        for cell in cells
    )


ROUTES = [
    (r"/matrix", Pockets),
    (r"/desk/poster", Poster),
]
