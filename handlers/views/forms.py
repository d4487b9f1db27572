"""The pages of applying: the matter, one section of its form, check your answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from types import SimpleNamespace as Page
from typing import Any
from urllib.parse import quote

from handlers.views import consents
from handlers.views.questions import Desk, messages, question, source, summary
from handlers.views.words import LEVEL_WORDS, day, due, pairs
from models.base.actor import Actor
from models.base.clock import SHANGHAI, local_day
from models.base.errors import Problem
from models.calendar.working_days import WorkingDays
from models.cases.applying import Opened
from models.cases.paperwork import wanted
from models.codes.code import Code
from models.consents.consent import Ask
from models.consents.service import FIELD
from models.forms.conditions import names
from models.forms.display import show
from models.forms.engine import Cleaned, clean
from models.forms.form import Field, Section
from models.forms.merge import chosen
from models.items.catalogue import Offer
from models.items.item import Item, Step
from models.items.offices import office
from models.items.papers import OWN, Papers, words_of
from models.keptpapers.paper import KeptPaper, Standing

DECLARATION = "我承诺：以上内容真实、准确；同意受理机关为办理本事项核对有关信息。如有不实，愿承担相应责任。"


def base(opened: Opened) -> str:
    """Where this form lives."""
    code = opened.code.id if opened.code else ""
    return f"/apply/{code}/{opened.offer.id}"


def matter_page(offer: Offer, code: Code, address: str) -> Page:
    """item.html: what this is, before it is begun."""
    here = f"/apply/{code.id}/{offer.id}"
    asks = bool(offer.bundle and offer.bundle.scenario)
    return matter(offer, address, f"/q/{code.id}", f"{here}/1", f"{here}/papers" if asks else "")


def matter(offer: Offer, address: str, back_href: str, start_href: str, ask_href: str = "") -> Page:
    """item.html, wherever it is shown; ``ask_href`` is where a bundle's situation chooses among its papers."""
    items = [part.item for part in offer.parts if part.item] or ([offer.item] if offer.item else [])
    first, alone = items[0], len(items) == 1
    return Page(
        name=offer.name,
        summary=offer.summary,
        address=address,
        back_href=back_href,
        start_href=start_href,
        closed="" if offer.open else offer.notice or "这个事项现在不接受申请，可拨打12345咨询。",
        facts=_facts(offer, items),
        conditions=list(first.conditions) if alone else [],
        papers=papers_view(wanted(offer, {}, (), date.min, whole=False), counted=offer.bundle is None),
        ask_href=ask_href,
        steps=[_planned(step) for step in (first.steps if alone else ())],
        children=[
            Page(name=part.name, note=_limit(part.item), conditions=list(part.item.conditions))
            for part in offer.parts
            if part.item
        ],
        questions=[Page(question=each.question, answer=each.answer) for item in items for each in item.questions],
        legal_basis=list(dict.fromkeys(line for item in items for line in item.legal_basis)),
        desk=pairs(
            办理地点="、".join(first.places), 办理时间=first.hours, 咨询电话=first.consult_phone,
            投诉电话=first.complaint_phone, 不服怎么办=first.remedies,
        ),
        unverified=list(dict.fromkeys((
            *(offer.bundle.unverified if offer.bundle else ()),
            *(line for item in items for line in item.unverified),
        ))),
    )  # fmt: skip


def _planned(step: Step) -> Page:
    days = f"{step.days}个工作日" if step.days else ""
    return Page(name=step.name, office=office(step.department, step.tier), state="todo", at="", note=days)


def _facts(offer: Offer, items: Sequence[Item]) -> list[Page]:
    longest = max(items, key=lambda item: item.promised_days)
    return pairs(
        怎样证明身份=LEVEL_WORDS[offer.level],
        填写时间=f"约{offer.minutes}分钟",
        办理时限=_limit(longest),
        费用="、".join(dict.fromkeys(item.fee for item in items)),
        到现场次数=f"{max(item.visits for item in items)}次",
        办理结果=items[0].result.name if len(items) == 1 else "",
    )


def _limit(item: Item | None) -> str:
    if item is None:
        return ""
    return "当场办结" if item.handling == "instant" else f"承诺{item.promised_days}个工作日"


