"""The pages of applying: the matter, one section of its form, check your answers."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace as Page
from typing import Any
from urllib.parse import quote

from handlers.views.questions import Desk, messages, question, source, summary
from handlers.views.words import LEVEL_WORDS, due, pairs
from models.base.actor import Actor
from models.base.clock import SHANGHAI
from models.base.errors import Problem
from models.calendar.working_days import WorkingDays
from models.cases.applying import Opened
from models.codes.code import Code
from models.forms.conditions import names
from models.forms.display import show
from models.forms.engine import Cleaned
from models.forms.form import Section
from models.items.catalogue import Offer
from models.items.item import Item, Material, Step

NEED_WORDS = {0: "必须", 1: "可选", 2: "可后补"}
DECLARATION = "我承诺：以上内容真实、准确；同意受理机关为办理本事项核对有关信息。如有不实，愿承担相应责任。"


def base(opened: Opened) -> str:
    """Where this form lives."""
    code = opened.code.id if opened.code else ""
    return f"/apply/{code}/{opened.offer.id}"


def matter_page(offer: Offer, code: Code, address: str) -> Page:
    """item.html: what this is, before it is begun."""
    items = [part.item for part in offer.parts if part.item] or ([offer.item] if offer.item else [])
    first = items[0]
    return Page(
        name=offer.name,
        summary=offer.summary,
        address=address,
        back_href=f"/q/{code.id}",
        start_href=f"/apply/{code.id}/{offer.id}/1",
        closed="" if offer.open else offer.notice or "这个事项现在不接受申请，可拨打12345咨询。",
        facts=_facts(offer, items),
        conditions=list(dict.fromkeys(line for item in items for line in item.conditions)),
        materials=_materials(items),
        steps=[_planned(step) for step in (first.steps if len(items) == 1 else ())],
        children=[Page(name=part.name, note=_limit(part.item)) for part in offer.parts if part.item],
        legal_basis=list(dict.fromkeys(line for item in items for line in item.legal_basis)),
        desk=pairs(
            办理地点="、".join(first.places), 办理时间=first.hours, 咨询电话=first.consult_phone,
            投诉电话=first.complaint_phone, 不服怎么办=first.remedies,
        ),
        unverified=list(dict.fromkeys(line for item in items for line in item.unverified)),
    )  # fmt: skip


def _planned(step: Step) -> Page:
    days = f"{step.days}个工作日" if step.days else ""
    return Page(name=step.name, office=step.department, state="todo", at="", note=days)


def _facts(offer: Offer, items: Sequence[Item]) -> list[Page]:
    longest = max(items, key=lambda item: item.promised_days)
    return pairs(
        怎样证明身份=LEVEL_WORDS[offer.level],
        填写时间=f"约{offer.minutes}分钟",
        办理时限=_limit(longest),
        费用="、".join(dict.fromkeys(item.fee for item in items)),
        到现场次数=f"{max(item.visits for item in items)}次",
        办理结果="、".join(dict.fromkeys(item.result.name for item in items)),
    )


def _limit(item: Item | None) -> str:
    if item is None:
        return ""
    return "当场办结" if item.handling == "instant" else f"承诺{item.promised_days}个工作日"


def _materials(items: Sequence[Item]) -> list[Page]:
    found: dict[str, Material] = {}
    for item in items:
        for material in item.materials:
            found.setdefault(material.code, material)
    return [
        Page(name=each.name, need=NEED_WORDS[each.need], held=bool(each.held), note=each.criteria)
        for each in found.values()
    ]


def section_page(
    actor: Actor, opened: Opened, number: int, problems: Sequence[Problem] = (), more: str = ""
) -> Page:
    """form.html: one section, what is known first, then what is missing."""
    pages = opened.sections()
    section = pages[number - 1]
    desk = Desk(opened.offer.form, opened.context, opened.shown(), messages(problems), opened.known, more)
    questions = [question(field, opened.raw.get(field.key), desk) for field in section.fields]
    known = [each for each in questions if each.name in opened.known and each.shown]
    here = base(opened)
    return Page(
        title=opened.offer.short,
        address=opened.address,
        section=section,
        step=number,
        steps=len(pages) + 1,
        action=f"{here}/{number}",
        draft=f"{here}/draft",
        submission_key=opened.draft.submission_key,
        known=known,
        questions=[each for each in questions if each not in known],
        facts=_script_facts(opened, section),
        problems=summary(opened.offer.form, problems),
        back_href=f"{here}/{number - 1}" if number > 1 else here,
        login_href=f"/login?next={quote(f'{here}/{number}', safe='')}" if actor.kind == "anonymous" else "",
        saved=_saved(opened),
        contact=None,
    )


def _script_facts(opened: Opened, section: Section) -> dict[str, Any]:
    """What scripts need for show-if: the answers of the other sections that conditions here may read."""
    fields = opened.offer.form.fields()
    conditions = [when for field in section.fields for when in (field.show_if, field.require_if) if when]
    read = {name for when in conditions for name in names(when)} - {field.key for field in section.fields}
    return {
        "values": {key: opened.raw[key] for key in read if key in opened.raw},
        "kinds": {key: field.type for key, field in fields.items()},
        "today": opened.context.today.isoformat(),
    }


def _saved(opened: Opened) -> str:
    if not opened.draft.owner:
        return ""
    return f"已存好，{opened.draft.updated_at.astimezone(SHANGHAI):%H:%M}"


def check_page(opened: Opened, days: WorkingDays, problems: Sequence[Problem] = ()) -> Page:
    """check.html: everything once more, each with 修改 beside it."""
    cleaned = opened.check()
    found = list(problems) or list(cleaned.problems)
    pages = opened.sections()
    here = base(opened)
    return Page(
        title=opened.offer.short,
        address=opened.address,
        step=len(pages) + 1,
        steps=len(pages) + 1,
        sections=[
            Page(title=page.title, href=f"{here}/{n}", rows=_rows(opened, page, cleaned, f"{here}/{n}"))
            for n, page in enumerate(pages, 1)
        ],
        materials=_check_materials(opened),
        declaration=DECLARATION,
        action=here,
        submission_key=opened.draft.submission_key,
        back_href=f"{here}/{len(pages)}" if pages else here,
        problems=[Page(field="", label=each.label, message=each.message) for each in summary(opened.offer.form, found)],
        due=_due(opened, days),
    )  # fmt: skip


def _rows(opened: Opened, page: Section, cleaned: Cleaned, href: str) -> list[Page]:
    rows = []
    for field in page.fields:
        if field.key not in cleaned.visible or (field.type == "notice" and not field.required):
            continue
        value = cleaned.answers.get(field.key)
        fact = opened.known.get(field.key)
        rows.append(
            Page(
                label=field.label,
                value="已同意" if field.type == "notice" and value else show(field, value, opened.context),
                source=source(fact) if fact and fact.value == value else "",
                href=f"{href}#f-{field.key}",
            )
        )
    return rows


def _check_materials(opened: Opened) -> list[Page]:
    item = opened.offer.item
    if item is None:
        return []
    found = []
    for material in item.materials:
        given = opened.raw.get(material.field) if material.field else None
        if isinstance(given, list) and given:
            note = f"已传{len(given)}个文件"
        elif material.held:
            note = "政府已有，无需再交"
        else:
            note = NEED_WORDS[material.need]
        found.append(Page(name=material.name, note=note))
    return found


def _due(opened: Opened, days: WorkingDays) -> str:
    items = [part.item for part in (*opened.offer.parts, opened.offer) if part.item]
    longest = max((item.promised_days for item in items), default=0)
    if longest == 0:
        return "当场办结"
    return due(days.add(opened.context.today, longest).isoformat())
