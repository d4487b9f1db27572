"""The dictionary of data elements at the desk, in every state."""

from __future__ import annotations

from types import SimpleNamespace as View
from typing import Any

from tests.browser.design_desks import DESK

LINES = ["民政", "残联", "卫健"]
MODULE = View(
    **DESK,
    name="人·健康状况",
    modules=[
        View(key="house_basic", name="户·基本信息", current=False),
        View(key="person_health", name="人·健康状况", current=True),
    ],
    rows=[
        View(
            href="/desk/elements/person.health", label="健康状况", type="单选", codes="GB/T 2261.3", level="3级 严格限制",
            collect="未登记依据，不采集", tone="quiet", lines="民政、残联、卫健",
        ),
        View(
            href="/desk/elements/person.disability_kind", label="残疾类别", type="多选", codes="GB/T 26341",
            level="3级 严格限制", collect="已登记依据，采集中", tone="done", lines="残联",
        ),
        View(
            href="/desk/elements/person.guardian_name", label="监护人姓名", type="一行文字", codes="", level="1级 一般",
            collect="缺了就问", tone="", lines="各条线",
        ),
    ],
)  # fmt: skip
DECISIONS = [
    View(
        at="11月25日 09:30",
        who="周管理",
        state="采集",
        text="《中华人民共和国残疾人保障法》第九条",
        line="残联",
    ),
    View(at="11月20日 09:30", who="周管理", state="停止采集", text="国家另建了系统", line=""),
]
ONE = View(
    **DESK,
    back="/desk/elements?module=person_health", href="/desk/elements/person.disability_kind", label="残疾类别",
    module="人·健康状况", done="", problem="", strict=True, on=False, may=True, lines=LINES, ground=None, decisions=[],
    facts=[
        View(label="键名", value="person.disability_kind"), View(label="类型", value="多选"),
        View(label="敏感级", value="3级 严格限制"), View(label="采集", value="默认不采集"),
        View(label="可查看的条线", value="民政、残联、卫健"),
    ],
    lists=[
        View(
            name="GB/T 26341",
            codes=[
                View(code="1", word="视力", retired=False), View(code="2", word="听力", retired=False),
                View(code="8", word="旧类别", retired=True),
            ],
        )
    ],
    typed=None, problems={},
)  # fmt: skip


def _with(model: View, **more: Any) -> View:
    return View(**(vars(model) | more))


ON = _with(ONE, on=True, ground=DECISIONS[0], decisions=DECISIONS)
WRONG = {"text": "请写明法律、法规或文件的名称和条款。", "line": "请选择依法履行这项职责的条线。"}

ELEMENT_PAGES: list[tuple[str, str, Any]] = [
    ("elements", "some", MODULE),
    ("elements_one", "off", ONE),
    ("elements_one", "wrong", _with(ONE, typed=View(what="on", text="工作需要", line=""), problems=WRONG)),
    ("elements_one", "on", _with(ON, done="已登记依据，从现在起可以采集。")),
    (
        "elements_one",
        "stopping",
        _with(ON, typed=View(text="", line=""), problems={"text": "请写明为什么停止采集。"}),
    ),
    ("elements_one", "raced", _with(ON, problem="这个数据项刚被别人改动过，请刷新后再操作。")),
    ("elements_one", "read", _with(ON, may=False)),
    ("elements_one", "ordinary", _with(ONE, strict=False, may=False, lists=[])),
]
