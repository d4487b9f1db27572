"""Writing one section of an item: a plain form of fields and rows that works with scripts off."""

from __future__ import annotations

from urllib.parse import quote

import msgspec

from handlers.access import HTML, staff
from handlers.base import Base
from handlers.errors import status_of
from handlers.views import items_edit as views
from models.base.errors import Conflict, Invalid, NotFound, Problem
from models.items.bench import Sight
from models.items.codes import BadCode, composed
from models.items.draft import ItemDraft
from models.items.item import Item
from models.items.tabled import folded
from models.items.writing import SECTIONS, Section, Texts, rearranged, refound, texts_of, written

SAVE, COMPOSE, PART = "save", "compose", "part."
LARGEST = 256 * 1024


class Written(msgspec.Struct, frozen=True):
    """A section as it was typed at ``rev``: texts by their place (``materials.2.name``). ``do`` is "save", or a change of
    rows that is shown and not yet kept: "add:materials", "remove:materials.2", "up:materials.2", "down:materials.2";
    or "compose": codes from their parts (``part.main``)."""

    rev: int = 0
    do: str = SAVE
    texts: dict[str, str] = {}


class SectionView(msgspec.Struct, frozen=True):
    """A section as texts by their place."""

    rev: int
    texts: dict[str, str]


class EditSection(Base):
    """One section of what is being written."""

    @staff(may="items.see", gives=SectionView, query=("saved",), summary="事项编写：一个部分")
    async def get(self, slug: str, key: str) -> None:
        section, sight = await self._find(slug, key)
        texts = texts_of(sight.item, section)
        rev = sight.draft.rev if sight.draft else 0
        saved = self.get_query_argument("saved", "") == "1"
        page = await views.section_page(self, sight, section, texts, saved=saved)
        self.respond(SectionView(rev, texts), "items_edit.html", draw=lambda _model: page)

    @staff(
        may="items.edit",
        reads=Written,
        gives=SectionView,
        body_limit=LARGEST,
        summary="事项编写：保存一个部分",
    )
    async def post(self, slug: str, key: str) -> None:
        section, sight = await self._find(slug, key)
        sent = self._sent()
        texts = folded(sent.texts, views.condition_places(section, sent.texts), sight.item.form)
        if sent.do != SAVE:
            await self._reshow(sight, section, texts, sent)
            return
        item, problems = written(sight.item, section, texts)
        try:
            draft = await self._save(slug, sent.rev, item, problems)
        except (Invalid, Conflict) as error:
            if self.wants_json:
                raise
            if isinstance(error, Conflict):
                texts = refound(sight.item, section, texts)
            page = await views.section_page(self, sight, section, texts, problems=problems, error=error)
            self.respond({}, "items_edit.html", status=status_of(error), draw=lambda _model: page)
            return
        self.go(f"{self.request.path}?saved=1", SectionView(draft.rev, texts_of(item, section)))

    async def _reshow(self, sight: Sight, section: Section, texts: Texts, sent: Written) -> None:
        """The section with its rows rearranged or its codes put together; nothing is kept yet."""
        problems: list[Problem] = []
        if section.key == "codes" and sent.do == COMPOSE:
            texts, problems = _composed(texts, sight.item.kind)
        else:
            texts = rearranged(section, texts, sent.do)
        page = await views.section_page(self, sight, section, texts, problems=problems, unsaved=True)
        status = 422 if problems else 200
        self.respond(SectionView(sent.rev, texts), "items_edit.html", status=status, draw=lambda _model: page)

    async def _save(self, slug: str, rev: int, item: Item, problems: list[Problem]) -> ItemDraft:
        if problems:
            raise Invalid(problems)
        return await self.home.editing.save(self.actor, slug, rev, item)

    async def _find(self, slug: str, key: str) -> tuple[Section, Sight]:
        sight = await self.home.bench.get(self.actor, slug)
        if key not in SECTIONS or (sight.draft is None and self.request.method != "GET"):
            raise NotFound("没有找到这一部分。请先打开草稿。", code="items.no_draft")
        return SECTIONS[key], sight

    def _sent(self) -> Written:
        """What came; a page sends every text under the name of its place."""
        return self.read(Written) if self.sends_json else sent_by(self)


def _composed(texts: Texts, kind: str) -> tuple[Texts, list[Problem]]:
    """Codes put together from the parts that were typed."""
    parts = {name.removeprefix(PART): text for name, text in texts.items() if name.startswith(PART)}
    try:
        basic, code = composed(parts, kind)
    except BadCode as bad:
        return texts, [Problem(f"{PART}origin", "code", f"{bad}。")]
    return texts | {"basic_code": basic} | ({"code": code} if code else {}), []


def sent_by(handler: Base) -> Written:
    """What a page sends: texts under the names of their places."""
    texts: Texts = {name: handler.get_body_argument(name) for name in handler.request.body_arguments}
    texts.pop("_xsrf", None)
    rev, do = texts.pop("rev", "0"), texts.pop("do", SAVE)
    return Written(_number(rev[:10]), do, texts)


class PreviewPage(Base):
    """The form as the phone will show it, page by page: of what is being written, or of a version (``of``)."""

    @staff(may="items.see", media=(HTML,), query=("of", "at"), summary="事项预览")
    async def get(self, slug: str) -> None:
        sight = await self.home.bench.get(self.actor, slug)
        of, at = (self.get_query_argument(name, "")[:10] for name in ("of", "at"))
        item = await self.home.bench.text_of(self.actor, slug, of) if of else sight.item
        page = views.preview_page(self, item, of, _number(at))
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(self.render_string("items_preview.html", m=page))

    @staff(may="items.see", query=("of", "at"), status=(303,), summary="事项预览：下一页")
    async def post(self, slug: str) -> None:
        """What is tried out here is kept nowhere."""
        sight = await self.home.bench.get(self.actor, slug)
        of, at = (self.get_query_argument(name, "")[:10] for name in ("of", "at"))
        self.redirect(f"/desk/items/{sight.slug}/preview?of={quote(of)}&at={_number(at) + 1}", status=303)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0


ROUTES = [
    (r"/desk/items/([a-z0-9-]{1,60})/edit/([a-z_]{2,20})", EditSection),
    (r"/desk/items/([a-z0-9-]{1,60})/preview", PreviewPage),
]
