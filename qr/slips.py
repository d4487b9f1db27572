"""PIN slips (门牌密码单): one A4 letter a household, folded to a third and sealed, for an envelope with a window.

The page has three panels of 99 mm, as a letter for an envelope of 110 by 220 mm is folded (ISO 269, DL). The lowest folds
up over the middle one, so that the PIN lies inside; the uppermost folds back and shows the address in the window (20 mm
from the left, 45 mm from the top: DIN 5008, form B). Before and behind the PIN lie patches of a security tint, so that
nobody reads it against the light. The edges are glued outside the dashed lines, along which they are torn off.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

import msgspec

from qr.fonts import FontFile
from qr.grammar import spoken
from qr.layout import A4_HEIGHT, A4_WIDTH
from qr.paper import Paper, Report
from qr.symbol import symbol

_PANEL = A4_HEIGHT / 3
_LEFT, _RIGHT = 20.0, A4_WIDTH - 20
_WINDOW = (
    45.0,
    85.0,
)  # width of what the window shows is less than of the window, by the play of the letter in it
_TEAR = 11.0  # of the strips at both sides
_PIN = (116.0, 124.0, 74.0, 22.0)  # left, top, width, height of the PIN's field
_SYMBOL_SIDE = 30.0
_FOLD = (4.0, 3.0)
_TORN = (1.5, 1.5)
_LIGHT, _DARK = 0.12, 1.0

_USE = (
    "用手机扫左边的码，用姓名和身份证号登录，再输入右边的口令，就能查看和办理本户的事。",
    "口令只给本户使用，工作人员不会向您要口令。丢失或被别人看到，请告诉网格员或村委会换发。",
)
_CARRIER = (
    "先把本页最下面一栏沿虚线向上折，盖住口令；两边虚线以外涂胶粘牢；再把最上面一栏沿虚线向后折。",
    "装进有窗口的信封，窗口里只看得见地址。封好后当面交给本户成年家庭成员，不要放在门口。",
    "交给住户前信封如已拆开，请收回作废，另行打印。",
)


class Slip(msgspec.Struct, frozen=True):
    """One household's PIN; ``url`` goes into the symbol and ``code`` is the plate's. ``issued`` is the day, written
    out; ``again`` says that a slip before this one stops working."""

    address: str
    code: str
    pin: str
    url: str
    issued: str = ""
    again: bool = False

    def __repr__(self) -> str:
        return f"Slip(code={self.code!r})"


def slips(items: Iterable[Slip], office: str, out: BinaryIO, font: FontFile) -> Report:
    """Print the letters of ``office`` in order to ``out``. ValueError, with nothing written, when there are none."""
    paper: Paper | None = None
    for slip in items:
        if paper is None:
            paper = Paper(out, font, title="门牌密码单")
        else:
            paper.end_page()
        _front(paper, slip, office)
        _inside(paper, slip)
        _flap(paper)
        _folds(paper)
    if paper is None:
        raise ValueError("没有可打印的密码单，请先选择。")
    return paper.finish()


def _front(paper: Paper, slip: Slip, office: str) -> None:
    """The upper panel: what the window shows, and the tint that lies before the PIN."""
    paper.lines(_LEFT, 14, paper.fitted(office, 80, 10, smallest=7, most=1), ink=0.7)
    paper.text(_RIGHT, 18, "门牌密码单", 14, align="right", bold=True)
    top, width = _WINDOW
    address = paper.fitted(slip.address, width, 14, smallest=9, most=4)
    if not address.whole:
        paper.cut(slip.code)
    y = paper.lines(_LEFT, top, address, bold=True)
    y = paper.lines(_LEFT, y + 1, paper.fitted("住户 收（本户成年人拆启）", width, 11, smallest=9))
    paper.lines(
        _LEFT, y + 1, paper.fitted(f"门牌码 {spoken(slip.code)}", width, 9, smallest=7, most=1), ink=0.7
    )
    _patch(paper, over=_PANEL, kind=1)


def _inside(paper: Paper, slip: Slip) -> None:
    """The middle panel, inside when folded: the PIN on a light tint, the plate's symbol, how to use them."""
    left, top, width, height = _PIN
    paper.text(left, top - 4, "口令（8 位数字）", 10, ink=0.8)
    paper.tint(left, top, width, height, ink=_LIGHT, points=0.8)
    pin = paper.fitted(_grouped(slip.pin), width - 8, 22, smallest=12, most=1)
    if not pin.whole:
        paper.cut(slip.code)
    paper.lines(left + width / 2, top + height / 2 - 5, pin, align="centre")
    paper.symbol(symbol(slip.url), _LEFT + 4, top - 8, _SYMBOL_SIDE)
    paper.text(_LEFT + 4, top + _SYMBOL_SIDE - 1, spoken(slip.code), 9)
    y = top + _SYMBOL_SIDE + 8
    told = (
        f"{slip.issued}印制。" + ("此前发给您家的口令同时作废。" if slip.again else "") if slip.issued else ""
    )
    for text in filter(None, (*_USE, told)):
        y = paper.lines(_LEFT, y, paper.fitted(text, _RIGHT - _LEFT, 10, smallest=8)) + 1.2


def _flap(paper: Paper) -> None:
    """The lowest panel: folded over the PIN; what whoever seals and carries it has to know."""
    top = 2 * _PANEL
    paper.text(_LEFT, top + 14, "封装和送达人请看", 11, bold=True)
    y = top + 18
    for text in _CARRIER:
        y = paper.lines(_LEFT, y, paper.fitted(text, 88, 9, smallest=7.5, most=4)) + 1.2
    _patch(paper, over=2 * _PANEL, kind=2)


def _patch(paper: Paper, *, over: float, kind: int) -> None:
    """A dark tint where the PIN comes to lie when the page is folded at ``over``, with a margin."""
    left, top, width, height = _PIN
    paper.tint(left, 2 * over - top - height, width, height, ink=_DARK, points=1.9, kind=kind)


def _folds(paper: Paper) -> None:
    for fold, how in ((_PANEL, "沿此线向后折"), (2 * _PANEL, "沿此线向上折")):
        paper.rule(_TEAR + 3, fold, A4_WIDTH - _TEAR - 3, fold, points=0.4, dash=_FOLD, ink=0.5)
        paper.text(A4_WIDTH / 2, fold - 1.2, how, 6.5, align="centre", ink=0.6)
        for edge, inwards in ((0.0, 1), (A4_WIDTH, -1)):
            paper.rule(edge, fold, edge + inwards * 5, fold, points=0.6)
    for x, middle in ((_TEAR, _TEAR / 2), (A4_WIDTH - _TEAR, A4_WIDTH - _TEAR / 2)):
        paper.rule(x, _PANEL + 2, x, A4_HEIGHT - 2, points=0.5, dash=_TORN, ink=0.7)
        paper.text(middle, 1.5 * _PANEL - 2, "沿虚线", 7, align="centre", ink=0.8)
        paper.text(middle, 1.5 * _PANEL + 2, "撕开", 7, align="centre", ink=0.8)
        paper.text(middle, 2.4 * _PANEL, "涂胶", 7, align="centre", ink=0.6)


def _grouped(pin: str) -> str:
    """Long PINs in groups that can be read aloud: of four where that divides them, else of three."""
    step = next((step for step in (4, 3) if len(pin) > 4 and len(pin) % step == 0), len(pin) or 1)
    return " ".join(pin[start : start + step] for start in range(0, len(pin), step))
