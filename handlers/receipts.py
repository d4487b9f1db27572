"""The receipt and what may be done with it: QR, paper, rating, supplement, withdrawal."""

from __future__ import annotations

from types import SimpleNamespace as Page
from typing import Any

import msgspec

from handlers import edge, looking
from handlers.access import anyone, resident
from handlers.answers import posted
from handlers.base import Base
from handlers.ratings import checked, reasons_of, stars_of
from handlers.views import contacts
from handlers.views.receipts import filled_page, receipt_page, receipt_sheet, supplement_page
from handlers.views.words import TONES, due, moment
from models.base.errors import Conflict, Invalid, LoginNeeded, NotFound
from models.cases.case import Asked, Case
from models.cases.receipt import Receipt
from models.forms.form import Form
from models.items.item import Item
from models.platereports.report import NUMBER
from qr import document, grammar
from qr.fonts import cjk_font
from qr.png import png
from qr.symbol import symbol

UPLOAD_LIMIT = 32 * 1024 * 1024


class RatingGiven(msgspec.Struct, frozen=True):
    """Stars 5 (非常满意) to 1 (非常不满意), and if she likes why, of models/ratings/data/reasons.toml, and in words."""

    stars: int = 0
    words: str = ""
    reasons: list[str] = []


class Note(msgspec.Struct, frozen=True):
    note: str = ""


class Supplied(msgspec.Struct, frozen=True):
    """The corrected answers, of the questions that were asked for."""

    answers: dict[str, Any]


class Answers(msgspec.Struct, frozen=True):
    """What was filled in, by question."""

    case_no: str
    answers: dict[str, Any]


class SendTo(msgspec.Struct, frozen=True):
    href: str
    method: str = "POST"


class Wanted(msgspec.Struct, frozen=True):
    """What is asked for anew, by whom and why, and where to send it; ``asked`` is null when nothing is."""

    case_no: str
    asked: Asked | None
    submit: SendTo


class Sought(msgspec.Struct, frozen=True):
    problem: str = ""


class Own(msgspec.Struct, frozen=True):
    """One's cases at L2, none below."""

    cases: list[Receipt]


class Picture(Base):
    """The receipt's symbol, to keep on a phone."""

    @anyone(acting=True, media=("image/png",), summary="回执二维码图片")
    async def get(self, code: str) -> None:
        code = known(self, code)
        await self.home.receipts.view(self.actor, code)
        self.set_header("Content-Type", "image/png")
        self.finish(png(symbol(grammar.url(self.home.public_url, code)), 8))


class Paper(Base):
    """The printable receipt (回执单), names masked: paper is left lying about."""

    @anyone(acting=True, media=("application/pdf",), summary="回执单（PDF）")
    async def get(self, code: str) -> None:
        receipt = await self.home.receipts.view(self.actor, known(self, code))
        sheet = receipt_sheet(receipt, self.home.office, self.home.public_url)
        self.set_header("Content-Type", "application/pdf")
        self.set_header("Content-Disposition", f'inline; filename="{receipt.code}.pdf"')
        self.finish(await self.home.draw(document.receipt, sheet, cjk_font()))


class Rating(Base):
    """Five levels, once."""

    @anyone(reads=RatingGiven, gives=Receipt, summary="好差评")
    async def post(self, code: str) -> None:
        given = self.read(RatingGiven) if self.sends_json else self._form()
        try:
            await self.home.receipts.holds(self.actor, known(self, code))
            reasons = checked(self.home.ratings, given.stars, given.reasons)
            receipt = await self.home.receipts.rate(self.actor, read(code), given.stars, given.words, reasons)
        except Invalid as invalid:
            if self.wants_json:
                raise
            receipt = await self.home.receipts.view(self.actor, known(self, code))
            page = receipt_page(
                receipt, self.home.ratings.reasons, contact=await contacts.of_grid(self.home, receipt.grid),
                wrong=invalid.problems[0], typed=given,
            )  # fmt: skip
            self.respond(receipt, "receipt.html", status=422, draw=lambda _model: page)
            return
        self.go(f"/q/{receipt.code}?rated=1#rate", receipt)

    def _form(self) -> RatingGiven:
        return RatingGiven(stars_of(self), self.get_body_argument("words", ""), list(reasons_of(self)))


