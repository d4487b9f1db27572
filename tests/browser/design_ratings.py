"""The pages of ratings: a window's five faces, the figures, the desk of the rated and of those who supervise."""

from __future__ import annotations

from types import SimpleNamespace as View

from handlers.views.ratings import choices, why
from models.cases.case import STARS
from models.ratings.rating import RESULTS
from models.ratings.reasons import load_reasons
from tests.browser.design_desks import DESK

REASONS = load_reasons()
TOLD = {
    "stars": "请从五个等级里选一个。",
    "reasons": "有的原因和您选的等级不一致，请改一下。",
    "phone": "请填写11位手机号码，或者不填。",
}
LABELS = {"stars": "您满意吗", "reasons": "原因", "phone": "手机号码"}


def _visit(*wrong: str, **more: object) -> View:
    model = {
        "name": "大关镇便民服务中心3号窗口", "code": "P7K2-9M4P-X3QT", "action": "/visit/P7", "ticket": "k", "done": False,
        "choices": choices(), "why": why(REASONS, ("rude",) if wrong else (), TOLD["reasons"] if wrong else ""),
        "stars": "", "words": "", "phone": "1" if wrong else "", "fields": {key: TOLD[key] for key in wrong},
        "problems": [View(field=key, label=LABELS[key], message=TOLD[key]) for key in wrong],
    }  # fmt: skip
    return View(**(model | more))


def _line(label: str, href: str = "", total: object = 120, share: str = "98%", *, told: bool = True) -> View:
    cells = [86, 23, "*", "*", 0] if told else ["*"] * 5
    return View(label=label, href=href, told=told, total=total, cells=cells, share=share)


FIGURES = View(
    place="云岭县大关镇", item="", whole_href="/ratings?area=1", area="2", small=5, levels=list(STARS.values()),
    areas=[("1", "云岭县"), ("2", "　大关镇"), ("3", "　　丘林村")],
    months=[_line("2026年11月", share="不低于96%"), _line("2026年10月", total="少于5或不公开", share="*", told=False)],
    items=[_line("高龄津贴", "/ratings?area=2&item=elder-allowance"), _line("窗口服务（现场评价）")],
)  # fmt: skip
TASK = View(
    href="/desk/ratings/1", title="高龄津贴发放", month="2026年11月", level="非常不满意", tone="refused",
    reasons=["等得太久，办得慢", "没有一次说清，要多跑几趟"], words="我叫***，跑了三趟都说材料不对", state="待整改",
    due="2026年12月14日", overdue=True,
)  # fmt: skip
WHOLE = View(
    **(
        vars(TASK)
        | {
            "month": "11月25日 15:09", "place": "云岭县", "department": "民政", "case_no": "530399101202611220012",
            "case_href": "/desk/cases/1", "phone": "13900001111", "words": "我叫陈桂兰，跑了三趟都说材料不对",
        }
    )
)  # fmt: skip


def _box(
    name: str, label: str, kind: str, problem: str = "", options: tuple[tuple[str, str], ...] = ()
) -> View:
    return View(name=name, label=label, kind=kind, value="", options=list(options), hint="写明时间和方式。",
                problem=problem, optional=False)  # fmt: skip


def _action(key: str, title: str, tone: str, *fields: View) -> View:
    return View(
        key=key, title=title, href=f"/desk/ratings/1/{key}", button=title, tone=tone, note="", problem="",
        fields=list(fields), step="",
    )  # fmt: skip


SAID = [
    View(
        at="11月26日 10:00",
        who="赵科长",
        what="整改",
        text="已向窗口核实，增派一名工作人员，材料清单已贴出。",
    )
]
ONE = View(
    **DESK, line=TASK, whole=False, said=[], revision=1, list_href="", problem="这条评价刚被处理过，请刷新后再看。",
    actions=[
        _action("answer", "提交整改结果", "usual", _box("text", "整改情况", "textarea", "请写明查到了什么、改了什么。")),
        _action("appeal", "提出申诉", "plain", _box("text", "申诉理由", "textarea")),
    ],
)  # fmt: skip
CALL = View(
    **DESK, line=WHOLE, whole=True, said=SAID, revision=2, problem="", list_href="/desk/problems/new?found=rating:1",
    actions=[
        _action(
            "call_back", "记录回访", "usual",
            _box("result", "回访结果", "select", "请选择回访结果。", (("", "请选择"), *RESULTS.items())),
            _box("text", "回访情况", "textarea"),
        )
    ],
)  # fmt: skip
MINE = View(**DESK, supervising=False, tasks=[TASK], ratings=[], filters=[], more="")
ALL = View(
    **DESK, supervising=True, tasks=[], ratings=[WHOLE], filters=[("", "全部待办", True), ("closed", "已办结", False)],
    more="/desk/ratings?after=1",
)  # fmt: skip

RATING_PAGES = [
    ("visit", "plain", _visit()),
    ("visit", "wrong", _visit("stars", "reasons", "phone")),
    ("visit", "done", _visit(done=True)),
    ("ratings", "some", FIGURES),
    ("ratings", "empty", View(**(vars(FIGURES) | {"months": [], "items": [], "item": "高龄津贴"}))),
    ("desk_ratings", "mine", MINE),
    ("desk_ratings", "empty", View(**(vars(MINE) | {"tasks": []}))),
    ("desk_ratings", "all", ALL),
    ("desk_rating", "rated", ONE),
    ("desk_rating", "call", CALL),
]
