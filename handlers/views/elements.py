"""The dictionary's pages at the desk."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace as Page
from typing import TYPE_CHECKING, Any

from handlers.views import desk as views
from handlers.views.words import moment
from models.base.errors import Invalid, SaobanError
from models.collecting.describing import Described, DescribedList
from models.collecting.service import CHANGE, Entry, Sheet, Shown
from models.elements.element import Collect
from models.items.columns import FIELD_TYPES
from models.roles.lines import MODULES
from models.roles.rules import verbs_of

if TYPE_CHECKING:
    from handlers.base import Base

HERE = "/desk/elements"
COLLECTS: dict[Collect, str] = {
    "always": "必填", "asked": "缺了就问", "offered": "自愿提供，不主动问", "ground": "默认不采集",
}  # fmt: skip
LEVELS = ("0级 可公开", "1级 一般", "2级 敏感", "3级 严格限制")
DERIVED = {
    "code": "登记时自动编号，不手工填写", "plate": "由门牌管理写入，不手工填写", "place": "由所在的户和网格带出，不手工填写",
    "address": "由地址各级拼成，各级没有登记时才手工填写", "visits": "由走访记录写入，不手工填写",
    "income": "由各项收入算出，不手工填写", "consents": "由授权记录写入，不手工填写",
}  # fmt: skip
COUNTED = {"members": "可由成员表推算，不一致时提示", "children": "可由子女登记推算，不一致时提示"}
DONE = {"on": "已登记依据，从现在起可以采集。", "off": "已停止采集。"}
EVERYONE = 20
"""Lines from which on it is plainer to say that it is most of them."""


async def module_page(handler: Base, sheet: Sheet) -> Page:
    """elements.html."""
    return Page(
        **await views.frame(handler, HERE),
        modules=[
            Page(key=each.key, name=each.name, current=each.key == sheet.module)
            for each in sheet.modules
        ],
        name=MODULES[sheet.module],
        rows=[_row(each) for each in sheet.entries],
    )  # fmt: skip


def _row(entry: Entry) -> Page:
    strict = entry.collect == "ground"
    return Page(
        href=f"{HERE}/{entry.key}",
        label=entry.label,
        type=FIELD_TYPES[entry.type],
        codes=entry.codes,
        level=LEVELS[entry.level],
        collect=("已登记依据，采集中" if entry.on else "未登记依据，不采集")
        if strict
        else COLLECTS[entry.collect],
        tone=("done" if entry.on else "quiet") if strict else "",
        lines=_lines(entry.lines),
    )


def _lines(lines: tuple[str, ...]) -> str:
    return "各条线" if len(lines) >= EVERYONE else "、".join(lines)


async def element_page(
    handler: Base, shown: Shown, typed: Any = None, error: SaobanError | None = None, done: str = ""
) -> Page:
    """elements_one.html."""
    entry, problems = shown.entry, error.problems if isinstance(error, Invalid) else []
    strict = entry.collect == "ground"
    return Page(
        **await views.frame(handler, HERE),
        back=f"{HERE}?module={shown.element.module}",
        href=f"{HERE}/{entry.key}",
        label=entry.label,
        module=MODULES[shown.element.module],
        facts=[Page(label=label, value=value) for label, value in _facts(shown)],
        lists=[_list(each) for each in shown.lists],
        strict=strict,
        on=entry.on,
        may=strict and CHANGE in verbs_of(handler.actor),
        lines=entry.lines,
        decisions=[
            Page(
                at=moment(each.at), who=each.name, state="采集" if each.on else "停止采集", text=each.text,
                line=each.line,
            )
            for each in shown.decisions
        ],
        ground=next((each for each in shown.decisions[:1] if each.on), None),
        typed=typed,
        done=DONE.get(done, ""),
        problem=error.message if error and not problems else "",
        problems={problem.field: problem.message for problem in problems},
    )  # fmt: skip


def _facts(shown: Shown) -> Iterator[tuple[str, str]]:
    element = shown.element
    yield "键名", element.key
    yield "类型", FIELD_TYPES[element.type]
    yield "敏感级", LEVELS[element.level]
    yield "采集", COLLECTS[element.collect]
    yield "可查看的条线", "、".join(shown.entry.lines)
    rules = "；".join(_rules(element))
    if rules:
        yield "规则", rules
    if element.derived:
        yield "来源", DERIVED[element.derived]
    if element.counted:
        yield "核对", COUNTED[element.counted]
    if element.columns:
        yield "列", "、".join(column.label for column in element.columns)


def _rules(element: Described) -> Iterator[str]:
    if element.min is not None:
        yield f"不小于{element.min}{element.unit}"
    if element.max is not None:
        today = "今年" if element.type == "integer" else "今天"
        yield f"不晚于{today}" if str(element.max) == "today" else f"不大于{element.max}{element.unit}"
    if element.min_length:
        yield f"至少{element.min_length}个字"
    if element.max_length:
        yield f"最多{element.max_length}个字"
    if element.pattern:
        yield element.pattern_message
    if element.endless:
        yield "可以是长期"


def _list(codes: DescribedList) -> Page:
    version = f"（{codes.version}版）" if codes.version else ""
    return Page(
        name=f"{codes.name}{version}",
        codes=[Page(code=each.code, word=each.word, retired=each.retired) for each in codes.codes],
    )
