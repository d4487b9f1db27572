"""The grid worker's pages: the list on the server's own page, and the shell of the app before its scripts have run."""

from __future__ import annotations

from types import SimpleNamespace as View
from typing import Any

from tests.browser.design_desks import DESK

DOORS = [
    View(
        address=f"大关镇丘林村三组{at}号", head=name, href=f"/desk/registry/households/52990110120103{at:04d}"
    )
    for at, name in ((12, "陈桂兰"), (13, "欧阳建国"), (14, ""))
]
LIST = View(
    **DESK,
    place="云岭县大关镇丘林村第1网格",
    doors=DOORS,
    next_href="/grid/?after=1",
    code="",
    fields={},
    refused="",
)
NO_PHOTO = "照片里没有找到门牌上的码。请把码拍得大一些、正一些，避开反光再拍一次，或输入码下方的12位字符。"


def _with(**more: Any) -> View:
    return View(**(vars(LIST) | more))


GRID_PAGES: list[tuple[str, str, Any]] = [
    ("grid_list", "some", LIST),
    ("grid_list", "none", _with(doors=[], next_href="")),
    (
        "grid_list",
        "wrong-code",
        _with(code="D7K2", fields={"code": "码一共12位，请对照码下方印的字符补全。"}),
    ),
    ("grid_list", "wrong-photo", _with(fields={"photo": NO_PHOTO})),
    ("grid_list", "not-mine", _with(refused="没有找到这户的登记信息，或者它不在您的管理范围内。")),
    ("grid_app", "shell", View(version="0123456789ab")),
]
