"""The form builder: pages and questions added, moved, removed, written and bound to data elements, with scripts off."""

from __future__ import annotations

import msgspec

from handlers.access import staff
from handlers.base import Base
from handlers.errors import status_of
from handlers.items_edit import LARGEST, SectionView, Written, sent_by
from handlers.views import items_form as views
from models.base.errors import Conflict, Invalid, NotFound, Problem
from models.elements.element import Element
from models.forms.form import Field, Form, Section
from models.items.bench import Sight
from models.items.building import (
    bound,
    field_at,
    field_texts,
    field_written,
    page_of,
    page_texts,
    page_written,
    rebuilt,
    with_field,
    with_page,
)
from models.items.tabled import folded

BIND = "bind:"


class Built(msgspec.Struct, frozen=True):
    """The form that is being built, at ``rev``."""

    rev: int
    form: Form


class FormPages(Base):
    """Pages and questions in their order. ``do``: "page" (with ``title``), "field:page.KEY" or "field:field.KEY" (with
    ``label``, ``type``, ``element``, ``key``), "up:", "down:" and "remove:" of ``page.KEY`` or ``field.KEY``."""

    @staff(may="items.see", gives=Built, query=("saved",), summary="表单编写")
    async def get(self, slug: str) -> None:
        sight = await self.home.bench.get(self.actor, slug)
        page = await views.form_page(self, sight, saved=self.get_query_argument("saved", "") == "1")
        self.respond(_built(sight), "items_form.html", draw=lambda _model: page)

    @staff(may="items.edit", reads=Written, gives=Built, body_limit=LARGEST, summary="表单编写：增删、移动")
    async def post(self, slug: str) -> None:
        sight = await self.home.bench.get(self.actor, slug)
        sent = self.read(Written) if self.sends_json else sent_by(self)
        try:
            if sight.draft and sight.draft.rev != sent.rev:
                raise Conflict()
            form, then = self._changed(sight.item.form, sent)
            await keep(self, sight, sent.rev, form)
        except (Invalid, Conflict) as error:
            if self.wants_json:
                raise
            page = await views.form_page(self, sight, sent=sent, error=error)
            self.respond({}, "items_form.html", status=status_of(error), draw=lambda _model: page)
            return
        self.go(
            f"/desk/items/{slug}/form{then or '?saved=1'}",
            _built(await self.home.bench.get(self.actor, slug)),
        )

    def _changed(self, form: Form, sent: Written) -> tuple[Form, str]:
        """The form with what was wished for, and where a browser goes on."""
        move, _, place = sent.do.partition(":")
        if move == "page":
            return with_page(form, sent.texts.get("title", ""), sent.texts.get("key", "")), ""
        if move == "field":
            element = element_of(self, sent.texts.get("element", ""))
            built, path = with_field(form, place, sent.texts, element)
            return built, f"/fields/{path}"
        if move in ("up", "down", "remove"):
            return rebuilt(form, sent.do), ""
        raise Invalid([Problem("do", "unknown", "没有这个操作。")])


class OnePage(Base):
    """One page of the form: title, hint, when it is there."""

    @staff(may="items.see", gives=SectionView, query=("saved",), summary="表单编写：一页")
    async def get(self, slug: str, key: str) -> None:
        sight = await self.home.bench.get(self.actor, slug)
        await self._show(sight, _page(sight, key))

    @staff(
        may="items.edit", reads=Written, gives=SectionView, body_limit=LARGEST, summary="表单编写：保存一页"
    )
    async def post(self, slug: str, key: str) -> None:
        sight = await self.home.bench.get(self.actor, slug)
        section = _page(sight, key)
        sent = self.read(Written) if self.sends_json else sent_by(self)
        texts = folded(sent.texts, ["show_if"], sight.item.form)
        form, problems = page_written(sight.item.form, key, texts)
        try:
            draft = await keep(self, sight, sent.rev, form, problems)
        except (Invalid, Conflict) as error:
            if self.wants_json:
                raise
            await self._show(sight, section, Written(sent.rev, texts=texts), problems, error)
            return
        self.go(f"{self.request.path}?saved=1", SectionView(draft, texts))

    async def _show(
        self, sight: Sight, section: Section, sent: Written | None = None, problems: list[Problem] | None = None,
        error: Invalid | Conflict | None = None,
    ) -> None:  # fmt: skip
        texts = sent.texts if sent else page_texts(section)
        saved = self.get_query_argument("saved", "") == "1"
        page = await views.one_page(self, sight, section, texts, problems or [], error, saved=saved)
        model = SectionView(sight.draft.rev if sight.draft else 0, texts)
        self.respond(
            model, "items_part.html", status=status_of(error) if error else 200, draw=lambda _model: page
        )


