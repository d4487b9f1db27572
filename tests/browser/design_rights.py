"""Requests about one's own data and complaints, as residents and the desk see them."""

from __future__ import annotations

from types import SimpleNamespace as View
from typing import Any

from tests.browser.design_desks import DESK, LIGHTS

KEPT = [
    "这件事还在办理，办结前不能删除（《个人信息保护法》第四十七条第一款第一项）。",
    "已经结束的办件属于应当归档的材料。",
]
ANSWER = View(
    text="受理高龄津贴时查看，\n用于核对年龄。",
    ground="",
    kept=[],
    erased="",
    remedy="",
    by="云岭县大关镇 11月25日 09:30",
)


def _with(model: View, **more: Any) -> View:
    return View(**(vars(model) | more))


REFUSED = _with(ANSWER, ground=KEPT[1], remedy="对这个答复不服的，可以向人民法院起诉，也可以拨打12345。")
DELETED = _with(ANSWER, text="", erased="已删除草稿 2 份、文件 3 个，不能恢复。", kept=KEPT)
LOOK = View(
    at="11月22日 09:30",
    office="云岭县大关镇",
    role="受理人员",
    staff="3f9a2c",
    text="查看办件",
    ground="529901101202611220001",
)
ASKED = View(
    number="T7K29M4PX3QT", kind="询问谁看过", about="11月22日 09:30 云岭县大关镇 受理人员 查看办件",
    text="为什么看我的户籍？",
    state_text="等待答复", tone="moving", filed="11月22日 10:02", due="2026年12月11日前答复", answer=None,
)  # fmt: skip
MINE = View(requests=[], days=15, older_href="", done="")
WRONG = {
    "text": "请填写“投诉的内容”，至少5个字。",
    "code": "码输错了一位或几位。",
    "phone": "请填写11位手机号码，也可以不填。",
}
COMPLAINT = View(
    typed=View(text="", named="", code="D7K2-9M4P-X3QT", phone="", key="k"), asks_phone=True, days=15, number="", lost="",
    problems=[], fields={},
)  # fmt: skip
STATE = View(
    kind="投诉",
    again_href="/complaint",
    number="T7K2 9M4P X3QT",
    state_text="等待答复",
    tone="moving",
    due="2026年12月11日前答复",
    fresh=True,
    answer=None,
)
DELETE = View(
    drafts=2, files=3, kept=KEPT, days=15, typed=View(target="", case_no="", text=""), problems=[], fields={},
    targets=[("uploads", "我上传的照片和文件"), ("matter", "我的一个办件"), ("record", "关于我的全部信息")],
    cases=[("", "请选择"), ("5299", "高龄津贴 529901101202611220001")],
)  # fmt: skip
EXPLAIN = View(
    topics=[("rule", "办理规则"), ("prefill", "自动填写的内容")], items=[("", "和具体事项无关"), ("a", "高龄津贴")],
    typed=View(topic="rule", item="", text=""), days=15, problems=[], fields={},
)  # fmt: skip


def _problems(fields: dict[str, str]) -> dict[str, Any]:
    return {"fields": fields, "problems": [View(field=k, label="", message=v) for k, v in fields.items()]}


def _box(name: str, label: str, kind: str, **more: Any) -> View:
    given = {"value": "", "options": [], "hint": "", "optional": False, "problem": "", **more}
    return View(name=name, label=label, kind=kind, **given)


def _action(key: str, title: str, tone: str, *fields: View) -> View:
    return View(
        key=key, step="", title=title, href=f"/desk/rights/1/{key}", button=title, tone=tone, note="", problem="",
        fields=list(fields),
    )  # fmt: skip


