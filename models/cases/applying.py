"""Applying: one person before one form, opened from one code. Gathers what the form page and the submission need."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any, Literal, Protocol

import msgspec

from models.areas.service import Areas
from models.base.actor import Actor
from models.base.clock import Clock, local_day
from models.base.errors import Forbidden, Invalid, NotFound, Problem
from models.cases.filing import shares_of
from models.cases.paperwork import wanted
from models.cases.service import Cases, Filed
from models.codes.code import Code
from models.codes.service import Codes
from models.consents.consent import KEEP, Ask, capacity_of
from models.consents.rule import young_in
from models.consents.service import Consents
from models.drafts.draft import Draft
from models.drafts.service import Drafts
from models.elements.registry import Elements
from models.files.service import Uploads, file_ids
from models.forms.context import Context
from models.forms.engine import Cleaned, clean, visible
from models.forms.form import Field, Form, Section
from models.forms.merge import chosen
from models.items.catalogue import Offer
from models.items.papers import Papers, kept_file
from models.items.service import Catalogue
from models.keptpapers import asking
from models.keptpapers.paper import KeptPaper, handed_in
from models.keptpapers.service import KeptPapers
from models.mandates.mandate import Ground
from models.prefill.known import Answer, Known, trace
from models.prefill.service import Prefill
from qr import grammar


class Barring(Protocol):
    """Whoever knows which commitments are not taken from somebody now (``models/integrity/standing.py``). Asked of those
    who have proved who they are: to nobody else may it be told that there is anything."""

    async def barred(self, subject: str, form: Form) -> dict[str, str]: ...


class Opened(msgspec.Struct, frozen=True):
    """A form as it lies open: what is offered, from which code, what is known and what has been typed; on what ground
    somebody fills it in for somebody else. ``held`` is what the state has of her, so that she need not prove it;
    ``kept`` are papers that she has handed in before, by the question that asks for them."""

    offer: Offer
    code: Code | None
    draft: Draft
    known: dict[str, Known]
    context: Context
    address: str
    ground: Ground | Literal[""] = ""
    held: frozenset[str] = frozenset()
    kept: Mapping[str, KeptPaper] = {}

    @property
    def raw(self) -> dict[str, Any]:
        """Everything that stands in the form: what was typed over what was known."""
        fields = self.offer.form.fields()
        typed = {key: value for key, value in self.draft.answers.items() if key in fields}
        return {**{key: fact.value for key, fact in self.known.items()}, **typed}

    def sections(self) -> list[Section]:
        """The pages that have a question to show, given the answers so far."""
        shown = self.shown()
        return [page for page in self.offer.form.sections if any(field.key in shown for field in page.fields)]

    def shown(self) -> frozenset[str]:
        """The keys of the questions that are asked now."""
        good = clean(self.offer.form, self.raw, self.context, partial=True).answers
        return visible(self.offer.form, good, self.context.today)

    def papers(self) -> Papers:
        """The papers that it takes, as far as the answers so far say."""
        good = clean(self.offer.form, self.raw, self.context, partial=True).answers
        return wanted(self.offer, good, self.held, self.context.today)

    def check(self) -> Cleaned:
        """The whole form as it would be submitted."""
        return clean(self.offer.form, self.raw, self.context)


class Advice(msgspec.Struct, frozen=True):
    """What would have to be brought in a situation, before anything is begun: ``answers`` to a bundle's ``scenario``, as
    far as they are right, the ``matters`` that they choose, and the papers of these."""

    offer: Offer
    code: Code
    answers: dict[str, Any]
    context: Context
    matters: tuple[str, ...]
    papers: Papers

    @property
    def scenario(self) -> tuple[Field, ...]:
        """The questions that choose among matters and papers."""
        bundle = self.offer.bundle
        return bundle.scenario.fields if bundle and bundle.scenario else ()


class Applying:
    """Use cases around a form: open, keep, check, submit."""

    def __init__(
        self, *, codes: Codes, catalogue: Catalogue, drafts: Drafts, prefill: Prefill, uploads: Uploads,
        cases: Cases, areas: Areas, elements: Elements, consents: Consents, kept: KeptPapers, clock: Clock,
        standing: Barring,
    ) -> None:  # fmt: skip
        self._codes = codes
        self._catalogue = catalogue
        self._drafts = drafts
        self._prefill = prefill
        self._uploads = uploads
        self._cases = cases
        self._areas = areas
        self._elements = elements
        self._consents = consents
        self._kept = kept
        self._clock = clock
        self._standing = standing

    async def offer(self, code_text: str, offer_id: str) -> tuple[Offer, Code]:
        """What is offered from a code, at whatever level: for the page before the form."""
        code = await self._codes.get(_read(code_text))
        # A window takes any town's matters, so it offers the county's.
        offer = self._catalogue.offer_at(offer_id, code.areas if code.kind in {"D", "S"} else ())
        named = code.target.item or code.target.bundle
        if code.kind in {"S", "Y"} and named not in {offer.id, offer.item.variant_of if offer.item else ""}:
            raise NotFound("这个码不办理这件事，请重新扫码。", code="item.unknown")
        if code.kind not in {"D", "S", "Y", "P"}:
            raise NotFound("这个码不能用来申请，请扫门牌或海报上的码。", code="item.unknown")
        return offer, code

    async def open(self, actor: Actor, code_text: str, offer_id: str) -> Opened:
        """The form, at the level that it asks for. Raises NotFound, Gone, LoginNeeded, and Forbidden for an agent
        whose leave has ended or does not go so far."""
        offer, code = await self.offer(code_text, offer_id)
        ground = await self._cases.check(actor, offer, code)
        draft = await self._drafts.of(actor, offer, code.id)
        self._prefill.begin(actor)
        kept = await self._kept.offered(actor, ground, offer)
        known, held = await self._known(actor, offer, code, kept)
        context = await self.context(actor, offer.form, draft.answers, kept)
        address = await self.address(code)
        return Opened(offer, code, draft, known, context, address, ground, held, kept)

    async def _known(
        self, actor: Actor, offer: Offer, code: Code, kept: Mapping[str, KeptPaper]
    ) -> tuple[dict[str, Known], frozenset[str]]:
        """What need not be asked, and what need not be handed in."""
        valid = {key: paper for key, paper in kept.items() if paper.standing(self._kept.today) != "expired"}
        known = await self._prefill.known(actor, offer.form, code)
        held = await self._prefill.held(actor, code)
        files = {kept_file(file) for paper in valid.values() for file in paper.files}
        return known | {key: paper.known() for key, paper in valid.items()}, held | files

    async def advise(self, actor: Actor, code_text: str, offer_id: str, answers: Mapping[str, Any]) -> Advice:
        """Which papers it would take, whoever asks and before logging in; at L2 without those that the state has of
        her. Nothing is kept. Raises NotFound."""
        offer, code = await self.offer(code_text, offer_id)
        scenario = offer.bundle.scenario.fields if offer.bundle and offer.bundle.scenario else ()
        asked = {field.key: answers[field.key] for field in scenario if field.key in answers}
        context = await self.context(actor, offer.form, {})
        good = clean(offer.form, asked, context, partial=True).answers
        told = {key: value for key, value in good.items() if key in asked}
        held = await self._prefill.held(actor, code)
        found = wanted(offer, told, held, context.today, whole=False)
        ids = chosen(offer.merged, told, context.today) if offer.merged and told else []
        matters = tuple(part.short for part in offer.parts if part.id in ids)
        return Advice(offer, code, told, context, matters, found)

    def asks(self, actor: Actor, opened: Opened) -> tuple[Ask, ...]:
        """The consents that the answers as they stand rest on: for the page before the button."""
        offer, good = opened.offer, opened.check().answers
        answers = tuple(Answer(key, value) for key, value in good.items())
        shares = shares_of(offer, answers, opened.context.today)
        parts = [(share.offer, {each.key: each.value for each in share.answers}) for share in shares]
        young = young_in(actor.id_number, offer.form, good, opened.context.today)
        return self._consents.asked(parts, young, capacity_of(opened.ground))

    def could_ask(self, actor: Actor, opened: Opened) -> tuple[Ask, ...]:
        """Every consent that the form may come to need: for clients that ask themselves."""
        young = young_in(actor.id_number, opened.offer.form, {}, opened.context.today)
        return self._consents.could_ask(opened.offer, young, capacity_of(opened.ground))

    def keep_ask(self, actor: Actor, opened: Opened) -> Ask | None:
        """Whether the papers that lie in the form may be kept for the next time: for the page before the button. None
        where there are none."""
        if not asking.may_keep(actor, opened.ground):
            return None
        answers = trace(opened.check().answers, opened.known, self._clock())
        shares = shares_of(opened.offer, answers, opened.context.today)
        fields = {
            material.field: material.name
            for share in shares
            for material in (handed_in(share.offer.item, share.answers) if share.offer.item else ())
        }
        return asking.ask(
            self._consents.purposes[KEEP], capacity_of(opened.ground), (opened.offer.name,), fields
        )

    def could_keep(self, actor: Actor, opened: Opened) -> Ask | None:
        """The same of all that the form may come to ask for: for clients that ask themselves."""
        if not asking.may_keep(actor, opened.ground):
            return None
        fields = asking.could_keep(opened.offer)
        return asking.ask(
            self._consents.purposes[KEEP], capacity_of(opened.ground), (opened.offer.name,), fields
        )

    async def address(self, code: Code) -> str:
        """What the plate says; for a poster nothing."""
        return await self._prefill.plate(code) if code.kind == "D" else ""

    async def context(
        self, actor: Actor, form: Form, answers: Mapping[str, Any], kept: Mapping[str, KeptPaper] = MappingProxyType({})
    ) -> Context:  # fmt: skip
        """What answers are checked against."""
        files = await self._uploads.infos(actor, list(file_ids(form, answers)))
        again = await self._kept.infos(kept.values()) if kept else {}
        needs = {field.type for field in form.fields().values()}
        return Context(
            today=local_day(self._clock()),
            codes=self._elements.code_lists,
            retired=self._elements.retired,
            areas=self._areas.names() if "area" in needs else {},
            members=await self._prefill.members(actor) if "member" in needs else {},
            files=files | again,
            barred=await self._standing.barred(actor.subject if actor.reaches("L2") else "", form),
        )

    async def keep(self, actor: Actor, opened: Opened, answers: dict[str, Any], done: str = "") -> Opened:
        """Store what was typed, right or wrong; the form as it stands then."""
        fields = opened.offer.form.fields()
        typed = {key: value for key, value in answers.items() if key in fields}
        draft = await self._drafts.keep(actor, opened.draft, typed, [done] if done else [])
        context = await self.context(actor, opened.offer.form, draft.answers, opened.kept)
        return msgspec.structs.replace(opened, draft=draft, context=context)

    async def submit(
        self, actor: Actor, code_text: str, offer_id: str, submission_key: str, answers: Mapping[str, Any],
        consents: Collection[str] = (),
    ) -> Filed:  # fmt: skip
        """File the answers that a client sends in one piece. Everything is checked; see Cases.submit."""
        offer, code = await self.offer(code_text, offer_id)
        kept = await self._kept.offered(actor, await self._cases.ground_of(actor), offer)
        known, held = await self._known(actor, offer, code, kept)
        context = await self.context(actor, offer.form, answers, kept)
        filed = await self._cases.submit(
            actor, offer, code, submission_key, answers, known, context, consents, held
        )
        if filed.created:
            self._drafts.done(actor, offer.id, code.id)
        return filed

    async def submit_draft(
        self, actor: Actor, code_text: str, offer_id: str, submission_key: str, consents: Collection[str] = ()
    ) -> Filed:
        """File what lies in the draft. A second tap, when the draft is gone or leave to act used up, finds what the
        first one filed."""
        try:
            opened = await self.open(actor, code_text, offer_id)
        except Forbidden:
            before = await self._cases.filed_before(actor, submission_key)
            if before is None:
                raise
            return before
        if opened.draft.submission_key != submission_key:
            before = await self._cases.filed_before(actor, submission_key)
            if before:
                return before
            raise Invalid([Problem("", "draft.gone", "草稿已过期，请重新核对后再提交。")])
        fields = opened.offer.form.fields()
        typed = {key: value for key, value in opened.draft.answers.items() if key in fields}
        filed = await self._cases.submit(
            actor, opened.offer, opened.code, submission_key, typed, opened.known, opened.context, consents,
            opened.held,
        )  # fmt: skip
        self._drafts.done(actor, offer_id, opened.draft.code)
        return filed


def _read(text: str) -> str:
    try:
        return grammar.read(text)
    except grammar.BadCode as bad:
        raise NotFound(bad.message, code=f"code.{bad.reason}") from None
