"""The ledger of problems: mine and the area's, one problem, a new one, and the list on paper."""

from __future__ import annotations

from types import SimpleNamespace as View

from handlers.views.words import pairs
from tests.browser.design_desks import DESK

LINE = View(
    href="/desk/problems/1", title="收件窗口中午没有人", source="电子监察", office="大关镇民政", owner="李办事",
    due="2026年12月10日", state="整改中", tone="waiting", late="逾期 3 天", superior=True,
    opened="11月22日 09:30", closed="",
)  # fmt: skip
STRUCK = View(
    **(
        vars(LINE)
        | {"state": "已销号", "tone": "done", "late": "", "superior": False, "closed": "2026年12月3日"}
    )
)
LIST = View(
    **DESK, mine=[LINE], keeps=True, opens=True, problems=[LINE, STRUCK], print_href="/desk/problems?print=1",
    csv_href="/desk/problems/ledger.csv", more="/desk/problems?after=1", heading="未销号", place="云岭县大关镇",
    printed="赵科长 100123 2026-11-22 09:30", filters=[("", "未销号", True), ("overdue", "逾期", False)],
    counts=[("整改中", 3, False), ("逾期", 1, True)],
)  # fmt: skip
FACTS = pairs(
    要求="黄牌：高龄津贴发放（529901101202611220001）初审，应于2026-11-20办完。请查明原因，办结此件并防止再次发生。",
    责任单位="大关镇民政", 责任人="李办事", 整改期限="2026年12月10日", 挂牌="11月22日 09:30 周监督",
)  # fmt: skip


def _box(
    name: str, label: str, kind: str, problem: str = "", options: tuple[tuple[str, str], ...] = ()
) -> View:
    return View(name=name, label=label, kind=kind, value="", options=list(options), hint="写明怎样验收的。", problem=problem,
                optional=False)  # fmt: skip


def _action(key: str, title: str, tone: str, *fields: View) -> View:
    return View(key=key, title=title, href=f"/desk/problems/1/{key}", button=title, tone=tone, note="", problem="",
                fields=list(fields), step="")  # fmt: skip


ONE = View(
    **DESK, line=LINE, facts=FACTS, source_href="/desk/lights/1", revision=2, problem="这个问题刚被处理过，请刷新后再看。",
    said=[
        View(at="11月22日 09:30", who="周监督", what="挂牌", text=""),
        View(at="11月25日 16:00", who="李办事", what="报结", text="已排好轮班表，中午两人值守。"),
    ],
    actions=[
        _action("strike", "验收合格，销号", "usual", _box("text", "内容", "textarea", "请写明怎样验收的。")),
        _action("return", "退回整改", "refuse", _box("text", "内容", "textarea"), _box("due_on", "新的期限", "text")),
    ],
)  # fmt: skip
NEW = View(
    **DESK, wrong=True, revision=0,
    act=_action(
        "new", "挂牌督办", "usual", _box("title", "什么问题", "text"),
        _box("what", "发现了什么，要改成怎样", "textarea", "请写明发现了什么、要改成怎样。"),
        _box("office", "责任单位", "select", "", (("529901101", "大关镇"), ("529901101201", "　丘林村"))),
    ),
)  # fmt: skip

PROBLEM_PAGES = [
    ("desk_problems", "keeper", LIST),
    ("desk_problems", "empty", View(**(vars(LIST) | {"mine": [], "keeps": False, "opens": False}))),
    ("desk_problems_print", "paper", LIST),
    ("desk_problem", "reported", ONE),
    ("desk_problem_new", "wrong", NEW),
]
