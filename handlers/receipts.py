"""The receipt and what may be done with it: QR, paper, rating, supplement, withdrawal."""

from __future__ import annotations

from types import SimpleNamespace as Page
from typing import Any

import msgspec

from handlers.access import anyone, resident
from handlers.base import Base
from handlers.views.questions import Desk, messages, question, summary
from handlers.views.words import TONES, day, due, moment
from models.base.errors import Invalid, NotFound
from models.cases.case import STARS, Case
from models.cases.receipts import Receipt, StepView
from models.forms.encode import from_pairs
from models.forms.form import Form
from qr import document, grammar
from qr.fonts import cjk_font
from qr.png import png
from qr.symbol import symbol

COMPLAINTS = "12345"
STEP_STATES = {"done": "done", "active": "current", "waiting": "todo", "skipped": "todo"}
UPLOAD_LIMIT = 32 * 1024 * 1024


class RatingGiven(msgspec.Struct, frozen=True):
    """Stars 5 (非常满意) to 1 (非常不满意), and words if she likes."""

    stars: int = 0
    words: str = ""


class Note(msgspec.Struct, frozen=True):
    note: str = ""


class Supplied(msgspec.Struct, frozen=True):
    """The corrected answers, of the questions that were asked for."""

    answers: dict[str, Any]


class Picture(Base):
    """The receipt's symbol, to keep on a phone."""

    @anyone(summary="回执二维码图片")
    async def get(self, code: str) -> None:
        code = read(code)
        await self.home.receipts.view(self.actor, code)
        self.set_header("Content-Type", "image/png")
        self.finish(png(symbol(grammar.url(self.home.public_url, code)), 8))


class Paper(Base):
    """The printable receipt (回执单), names masked: paper is left lying about."""

    @anyone(summary="回执单（PDF）")
    async def get(self, code: str) -> None:
        receipt = await self.home.receipts.view(self.actor, read(code))
        sheet = receipt_sheet(receipt, self.home.office, self.home.public_url)
        self.set_header("Content-Type", "application/pdf")
        self.set_header("Content-Disposition", f'inline; filename="{receipt.code}.pdf"')
        self.finish(await self.home.draw(document.receipt, sheet, cjk_font()))


class Rating(Base):
    """Five levels, once."""

    @anyone(reads=RatingGiven, gives=Receipt, summary="好差评")
    async def post(self, code: str) -> None:
        given = self.read(RatingGiven)
        try:
            receipt = await self.home.receipts.rate(self.actor, read(code), given.stars, given.words)
        except Invalid as invalid:
            if self.wants_json:
                raise
            receipt = await self.home.receipts.view(self.actor, read(code))
            self.set_status(422)
            message = invalid.problems[0].message
            self.respond(
                receipt, "receipt.html", status=422, draw=lambda model: receipt_page(model, wrong=message)
            )
            return
        self.go(f"/q/{receipt.code}#rate", receipt)


class Withdrawal(Base):
    """Taking an open case back."""

    @anyone(reads=Note, gives=Receipt, summary="撤回申请")
    async def post(self, code: str) -> None:
        receipt = await self.home.receipts.withdraw(self.actor, read(code), self.read(Note).note)
        self.go(f"/q/{receipt.code}", receipt)


class Supplement(Base):
    """Correcting what was asked for, and only that."""

    @anyone(summary="补正")
    async def get(self, code: str) -> None:
        case = await self.home.receipts.holds(self.actor, read(code))
        form = await self._form(case)
        model = {
            "case_no": case.case_no,
            "asked": case.asked,
            "submit": {"href": self.request.path, "method": "POST"},
        }
        context = await self.home.applying.context(self.actor, form, case.values())
        self.respond(
            model,
            "supplement.html",
            draw=lambda _model: supplement_page(case, form, context, case.values(), []),
        )

    @anyone(reads=Supplied, gives=Receipt, summary="提交补正", body_limit=UPLOAD_LIMIT)
    async def post(self, code: str) -> None:
        case = await self.home.receipts.holds(self.actor, read(code))
        form = await self._form(case)
        answers = self.read(Supplied).answers if self.sends_json else await self._posted(case, form)
        context = await self.home.applying.context(self.actor, form, {**case.values(), **answers})
        try:
            receipt = await self.home.receipts.supply(self.actor, case.receipt, form, answers, context)
        except Invalid as invalid:
            if self.wants_json:
                raise
            page = supplement_page(case, form, context, {**case.values(), **answers}, invalid.problems)
            self.respond({}, "supplement.html", status=422, draw=lambda _model: page)
            return
        self.go(f"/q/{receipt.code}", receipt)

    async def _form(self, case: Case) -> Form:
        return (await self.home.catalogue.version(case.item, case.version)).form

    async def _posted(self, case: Case, form: Form) -> dict[str, Any]:
        wanted = set(case.asked.fields) if case.asked and case.asked.fields else set(form.fields())
        fields = {
            key: field for key, field in form.fields().items() if key in wanted and field.type != "computed"
        }
        given = from_pairs(
            fields, {name: self.get_body_arguments(name) for name in self.request.body_arguments}
        )
        for name, files in self.request.files.items():
            key = name.removesuffix(".file")
            if key in fields and fields[key].type == "file":
                held = given.get(key)
                kept = list(held) if isinstance(held, list) else []
                for file in files:
                    if file.body:
                        kept.append((await self.home.uploads.take(self.actor, file.body, file.filename)).id)
                given[key] = kept
        return {key: given.get(key) for key in fields}


