"""我的信息: what the registry holds of a resident, for herself: to see, to have corrected, to take along."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import msgspec

from handlers import looking
from handlers.access import resident
from handlers.base import Base
from handlers.views import record as views
from models.base.errors import Invalid, Problem
from models.elements.answering import VALUE, question_of
from models.forms.encode import from_pairs
from models.record.basics import HomeData
from models.record.copying import Copy
from models.record.service import Asking
from models.record.sheets import Sheet
from models.sessions.session import ProofStale

HERE = "/my/record"


class MyRecord(msgspec.Struct, frozen=True):
    """Everything that she may see, sensitive values masked until they are asked for (``show``)."""

    sheets: tuple[Sheet, ...]


class Correction(msgspec.Struct, frozen=True):
    """Another ``value`` for an element, as its field type writes it, and why."""

    value: Any = None
    reason: str = ""


class Corrected(msgspec.Struct, frozen=True):
    """``outcome``: "recorded", or "proposed" where it waits for review."""

    outcome: str


class TakenBack(msgspec.Struct, frozen=True):
    """A wish of one's own by its id, and whose element it is about (``of`` of its sheet)."""

    of: str = ""
    id: str = ""


class Done(msgspec.Struct, frozen=True):
    done: bool


class RecordBase(Base):
    """What these pages share."""

    async def fresh(self) -> bool:
        """Whether she has just shown who she is; if not, a browser is sent to do so and comes back. Raises ProofStale
        for a client."""
        try:
            await self.home.sessions.need_fresh(self.actor)
        except ProofStale:
            if self.wants_json:
                raise
            onward = quote(self.request.uri or HERE, safe="/")
            self.redirect(f"/login/confirm?again=1&next={onward}", status=303)
            return False
        return True


class See(RecordBase):
    """Module by module, each value with its source and date; numbers masked until 显示 is pressed."""

    @resident(
        "L2", gives=MyRecord, query=("show", "done"), status=(200, 303), summary="我的信息：查看登记的内容"
    )
    async def get(self) -> None:
        show = self.get_query_argument("show", "")[:120]
        if show:
            if not await self.fresh():
                return
            await looking.own_record(self, "view", show)
        model = MyRecord(tuple(await self.home.record.of(self.actor, show)))
        done = views.DONE.get(self.get_query_argument("done", ""), "")
        self.respond(model, "record.html", draw=lambda model: views.record_page(model.sheets, show, done))


class MyHomeData(RecordBase):
    """The basic items alone: what is held, what is missing, and where to say it."""

    @resident("L2", gives=HomeData, summary="家园基本信息：十八项，缺什么")
    async def get(self) -> None:
        model = await self.home.record.home_data(self.actor)
        self.respond(model, "home_data.html", draw=views.home_page)


class Correct(RecordBase):
    """One element, one question. What was registered by others is never overwritten: it is asked for."""

    @resident("L2", gives=Sheet, summary="更正一项登记内容：表单")
    async def get(self, of: str, key: str) -> None:
        asking = await self.home.record.asking(self.actor, of, key)
        sheets = await self.home.record.of(self.actor)
        model = next(each for each in sheets if each.of == of)
        self.respond(model, "record_correct.html", draw=lambda _model: views.correct_page(asking))

    @resident("L2", reads=Correction, gives=Corrected, status=(201, 303), summary="申请更正一项登记内容")
    async def post(self, of: str, key: str) -> None:
        asking = await self.home.record.asking(self.actor, of, key)
        sent = self.read(Correction) if self.sends_json else self._form(asking)
        await self.home.limits.check("record.correct", self.actor.subject)
        try:
            outcome = await self.home.record.correct(self.actor, of, key, sent.value, sent.reason)
        except Invalid as invalid:
            if self.wants_json:
                raise
            self._again(asking, sent, invalid.problems)
            return
        self.go(f"{HERE}?done={outcome}", Corrected(outcome), status=201)

    def _form(self, asking: Asking) -> Correction:
        fields = {VALUE: question_of(asking.element)}
        given = from_pairs(
            fields, {name: self.get_body_arguments(name) for name in self.request.body_arguments}
        )
        return Correction(given.get(VALUE), self.get_body_argument("reason", ""))

    def _again(self, asking: Asking, sent: Correction, problems: Sequence[Problem]) -> None:
        page = views.correct_page(asking, sent.value, sent.reason, problems)
        self.respond({}, "record_correct.html", status=422, draw=lambda _model: page)


class TakeBack(RecordBase):
    """A wish of one's own, while it waits."""

    @resident("L2", reads=TakenBack, gives=Done, status=(200, 303), summary="撤回自己的更正申请")
    async def post(self) -> None:
        sent = self.read(TakenBack)
        await self.home.record.take_back(self.actor, sent.of, sent.id)
        self.go(f"{HERE}?done=back", Done(True))


class Download(RecordBase):
    """All of it as JSON. Put on record, and not to be had too often."""

    template = ""

    @resident("L2", gives=Copy, status=(200, 303), summary="下载我的信息（JSON）")
    async def get(self) -> None:
        if not await self.fresh():
            return
        await self.home.limits.check("record.download", self.actor.subject)
        copy = await self.home.copying.of(self.actor)
        await looking.own_record(self, "print" if self.template else "export")
        if not self.template:
            self.set_header("Content-Disposition", 'attachment; filename="my-record.json"')
        self.respond(copy, self.template, draw=views.print_page)


class Print(Download):
    """The same on paper."""

    template = "record_print.html"

    @resident("L2", gives=Copy, status=(200, 303), summary="打印我的信息")
    async def get(self) -> None:
        await super().get()


ROUTES = [
    (r"/my/home-data", MyHomeData),
    (r"/my/record", See),
    (r"/my/record/correct/([0-9a-z-]{1,50})/([a-z0-9_.]{1,70})", Correct),
    (r"/my/record/withdraw", TakeBack),
    (r"/my/record/download", Download),
    (r"/my/record/print", Print),
]
