"""The desk of the registry: the search, a household and a person in every state, a module's form, the history."""

from __future__ import annotations

from types import SimpleNamespace as View
from typing import Any

from tests.browser.design_desks import DESK
from tests.browser.design_samples import every_question

HIT = View(
    name="陈桂兰", href="/desk/registry/people/1", relation="户主", id_number="5299**********0020", phone="199****0001",
    home_href="/desk/registry/households/1", address="大关镇丘林村三组12号", place="大关镇丘林村三组",
)  # fmt: skip
ALONE = View(**(vars(HIT) | {"name": "周浩", "home_href": "", "address": "没有所属的户", "phone": ""}))
SEARCH = View(
    **DESK, q="陈", by="name", kinds=[("auto", "自动识别"), ("name", "姓名")], reason="窗口办件核对",
    reasons=("窗口办件核对", "上门走访前查看"), problems={}, q_problem="", reason_problem="", problem="", asked=True,
    hits=[HIT, ALONE], next="陈桂兰 1",
)  # fmt: skip


def _row(label: str, value: str, **more: Any) -> View:
    given = {
        "anchor": f"r-{label}", "label": label, "value": value,
        "source": "网格走访，王网格，2026-03-02，2026-11-02核对无变化",
        "waits": 0, "show_href": "", "history_href": "/desk/registry/people/1/history?key=person.phone",
    }  # fmt: skip
    return View(**(given | more))


def _module(key: str, name: str, rows: list[View], **more: Any) -> View:
    given = {
        "key": key, "name": name, "filled": len(rows), "asked": 12, "fresh": "2026-03-02", "open": True, "rows": rows,
        "missing": "曾用名、民族", "show_href": "/desk/registry/people/1?show=person_basic",
        "edit_href": "/desk/registry/people/1/modules/person_basic",
        "unchanged_href": "/desk/registry/people/1/modules/person_basic/unchanged",
    }  # fmt: skip
    return View(**(given | more))


MODULES = [
    _module("person_basic", "基本信息", [
        _row("姓名", "陈桂兰"), _row("联系电话", "199****0001", show_href="/x?show=person.phone", waits=1),
        _row("曾用名", "", source="", waits=1),
    ]),
    _module("person_education", "文化学习", [], filled=0, fresh="", show_href="", unchanged_href="", open=False),
]  # fmt: skip
PAST = {
    "here": "/desk/registry/people/1", "day": "", "typed_day": "", "day_problem": "", "done": "",
    "history_href": "/desk/registry/people/1/history", "review_href": "/desk/proposals",
}  # fmt: skip
HOME = View(
    **DESK, **PAST, title="大关镇丘林村三组12号", place="大关镇丘林村三组", filled=9, asked=40, waits=2, modules=MODULES,
    members=[
        View(name="陈桂兰", relation="户主", href="/desk/registry/people/1", filled=20, asked=60, waits=1),
        View(name="家庭成员", relation="", href="", filled=0, asked=0, waits=0),
    ],
    events=[View(label="迁入、新增成员", href="/desk/events/1"), View(label="死亡登记", href="/desk/events/2")],
    visit=View(text="2026-10-02 王网格，上门", href="/visits/1"),
    findings=[View(text="这户有两位户主，请核对。", href="/desk/registry/people/1")],
)  # fmt: skip
PERSON = View(
    **DESK, **PAST, title="陈桂兰", place="大关镇丘林村三组", home_href="/desk/registry/households/1",
    address="大关镇丘林村三组12号", relation="户主", standing="", filled=20, asked=60, waits=1, modules=MODULES,
)  # fmt: skip
LINE = View(
    at="2026-11-22 09:30", author="王网格", label="联系电话", said="登记", before="199****0001", after="199****0002",
    ground="入户核实", source="网格走访",
)  # fmt: skip
HISTORY = View(
    **DESK, name="陈桂兰", here="/desk/registry/people/1", label="联系电话", all_href="/desk/registry/people/1/history",
    older_href="/desk/registry/people/1/history?after=1",
    rows=[LINE, View(**(vars(LINE) | {"before": "", "said": "核对无变化", "after": "", "ground": "", "author": ""}))],
)  # fmt: skip
MODULE = View(
    **DESK, title="基本信息", whose="陈桂兰", here="/desk/registry/people/1",
    action="/desk/registry/people/1/modules/person_basic", tables=True, ground="", ground_problem="", problems=[],
    problem="",
    questions=[
        View(q=q, key=f"person.{q.name}", was="", base="", now="网格走访，王网格，2026-03-02", stale=False)
        for q in every_question()
        if q.field.type not in {"file", "signature", "member", "notice", "computed"}
    ],
)  # fmt: skip


