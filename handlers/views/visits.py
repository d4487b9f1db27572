"""The desk's pages of visits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import SimpleNamespace as Page
from typing import TYPE_CHECKING

from handlers.views.desk import frame
from handlers.views.words import day, moment, pairs
from models.visits.service import Listing
from models.visits.visit import WAYS, Plan, Visit

if TYPE_CHECKING:
    from handlers.base import Base

MOST = 200
"""Households whose addresses are looked up for one page."""


async def list_page(
    handler: Base, listing: Listing, due: Sequence[Plan], addresses: Mapping[str, str], area: str
) -> Page:
    """desk_visits.html."""
    today = handler.home.today()
    return Page(
        **await frame(handler, "/desk/visits"),
        place=handler.home.areas.name_below_county(area or handler.actor.area),
        due=[
            Page(
                address=addresses.get(each.household, each.household), last=_day(each.on), next=_day(each.next),
                late=f"已过 {(today - each.next).days} 天" if each.next < today else "今天",
            )
            for each in due
        ],
        lines=[_line(each, addresses.get(each.household, each.household)) for each in listing.visits],
        more=f"/desk/visits?area={area}&after={listing.next}" if listing.next else "",
    )  # fmt: skip


def _line(visit: Visit, address: str) -> Page:
    return Page(
        href=f"/desk/visits/{visit.id}", address=address, on=_day(visit.on), way=WAYS[visit.way], by=visit.by_name,
        problems=visit.problems, tasks=visit.tasks,
    )  # fmt: skip


async def one_page(handler: Base, visit: Visit) -> Page:
    """desk_visit.html."""
    home = handler.home
    homes = await home.households.of_ids(handler.actor, [visit.household])
    members = {member.person: member.name for each in homes for member in each.members}
    arrived = await home.photos.arrived(visit.by, visit.photos)
    tasks = await home.grid_visits.tasks_of(visit.household, visit.areas, handler.actor)
    return Page(
        **await frame(handler, ""),
        address=homes[0].address if homes else "这户已不在您的管理范围内",
        facts=pairs(
            走访日期=_day(visit.on), 方式=WAYS[visit.way], 走访人=visit.by_name,
            走访对象="、".join(members[each] for each in visit.people if each in members) or "全户",
            原定日期=_day(visit.planned), 下次走访=_day(visit.next), 送达时间=moment(visit.at),
        ),
        text=visit.text,
        problems=visit.problems,
        tasks=[each.text for each in tasks if each.visit == visit.id],
        photos=[
            Page(href=f"/desk/visits/{visit.id}/photos/{at}", label=f"照片 {at + 1}")
            for at, each in enumerate(visit.photos)
            if each in arrived
        ],
        awaited=sum(each not in arrived for each in visit.photos),
    )  # fmt: skip


def _day(on: date | None) -> str:
    return day(on.isoformat()) if on else ""
