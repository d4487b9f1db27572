"""Consents, retention and the privacy notice, as residents and the desk see them."""

from __future__ import annotations

from types import SimpleNamespace as View
from typing import Any

from tests.browser.design_desks import DESK

ROWS = [
    View(label="用到哪些信息", value="银行账号"),
    View(label="用来办什么", value="高龄津贴发放"),
    View(label="谁能看到", value="乡镇便民服务中心民政窗口、县民政局"),
    View(label="保存多久", value="办结后保存10年"),
]
ASK = View(
    id="bank@1",
    anchor="f-consents-bank",
    title="银行账户",
    text="我同意为办理“高龄津贴发放”使用我的银行账号。",
    why="账户信息一旦泄露，可能造成财产损失，所以单独征得您的同意。",
    rows=ROWS,
    checked=False,
    problem="",
)


def _with(model: View, **more: Any) -> View:
    return View(**(vars(model) | more))


ASKED = [
    _with(ASK, problem="请阅读“银行账户”的说明，同意的请勾选。"),
    _with(ASK, id="health@1", anchor="f-consents-health", title="身体状况", checked=True),
]
GIVEN = View(
    title="银行账户",
    case_title="高龄津贴发放",
    case_href="/q/R7",
    state="办理中",
    text=ASK.text,
    version=1,
    rows=ROWS,
    withdrawn="",
    withdraw_href="/my/consents/1/bank/withdraw",
)
MINE = View(consents=[], older_href="", done=False)
TAKEN = _with(GIVEN, withdrawn="2026年11月25日已撤回", withdraw_href="")
RETENTION = View(
    **DESK,
    last="2026-11-25 09:00",
    swept=[
        View(
            at="2026-11-25 09:00",
            what="委托代办的记录",
            count=12,
            span="2023-11-01 08:00 至 2023-11-20 08:00",
            rule="期满后三年",
        )
    ],
    rules=[
        View(
            what="没有提交的草稿", keep="最后一次修改后三十天", how="到期由数据库自动删除", ground="最短时间"
        )
    ],
)
PRIVACY = View(
    number=2,
    since="2026年12月1日",
    old=False,
    print=False,
    summary="您办事时填的内容，只用来办您申请的事。",
    sections=[
        View(key="who", title="谁在处理您的信息", lines=["由云岭县政务服务主办。"], links=[]),
        View(
            key="rights",
            title="您有哪些权利，怎样用",
            lines=["登记了哪些、从哪里来，都能看。"],
            links=[View(text="我的信息", href="/my/record")],
        ),
    ],
    kept=[View(what="没有提交的草稿", keep="三十天", then="到期自动删除", ground="最短时间")],
    versions=[
        View(href="/privacy?version=2", text="第2版（2026年12月1日起）", here=True),
        View(href="/privacy?version=1", text="第1版（2026年11月25日起）", here=False),
    ],
)

CONSENT_PAGES: list[tuple[str, str, Any]] = [
    ("consents", "some", _with(MINE, consents=[GIVEN, TAKEN], older_href="/my/consents?before=1", done=True)),
    ("consents", "empty", MINE),
    ("retention", "some", RETENTION),
    ("retention", "empty", _with(RETENTION, last="", swept=[])),
    ("privacy", "plain", PRIVACY),
    ("privacy", "old", _with(PRIVACY, old=True)),
]
