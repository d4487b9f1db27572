"""Papers handed in once: as she sees them, as the form offers them, as a desk verifies one."""

from __future__ import annotations

from types import SimpleNamespace as View
from typing import Any

from models.forms.form import Field
from tests.browser.design_desks import DESK
from tests.browser.design_samples import FORM, question

SAID = View(
    id="a" * 30, name="出生医学证明", source="11月25日 09:30办“新生儿落户”时交的（530399101202611220012）", tone="waiting",
    state="自述，还没有工作人员核验过原件", rows=[], until="", fixed=False, files=["#1", "#2"], problem="",
)  # fmt: skip


def _with(model: View, **more: Any) -> View:
    return View(**(vars(model) | more))


SEEN = _with(
    SAID, id="b" * 28, name="营业执照", tone="done", state="大关镇 李办事已核验原件（11月26日 10:00）", fixed=True,
    rows=[("发证单位", "云岭县市场监管局"), ("证件号码", "92530629MA6K000000")], until="2030-12-31",
)  # fmt: skip
WRONG = _with(SAID, id="c" * 28, problem="请填写有效期到哪一天，例如 2028-12-31；长期有效的不填。")
PICTURE = Field("birth_cert_photo", "出生医学证明", "file", required=True, camera=True)
FILE = View(id="1", name="出生证.jpg", href="/static/icons/warn.svg", image=True)
USED = "您在2026年11月25日办“新生儿落户”时交过（还没有核验过原件），这次不用再交。要换新的，先删除再拍。"
OVER = "您在2026年11月25日办“新生儿落户”时交过，已于2026年11月30日过期，请交新的。"
VERIFY = View(
    **DESK, name="出生医学证明", case_no="530399101202611220012", back_href="#", action="#", problem="", fields={},
    words="您在2026年11月25日办“新生儿落户”时交过（还没有核验过原件）", files=[FILE],
    typed=View(issuer="", number="", valid_until=""),
)  # fmt: skip

KEPT_PAGES: list[tuple[str, str, Any]] = [
    ("kept", "some", View(papers=[SAID, SEEN, WRONG], done="")),
    ("kept", "empty", View(papers=[], done="已删除，下次办事要重新交")),
    (
        "form",
        "kept",
        _with(
            FORM,
            known=[],
            questions=[
                question(PICTURE, [], files=[FILE], kept=View(words=USED, used=True)),
                question(PICTURE, [], prefix="old_", kept=View(words=OVER, used=False)),
            ],
        ),
    ),
    ("kept_verify", "plain", VERIFY),
    ("kept_verify", "wrong", _with(VERIFY, problem="有内容需要修改。", fields={"issuer": "请填写原件上的发证单位。"})),
]  # fmt: skip
