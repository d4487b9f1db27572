"""PIN slips at the desk: an area's list, what would stop working, one household."""

from __future__ import annotations

from types import SimpleNamespace as View

from tests.browser.design_desks import DESK


def _row(
    number: int, *, code: str = "D7K29M4PX3QT", since: str = "2026年3月2日", chosen: bool = False
) -> View:
    return View(
        href=f"/desk/households/{number}/pin",
        address=f"大关镇丘林村三组{number}号附2号" + "（老供销社后面）" * (number % 2),
        code=code,
        spoken="D7K2 9M4P X3QT" if code else "",
        since=since,
        count=1 if since else 0,
        chosen=chosen,
    )


LIST = View(
    **DESK,
    areas=[("529901101", "大关镇"), ("529901101201", "　丘林村"), ("52990110120103", "　　三组")],
    area="529901101201",
    total=212,
    out=82,
    without=130,
    batch=60,
    more=70,
    most=60,
    rows=[_row(11), _row(12, since="", chosen=True), _row(13, code="", since="")],
    next_href="/desk/pins?after=1",
    first_href="/desk/pins",
    problem="请先勾选要打印的户。",
)
DONE = View(**(vars(LIST) | {"without": 0, "batch": 0, "more": 0, "problem": "", "rows": []}))
CONFIRM = View(
    **DESK, area="529901101201", which="chosen", doors=["D1", "D2"], count=2, ending=[_row(11), _row(12)],
    reason="", problem="请写明换发的原因，例如：信封破损、口令被他人看到。",
)  # fmt: skip
ONE = View(
    **DESK, row=_row(12), by="赵科长", at="3月2日 10:20", reason="丢了", field="请写明换发的原因。", problem="",
    back_href="/desk/pins",
)  # fmt: skip
FIRST = View(**(vars(ONE) | {"row": _row(13, since=""), "field": "", "problem": "刚有同事打印过。"}))
PLATELESS = View(**(vars(ONE) | {"row": _row(13, code="", since=""), "field": ""}))

SLIP_PAGES = [
    ("pins", "list", LIST),
    ("pins", "done", DONE),
    ("pins_confirm", "ask", CONFIRM),
    ("pins_one", "again", ONE),
    ("pins_one", "first", FIRST),
    ("pins_one", "plateless", PLATELESS),
]
