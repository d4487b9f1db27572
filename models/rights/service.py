"""Use cases of whoever asks: about a look, to have something deleted or explained, to complain; and to follow it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence

import msgspec

from models.accounts.service import Accounts
from models.audit.service import Audit, Look
from models.base.actor import Actor
from models.base.cipher import Cipher
from models.base.clock import Clock, local_day
from models.base.errors import Conflict, Forbidden, Invalid, LoginNeeded, NotFound, Problem
from models.calendar.working_days import WorkingDays
from models.cases.receipts import Receipts
from models.drafts.service import Drafts
from models.files.service import Uploads
from models.limits.service import Limits
from models.people.service import People
from models.rights import asking, number
from models.rights.asking import Complaint, Deletion, Objection, Question
from models.rights.places import Places
from models.rights.repository import RightsRepository
from models.rights.request import FOLLOWED, About, Answer, Erasure, Kind, Request, Whose, names
from models.rights.rules import Rules

LISTED = 30
TRIES = 8
VERB = "rights.answer"
UNKNOWN = "没有查到这个编号，请对照提交时给您的编号核对。"


class Filed(msgspec.Struct, frozen=True):
    """``fresh`` is False where an identical open request stood there already: that one is the answer."""

    request: Request
    fresh: bool


class AtOnce(msgspec.Struct, frozen=True):
    """What can be deleted on the spot: drafts, and files that no case has."""

    drafts: int
    files: int


class Rights:
    """``county`` is where a complaint lies that says of no place."""

    def __init__(
        self, *, repository: RightsRepository, audit: Audit, people: People, accounts: Accounts, receipts: Receipts,
        places: Places, drafts: Drafts, uploads: Uploads, limits: Limits, cipher: Cipher, clock: Clock,
        days: WorkingDays, rules: Rules, county: str, new_number: Callable[[], str] = number.new,
    ) -> None:  # fmt: skip
        self._repository = repository
        self._audit = audit
        self._people = people
        self._accounts = accounts
        self._receipts = receipts
        self._places = places
        self._drafts = drafts
        self._uploads = uploads
        self._limits = limits
        self._cipher = cipher
        self._clock = clock
        self._days = days
        self._rules = rules
        self._county = county
        self._new_number = new_number

    # A resident asks.

    async def look(self, actor: Actor, look_id: str) -> Look:
        """The look that she wants to ask about. Raises NotFound for one that is not at her data."""
        _herself(actor)
        hers = await self._people.names_of(actor.person)
        return await self._audit.look((*hers, actor.subject), look_id)

    async def ask_look(self, actor: Actor, look_id: str, text: str) -> Filed:
        """Ask why somebody looked at her data. Whoever did will not be the one to answer."""
        look = await self.look(actor, look_id)
        problems: list[Problem] = []
        text = asking.words(problems, "text", "想问什么", text, needed=False)
        _need(problems)
        seen = f"{look.office} {look.role_name} {look.act_name}{look.noun_name}"
        return await self._ask(actor, "look", About(look.id, seen, look.at), text, (look.staff,))

    async def ask_deletion(self, actor: Actor, asked: Deletion) -> Filed:
        """Ask the desk to delete what cannot be deleted on the spot. Raises NotFound for a case that is not hers."""
        _herself(actor)
        problems = asking.problems_of_deletion(asked)
        text = asking.words(problems, "text", "说明", asked.text, needed=False)
        _need(problems)
        about = About(target=asked.target)  # type: ignore[arg-type]  # checked above
        if asked.target == "matter":
            receipt = await self._receipts.by_number(actor, asked.case_no)
            about = About(target="matter", case_no=receipt.case_no)
        return await self._ask(actor, "delete", about, text)

    async def ask_explanation(self, actor: Actor, asked: Question, items: Sequence[str]) -> Filed:
        """Ask to have a rule explained, or a value that was filled in. ``items`` are those that there are."""
        _herself(actor)
        problems = asking.problems_of_question(asked)
        if asked.item and asked.item not in items:
            problems.append(Problem("item", "item.unknown", "请重新选择事项。"))
        text = asking.words(problems, "text", "想了解什么", asked.text)
        _need(problems)
        about = About(topic=asked.topic, item=asked.item)  # type: ignore[arg-type]  # checked above
        return await self._ask(actor, "explain", about, text)

    async def at_once(self, actor: Actor) -> AtOnce:
        """What she could delete on the spot, counted to what one page shows."""
        _herself(actor)
        return AtOnce(len(await self._drafts.all_of(actor)), await self._uploads.count_unclaimed(actor))

    async def delete_at_once(self, actor: Actor, *, sure: bool) -> Request:
        """Delete her drafts and the files that no case has, for good; what was done stays on her list of requests.
        Raises Invalid where she did not confirm, Conflict where there is nothing."""
        _herself(actor)
        if not sure:
            raise Invalid([Problem("sure", "required", "请先勾选“我确认删除”。")])
        drafts, files = await self._drafts.erase(actor), await self._uploads.erase(actor)
        if not drafts and not files:
            raise Conflict("现在没有可以马上删除的草稿和文件。", code="rights.nothing")
        at = self._clock()
        done = msgspec.structs.replace(
            await self._new(actor, "delete", About(target="own"), ""),
            state="answered",
            open=False,
            answer=Answer("answered", at),
            erasure=Erasure(at, at, drafts, files),
        )
        return (await self._add(done)).request

    async def own(self, actor: Actor, before: str = "") -> tuple[list[Request], str]:
        """A page of her requests, the newest first, and the id after which the next page begins ("" at the end)."""
        _herself(actor)
        last = await self._repository.get(before) if before else None
        if before and (last is None or last.whose.subject != actor.subject):
            raise NotFound()
        found = await self._repository.of_subject(actor.subject, last, LISTED + 1)
        return found[:LISTED], found[LISTED - 1].id if len(found) > LISTED else ""

    # Anybody complains.

    async def complain(self, actor: Actor, said: Complaint) -> Filed:
        """Complain, with or without a name. Raises Invalid."""
        problems: list[Problem] = []
        text = asking.words(problems, "text", "投诉的内容", said.text)
        named = asking.short(problems, "named", "投诉谁", said.named)
        phone = asking.mobile(problems, said.phone)
        try:
            place = await self._places.of(said.code)
        except Invalid as invalid:
            problems += invalid.problems
        asking.check_key(problems, said.key)
        _need(problems)
        about = About(case_no=place.case_no, code=place.code, named=named)
        request = await self._new(actor, "complaint", about, text, place.areas, place.handlers)
        named_too = await self._named(f"{named}\n{text}", request.areas)
        same = (said.key or secrets.token_hex(16), msgspec.json.encode(said).decode())
        return await self._add(
            msgspec.structs.replace(
                request,
                phone="" if request.whose.subject else phone,
                barred=tuple(dict.fromkeys((*request.barred, *named_too))),
                same=self._same("complaint", *same),
            )
        )

    async def object_to(self, actor: Actor, case_no: str, areas: tuple[str, ...], said: Objection) -> Filed:
        """Object to what a public notice says of a case. Nobody who has worked on it answers. Raises Invalid."""
        problems: list[Problem] = []
        text = asking.words(problems, "text", "异议的内容", said.text)
        phone = asking.mobile(problems, said.phone)
        asking.check_key(problems, said.key)
        _need(problems)
        handled = await self._receipts.handled(case_no)
        about = About(case_no=case_no)
        request = await self._new(actor, "objection", about, text, areas, handled.handlers if handled else ())
        same = self._same("objection", said.key or secrets.token_hex(16), case_no, text, phone)
        return await self._add(
            msgspec.structs.replace(
                request, areas=areas, phone="" if request.whose.subject else phone, same=same
            )
        )

    async def follow(self, text: str) -> Request:
        """A complaint or an objection by its number, for whoever has that: show how it stands and what was answered,
        nothing else. Raises NotFound."""
        found = await self._repository.of_number(number.read(text))
        if found is None or found.kind not in FOLLOWED:
            raise NotFound(UNKNOWN, code="rights.number")
        return found

    # Below.

    async def _ask(
        self, actor: Actor, kind: Kind, about: About, text: str, barred: tuple[str, ...] = ()
    ) -> Filed:
        await self._limits.check("rights.ask", actor.subject)
        asked = await self._new(actor, kind, about, text, barred=barred)
        told = (about.look, about.target, about.case_no, about.topic, about.item)
        said = text if kind == "explain" else ""
        return await self._add(
            msgspec.structs.replace(asked, same=self._same(kind, actor.subject, *told, said))
        )

    async def _new(
        self, actor: Actor, kind: Kind, about: About, text: str, areas: tuple[str, ...] = (),
        barred: tuple[str, ...] = (),
    ) -> Request:  # fmt: skip
        """Hers where she is logged in at L2 in her own name; nobody's otherwise."""
        whose = Whose()
        if actor.kind == "resident" and actor.reaches("L2") and not actor.mandate:
            whose = Whose(actor.subject, actor.person, actor.name)
            areas = (await self._people.get(actor.person)).areas
        at = self._clock()
        return Request(
            id=secrets.token_hex(11),
            number=self._new_number(),
            kind=kind,
            areas=areas or (self._county,),
            about=about,
            filed_at=at,
            due_on=self._days.add(local_day(at), self._rules.days_of(kind)).isoformat(),
            same=secrets.token_hex(16),
            whose=whose,
            text=text,
            barred=barred,
        )

    async def _add(self, request: Request) -> Filed:
        for _ in range(TRIES):
            met = await self._repository.add(request)
            if met is None:
                return Filed(request, True)
            if met == "one_open":
                first = await self._repository.open_like(request.same)
                if first is not None:
                    return Filed(first, False)
            else:
                request = msgspec.structs.replace(request, number=self._new_number())
        raise Conflict()

    async def _named(self, typed: str, areas: tuple[str, ...]) -> list[str]:
        """Those who could answer and are named in a complaint."""
        able = await self._accounts.holding(VERB, areas)
        return [each.id for each in able if names(typed, each.name, each.staff_no, each.id)]

    def _same(self, *told: str) -> str:
        return self._cipher.blind("\0".join(told), "rights.same")


def _herself(actor: Actor) -> None:
    """Only a resident at L2, and in her own name."""
    if actor.kind != "resident" or not actor.reaches("L2"):
        raise LoginNeeded("L2")
    if actor.mandate:
        raise Forbidden("代办时不能做这项操作，请先结束代办。", code="mandate.acting")


def _need(problems: list[Problem]) -> None:
    if problems:
        raise Invalid(problems)
