"""Several forms as one: what they all ask is asked once, the rest keeps its pages.

Questions are the same where they name the same element of the same subject, or the same target in a part's
``share``, and take the same kind of answer. They stand together on a page of their own, behind the scenario
questions that choose the parts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeVar

import msgspec

from models.forms.conditions import DATED, every, holds, renamed, some
from models.forms.form import Field, Form, Operator, Rule, Section, When
from models.forms.shared import Asked, Identity, Part, Questions, address, ordered

Value = TypeVar("Value")

COMMON = "common"
COMMON_TITLE = "共同信息"

_RANGES = {
    (False, "min"): ("number.min", "不能小于"),
    (False, "max"): ("number.max", "不能大于"),
    (True, "min"): ("date.before", "不能早于"),
    (True, "max"): ("date.after", "不能晚于"),
}
_UNITS = {"d": "天", "w": "周", "m": "个月", "y": "年"}


class Merged(msgspec.Struct, frozen=True):
    """``mapping``: item id -> the item's field key -> its key in ``form``. ``whens``: item id -> the
    condition under which the item is taken, for the items that have one."""

    form: Form
    mapping: dict[str, dict[str, str]]
    whens: dict[str, When] = {}


def merge(bundle_scenario: Section | None, parts: Sequence[Part]) -> Merged:
    """One form out of ``parts``. Keys of questions asked for one item alone are ``{item}__{key}``."""
    scenario = bundle_scenario.fields if bundle_scenario else ()
    groups = ordered(Questions(scenario, parts).groups())
    mapping = _mapping(parts, groups, {field.key for field in scenario})
    sections = [bundle_scenario] if bundle_scenario else []
    common, rules = _common(groups, mapping)
    if common:
        key = COMMON if all(section.key != COMMON for section in sections) else f"{COMMON}_"
        sections.append(Section(key, COMMON_TITLE, common))
    shared = {(asked.item, asked.field.key) for members in groups.values() for asked in members}
    for part in parts:
        sections += _own_sections(part, mapping[part[0]], shared)
        rules += _own_rules(part, mapping[part[0]])
    whens = {item: when for item, _, _, _, when in parts if when is not None}
    return Merged(Form(tuple(sections), tuple(rules)), mapping, whens)


def chosen(merged: Merged, answers: Mapping[str, object], today: date | None = None) -> list[str]:
    """Ids of the items that are taken, given the merged form's answers, in order."""
    fields = merged.form.fields()
    return [
        item
        for item in merged.mapping
        if item not in merged.whens or holds(merged.whens[item], answers, fields, today)
    ]


def split(merged: Merged, answers: Mapping[str, Value]) -> dict[str, dict[str, Value]]:
    """Each item's share of ``answers``, whatever kind of value they are, under the keys of its own form.

    Items that are not taken are there too, with what was asked in common; ``chosen`` tells which are.
    """
    return {
        item: {own: answers[key] for own, key in keys.items() if key in answers}
        for item, keys in merged.mapping.items()
    }


def _mapping(
    parts: Sequence[Part], groups: Mapping[Identity, list[Asked]], taken: set[str]
) -> dict[str, dict[str, str]]:
    mapping = {item: {key: address(item, key) for key in form.fields()} for item, _, form, _, _ in parts}
    used = taken.union(*(keys.values() for keys in mapping.values()))
    for identity, members in groups.items():
        key = base = re.sub(r"[^a-z0-9_]", "_", identity[1].lower())
        number = 2
        while identity[0] != "scenario" and key in used:
            key, number = f"{base}_{number}", number + 1
        used.add(key)
        for asked in members:
            mapping[asked.item][asked.field.key] = key
    return mapping


def _common(
    groups: Mapping[Identity, list[Asked]], mapping: Mapping[str, Mapping[str, str]]
) -> tuple[tuple[Field, ...], list[Rule]]:
    """The questions asked once, and what single parts demand of them."""
    common: list[Field] = []
    rules: list[Rule] = []
    for identity, members in groups.items():
        key = mapping[members[0].item][members[0].field.key]
        rewritten = [_rewritten(asked, mapping[asked.item]) for asked in members]
        if identity[0] == "scenario":
            rules += _duties(key, rewritten)
        else:
            common.append(_once(key, rewritten))
        rules += _ranges(key, rewritten)
    return tuple(common), rules


