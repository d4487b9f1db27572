"""Plates that are not as they should be: reporting one, following the report, and the desk that goes and sees."""

from __future__ import annotations

import re
from datetime import datetime

import msgspec

from handlers import cookies, edge, looking
from handlers.access import anyone, staff
from handlers.base import Base
from handlers.errors import status_of
from handlers.files import HARMLESS
from handlers.views import contacts
from handlers.views import plates as views
from models.audit.entry import What
from models.base.errors import Conflict, Invalid, NotFound, Problem, SaobanError, TooLarge, TooMany
from models.platereports.report import MOST_PHOTOS, STATES, Report, State, Telling
from models.platereports.service import line

UPLOAD_LIMIT = 32 * 1024 * 1024
REVISION = re.compile(r"[0-9]{1,9}")
AFTER = re.compile(r"[0-9a-f]{25}")
MOVES: dict[str, State] = {"visited": "visited", "closed": "closed"}


class Mismatched(msgspec.Struct, frozen=True):
    """Where a report is sent by POST: ``says``, ``where``, and if one likes ``phone``, ``area``, ``photos``."""

    href: str
    state: str = "mismatch"


class Told(msgspec.Struct, frozen=True):
    """The number to follow the report by."""

    number: str
    href: str


class Step(msgspec.Struct, frozen=True):
    state: State
    state_name: str
    at: datetime
    note: str = ""


class Followed(msgspec.Struct, frozen=True):
    """What whoever holds the number sees."""

    number: str
    state: State
    state_name: str
    steps: tuple[Step, ...]


class Listed(msgspec.Struct, frozen=True):
    """A page of reports without phones; ``next`` goes into ``after``."""

    reports: tuple[Report, ...]
    next: str = ""


class Done(msgspec.Struct, frozen=True):
    """What was found or done, about the report as it was seen at ``rev``."""

    rev: int
    note: str = ""


class Suspending(msgspec.Struct, frozen=True):
    reason: str = ""


class Mismatch(Base):
    """The address on the wall is not the address on the page, the code is not ours, or leads elsewhere."""

    @anyone(acting=True, gives=Mismatched, summary="门牌地址不一致、可疑门牌")
    async def get(self, text: str) -> None:
        cookies.device_of(self)
        contact = await contacts.of_code(self.home, text)
        page = views.report_page(self.home, text, Telling(report_key=views.new_key()), contact)
        self.respond(Mismatched(f"/mismatch/{text}"), "plate_report.html", draw=lambda _model: page)

    @anyone(
        acting=True, reads=Telling, gives=Told, status=(201, 200, 303), body_limit=UPLOAD_LIMIT,
        summary="报告可疑门牌",
    )  # fmt: skip
    async def post(self, text: str) -> None:
        cookies.device_of(self)
        told = self.read(Telling) if self.sends_json else self._form()
        problems: list[Problem] = []
        try:
            await self.home.edge.admit("report", edge.asked_by(self, text))
            if not self.sends_json:
                told, problems = await self._with_photos(told)
            if problems or self.get_body_argument("_remove", ""):
                raise Invalid(problems)
            report, new = await self.home.plate_reports.tell(self.actor, text, told)
        except (Invalid, TooMany) as error:
            if self.wants_json:
                raise
            await self._again(text, told, error)
            return
        href = f"/reports/{report.number}"
        self.go(f"{href}?new=1", Told(report.number, href), status=201 if new else 200)

    def _form(self) -> Telling:
        word = self.get_body_argument
        wanted = word("_remove", "").partition(":")[2]
        photos = tuple(each for each in self.get_body_arguments("photos") if each and each != wanted)
        return Telling(
            word("says", ""),
            word("where", ""),
            word("phone", ""),
            word("area", ""),
            photos,
            word("report_key", ""),
        )

    async def _with_photos(self, told: Telling) -> tuple[Telling, list[Problem]]:
        """The photos that came with the form taken in, and what was wrong with the others."""
        problems, photos = [], list(told.photos)
        for file in self.request.files.get("photos.file", [])[: MOST_PHOTOS + 1]:
            if not file.body:
                continue
            try:
                await self.home.edge.admit("upload", edge.asked_by(self))
                photos.append((await self.home.uploads.take(self.actor, file.body, file.filename)).id)
            except (Invalid, TooLarge, TooMany) as error:
                problems.append(Problem("photos", error.code, error.message))
        return msgspec.structs.replace(told, photos=tuple(photos)), problems

    async def _again(self, text: str, told: Telling, error: Invalid | TooMany) -> None:
        problems = error.problems if isinstance(error, Invalid) else [Problem("", error.code, error.message)]
        held = await self.home.uploads.infos(self.actor, told.photos)
        contact = await contacts.of_code(self.home, text)
        page = views.report_page(self.home, text, told, contact, problems, held)
        if isinstance(error, TooMany):
            self.set_header("Retry-After", str(error.retry_after))
        status = status_of(error) if problems else 200
        self.respond({}, "plate_report.html", status=status, draw=lambda _model: page)


class Following(Base):
    """How far a report has come, for whoever has its number."""

    @anyone(acting=True, gives=Followed, query=("new",), summary="查看门牌报告的处理情况")
    async def get(self, number: str) -> None:
        await self.home.edge.admit("look", edge.asked_by(self))
        report = await self.home.plate_reports.follow(number)
        steps = tuple(Step(each.state, STATES[each.state], each.at, each.note) for each in report.history)
        model = Followed(report.number, report.state, STATES[report.state], steps)
        fresh = self.get_query_argument("new", "") == "1"
        self.respond(model, "plate_followed.html", draw=lambda _model: views.followed_page(report, fresh))


