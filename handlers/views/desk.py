"""The desk's pages: navigation, list, outbox, sheets."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace as Page
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from handlers.views.words import moment
from models.areas.area import Area
from models.base.actor import Actor
from models.base.clock import SHANGHAI
from models.cases.batch import BATCHED
from models.cases.case import STATE_NAMES
from models.cases.listing import Listing, Row, Which
from models.items.item import Item
from models.notices.sms import Message
from models.roles.rules import verbs_of
from qr.layout import LAYOUTS

if TYPE_CHECKING:
    from handlers.base import Base

HANDS = {"": "全部", "me": "我手里的", "free": "待分派"}
STATES = {"": "全部", "applied": "待受理", "accepted": "办理中", "asked": "等申请人补正"}
AT_DESK: dict[str, str] = {**dict(STATE_NAMES.items()), "asked": STATES["asked"]}
"""States as staff read them: a receipt speaks to the applicant."""

VIEWS = [("mine", "待我办理"), ("area", "辖区全部在办"), ("lately", "最近提交")]
STARTS = (("case.see", "/desk"), ("accounts.see", "/desk/accounts"))
LAYOUT_WORDS = {"A4_2x4": "一页 8 个，贴在门上", "A4_3x8": "一页 24 个，标签纸", "A4_1": "一页 1 个，海报"}


async def frame(handler: Base, here: str) -> dict[str, Any]:
    """What every desk page has: navigation with counts, watermark."""
    actor, home = handler.actor, handler.home
    held = verbs_of(actor)
    entries: list[tuple[str, str, int | None]] = []
    if "counter.take" in held:
        entries += [("/desk/counter", "窗口受理", None), ("/desk/windows", "窗口码", None)]
    if "registry.visit" in held:
        entries.append(("/grid/", "我的网格", None))
    if "case.see" in held:
        entries += [
            ("/desk", "待我办理", await home.desk.waiting(actor)),
            ("/desk?view=area", "辖区全部在办", None),
            ("/desk?view=lately", "最近提交", None),
        ]
    if "case.issue" in held:
        entries.append(("/desk/handing", "一件事出件", await home.hand_out.waiting(actor)))
    if "case.see" in held:
        entries.append(("/desk/lights", "待我说明", await home.supervision.waiting(actor)))
    if "roster.change" in held:
        entries.append(("/desk/roster", "首席代表和派件", None))
    if "case.see" in held:
        entries.append(("/desk/leave", "外出委托", None))
    if "board.see" in held:
        entries.append(("/desk/board", "监察看板", None))
    if "case.see" in held:
        entries.append(("/desk/ratings", "差评整改", await home.ratings.waiting(actor)))
    if held & {"problems.answer", "problems.see"}:
        entries.append(("/desk/problems", "问题台账", await home.problems.waiting(actor)))
    if "integrity.see" in held:
        entries.append(("/desk/integrity", "承诺与信用", await home.integrity_desk.waiting(actor)))
    if "rights.answer" in held:
        entries.append(("/desk/rights", "权利请求与投诉", await home.rights_desk.waiting(actor)))
    if "registry.search" in held:
        entries += [
            ("/desk/registry", "查找户和人", None),
            ("/desk/registry/quality", "信息质量", None),
            ("/desk/registry/contradictions", "信息矛盾", await home.registry_quality.waiting(actor)),
        ]
    if "registry.move" in held or "registry.review" in held:
        waits = await home.life_events.count_waiting(actor) if "registry.review" in held else None
        entries.append(("/desk/registry/events", "人口变动", waits))
    if "registry.merge" in held:
        entries.append(("/desk/registry/merges", "重复登记", None))
    if "registry.review" in held:
        entries.append(("/desk/proposals", "信息变更审核", None))
    if "registry.import" in held:
        entries.append(("/desk/registry/import", "批量导入", None))
    if "export.ask" in held:
        entries.append(("/desk/registry/export", "导出", None))
    if held & {"registry.import", "export.ask"}:
        entries.append(("/desk/jobs", "后台任务", None))
    if "accounts.see" in held:
        deciding = "accounts.approve" in held
        entries.append(("/desk/accounts", "账号", await home.staffing.waiting(actor) if deciding else None))
    if "sheets.print" in held:
        entries.append(("/desk/sheets", "打印码单", None))
    if "codes.change" in held:
        entries.append(("/desk/plates", "可疑门牌", await home.plate_reports.waiting(actor)))
    if "items.see" in held:
        entries.append(("/desk/items", "事项", None))
    if "elements.see" in held:
        entries.append(("/desk/elements", "数据项目录", None))
    if held:
        entries.append(("/desk/calendar", "工作日历", None))
    if "pins.print" in held:
        entries.append(("/desk/pins", "打印密码单", None))
    if "retention.see" in held:
        entries.append(("/desk/retention", "保存期限", None))
    if "outbox.see" in held and home.outbox is not None:
        entries.append(("/desk/outbox", "演示短信箱", None))
    if "visits.see" in held:
        entries.append(("/desk/visits", "走访记录", None))
    if "sync.bring" in held:
        entries.append(("/desk/sync", "导入离线记录", None))
    if "registry.visit" in held:
        entries.append(("/grid/devices", "我的采集手机", None))
    if "accounts.change" in held:
        entries.append(("/desk/devices", "采集手机", None))
    if "identity.confirm" in held:
        entries.append(("/grid/present", "上门代办", None))
    entries.append(("/sessions", "我的登录", None))
    return {
        "nav": [
            Page(href=href, label=label, count=count, current=href == here) for href, label, count in entries
        ],
        "watermark": await watermark(handler),
        "stream": "/desk/stream",
    }


async def watermark(handler: Base) -> str:
    """Who looks at a page, and when: 赵科长 100123 2026-11-22 09:30."""
    badge = await handler.home.accounts.badge(handler.actor.subject)
    return f"{badge.name} {badge.staff_no} {handler.home.clock().astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def start(actor: Actor) -> str:
    """Where a member of staff begins: at her work, or at setting up her second factor."""
    if not actor.role:
        return "/staff/enrol"
    held = verbs_of(actor)
    return next((href for verb, href in STARTS if verb in held), "/sessions")


async def list_page(handler: Base, listing: Listing, number: str) -> Page:
    """desk_list.html."""
    view = handler.get_query_argument("view", "mine")
    here = "/desk" if view == "mine" else f"/desk?view={view}"
    if view != "mine":
        return Page(**await frame(handler, here), queue=queue(listing, view, number))
    people = [(each.id, each.name) for each in await handler.home.duty.equals(handler.actor)]
    actions = [each for each in BATCHED.items() if each[0] != "assign" or len(people) > 1]
    batch = Page(actions=actions, people=people) if listing.rows else None
    filters = await _filters(handler)
    return Page(
        **await frame(handler, here), queue=queue(listing, view, number, filters=filters, batch=batch)
    )


def which(handler: Base) -> Which:
    """Which cases of the desk the address asks for."""
    hands = handler.get_query_argument("hands", "")
    item = handler.get_query_argument("item", "")
    state = handler.get_query_argument("state", "")
    return Which(
        hands if hands in HANDS else "",  # type: ignore[arg-type]
        item if item in {offer.id for offer in handler.home.catalogue.offers()} else "",
        state if state in STATES else "",
    )


async def _filters(handler: Base) -> list[Page]:
    """What the list of a desk can be kept to: the actor's own, an item that comes to her desk, a state."""
    chosen, actor = which(handler), handler.actor
    offers = [offer for offer in handler.home.catalogue.offers() if offer.item and _comes(actor, offer.item)]
    items = [("", "全部"), *((offer.id, offer.short) for offer in offers)]
    return [
        Page(name="hands", label="在谁手里", value=chosen.hands, options=list(HANDS.items())),
        Page(name="item", label="事项", value=chosen.item, options=items),
        Page(name="state", label="状态", value=chosen.state, options=list(STATES.items())),
    ]


