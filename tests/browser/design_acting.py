"""Acting for others, as residents and grid workers see it."""

from __future__ import annotations

from types import SimpleNamespace as View
from typing import Any

from tests.browser.design_desks import DESK

HELD = View(
    id="0" * 20, principal="陈桂兰", agent="周建国", what="只办一件事，到2026年12月22日", state_text="有效",
    tone="moving", cases=(), withdrawable=True,
)  # fmt: skip
OVER = View(
    **(vars(HELD) | {"state_text": "已撤回", "tone": "refused", "withdrawable": False, "cases": ("530399",)})
)
BLANK = View(name="", id_number="", scope="once", offers=(), until="2026-12-22")
MINE = View(
    held=[], given=[], wards=[], typed=BLANK, problems=[], fields={}, today="2026-11-22",
    scopes=[("once", "只办一件事"), ("matter", "只办选定的事项"), ("until", "期限内的事都可以办")],
    offers=[("elder-allowance", "高龄津贴"), ("dibao", "低保申请")],
)  # fmt: skip
WRONG = {
    "id_number": "请填写代办人的18位身份证号码。",
    "offers": "请选择委托办理的事项。",
    "scope": "请选择委托的范围。",
}
AT_DOOR = View(
    **DESK, standing=None, code="", person="", sent=False, pairing="", shown=None, confirmed=False, fields={},
    refused="",
)  # fmt: skip
STANDING = View(
    code="D7K29M4PX3QT", address="大关镇丘林村三组12号",
    members=(View(person="p1", name="陈桂兰", relation="户主"), View(person="p2", name="周建国", relation="长子")),
)  # fmt: skip
CARD = View(person="p1", name="陈桂兰", id_number="529901********0022")


def _with(model: View, **more: Any) -> View:
    return View(**(vars(model) | more))


ACTING_PAGES: list[tuple[str, str, Any]] = [
    ("acting", "empty", MINE),
    ("acting", "some", _with(MINE, held=[HELD], given=[HELD, OVER], wards=[View(person="p3", name="李欣怡")])),
    (
        "acting",
        "wrong",
        _with(
            MINE, fields=WRONG, problems=[View(field=key, message=told) for key, told in WRONG.items()],
            typed=_with(BLANK, scope="matter", offers=("dibao",)),
        ),
    ),
    ("present", "plain", AT_DOOR),
    ("present", "door", _with(AT_DOOR, standing=STANDING, person="p1", sent=True)),
    ("present", "refused", _with(AT_DOOR, standing=STANDING, refused="口令或验证码不对，请对照密码单或手机再填一遍。")),
    ("present", "shown", _with(AT_DOOR, pairing="123456", shown=CARD)),
    ("present", "confirmed", _with(AT_DOOR, shown=CARD, confirmed=True)),
]  # fmt: skip
