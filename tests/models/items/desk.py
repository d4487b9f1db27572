"""The catalogue's desk for tests: on the small hall, with somebody who writes and somebody who lets pass."""

from __future__ import annotations

from itertools import count
from typing import Any

import msgspec

from models.base.actor import Actor
from models.consents.consent import load_purposes
from models.integrity.kinds import load_kinds
from models.items.bench import Bench, Sight
from models.items.draft import ItemDraft
from models.items.draft_repository import ItemDraftRepository
from models.items.editing import Editing
from models.items.item import Item

COUNTY = "529901"
IDS = count(1)
HE = Actor("staff", subject="a-he", name="何编写", role="reviewer", area=COUNTY, departments=("民政",))
ZHAO = Actor("staff", subject="a-zhao", name="赵科长", role="approver", area=COUNTY, departments=("民政",))
CHEF = Actor("staff", subject="a-chef", name="钱局长", role="approver", area=COUNTY)
ADMIN = Actor("staff", subject="a-admin", name="管理员", role="admin", area=COUNTY)
ELSEWHERE = Actor(
    "staff", subject="a-med", name="医保审核", role="reviewer", area=COUNTY, departments=("医保",)
)

WHOLE: dict[str, Any] = {
    "conditions": ("年满80周岁",), "legal_basis": ("《老年人权益保障法》第三十三条",), "places": ("便民服务中心",),
    "result": {"name": "高龄津贴", "kind": "资金", "sample": "载明金额和起发月份"}, "statutory_days": 30,
}  # fmt: skip


def whole(item: Item, **changed: Any) -> Item:
    """An item that the lint lets pass: what the small hall's items leave out is filled in."""
    tree = msgspec.to_builtins(item) | WHOLE | changed
    for material in tree["materials"]:
        material.setdefault("held", "form")
    return msgspec.convert(tree, Item)


class ItemsDesk:
    """Bench and editing over a hall. ``again`` is another process on the same data."""

    def __init__(self, hall: Any) -> None:
        self.hall = hall
        self.repository = ItemDraftRepository(hall.database)
        self.bench = Bench(
            self.repository, hall.catalogue, hall.elements, hall.areas, COUNTY, load_purposes(), load_kinds()
        )
        self.editing = Editing(
            self.repository, hall.catalogue, self.bench, hall.clock, lambda: f"d{next(IDS)}", COUNTY
        )

    async def see(self, slug: str = "allowance", actor: Actor = HE) -> Sight:
        return await self.bench.get(actor, slug)

    async def write(self, item: Item, actor: Actor = HE) -> ItemDraft:
        """Open a draft and save ``item`` in it."""
        draft = await self.editing.start(actor, item.id)
        return await self.editing.save(actor, item.id, draft.rev, item)

    async def submit(self, item: Item, effective_on: str = "", actor: Actor = HE) -> ItemDraft:
        draft = await self.write(item, actor)
        return await self.editing.submit(actor, item.id, draft.rev, effective_on, "按新文件修改")

    async def publish(self, item: Item) -> int:
        """All the way, at once."""
        draft = await self.submit(item)
        return (await self.editing.approve(ZHAO, item.id, draft.rev)).version
