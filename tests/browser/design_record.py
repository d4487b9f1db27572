"""我的信息 and the review of what is asked of it, in every state."""

from __future__ import annotations

from types import SimpleNamespace as View
from typing import Any

from tests.browser.design_desks import DESK
from tests.browser.design_samples import every_question

WISH = View(
    of="me", id="0" * 16, mine=True, text="您 11月20日 申请改为“139****0000”，待核实", reason="换了手机号"
)
OTHERS = View(of="house", id="1" * 16, mine=False, text="有人 11月20日 申请改为“砖混”，待核实", reason="")


def _row(label: str, value: str, **more: Any) -> View:
    given = {
        "anchor": f"me-{label}", "label": label, "value": value, "source": "来自户籍登记 2026-03-02", "show_href": "",
        "correct_href": "/my/record/correct/me/person.phone", "correct_text": "申请更正", "wishes": [], "outcome": "",
    }  # fmt: skip
    return View(**(given | more))


ROWS = [
    _row("姓名", "陈桂兰", outcome="您 11月1日 申请改为“陈桂蓝”：11月3日未采纳，理由：与户口本不符"),
    _row("联系电话", "199****0001", show_href="/my/record?show=me:person.phone", wishes=[WISH]),
    _row("备用联系电话", "", source="", correct_text="登记"),
]
MINE = View(
    title="陈桂兰",
    standing="本人，与户主关系：户主",
    note="",
    open=True,
    modules=[View(name="基本信息", rows=ROWS)],
)
HOUSE = View(
    title="大关镇丘林村三组12号", standing="本户", note="", open=True,
    modules=[View(name="生产生活资源", rows=[_row("房屋结构", "土木", anchor="house-1", wishes=[OTHERS])])],
)  # fmt: skip
SON = View(
    title="周建国", standing="家庭成员，与户主关系：长子", note="家人的证件号、电话等，由本人或监护人查看和更正。",
    open=True, modules=[],
)  # fmt: skip
SHEETS = [MINE, HOUSE, SON]
QUESTION = every_question()[0]
ASKED = View(
    label="联系电话", whose="陈桂兰", action="/my/record/correct/me/person.phone", held=True, q=QUESTION, reason="",
    reason_problem="", problems=[],
)  # fmt: skip
TOLD = "请填写11位手机号码。"
WRONG = View(
    **(
        vars(ASKED)
        | {
            "q": View(**(vars(QUESTION) | {"problem": TOLD})),
            "problems": [View(field=QUESTION.name, label="联系电话", message=TOLD)],
        }
    )
)
PRINT = View(
    office="云岭县政务服务", made="11月22日 09:30", sheets=SHEETS,
    cases=[View(case_no="529901101202611220001", title="高龄津贴", state="办理中", at="11月22日 09:30")],
    leaves=[View(principal="陈桂兰", agent="周建国", text="只办一件事，到2026-12-22", state="有效")],
    consents=[View(at="11月22日 09:30", text="我同意为办理“高龄津贴”使用我的银行账户。", state="有效")],
    looks=[View(at="11月22日 10:00", who="大关镇受理人员", text="查看办件", ground="529901101202611220001")],
)  # fmt: skip
PROPOSAL = View(
    pick="person:1:2", ticked=True, name="陈桂兰", place="大关镇丘林村三组", label="联系电话", held="19900000001",
    held_source="来自网格走访 2026-04-15", wanted="13900000000", source="陈桂兰，本人填报，11月20日 09:12",
    reason="换了手机号", own=False,
)  # fmt: skip
LISTED = View(
    **DESK, rows=[PROPOSAL, View(**(vars(PROPOSAL) | {"own": True, "held": "", "held_source": ""}))],
    areas=[("", "大关镇（全部）"), ("1", "　丘林村")], area="", modules=[("", "全部类别"), ("p", "人·基本信息")],
    module="", action="/desk/proposals", undo_action="/desk/proposals/undo", older_href="/desk/proposals?after=x",
    batch="", done="", failed=[], problem="", problems={}, reason="", reason_problem="",
)  # fmt: skip


BASICS = View(title="家园基本信息", known=2, count=18, missing=[ROWS[2]], held=ROWS[:2])


def _with(model: View, **more: Any) -> View:
    return View(**(vars(model) | more))


RECORD_PAGES: list[tuple[str, str, Any]] = [
    ("record", "some", View(sheets=SHEETS, done="")),
    ("record", "asked", View(sheets=[MINE], done="已提交更正申请。")),
    ("home_data", "some", BASICS),
    ("home_data", "whole", _with(BASICS, missing=[], known=18)),
    ("home_data", "empty", _with(BASICS, held=[], known=0)),
    ("record_correct", "plain", ASKED),
    ("record_correct", "wrong", WRONG),
    ("record_print", "some", PRINT),
    ("record_print", "empty", _with(PRINT, cases=[], leaves=[], consents=[], looks=[])),
    ("proposals", "some", LISTED),
    ("proposals", "empty", _with(LISTED, rows=[], older_href="")),
    ("proposals", "done", _with(LISTED, done="已处理 2 项。", batch="0" * 20, failed=["这项申请刚被处理过，或已被撤回。"])),
    ("proposals", "wrong", _with(LISTED, problems={"reason": "请写明理由。"}, reason_problem="请写明理由。")),
    ("proposals", "late", _with(LISTED, problem="已超过10分钟，不能撤销了。")),
]  # fmt: skip