class PlateDesk(Base):
    """The list of a desk: what nobody has looked at first."""

    @staff(may="codes.change", gives=Listed, query=("state", "after"), summary="可疑门牌")
    async def get(self) -> None:
        asked = self.get_query_argument("state", "open")
        state: State = asked if asked in STATES else "open"
        after = self.get_query_argument("after", "")
        found = await self.home.plate_reports.listed(
            self.actor, state, after if AFTER.fullmatch(after) else ""
        )
        listed = Listed(tuple(line(each) for each in found), found[-1].id if len(found) == views.PAGE else "")
        await looking.at_list(self, "plate_reports", ())
        page = await views.list_page(self, listed.reports, state, listed.next)
        self.respond(listed, "plates.html", draw=lambda _model: page)


class OnePlate(Base):
    """One report whole, with the phone of whoever sent it."""

    @staff(may="codes.change", gives=Report, query=("done",), summary="一条可疑门牌报告")
    async def get(self, report_id: str) -> None:
        report = await self.home.plate_reports.open(self.actor, report_id)
        await looking.at_plate(self, "view", What("ticket", report.id, ("phone",) if report.phone else ()))
        page = await views.plate_page(self, report, done=self.get_query_argument("done", ""))
        self.respond(report, "plate.html", draw=lambda _model: page)


class PlateMove(Base):
    """Seen on the spot, or closed: compared with the revision that was seen."""

    @staff(may="codes.change", reads=Done, gives=Report, summary="处理可疑门牌：visited closed")
    async def post(self, report_id: str, action: str) -> None:
        sent = self.read(Done) if self.sends_json else self._form()
        if action not in MOVES:
            raise NotFound("没有这种操作。", code="report.action")
        looking.check(self)
        try:
            report = await self.home.plate_reports.move(
                self.actor, report_id, sent.rev, MOVES[action], sent.note
            )
        except (Conflict, Invalid) as error:
            if self.wants_json:
                raise
            await again(self, report_id, action, sent.note, error)
            return
        await looking.at_plate(self, "change", What("ticket", report.id), reason=sent.note[:200])
        self.go(f"/desk/plates/{report_id}?done={action}", report)

    def _form(self) -> Done:
        revision = self.get_body_argument("revision", "")
        rev = int(revision) if REVISION.fullmatch(revision) else -1  # older than any
        return Done(rev, self.get_body_argument("note", ""))


class PlateSuspend(Base):
    """Suspend the code that a report is about, until somebody has seen the plate."""

    @staff(may="codes.change", reads=Suspending, gives=Report, summary="暂停可疑门牌上的码")
    async def post(self, report_id: str) -> None:
        reason = " ".join(self.read(Suspending).reason.split())[:200]
        report = await self.home.plate_reports.open(self.actor, report_id)
        looking.check(self)
        try:
            if len(reason) < 2:
                raise Invalid([Problem("reason", "reason.required", "请写明原因，2至200个字。")])
            await self.home.codes.change(self.actor, report.code, "suspended", reason)
        except (Conflict, Invalid) as error:
            if self.wants_json:
                raise
            await again(self, report_id, "suspend", reason, error)
            return
        await looking.at_plate(self, "change", What("code", report.code), reason=reason)
        self.home.landings.drop(report.code)
        self.go(f"/desk/plates/{report_id}?done=suspend", report)


class PlatePhoto(Base):
    """A photo that came with a report, in a sandbox where nothing in it can run."""

    @staff(may="codes.change", media=("image/jpeg",), summary="可疑门牌的照片")
    async def get(self, report_id: str, file_id: str) -> None:
        data = await self.home.plate_reports.photo(self.actor, report_id, file_id)
        await looking.at_plate(self, "view", What("material", file_id))
        self.set_header("Content-Type", "application/pdf" if data.startswith(b"%PDF-") else "image/jpeg")
        self.set_header("Content-Security-Policy", HARMLESS)
        ending = "pdf" if data.startswith(b"%PDF-") else "jpg"
        kind = "attachment" if ending == "pdf" else "inline"
        self.set_header("Content-Disposition", f'{kind}; filename="{file_id[:8]}.{ending}"')
        self.finish(data)


async def again(handler: Base, report_id: str, action: str, typed: str, error: SaobanError) -> None:
    """The report once more, with what was wrong beside the action; what was typed is still there."""
    report = await handler.home.plate_reports.open(handler.actor, report_id)
    await looking.at_plate(handler, "view", What("ticket", report.id, ("phone",) if report.phone else ()))
    page = await views.plate_page(handler, report, failed=action, typed=typed, error=error)
    handler.respond({}, "plate.html", status=status_of(error), draw=lambda _model: page)


ROUTES = [
    (r"/mismatch/([^/]{1,40})", Mismatch),
    (r"/reports/([^/]{1,20})", Following),
    (r"/desk/plates", PlateDesk),
    (r"/desk/plates/([0-9a-f]{25})", OnePlate),
    (r"/desk/plates/([0-9a-f]{25})/suspend", PlateSuspend),
    (r"/desk/plates/([0-9a-f]{25})/photos/([0-9a-f]{32})", PlatePhoto),
    (r"/desk/plates/([0-9a-f]{25})/([a-z_]{1,20})", PlateMove),
]
