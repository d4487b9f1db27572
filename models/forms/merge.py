"""Several forms as one: what they all ask is asked once, the rest keeps its pages.

Questions are the same where they name the same element of the same subject, or the same target in a part's
``share``, and take the same kind of answer. They stand together on a page of their own, behind the scenario
questions that choose the parts. What one part alone still asks is one page under the part's name, and what all
have to agree to comes last.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeVar

import msgspec

from models.forms.conditions import DATED, every, holds, renamed, some
from models.forms.form import Field, Form, Operator, Rule, Section, When
from models.forms.shared import NOTICE, Asked, Identity, Part, Questions, Spared, address, ordered

Value = TypeVar("Value")

COMMON = "common"
COMMON_TITLE = "几件事共用的信息"
CLOSING = "closing"
CLOSING_TITLE = "承诺"

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


def merge(bundle_scenario: Section | None, parts: Sequence[Part], spared: Spared | None = None) -> Merged:
    """One form out of ``parts``. Keys of questions asked for one item alone are ``{item}__{key}``. ``spared`` are
    questions that an item need not ask where the condition on the scenario's answers holds."""
    spared = spared or {}
    scenario = bundle_scenario.fields if bundle_scenario else ()
    groups = ordered(Questions(scenario, parts).groups())
    mapping = _mapping(parts, groups, {field.key for field in scenario})
    sections = [bundle_scenario] if bundle_scenario else []
    agreed = {identity: members for identity, members in groups.items() if identity[0] == NOTICE}
    asked_once = {identity: members for identity, members in groups.items() if identity[0] != NOTICE}
    common, rules = _common(asked_once, mapping, spared)
    if common:
        sections.append(Section(_free(COMMON, sections), COMMON_TITLE, common))
    shared = {(asked.item, asked.field.key) for members in groups.values() for asked in members}
    for part in parts:
        sections += _own_page(part, mapping[part[0]], shared, spared)
        rules += _own_rules(part, mapping[part[0]])
    closing, _ = _common(agreed, mapping, spared)
    if closing:
        sections.append(Section(_free(CLOSING, sections), CLOSING_TITLE, closing))
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
    groups: Mapping[Identity, list[Asked]], mapping: Mapping[str, Mapping[str, str]], spared: Spared
) -> tuple[tuple[Field, ...], list[Rule]]:
    """The questions asked once, and what single parts demand of them."""
    common: list[Field] = []
    rules: list[Rule] = []
    for identity, members in groups.items():
        key = mapping[members[0].item][members[0].field.key]
        rewritten = [_rewritten(asked, mapping[asked.item], spared) for asked in members]
        if identity[0] == "scenario":
            rules += _duties(key, rewritten)
        else:
            common.append(_once(key, rewritten))
        rules += _ranges(key, rewritten)
    return tuple(common), rules


def _rewritten(asked: Asked, names: Mapping[str, str], spared: Spared) -> Asked:
    """The same over merged keys, with everything that decides whether it is asked in the field's show_if."""
    own = every(renamed(asked.section.show_if, names), renamed(asked.field.show_if, names))
    own = every(own, _unless(spared.get((asked.item, asked.field.key))))
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
        hint=_hint(fields),
        default=next((field.default for field in fields if field.default is not None), None),
    )


def _hint(fields: Sequence[Field]) -> str:
    """The hint of those who require the answer, if any do: 可以后补 of another item would mislead."""
    asking = [field for field in fields if field.required or field.require_if is not None] or fields
    return next((field.hint for field in asking if field.hint), "")


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


def _unless(spared: When | None) -> When | None:
    return None if spared is None else When(not_=spared)


def _free(key: str, sections: Sequence[Section]) -> str:
    """``key`` for a page, or a name like it where the bundle's own page has taken it."""
    return key if all(section.key != key for section in sections) else f"{key}_"


def _own_page(
    part: Part, names: Mapping[str, str], shared: set[tuple[str, str]], spared: Spared
) -> list[Section]:
    """What a part alone asks, on one page however many it had: the leftovers of each are mostly a question or two.
    What hid a page hides its questions."""
    item, name, form, _, when = part
    left = [
        (section, tuple(field for field in section.fields if (item, field.key) not in shared))
        for section in form.sections
    ]
    left = [(section, fields) for section, fields in left if fields]
    if not left:
        return []
    fields = tuple(
        _own_field(field, section, names, _unless(spared.get((item, field.key))))
        for section, own in left
        for field in own
    )
    # What is said of a page holds no more where some of its questions have moved to the front.
    hints = dict.fromkeys(section.hint for section, own in left if len(own) == len(section.fields))
    return [Section(address(item, left[0][0].key), name, fields, "".join(hints), when)]


def _own_field(field: Field, section: Section, names: Mapping[str, str], unless: When | None) -> Field:
    compute = field.compute
    if compute is not None:
        compute = msgspec.structs.replace(
            compute, fields=tuple(names.get(key, key) for key in compute.fields)
        )
    return msgspec.structs.replace(
        field,
        key=names[field.key],
        show_if=every(renamed(section.show_if, names), renamed(field.show_if, names), unless),
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
