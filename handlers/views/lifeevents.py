"""The pages of life events."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace as Page
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from handlers.views.desk import frame
from handlers.views.lifeforms import FIELDS, Box
from handlers.views.words import day, moment, pairs
from models.base.errors import Conflict, Forbidden, Invalid, NotFound, SaobanError, TooMany
from models.cases.case import STATE_NAMES, Case
from models.households.household import Household
from models.lifeevents.event import STATES, Standings
from models.lifeevents.order import MARRIED, NAMES, PAPERS
from models.lifeevents.scene import RELATION_NAMES
from models.lifeevents.service import Preview, Shown
from models.roles.rules import verbs_of

if TYPE_CHECKING:
    from handlers.base import Base

HERE = "/desk/registry/events"
TONES = {"waiting": "waiting", "done": "done", "refused": "refused", "undone": "quiet"}
ACTS = {
    "confirm": ("复核通过，生效", "usual", "核对证明材料后再通过。通过后会结束本人的登录、委托和提醒；待遇不会自动停发。"),
    "refuse": ("不通过", "refuse", "写明理由，登记的人会看到。"),
    "undo": ("撤销这项登记", "refuse", "写明为什么撤销。之后又有变动的，不能撤销。"),
}  # fmt: skip
HOUSEHOLD_KINDS = (
    "person.add", "person.move", "person.birth", "person.death", "person.left", "person.marriage",
    "household.split", "household.head",
)  # fmt: skip
WORDS = {"op", "step", "_xsrf", "revision"}


async def list_page(
    handler: Base, events: Sequence[Shown], more: str, *, waits: bool = False, home: Household | None = None
) -> Page:
    """registry_events.html."""
    here = _events_of(home) if home else HERE
    moves = "registry.move" in verbs_of(handler.actor)
    kinds = [(f"{here}/{kind}", NAMES[kind]) for kind in HOUSEHOLD_KINDS] if home and moves else []
    return Page(
        **await frame(handler, HERE if not home else ""),
        title=f"{home.address}的人口变动" if home else "人口变动",
        back_href=f"/desk/registry/households/{home.id}" if home else "",
        kinds=kinds,
        new_href=f"{HERE}/new" if moves and not home else "",
        filters=[] if home else [("", "全部", not waits), ("waiting", "待复核", waits)],
        lines=[_line(each) for each in events],
        more_href=f"{here}?before={quote(more)}" if more and not waits else "",
        empty="没有待复核的登记。" if waits else "还没有登记过人口变动。",
    )


def _events_of(home: Household) -> str:
    return f"/desk/registry/households/{home.id}/events"


def _line(shown: Shown) -> Page:
    return Page(
        href=f"{HERE}/{shown.id}", kind=NAMES[shown.kind], who="、".join(each for each in shown.names.values() if each),
        place="、".join(roll.address for roll in shown.after.rolls), on=day(shown.on), by=shown.author,
        state=STATES[shown.state], tone=TONES[shown.state],  # type: ignore[index]
    )  # fmt: skip


async def one_page(
    handler: Base, shown: Shown, cases: Sequence[Case], failed: str = "", typed: str = "",
    error: SaobanError | None = None,
) -> Page:  # fmt: skip
    """registry_event.html."""
    problems = _problems(error)
    done = shown.followed
    return Page(
        **await frame(handler, ""),
        line=_line(shown),
        facts=pairs(
            发生日期=day(shown.on), 登记=f"{moment(shown.at)} {shown.author}", 依据=shown.ground,
            证明材料=PAPERS.get(shown.paper, ""), 地点=shown.detail,
            复核=f"{moment(shown.settled_at)} {shown.reviewer}" if shown.reviewer else "", 理由=shown.reason,
            随后结束=f"登录 {done.sessions} 个，委托 {done.mandates} 项，提醒 {done.reminders} 个" if done else "",
        ),
        homes=homes(handler, shown.before, shown.after) if shown.state != "waiting" else [],
        cases=[_case(each) for each in cases],
        shows_cases=shown.kind == "person.death",
        actions=[
            _action(shown, name, typed if name == failed else "", problems if name == failed else {})
            for name in shown.acts
        ],
        waits=shown.state == "waiting" and not shown.acts,
        problem=_whole(error),
        revision=0,
    )  # fmt: skip


def _case(case: Case) -> Page:
    return Page(
        href=f"/desk/cases/{case.id}", title=case.title, case_no=case.case_no, state=STATE_NAMES[case.state]
    )


def _action(shown: Shown, name: str, typed: str, problems: dict[str, str]) -> Page:
    title, tone, hint = ACTS[name]
    boxes = [] if name == "confirm" else [
        Page(name="reason", label="理由", kind="textarea", value=typed, options=[], hint=hint, optional=False,
             problem=problems.get("reason", ""))
    ]  # fmt: skip
    return Page(
        key=name, title=title, href=f"{HERE}/{shown.id}/{name}", button=title, tone=tone, step="", problem="",
        note=hint if name == "confirm" else "", fields=boxes,
    )  # fmt: skip


async def form_page(
    handler: Base, kind: str, home: Household | None, typed: dict[str, list[str]], error: SaobanError | None = None
) -> Page:  # fmt: skip
    """registry_event_new.html."""
    problems = _problems(error)
    boxes = [_box(handler, box, home, typed, problems) for box in FIELDS[kind]]
    boxes += _asked(handler, error, typed)
    shown = {box.name for box in boxes}
    loose = [message for field, message in problems.items() if field not in shown]
    act = Page(
        key="new", title=NAMES[kind], href=_action_href(kind, home), button="下一步：核对", tone="usual", step="",
        note="", problem="；".join(loose) or _whole(error), fields=boxes, hidden=[("op", typed.get("op", [""])[-1])],
    )  # fmt: skip
    return Page(
        **await frame(handler, ""), act=act, kind=NAMES[kind], wrong=bool(error), revision=0,
        place=home.address if home else "", back_href=_events_of(home) if home else HERE,
        members=_members(handler, home),
    )  # fmt: skip


def _action_href(kind: str, home: Household | None) -> str:
    return f"{_events_of(home)}/{kind}" if home else f"{HERE}/new"


def _members(handler: Base, home: Household | None) -> list[str]:
    names = handler.home.elements.codes(RELATION_NAMES)
    return [f"{each.name}（{names.get(each.relation, '')}）" for each in home.members] if home else []


def _box(
    handler: Base, box: Box, home: Household | None, typed: dict[str, list[str]], problems: dict[str, str]
) -> Page:
    sent = typed.get(box.name, [])
    return Page(
        name=box.name, label=box.label, kind=box.kind, hint=box.hint, optional=box.optional,
        options=_options(handler, box.options, home), problem=problems.get(box.name, ""),
        value=sent if box.kind == "boxes" else (sent[-1] if sent else box.value),
    )  # fmt: skip


def _options(handler: Base, name: str, home: Household | None) -> list[tuple[str, str]]:
    """What there is to choose from."""
    blank = [("", "请选择")]
    if name == "relations":
        return blank + list(handler.home.elements.codes(RELATION_NAMES).items())
    if name in {"members", "them"}:
        members = [(each.person, each.name) for each in home.members] if home else []
        return members if name == "them" else blank + members
    if name in {"groups", "grids"}:
        return blank + _places(handler, "group" if name == "groups" else "grid")
    return list(_FIXED[name].items()) if name else []


def _places(handler: Base, level: str) -> list[tuple[str, str]]:
    """Groups or grids of the actor's area, by the village that they lie in. A grid worker's are those of her village."""
    areas = handler.home.areas
    code = handler.actor.area
    top = code[:12] if len(code) > 12 else code
    found: list[tuple[str, str]] = []

    def walk(code: str) -> None:
        for child in areas.children(code):
            if child.level == level and (
                len(top) < 12 or level == "group" or handler.actor.covers((*areas.chain(child.id),))
            ):
                found.append((child.id, areas.name_below_county(child.id)))
            walk(child.id)

    walk(top)
    return found


def _asked(handler: Base, error: SaobanError | None, typed: dict[str, list[str]]) -> list[Page]:
    """Questions that arose: what somebody is to the new head. Those that were answered stay."""
    found = {each.field: each.message for each in error.problems} if isinstance(error, Invalid) else {}
    names = [name for name in (*typed, *found) if name.startswith("relations.")]
    options = _options(handler, "relations", None)
    return [
        Page(
            name=name, label=_question(found.get(name, "")), kind="select", hint="", optional=False, options=options,
            problem=found.get(name, ""), value=typed.get(name, [""])[-1],
        )
        for name in dict.fromkeys(names)
    ]  # fmt: skip


def _question(message: str) -> str:
    return message.removeprefix("请选择").removesuffix("。") or "与新户主的关系"


async def preview_page(
    handler: Base, kind: str, home: Household | None, typed: dict[str, list[str]], preview: Preview
) -> Page:
    """registry_event_preview.html."""
    hidden = [
        (name, value) for name, values in typed.items() if name not in WORDS - {"op"} for value in values
    ]
    return Page(
        **await frame(handler, ""), kind=NAMES[kind], place=home.address if home else "",
        href=_action_href(kind, home), hidden=hidden, notes=list(preview.notes), waits=preview.waits,
        homes=homes(handler, preview.before, preview.after), names="、".join(preview.names.values()),
    )  # fmt: skip


def homes(handler: Base, before: Standings, after: Standings) -> list[Page]:
    """Each household, its members before and after side by side."""
    was = {roll.household: roll for roll in before.rolls}
    now = {roll.household: roll for roll in after.rolls}
    names = handler.home.elements.codes(RELATION_NAMES)

    def told(roll: Any) -> list[str]:
        members = roll.members if roll else ()
        return [f"{each.name}（{names.get(each.relation, '')}）" for each in members]

    return [
        Page(
            address=(now.get(code) or was[code]).address, new=code not in was,
            before=told(was.get(code)), after=told(now.get(code)),
        )
        for code in dict.fromkeys((*was, *now))
    ]  # fmt: skip


def _problems(error: SaobanError | None) -> dict[str, str]:
    return {each.field: each.message for each in error.problems} if isinstance(error, Invalid) else {}


def _whole(error: SaobanError | None) -> str:
    return error.message if isinstance(error, (Conflict, Forbidden, NotFound, TooMany)) else ""


_FIXED: dict[str, dict[str, str]] = {
    "papers": {"": "没有出示", **PAPERS},
    "sexes": {"": "按身份证号", "1": "男", "2": "女"},
    "sex": {"": "请选择", "1": "男", "2": "女"},
    "registered": {"": "户口不迁，人户分离", "1": "户口一起迁"},
    "marital": MARRIED,
    "mover": {"": "都不搬", "who": "本户成员搬到对方家", "partner": "对方搬到本户成员家"},
    "head_is": {"new": "没有登记过的人", "known": "已经登记过的人"},
}
