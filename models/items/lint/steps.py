"""Rules about the steps of handling."""

from __future__ import annotations

from models.items.item import Item
from models.items.lint.rule import Found, Known, Rule

DECIDING = ("approve", "issue")


def longest_way(item: Item) -> int:
    """Working days of all stages; of steps side by side the longest counts."""
    stages: dict[str, int] = {}
    for step in item.steps:
        key = step.stage or step.key
        stages[key] = max(stages.get(key, 0), step.days)
    return sum(stages.values())


def _some(item: Item, _known: Known) -> Found:
    return [] if item.steps else ["steps"]


def _named(item: Item, _known: Known) -> Found:
    for at, step in enumerate(item.steps):
        for name in ("key", "name", "department"):
            if not getattr(step, name).strip():
                yield f"steps.{at}.{name}"


def _twice(item: Item, _known: Known) -> Found:
    keys = [step.key for step in item.steps]
    return [f"steps.{at}.key" for at, key in enumerate(keys) if key and key in keys[:at]]


def _first(item: Item, _known: Known) -> Found:
    return ["steps.0.kind"] if item.steps and item.steps[0].kind != "accept" else []


def _last(item: Item, _known: Known) -> Found:
    if not item.steps or (len(item.steps) == 1 and item.handling == "instant"):
        return []
    last = len(item.steps) - 1
    return (
        [] if item.steps[last].kind in DECIDING and item.steps[last].when is None else [f"steps.{last}.kind"]
    )


def _sum(item: Item, _known: Known) -> Found:
    days = longest_way(item)
    if item.handling == "promised" and days > item.promised_days:
        yield "steps", f"各环节的工作日合计{days}天，超过承诺的{item.promised_days}天。"


def _instant(item: Item, _known: Known) -> Found:
    if item.handling == "instant":
        yield from (f"steps.{at}.days" for at, step in enumerate(item.steps) if step.days)


def _numbers(item: Item, _known: Known) -> Found:
    for at, step in enumerate(item.steps):
        if step.days < 0:
            yield f"steps.{at}.days"
        if step.signers < 1:
            yield f"steps.{at}.signers"
        if step.notice_days < 0:
            yield f"steps.{at}.notice_days"


def _notice(item: Item, _known: Known) -> Found:
    for at, step in enumerate(item.steps):
        if (step.kind == "notice") != (step.notice_days > 0):
            yield f"steps.{at}.notice_days"


def _department(item: Item, known: Known) -> Found:
    for at, step in enumerate(item.steps):
        if step.department and step.department not in known.departments:
            yield f"steps.{at}.department"


def _apart(item: Item, _known: Known) -> Found:
    """Steps of one stage have to be neighbours."""
    seen: list[str] = []
    for at, step in enumerate(item.steps):
        if step.stage and step.stage in seen and seen[-1] != step.stage:
            yield f"steps.{at}.stage"
        seen.append(step.stage)


def _one_join(item: Item, _known: Known) -> Found:
    joins: dict[str, str] = {}
    for at, step in enumerate(item.steps):
        if step.stage and joins.setdefault(step.stage, step.join) != step.join:
            yield f"steps.{at}.join"


def _amounts(item: Item, _known: Known) -> Found:
    for at, step in enumerate(item.steps):
        if step.upto < 0 or step.above < 0 or (step.upto and step.above and step.above >= step.upto):
            yield f"steps.{at}.above"


def _aid(item: Item, _known: Known) -> Found:
    aids = [at for at, step in enumerate(item.steps) if step.kind == "aid"]
    for at in aids:
        if not item.steps[at].upto:
            yield f"steps.{at}.upto"
    if bool(aids) != (item.urgent is not None):
        yield "urgent.when", "先行救助的环节和急难程序要么都写，要么都不写。"


RULES: tuple[Rule, ...] = (
    Rule("steps.none", "至少要有一个环节。", _some),
    Rule("step.name", "环节要有键、名称和部门。", _named),
    Rule("step.twice", "环节的键重复。", _twice),
    Rule("steps.first", "第一个环节应当是受理。", _first),
    Rule("steps.last", "最后一个环节应当作出决定（审批或制发），任何情形都要走到。", _last),
    Rule("steps.days", "各环节的工作日合计超过承诺日数。", _sum),
    Rule("steps.instant", "即办件当场办结，环节不占工作日。", _instant, "warn"),
    Rule("step.numbers", "日数不能是负数，会签至少1人。", _numbers),
    Rule("step.notice", "公示环节要写公示几天；不是公示的不写。", _notice),
    Rule("step.amounts", "金额写错了：不能是负数，下限要小于上限。", _amounts),
    Rule("step.aid", "先行救助要写明最多给多少元。", _aid),
    Rule("step.department", "没有这个部门，请写部门短名，如“民政”。", _department),
    Rule("stage.apart", "并联的环节要排在一起。", _apart),
    Rule("stage.join", "同一组并联环节，办完的条件要一致。", _one_join),
)
