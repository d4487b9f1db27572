"""The desk's pages: navigation, list, case, what may be done, outbox, sheets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import SimpleNamespace as Page
from typing import TYPE_CHECKING, Any

from handlers.views import consents
from handlers.views.actions import actions
from handlers.views.words import day, moment, pairs
from models.areas.area import Area
from models.base.actor import Actor
from models.base.clock import SHANGHAI
from models.base.errors import Conflict, Invalid
from models.cases.case import PAUSE_NAMES, STATE_NAMES, Case, Event, StepState
from models.cases.listing import Listing, Row
from models.cases.owed import HOW_OWED, OVERS
from models.cases.posts import available, steps_at
from models.forms.conditions import holds
from models.forms.context import Context
from models.forms.display import masked, show
from models.forms.form import Form
from models.items.catalogue import Offer
from models.items.item import Item, Material
from models.items.offices import office
from models.items.papers import OWN, words_of
from models.keptpapers.paper import KeptPaper
from models.mandates.mandate import GROUND_NAMES
from models.notices.sms import Message
from models.prefill.known import SOURCE_NAMES, Answer
from models.roles.rules import may, verbs_of
from qr.layout import LAYOUTS

if TYPE_CHECKING:
    from handlers.base import Base

DONE = {
    "accept": "已受理",
    "ask": "已一次性告知申请人",
    "hand_on": "已转下一环节",
    "settle": "已当场办结",
    "send_back": "已退回前面环节",
    "pause": "已开始特别程序，时限暂停",
    "resume": "已恢复办理",
    "extend": "已延长时限并告知申请人",
    "grant": "已准予并办结",
    "refuse": "已作出不予办理决定",
    "accept_lacking": "已按容缺受理",
    "receive": "已登记收到的材料",
    "give_aid": "已先行救助并告知申请人",
    "no_aid": "已转一般程序并告知申请人",
}
EVENTS = {
    "applied": "提交申请", "accepted": "受理", "asked": "一次性告知补正", "supplied": "提交补正",
    "handed_on": "通过，转下一环节", "granted": "准予，办结", "refused": "不予办理",
    "withdrawn": "撤回申请", "rated": "评价", "signed": "会签", "sent_back": "退回前面环节",
    "consent_withdrawn": "撤回一项同意",
    "paused": "开始特别程序", "resumed": "恢复办理", "extended": "延长时限",
    "tolerance_offered": "同意容缺受理，等申请人承诺", "promised": "承诺按期补交材料", "handed_in": "补交材料",
    "reminded": "提醒补交材料", "aided": "先行救助", "aid_declined": "不先行救助，转一般程序",
    "released": "前项已办好，开始办理", "broken": "前项没有办成，请申请人选择",
}  # fmt: skip
SOURCES = SOURCE_NAMES | {"self": "申请人填报", "earlier": "来自以前的办件"}
ACTORS = {"resident": "申请人", "staff": "工作人员", "system": "系统"}
PROOFS = {"L0": "免登录", "L1": "身份证号（未核验）", "L2": "身份证加验证"}
NEED_WORDS = {0: "必须", 1: "可选", 2: "可后补"}
VIEWS = [("mine", "待我办理"), ("area", "辖区全部在办"), ("lately", "最近提交")]
STARTS = (("case.see", "/desk"), ("accounts.see", "/desk/accounts"))
LAYOUT_WORDS = {"A4_2x4": "一页 8 个，贴在门上", "A4_3x8": "一页 24 个，标签纸", "A4_1": "一页 1 个，海报"}


async def frame(handler: Base, here: str) -> dict[str, Any]:
    """What every desk page has: navigation with counts, watermark."""
    actor, home = handler.actor, handler.home
    held = verbs_of(actor)
    entries: list[tuple[str, str, int | None]] = []
    if "counter.take" in held:
        entries += [("/desk/counter", "窗口受理", None), ("/desk/windows", "窗口码", None)]
    if "case.see" in held:
        entries += [
            ("/desk", "待我办理", await home.desk.waiting(actor)),
            ("/desk?view=area", "辖区全部在办", None),
            ("/desk?view=lately", "最近提交", None),
        ]
    if "case.see" in held:
        entries.append(("/desk/lights", "待我说明", await home.supervision.waiting(actor)))
    if "board.see" in held:
        entries.append(("/desk/board", "监察看板", None))
    if "case.see" in held:
        entries.append(("/desk/ratings", "差评整改", await home.ratings.waiting(actor)))
    if held & {"problems.answer", "problems.see"}:
        entries.append(("/desk/problems", "问题台账", await home.problems.waiting(actor)))
    if "integrity.see" in held:
        entries.append(("/desk/integrity", "承诺与信用", await home.integrity_desk.waiting(actor)))
    if "rights.answer" in held:
        entries.append(("/desk/rights", "权利请求与投诉", await home.rights_desk.waiting(actor)))
    if "registry.review" in held:
        entries.append(("/desk/proposals", "信息变更审核", None))
    if "accounts.see" in held:
        deciding = "accounts.approve" in held
        entries.append(("/desk/accounts", "账号", await home.staffing.waiting(actor) if deciding else None))
    if "sheets.print" in held:
        entries.append(("/desk/sheets", "打印码单", None))
    if "codes.change" in held:
        entries.append(("/desk/plates", "可疑门牌", await home.plate_reports.waiting(actor)))
    if "items.see" in held:
        entries.append(("/desk/items", "事项", None))
    if held:
        entries.append(("/desk/calendar", "工作日历", None))
    if "pins.print" in held:
        entries.append(("/desk/pins", "打印密码单", None))
    if "retention.see" in held:
        entries.append(("/desk/retention", "保存期限", None))
    if "outbox.see" in held and home.outbox is not None:
        entries.append(("/desk/outbox", "演示短信箱", None))
    if "identity.confirm" in held:
        entries.append(("/grid/present", "上门代办", None))
    entries.append(("/sessions", "我的登录", None))
    return {
        "nav": [
            Page(href=href, label=label, count=count, current=href == here) for href, label, count in entries
        ],
        "watermark": await watermark(handler),
        "stream": "/desk/stream",
    }


async def watermark(handler: Base) -> str:
    """Who looks at a page, and when: 赵科长 100123 2026-11-22 09:30."""
    badge = await handler.home.accounts.badge(handler.actor.subject)
    return f"{badge.name} {badge.staff_no} {handler.home.clock().astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def start(actor: Actor) -> str:
    """Where a member of staff begins: at her work, or at setting up her second factor."""
    if not actor.role:
        return "/staff/enrol"
    held = verbs_of(actor)
    return next((href for verb, href in STARTS if verb in held), "/sessions")


async def list_page(handler: Base, listing: Listing, number: str) -> Page:
    """desk_list.html."""
    view = handler.get_query_argument("view", "mine")
    here = "/desk" if view == "mine" else f"/desk?view={view}"
    return Page(**await frame(handler, here), queue=queue(listing, view, number))


def queue(listing: Listing, view: str, number: str = "", current: str = "") -> Page:
    """parts/queue.html."""
    total: Any = listing.waiting if view == "mine" else len(listing.rows)
    return Page(
        heading=dict(VIEWS).get(view, "待我办理"),
        action="/desk",
        query=number,
        filters=[],
        rows=[_row(row, current) for row in listing.rows],
        total=f"{total}+" if listing.next and view != "mine" else total,
        older_href=f"/desk?view={view}&after={listing.next}" if listing.next else "",
        newer_href="",
        kept=[("view", view)] if view != "mine" else [],
    )


def _row(row: Row, current: str) -> Page:
    closed = row.state in {"granted", "refused", "withdrawn"}
    return Page(
        href=f"/desk/cases/{row.id}",
        case_no=row.case_no,
        title=row.title,
        place=row.place,
        state_text=row.step or STATE_NAMES[row.state],  # type: ignore[index]
        light="none" if closed else row.light,
        left="已结" if closed else left(row.days_left) if row.hours_left is None else hours(row.hours_left),
        current=row.id == current,
    )


def left(days: int) -> str:
    """剩 3 天, in working days."""
    if days < 0:
        return f"超期 {-days} 天"
    return "今天到期" if days == 0 else f"剩 {days} 个工作日"


def hours(count: int) -> str:
    """剩 5 小时, of a clock that counts hours."""
    return f"剩 {count} 小时" if count > 0 else f"超期 {-count} 小时"


def case_view(actor: Actor, case: Case, shape: Callable[..., Any]) -> Any:
    """The JSON face of a case."""
    return shape(case, available(actor, case))


async def case_page(
    handler: Base, case: Case, *, done: str = "", failed: str = "", error: Conflict | Invalid | None = None
) -> Page:
    """desk_case.html."""
    home, actor = handler.home, handler.actor
    offer = await home.catalogue.version(case.item, case.version)
    listing = await home.desk.listing(actor)
    files = await home.uploads.of_case(actor, case.values(), offer.form)
    context = Context(home.today(), home.elements.code_lists, home.areas.names(), files=files)
    kept = await home.kept_papers.of_files(case.applicant.subject, files)
    row = home.desk.row(case)
    line = _row(row, case.id)
    running = steps_at(actor, case)
    chosen = handler.get_body_argument("step", handler.get_query_argument("step", ""))
    step = (
        next((each for each in running if each.key == chosen), None) or (running or case.active or (None,))[0]
    )
    return Page(
        **await frame(handler, ""),
        queue=queue(listing, "mine", current=case.id),
        title=case.title,
        case_no=case.case_no,
        place=home.areas.name_below_county(case.areas[-1]),
        state_text=STATE_NAMES[case.state],
        step_name=step.name if step else "",
        filed=f"{moment(case.filed_at)} 提交",
        due=_due(case),
        money=_money(case),
        repeats=_repeats(await home.desk.repeats(case)),
        light=line.light,
        left=line.left,
        applicant=pairs(
            姓名=case.applicant.name or "未留姓名", 身份核验=PROOFS[case.applicant.level],
            联系电话=case.applicant.phone, 回执码=case.receipt, 代办人=case.applicant.agent,
            窗口受理=case.intake.hall_name if case.intake else "",
            代办依据=GROUND_NAMES[case.applicant.ground] if case.applicant.ground else "",
        ),
        sections=_sections(offer.form, case, context),
        materials=_materials(offer, case, context, kept),
        steps=[_step(each) for each in case.steps],
        history=[_happened(event) for event in case.events],
        actions=actions(actor, case, offer.form, failed, error, step.key if step else ""),
        beside=[
            Page(href=f"/desk/cases/{case.id}?step={each.key}", label=each.name, current=each is step)
            for each in (running if len(running) > 1 else ())
        ],
        paused=f"特别程序（{PAUSE_NAMES[case.paused.kind]}），{moment(case.paused.at)}起时限暂停。{case.paused.note}"
        if case.paused
        else "",
        owed=_owed(case),
        compliance=consents.withdrawn(case, home.consents),
        blocked=_blocked(case),
        revision=case.rev,
        breach_href=f"/desk/integrity/of/{case.id}" if chargeable(actor, case) else "",
        print_href=f"/desk/cases/{case.id}?print=1",
        case_href=f"/desk/cases/{case.id}",
        done=done,
        problem=error.message if isinstance(error, Conflict) else "",
    )  # fmt: skip


def chargeable(actor: Actor, case: Case) -> bool:
    """Whether a breach of what was declared in this case could be recorded by this actor."""
    lines = (may(actor, "integrity.record", case.areas, each) for each in case.departments)
    return case.applicant.level == "L2" and any(lines)


def _happened(event: Event) -> Page:
    kind = ACTORS[event.by.kind]
    who = (
        f"申请人 {event.by.name}" if event.by.kind == "resident" and event.by.name else event.by.name or kind
    )
    return Page(at=moment(event.at), who=who, text=EVENTS.get(event.what, event.what), note=event.note)


def _paper(file_id: str, context: Context) -> Page:
    info = context.files[file_id]
    return Page(href=f"/files/{file_id}", name=info.name, image=info.media_type.startswith("image/"))


def _due(case: Case) -> str:
    if not case.open:
        return ""
    return f"{moment(case.urgent_by)}前先行救助" if case.urgent_now else f"{day(case.due_on)}到期"


def _money(case: Case) -> str:
    """What was given at once, what was assessed, what has to come back."""
    told = []
    if case.aid and case.aid.amount:
        told.append(f"{moment(case.aid.at)}先行救助{case.aid.amount}元（{case.aid.by.name}）")
    if case.amount:
        told.append(f"核定{case.amount}元")
    if case.decision and case.decision.reclaim:
        told.append(f"应追回{case.decision.reclaim}元")
    return "，".join(told)


def _repeats(cases: Sequence[Case]) -> list[str]:
    """A line for each earlier case of the same cause."""
    return [f"同一事由一年内已经救助过：{each.case_no}，{moment(each.filed_at)}提交。" for each in cases]


def _owed(case: Case) -> str:
    """What is owed until when, and what happens otherwise: the words that the applicant reads."""
    owed = case.owed
    if owed is None or not case.open or not owed.outstanding:
        return ""
    names = "、".join(paper.name for paper in owed.outstanding)
    if owed.offered:
        return f"已同意容缺受理，等申请人在回执上承诺补交：{names}。"
    return f"还欠{names}，{day(owed.due_on)}前补齐（{HOW_OWED[owed.promised]}）。{OVERS[owed.over]}。"


def _blocked(case: Case) -> str:
    if not case.open:
        return "这个办件已办结。"
    return "正等申请人补正。" if case.state == "asked" else "这个办件不在您的岗位上，只能查看。"


def _sections(form: Form, case: Case, context: Context) -> list[Page]:
    by_key = {answer.key: answer for answer in case.answers}
    found = []
    for section in form.sections:
        rows = [
            _answer(field, by_key[field.key], context)
            for field in section.fields
            if field.key in by_key and field.type not in {"file", "notice"}
        ]
        if rows:
            # The form speaks to the applicant; at the desk she is somebody else.
            found.append(Page(title=section.title.replace("您的", "申请人"), rows=rows))
    return found


def _answer(field: Any, answer: Answer, context: Context) -> Page:
    value = show(field, answer.value, context)
    if field.type in {"id_number", "bank_account"}:
        value = masked(field.type, str(answer.value))
    was = "" if answer.was is None else show(field, answer.was, context)
    if was and field.type in {"id_number", "bank_account"}:
        was = masked(field.type, str(answer.was))
    source = "自动算出" if field.type == "computed" else SOURCES.get(answer.source, "")
    return Page(label=field.label, value=value, source=source, was=was if answer.changed else "")


def _materials(offer: Offer, case: Case, context: Context, kept: Sequence[KeptPaper]) -> list[Page]:
    """Each paper that was asked for, with the rule that it is checked against and where it came from."""
    if offer.item is None:
        return []
    by_kind = {paper.kind: paper for paper in kept}
    words = {row.code: "" if row.origin in OWN else words_of(row) for row in case.papers.rows}
    found = []
    for material in _asked_for(offer.item, case.values(), context.today):
        value = case.answer(material.field) if material.field else None
        ids = value if isinstance(value, list) else []
        files = [_paper(each, context) for each in ids if each in context.files]
        found.append(
            Page(
                name=material.name,
                need=NEED_WORDS[material.need],
                criteria=material.criteria,
                basis=material.basis,
                held="" if files else words.get(material.code, ""),
                files=files,
                kept=_kept(case, by_kind.get((material.code, material.name)), context),
            )
        )
    return found


def _kept(case: Case, paper: KeptPaper | None, context: Context) -> Page | None:
    """A paper that is kept for the next time: from when it is, and on whose word it goes."""
    if paper is None:
        return None
    standing = paper.standing(context.today.isoformat())
    seen = paper.verified
    word = f"{seen.office} {seen.by} {moment(seen.at)}核验过原件" if seen else "自述，还没有人核验过原件"
    again = (
        ""
        if paper.source.case == case.id
        else f"沿用办“{paper.source.title}”（{paper.source.case_no}）时交的，"
    )
    over = f"，已于{day(paper.valid_until)}过期" if standing == "expired" else ""
    return Page(
        words=f"{again}{word}{over}", verified=standing == "verified",
        href=f"/desk/cases/{case.id}/papers/{paper.id}",
    )  # fmt: skip


def _asked_for(item: Item, answers: Mapping[str, Any], today: date) -> list[Material]:
    fields = item.form.fields()
    return [each for each in item.materials if each.when is None or holds(each.when, answers, fields, today)]


def _step(step: StepState) -> Page:
    state = {"done": "done", "active": "current"}.get(step.state, "todo")
    note = " ".join(part for part in (step.by, step.note) if part)
    return Page(
        name=step.name,
        office=office(step.department, step.tier),
        state=state,
        at=moment(step.done_at or step.started_at),
        note=note,
    )


async def outbox_page(handler: Base, messages: Sequence[Message]) -> Page:
    """outbox.html."""
    lines = [Page(at=moment(each.sent_at), to=each.phone, text=each.text) for each in messages]
    return Page(**await frame(handler, "/desk/outbox"), messages=lines)


async def sheets_page(handler: Base, area: str, problem: str) -> Page:
    """sheets.html."""
    areas = handler.home.areas
    mine = areas.get(handler.actor.area)
    return Page(
        **await frame(handler, "/desk/sheets"),
        areas=within(handler),
        area=area or mine.id,
        layouts=[(key, LAYOUT_WORDS.get(key, key)) for key in LAYOUTS],
        layout="A4_2x4",
        count=None,
        problem=problem,
        action="/desk/sheets",
    )


def within(handler: Base) -> list[tuple[str, str]]:
    """The areas of a person's area, down to groups, indented, to choose from."""
    areas = handler.home.areas
    mine = areas.get(handler.actor.area)
    return [(each.id, "　" * depth + each.name) for each, depth in _below(areas, mine, 0)]


def _below(areas: Any, area: Area, depth: int) -> list[tuple[Area, int]]:
    """An area and those in it, down to groups, in the order of their codes."""
    found = [(area, depth)]
    for child in areas.children(area.id):
        if "G" not in child.id:
            found += _below(areas, child, depth + 1)
    return found
