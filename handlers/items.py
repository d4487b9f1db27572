"""The catalogue's desk: the list of items, one item with its draft, what may be done with it, what is different."""

from __future__ import annotations

from typing import Any

import msgspec

from handlers import looking
from handlers.access import staff
from handlers.base import Base
from handlers.errors import status_of
from handlers.views import items as views
from models.audit.entry import What
from models.base.errors import Conflict, Forbidden, Invalid, NotFound
from models.items.bench import Line, Sight
from models.items.diff import Change, diff
from models.items.draft import Remark
from models.items.starting import NewItem, begun

REMARK = "remark:"


class Items(msgspec.Struct, frozen=True):
    """The items of my lines of duty."""

    items: tuple[Line, ...]


class DraftMove(msgspec.Struct, frozen=True):
    """What is to be done with a draft that was seen at ``rev``; which of the rest counts depends on the move."""

    rev: int = 0
    note: str = ""
    effective_on: str = ""
    remarks: tuple[Remark, ...] = ()
    notice: str = ""
    reason: str = ""
    town: str = ""


class Differences(msgspec.Struct, frozen=True):
    """From one text of an item to another."""

    changes: tuple[Change, ...]


class ItemsList(Base):
    """All items, searched and filtered; begin a new one."""

    @staff(may="items.see", gives=Items, query=("q", "state", "theme"), summary="事项列表")
    async def get(self) -> None:
        await self._show(await self.home.bench.lines(self.actor))

    @staff(may="items.edit", reads=NewItem, gives=Sight, status=(201, 303), summary="新建事项")
    async def post(self) -> None:
        sent = self.read(NewItem)
        try:
            like = self.home.bench.offer(sent.like)
            draft = await self.home.editing.create(self.actor, begun(sent, like.item if like else None))
        except Invalid as error:
            if self.wants_json:
                raise
            await self._show(await self.home.bench.lines(self.actor), sent, error)
            return
        sight = await self.home.bench.get(self.actor, draft.slug)
        self.go(f"/desk/items/{draft.slug}", sight, status=201)

    async def _show(
        self, lines: list[Line], typed: NewItem | None = None, error: Invalid | None = None
    ) -> None:
        asked = views.Asked(*(self.get_query_argument(name, "")[:60] for name in ("q", "state", "theme")))
        found = views.found(lines, asked)
        page = await views.list_page(self, found, asked, typed, error)
        self.respond(Items(tuple(found)), "items.html", status=status_of(error) if error else 200,
                     draw=lambda _model: page)  # fmt: skip


class OneItem(Base):
    """One item: what stands, what is being written, what the lint says, what I may do."""

    @staff(may="items.see", gives=Sight, query=("done",), summary="一个事项")
    async def get(self, slug: str) -> None:
        sight = await self.home.bench.get(self.actor, slug)
        page = await views.item_page(self, sight, done=self.get_query_argument("done", "")[:20])
        self.respond(sight, "items_one.html", draw=lambda _model: page)


class ItemMove(Base):
    """Start, submit, return, let pass, take back or drop a draft; withdraw an item or open it again."""

    @staff(
        may="items.see", reads=DraftMove, gives=Sight,
        summary="事项：start submit send_back approve recall drop withdraw reopen copy",
    )  # fmt: skip
    async def post(self, slug: str, move: str) -> None:
        sent = self._sent()
        looking.check(self)
        try:
            led = await self._act(slug, move, sent)
        except (Invalid, Conflict, Forbidden) as error:
            if self.wants_json:
                raise
            await self._again(slug, move, sent, error)
            return
        if move in ("approve", "withdraw", "reopen"):
            await looking.at_plate(self, "change", What("item", slug), reason=sent.reason[:200])
            self.home.landings.drop_all()
        if self.wants_json:
            self.respond(await self._after(led, move))
        else:
            self.redirect(await views.after(self, led, move), status=303)

    async def _after(self, slug: str, move: str) -> Any:
        """The item; nothing where the draft of something new was dropped."""
        try:
            return await self.home.bench.get(self.actor, slug)
        except NotFound:
            if move != "drop":
                raise
            return {}

    def _sent(self) -> DraftMove:
        """What came; a page sends each remark under the name of its place."""
        sent = self.read(DraftMove)
        if self.sends_json:
            return sent
        remarks = tuple(
            Remark(name.removeprefix(REMARK), self.get_body_argument(name))
            for name in self.request.body_arguments
            if name.startswith(REMARK)
        )
        return msgspec.structs.replace(sent, remarks=remarks)

    async def _act(self, slug: str, move: str, sent: DraftMove) -> str:
        """Do it; the item that it has led to."""
        editing, actor = self.home.editing, self.actor
        if move == "submit":
            await editing.submit(actor, slug, sent.rev, sent.effective_on.strip(), sent.note)
        elif move == "send_back":
            await editing.send_back(actor, slug, sent.rev, sent.remarks)
        elif move == "withdraw":
            await editing.withdraw(actor, slug, sent.notice, sent.reason)
        elif move == "reopen":
            await self.home.catalogue.set_state(actor, slug, "open")
        elif move == "start":
            await editing.start(actor, slug)
        elif move == "copy":
            return (await editing.copy(actor, slug, sent.town)).slug
        elif move in ("approve", "recall", "drop"):
            await getattr(editing, move)(actor, slug, sent.rev)
        else:
            raise NotFound()
        return slug

    async def _again(
        self, slug: str, move: str, sent: DraftMove, error: Invalid | Conflict | Forbidden
    ) -> None:
        """The page once more, with what is wrong; nothing typed is lost."""
        sight = await self.home.bench.get(self.actor, slug)
        page = await views.item_page(self, sight, move=move, typed=sent, error=error)
        self.respond({}, "items_one.html", status=status_of(error), draw=lambda _model: page)


class ItemDiff(Base):
    """Two texts of an item side by side: versions by number, "draft" for what is being written."""

    @staff(may="items.see", gives=Differences, query=("from", "to"), summary="事项版本对照")
    async def get(self, slug: str) -> None:
        bench, ends = self.home.bench, [self.get_query_argument(name, "")[:10] for name in ("from", "to")]
        old = await bench.text_of(self.actor, slug, ends[0]) if ends[0] else None
        changes = Differences(diff(old, await bench.text_of(self.actor, slug, ends[1] or "draft")))
        page = await views.diff_page(self, slug, ends, changes.changes)
        self.respond(changes, "items_diff.html", draw=lambda _model: page)


ROUTES = [
    (r"/desk/items", ItemsList),
    (r"/desk/items/([a-z0-9-]{1,60})", OneItem),
    (r"/desk/items/([a-z0-9-]{1,60})/diff", ItemDiff),
    (r"/desk/items/([a-z0-9-]{1,60})/draft/([a-z_]{1,20})", ItemMove),
]
