"""Applying: the matter, its form page by page, check your answers, submit. One address, two faces."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from handlers import cookies, edge, looking
from handlers.access import HTML, anyone
from handlers.base import Base
from handlers.errors import status_of
from handlers.views import contacts, forms, questions
from models.base.errors import Invalid, LoginNeeded, NotFound, Problem, TooLarge, TooMany
from models.cases.applying import Opened
from models.cases.service import Filed
from models.consents.consent import Ask
from models.forms.encode import from_pairs
from models.forms.engine import clean
from models.forms.form import Field, Option, When
from models.pressure.pressure import Pressed

UPLOAD_LIMIT = 32 * 1024 * 1024
ROW = re.compile(r"[0-9]{1,6}")


class FieldView(msgspec.Struct, frozen=True, omit_defaults=True):
    """One question for a JSON client: what the form declares, and what is known."""

    key: str
    label: str
    type: str
    required: bool
    value: Any = None
    source: str = ""
    hint: str = ""
    options: tuple[Option, ...] = ()
    show_if: When | None = None
    require_if: When | None = None
    columns: tuple[FieldView, ...] = ()
    min: Any = None
    max: Any = None
    max_length: int | None = None
    unit: str = ""
    text: str = ""
    max_files: int = 6
    min_rows: int = 0
    max_rows: int = 50


class SectionView(msgspec.Struct, frozen=True, omit_defaults=True):
    key: str
    title: str
    fields: tuple[FieldView, ...]
    hint: str = ""
    show_if: When | None = None


class FormView(msgspec.Struct, frozen=True):
    id: str
    version: int
    title: str
    sections: tuple[SectionView, ...]


class SubmitView(msgspec.Struct, frozen=True):
    href: str
    method: str
    submission_key: str


class Opening(msgspec.Struct, frozen=True):
    """``GET href`` of an item: the form, where to send it, where to keep a draft; and the consents that it asks for
    where one of their ``fields`` is answered; ``keep`` is one that may be left alone: whether papers of hers are kept for
    the next time."""

    form: FormView
    submit: SubmitView
    draft: str
    consents: tuple[Ask, ...] = ()
    keep: Ask | None = None


class Submission(msgspec.Struct, frozen=True):
    """What a client sends. A browser's page sends the key alone: its answers lie in the draft. ``consents`` are the
    ids of those that she ticked. ``proof`` or
    ``ticket`` where 429 ``pressure.challenge`` has asked for one."""

    submission_key: str
    answers: dict[str, Any] | None = None
    consents: tuple[str, ...] = ()
    proof: str = ""
    ticket: str = ""


class ReceiptView(msgspec.Struct, frozen=True):
    code: str
    href: str
    case_no: str
    due_on: str


class Submitted(msgspec.Struct, frozen=True):
    receipt: ReceiptView


class DraftPart(msgspec.Struct, frozen=True):
    """Answers of a page as they stand, right or wrong."""

    answers: dict[str, Any]
    section: str = ""


class Matter(Base):
    """The matter: a page about it for people, its form for clients; submission by POST."""

    @anyone(acting=True, gives=Opening, summary="打开表单")
    async def get(self, code: str, offer_id: str) -> None:
        if self.wants_json:
            opened = await self.home.applying.open(self.actor, code, offer_id)
            await looking.own_form(self, offer_id)
            applying = self.home.applying
            asks, keep = applying.could_ask(self.actor, opened), applying.could_keep(self.actor, opened)
            self.respond(_opening(opened, asks, keep))
            return
        offer, row = await self.home.applying.offer(code, offer_id)
        address = await self.home.applying.address(row)
        self.respond(offer, "item.html", draw=lambda _model: forms.matter_page(offer, row, address))

    @anyone(acting=True, reads=Submission, gives=Submitted, status=(201, 200), summary="提交申请")
    async def post(self, code: str, offer_id: str) -> None:
        sent = self._sent()
        try:
            await edge.admit(self, code, sent.submission_key, sent.proof, sent.ticket)
            filed = await self._file(code, offer_id, sent)
        except (Invalid, TooMany) as error:
            if self.wants_json:
                raise
            await self._check_again(code, offer_id, sent, error)
            return
        if filed.created:
            self.home.pressure.filed(self.actor, edge.read(code))
        if filed.created and self.actor.subject:
            await looking.filing(self, filed.receipt)
        if self.wants_json:
            self.respond(_submitted(filed), status=201 if filed.created else 200)
        else:
            at_desk = filed.at_counter and self.actor.mandate
            self.redirect(
                f"/counter/done/{filed.receipt}" if at_desk else f"/q/{filed.receipt}?new=1", status=303
            )

    def _sent(self) -> Submission:
        """What came; a page sends each box that was ticked under one name."""
        sent = self.read(Submission)
        if self.sends_json:
            return sent
        return msgspec.structs.replace(sent, consents=tuple(self.get_body_arguments("consent")))

    async def _file(self, code: str, offer_id: str, sent: Submission) -> Filed:
        applying, key, ticked = self.home.applying, sent.submission_key, sent.consents
        if sent.answers is None:
            return await applying.submit_draft(self.actor, code, offer_id, key, ticked)
        return await applying.submit(self.actor, code, offer_id, key, sent.answers, ticked)

    async def _check_again(
        self, code: str, offer_id: str, sent: Submission, error: Invalid | TooMany
    ) -> None:
        """The page before the button once more, with what is wrong or how long to wait; nothing typed is lost."""
        opened = await self.home.applying.open(self.actor, code, offer_id)
        await looking.own_form(self, offer_id)
        wrong = error.problems if isinstance(error, Invalid) else []
        asks = self.home.applying.asks(self.actor, opened)
        keep = self.home.applying.keep_ask(self.actor, opened)
        page = forms.check_page(opened, self.home.days, wrong, asks, sent.consents, keep)
        if isinstance(error, Pressed):
            page.pressure = edge.carried(error.asked, error.message)
        else:
            page.pressure = edge.waiting(self, code, sent.submission_key, sent.proof, sent.ticket)
        if isinstance(error, TooMany):
            page.wait = error.message
            self.set_header("Retry-After", str(error.retry_after))
        self.set_status(status_of(error))
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(self.render_string("check.html", m=page))


class Page(Base):
    """One section of a form, for people. Wrong answers are kept and shown again with what to do."""

    @anyone(acting=True, media=(HTML,), summary="表单的一页")
    async def get(self, code: str, offer_id: str, number: str) -> None:
        cookies.device_of(self)
        opened = await self.home.applying.open(self.actor, code, offer_id)
        await self._show(opened, _page_number(opened, number))

    @anyone(
        acting=True,
        uploads=True,
        media=(HTML,),
        status=(200, 303, 422),
        summary="保存表单的一页",
        body_limit=UPLOAD_LIMIT,
    )
    async def post(self, code: str, offer_id: str, number: str) -> None:
        cookies.device_of(self)
        await self.home.edge.admit("draft", edge.asked_by(self, code))
        opened = await self._open(code, offer_id)
        at = _page_number(opened, number)
        section = opened.sections()[at - 1]
        raw, problems = await self._posted(section.fields, opened)
        if any(self.get_body_argument(name, "") for name in ("_add", "_remove", "_edit")):
            opened = await self.home.applying.keep(self.actor, opened, raw)
            await self._show(opened, at, more=self.get_body_argument("_add", ""))
            return
        opened = await self.home.applying.keep(self.actor, opened, raw)
        cleaned = clean(opened.offer.form, opened.raw, opened.context, section=section.key)
        found = [*problems, *cleaned.problems]
        if found:
            await self._show(opened, at, found)
        else:
            await self._go_on(opened, section.key)

    async def _open(self, code: str, offer_id: str) -> Opened:
        try:
            return await self.home.applying.open(self.actor, code, offer_id)
        except LoginNeeded as needed:
            # Logged out while typing. The page is sent again after login; scripts keep what was typed meanwhile.
            raise LoginNeeded(needed.required, "登录已过期。请重新登录，已保存的内容都在。") from None

    async def _go_on(self, opened: Opened, done: str) -> None:
        pages = opened.sections()
        here = next((n for n, page in enumerate(pages, 1) if page.key == done), 0)
        base = forms.base(opened)
        self.redirect(f"{base}/{here + 1}" if here < len(pages) else f"{base}/check", status=303)

    async def _posted(self, fields: Sequence[Field], opened: Opened) -> tuple[dict[str, Any], list[Problem]]:
        """What the page sent, unticked boxes included, with its uploads taken in."""
        by_key = {field.key: field for field in fields}
        given = from_pairs(
            by_key, {name: self.get_body_arguments(name) for name in self.request.body_arguments}
        )
        shown = opened.shown()
        raw = {
            key: given.get(key)
            for key, field in by_key.items()
            if field.type != "computed" and (key in given or key in shown)
        }
        problems = await self._take_uploads(by_key, raw)
        _remove(raw, self.get_body_argument("_remove", ""))
        return raw, problems

    async def _take_uploads(self, fields: dict[str, Field], raw: dict[str, Any]) -> list[Problem]:
        problems = []
        for name, files in self.request.files.items():
            key = name.removesuffix(".file")
            if key not in fields or fields[key].type != "file":
                continue
            held = raw[key] if isinstance(raw.get(key), list) else []
            for file in files:
                if not file.body:
                    continue
                try:
                    await self.home.edge.admit("upload", edge.asked_by(self))
                    upload = await self.home.uploads.take(self.actor, file.body, file.filename)
                    held.append(upload.id)
                except (Invalid, TooLarge, TooMany) as error:
                    problems.append(Problem(key, error.code, error.message))
            raw[key] = held
        return problems

    async def _show(self, opened: Opened, at: int, problems: Sequence[Problem] = (), more: str = "") -> None:
        await looking.own_form(self, opened.offer.id)
        contact = await contacts.of_code(self.home, opened.code.id) if opened.code else None
        page = forms.section_page(self.actor, opened, at, problems, more, contact)
        self.set_status(422 if problems else 200)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(self.render_string("form.html", m=page))


class Check(Base):
    """Check your answers."""

    @anyone(acting=True, media=(HTML,), summary="核对后提交")
    async def get(self, code: str, offer_id: str) -> None:
        opened = await self.home.applying.open(self.actor, code, offer_id)
        await looking.own_form(self, offer_id)
        applying = self.home.applying
        asks, keep = applying.asks(self.actor, opened), applying.keep_ask(self.actor, opened)
        page = forms.check_page(opened, self.home.days, asks=asks, keep=keep)
        page.pressure = edge.waiting(self, code, opened.draft.submission_key)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(self.render_string("check.html", m=page))


class DraftOf(Base):
    """What was typed so far, kept as one goes along."""

    @anyone(acting=True, reads=DraftPart, status=(204,), summary="保存草稿")
    async def put(self, code: str, offer_id: str) -> None:
        sent = self.read(DraftPart)
        cookies.device_of(self)
        await self.home.edge.admit("draft", edge.asked_by(self, code))
        opened = await self.home.applying.open(self.actor, code, offer_id)
        await self.home.applying.keep(self.actor, opened, sent.answers)
        self.set_status(204)
        self.finish()

    @anyone(acting=True, status=(204,), summary="清除草稿")
    async def delete(self, code: str, offer_id: str) -> None:
        offer, row = await self.home.applying.offer(code, offer_id)
        await self.home.drafts.drop(self.actor, offer.id, row.id)
        self.set_status(204)
        self.finish()


def _page_number(opened: Opened, text: str) -> int:
    """The page asked for; the last one where the form has become shorter meanwhile."""
    count = len(opened.sections())
    if not count:
        raise NotFound("这个事项没有要填的内容。")
    return min(max(1, int(text)), count)


def _remove(raw: dict[str, Any], wanted: str) -> None:
    """Take away the table row ``KEY.INDEX`` or the file ``KEY:ID``."""
    key, colon, file_id = wanted.partition(":")
    if colon and isinstance(raw.get(key), list):
        raw[key] = [each for each in raw[key] if each != file_id]
        return
    key, _, index = wanted.rpartition(".")
    rows = raw.get(key)
    if isinstance(rows, list) and ROW.fullmatch(index):
        raw[key] = rows[: int(index)] + rows[int(index) + 1 :]


def _opening(opened: Opened, asks: tuple[Ask, ...], keep: Ask | None) -> Opening:
    base = forms.base(opened)
    raw = opened.raw
    sections = tuple(
        SectionView(
            key=section.key,
            title=section.title,
            hint=section.hint,
            show_if=section.show_if,
            fields=tuple(_field(field, opened, raw) for field in section.fields),
        )
        for section in opened.offer.form.sections
    )
    offer = opened.offer
    return Opening(
        form=FormView(offer.id, offer.version, offer.name, sections),
        submit=SubmitView(base, "POST", opened.draft.submission_key),
        draft=f"{base}/draft",
        consents=asks,
        keep=keep,
    )


def _field(field: Field, opened: Opened, raw: dict[str, Any]) -> FieldView:
    fact = opened.known.get(field.key)
    known = fact is not None and raw.get(field.key) == fact.value
    return FieldView(
        key=field.key,
        label=field.label,
        type=field.type,
        required=field.required,
        value=raw.get(field.key, field.default),
        source=questions.source(fact) if fact and known else "",
        hint=field.hint,
        options=_options(field, opened),
        show_if=field.show_if,
        require_if=field.require_if,
        columns=tuple(_field(column, opened, {}) for column in field.columns),
        min=field.min,
        max=field.max,
        max_length=field.max_length,
        unit=field.unit,
        text=field.text,
        max_files=field.max_files,
        min_rows=field.min_rows,
        max_rows=field.max_rows,
    )


def _options(field: Field, opened: Opened) -> tuple[Option, ...]:
    context = opened.context
    offered = {"area": context.areas, "member": context.members}.get(field.type)
    if offered is None:
        offered = context.choices(field) if field.type in {"single", "multiple"} else {}
    return tuple(Option(value, label) for value, label in offered.items())


def _submitted(filed: Filed) -> Submitted:
    return Submitted(ReceiptView(filed.receipt, f"/q/{filed.receipt}", filed.case_no, filed.due_on))


ROUTES = [
    (r"/apply/([^/]{1,40})/([a-z0-9-]{1,60})", Matter),
    (r"/apply/([^/]{1,40})/([a-z0-9-]{1,60})/([0-9]{1,3})", Page),
    (r"/apply/([^/]{1,40})/([a-z0-9-]{1,60})/check", Check),
    (r"/apply/([^/]{1,40})/([a-z0-9-]{1,60})/draft", DraftOf),
]