def section_page(
    actor: Actor,
    opened: Opened,
    number: int,
    problems: Sequence[Problem] = (),
    more: str = "",
    contact: Page | None = None,
) -> Page:
    """form.html: one section, what is known first, then what is missing."""
    pages = opened.sections()
    section = pages[number - 1]
    desk = Desk(opened.offer.form, opened.context, opened.shown(), messages(problems), opened.known, more)
    values = _with_computed(opened)
    questions = [question(field, values.get(field.key), desk) for field in _in_order(section.fields)]
    for each in questions:
        each.kept = _kept(each, opened)
    known = [each for each in questions if each.shown and not each.kept and _is_known(each.field, opened)]
    here = base(opened)
    return Page(
        title=opened.offer.short,
        address=opened.address,
        section=section,
        step=number,
        # How many pages there are is known when the scenario has chosen the matters.
        steps=0 if opened.offer.bundle and opened.offer.bundle.scenario == section else len(pages) + 1,
        action=f"{here}/{number}",
        draft=f"{here}/draft",
        submission_key=opened.draft.submission_key,
        known=known,
        questions=[each for each in questions if each not in known],
        papers=_ahead(opened, number),
        facts=_script_facts(opened, section),
        problems=summary(opened.offer.form, problems),
        back_href=f"{here}/{number - 1}" if number > 1 else here,
        login_href=f"/login?next={quote(f'{here}/{number}', safe='')}" if actor.kind == "anonymous" else "",
        saved=_saved(opened),
        contact=contact,
    )


def _kept(asked: Page, opened: Opened) -> Page | None:
    """What is said of a paper that she has handed in before: that it is used again, or why it cannot be."""
    paper = opened.kept.get(asked.field.key)
    if paper is None:
        return None
    standing = paper.standing(opened.context.today.isoformat())
    used = standing != "expired" and [file.id for file in asked.files] == list(paper.files)
    return Page(words=kept_words(paper, standing, used=used), used=used)


def kept_words(paper: KeptPaper, standing: Standing, *, used: bool) -> str:
    """您在2026年11月25日办“落户”时交过，这次不用再交。"""
    when = day(local_day(paper.source.at).isoformat())
    told = f"您在{when}办“{paper.source.title}”时交过"
    if standing == "expired":
        return f"{told}，已于{day(paper.valid_until)}过期，请交新的。"
    if not used:
        return f"{told}，这次换成了新的。"
    word = "已核验原件" if standing == "verified" else "还没有核验过原件"
    until = f"，有效期到{day(paper.valid_until)}" if paper.valid_until else ""
    return f"{told}（{word}{until}），这次不用再交。要换新的，先删除再拍。"


def _ahead(opened: Opened, number: int) -> Page | None:
    """What she will be asked for, told before the first page that is not about which matters she wants."""
    offer = opened.offer
    first = 2 if offer.bundle and offer.bundle.scenario else 1
    return papers_view(opened.papers(), _sent(opened)) if number == first else None


def _with_computed(opened: Opened) -> dict[str, Any]:
    """Everything that stands in the form, and what follows from it."""
    derived = clean(opened.offer.form, opened.raw, opened.context, partial=True).answers
    computed = {key for key, field in opened.offer.form.fields().items() if field.type == "computed"}
    return {**opened.raw, **{key: value for key, value in derived.items() if key in computed}}


def _in_order(fields: Sequence[Field]) -> list[Field]:
    """What is agreed to and signed comes after everything that it is about."""
    return sorted(
        fields, key=lambda field: field.type == "signature" or field.type == "notice" and field.required
    )


def _is_known(field: Field, opened: Opened) -> bool:
    """Whether the form had the whole answer before it asked; a computed one where it had all that it is computed
    from. Of a table it knows rows at most, never all that is asked in them."""
    if field.compute is not None:
        fields = opened.offer.form.fields()
        return all(_is_known(fields[key], opened) for key in field.compute.fields)
    return field.type != "table" and field.key in opened.known


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


