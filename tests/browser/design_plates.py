"""The pages of reported plates."""

from __future__ import annotations

from types import SimpleNamespace as View
from typing import Any

from tests.browser.design_desks import DESK
from tests.browser.design_samples import CONTACT

WRONG = {
    "where": "请写牌子在哪里，例如：丘林村三组路口电线杆上。",
    "phone": "请填写11位手机号码，或者不填。",
    "photos": "这个文件打不开，请上传照片（JPG、PNG）或 PDF 文件。",
}
LABELS = {"where": "牌子在哪里", "phone": "您的手机号码", "photos": "照片"}


def _photos(problem: str = "", files: tuple[Any, ...] = ()) -> View:
    return View(
        name="photos", problem=problem, files=list(files), field=View(camera=True, max_files=3), kept=None
    )


EMPTY = View(
    code="", host="yunling.example", contact=None, action="/mismatch/-", says="", where="", phone="", area="",
    report_key="k", photos=_photos(), fields={}, problems=[],
    areas=[("", "不清楚"), ("529901101", "大关镇"), ("529901101201", "　丘林村")],
)  # fmt: skip
PICTURE = View(id="0" * 32, name="牌.jpg", href="/static/icons/check.svg", image=True)
MISTAKEN = View(
    **(
        vars(EMPTY)
        | {
            "code": "D7K2-9M4P-X3QT", "contact": CONTACT, "areas": [], "says": "丘林村三组 21号", "phone": "123",
            "photos": _photos(WRONG["photos"], (PICTURE,)), "fields": WRONG,
            "problems": [View(field=key, label=LABELS[key], message=told) for key, told in WRONG.items()],
        }
    )
)  # fmt: skip
RECEIVED = View(name="已收到报告", office="", state="done", at="11月22日 09:30", note="")
SEEN = View(name="已查看现场", office="牌是假的，已摘下", state="done", at="11月23日 10:00", note="")
SENT = View(number="6V6RG5PX2K", fresh=True, state_text="待查看", tone="moving", steps=[RECEIVED])
FOLLOWED = View(
    number="6V6RG5PX2K", fresh=False, state_text="已查看现场", tone="moving", steps=[RECEIVED, SEEN]
)
LINE = View(
    href="#", number="6V6RG5PX2K", at="11月22日 09:30", says="丘林村三组 21号", where="村口电线杆上",
    area="大关镇丘林村", code="D7K2-9M4P-X3QT", photos=2,
)  # fmt: skip
STRANGE = View(
    href="#", number="0Z8Q3M4C7T", at="11月22日 11:02", says="扫码后要付5元工本费", where="集市入口的柱子上",
    area="全县（位置不明）", code="", photos=0,
)  # fmt: skip
STATES = [("open", "待查看"), ("visited", "已查看现场"), ("closed", "已办结")]
ROLL = View(**DESK, states=STATES, state="open", reports=[LINE, STRANGE], older_href="#")


def _box(name: str, label: str, hint: str = "", problem: str = "") -> View:
    return View(
        name=name,
        label=label,
        kind="textarea",
        value="",
        options=[],
        hint=hint,
        problem=problem,
        optional=False,
    )


def _act(key: str, title: str, tone: str, box: View, note: str = "") -> View:
    return View(
        key=key, title=title, href="#", button=title, tone=tone, note=note, problem="", fields=[box], step=""
    )


NOTE = "看到了什么、怎样处理"
ACTIONS = [
    _act(
        "visited",
        "已到现场查看",
        "usual",
        _box("note", NOTE, "例如：牌是真的，贴错了一户，已换回。报告人看得到。"),
    ),
    _act("closed", "办结", "plain", _box("note", NOTE)),
    _act(
        "suspend", "暂停这个码", "refuse", _box("reason", "原因"), "暂停后扫这个码不能办事，并提醒不要填写。"
    ),
]
FACTS = [
    View(label="牌上写的", value="丘林村三组 21号"), View(label="挂在哪里", value="村口电线杆上"),
    View(label="牌上的编号", value="D7K2-9M4P-X3QT（正在使用）"), View(label="报告人手机", value="13900001111"),
]  # fmt: skip
HISTORY = [View(at="11月22日 09:30", who="报告人", text="提交报告", note="")]
OPEN = View(
    **DESK, number="6V6RG5PX2K", state_text="待查看", facts=FACTS, code_href="#", history=HISTORY, actions=ACTIONS,
    photos=["/static/icons/check.svg"], blocked="", revision=1, done="", problem="",
)  # fmt: skip
CLOSED = View(
    **(
        vars(OPEN)
        | {"state_text": "已办结", "actions": [], "blocked": "这条报告已办结。", "photos": [], "done": "已办结",
           "history": [*HISTORY, View(at="11月23日 10:00", who="王受理", text="已办结", note="假牌已摘下")]}
    )
)  # fmt: skip

PLATE_PAGES = [
    ("plate_report", "empty", EMPTY),
    ("plate_report", "problems", MISTAKEN),
    ("plate_followed", "sent", SENT),
    ("plate_followed", "visited", FOLLOWED),
    ("plates", "full", ROLL),
    ("plates", "empty", View(**(vars(ROLL) | {"reports": [], "older_href": ""}))),
    ("plate", "open", OPEN),
    ("plate", "closed", CLOSED),
]
