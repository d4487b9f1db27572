"""Reminders (提醒我): asked for from the receipt, ended from any message."""

from __future__ import annotations

from types import SimpleNamespace as Page

import msgspec

from handlers import cookies, edge
from handlers.access import anyone
from handlers.base import Base
from handlers.errors import status_of
from handlers.receipts import known
from models.base.errors import Conflict, Invalid, SaobanError, TooMany
from models.forms.display import masked
from models.reminders.reminder import KINDS, Reminder
from models.reminders.service import Wish


class Subscribed(msgspec.Struct, frozen=True):
    """What will be told on which phone (masked), and where to end it."""

    title: str
    receipt: str
    what: tuple[str, ...]
    phone: str
    end: str


class Offered(msgspec.Struct, frozen=True):
    """Of what somebody may wish to hear: keys of ``what``."""

    title: str
    kinds: dict[str, str]


class Ended(msgspec.Struct, frozen=True):
    ended: bool


class Remind(Base):
    """Wanting to hear of a matter."""

    @anyone(gives=Offered, query=("done",), summary="提醒我：选什么时候提醒")
    async def get(self, code: str) -> None:
        await self._show(known(self, code), Wish(tuple(KINDS)))

    @anyone(reads=Wish, gives=Subscribed, status=(201, 303), summary="提醒我：订阅")
    async def post(self, code: str) -> None:
        code = known(self, code)
        wish = self.read(Wish) if self.sends_json else self._form()
        cookies.device_of(self)
        await self.home.reminders.allowed(self.actor, code)  # a stranger does not use up what is hers
        try:
            await self.home.edge.admit("remind", edge.asked_by(self, code))
            reminder = await self.home.reminders.subscribe(self.actor, code, wish)
        except (Conflict, Invalid, TooMany) as error:
            if self.wants_json:
                raise
            await self._show(code, wish, error)
            return
        self.go(f"/remind/{reminder.id}?new=1", _view(reminder), status=201)

    def _form(self) -> Wish:
        return Wish(tuple(self.get_body_arguments("what")), self.get_body_argument("phone", ""))

    async def _show(self, code: str, wish: Wish, error: SaobanError | None = None) -> None:
        title, cases = await self.home.receipts.held(self.actor, code)
        phone = next((case.applicant.phone for case in cases if case.applicant.phone), "")
        problems = error.problems if isinstance(error, Invalid) else []
        page = Page(
            title=title,
            back_href=f"/q/{code}",
            action=f"/q/{code}/remind",
            kinds=list(KINDS.items()),
            chosen=wish.what,
            phone=wish.phone,
            left=masked("phone", phone) if phone else "",
            fields={problem.field: problem.message for problem in problems},
            problems=[Page(field=each.field, label="", message=each.message) for each in problems],
            refused=error.message if error and not problems else "",
        )
        status = status_of(error) if error else 200
        self.respond(
            Offered(title, {str(kind): label for kind, label in KINDS.items()}),
            "remind.html",
            status=status,
            draw=lambda _model: page,
        )


class OneReminder(Base):
    """What a message's link opens: what is told, and the button that ends it."""

    @anyone(gives=Subscribed, query=("new",), summary="一个办理提醒")
    async def get(self, reminder_id: str) -> None:
        self.home.edge.check("miss", edge.asked_by(self))
        reminder = await self.home.reminders.of(reminder_id)
        fresh = self.get_query_argument("new", "") == "1"
        self.respond(_view(reminder), "reminder.html", draw=lambda model: _page(model, fresh=fresh))

    @anyone(gives=Ended, summary="退订办理提醒")
    async def post(self, reminder_id: str) -> None:
        self.home.edge.check("miss", edge.asked_by(self))
        await self.home.reminders.end(reminder_id)
        page = Page(ended=True, fresh=False, title="", phone="", what=[], action="", receipt_href="/")
        self.respond(Ended(True), "reminder.html", draw=lambda _model: page)


def _view(reminder: Reminder) -> Subscribed:
    phone = masked("phone", reminder.phone)
    return Subscribed(reminder.title, reminder.receipt, reminder.what, phone, f"/remind/{reminder.id}")


def _page(view: Subscribed, *, fresh: bool) -> Page:
    return Page(
        ended=False, fresh=fresh, title=view.title, phone=view.phone, what=[KINDS[kind] for kind in view.what],  # type: ignore[index]
        action=view.end, receipt_href=f"/q/{view.receipt}",
    )  # fmt: skip


ROUTES = [
    (r"/q/([^/]{1,40})/remind", Remind),
    (r"/remind/([0-9a-f]{36})", OneReminder),
]
