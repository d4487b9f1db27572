"""What to bring, before anything is begun: the papers of a matter, or of a bundle in one's own situation."""

from __future__ import annotations

from types import SimpleNamespace as Page
from typing import Any

import msgspec

from handlers import edge, looking
from handlers.access import anyone
from handlers.base import Base
from handlers.views.forms import papers_view
from handlers.views.questions import Desk, question
from models.cases.applying import Advice
from models.forms.encode import from_pairs
from models.forms.engine import visible
from models.items.papers import Papers


class Situation(msgspec.Struct, frozen=True):
    """Answers to the scenario questions of a bundle, as many as one likes."""

    answers: dict[str, Any] = {}


class Advised(msgspec.Struct, frozen=True):
    """The matters that a situation chooses, and the papers that they take; of a single item its own."""

    id: str
    matters: tuple[str, ...]
    papers: Papers


class Checklist(Base):
    """Which papers it takes. The situation is told in the body and kept nowhere: it is nobody else's business."""

    @anyone(acting=True, gives=Advised, summary="要准备的材料")
    async def get(self, code: str, offer_id: str) -> None:
        await self._advise(code, offer_id, {})

    @anyone(acting=True, reads=Situation, gives=Advised, summary="按情形看要准备的材料")
    async def post(self, code: str, offer_id: str) -> None:
        if self.sends_json:
            await self._advise(code, offer_id, self.read(Situation).answers)
            return
        offer, _ = await self.home.applying.offer(code, offer_id)
        pairs = {name: self.get_body_arguments(name) for name in self.request.body_arguments}
        await self._advise(code, offer_id, from_pairs(offer.form.fields(), pairs))

    async def _advise(self, code: str, offer_id: str, answers: dict[str, Any]) -> None:
        await self.home.edge.admit("look", edge.asked_by(self))
        advice = await self.home.applying.advise(self.actor, code, offer_id, answers)
        if self.actor.reaches("L2"):
            await looking.own_form(self, offer_id)
        model = Advised(advice.offer.id, advice.matters, advice.papers)
        self.respond(model, "checklist.html", draw=lambda _model: checklist_page(advice))


def checklist_page(advice: Advice) -> Page:
    """checklist.html: the scenario's questions, and what follows from the answers."""
    offer, base = advice.offer, f"/apply/{advice.code.id}/{advice.offer.id}"
    shown = visible(offer.form, advice.answers, advice.context.today)
    desk = Desk(offer.form, advice.context, shown)
    return Page(
        name=offer.name,
        back_href=base,
        action=f"{base}/papers",
        start_href=f"{base}/1" if offer.open else "",
        questions=[question(field, advice.answers.get(field.key), desk) for field in advice.scenario],
        facts={
            "values": {},
            "kinds": {field.key: field.type for field in advice.scenario},
            "today": advice.context.today.isoformat(),
        },
        matters=advice.matters,
        answered=bool(advice.answers),
        papers=papers_view(advice.papers, counted=bool(advice.matters) or not advice.scenario),
    )


ROUTES = [(r"/apply/([^/]{1,40})/([a-z0-9-]{1,60})/papers", Checklist)]
