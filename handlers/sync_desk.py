"""The grid app seen from a desk: bringing in a queue that could not be sent, ending and wiping a lost phone."""

from __future__ import annotations

import msgspec

from handlers import looking
from handlers.access import staff
from handlers.base import Base
from handlers.errors import status_of
from handlers.views import sync as views
from models.audit.entry import Ground, What
from models.base.errors import Conflict, Forbidden, Invalid, Problem, SaobanError
from models.sync.bringing import Brought
from models.sync.phone import Phone
from models.sync.phones import PhoneLine
from models.sync.queue import LARGEST

BRING, MINE, OURS = "/desk/sync", "/grid/devices", "/desk/devices"


class Lost(msgspec.Struct, frozen=True):
    """Which phone is lost, and how that came about."""

    device: str = ""
    reason: str = ""


class Bring(Base):
    """A file that the app has exported."""

    @staff(may="sync.bring", summary="导入离线记录（页面）")
    async def get(self) -> None:
        page = await views.bring_page(self)
        self.respond({}, "desk_sync.html", draw=lambda _model: page)

    @staff(may="sync.bring", gives=Brought, uploads=True, body_limit=LARGEST + 65536, summary="导入离线记录")
    async def post(self) -> None:
        looking.check(self)
        try:
            brought, touched = await self.home.bringing.bring(self.actor, self._file())
        except (Invalid, Forbidden) as error:
            await self._refused(error)
            return
        await looking.at_operations(self, touched, f"导入{brought.name}的离线记录")
        page = await views.bring_page(self, brought)
        self.respond(brought, "desk_sync.html", draw=lambda _model: page)

    async def _refused(self, error: SaobanError) -> None:
        if self.wants_json:
            raise error
        page = await views.bring_page(self, error=error)
        self.respond({}, "desk_sync.html", status=status_of(error), draw=lambda _model: page)

    def _file(self) -> bytes:
        files = self.request.files.get("file", [])
        if not files or not files[0].body:
            raise Invalid([Problem("file", "required", "请选择应用导出的文件。")])
        return bytes(files[0].body)


class PhonesBase(Base):
    """The list, shown again with what went wrong."""

    here = MINE

    async def _lines(self) -> list[PhoneLine]:
        phones = self.home.phones
        return await (phones.mine(self.actor) if self.here == MINE else phones.in_area(self.actor))

    async def _show(self) -> None:
        lines = await self._lines()
        page = await views.phones_page(self, lines, self.here)
        self.respond(lines, "desk_phones.html", draw=lambda _model: page)

    async def _lose(self) -> None:
        lost = self.read(Lost)
        try:
            phone = await self.home.phones.lose(self.actor, lost.device, lost.reason)
        except (Invalid, Conflict) as error:
            if self.wants_json:
                raise
            page = await views.phones_page(self, await self._lines(), self.here, lost.device, error)
            self.respond({}, "desk_phones.html", status=status_of(error), draw=lambda _model: page)
            return
        ground = Ground("stated", lost.reason)
        await looking.at_session(self, "manage", What("session", phone.id), ground)
        self.go(self.here, phone)


class MyPhones(PhonesBase):
    """The worker's own."""

    @staff(may="registry.visit", gives=list[PhoneLine], summary="我的采集手机")
    async def get(self) -> None:
        await self._show()

    @staff(may="registry.visit", reads=Lost, gives=Phone, summary="挂失我的采集手机")
    async def post(self) -> None:
        await self._lose()


class OurPhones(PhonesBase):
    """Those of an administrator's area."""

    here = OURS

    @staff(may="accounts.change", gives=list[PhoneLine], summary="辖区的采集手机")
    async def get(self) -> None:
        await self._show()

    @staff(may="accounts.change", reads=Lost, gives=Phone, summary="挂失采集手机")
    async def post(self) -> None:
        await self._lose()


ROUTES = [(BRING, Bring), (MINE, MyPhones), (OURS, OurPhones)]
