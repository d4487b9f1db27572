"""The page of one case at a desk, and on paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import SimpleNamespace as Page
from typing import TYPE_CHECKING, Any

from handlers.views import consents
from handlers.views.actions import actions, again, hands
from handlers.views.beside import bundle
from handlers.views.desk import AT_DESK, frame, line, queue
from handlers.views.words import day, moment, pairs
from models.base.actor import Actor
from models.base.errors import Conflict, Invalid
from models.cases.case import PAUSE_NAMES, Case, Event, StepState
from models.cases.desk import Seen
from models.cases.owed import HOW_OWED, OVERS
from models.cases.posts import assignable, at_desk, available, steps_at
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
from models.prefill.known import SOURCE_NAMES, Answer
from models.roles.rules import may, verbs_of

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
    "take": "这件由您来办了",
    "assign": "已分派",
    "give_back": "已放回待分派",
    "unmask": "已记录您查看申请人的理由",
}
EVENTS = {
    "applied": "提交申请", "accepted": "受理", "asked": "一次性告知补正", "supplied": "提交补正",
    "handed_on": "通过，转下一环节", "granted": "准予，办结", "refused": "不予办理",
    "withdrawn": "撤回申请", "rated": "评价", "signed": "会签", "sent_back": "退回前面环节",
    "consent_withdrawn": "撤回一项同意",
    "paused": "开始特别程序", "resumed": "恢复办理", "extended": "延长时限",
    "tolerance_offered": "同意容缺受理，等申请人承诺", "promised": "承诺按期补交材料", "handed_in": "补交材料",
    "assigned": "分派", "reassigned": "改派", "unassigned": "放回待分派", "unmasked": "查看申请人",
    "undone": "撤销上一步操作",
    "reminded": "提醒补交材料", "aided": "先行救助", "aid_declined": "不先行救助，转一般程序",
    "handed_out": "结果一次发出", "released": "前项已办好，开始办理", "broken": "前项没有办成，请申请人选择",
}  # fmt: skip
SOURCES = SOURCE_NAMES | {"self": "申请人填报", "earlier": "来自以前的办件"}
ACTORS = {"resident": "申请人", "staff": "工作人员", "system": "系统"}
NEED_WORDS = {0: "必须", 1: "可选", 2: "可后补"}
PROOFS = {"L0": "免登录", "L1": "身份证号（未核验）", "L2": "身份证加验证"}


def case_view(actor: Actor, seen: Seen, shape: Callable[..., Any]) -> Any:
    """The JSON face of a case."""
    case, hers = seen.case, at_desk(actor, seen.case)
    hands = assignable(actor, case, hers[0]) if hers else ()
    return shape(case, available(actor, case, "", tuple(seen.instead)), hands, seen.blind)


async def case_page(
    handler: Base, seen: Seen, *, done: str = "", failed: str = "", error: Conflict | Invalid | None = None
) -> Page:
    """desk_case.html."""
    home, actor, case = handler.home, handler.actor, seen.case
    offer = await home.catalogue.version(case.item, case.version)
    listing = await home.desk.listing(actor)
    files = await home.uploads.of_case(actor, case.values(), offer.form)
    elements = home.elements
    context = Context(
        home.today(), elements.code_lists, home.areas.names(), files=files, retired=elements.retired
    )
    kept = await home.kept_papers.of_files(case.applicant.subject, files)
    shown, plan = line(home.desk.row(actor, case), case.id), home.desk.plan(case)
    running = steps_at(actor, case, tuple(seen.instead))
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
        state_text=AT_DESK[case.state],
        step_name=step.name if step else "",
        filed=f"{moment(case.filed_at)} 提交",
        due=_due(case),
        money=_money(case),
        repeats=_repeats(seen.repeats),
        light=shown.light,
        left=shown.left,
        blind=seen.blind,
        unmask=_unmask(handler, case, failed, error) if seen.blind and running else None,
        hands=await hands(handler, case, failed, error),
        applicant=[] if seen.blind else pairs(
            姓名=case.applicant.name or "未留姓名", 身份核验=PROOFS[case.applicant.level],
            联系电话=case.applicant.phone, 回执码=case.receipt, 代办人=case.applicant.agent,
            窗口受理=case.intake.hall_name if case.intake else "",
            代办依据=GROUND_NAMES[case.applicant.ground] if case.applicant.ground else "",
        ),
        sections=_sections(offer.form, case, context),
        materials=_materials(offer, case, context, kept),
        steps=[_step(each, plan.get(each.key, "")) for each in case.steps],
        history=[_happened(event) for event in case.events],
        actions=again(
            handler, actions(actor, seen, offer.form, failed, error, step.key if step else ""), failed, error
        ),
        beside=[
            Page(href=f"/desk/cases/{case.id}?step={each.key}", label=each.name, current=each is step)
            for each in (running if len(running) > 1 else ())
        ],
        paused=f"特别程序（{PAUSE_NAMES[case.paused.kind]}），{moment(case.paused.at)}起时限暂停。{case.paused.note}"
        if case.paused
        else "",
        bundle=bundle(case, await home.desk.beside(case)),
        owed=_owed(case),
        compliance=consents.withdrawn(case, home.consents),
        blocked=_blocked(actor, case),
        revision=case.rev,
        light_href=f"/desk/supervise/{case.id}" if "lights.decide" in verbs_of(actor) else "",
        breach_href=f"/desk/integrity/of/{case.id}" if chargeable(actor, case) and not seen.blind else "",
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
    instead = f"（代{event.by.instead}）" if event.by.instead else ""
    who = (
        f"申请人 {event.by.name}" if event.by.kind == "resident" and event.by.name else event.by.name or kind
    )
    to = f"给{event.data['name']}" if event.what in {"assigned", "reassigned"} else ""
    text = EVENTS.get(event.what, event.what) + to
    return Page(at=moment(event.at), who=who + instead, text=text, note=event.note)


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


def _unmask(handler: Base, case: Case, failed: str, error: Conflict | Invalid | None) -> Page:
    """Asking to look behind the veil, as parts/action.html reads it."""
    wrong = error.problems if failed == "unmask" and isinstance(error, Invalid) else []
    hint = "申请人可以查到是谁、什么时候、为什么看的。"
    problem = wrong[0].message if wrong else ""
    field = Page(name="reason", label="为什么必须知道申请人是谁", kind="textarea", value="", options=[], hint=hint,
                 problem=problem, optional=False)  # fmt: skip
    act = Page(key="unmask", step="", title="查看申请人", href=f"/desk/cases/{case.id}/unmask", button="记录理由并查看",
               tone="plain", note="", problem="", fields=[field], open=False)  # fmt: skip
    return again(handler, [act], failed, error)[0]


def _blocked(actor: Actor, case: Case) -> str:
    if not case.open:
        return "这个办件已办结。"
    if case.state == "asked":
        return "正等申请人补正。"
    here = at_desk(actor, case)
    if here and here[0].assignee:
        return f"这个办件在{here[0].assignee_name}手里。"
    if here and here[0].blind:
        return "盲审的件由系统派给值班的首席代表，请稍等。"
    return "这个办件不在您的岗位上，只能查看。"


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
    words = {row.code: "" if row.origin in OWN else words_of(row) for row in case.papers.rows}
    by_kind = {paper.kind: paper for paper in kept}
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
                kept=_kept(case, by_kind.get((material.code, material.name)), context),
                files=files,
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


def _step(step: StepState, due_on: str) -> Page:
    state = {"done": "done", "active": "current"}.get(step.state, "todo")
    hand = f"在{step.assignee_name}手里" if step.state == "active" and step.assignee else ""
    until = f"{day(due_on)}前完成" if due_on else ""
    note = " ".join(part for part in (hand, step.by, step.note, until) if part)
    return Page(
        name=step.name,
        office=office(step.department, step.tier),
        state=state,
        at=moment(step.done_at or step.started_at),
        note=note,
    )
