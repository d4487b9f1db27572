"""The integrity register: her declarations, one record about her, the desk's list, a record and a new one."""

from __future__ import annotations

from types import SimpleNamespace as View

from handlers.views.words import pairs
from tests.browser.design_desks import DESK

FACTS = pairs(
    办件="个体工商户注册登记 529901101202611220001", 承诺的内容="我有权使用所填的经营场所，它不是违法建筑，可以用来经营。",
    违背了什么="房子登记在别人名下，没有租赁合同", 凭什么认定="不动产登记中心 11月20日来函",
    种类="承诺的内容不实（国办发〔2020〕42号）", 登记时间="11月22日 09:30", 异议期限="2026年12月4日",
)  # fmt: skip
SAID = [
    View(at="11月22日 09:31", who="系统", what="告知", text="短信告知"),
    View(at="11月23日 20:02", who="陈桂兰", what="本人提出异议", text="房子是我儿子的，他同意我用。"),
]
ASK = {
    "name": "text", "label": "您想说明的", "hint": "写明您为什么不认可，有什么可以证明。", "value": "", "optional": False,
    "problem": "请写明您的理由，并说明有什么可以证明。",
}  # fmt: skip
MINE = View(
    breaches=[View(href="/my/integrity/1", title="个体工商户注册登记", kind="承诺的内容不实",
                   state_text="已告知，可提出异议", tone="waiting", note="2026年12月4日前可以提出异议")],
    declared=[View(label="用承诺代替经营场所证明吗？", words="我有权使用所填的经营场所。", href="/q/1", at="11月20日 09:12",
                   title="个体工商户注册登记", stands_in=True)],
)  # fmt: skip
OWN = View(
    title="个体工商户注册登记", kind="承诺的内容不实", state_text="已告知，可提出异议", tone="waiting",
    note="2026年12月4日前可以提出异议", done="", facts=FACTS, said=SAID[:1], revision=2, repair_from="",
    actions=[View(href="/my/integrity/1/object", title="提出异议", button="提交异议", box=ASK)],
    problems=[View(field="text", label="", message=ASK["problem"])],
)  # fmt: skip
STANDS = View(
    **(vars(OWN) | {"actions": [], "problems": [], "state_text": "已认定", "tone": "refused", "said": SAID,
                    "note": "有效到2027年12月6日", "repair_from": "2027年3月6日", "done": "异议已提交，请等核实结果。"})
)  # fmt: skip
ROW = View(
    href="/desk/integrity/1", title="个体工商户注册登记", kind="承诺的内容不实", case_no="529901101202611220001",
    state_text="已告知，可提出异议", tone="waiting", place="大关镇丘林村三组", at="11月22日 09:30",
    note="异议期到2026年12月4日",
)  # fmt: skip
LIST = View(**DESK, decided=False, rows=[ROW], older_href="/desk/integrity?after=1")


def _box(
    name: str, label: str, kind: str, problem: str = "", options: tuple[tuple[str, str], ...] = ()
) -> View:
    return View(name=name, label=label, kind=kind, value="", options=list(options), hint="本人会看到。", problem=problem,
                optional=False)  # fmt: skip


def _action(key: str, title: str, tone: str, *fields: View) -> View:
    return View(key=key, title=title, href=f"/desk/integrity/1/{key}", button=title, tone=tone, note="", problem="",
                fields=list(fields), step="")  # fmt: skip


ONE = View(
    **DESK, title="个体工商户注册登记", kind="承诺的内容不实", state_text="异议待核实", tone="moving", name="陈桂兰",
    case_href="/desk/cases/1", case_no="529901101202611220001", place="大关镇丘林村三组", facts=FACTS[1:], said=SAID,
    own="您登记的记录，要由别人核实和决定。", problem="这条记录刚被处理过，请刷新后再看。", revision=3,
    actions=[
        _action("uphold", "维持认定", "usual", _box("text", "内容", "textarea", "请写明核实的情况和依据，本人会看到。")),
        _action("drop", "撤销", "refuse", _box("text", "内容", "textarea")),
    ],
)  # fmt: skip
NEW = View(
    **DESK, title="个体工商户注册登记", case_no="529901101202611220001", case_href="/desk/cases/1", declared=[1], revision=0,
    wrong=True,
    act=_action(
        "new", "登记失信", "refuse",
        _box("field", "违背的是哪一项", "select", "请选择违背的是哪一项承诺。",
             (("", "请选择"), ("commit", "用承诺代替证明"))),
        _box("ground", "违背了什么", "textarea"),
    ),
)  # fmt: skip

INTEGRITY_PAGES = [
    ("my_integrity", "some", MINE),
    ("my_integrity", "empty", View(breaches=[], declared=[])),
    ("my_breach", "object", OWN),
    ("my_breach", "stands", STANDS),
    ("desk_breaches", "some", LIST),
    ("desk_breaches", "empty", View(**(vars(LIST) | {"rows": [], "older_href": ""}))),
    ("desk_breach", "objected", ONE),
    ("desk_breach_new", "wrong", NEW),
    ("desk_breach_new", "nothing", View(**(vars(NEW) | {"declared": [], "wrong": False}))),
]
