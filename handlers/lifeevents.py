"""人口变动: what happens to people and households, reported with a look beforehand, reviewed, listed.

The JSON face is one address: ``POST /desk/registry/events`` takes any order of ``models/lifeevents/order.py`` and gives
the event (``?preview=1`` what it would change). Pages ask in three steps: form, preview, confirmation.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

import msgspec

from handlers import looking
from handlers.access import staff
from handlers.base import Base
from handlers.errors import status_of
from handlers.views import lifeevents as views
from models.audit.entry import MOST_WHOSE
from models.base.errors import Conflict, Forbidden, Invalid, Malformed, NotFound, SaobanError, TooMany
from models.households.household import Household
from models.lifeevents.event import Event
from models.lifeevents.order import NAMES, ORDERS, AnyOrder, HouseholdAdd
from models.lifeevents.service import PAGE, Preview, Shown, decode

HERE = "/desk/registry/events"
REFUSALS = (Conflict, Forbidden, Invalid, NotFound, TooMany)
ID = r"([0-9A-Za-z_-]{16,64})"
Typed = dict[str, list[str]]


class Listing(msgspec.Struct, frozen=True):
    """What happened, the latest first; ``next`` is where the following page begins, empty at the end."""

    events: list[Shown]
    next: str = ""


class Blank(msgspec.Struct, frozen=True):
    """What a form would send: the kind of order, and an operation id for it."""

    kind: str
    op: str


class Reason(msgspec.Struct, frozen=True):
    """Why it is not so, or is taken back."""

    reason: str = ""


class EventsBase(Base):
    """What these verbs share."""

    async def _listing(self, events: list[Event]) -> Listing:
        shown = await self.home.life_events.shown(self.actor, events)
        whose = list(dict.fromkeys(person for each in events for person in each.people))
        for at in range(0, len(whose) or 1, MOST_WHOSE):
            await looking.at_list(self, "events", whose[at : at + MOST_WHOSE])
        last = events[-1] if len(events) >= PAGE else None
        return Listing(shown, f"{last.at.isoformat()}_{last.id}" if last else "")

    def _before(self) -> tuple[datetime, str] | None:
        at, _, last = self.get_query_argument("before", "")[:120].partition("_")
        try:
            return (datetime.fromisoformat(at), last) if at else None
        except ValueError:
            raise Malformed() from None

    async def _shown(self, event: Event) -> Shown:
        return (await self.home.life_events.shown(self.actor, [event]))[0]

    async def _done(self, act: looking.Act, event: Event, reason: str = "") -> Shown:
        await looking.at_event(self, act, event, reason)
        return await self._shown(event)


class Events(EventsBase):
    """What happened in my area; anything reported as JSON."""

    @staff(may="registry.see:1", gives=Listing, query=("view", "before"), summary="人口变动：辖区列表")
    async def get(self) -> None:
        life, waits = self.home.life_events, self.get_query_argument("view", "") == "waiting"
        events = await (life.waiting(self.actor) if waits else life.in_area(self.actor, self._before()))
        listing = await self._listing(events)
        page = await views.list_page(self, listing.events, listing.next, waits=waits)
        self.respond(listing, "registry_events.html", draw=lambda _model: page)

    @staff(
        may="registry.move", reads=AnyOrder, gives=(Shown, Preview), query=("preview",), status=(201, 200),
        summary="登记人口变动（任何一种）；preview=1 只看会改什么",
    )  # fmt: skip
    async def post(self) -> None:
        looking.check(self)
        order = decode(self.request.body or b"{}")
        if self.get_query_argument("preview", ""):
            preview = await self.home.life_events.preview(self.actor, order)
            await looking.at_list(self, "events", preview.names)
            self.respond(preview)
            return
        event = await self.home.life_events.do(self.actor, order)
        self.respond(await self._done("change", event, order.ground), status=201)


class HouseholdEvents(EventsBase):
    """What happened to one household, and what can be reported of it."""

    @staff(may="registry.see:1", gives=Listing, query=("before",), summary="一户的人口变动")
    async def get(self, household: str) -> None:
        home = await self.home.households.for_actor(self.actor, household)
        events = await self.home.life_events.of_household(self.actor, home.id, self._before())
        listing = await self._listing(events)
        page = await views.list_page(self, listing.events, listing.next, home=home)
        self.respond(listing, "registry_events.html", draw=lambda _model: page)


class OneEvent(EventsBase):
    """One event: before and after, on what ground, and what follows from it."""

    @staff(may="registry.see:1", gives=Shown, summary="一项人口变动")
    async def get(self, event_id: str) -> None:
        event = await self.home.life_events.get(self.actor, event_id)
        shown = await self._done("view", event)
        page = await views.one_page(self, shown, await self._cases(event))
        self.respond(shown, "registry_event.html", draw=lambda _model: page)

    async def _cases(self, event: Event) -> Any:
        """Of a death: what was in her name. Nothing is stopped; whoever answers for it has to know."""
        if event.kind != "person.death" or not event.people:
            return []
        return await self.home.life_events.cases(self.actor, event)


class EventMove(EventsBase):
    """Confirm or refuse what waits for a second look."""

    @staff(may="registry.review", reads=Reason, gives=Shown, summary="人口变动复核：confirm refuse")
    async def post(self, event_id: str, name: str) -> None:
        if name not in {"confirm", "refuse"}:
            raise NotFound()
        looking.check(self)
        life, reason = self.home.life_events, self.read(Reason).reason
        try:
            if name == "confirm":
                event = await life.confirm(self.actor, event_id)
            else:
                event = await life.refuse(self.actor, event_id, reason)
        except (Conflict, Invalid) as error:
            if self.wants_json:
                raise
            event = await life.get(self.actor, event_id)
            page = await views.one_page(self, await self._shown(event), [], name, reason, error)
            self.respond({}, "registry_event.html", status=status_of(error), draw=lambda _model: page)
            return
        self.go(f"{HERE}/{event_id}", await self._done("decide", event, reason))


class UndoEvent(EventsBase):
    """Take an event back, as long as nobody has moved on from it."""

    @staff(may="registry.move", reads=Reason, gives=Shown, summary="撤销一项人口变动")
    async def post(self, event_id: str) -> None:
        looking.check(self)
        reason = self.read(Reason).reason
        try:
            event = await self.home.undoing.undo(self.actor, event_id, reason)
        except (Conflict, Invalid) as error:
            if self.wants_json:
                raise
            shown = await self._shown(await self.home.life_events.get(self.actor, event_id))
            page = await views.one_page(self, shown, [], "undo", reason, error)
            self.respond({}, "registry_event.html", status=status_of(error), draw=lambda _model: page)
            return
        self.go(f"{HERE}/{event_id}", await self._done("change", event, reason))


class FormBase(EventsBase):
    """A form of one kind of event: form, preview, confirmation."""

    async def _blank(self, kind: str, home: Household | None) -> None:
        if home is not None:
            await looking.at_list(self, "members", {each.person for each in home.members})
        blank = Blank(kind, secrets.token_hex(16))
        page = await views.form_page(self, kind, home, {"op": [blank.op]})
        self.respond(blank, "registry_event_new.html", draw=lambda _model: page)

    async def _sent(self, kind: str, home: Household | None) -> None:
        looking.check(self)
        typed = {name: self.get_body_arguments(name) for name in self.request.body_arguments}
        step = typed.pop("step", [""])[-1]
        error: SaobanError | None = None
        try:
            order = order_of(kind, typed, home)
            if step == "confirm":
                event = await self.home.life_events.do(self.actor, order)
                self.go(f"{HERE}/{event.id}", await self._done("change", event, order.ground))
                return
            if step != "edit":
                preview = await self.home.life_events.preview(self.actor, order)
                await looking.at_list(self, "events", preview.names)
                page = await views.preview_page(self, kind, home, typed, preview)
                self.respond(preview, "registry_event_preview.html", draw=lambda _model: page)
                return
        except REFUSALS as refusal:
            if self.wants_json:
                raise
            error = refusal
        page = await views.form_page(self, kind, home, typed, error)
        status = status_of(error) if error else 200
        self.respond({}, "registry_event_new.html", status=status, draw=lambda _model: page)


class NewEvent(FormBase):
    """Something happens in a household."""

    @staff(may="registry.move", gives=Blank, summary="登记一户的人口变动（页面）")
    async def get(self, household: str, kind: str) -> None:
        _known(kind)
        await self._blank(kind, await self.home.households.for_actor(self.actor, household))

    @staff(may="registry.move", gives=(Shown, Preview), summary="登记一户的人口变动：先看会改什么，再确认")
    async def post(self, household: str, kind: str) -> None:
        _known(kind)
        await self._sent(kind, await self.home.households.for_actor(self.actor, household))


class NewHousehold(FormBase):
    """A household where there was none."""

    KIND = "household.add"

    @staff(may="registry.move", gives=Blank, summary="新立一户（页面）")
    async def get(self) -> None:
        await self._blank(self.KIND, None)

    @staff(may="registry.move", gives=(Shown, Preview), summary="新立一户：先看会改什么，再确认")
    async def post(self) -> None:
        await self._sent(self.KIND, None)


def _known(kind: str) -> None:
    if kind not in NAMES or ORDERS[kind] is HouseholdAdd:
        raise NotFound()


def order_of(kind: str, typed: Typed, home: Household | None) -> AnyOrder:
    """The order that a page has sent: dotted names are parts of parts, empty fields are nothing. Raises Malformed."""
    fields = set(ORDERS[kind].__struct_fields__)
    sent: dict[str, Any] = {"kind": kind}
    for name, values in typed.items():
        first, _, rest = name.partition(".")
        value = values[-1].strip()
        if first not in fields or not value:
            continue
        if first == "members":
            sent[first] = values
        elif rest:
            sent.setdefault(first, {})[rest] = value
        else:
            sent[first] = value
    if "household" in fields:
        sent["household"] = home.id if home else ""
    if kind == "household.add" and typed.get("head_is", [""])[-1] == "known":
        new = sent.pop("newcomer", {})
        sent["who"] = {name: new[name] for name in ("name", "id_number") if name in new}
    try:
        return msgspec.convert(sent, AnyOrder, strict=False)
    except msgspec.ValidationError as error:
        raise Malformed(detail=str(error)[:200]) from None


ROUTES = [
    (HERE, Events),
    (rf"{HERE}/new", NewHousehold),
    (rf"{HERE}/{ID}", OneEvent),
    (rf"{HERE}/{ID}/undo", UndoEvent),
    (rf"{HERE}/{ID}/([a-z_]{{1,20}})", EventMove),
    (r"/desk/registry/households/([0-9]{18})/events", HouseholdEvents),
    (r"/desk/registry/households/([0-9]{18})/events/([a-z.]{1,20})", NewEvent),
]