class OneField(Base):
    """One question, or a column of a table (``family.income``). ``do`` "bind:person.phone" binds it to an element; ``q``
    looks for one."""

    @staff(may="items.see", gives=SectionView, query=("saved", "q"), summary="表单编写：一个问题")
    async def get(self, slug: str, path: str) -> None:
        sight = await self.home.bench.get(self.actor, slug)
        await self._show(sight, path, _field(sight, path))

    @staff(
        may="items.edit",
        reads=Written,
        gives=SectionView,
        body_limit=LARGEST,
        summary="表单编写：保存一个问题",
    )
    async def post(self, slug: str, path: str) -> None:
        sight = await self.home.bench.get(self.actor, slug)
        field = _field(sight, path)
        sent = self.read(Written) if self.sends_json else sent_by(self)
        texts = folded(sent.texts, ["show_if", "require_if"], views.beside(sight.item.form, path))
        problems: list[Problem] = []
        try:
            if sent.do.startswith(BIND):
                element = element_of(self, sent.do.removeprefix(BIND))
                form = bound(sight.item.form, path, element) if element else sight.item.form
            else:
                form, problems = field_written(sight.item.form, path, texts)
            draft = await keep(self, sight, sent.rev, form, problems)
        except (Invalid, Conflict) as error:
            if self.wants_json:
                raise
            await self._show(sight, path, field, Written(sent.rev, texts=texts), problems, error)
            return
        self.go(f"{self.request.path}?saved=1", SectionView(draft, texts))

    async def _show(
        self, sight: Sight, path: str, field: Field, sent: Written | None = None,
        problems: list[Problem] | None = None, error: Invalid | Conflict | None = None,
    ) -> None:  # fmt: skip
        texts = sent.texts if sent else field_texts(field)
        asked = views.Asked(
            self.get_query_argument("q", "")[:40], self.get_query_argument("saved", "") == "1"
        )
        page = await views.one_field(self, sight, path, field, texts, problems or [], error, asked)
        model = SectionView(sight.draft.rev if sight.draft else 0, texts)
        self.respond(
            model, "items_part.html", status=status_of(error) if error else 200, draw=lambda _model: page
        )


async def keep(
    handler: Base, sight: Sight, rev: int, form: Form, problems: list[Problem] | None = None
) -> int:
    """Write the form into the draft; its new revision. Raises Invalid, Conflict."""
    if problems:
        raise Invalid(problems)
    item = msgspec.structs.replace(sight.item, form=form)
    return (await handler.home.editing.save(handler.actor, sight.slug, rev, item)).rev


def element_of(handler: Base, key: str) -> Element | None:
    """The element that was asked for, by key or label; None for none. Raises Invalid for one that is not there."""
    key = key.strip()
    if not key:
        return None
    known = handler.home.elements
    found = known.get(key) or next((each for each in known.by_key.values() if each.label == key), None)
    if found is None:
        raise Invalid([Problem("element", "unknown", "没有这个数据项，请从列表里选。")])
    return found


def _built(sight: Sight) -> Built:
    return Built(sight.draft.rev if sight.draft else 0, sight.item.form)


def _page(sight: Sight, key: str) -> Section:
    found = page_of(sight.item.form, key)
    if found is None:
        raise NotFound("没有这一页，可能刚被删除。")
    return found


def _field(sight: Sight, path: str) -> Field:
    found = field_at(sight.item.form, path)
    if found is None:
        raise NotFound("没有这个问题，可能刚被删除。")
    return found


ROUTES = [
    (r"/desk/items/([a-z0-9-]{1,60})/form", FormPages),
    (r"/desk/items/([a-z0-9-]{1,60})/form/pages/([a-z0-9_]{1,60})", OnePage),
    (r"/desk/items/([a-z0-9-]{1,60})/form/fields/([a-z0-9_.]{1,90})", OneField),
]