class Progress(Base):
    """Following a matter by its receipt's code, or after login by its number."""

    @anyone(summary="查进度")
    async def get(self) -> None:
        text = self.get_query_argument("number", "")[:60].strip()
        problem = ""
        if text:
            try:
                self.redirect(f"/q/{await self._find(text)}", status=303)
                return
            except NotFound as error:
                problem = error.message
        page = Page(typed=text, problem=problem, action="/progress")
        self.respond(
            {"problem": problem}, "progress.html", status=404 if problem else 200, draw=lambda _model: page
        )

    async def _find(self, text: str) -> str:
        try:
            return grammar.read(text)
        except grammar.BadCode:
            return (await self.home.receipts.by_number(self.actor, text)).code


class My(Base):
    """One's own matters and unfinished forms."""

    @resident("L1", summary="我的办件")
    async def get(self) -> None:
        own = await self.home.receipts.own(self.actor) if self.actor.reaches("L2") else []
        drafts = await self.home.drafts.all_of(self.actor)
        self.respond({"cases": own}, "my.html", draw=lambda _model: self._page(own, drafts))

    def _page(self, own: list[Receipt], drafts: list[Any]) -> Page:
        offers = {offer.id: offer for offer in self.home.catalogue.offers()}
        return Page(
            name=self.actor.name,
            cases=[
                Page(
                    title=each.title,
                    case_no=each.case_no,
                    href=f"/q/{each.code}",
                    state_text=each.state_name,
                    tone=TONES[each.state],
                    note=due(each.due_on) if not each.outcome else "",
                )
                for each in own
            ],
            drafts=[
                Page(
                    title=offers[draft.offer].short,
                    href=f"/apply/{draft.code}/{draft.offer}/1",
                    note=f"{moment(draft.updated_at)}存",
                )
                for draft in drafts
                if draft.offer in offers
            ],
            login_href="" if self.actor.reaches("L2") else "/login/confirm?next=/my",
            start_href="/",
        )


def read(text: str) -> str:
    """A receipt's code as typed. Raises NotFound."""
    try:
        return grammar.read(text)
    except grammar.BadCode as bad:
        raise NotFound(bad.message, code=f"code.{bad.reason}") from None


def receipt_page(receipt: Receipt, *, fresh: bool = False, wrong: str = "") -> Page:
    """receipt.html."""
    base = f"/q/{receipt.code}"
    rows = [
        Page(label="申请人", value=receipt.name or "未留姓名"),
        Page(label="提交时间", value=moment(receipt.filed_at)),
    ]
    return Page(
        fresh=fresh,
        case_no=receipt.case_no,
        code=grammar.spoken(receipt.code),
        title=receipt.title,
        state_text=receipt.state_name,
        address="",
        accepted_by=receipt.accepted_by or (receipt.steps[0].office if receipt.steps else ""),
        complaint_phone=COMPLAINTS,
        tone=TONES[receipt.state],
        due="" if receipt.outcome or receipt.state in {"granted", "withdrawn"} else due(receipt.due_on),
        todo=_todo(receipt),
        steps=[] if receipt.children else [_step(step, receipt.state) for step in receipt.steps],
        children=[
            Page(name=child.title, state_text=child.state_name, tone=TONES[child.state], href=child.href)
            for child in receipt.children
        ],
        done_count=receipt.done,
        result=_result(receipt),
        rows=rows,
        masked=not receipt.holder,
        login_href=f"/login?next={base}",
        qr_href=f"{base}/code.png",
        pdf_href=f"{base}/receipt.pdf",
        rating=_rating(receipt, wrong),
        contact=None,
    )


