"""The pages of the catalogue's desk: the list, one item, what is different between two texts."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace as Page
from typing import TYPE_CHECKING, Any

import msgspec

from handlers.views import desk
from handlers.views.words import day, moment, pairs
from models.base.errors import Conflict, Forbidden, Invalid, NotFound
from models.items.bench import Line, Sight
from models.items.diff import HOW_WORDS, Change, diff
from models.items.draft import STATES, WHAT_WORDS, ItemDraft
from models.items.item import THEMES
from models.items.lint.rule import SEVERITIES, Finding
from models.items.starting import NewItem
from models.items.writing import SECTIONS
from models.roles.lines import DEPARTMENTS
from models.roles.rules import verbs_of

if TYPE_CHECKING:
    from handlers.base import Base
    from handlers.items import DraftMove

LIST_STATES = {
    "open": "可申请",
    "closed": "已停办",
    "work": "有草稿",
    "submitted": "待审核",
    "new": "还没发布",
}
DONE = {
    "start": "已打开草稿", "submit": "已提交，请另一位同事审核", "send_back": "已退回", "approve": "审核通过",
    "recall": "已撤回，可以继续修改", "drop": "已放弃草稿", "withdraw": "已停办，办理中的继续办完", "reopen": "已恢复申请",
    "copy": "已复制到乡镇，审核发布后在那里代替县里的事项",
}  # fmt: skip
TONES = {"refuse": "refused", "warn": "waiting"}
FORM_SECTION = "form"


class Asked(msgspec.Struct, frozen=True):
    """What the list is asked for."""

    q: str = ""
    state: str = ""
    theme: str = ""


def found(lines: Sequence[Line], asked: Asked) -> list[Line]:
    """The lines that are asked for, those in work first."""
    words = asked.q.split()
    wanted = [
        line
        for line in lines
        if all(word in f"{line.slug} {line.name} {line.short} {line.department}" for word in words)
        and (not asked.theme or line.theme == asked.theme)
        and (not asked.state or asked.state in _states(line))
    ]
    return sorted(wanted, key=lambda line: line.draft is None)


def _states(line: Line) -> set[str]:
    states = {"open" if line.open else "closed"} if line.version else {"new"}
    if line.draft:
        states |= {"work", line.draft.state}
    return states


async def list_page(
    handler: Base, lines: Sequence[Line], asked: Asked, typed: NewItem | None, error: Invalid | None
) -> Page:
    """items.html."""
    return Page(
        **await desk.frame(handler, "/desk/items"),
        asked=asked,
        lines=[_line(handler, line) for line in lines],
        states=list(LIST_STATES.items()),
        themes=list(THEMES.items()),
        departments=list(DEPARTMENTS),
        may="items.edit" in verbs_of(handler.actor),
        typed=typed or NewItem(),
        likes=[(offer.id, offer.name) for offer in handler.home.catalogue.offers() if offer.item],
        problems={problem.field: problem.message for problem in error.problems} if error else {},
    )


def _line(handler: Base, line: Line) -> Page:
    draft = line.draft
    return Page(
        href=f"/desk/items/{line.slug}",
        name=line.name,
        short=line.short,
        slug=line.slug,
        department=line.department,
        theme=THEMES[line.theme],  # type: ignore[index]
        area=handler.home.areas.name_below_county(line.area) if handler.home.areas.has(line.area) else "",
        stands=f"第{line.version}版" if line.version else "还没发布",
        open=line.open,
        draft=STATES[draft.state] if draft else "",
        waiting=bool(draft and draft.state in ("submitted", "returned")),
        who=f"{draft.author.name}　{moment(draft.changed_at)}" if draft else "",
    )


async def item_page(
    handler: Base, sight: Sight, move: str = "", typed: DraftMove | None = None,
    error: Invalid | Conflict | Forbidden | None = None, done: str = "",
) -> Page:  # fmt: skip
    """items_one.html."""
    draft, standing = sight.draft, sight.standing
    problems = error.problems if isinstance(error, Invalid) else []
    asked = {each.field: each.message for each in problems} if move in FIELDS_OF else {}
    reviewing = bool(draft and draft.state in ("submitted", "approved"))
    changes = diff(sight.offer.item if sight.offer else None, draft.item) if draft and reviewing else ()
    return Page(
        **await desk.frame(handler, "/desk/items"),
        slug=sight.slug,
        title=sight.item.name,
        facts=_facts(sight),
        may=set(sight.may),
        rev=draft.rev if draft else 0,
        state=STATES[draft.state] if draft else "",
        own=bool(draft and handler.actor.subject in draft.hands),
        note=draft.note if draft else "",
        sections=_sections(sight) if draft else [],
        findings=[_finding(sight.slug, each) for each in sight.findings],
        remarks=[_remark(sight.slug, each.place, each.text) for each in draft.remarks] if draft else [],
        changes=[_change(each, typed) for each in changes],
        general=_typed_remark(typed, ""),
        effective_on=draft.effective_on if draft else "",
        effective=day(draft.effective_on) if draft and draft.effective_on else "审核通过后立即",
        history=_history(await handler.home.bench.past(handler.actor, sight.slug)),
        versions=_versions(sight.slug, await handler.home.bench.versions(handler.actor, sight.slug)),
        closed=_closed(standing.notice, standing.reason) if standing and standing.state == "closed" else None,
        towns=list(handler.home.bench.towns().items()),
        typed=typed,
        problems=asked,
        problem=(error.message if error and not asked else ""),
        done=DONE.get(done, ""),
    )


FIELDS_OF = {
    "submit": ("note", "effective_on"),
    "send_back": ("remark",),
    "withdraw": ("notice", "reason"),
    "copy": ("town",),
}


def _facts(sight: Sight) -> list[Page]:
    item = sight.item
    return pairs(
        编号=sight.slug, 群众的叫法=item.short, 主题=THEMES[item.theme], 主管部门=item.department,
        现行版本=f"第{sight.offer.version}版" if sight.offer else "还没发布",
        实行范围=sight.item.validity if sight.item.area else "", 替代的县级事项=sight.item.variant_of,
        基本编码=item.basic_code, 实施编码=item.code,
        由谁维护={"desk": "在这里编辑", "files": "随程序发布，在这里发布新版后改由这里维护"}.get(
            sight.standing.owner if sight.standing else "desk", ""),
    )  # fmt: skip


def _sections(sight: Sight) -> list[Page]:
    """The parts to write, with how many places of each are wrong."""
    parts = [(section.key, section.title) for section in SECTIONS.values()]
    parts.insert(-1, (FORM_SECTION, "表单"))
    wrong = [section_of(each.place) for each in sight.findings if each.severity == "refuse"]
    said = [section_of(each.place) for each in sight.draft.remarks] if sight.draft else []
    return [
        Page(href=section_href(sight.slug, key), title=title, wrong=wrong.count(key), said=said.count(key))
        for key, title in parts
    ]


def section_href(slug: str, section: str) -> str:
    """Where a section is written."""
    return f"/desk/items/{slug}/form" if section == FORM_SECTION else f"/desk/items/{slug}/edit/{section}"


def section_of(place: str) -> str:
    """The section in which a place is written."""
    parts = place.split(".")
    if place.startswith("form.rules"):
        return "rules"
    if parts[0] == "form":
        return FORM_SECTION
    for key, section in SECTIONS.items():
        if any(column.path.partition(".")[0] == parts[0] for column in section.columns):
            return key
    if parts[-1] == "when":
        return "situations"
    return parts[0] if parts[0] in SECTIONS else "basics"


def place_href(slug: str, place: str) -> str:
    """Where a place is written: the field itself."""
    parts = place.split(".")
    if place.startswith("form.fields.") and len(parts) > 2:
        return f"/desk/items/{slug}/form/fields/{'.'.join(parts[2 : 4 if len(parts) > 4 else 3])}"
    if place.startswith("form.sections.") and len(parts) > 2:
        return f"/desk/items/{slug}/form/pages/{parts[2]}"
    return f"{section_href(slug, section_of(place))}#f-{place}"


def _finding(slug: str, finding: Finding) -> Page:
    return Page(
        severity=SEVERITIES[finding.severity], tone=TONES[finding.severity], message=finding.message,
        place=place_words(finding.place), href=place_href(slug, finding.place),
    )  # fmt: skip


def _remark(slug: str, place: str, text: str) -> Page:
    return Page(place=place_words(place), href=place_href(slug, place) if place else "", text=text)


def place_words(place: str) -> str:
    """A place for people: 材料 3 · 名称."""
    if not place:
        return "整体"
    section = section_of(place)
    title = "表单" if section == FORM_SECTION else SECTIONS[section].title
    columns = _labels()
    parts = place.split(".")
    label = columns.get(place) or columns.get(f"{parts[0]}.{parts[-1]}", "")
    row = next((part for part in parts[1:] if part not in ("fields", "sections", "rules")), "")
    if row.isdigit():
        row = f"第{int(row) + 1}行"
    shown_row = row if len(parts) > 1 and f"{parts[0]}.{row}" != place or parts[0] in ROWED else ""
    return " · ".join(part for part in (title, shown_row if place not in columns else "", label) if part)


ROWED = ("materials", "steps", "questions")


def _labels() -> dict[str, str]:
    found = {column.path: column.label for section in SECTIONS.values() for column in section.columns}
    for section in SECTIONS.values():
        for rows in section.rows:
            head = rows.path.partition(".")[0]
            found |= {f"{head}.{column.path}": column.label for column in rows.columns}
    return found


def _change(change: Change, typed: DraftMove | None) -> Page:
    return Page(
        place=change.place, label=change.label, how=HOW_WORDS[change.how], old=change.old, new=change.new,
        remark=_typed_remark(typed, change.place),
    )  # fmt: skip


def _typed_remark(typed: DraftMove | None, place: str) -> str:
    return next((each.text for each in typed.remarks if each.place == place), "") if typed else ""


def _history(drafts: Sequence[ItemDraft]) -> list[Page]:
    deeds = sorted((deed for draft in drafts for deed in draft.deeds), key=lambda deed: deed.at, reverse=True)
    return [
        Page(at=moment(deed.at), who=deed.by.name, what=WHAT_WORDS[deed.what], note=deed.note)
        for deed in deeds[:60]
    ]


def _versions(slug: str, versions: Sequence[Any]) -> list[Page]:
    return [
        Page(
            number=version.number, at=moment(version.published_at), who=version.author or "随程序发布",
            approver=version.approver, note=version.note,
            diff=f"/desk/items/{slug}/diff?from={version.number - 1}&to={version.number}" if version.number > 1 else "",
            preview=f"/desk/items/{slug}/preview?of={version.number}",
        )
        for version in versions
    ]  # fmt: skip


def _closed(notice: str, reason: str) -> Page:
    return Page(notice=notice, reason=reason)


async def diff_page(handler: Base, slug: str, ends: Sequence[str], changes: Sequence[Change]) -> Page:
    """items_diff.html."""
    words = [f"第{end}版" if end.isdigit() else "草稿" if end else "无" for end in ends]
    versions = await handler.home.bench.versions(handler.actor, slug)
    sight = await handler.home.bench.get(handler.actor, slug)
    choices = [(str(version.number), f"第{version.number}版") for version in versions]
    if sight.draft:
        choices.append(("draft", "草稿"))
    return Page(
        **await desk.frame(handler, "/desk/items"),
        slug=slug, title=sight.item.name, old=words[0], new=words[1] if ends[1] else "草稿",
        ends=ends, choices=choices, changes=[_change(each, None) for each in changes],
    )  # fmt: skip


async def after(handler: Base, slug: str, move: str) -> str:
    """Where a browser goes after a move: to the item, or to the list where nothing is left of it."""
    try:
        await handler.home.bench.get(handler.actor, slug)
    except NotFound:
        return "/desk/items"
    return f"/desk/items/{slug}?done={move}"
