"""Supervision at the desk: the lights that wait for my explanation, the board of an area, one light and what is said."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace as Page
from typing import Any

import msgspec

from handlers.access import staff
from handlers.base import Base
from handlers.errors import status_of
from handlers.views import desk as views
from handlers.views.problems import problem_of
from handlers.views.words import day, moment
from models.base.errors import Conflict, Invalid
from models.cases.case import Case
from models.supervision.light import LIGHT_STATES, Light
from models.supervision.rule import LEVELS, load_rules
from models.supervision.service import Board, ByHand, moves_of

MOVE_WORDS = {"explain": "提交说明", "appeal": "提出申诉", "uphold": "认定", "cancel": "撤销"}
SAID_WORDS = {"raise": "亮灯", "explain": "说明", "appeal": "申诉", "uphold": "认定", "cancel": "撤销"}
HINTS = {
    "explain": "写明为什么超时、准备怎么办。", "appeal": "写明为什么不应认定。",
    "uphold": "写明认定的依据。", "cancel": "写明撤销的理由。",
}  # fmt: skip
LEDGER = (
    ("listed", "整改中", ""), ("reported", "待验收", ""), ("overdue", "逾期", "overdue"), ("struck", "已销号", "closed"),
)  # fmt: skip
TONES = {"red": "refused", "yellow": "waiting", "warning": "quiet"}
RULE_NAMES = {rule.key: (rule.name, rule.basis) for rule in load_rules()}


class Lights(msgspec.Struct, frozen=True):
    """What waits at my desks."""

    lights: tuple[Light, ...]


class LightView(msgspec.Struct, frozen=True):
    """One light, and what I may do with it."""

    light: Light
    moves: tuple[str, ...]


class Questioned(msgspec.Struct, frozen=True):
    """A case before a light is put on it, and the kinds that there are."""

    case: str
    case_no: str
    title: str
    rules: dict[str, str]


class Statement(msgspec.Struct, frozen=True):
    """What is said about a light that was seen at ``revision``."""

    revision: int = 0
    text: str = ""


class Mine(Base):
    """The lights that I have to explain."""

    @staff(may="case.see", gives=Lights, summary="待我说明的监察记录")
    async def get(self) -> None:
        lights = await self.home.supervision.mine(self.actor)
        page = await lights_page(self, "/desk/lights", "待我说明", lights)
        self.respond(Lights(lights), "lights.html", draw=lambda _model: page)


class BoardPage(Base):
    """The lights of my area, with their counts."""

    @staff(may="board.see", gives=Board, query=("state", "after"), summary="监察看板")
    async def get(self) -> None:
        state = self.get_query_argument("state", "")[:20]
        board = await self.home.supervision.board(
            self.actor, state, self.get_query_argument("after", "")[:200]
        )
        page = await lights_page(self, "/desk/board", "监察看板", board.lights, board, state)
        self.respond(board, "lights.html", draw=lambda _model: page)


class OneLight(Base):
    """One light with everything that was said."""

    @staff(gives=LightView, summary="一条监察记录")
    async def get(self, light_id: str) -> None:
        light = await self.home.supervision.opened(self.actor, light_id)
        page = await light_page(self, light)
        self.respond(LightView(light, moves_of(self.actor, light)), "light.html", draw=lambda _model: page)


class PutUp(Base):
    """A light by hand, on a case: for what its events do not show."""

    @staff(may="lights.decide", gives=Questioned, summary="人工亮灯（页面）")
    async def get(self, case_id: str) -> None:
        await self._page(case_id, ByHand(), None)

    @staff(may="lights.decide", reads=ByHand, gives=LightView, status=(201,), summary="人工亮灯")
    async def post(self, case_id: str) -> None:
        by_hand = self.read(ByHand)
        try:
            light = await self.home.supervision.put_up(self.actor, case_id, by_hand)
        except Invalid as error:
            if self.wants_json:
                raise
            await self._page(case_id, by_hand, error)
            return
        self.go(f"/desk/lights/{light.id}", LightView(light, moves_of(self.actor, light)), status=201)

    async def _page(self, case_id: str, typed: ByHand, error: Invalid | None) -> None:
        case = await self.home.supervision.questionable(self.actor, case_id)
        page = await by_hand_page(self, case, typed, error)
        rules = {rule.key: rule.name for rule in self.home.supervision.by_hand}
        model = Questioned(case.id, case.case_no, case.title, rules)
        status = status_of(error) if error else 200
        self.respond(model, "light_new.html", status=status, draw=lambda _model: page)


class Move(Base):
    """Explain, appeal, uphold or cancel."""

    @staff(reads=Statement, gives=LightView, summary="监察：explain appeal uphold cancel")
    async def post(self, light_id: str, move: str) -> None:
        sent = self.read(Statement)
        try:
            light = await self.home.supervision.act(self.actor, light_id, move, sent.revision, sent.text)
        except (Conflict, Invalid) as error:
            if self.wants_json:
                raise
            light = await self.home.supervision.get(self.actor, light_id)
            page = await light_page(self, light, move, sent.text, error)
            self.respond({}, "light.html", status=status_of(error), draw=lambda _model: page)
            return
        self.go(f"/desk/lights/{light.id}", LightView(light, moves_of(self.actor, light)))


async def lights_page(
    handler: Base, here: str, title: str, lights: Sequence[Light], board: Board | None = None, state: str = ""
) -> Page:
    """lights.html."""
    return Page(
        **await views.frame(handler, here),
        title=title,
        lights=[_line(handler, light) for light in lights],
        counts=_counts(board) if board else [],
        ledger=await _ledger(handler) if board else [],
        filters=[
            ("", "未了结", not state),
            *((key, word, key == state) for key, word in LIGHT_STATES.items() if key != "over"),
            ("warning", "预警", state == "warning"),
        ]
        if board
        else [],
        more=f"/desk/board?state={state}&after={board.next}" if board and board.next else "",
    )


async def light_page(
    handler: Base, light: Light, failed: str = "", typed: str = "", error: Conflict | Invalid | None = None
) -> Page:
    """light.html."""
    name, basis = RULE_NAMES.get(light.rule, (light.rule, ""))
    problem = error.problems[0].message if isinstance(error, Invalid) else ""
    return Page(
        **await views.frame(handler, ""),
        line=_line(handler, light),
        basis=basis,
        said=[Page(at=moment(each.at), who=each.by.name, what=SAID_WORDS[each.what], text=each.text) for each in light.said],
        actions=[_move(light, move, typed if move == failed else "", problem if move == failed else "")
                 for move in moves_of(handler.actor, light)],
        revision=light.rev,
        list_href=problem_of(handler, f"light:{light.id}") if light.level != "warning" else "",
        name=name,
        seen="、".join(f"{each.name}（{moment(each.at)}）" for each in light.seen),
        superior=light.superior,
        problem=error.message if isinstance(error, Conflict) else "",
    )  # fmt: skip


async def _ledger(handler: Base) -> list[tuple[str, int, str]]:
    """How the ledger of problems stands: label, number, where to look."""
    counts = await handler.home.problems.counts(handler.actor)
    return [
        (label, counts.get(key, 0), f"/desk/problems?view={view}") for key, label, view in LEDGER if counts
    ]


def _line(handler: Base, light: Light) -> Page:
    return Page(
        href=f"/desk/lights/{light.id}",
        level=LEVELS[light.level],
        tone=TONES[light.level],
        name=RULE_NAMES.get(light.rule, (light.rule, ""))[0],
        title=light.title,
        case_no=light.case_no,
        case_href=f"/desk/cases/{light.case}",
        place=handler.home.areas.name_below_county(light.areas[-1]),
        step=light.step,
        since=day(light.raised_on),
        due=day(light.due_on),
        state="提醒" if light.level == "warning" and light.state == "open" else LIGHT_STATES[light.state],
        department=light.department,
    )


def _counts(board: Board) -> list[Page]:
    words = ("open", "explained", "appealed", "upheld", "confirmed", "cancelled")
    return [
        Page(
            level=label, tone=TONES[level], cells=[board.counts.get(level, {}).get(word, 0) for word in words]
        )
        for level, label in reversed(LEVELS.items())
    ]


async def by_hand_page(handler: Base, case: Case, typed: ByHand, error: Invalid | None) -> Page:
    """light_new.html."""
    problems = {each.field: each.message for each in error.problems} if error else {}
    kinds = [("", "请选择"), *((rule.key, rule.name) for rule in handler.home.supervision.by_hand)]
    levels = [("", "请选择"), ("yellow", "黄牌"), ("red", "红牌")]
    hint = "写明时间、凭什么认定。不要写申请人的姓名和证件号。"
    boxes = [
        _box("rule", "是哪一种情形", "select", typed.rule, problems, kinds),
        _box("level", "级别", "select", typed.level, problems, levels),
        _box("text", "查到了什么", "textarea", typed.text, problems, hint=hint),
    ]
    act = Page(
        key="new", title="亮灯", href=f"/desk/supervise/{case.id}", button="亮灯", tone="refuse", problem="", step="",
        note="责任单位会看到，可以说明和申诉。", fields=boxes,
    )  # fmt: skip
    return Page(
        **await views.frame(handler, ""), title=case.title, case_no=case.case_no, case_href=f"/desk/cases/{case.id}",
        act=act, revision=0, wrong=bool(problems),
    )  # fmt: skip


def _box(
    name: str, label: str, kind: str, value: str, problems: dict[str, str], options: Sequence[tuple[str, str]] = (),
    hint: str = "",
) -> Page:  # fmt: skip
    return Page(name=name, label=label, kind=kind, value=value, options=list(options), hint=hint, optional=False,
                problem=problems.get(name, ""))  # fmt: skip


def _move(light: Light, move: str, typed: str, problem: str) -> Page:
    box = Page(name="text", label=f"{SAID_WORDS[move]}内容", kind="textarea", value=typed, options=[], hint=HINTS[move],
               problem=problem, optional=False)  # fmt: skip
    fields: list[Any] = [box]
    return Page(
        key=move, title=MOVE_WORDS[move], href=f"/desk/lights/{light.id}/{move}", button=MOVE_WORDS[move],
        tone="usual" if move in {"explain", "uphold"} else "plain", note="", problem="", fields=fields, step="",
    )  # fmt: skip


ROUTES = [
    (r"/desk/supervise/([0-9a-f]{1,40})", PutUp),
    (r"/desk/lights", Mine),
    (r"/desk/board", BoardPage),
    (r"/desk/lights/([0-9a-z.:_-]{1,160})", OneLight),
    (r"/desk/lights/([0-9a-z.:_-]{1,160})/([a-z_]{1,20})", Move),
]