def _todo(receipt: Receipt) -> Page | None:
    if receipt.state != "asked":
        return None
    if receipt.children:
        child = next(child for child in receipt.children if child.state == "asked")
        return Page(text=f"“{child.title}”需要您补正。", href=child.href, button="去看看")
    text = receipt.asked_note or "有内容需要更正。"
    return Page(text=text, href=receipt.supplement, button="现在补正")


def _step(step: StepView, state: str) -> Page:
    shown = STEP_STATES[step.state]
    if state == "refused" and step.state == "done" and step.at is not None:
        shown = "done"
    note = "" if step.state != "active" or not step.days else f"{step.days}个工作日内"
    return Page(
        name=step.name,
        office=step.office,
        state=shown,
        at=moment(step.at) if shown != "todo" else "",
        note=note,
    )


def _result(receipt: Receipt) -> Page | None:
    if not receipt.outcome:
        return None
    granted = receipt.outcome == "granted"
    return Page(
        text=receipt.result or ("已准予办理。" if granted else "未予办理。"),
        reason=receipt.reason,
        remedies=""
        if granted
        else "向本级人民政府申请行政复议，或向人民法院提起行政诉讼；也可拨打12345咨询。",
        files=[],
    )


def _rating(receipt: Receipt, wrong: str) -> Page | None:
    if not receipt.rating and not receipt.rate:
        return None
    done = f"您的评价：{STARS[receipt.rating]}。谢谢！" if receipt.rating else ""
    choices = [(str(stars), label) for stars, label in STARS.items()]
    return Page(action=receipt.rate, choices=choices, done=done, problem=wrong)


def receipt_sheet(receipt: Receipt, office: str, public_url: str) -> document.ReceiptSheet:
    """回执单, ready to print."""
    rows = (
        ("事项", receipt.title),
        ("申请人", receipt.name or "未留姓名"),
        ("受理机关", receipt.accepted_by or "、".join(dict.fromkeys(step.office for step in receipt.steps))),
        ("收件日期", moment(receipt.filed_at)),
        ("承诺办结日", day(receipt.due_on)),
        ("当前状态", receipt.state_name),
    )
    parts = tuple(f"{child.title}（{child.office}，{child.case_no}）" for child in receipt.children)
    return document.ReceiptSheet(
        office=office,
        title="受理回执单",
        case_no=receipt.case_no,
        code=receipt.code,
        url=grammar.url(public_url, receipt.code),
        rows=rows,
        materials=parts or receipt.materials,
        notes=(
            f"监督投诉电话：{COMPLAINTS}",
            "扫上面的二维码，随时查看办到了哪一步。",
            "本回执不收取任何费用。",
        ),
    )


def supplement_page(case: Case, form: Form, context: Any, raw: dict[str, Any], problems: list[Any]) -> Page:
    """supplement.html: the questions that were asked for anew."""
    assert case.asked  # noqa: S101 - the service has checked the state
    wanted = case.asked.fields or dict.fromkeys(form.fields(), "")
    desk = Desk(form, context, frozenset(form.fields()), messages(problems))
    questions = [question(field, raw.get(key), desk) for key, field in form.fields().items() if key in wanted]
    return Page(
        title=case.title,
        case_no=case.case_no,
        reason=case.asked.note,
        asked_by=f"{case.asked.by.office or '受理机关'} {moment(case.asked.at)}",
        until="",
        questions=questions,
        notes=wanted,
        problems=summary(form, problems),
        action=f"/q/{case.receipt}/supplement",
        back_href=f"/q/{case.receipt}",
        submission_key="",
        facts={"values": {}, "kinds": {key: field.type for key, field in form.fields().items()},
               "today": context.today.isoformat()},
        contact=None,
    )  # fmt: skip


ROUTES = [
    (r"/q/([^/]{1,40})/code\.png", Picture),
    (r"/q/([^/]{1,40})/receipt\.pdf", Paper),
    (r"/q/([^/]{1,40})/rating", Rating),
    (r"/q/([^/]{1,40})/withdraw", Withdrawal),
    (r"/q/([^/]{1,40})/supplement", Supplement),
    (r"/progress", Progress),
    (r"/my", My),
]