def _rewritten(asked: Asked, names: Mapping[str, str]) -> Asked:
    """The same over merged keys, with everything that decides whether it is asked in the field's show_if."""
    own = every(renamed(asked.section.show_if, names), renamed(asked.field.show_if, names))
    field = msgspec.structs.replace(
        asked.field, show_if=every(asked.when, own), require_if=renamed(asked.field.require_if, names)
    )
    return msgspec.structs.replace(asked, field=field)


def _once(key: str, members: list[Asked]) -> Field:
    """One question for all: shown where any of ``members`` is, required where one of them requires it."""
    fields = [asked.field for asked in members]
    first = fields[0]
    duties = [_duty(field) for field in fields if field.required or field.require_if is not None]
    duty = some(*duties) if duties else None
    show_if = some(*(field.show_if for field in fields))
    # Required wherever it is shown, as far as anybody filling it in can tell.
    required = bool(duties) and (duty is None or duty == show_if)
    return msgspec.structs.replace(
        first,
        key=key,
        show_if=show_if,
        required=required,
        require_if=None if required else duty,
        min=first.min if len({field.min for field in fields}) == 1 else None,
        max=first.max if len({field.max for field in fields}) == 1 else None,
        min_length=max((f.min_length for f in fields if f.min_length is not None), default=None),
        max_length=min((f.max_length for f in fields if f.max_length is not None), default=None),
        min_rows=max(field.min_rows for field in fields),
        max_rows=min(field.max_rows for field in fields),
        max_files=min(field.max_files for field in fields),
        camera=any(field.camera for field in fields),
        hint=next((field.hint for field in fields if field.hint), ""),
        default=next((field.default for field in fields if field.default is not None), None),
    )


def _duty(field: Field) -> When | None:
    """The condition under which this question has to be answered; None: always."""
    return field.show_if if field.required else every(field.show_if, field.require_if)


def _duties(key: str, members: list[Asked]) -> list[Rule]:
    """What parts require of a scenario question, which itself stays as the bundle asks it."""
    asking = [asked.field for asked in members if asked.field.required or asked.field.require_if is not None]
    if not asking:
        return []
    when = some(*(_duty(field) for field in asking))
    return [Rule(When(key, "filled"), key, f"请填写“{asking[0].label}”。", when, "required")]


def _ranges(key: str, members: list[Asked]) -> list[Rule]:
    """Bounds that only some parts set, as rules that bind where that part is taken."""
    rules = []
    sides: tuple[tuple[str, Operator], ...] = (("min", "ge"), ("max", "le"))
    for side, op in sides:
        values = [getattr(asked.field, side) for asked in members]
        if len(set(values)) == 1 and not members[0].scenario:
            continue
        for asked, value in zip(members, values, strict=True):
            if value is not None:
                code, words = _RANGES[asked.field.type in DATED, side]
                message = f"办理“{asked.name}”时，“{asked.field.label}”{words}{_bound_words(value)}，请检查。"
                rules.append(Rule(When(key, op, value), key, message, asked.field.show_if, code))
    return rules


def _bound_words(value: object) -> str:
    """``today-80y`` as 80年前的今天."""
    text = str(value)
    if not text.startswith("today"):
        return text
    if text == "today":
        return "今天"
    return f"{text[6:-1]}{_UNITS[text[-1]]}{'前' if text[5] == '-' else '后'}的今天"


def _own_sections(part: Part, names: Mapping[str, str], shared: set[tuple[str, str]]) -> list[Section]:
    item, name, form, _, when = part
    sections = []
    for section in form.sections:
        fields = tuple(
            _own_field(field, names) for field in section.fields if (item, field.key) not in shared
        )
        if fields:
            key, title = address(item, section.key), f"{name}：{section.title}"
            show_if = every(when, renamed(section.show_if, names))
            sections.append(Section(key, title, fields, section.hint, show_if))
    return sections


def _own_field(field: Field, names: Mapping[str, str]) -> Field:
    compute = field.compute
    if compute is not None:
        compute = msgspec.structs.replace(
            compute, fields=tuple(names.get(key, key) for key in compute.fields)
        )
    return msgspec.structs.replace(
        field,
        key=names[field.key],
        show_if=renamed(field.show_if, names),
        require_if=renamed(field.require_if, names),
        compute=compute,
    )


def _own_rules(part: Part, names: Mapping[str, str]) -> list[Rule]:
    _, _, form, _, when = part
    return [
        msgspec.structs.replace(
            rule,
            must=renamed(rule.must, names),
            field=names.get(rule.field, rule.field),
            when=every(when, renamed(rule.when, names)),
        )
        for rule in form.rules
    ]