class Withdrawal(Base):
    """Taking an open case back: asked once more, then done."""

    @anyone(acting=True, gives=Receipt, summary="撤回申请（确认页）")
    async def get(self, code: str) -> None:
        case = await self.home.receipts.holds(self.actor, known(self, code))
        receipt = await self.home.receipts.view(self.actor, case.receipt)
        if not receipt.withdraw:
            raise Conflict("这件事现在不能撤回。", code="case.state")
        page = Page(
            title=receipt.title,
            case_no=receipt.case_no,
            action=receipt.withdraw,
            back_href=f"/q/{receipt.code}",
        )
        self.respond(receipt, "withdraw.html", draw=lambda _model: page)

    @anyone(acting=True, reads=Note, gives=Receipt, summary="撤回申请")
    async def post(self, code: str) -> None:
        receipt = await self.home.receipts.withdraw(self.actor, known(self, code), self.read(Note).note)
        self.go(f"/q/{receipt.code}", receipt)


class Filled(Base):
    """What she filled in, to print: hers alone."""

    @anyone(acting=True, gives=Answers, summary="打印我填的申请表")
    async def get(self, code: str) -> None:
        receipts, home = self.home.receipts, self.home
        case = await receipts.holds(self.actor, known(self, code))
        receipt = await receipts.view(self.actor, case.receipt)
        if not receipt.holder:
            raise LoginNeeded(case.applicant.level, "申请表要由申请人本人打开。")
        form = (await home.catalogue.version(case.item, case.version)).form
        context = await home.applying.context(self.actor, form, case.values())
        await looking.own_form(self, case.item)
        model = Answers(case.case_no, case.values())
        self.respond(model, "filled.html", draw=lambda _model: filled_page(case, receipt, form, context))


class GoOn(Base):
    """Going on with one matter of a bundle although what it waited for was not granted."""

    @anyone(acting=True, gives=Receipt, summary="一件事：前项没有办成，继续办这一项")
    async def post(self, code: str) -> None:
        receipt = await self.home.receipts.go_on(self.actor, read(code))
        self.go(f"/q/{receipt.code}", receipt)


class Supplement(Base):
    """Correcting what was asked for, and only that."""

    @anyone(acting=True, gives=Wanted, status=(200, 303), summary="补正")
    async def get(self, code: str) -> None:
        case = await self.home.receipts.holds(self.actor, known(self, code))
        if case.state != "asked" and not self.wants_json:  # an old link: the receipt says how it stands
            self.redirect(f"/q/{case.receipt}", status=303)
            return
        form = (await item_of(self, case)).form
        model = Wanted(case.case_no, case.asked, SendTo(self.request.path))
        context = await self.home.applying.context(self.actor, form, case.values())
        contact = await contacts.of_grid(self.home, case.areas[-1])
        self.respond(
            model,
            "supplement.html",
            draw=lambda _model: supplement_page(case, form, context, case.values(), [], contact),
        )

    @anyone(acting=True, reads=Supplied, gives=Receipt, summary="提交补正", body_limit=UPLOAD_LIMIT)
    async def post(self, code: str) -> None:
        case = await self.home.receipts.holds(self.actor, known(self, code))
        item = await item_of(self, case)
        form = item.form
        answers = self.read(Supplied).answers if self.sends_json else await self._posted(case, form)
        context = await self.home.applying.context(self.actor, form, {**case.values(), **answers})
        try:
            receipt = await self.home.receipts.supply(self.actor, case.receipt, item, answers, context)
        except Invalid as invalid:
            if self.wants_json:
                raise
            contact = await contacts.of_grid(self.home, case.areas[-1])
            raw = {**case.values(), **answers}
            page = supplement_page(case, form, context, raw, invalid.problems, contact)
            self.respond({}, "supplement.html", status=422, draw=lambda _model: page)
            return
        self.go(f"/q/{receipt.code}", receipt)

    async def _posted(self, case: Case, form: Form) -> dict[str, Any]:
        wanted = set(case.asked.fields) if case.asked and case.asked.fields else set(form.fields())
        asked = form.fields().items()
        return await posted(
            self, {key: field for key, field in asked if key in wanted and field.type != "computed"}
        )


