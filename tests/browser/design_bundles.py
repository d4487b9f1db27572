"""The pages of bundles: the code matrix, and the desk that hands out their results."""

from __future__ import annotations

from types import SimpleNamespace as View
from typing import Any

from models.cases.handing import WAYS
from qr.pictograms import path
from qr.svg import path as drawn
from qr.symbol import symbol
from tests.browser.design_desks import NAV
from tests.browser.design_samples import ROWS

SYMBOL = symbol("https://saoban.example.gov.cn/q/Y7K29M4PX3QT")
CELLS = [
    View(
        name=name, note="8项一次办", href="/q/Y7K29M4PX3QT", code="Y7K2-9M4P-X3QT", picture=path("birth"),
        side=SYMBOL.full_size, symbol=drawn(SYMBOL),
    )
    for name in ("新生儿出生", "水电气网联合报装")
]  # fmt: skip
MATRIX = View(
    rows=[
        View(name="生儿育女", picture=path("birth"), cells=CELLS),
        View(name="常办事项", picture="", cells=CELLS),
    ],
    host="saoban.example.gov.cn",
)
DESK = {"nav": NAV, "watermark": "赵科长 530399"}
HANDING = View(
    **DESK,
    rows=[
        View(
            href="/desk/handing/R1", title="新生儿出生一件事", case_no="Y530399", department="卫健",
            at="11月22日 09:30全部办完", results=3,
        )
    ],
)  # fmt: skip
PARCEL = View(
    **DESK, title="新生儿出生一件事", case_no="Y530399", name="李明", results=ROWS, way="邮寄", where="大关镇丘林村三组12号",
    handed="", ways=WAYS, chosen="邮寄", note="", rev=2, action="#", problems={}, problem="", done=False,
)  # fmt: skip


def _with(model: View, **more: Any) -> View:
    return View(**(vars(model) | more))


BUNDLE_PAGES: list[tuple[str, str, Any]] = [
    ("matrix", "plain", MATRIX),
    ("handing", "some", HANDING),
    ("handing", "empty", _with(HANDING, rows=[])),
    ("handing_one", "plain", PARCEL),
    ("handing_one", "wrong", _with(PARCEL, problems={"note": "请填写快递公司和单号，申请人会看到。"})),
    ("handing_one", "changed", _with(PARCEL, problem="刚才有人改动过，请核对后再提交。")),
    ("handing_one", "done", _with(PARCEL, handed="11月22日 10:00 邮寄 顺丰 SF1", done=True)),
]
