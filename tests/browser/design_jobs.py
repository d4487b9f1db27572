"""Long work, and bringing a sheet of households and people, as the desk sees them."""

from __future__ import annotations

from types import SimpleNamespace as View

from tests.browser.design_desks import DESK


def _job(**told: object) -> View:
    plain = {
        "id": "0" * 31, "at": "/desk/jobs/1", "href": "/desk/registry/import/1", "kind": "批量导入",
        "title": "导入 大关镇2026年人口台账.xlsx", "state": "进行中", "tone": "moving", "told": "已处理 12400 行",
        "open": True, "moving": True, "done": 34, "total": 84, "percent": 40, "pace": "还剩约3分钟",
        "made": "2026-11-25 09:30", "ended": "", "result": "", "until": "", "size": "",
    }  # fmt: skip
    return View(**(plain | told))


MOVING = _job()
BEGUN = _job(done=0, total=0, percent=0, pace="", told="正在读文件")
ASKING = _job(state="等人确认", tone="waiting", told="检查好了，请确认后写入。", moving=False)
DONE = _job(
    state="已完成", tone="done", told="新增38200行，更新120行，没有变化0行，没有导入8行。", open=False, moving=False,
    ended="2026-11-25 09:41", result="/desk/jobs/1/result", until="2026-12-02 09:30", size="2.7 MB",
)  # fmt: skip
FAILED = _job(
    state="没有完成",
    tone="refused",
    told="这个文件打不开，请用表格软件另存为 xlsx 再试。",
    open=False,
    moving=False,
)

FAULTS = [
    View(sheet=1, row=12, column="G 身份证号码", message="身份证号码有误，可能输错了某一位，请对照证件检查。",
         weight="整行不导入", tone="refused"),
    View(sheet=1, row=13, column="", message="没有身份证号，只能按姓名在本户里核对。", weight="请留意", tone="quiet"),
]  # fmt: skip
ONE = View(
    **DESK, job=ASKING, asking=True, rows=38211, families=8328, people=30002, ready=True, fault_count=1300, more=1298,
    counts=[("新增", 38200), ("更新", 120), ("没有变化", 0), ("不导入", 8)], faults=FAULTS,
)  # fmt: skip
COLUMN = View(
    field="s0.c0", edition_field="s0.e0", head="A 户编号", samples="1、2、3", value="户编号（认出同一户）",
    problem="", unit="", editions=[], edition="",
)  # fmt: skip
MAP = View(
    **DESK, job=ASKING, rows=38211, known=False, labels=["户编号（认出同一户）", "人·基本信息｜姓名"],
    problems=[View(field="s0.c1", label="", message="没有这一项，请从列表里选，不要的留空。")],
    sheets=[
        View(title="人口台账", rows=[
            COLUMN,
            View(**(vars(COLUMN) | {
                "field": "s0.c1", "head": "B 文化程度", "problem": "没有这一项，请从列表里选，不要的留空。",
                "editions": [("", "自动判断"), ("2006", "2006版代码")], "edition_field": "s0.e1",
            })),
            View(**(vars(COLUMN) | {"field": "s0.c2", "head": "C 年收入（万元）", "unit": "按万元换算"})),
        ]),
        View(title="Sheet2", rows=[]),
    ],
)  # fmt: skip
BRING = View(**DESK, problem="这不是 xlsx 文件。", largest=30, area="云岭县大关镇", jobs=[MOVING, DONE])

EXPORT = View(
    **DESK, areas=[("529901101", "大关镇"), ("529901101201", "　丘林村")], problem="",
    modules=[("house_basic", "户·基本信息"), ("person_basic", "人·基本信息")],
    wish=View(area="529901101201", modules=("person_basic",), sensitive=True, purpose="核对"),
    problems={"modules": "请至少选一个模块。", "purpose": "请写明用途，4至200个字。"}, jobs=[DONE],
    waiting=[View(
        id="a" * 31, href="/desk/registry/export/a", title="导出大关镇丘林村", by="何审核（云岭县大关镇）",
        at="2026-11-25 09:30", modules="人·基本信息、人·社会救助", purpose="核对2026年医保参保情况", households=420,
        problem="请写明原因，2至200个字。", reason="",
    )],
)  # fmt: skip

JOB_PAGES = [
    ("export", "wrong", EXPORT),
    ("export", "nobody", View(**(vars(EXPORT) | {"modules": [], "waiting": [], "jobs": [], "problems": {}}))),
    ("jobs", "some", View(**DESK, jobs=[MOVING, BEGUN, DONE, FAILED])),
    ("jobs", "empty", View(**DESK, jobs=[])),
    ("job", "moving", View(**DESK, job=MOVING, problem="")),
    ("job", "over", View(**DESK, job=DONE, problem="这个任务已经结束，不能再改。")),
    ("import", "wrong", BRING),
    ("import", "empty", View(**(vars(BRING) | {"problem": "", "jobs": []}))),
    ("import_map", "wrong", MAP),
    ("import_map", "known", View(**(vars(MAP) | {"known": True, "problems": []}))),
    ("import_one", "asking", ONE),
    ("import_one", "nothing", View(**(vars(ONE) | {"ready": False, "fault_count": 0, "faults": []}))),
    ("import_one", "moving", View(**(vars(ONE) | {"job": MOVING, "asking": False, "fault_count": 0}))),
    ("import_one", "done", View(**(vars(ONE) | {"job": DONE, "asking": False}))),
]
