"""What the grid worker's app speaks with: elements, pages of households, operations, its device (docs/sync.md)."""

from __future__ import annotations

from datetime import datetime

import msgspec

from handlers import cookies, edge, looking
from handlers.access import anyone, staff
from handlers.base import Base
from models.base.errors import Malformed
from models.sync.answer import Answer
from models.sync.operation import Envelope
from models.sync.phones import Greeting, PhoneSaid
from models.sync.pulling import Collected, Page

MAY = "registry.visit"
OPS_LIMIT = 1024 * 1024
KEY_SECONDS = 3600


class Batch(msgspec.Struct, frozen=True):
    """Operations as a phone sends them; ``now`` is its clock."""

    ops: tuple[Envelope, ...] = ()
    device: str = ""
    now: datetime | None = None


class Answers(msgspec.Struct, frozen=True):
    """What became of each of them, in their order."""

    now: datetime
    skew_ms: int
    ops: tuple[Answer, ...]


class Seen(msgspec.Struct, frozen=True):
    """An operation that needs its author no more."""

    id: str = ""


class Wipe(msgspec.Struct, frozen=True):
    wipe: bool


class SyncBase(Base):
    """A phone that is to be wiped hears that before anything else, also when its session is over."""

    asks_whether = False  # a lost phone that only asks whether it is lost is answered, not refused

    async def prepare(self) -> None:
        if not (self.asks_whether and self.request.method == "GET"):
            await self.home.phones.refuse_wiped(self.device)
        identified = super().prepare()
        if identified is not None:
            await identified

    @property
    def device(self) -> str:
        """What the app calls its device."""
        return self.request.headers.get("X-Device", "")[:64]


class Elements(SyncBase):
    """What this worker may see and collect."""

    @staff(may=MAY, gives=Collected, status=(200, 304), summary="采集应用：数据项和码表")
    async def get(self) -> None:
        told = await self.home.pulling.collected(self.actor)
        self.set_header("Cache-Control", "private, no-cache")
        self.respond(told)


class Pull(SyncBase):
    """A page of what is known, or of what became different."""

    @staff(may=MAY, gives=Page, query=("since", "after"), summary="采集应用：同步本网格的户")
    async def get(self) -> None:
        since, after = (self.get_query_argument(name, "")[:80] for name in ("since", "after"))
        await self.home.edge.admit("sync", edge.asked_by(self))
        await self.home.phones.heard(self.actor, self.device, None)
        pulled = await self.home.pulling.page(self.actor, self.device, since, after)
        if pulled.page.homes:
            await looking.at_list(self, "grid-sync", pulled.whose)
        self.respond(pulled.page)


class Operations(SyncBase):
    """What somebody did on a phone; and what became of it."""

    @staff(may=MAY, gives=Answers, query=("ids", "needs"), summary="采集应用：查询操作的结果")
    async def get(self) -> None:
        await self.home.edge.admit("sync", edge.asked_by(self))
        if self.get_query_argument("needs", ""):
            found = await self.home.intake.needing(self.actor)
        else:
            ids = [each for each in self.get_query_argument("ids", "")[:2000].split(",") if each]
            found = await self.home.intake.of_ids(self.actor, ids)
        self.respond(Answers(self.home.clock(), 0, tuple(found)))

    @staff(may=MAY, reads=Batch, gives=Answers, body_limit=OPS_LIMIT, summary="采集应用：送达操作")
    async def post(self) -> None:
        looking.check(self)
        batch = self.read(Batch)
        if batch.device and batch.device != self.device:
            raise Malformed("设备编号前后不一致，请更新应用后再试。", code="device.missing")
        await self.home.edge.admit("sync", edge.asked_by(self))
        ahead = await self.home.phones.heard(self.actor, self.device, batch.now)
        done = await self.home.intake.take(self.actor, self.device, batch.ops, ahead)
        await looking.at_operations(self, [touch for each in done for touch in each.touched])
        self.respond(Answers(self.home.clock(), ahead, tuple(each.answer for each in done)))


class SeenTo(SyncBase):
    """Its author has replaced an operation, or given it up."""

    @staff(may=MAY, reads=Seen, status=(204,), summary="采集应用：不再提示一条需处理的操作")
    async def post(self) -> None:
        await self.home.intake.seen_to(self.actor, self.read(Seen).id)
        self.set_status(204)


class Device(SyncBase):
    """The phone itself."""

    asks_whether = True

    @anyone(gives=Wipe, summary="采集应用：这台设备要不要清除")
    async def get(self) -> None:
        self.respond(Wipe(await self.home.phones.is_wiped(self.device)))

    @staff(may=MAY, reads=PhoneSaid, gives=Greeting, summary="采集应用：登记这台设备")
    async def post(self) -> None:
        greeting = await self.home.phones.greet(self.actor, self.device, self.read(PhoneSaid))
        cookies.keep(self, cookies.CARRIES, "1", cookies.CARRIES_DAYS * 86400)
        self.respond(greeting)


class DeviceWiped(Base):
    """A phone says that it is empty."""

    @anyone(status=(204,), summary="采集应用：已清除")
    async def post(self) -> None:
        await self.home.phones.wiped(self.request.headers.get("X-Device", "")[:64])
        self.clear_cookie(cookies.CARRIES)
        self.set_status(204)


class ReceiptKeys(Base):
    """By which receipts are verified, for anybody."""

    @anyone(gives=dict[str, str], summary="验证回执用的公钥")
    async def get(self) -> None:
        self.set_header("Cache-Control", f"public, max-age={KEY_SECONDS}")
        self.respond(self.home.receipt_keys)


ROUTES = [
    (r"/grid/elements", Elements),
    (r"/grid/sync", Pull),
    (r"/grid/ops", Operations),
    (r"/grid/ops/seen", SeenTo),
    (r"/grid/device", Device),
    (r"/grid/device/wiped", DeviceWiped),
    (r"/grid/keys", ReceiptKeys),
]
