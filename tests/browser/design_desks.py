"""What staff see: the list, one case, the ways to act on it."""

from __future__ import annotations

from types import SimpleNamespace as View

from tests.browser.design_samples import ROWS, STEPS

NAV = [
    View(href="/desk", label="待受理", count=12, current=True),
    View(href="/desk?s=mine", label="待审批", count=3, current=False),
    View(href="/sheets", label="打印码单", count=None, current=False),
]
LIGHTS = [("red", "超期 2 天"), ("amber", "剩 1 天"), ("green", "剩 9 天"), ("none", "暂停计时")]
QUEUE = View(
    heading="待受理",
    action="/desk",
    query="",
    total=12,
    kept=[("view", "todo")],
    batch=View(
        actions=[("accept", "受理"), ("assign", "分派给同事")], people=[("a", "王受理"), ("b", "何审核")]
    ),
    older_href="/desk?p=2",
    newer_href="",
    filters=[
        View(name="state", label="状态", value="", options=[("", "全部"), ("applied", "等待受理")]),
        View(name="place", label="地方", value="", options=[("", "全部"), ("1", "大关镇")]),
    ],
    rows=[
        View(
            href=f"/desk/{at}",
            case_no=f"530399101202611{at:06d}",
            title="高龄津贴",
            place="大关镇丘林村三组",
            state_text="等待受理",
            light=light,
            left=left,
            hand="何审核" if at else "",
            pick=f"{at}:1",
            current=at == 1,
        )
        for at, (light, left) in enumerate(LIGHTS)
    ],
)
DESK = {"nav": NAV, "watermark": "赵科长 1024 2026-11-22 09:30"}


def _action(key: str, title: str, tone: str, *fields: View) -> View:
    return View(
        key=key,
        title=title,
        href="/desk/1/" + key,
        button=title,
        step="",
        tone=tone,
        note="",
        problem="",
        fields=fields,
        open=False,
    )


def _box(name: str, label: str, kind: str, *choices: tuple[str, str], problem: str = "") -> View:
    return View(
        name=name,
        label=label,
        kind=kind,
        value="",
        options=choices,
        hint="",
        problem=problem,
        optional=not problem,
        reasons={},
    )


CASE = View(
    **DESK,
    compliance=[],
    queue=QUEUE,
    title="高龄津贴",
    case_no="530399101202611220012",
    place="大关镇丘林村三组 12号",
    state_text="等待受理",
    step_name="受理",
    filed="11月20日 09:12 提交",
    due="12月3日到期",
    light=LIGHTS[1][0],
    left=LIGHTS[1][1],
    applicant=ROWS,
    sections=[View(title="您的情况", rows=ROWS)],
    steps=STEPS,
    blocked="",
    beside=[View(href="#", label="规划核对", current=True), View(href="#", label="用地核对", current=False)],
    paused="",
    money="11月20日 10:12先行救助2000元（赵科长）",
    blind=False,
    unmask=None,
    hands=[
        _action(
            "assign",
            "分派给同事",
            "plain",
            _box("to", "分派给", "select", ("a", "何审核"), problem="请选择。"),
        )
    ],
    repeats=["同一事由一年内已经救助过：530399101202611010003，11月1日 09:00提交。"],
    bundle=View(
        brought=[View(label="营业执照", value="已发照（530399101202611220012）")],
        others=[
            View(name="食品经营许可", state="等前面的事项办好", office="县市场监管局", waits=False),
            View(name="个体户执照", state="已办结", office="市场监管所", waits=True),
        ],
    ),
    owed="还欠近照，2026年12月5日前补齐（当面签了承诺书）。到期没有补齐的，时限暂停，补齐后接着办。",
    revision=3,
    materials=[
        View(
            name="居民身份证",
            need="必须",
            criteria="照片清楚，在有效期内。",
            basis="民发〔2021〕57号",
            held="",
            kept=View(words="自述，还没有人核验过原件", verified=False, href="#"),
            files=[View(href="/static/icons/warn.svg", name="正面.jpg", image=True)],
        ),
        View(name="近照", need="可后补", criteria="", basis="", held="", kept=None, files=[]),
    ],
    history=[View(at="11-20 09:12", who="陈桂兰", text="提交申请", note="")],
    print_href="/desk/1?print=1",
    light_href="/desk/supervise/1",
    breach_href="/desk/integrity/of/1",
    case_href="/desk/1",
    done="",
    actions=[
        _action("accept", "受理", "usual", _box("note", "意见", "textarea")),
        _action(
            "ask",
            "要求补正",
            "plain",
            _box("fields", "缺什么", "checks", ("phone", "联系电话"), problem="请勾选。"),
        ),
        _action("refuse", "不予受理", "refuse", _box("reason", "理由", "textarea", problem="请写明理由。")),
    ],
    problem="这项内容刚被别人改动过，请刷新后再操作。",
    stream="",
)

UNMASK = _action("unmask", "查看申请人", "plain", _box("reason", "为什么必须知道申请人是谁", "textarea"))
LIGHT_LINE = View(
    href="/desk/lights/1",
    level="黄牌",
    tone="waiting",
    name="环节超时",
    title="高龄津贴",
    case_no="530399101202611220012",
    case_href="/desk/1",
    place="大关镇丘林村三组",
    step="初审",
    since="2026年11月24日",
    due="2026年11月23日",
    state="待说明",
    department="民政",
)
LIGHTS_PAGE = View(
    **DESK,
    title="监察看板",
    lights=[LIGHT_LINE],
    ledger=[("整改中", 3, "/desk/problems?view="), ("逾期", 1, "/desk/problems?view=overdue")],
    counts=[View(level="红牌", tone="refused", cells=[1, 0, 0, 2, 0, 1])],
    filters=[("", "未了结", True), ("upheld", "已认定", False)],
    more="/desk/board?after=1",
)
LIGHT_PAGE = View(
    **DESK,
    line=LIGHT_LINE,
    list_href="/desk/problems/new?found=light:1",
    seen="何审核（11月24日 09:10）",
    superior=True,
    name="环节超时",
    basis="实施清单规定的环节时限",
    said=[View(at="11-24 09:12", who="何审核", what="说明", text="当日停电")],
    actions=[
        _action("uphold", "认定", "usual", _box("text", "认定内容", "textarea", problem="请写明认定的依据。"))
    ],
    revision=2,
    problem="",
)
LIGHT_NEW = View(
    **DESK,
    title="高龄津贴",
    case_no="530399101202611220012",
    case_href="/desk/1",
    act=_action(
        "new", "亮灯", "refuse", _box("text", "查到了什么", "textarea", problem="请写明查到了什么。")
    ),
    revision=0,
    wrong=True,
)
CALENDAR_PAGE = View(
    **DESK,
    year=2026,
    months=[
        View(
            name="11月",
            worked=21,
            weeks=[
                [None] * 6 + [View(number=1, worked=False, marked=False, half=False)],
                [View(number=n, worked=n < 7, marked=n in {4, 5}, half=n == 5) for n in range(2, 9)],
            ],
        )
    ],
    marks=[View(day="2026-11-04", kind="放假", reason="县庆放假", by="管理员")],
    may=True,
    typed=View(day="11月", kind="off", reason=""),
    kinds=[("worked", "上班"), ("half", "上半天班"), ("off", "放假")],
    problems={"day": "请填写日期，例如 2027-02-05。", "reason": "请写明依据。"},
)
