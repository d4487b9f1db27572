"""One's own log-ins and the devices they are on, for residents and staff alike: seen, and ended."""

from __future__ import annotations

from types import SimpleNamespace as Page

import msgspec

from handlers import cookies
from handlers.access import anyone
from handlers.base import Base
from handlers.views.desk import frame
from handlers.views.pins import slip_sentence
from handlers.views.words import moment
from models.base.errors import Malformed
from models.sessions.devices import SessionLine

LEVELS = {"L1": "只填了身份证", "L2": "已确认本人", "staff": "工作人员账号"}

DONE = {"1": "已退出", "password": "密码已修改，其他登录都已退出"}


class Ending(msgspec.Struct, frozen=True):
    """Which log-in to end: one, by its ``id``, or all ``others`` than the one that asks."""

    id: str = ""
    others: bool = False


class Count(msgspec.Struct, frozen=True):
    ended: int


class Devices(Base):
    """The list, and ending what is on it."""

    @anyone(gives=list[SessionLine], query=("done",), summary="我的登录：设备列表")
    async def get(self) -> None:
        lines = await self.home.sessions.devices.of(self.actor)
        staff = bool(self.actor.role)
        page = Page(
            **(await frame(self, "/sessions") if staff else {}),
            lines=[_line(each) for each in lines],
            others=sum(not each.current for each in lines),
            staff=self.actor.is_staff,
            done=DONE.get(self.get_query_argument("done", ""), ""),
            slip=await self._slip(),
        )
        self.respond(lines, "desk_devices.html" if staff else "devices.html", draw=lambda _model: page)

    async def _slip(self) -> str:
        """Since when the household's PIN slip holds: it is a key to her record, like a device."""
        actor = self.actor
        if actor.kind != "resident" or not actor.household or actor.mandate:
            return ""
        return slip_sentence(await self.home.households.for_actor(actor, actor.household))

    @anyone(reads=Ending, gives=Count, summary="结束登录")
    async def post(self) -> None:
        wanted, devices = self.read(Ending), self.home.sessions.devices
        if wanted.others:
            self.go("/sessions?done=1", Count(await devices.end_others(self.actor)))
            return
        if not wanted.id:
            raise Malformed("请选择要退出的登录。")
        await devices.end(self.actor, wanted.id)
        if wanted.id == self.actor.session:
            cookies.forget(self)
            self.go("/staff/login" if self.actor.is_staff else "/", Count(1))
            return
        self.go("/sessions?done=1", Count(1))


def _line(each: SessionLine) -> Page:
    return Page(
        id=each.id,
        device=each.device,
        level=LEVELS[each.level],
        at=moment(each.at),
        last_used=moment(each.last_used),
        current=each.current,
    )


ROUTES = [(r"/sessions", Devices)]