def check_page(
    opened: Opened,
    days: WorkingDays,
    problems: Sequence[Problem] = (),
    asks: Sequence[Ask] = (),
    ticked: Collection[str] = (),
    keep: Ask | None = None,
) -> Page:
    """check.html: everything once more, each with 修改 beside it, and the consents (``asks``) that it rests on."""
    cleaned = opened.check()
    found = list(problems) or list(cleaned.problems)
    pages = opened.sections()
    here = base(opened)
    wrong = {name.partition(".")[0]: message for name, message in messages(found).items()}
    return Page(
        title=opened.offer.short,
        address=opened.address,
        step=len(pages) + 1,
        steps=len(pages) + 1,
        sections=[
            Page(title=page.title, href=f"{here}/{n}", rows=_rows(opened, page, cleaned, f"{here}/{n}", wrong))
            for n, page in enumerate(pages, 1)
        ],
        papers=papers_view(
            wanted(opened.offer, cleaned.answers, opened.held, opened.context.today), _sent(opened)
        ),
        declaration="" if _promises(opened, cleaned) else DECLARATION,
        action=here,
        submission_key=opened.draft.submission_key,
        back_href=f"{here}/{len(pages)}" if pages else here,
        problems=[
            Page(href=_leading(each.name, pages, here), label=each.label, message=each.message)
            for each in summary(opened.offer.form, found)
        ],
        due=_due(opened, cleaned, days),
        consents=consents.asked(asks, messages(found), ticked),
        keep=consents.asked((keep,), {}, ticked)[0] if keep else None,
        pressure=None,
        wait="",
    )  # fmt: skip


def _promises(opened: Opened, cleaned: Cleaned) -> bool:
    """Whether the form has its own promise, which need not be repeated before the button."""
    fields = opened.offer.form.fields()
    return any(fields[key].type == "notice" and fields[key].required for key in cleaned.visible)


def _leading(name: str, pages: Sequence[Section], here: str) -> str:
    """To the question on its page, or the consent on this one; nowhere for what is wrong with neither."""
    if name.startswith(f"{FIELD}."):
        return f"#{consents.anchor(name)}"
    key = name.partition(".")[0]
    at = next((n for n, page in enumerate(pages, 1) if any(field.key == key for field in page.fields)), 0)
    return f"{here}/{at}#f-{name}" if at else ""


def _rows(opened: Opened, page: Section, cleaned: Cleaned, href: str, wrong: Mapping[str, str]) -> list[Page]:
    rows = []
    for field in _in_order(page.fields):
        if field.key not in cleaned.visible or (field.type == "notice" and not field.required):
            continue
        value = cleaned.answers.get(field.key)
        fact = opened.known.get(field.key)
        rows.append(
            Page(
                label=field.label,
                value="已同意" if field.type == "notice" and value else show(field, value, opened.context),
                source=source(fact) if fact and fact.value == value else "",
                href="" if field.type == "computed" else f"{href}#f-{field.key}",
                problem=wrong.get(field.key, ""),
            )
        )
    return rows


def _sent(opened: Opened) -> dict[str, int]:
    """How many pictures of each paper lie in the form, by its code."""
    offer, raw = opened.offer, opened.raw
    mapping = offer.merged.mapping if offer.merged else {}
    found = {}
    for part in offer.parts or (offer,):
        for material in part.item.materials if part.item else ():
            files = raw.get(mapping.get(part.id, {}).get(material.field, material.field))
            if material.field and isinstance(files, list) and files:
                found[material.code] = len(files)
    return found


def papers_view(
    papers: Papers, given: Mapping[str, int] = MappingProxyType({}), *, counted: bool = True
) -> Page:
    """parts/papers.html: each paper once with where it comes from, and how many are left to her. ``given``: how many
    pictures of each have been sent in. They are not ``counted`` while it is open which of them it takes."""
    return Page(
        rows=[
            Page(
                name=row.name,
                origin=row.origin,
                words=f"已传{given[row.code]}个文件"
                if given.get(row.code) and row.origin in OWN
                else words_of(row),
                wanted="、".join(row.wanted) if len(row.wanted) > 1 and row.origin in OWN else "",
                note=row.note if row.origin in OWN else "",
                unsure=row.unsure,
            )
            for row in papers.rows
        ],
        asked=papers.asked if counted else 0,
        own=papers.own,
    )


def _due(opened: Opened, cleaned: Cleaned, days: WorkingDays) -> str:
    offer = opened.offer
    taken = chosen(offer.merged, cleaned.answers, opened.context.today) if offer.merged else [offer.id]
    items = [part.item for part in (*offer.parts, offer) if part.item and part.id in taken]
    longest = max((item.promised_days for item in items), default=0)
    if longest == 0:
        return "当场办结"
    return due(days.add(opened.context.today, longest).isoformat())