def _comes(actor: Actor, item: Item) -> bool:
    """Whether an item has a step for the actor's role and departments."""
    return any(
        step.role == actor.role and (not actor.departments or step.department in actor.departments)
        for step in item.steps
    )


def queue(
    listing: Listing,
    view: str,
    number: str = "",
    current: str = "",
    filters: Sequence[Page] = (),
    batch: Page | None = None,
) -> Page:
    """parts/queue.html."""
    kept = {each.name: each.value for each in filters if each.value}
    more = urlencode({"view": view, **kept, "after": listing.next})
    total: Any = listing.waiting if view == "mine" else len(listing.rows)
    return Page(
        heading=dict(VIEWS).get(view, "待我办理"),
        action="/desk",
        query=number,
        filters=list(filters),
        batch=batch,
        rows=[line(row, current) for row in listing.rows],
        total=f"{total}+" if listing.next and view != "mine" else total,
        older_href=f"/desk?{more}" if listing.next else "",
        newer_href="",
        kept=[("view", view)] if view != "mine" else [],
    )


def line(row: Row, current: str) -> Page:
    closed = row.state in {"granted", "refused", "withdrawn"}
    return Page(
        href=f"/desk/cases/{row.id}",
        case_no=row.case_no,
        title=row.title,
        place=row.place,
        state_text=row.step or AT_DESK[row.state],
        light="none" if closed else row.light,
        left="已结" if closed else left(row.days_left) if row.hours_left is None else hours(row.hours_left),
        hand=row.assignee,
        pick=f"{row.id}:{row.rev}",
        current=row.id == current,
    )


def left(days: int) -> str:
    """剩 3 天, in working days."""
    if days < 0:
        return f"超期 {-days} 天"
    return "今天到期" if days == 0 else f"剩 {days} 个工作日"


def hours(count: int) -> str:
    """剩 5 小时, of a clock that counts hours."""
    return f"剩 {count} 小时" if count > 0 else f"超期 {-count} 小时"


async def outbox_page(handler: Base, messages: Sequence[Message]) -> Page:
    """outbox.html."""
    lines = [Page(at=moment(each.sent_at), to=each.phone, text=each.text) for each in messages]
    return Page(**await frame(handler, "/desk/outbox"), messages=lines)


async def sheets_page(handler: Base, area: str, problem: str) -> Page:
    """sheets.html."""
    areas = handler.home.areas
    mine = areas.get(handler.actor.area)
    return Page(
        **await frame(handler, "/desk/sheets"),
        areas=within(handler),
        area=area or mine.id,
        layouts=[(key, LAYOUT_WORDS.get(key, key)) for key in LAYOUTS],
        layout="A4_2x4",
        count=None,
        problem=problem,
        action="/desk/sheets",
    )


def within(handler: Base) -> list[tuple[str, str]]:
    """The areas of a person's area, down to groups, indented, to choose from."""
    areas = handler.home.areas
    mine = areas.get(handler.actor.area)
    return [(each.id, "　" * depth + each.name) for each, depth in _below(areas, mine, 0)]


def _below(areas: Any, area: Area, depth: int) -> list[tuple[Area, int]]:
    """An area and those in it, down to groups, in the order of their codes."""
    found = [(area, depth)]
    for child in areas.children(area.id):
        if "G" not in child.id:
            found += _below(areas, child, depth + 1)
    return found
