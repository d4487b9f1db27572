"""The roster of chief representatives, and leave."""

from __future__ import annotations

from types import SimpleNamespace as View

from tests.browser.design_desks import DESK


def _date(name: str, label: str, problem: str = "") -> dict[str, str]:
    return {
        "name": name, "label": label, "value": "2026-12-01", "problem": problem, "type": "date", "hint": "", "mode": "",
        "fill": "off", "class": "",
    }  # fmt: skip


PEOPLE = [("a1", "柏首席"), ("a2", "崔首席"), ("a3", "何审核")]
LINE = View(
    department="民政",
    on_duty="柏首席、崔首席",
    shifts=[View(id="s1", name="柏首席", days="2026年11月1日至2026年11月7日")],
    people=PEOPLE,
    account="a3",
    problem="请选择本岗位的审核人员。",
    first=_date("first", "从哪天", "这段时间里有一天已经排了2位首席代表。"),
    last=_date("last", "到哪天"),
    modes=[
        View(role="clerk", name="受理员", value="none"),
        View(role="reviewer", name="审核员", value="turns"),
    ],
    mode_options=[("none", "自己认领"), ("turns", "轮流派件"), ("random", "随机派件")],
    mode_problem="",
)
ROSTER = View(**DESK, lines=[LINE], problem="")
LEAVE = View(
    **DESK,
    own=[View(id="l1", text="2026年12月1日至2026年12月3日，由崔首席代办")],
    standing_in=["2026年11月20日至2026年11月22日，替何审核办件"],
    people=PEOPLE,
    to="a2",
    problem="",
    first=_date("first", "从哪天"),
    last=_date("last", "到哪天", "结束日期不能早于开始日期。"),
)
ROWS = [
    View(
        pick="c1:2",
        href="/desk/cases/c1",
        case_no="530399101202611220012",
        title="高龄津贴",
        place="大关镇丘林村",
        why="",
    )
]
STUCK = [View(**{**vars(ROWS[0]), "why": "这个办件在何审核手里，需要时请先改派。"})]
BATCH = View(
    **DESK,
    title="受理",
    action="accept",
    able=ROWS,
    unable=STUCK,
    to="",
    to_name="",
    note="",
    reason="",
    problem="",
)
DUTY_PAGES = [
    ("batch", "some", BATCH),
    ("batch", "none", View(**{**vars(BATCH), "able": [], "problem": "请勾选1到50件。"})),
    (
        "batch_done",
        "some",
        View(**DESK, title="“受理”已办 1 件", done=ROWS, failed=STUCK, undo="/desk/batch/1/undo", problem=""),
    ),
    ("roster", "wrong", ROSTER),
    ("roster", "empty", View(**DESK, lines=[], problem="没有找到这条排班。")),
    ("leave", "wrong", LEAVE),
    ("leave", "alone", View(**{**vars(LEAVE), "own": [], "standing_in": [], "people": []})),
]
