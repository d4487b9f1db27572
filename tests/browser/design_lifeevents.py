"""Life events: what happened in an area and in a household, one of them, its form, and what it would change."""

from __future__ import annotations

from types import SimpleNamespace as View

from handlers.views.words import pairs
from tests.browser.design_desks import DESK

LINE = View(
    href="/desk/registry/events/1", kind="死亡登记", who="石大山", place="丘林村三组12号", on="2026年11月20日",
    by="孙办事", state="待复核", tone="waiting",
)  # fmt: skip
MOVED = View(**(vars(LINE) | {"kind": "县内迁入", "who": "王秀英", "state": "已生效", "tone": "done"}))
AREA = View(
    **DESK, title="人口变动", back_href="", kinds=[], new_href="/desk/registry/events/new",
    filters=[("", "全部", True), ("waiting", "待复核", False)], lines=[LINE, MOVED],
    more_href="/desk/registry/events?before=1", empty="",
)  # fmt: skip
HOUSE = View(
    **(
        vars(AREA)
        | {
            "title": "丘林村三组12号的人口变动",
            "back_href": "/desk/registry/households/1",
            "new_href": "",
            "filters": [],
            "lines": [],
            "more_href": "",
            "empty": "还没有登记过人口变动。",
            "kinds": [("#1", "新增人员、外来迁入"), ("#2", "出生登记"), ("#3", "死亡登记"), ("#4", "分户")],
        }
    )
)
HOMES = [
    View(
        address="丘林村三组12号", new=False, before=["石大山（户主）", "陈桂兰（妻）", "石建国（长子）"],
        after=["石建国（户主）", "陈桂兰（母亲）"],
    ),
    View(address="丘林村三组16号", new=True, before=[], after=["石小花（户主）"]),
]  # fmt: skip


def _box(name: str, label: str, kind: str = "text", problem: str = "", **more: object) -> View:
    known = {"value": "", "options": [], "hint": "", "optional": False}
    return View(name=name, label=label, kind=kind, problem=problem, **(known | more))


def _action(key: str, title: str, tone: str, *fields: View, note: str = "", **more: object) -> View:
    return View(
        key=key, title=title, href=f"/desk/registry/events/1/{key}", button=title, tone=tone, note=note, problem="",
        fields=list(fields), step="", **more,
    )  # fmt: skip


ONE = View(
    **DESK, line=LINE, homes=HOMES, shows_cases=True, waits=False, problem="", revision=0,
    facts=pairs(发生日期="2026年11月20日", 登记="11月22日 09:30 孙办事", 依据="组长确认", 证明材料="死亡证明、火化证明"),
    cases=[View(href="/desk/cases/1", title="高龄津贴", case_no="529901101202611220001", state="同意")],
    actions=[
        _action("confirm", "复核通过，生效", "usual", note="核对证明材料后再通过。"),
        _action("refuse", "不通过", "refuse", _box("reason", "理由", "textarea", "请写明为什么不通过，登记的人会看到。")),
    ],
)  # fmt: skip
DONE = View(**(vars(ONE) | {"line": MOVED, "shows_cases": False, "cases": [], "waits": True, "actions": []}))
RELATIONS = [("", "请选择"), ("12", "妻"), ("22", "长子")]
FORM = View(
    **DESK, kind="死亡登记", place="丘林村三组12号", members=["石大山（户主）", "陈桂兰（妻）"], wrong=True, revision=0,
    back_href="/desk/registry/households/1/events",
    act=_action(
        "new", "死亡登记", "usual", _box("who.person", "哪一位成员", "select", options=[("", "请选择"), ("1", "石大山")]),
        _box("on", "死亡日期", problem="日期不能晚于今天，请核对。", hint="年-月-日，例如 2026-11-20。"),
        _box("members", "分出去的成员", "boxes", options=[("1", "石建国"), ("2", "石小花")], value=["1"]),
        _box("relations.1", "陈桂兰与新户主的关系", "select", "请选择陈桂兰与新户主的关系。", options=RELATIONS),
        hidden=[("op", "0" * 32)],
    ),
)  # fmt: skip
PREVIEW = View(
    **DESK, kind="死亡登记", place="丘林村三组12号", names="石大山", href="#", hidden=[("op", "0" * 32)], waits=True,
    notes=["丘林村三组12号没有户籍成员了，门牌和户编码保留。"], homes=HOMES,
)  # fmt: skip

LIKELY = View(
    **DESK, noun="人", filters=[("person", "人", True), ("household", "户", False)],
    likely=[View(title="石大花", one="丘林村三组12号", other="没有所属户", why="姓名和出生日期相同", href="#1")],
    more_href="/desk/registry/merges?noun=person&after=1",
    lately=[View(href="#2", noun="户", at="11月22日 09:30", by="何审核", state="已合并", tone="done")],
)  # fmt: skip
NONE = View(**(vars(LIKELY) | {"likely": [], "lately": [], "more_href": ""}))


def _sides(one: str, other: str, chosen: int) -> list[View]:
    texts = ((one, "来自户籍登记 2026-03-02"), (other, "窗口核验 2026-11-20" if other else ""))
    return [
        View(value=("winner", "loser")[at], text=text, source=source, chosen=at == chosen)
        for at, (text, source) in enumerate(texts)
    ]


SIDE_BY_SIDE = View(
    **DESK, noun="户", titles=("丘林村三组12号", "丘林村三组12 号"), places=("石大山、陈桂兰", "石大花"), turned_href="#1",
    rows=[
        View(name="pick.house.storeys", label="层数", sides=_sides("2", "3", 1)),
        View(name="pick.house.structure", label="房屋结构", sides=_sides("砖混", "", 0)),
    ],
    same=12, hidden_count=2, days=30, op="0" * 32, href="#2", ground="",
    ground_problem="请写明为什么是同一个，最多200个字。",
    asked=[View(name="relations.1", label="石大花与户主的关系", value="", problem="请选择石大花与户主的关系。")],
    relations=RELATIONS, problem="", wrong=True,
)  # fmt: skip
MERGED = View(
    **DESK, noun="户", state="已合并", tone="done", homes=HOMES, revision=0, problem="门牌码之后又有变动。",
    facts=pairs(合并="11月22日 09:30 何审核", 依据="同一栋房", 随之改动="办件 2 项、门牌码 1 项"),
    actions=[_action("undo", "撤销合并", "refuse", _box("reason", "理由", "textarea", "请写明为什么撤销。"))],
)  # fmt: skip

LIFE_PAGES = [
    ("registry_merges", "some", LIKELY),
    ("registry_merges", "none", NONE),
    ("registry_pair", "wrong", SIDE_BY_SIDE),
    ("registry_merge", "done", MERGED),
    ("registry_events", "area", AREA),
    ("registry_events", "household", HOUSE),
    ("registry_event", "waiting", ONE),
    ("registry_event", "done", DONE),
    ("registry_event_new", "wrong", FORM),
    ("registry_event_preview", "death", PREVIEW),
]
