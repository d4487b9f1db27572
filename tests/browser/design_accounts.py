"""What staff see of accounts and of their own second factor."""

from __future__ import annotations

from types import SimpleNamespace as View
from typing import Any

from models.roles.lines import DEPARTMENTS
from models.roles.table import ROLES
from tests.browser.design_desks import DESK

PLACES = [("529901", "云岭县"), ("529901101", "　大关镇"), ("529901101201", "　　丘林村")]
PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABAQAAAAA3bvkkAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
APPLY = View(
    name="", id_number="", phone="", work_phone="", role="", area="", chosen=(), length=10, fields={}, problems=[],
    roles=[("", "请选择"), *ROLES.items()], areas=[("", "请选择"), *PLACES], departments=DEPARTMENTS,
)  # fmt: skip
WRONG = {
    "role": "请选择一个角色。", "area": "没有这个区划，请重新选择。", "departments": "请从列表中选择部门。",
    "id_number": "请填写18位身份证号码。", "again": "两次输入的密码不一样，请重新输入。",
}  # fmt: skip
TROUBLE = [View(field=key, label="", message=told) for key, told in WRONG.items()]
APPLICATION = View(
    href="#", number="6V6RG5PX", name="孙外人", id_number="110***********1209", phone="139****0000",
    place="清溪镇 受理员（民政、残联）", at="11月22日 09:30", doubled=True,
)  # fmt: skip
LINE = View(
    href="#", staff_no="100056", name="赵科长", username="approver.minzheng", place="云岭县 审批人（民政）",
    work_phone="0874-8123456",
)  # fmt: skip
PASSWORD = View(
    **DESK, length=10, second=True,
    wrong={"current": "现在的密码不正确。", "password": "这个密码太容易被猜到。请换一个。"},
)  # fmt: skip
ROLL = View(
    **DESK, deciding=True, applications=[APPLICATION] * 2, accounts=[LINE] * 3, total=103, state="active",
    states=[("active", "在用"), ("suspended", "停用")], newer_href="#", older_href="#",
)  # fmt: skip


def _box(name: str, label: str, kind: str, **more: Any) -> View:
    given = {"value": "", "options": [], "hint": "", "problem": "", "optional": False, **more}
    return View(name=name, label=label, kind=kind, **given)


def _act(key: str, title: str, tone: str, *fields: View) -> View:
    return View(
        key=key,
        title=title,
        href="#",
        button=title,
        step="",
        tone=tone,
        note="请当面核对。",
        problem="",
        fields=fields,
    )


APPROVE = _act(
    "approve", "批准开通", "usual",
    _box("role", "岗位", "select", value="clerk", options=[*ROLES.items()]),
    _box("area", "区划", "select", options=PLACES, problem="没有这个区划，请重新选择。"),
    _box("departments", "部门", "boxes", value=("民政",), hint="不选就是全部。",
         options=[(name, name) for name in DEPARTMENTS]),
    _box("username", "用户名", "text", optional=True),
)  # fmt: skip
REFUSE = _act("refuse", "不予通过", "refuse", _box("reason", "原因", "textarea", problem="请写明原因。"))
ACCOUNT = View(
    **DESK, name="孙外人", state_text="待审批", checking=True, actions=[APPROVE, REFUSE], blocked="", revision=0, done="",
    problem="这个账号的状态已经变化，请刷新后再操作。",
    facts=[View(label="身份证号码", value="110101199003071209"), View(label="岗位", value=LINE.place)],
    history=[View(at="11月22日 09:30", who="本人", text="提交申请", note="岗位调整")],
)  # fmt: skip
DEVICE = View(
    id="a",
    device="微信（安卓）",
    level="已确认本人",
    at="11月22日 09:30",
    last_used="11月22日 09:45",
    current=True,
)
DEVICES = View(
    slip="您家的密码单于2026年3月2日换发。",
    lines=[DEVICE, View(**(vars(DEVICE) | {"current": False}))],
    others=1,
    done="已退出",
    staff=False,
)
ENROL = View(
    state="scan", problem="动态验证码不正确。", picture=PICTURE, secret="YEATPAUK35GKWYR6VAPPWDM4NBI7GDP7",
    spoken="YEAT PAUK 35GK WYR6 VAPP WDM4 NBI7 GDP7", left=3, start_href="/desk", watermark=DESK["watermark"],
)  # fmt: skip
RECOVERY = View(
    codes=["B7ES6-9WJ62"] * 10, name="赵科长", staff_no="100056", made="2026-11-22 09:30", start_href="/staff",
    fresh=True, watermark=DESK["watermark"],
)  # fmt: skip

ACCOUNT_PAGES: list[tuple[str, str, Any]] = [
    ("account_apply", "plain", APPLY),
    (
        "account_apply",
        "wrong",
        View(**(vars(APPLY) | {"fields": WRONG, "problems": TROUBLE})),
    ),
    ("account_applied", "plain", View(number="6V6RG5PX", message="申请已提交。请把申请编号告诉管理员。")),
    ("accounts", "some", ROLL),
    ("accounts", "empty", View(**(vars(ROLL) | {"applications": [], "accounts": [], "total": 0}))),
    ("account", "applied", ACCOUNT),
    (
        "account",
        "closed",
        View(**(vars(ACCOUNT) | {"actions": [], "blocked": "没有可以办理的。", "done": "已注销", "problem": ""})),
    ),
    ("devices", "some", DEVICES),
    ("desk_devices", "some", View(**DESK, **(vars(DEVICES) | {"staff": True}))),
    ("staff_second", "refused", View(next="/desk", refused="验证码不正确或已用过，请等待下一个验证码再试。")),
    ("staff_password", "", View(**(vars(PASSWORD) | {"wrong": {}, "second": False}))),
    ("staff_password", "wrong", PASSWORD),
    *[("enrol", state, View(**(vars(ENROL) | {"state": state}))) for state in ("start", "scan", "done")],
    ("recovery", "fresh", RECOVERY),
]  # fmt: skip
