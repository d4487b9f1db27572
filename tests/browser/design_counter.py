"""The counter, as clerks see it: who is here and for what, and what was taken."""

from __future__ import annotations

from types import SimpleNamespace as View
from typing import Any

from models.counter.intake import Wanted
from tests.browser.design_desks import DESK

BLANK = View(
    **DESK, hall="大关镇便民服务中心", wanted=Wanted(), doubts={}, note="", fields={}, refused="",
    kinds=[
        View(name="一件事", options=[("newborn", "新生儿出生")]),
        View(name="民政救助", options=[("elder-allowance", "高龄津贴"), ("dibao", "低保申请")]),
    ],
    windows=[("P1", "1号窗口"), ("P2", "综合窗口")], places=[("1", "大关镇"), ("2", "　丘林村")],
)  # fmt: skip
READ = Wanted("陈桂兰", "529901194303080022", "elder-allowance", read="1")
WRONG = {
    "name_ok": "请对照原件确认这一项，再勾选。", "guardian": "未满14周岁，要由监护人带着办。", "offer": "请选择要办的事项。",
    "checked": "请核对身份证原件：照片是本人，姓名和号码一致，再勾选。", "area": "请选择住在哪个镇、哪个村。",
}  # fmt: skip
TAKEN = View(
    **DESK, title="高龄津贴", case_no="530399101202611220012", code="R7K2-9M4P-X3QT", name="陈*兰",
    taken="大关镇便民服务中心　李办事　11月22日 09:30", place="大关镇丘林村", office="乡镇便民服务中心民政窗口",
    due="2026年12月3日", materials=["居民身份证", "银行卡"], later=["近照"], children=[],
    qr_href="/static/icons/save.svg", pdf_href="#", receipt_href="#",
)  # fmt: skip


def _with(model: View, **more: Any) -> View:
    return View(**(vars(model) | more))


WINDOW = View(
    id="P7K29M4PX3QT", name="1号窗口", code="P7K2-9M4P-X3QT", since="11月22日 09:30", sheet_href="#", page_href="#",
    close_href="#", problem="",
)  # fmt: skip
WINDOWS = View(**DESK, hall="大关镇便民服务中心", windows=[WINDOW, WINDOW], typed="", problem="")
WINDOWS.windows[1] = _with(WINDOW, id="P8", name="社保窗口", problem="请写明停用的原因，2至200个字。")


COUNTER_PAGES: list[tuple[str, str, Any]] = [
    ("counter", "blank", BLANK),
    (
        "counter",
        "read",
        _with(BLANK, wanted=READ, doubts={"name": "这一项没有拍清楚，请对照身份证逐字核对。"}),
    ),
    ("counter", "wrong", _with(BLANK, wanted=READ, fields=WRONG)),
    ("counter", "photo", _with(BLANK, fields={"photo": "照片里没有找到身份证。"})),
    ("counter", "refused", _with(BLANK, refused="这个窗口已停用，请重新选择。")),
    ("counter_taken", "one", TAKEN),
    ("windows", "some", WINDOWS),
    ("windows", "empty", _with(WINDOWS, windows=[], typed="3" * 30, problem="请填写窗口的名称，1至20个字。")),
    (
        "counter_taken",
        "bundle",
        _with(
            TAKEN,
            title="新生儿出生一件事",
            later=[],
            materials=[],
            children=[View(name="出生登记", note="派出所")],
        ),
    ),
]
