"""Reminders, and the filled form on paper."""

from __future__ import annotations

from types import SimpleNamespace as View
from typing import Any

from models.reminders.reminder import KINDS
from tests.browser.design_samples import ROWS, STEPS

ASKING = View(
    title="高龄津贴", back_href="#", action="#", kinds=list(KINDS.items()), chosen=tuple(KINDS), phone="",
    left="139****1111", fields={}, problems=[], refused="",
)  # fmt: skip
WRONG = {"what": "请选择什么时候提醒您。", "phone": "请填写11位手机号码。"}
ONE = View(
    ended=False, fresh=True, title="高龄津贴", phone="199****0077", what=list(KINDS.values()), action="#",
    receipt_href="#",
)  # fmt: skip
FILLED = View(
    title="高龄津贴", case_no="530399101202611220012", filed="11月22日 09:30", taken="大关镇便民服务中心李办事收件",
    due="预计2026年12月3日前办结", sections=[View(title="您的情况", rows=ROWS)],
    papers=[View(name="居民身份证", words="已有，不用交"), View(name="近期照片", words="需要您拍照")], steps=STEPS,
    back_href="#",
)  # fmt: skip


def _with(model: View, **more: Any) -> View:
    return View(**(vars(model) | more))


REMINDER_PAGES: list[tuple[str, str, Any]] = [
    ("remind", "plain", ASKING),
    (
        "remind",
        "wrong",
        _with(
            ASKING, left="", chosen=(), phone="12345", fields=WRONG,
            problems=[View(field=key, label="", message=told) for key, told in WRONG.items()],
        ),
    ),
    ("remind", "refused", _with(ASKING, refused="一件事最多提醒3个手机。")),
    ("reminder", "one", ONE),
    ("reminder", "ended", _with(ONE, ended=True, fresh=False)),
    ("filled", "paper", FILLED),
]  # fmt: skip