def _with(model: View, **more: Any) -> View:
    return View(**(vars(model) | more))


STALE = [
    _with(each, stale=at == 0, now="现在登记：13900000000。窗口核验，2026-11-22")
    for at, each in enumerate(MODULE.questions)
]

QUALITY = View(
    **DESK, name="云岭县大关镇丘林村", up_href="/desk/registry/quality?area=529901101", since="2025-11", households=820,
    people=2954, findings=3, findings_href="/desk/registry/contradictions",
    modules=[
        View(name="户·基本信息", asked=20500, filled=11000, share="53%", stale=240, lacking_href="/l",
             stale_href="/l?what=stale"),
        View(name="人·兵役情况", asked=0, filled=0, share="—", stale=0, lacking_href="", stale_href=""),
    ],
    places=[View(name="三组", href="/q?area=1", households=80, people=290, share="61%", stale=12, findings=1,
                 findings_href="/c")],
)  # fmt: skip
LACKING = View(
    **DESK, name="云岭县大关镇丘林村", module="户·基本信息", back_href="/desk/registry/quality", stale=False,
    older_href="/desk/registry/lacking?after=1",
    rows=[View(href="/desk/registry/households/1", address="大关镇丘林村三组12号", text="已登记 9/20")],
)  # fmt: skip
FINDING = View(
    id="a" * 40, address="大关镇丘林村三组12号", href="/desk/registry/households/1", since="2026-11-20", state="待核对",
    text="周建国的出生日期与身份证号码不一致，请核对。", said="", typed="", problem="",
    explain_href="/desk/registry/contradictions/1/explain", reopen_href="",
)  # fmt: skip
EXPLAINED = View(
    **(
        vars(FINDING)
        | {
            "id": "b" * 40,
            "state": "已说明",
            "said": "何审核：看过户口簿",
            "explain_href": "",
            "reopen_href": "/r",
        }
    )
)
FINDINGS = View(
    **DESK, name="云岭县大关镇", done="", problem="", problems=[], older_href="/desk/registry/contradictions?after=1",
    filters=[("/c?state=open", "待核对", True), ("/c?state=explained", "已说明", False)], rows=[FINDING, EXPLAINED],
)  # fmt: skip

REGISTRY_PAGES: list[tuple[str, str, Any]] = [
    ("registry_search", "found", SEARCH),
    ("registry_search", "empty", _with(SEARCH, hits=[], next="")),
    ("registry_search", "wrong", _with(
        SEARCH, asked=False, hits=[], problems={"q": "姓名至少填两个字。", "reason": "请写明查找的理由。"},
        q_problem="姓名至少填两个字。", reason_problem="请写明查找的理由。",
    )),
    ("registry_household", "some", HOME),
    ("registry_household", "empty", _with(HOME, members=[], events=[], visit=None, findings=[], waits=0, done="已保存。")),
    ("registry_household", "past", _with(HOME, day="2026-03-01", typed_day="2026-03-01")),
    ("registry_person", "some", PERSON),
    ("registry_person", "gone", _with(PERSON, standing="已迁出", home_href="", address="", relation="")),
    ("registry_person", "wrong", _with(PERSON, typed_day="3026-01-01", day_problem="请填写今天或以前的日期。")),
    ("registry_quality", "some", QUALITY),
    ("registry_quality", "empty", _with(QUALITY, households=0, people=0, findings=0, modules=[], places=[], up_href="")),
    ("registry_lacking", "some", LACKING),
    ("registry_lacking", "empty", _with(LACKING, rows=[], older_href="", stale=True)),
    ("registry_findings", "some", FINDINGS),
    ("registry_findings", "empty", _with(FINDINGS, rows=[], older_href="", done="已记录说明。")),
    ("registry_findings", "wrong", _with(
        FINDINGS, rows=[_with(FINDING, typed="属实", problem="请说明为什么属实。")],
        problems=[View(field="said-" + "a" * 40, message="请说明为什么属实。")],
    )),
    ("registry_history", "some", HISTORY),
    ("registry_history", "empty", _with(HISTORY, rows=[], older_href="", label="", all_href="")),
    ("registry_module", "plain", MODULE),
    ("registry_module", "stale", _with(MODULE, problem="有的内容刚被别人改过。", questions=STALE)),
    ("registry_module", "wrong", _with(
        MODULE, ground_problem="依据最多200个字，请缩短。",
        problems=[View(field="ground", label="", message="依据最多200个字，请缩短。")],
    )),
]  # fmt: skip
