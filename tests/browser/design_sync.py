"""What a desk sees of the grid app: a queue brought in, phones, visits."""

from __future__ import annotations

from types import SimpleNamespace as View

from handlers.views.words import pairs
from tests.browser.design_desks import DESK


def _with(model: View, **more: object) -> View:
    return View(**(vars(model) | more))


BRING = View(**DESK, brought=None, made="", counts=[], lines=[], problem="")
BROUGHT = _with(
    BRING, brought=View(name="王网格", device="x"), made="11月24日 18:20",
    counts=[("已入库", "done", 12), ("待审核", "moving", 1), ("有误，请本人在手机上更正", "refused", 1)],
    lines=[
        View(id="01KAXV5R8M3E6Q0ZB7T4N2W9HC", label="有冲突，请本人在手机上选定", tone="waiting", said=""),
        View(id="01KAXV5R8M3E6Q0ZB7T4N2W9HD", label="有误，请本人在手机上更正", tone="refused", said="“层数”应填整数。"),
    ],
)  # fmt: skip
HERS = View(
    id="phone-one-of-many-many", name="王网格", label="红米 12", seen="11月25日 09:30", carries=412, tone="done",
    state="在用",
    problem="请写明原因，例如：手机在进城的班车上遗失。", ordered=False, ordered_by="", clock="手机时间不准", evictable=True,
)  # fmt: skip
LOST = _with(
    HERS, id="phone-two", label="华为畅享", tone="waiting", state="等它下次联网时清除", problem="", ordered=True,
    ordered_by="11月24日 18:20 王网格：在进城的班车上丢了", clock="", evictable=False,
)  # fmt: skip
PHONES = View(**DESK, here="/grid/devices", mine=True, problem="", lines=[HERS, LOST])
LIST = View(
    **DESK, place="大关镇丘林村第一网格", more="/desk/visits?after=1",
    due=[View(address="丘林村三组 12号", last="2026年5月20日", next="2026年11月16日", late="已过 9 天")],
    lines=[
        View(href="/desk/visits/1", address="丘林村三组 12号", on="2026年11月24日", way="上门", by="王网格",
             problems="屋后边坡有裂缝，已用彩条布盖住，下雨天要再看。", tasks=1),
        View(href="/desk/visits/2", address="丘林村三组 14号", on="2026年11月23日", way="电话", by="王网格", problems="",
             tasks=0),
    ],
)  # fmt: skip
ONE = View(
    **DESK, address="丘林村三组 12号",
    facts=pairs(走访日期="2026年11月24日", 方式="上门", 走访人="王网格", 走访对象="陈桂兰", 下次走访="2026年12月24日"),
    text="老人精神很好，药按时吃。\n儿子春节回来。", problems="屋后边坡有裂缝。", tasks=["联系村委会看边坡"],
    photos=[View(href="/static/icons/check.svg", label="照片 1")], awaited=2,
)  # fmt: skip

SYNC_PAGES = [
    ("desk_sync", "empty", BRING),
    ("desk_sync", "brought", BROUGHT),
    ("desk_sync", "wrong", _with(BRING, problem="文件打不开，可能不完整。请在应用里重新导出。")),
    ("desk_phones", "mine", PHONES),
    ("desk_phones", "none", _with(PHONES, lines=[], mine=False, here="/desk/devices")),
    ("desk_visits", "some", LIST),
    ("desk_visits", "none", _with(LIST, due=[], lines=[], more="")),
    ("desk_visit", "one", ONE),
]
