"""Acting for others (代办): leave that was given and is held, one's own small children, and the end of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from types import SimpleNamespace as Page

import msgspec

from handlers import cookies, looking
from handlers.access import anyone, resident
from handlers.login import Ended, LoginBase
from handlers.views.words import day
from models.base.errors import Invalid, Problem
from models.mandates.mandate import GROUND_NAMES, SCOPE_NAMES, STATE_NAMES, Mandate
from models.mandates.service import Ward
from models.people.person import Person
from models.sessions.session import Tokens

USUAL_DAYS = 30


class MandateView(msgspec.Struct, frozen=True):
    """Leave to act, as both sides may see it: names and no numbers. ``offers`` are ids, ``offer_names`` in words;
    ``cases`` the numbers of what was filed under it."""

    id: str
    principal: str
    agent: str
    ground: str
    ground_name: str
    scope: str
    scope_name: str
    offers: tuple[str, ...]
    offer_names: tuple[str, ...]
    until: str
    state: str
    state_name: str
    given_at: datetime
    cases: tuple[str, ...]


class ActingView(msgspec.Struct, frozen=True):
    """What one gave, what one holds, and the children whom one may act for without leave."""

    given: list[MandateView]
    held: list[MandateView]
    wards: list[Ward]


class NewMandate(msgspec.Struct, frozen=True):
    """``scope``: "once", "matter" (with ``offers``), "until"; ``until``: the last day, ISO."""

    name: str = ""
    id_number: str = ""
    scope: str = ""
    offers: tuple[str, ...] = ()
    until: str = ""


class Child(msgspec.Struct, frozen=True):
    """A child by its registry id, as ``wards`` names it."""

    person: str = ""


class ActingBase(LoginBase):
    """What these pages share."""

    async def begin(self, mandate: Mandate, person: Person) -> None:
        """Act for ``person`` from here on: tokens for a client; for a browser the other's session, and her door."""
        await looking.acting(self, mandate)
        tokens = await self.home.sessions.act(self.actor, mandate.id, person.name, person.id_number)
        if self.wants_json:
            self.respond(tokens)
            return
        cookies.stand_in(self, tokens)
        door = await self.home.codes.door_of(person.household) if person.household else None
        self.redirect(f"/q/{door.id}" if door else "/", status=303)

    def view(self, mandate: Mandate) -> MandateView:
        titles = {offer.id: offer.short for offer in self.home.catalogue.offers()}
        return MandateView(
            mandate.id, mandate.principal.name, mandate.agent.name, mandate.ground, GROUND_NAMES[mandate.ground],
            mandate.scope, SCOPE_NAMES[mandate.scope], mandate.offers,
            tuple(titles.get(offer, offer) for offer in mandate.offers), mandate.until, mandate.state,
            self._state(mandate), mandate.given_at, mandate.cases,
        )  # fmt: skip

    def _state(self, mandate: Mandate) -> str:
        over = mandate.state == "active" and mandate.until < self.home.today().isoformat()
        return "已到期" if over else STATE_NAMES[mandate.state]


class Mine(ActingBase):
    """Leave that one gave and holds."""

    @resident("L2", gives=ActingView, summary="代办：我的委托")
    async def get(self) -> None:
        model = await self._model()
        blank = NewMandate(scope="once", until=(self.home.today() + timedelta(days=USUAL_DAYS)).isoformat())
        self.respond(model, "acting.html", draw=lambda model: self._page(model, blank, []))

    @resident("L2", reads=NewMandate, gives=MandateView, status=(201,), summary="委托别人代办")
    async def post(self) -> None:
        sent = self.read(NewMandate) if self.sends_json else self._form()
        try:
            self._check(sent)
            given = await self.home.mandates.give(
                self.actor, sent.name, sent.id_number, sent.scope, sent.offers, sent.until
            )
        except Invalid as invalid:
            if self.wants_json:
                raise
            model, problems = await self._model(), invalid.problems
            self.respond(
                model, "acting.html", status=422, draw=lambda model: self._page(model, sent, problems)
            )
            return
        self.go("/my/acting", self.view(given), status=201)

    async def _model(self) -> ActingView:
        home = self.home
        held = [each for each in await home.mandates.held_by(self.actor) if each.ground != "guardian"]
        return ActingView(
            [self.view(each) for each in await home.mandates.given_by(self.actor)],
            [self.view(each) for each in held],
            await home.mandates.wards(self.actor),
        )

    def _form(self) -> NewMandate:
        fields = {name: self.get_body_argument(name, "") for name in ("name", "id_number", "scope", "until")}
        return NewMandate(**fields, offers=tuple(self.get_body_arguments("offers")))

    def _check(self, sent: NewMandate) -> None:
        """Only matters that there are can be entrusted."""
        if not set(sent.offers) <= {offer.id for offer in self.home.catalogue.offers()}:
            raise Invalid([Problem("offers", "item.unknown", "请重新选择委托办理的事项。")])

    def _page(self, model: ActingView, typed: NewMandate, problems: Sequence[Problem]) -> Page:
        return Page(
            held=[_line(each) for each in model.held],
            wards=model.wards,
            given=[_line(each) for each in model.given],
            typed=typed,
            scopes=list(SCOPE_NAMES.items()),
            offers=[(offer.id, offer.short) for offer in self.home.catalogue.offers()],
            today=self.home.today().isoformat(),
            problems=problems,
            fields={problem.field: problem.message for problem in problems},
        )


def _line(view: MandateView) -> Page:
    what = f"只限：{'、'.join(view.offer_names)}" if view.offers else view.scope_name
    return Page(
        id=view.id,
        principal=view.principal,
        agent=view.agent,
        what=f"{what}，到{day(view.until)}",
        state_text=view.state_name,
        tone="moving" if view.state_name == STATE_NAMES["active"] else "refused",
        cases=view.cases,
        withdrawable=view.state == "active",
    )


class Withdrawn(ActingBase):
    """Taking leave back: it ends at once, whatever is being filled in."""

    @resident("L2", gives=MandateView, summary="撤回委托")
    async def post(self, mandate_id: str) -> None:
        self.go("/my/acting", self.view(await self.home.mandates.withdraw(self.actor, mandate_id)))


class Start(ActingBase):
    """Begin to act on leave that one holds."""

    @resident("L2", gives=Tokens, summary="开始代办")
    async def post(self, mandate_id: str) -> None:
        await self.begin(*await self.home.mandates.to_act(self.actor, mandate_id))


class ForChild(ActingBase):
    """Begin to act for one's child under fourteen."""

    @resident("L2", reads=Child, gives=Tokens, summary="代孩子办理")
    async def post(self) -> None:
        mandate = await self.home.mandates.guard(self.actor, self.read(Child).person)
        await self.begin(*await self.home.mandates.to_act(self.actor, mandate.id))


class End(ActingBase):
    """Back to oneself."""

    ends_acting = True

    @anyone(acting=True, gives=Ended, summary="结束代办")
    async def post(self) -> None:
        at_counter = await self.home.counter.leave(self.actor)
        await self.home.sessions.stop_acting(self.actor)
        if self.wants_json:
            self.respond(Ended(True))
            return
        actor = await cookies.step_back(self) if self.actor.mandate else self.actor
        home = "/desk/counter" if at_counter else "/grid/present"
        self.redirect(home if actor.is_staff else "/my/acting", status=303)


ROUTES = [
    (r"/my/acting", Mine),
    (r"/my/acting/child", ForChild),
    (r"/my/acting/([0-9a-f]{20})/withdraw", Withdrawn),
    (r"/my/acting/([0-9a-f]{20})/start", Start),
    (r"/acting/end", End),
]
