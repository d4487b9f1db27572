"""Staff accounts: applying for one, and what administrators do with them."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from handlers import looking
from handlers.access import anyone, staff
from handlers.errors import status_of
from handlers.login import LoginBase
from handlers.views import accounts as views
from models.accounts.account import STATES, AccountLine
from models.accounts.application import (
    AccountDetail,
    Application,
    ApplicationLine,
    Applied,
    Approval,
    Decision,
    Place,
    checked,
)
from models.base.errors import Conflict, Invalid, NotFound, Problem, SaobanError, TooMany
from models.roles.rules import verbs_of

REVISION = re.compile(r"[0-9]{1,9}")
PAGE = 100
"""Accounts on one page."""


class Entrance(msgspec.Struct, frozen=True):
    """Where applications are sent."""

    href: str = "/staff/apply"


class Roll(msgspec.Struct, frozen=True):
    """What waits for a decision, and a page of the accounts that there are: ``total`` in the chosen state, ``page``
    counted from 1."""

    applications: tuple[ApplicationLine, ...]
    accounts: tuple[AccountLine, ...]
    total: int
    page: int


class Change(msgspec.Struct, frozen=True):
    """What is done to an account that was seen at ``rev``. ``reason`` for everything but approving; ``place`` for
    moving, and for approving to another place than was asked for; ``username`` for approving."""

    rev: int
    reason: str = ""
    place: Place | None = None
    username: str = ""


class Apply(LoginBase):
    """Anybody may ask for an account; nobody has one before an administrator has seen her card."""

    @anyone(gives=Entrance, summary="申请工作人员账号（页面）")
    async def get(self) -> None:
        page = views.apply_page(self.home, None, [])
        self.respond(Entrance(), "account_apply.html", draw=lambda _model: page)

    @anyone(reads=Application, gives=Applied, status=(201,), summary="申请工作人员账号")
    async def post(self) -> None:
        asked = self.read(Application) if self.sends_json else self._form()
        try:
            if not self.sends_json:
                self._typed_twice(asked)
            applied = await self.home.staffing.apply(asked, self.address)
        except (Invalid, TooMany) as error:
            if self.wants_json:
                raise
            problems = (
                error.problems if isinstance(error, Invalid) else [Problem("", error.code, error.message)]
            )
            page = views.apply_page(self.home, asked, problems)
            self.respond({}, "account_apply.html", status=status_of(error), draw=lambda _model: page)
            return
        self.respond(applied, "account_applied.html", status=201)

    def _form(self) -> Application:
        text = self.get_body_argument
        return Application(
            name=text("name", ""),
            id_number=text("id_number", ""),
            phone=text("phone", ""),
            role=text("role", ""),  # type: ignore[arg-type]  # checked with the rest
            area=text("area", ""),
            password=text("password", "", strip=False),
            departments=tuple(self.get_body_arguments("departments")),
            work_phone=text("work_phone", ""),
        )

    def _typed_twice(self, asked: Application) -> None:
        if self.get_body_argument("again", "", strip=False) != asked.password:
            again = Problem("again", "password.again", "两次输入的密码不一样，请重新输入。")
            raise Invalid([*checked(asked, self.home.today())[1], again])


class Accounts(LoginBase):
    """The administrator's list: applications first. Supervisors see the accounts alone."""

    @staff(may="accounts.see", gives=Roll, query=("state", "page"), summary="账号与申请列表")
    async def get(self) -> None:
        state = self.get_query_argument("state", "active")
        state = state if state in STATES else "active"
        number = self.get_query_argument("page", "1")
        page = int(number) if REVISION.fullmatch(number) and int(number) else 1
        deciding = "accounts.approve" in verbs_of(self.actor)
        waiting = await self.home.staffing.applications(self.actor) if deciding else ()
        there = [each for each in await self.home.accounts.list_for(self.actor) if each.state == state]
        shown = tuple(there[(page - 1) * PAGE : page * PAGE])
        roll = Roll(waiting, shown, len(there), page)
        people = [*(each.id for each in waiting), *(each.id for each in shown)]
        await looking.at_list(self, "accounts", people, ("account.name",))
        drawn = await views.roll_page(self, roll, state, PAGE)
        self.respond(roll, "accounts.html", draw=lambda _model: drawn)


class Account(LoginBase):
    """One account or application, whole: the only place where its ID number is shown."""

    @staff(may="accounts.approve", gives=AccountDetail, query=("done",), summary="打开账号或申请")
    async def get(self, account_id: str) -> None:
        found = await self.home.staffing.open(self.actor, account_id)
        await looking.at_account(self, "view", found)
        done = self.get_query_argument("done", "")
        page = await views.account_page(self, found, done=views.DONE.get(done, ""))
        self.respond(found, "account.html", draw=lambda _model: page)


class AccountChange(LoginBase):
    """One thing done to an account, compared with the revision that was seen."""

    @staff(
        may="accounts.approve",
        reads=Change,
        gives=AccountDetail,
        summary="办理账号：approve refuse suspend resume close move reset_second",
    )
    async def post(self, account_id: str, action: str) -> None:
        change = self.read(Change) if self.sends_json else self._form()
        looking.check(self)
        try:
            changed = await self._do(account_id, action, change)
        except (Conflict, Invalid) as error:
            if self.wants_json:
                raise
            await self._again(account_id, action, change, error)
            return
        await looking.at_account(self, "manage", changed, change.reason)
        self.go(f"/desk/accounts/{account_id}?done={action}", changed)

    async def _do(self, account_id: str, action: str, change: Change) -> AccountDetail:
        staffing, actor = self.home.staffing, self.actor
        if action == "approve":
            approval = Approval(change.rev, change.place, change.username)
            return await staffing.approve(actor, account_id, approval)
        decision = Decision(change.rev, change.reason)
        if action == "move":
            if change.place is None:
                raise Invalid([Problem("area", "required", "请选择调到哪里。")])
            return await staffing.move(actor, account_id, change.place, decision)
        done: dict[str, Any] = {
            "refuse": staffing.refuse, "suspend": staffing.suspend, "resume": staffing.resume,
            "close": staffing.close, "reset_second": staffing.reset_second,
        }  # fmt: skip
        if action not in done:
            raise NotFound("没有这种操作。", code="account.action")
        changed: AccountDetail = await done[action](actor, account_id, decision)
        return changed

    def _form(self) -> Change:
        text = self.get_body_argument
        revision = text("revision", "")
        place = Place(text("role", ""), text("area", ""), tuple(self.get_body_arguments("departments")))  # type: ignore[arg-type]
        return Change(
            rev=int(revision) if REVISION.fullmatch(revision) else -1,  # older than any
            reason=text("reason", ""),
            place=place if place.area else None,
            username=text("username", ""),
        )

    async def _again(self, account_id: str, action: str, change: Change, error: SaobanError) -> None:
        found = await self.home.staffing.open(self.actor, account_id)
        await looking.at_account(self, "view", found)
        page = await views.account_page(self, found, failed=action, typed=change, error=error)
        self.respond({}, "account.html", status=status_of(error), draw=lambda _model: page)


ROUTES = [
    (r"/staff/apply", Apply),
    (r"/desk/accounts", Accounts),
    (r"/desk/accounts/([0-9a-f]{24})", Account),
    (r"/desk/accounts/([0-9a-f]{24})/([a-z_]{1,20})", AccountChange),
]