TEXT = _box("text", "答复内容", "textarea", hint="请求人会看到，请写明事实和结论。")
GROUND = _box(
    "ground",
    "依据",
    "select",
    options=[("", "请选择"), ("dispute", "已进入复议、诉讼程序")],
    problem="请选择依据。",
)
REQUEST = View(
    **DESK, kind="询问谁看过", number="T7K29M4PX3QT", state_text="等待答复", tone="moving", left="超期 2 天", light="red",
    facts=[View(label="请求人", value="陈桂兰"), View(label="内容", value="为什么看我的户籍？")], look=LOOK, answer=None,
    actions=[_action("answer", "答复", "usual", TEXT), _action("refuse", "不予支持", "refuse", GROUND, TEXT)], revision=1,
    list_href="/desk/problems/new?found=complaint:1",
    done="", problem="",
)  # fmt: skip
LIST = View(
    **DESK, view="open", views=[("open", "待答复"), ("done", "已答复")], waiting=4, older_href="/desk/rights?after=1",
    rows=[
        View(href=f"/desk/rights/{at}", number="T7K29M4PX3QT", kind="投诉", place="云岭县大关镇丘林村三组",
             state_text="等待答复", light=light, left=left)
        for at, (light, left) in enumerate(LIGHTS)
    ],
)  # fmt: skip

HUNG = View(
    href="/notices/1", title="农村宅基地审批", who="陈*兰", place="丘林村", since="11月20日", until="2026年11月26日",
)  # fmt: skip
POSTING = View(
    line=HUNG, facts=[("要做什么", "新建"), ("用地面积", "120平方米")], action="/notices/1", asks_phone=True, days=5,
    typed=View(text="", phone="", key="k"), problems=[], fields={},
)  # fmt: skip

RIGHTS_PAGES: list[tuple[str, str, Any]] = [
    ("looks", "some", View(looks=[View(**vars(LOOK), ask_href="/my/looks/1/ask")] * 2, older_href="/my/looks?before=1")),
    ("looks", "empty", View(looks=[], older_href="")),
    ("rights", "empty", MINE),
    (
        "rights",
        "some",
        _with(
            MINE, done="已提交，请在这里等答复。", older_href="/my/rights?before=1",
            requests=[
                ASKED, _with(ASKED, state_text="已答复", tone="done", due="", answer=ANSWER),
                _with(ASKED, kind="要求删除", state_text="不予支持", tone="refused", due="", answer=REFUSED),
                _with(ASKED, kind="要求删除", text="", state_text="已答复", tone="done", due="", answer=DELETED),
            ],
        ),
    ),
    ("rights_look", "plain", View(**vars(LOOK), action="/my/looks/1/ask", typed="", days=15, problems=[], fields={})),
    ("rights_delete", "plain", DELETE),
    ("rights_delete", "nothing", _with(DELETE, drafts=0, files=0)),
    ("rights_delete", "wrong", _with(DELETE, **_problems({"sure": "请先勾选。", "target": "请选择要删除什么。"}))),
    ("rights_explain", "wrong", _with(EXPLAIN, **_problems({"topic": "请选择。", "text": "请填写“想了解什么”。"}))),
    ("complaint", "plain", COMPLAINT),
    ("complaint", "wrong", _with(COMPLAINT, **_problems(WRONG))),
    ("complaint", "lost", _with(COMPLAINT, number="T7", lost="没有查到这个编号。", asks_phone=False)),
    ("postings", "some", View(
        place="云岭县大关镇", area="529901101", areas=[],
        older_href="/notices?after=1", postings=[HUNG] * 3,
    )),
    ("postings", "empty", View(place="云岭县", area="529901", areas=[("529901", "云岭县")], older_href="", postings=[])),
    ("posting", "plain", POSTING),
    ("posting", "wrong", _with(POSTING, **_problems(WRONG))),
    ("complaint_state", "fresh", STATE),
    ("complaint_state", "answered", _with(STATE, fresh=False, state_text="已答复", tone="done", due="", answer=ANSWER)),
    ("desk_rights", "some", LIST),
    ("desk_rights", "empty", _with(LIST, rows=[], waiting=0, older_href="")),
    ("desk_right", "open", REQUEST),
    ("desk_right", "wrong", _with(REQUEST, problem="这项请求刚被同事答复，请刷新后再看。", look=None)),
    (
        "desk_right",
        "answered",
        _with(REQUEST, done="已答复", answer=ANSWER, actions=[], left="", state_text="已答复", tone="done"),
    ),
]  # fmt: skip