class Progress(Base):
    """Following a matter by its receipt's code, or after login by its number."""

    @anyone(acting=True, gives=Sought, query=("number",), status=(200, 303), summary="查进度")
    async def get(self) -> None:
        text = self.get_query_argument("number", "")[:60].strip()
        problem = ""
        if text:
            await self.home.edge.admit("look", edge.asked_by(self))
            try:
                self.redirect(await self._lead(text), status=303)
                return
            except NotFound as error:
                if self.wants_json:
                    raise
                problem = error.message
        page = Page(typed=text, problem=problem, action="/progress")
        self.respond(
            {"problem": problem}, "progress.html", status=404 if problem else 200, draw=lambda _model: page
        )

    async def _lead(self, text: str) -> str:
        """Where what was typed leads: to a receipt, or to the report of a plate, whose number looks like none."""
        if NUMBER.fullmatch(text.upper()):
            return f"/reports/{text.upper()}"
        return f"/q/{await self._find(text)}"

    async def _find(self, text: str) -> str:
        try:
            return grammar.read(text)
        except grammar.BadCode:
            return (await self.home.receipts.by_number(self.actor, text)).code


class My(Base):
    """One's own matters and unfinished forms."""

    @resident("L1", gives=Own, summary="我的办件")
    async def get(self) -> None:
        own = await self.home.receipts.own(self.actor) if self.actor.reaches("L2") else []
        drafts = await self.home.drafts.all_of(self.actor)
        self.respond(Own(own), "my.html", draw=lambda _model: self._page(own, drafts))

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
                    note=_note(each),
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


async def item_of(handler: Base, case: Case) -> Item:
    """What was applied for, as it was then. Raises NotFound."""
    item = (await handler.home.catalogue.version(case.item, case.version)).item
    if item is None:
        raise NotFound("没有找到这个事项的版本。", code="item.unknown")
    return item


def _note(receipt: Receipt) -> str:
    """When it is due, and who filed it where that was not herself."""
    waiting = due(receipt.due_on) if not receipt.outcome else ""
    return "　".join(part for part in (waiting, f"{receipt.agent}代办" if receipt.agent else "") if part)


def known(handler: Base, text: str) -> str:
    """A receipt's code as typed, from whoever has not been guessing. Raises NotFound, TooMany."""
    handler.home.edge.check("miss", edge.asked_by(handler))
    return read(text)


def read(text: str) -> str:
    """A receipt's code as typed. Raises NotFound."""
    try:
        return grammar.read(text)
    except grammar.BadCode as bad:
        raise NotFound(bad.message, code=f"code.{bad.reason}") from None


ROUTES = [
    (r"/q/([^/]{1,40})/code\.png", Picture),
    (r"/q/([^/]{1,40})/receipt\.pdf", Paper),
    (r"/q/([^/]{1,40})/rating", Rating),
    (r"/q/([^/]{1,40})/withdraw", Withdrawal),
    (r"/q/([^/]{1,40})/go-on", GoOn),
    (r"/q/([^/]{1,40})/form", Filled),
    (r"/q/([^/]{1,40})/supplement", Supplement),
    (r"/progress", Progress),
    (r"/my", My),
]
