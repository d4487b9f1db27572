"""Review of proposed changes (信息变更审核): what waits in a reviewer's area and line, settled one by one or many at once,
and taken back within minutes."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal

import msgspec

from models.accounts.service import Accounts
from models.areas.service import Areas
from models.base.actor import Actor
from models.base.clock import Clock, local_day
from models.base.errors import Conflict, Forbidden, Invalid, NotFound, Problem, SaobanError
from models.elements.registry import Elements
from models.forms.context import Context
from models.history.change import UNDO, Change
from models.history.service import History
from models.households.service import Households
from models.people.book import Noun
from models.people.edits import Decision, accept, refuse, restore
from models.people.registry import EPOCH
from models.people.service import People
from models.people.values import Held
from models.people.waiting import Kind, desk, kind_of, kinds
from models.record.rows import Drawer, Owner, Row, is_own, whose
from models.roles.lines import MODULES
from models.roles.rules import may_review, need

PAGE = 20
"""People and houses on a page, each with everything that is proposed to it."""

MOST_PICKED = 100
LONGEST_REASON = 200
REASON = "reason"

Verdict = Literal["accept", "refuse"]


class Listing(msgspec.Struct, frozen=True):
    """A page, the longest waiting first; ``next`` is where the following one begins, empty at the end. ``modules``
    are those in which the reviewer may settle anything, key to name."""

    rows: tuple[Row, ...]
    next: str
    modules: dict[str, str]


class Failed(msgspec.Struct, frozen=True):
    """One that could not be settled, and why."""

    pick: str
    code: str
    message: str


class Touched(msgspec.Struct, frozen=True):
    """One owner and element that was changed, for the record of looking."""

    noun: Noun
    owner: str
    key: str
    whose: tuple[str, ...]


class Settled(msgspec.Struct, frozen=True):
    """What became of a button: ``batch`` takes it back; what was done, what could not be."""

    batch: str
    done: tuple[Touched, ...]
    failed: tuple[Failed, ...] = ()


class Review:
    """``sought`` makes of an ID number what people are found by."""

    def __init__(
        self, people: People, households: Households, history: History, elements: Elements, areas: Areas,
        accounts: Accounts, sought: Callable[[str], Sequence[str]], clock: Clock,
    ) -> None:  # fmt: skip
        self._people = people
        self._households = households
        self._history = history
        self._elements = elements
        self._areas = areas
        self._accounts = accounts
        self._sought = sought
        self._clock = clock

    async def page(self, actor: Actor, area: str = "", module: str = "", after: str = "") -> Listing:
        """What waits in ``area`` (the actor's own unless it is named), of one module or of all that she may settle.
        Raises Forbidden for an area that is not hers."""
        area = area or actor.area
        if not self._areas.has(area) or not actor.covers(self._areas.chain(area)):
            raise Forbidden("这个区划不在您的管理范围内。", code="area.not_yours")
        need(actor, "registry.review")
        mine = self._kinds(actor, self._areas.chain(area))
        wanted = [kind for kind in mine if not module or kind[0] == module]
        desks = [desk(area, *kind) for kind in wanted]
        owners, more = await self._waiting(desks, _position(after))
        hers = await self._herself(actor)
        drawer = Drawer(self._elements, self._areas, self._context(), frozenset(wanted), hers)
        rows = [row for owner in owners for row in drawer.rows(owner)]
        modules = {key: MODULES[key] for key, _ in mine}
        return Listing(tuple(rows), _cursor(owners[-1]) if more else "", modules)

    async def settle(self, actor: Actor, picks: Sequence[str], verdict: Verdict, reason: str = "") -> Settled:
        """Accept or refuse each of ``picks``; one that fails hinders no other. Raises Invalid where none is picked, or
        nothing is said why it is refused."""
        said = " ".join(reason.split())
        _need(picks, verdict, said)
        batch, hers = secrets.token_hex(10), await self._herself(actor)
        done: list[Touched] = []
        failed: list[Failed] = []
        for pick in dict.fromkeys(picks):
            made = Decision(actor.subject, self._clock(), said, batch)
            try:
                done.append(await self._one(actor, pick, verdict, made, hers))
            except SaobanError as error:
                failed.append(Failed(pick, error.code, error.message))
        return Settled(batch, tuple(done), tuple(failed))

    async def undo(self, actor: Actor, batch: str) -> Settled:
        """Take back what one has just settled with one button, as far as nothing has happened to it since. Raises
        NotFound for what somebody else has settled, Conflict when it is too late."""
        changes = [each for each in await self._history.of_batch(batch) if _is_settling(each)]
        if not changes or any(each.entry.by != actor.subject for each in changes):
            raise NotFound("没有找到这次处理。", code="change.unknown")
        now = self._clock()
        if now - changes[0].entry.at > UNDO:
            raise Conflict("已超过10分钟，不能撤销了。如处理有误，请重新核实更正。", code="change.final")
        done: list[Touched] = []
        failed: list[Failed] = []
        for each in changes:
            try:
                done.append(await self._back(actor, each, now))
            except SaobanError as error:
                failed.append(Failed(each.id, error.code, error.message))
        return Settled("", tuple(done), tuple(failed))

    async def _one(
        self, actor: Actor, pick: str, verdict: Verdict, made: Decision, hers: frozenset[str]
    ) -> Touched:
        noun, owner_id, proposal_id = _parts(pick)
        owner = await self._owner(noun, owner_id)
        wish = next((each for each in owner.held.proposals if each.id == proposal_id), None)
        if not actor.covers(owner.areas) or (wish and not self._may(actor, wish.key, owner)):
            raise _unknown()
        if wish is None:
            raise Conflict("这项申请刚被处理过，或已被撤回。", code="proposal.gone")
        if is_own(owner, wish, hers):
            raise Forbidden("不能审核自己提出或关于自己的申请，请交同事办理。", code="proposal.own")
        settle = accept if verdict == "accept" else refuse
        await self._book(noun).edit(owner.id, lambda held: settle(held, proposal_id, made))
        return Touched(noun, owner.id, wish.key, whose(owner))

    async def _back(self, actor: Actor, change: Change, now: datetime) -> Touched:
        owner = await self._owner(change.noun, change.owner)
        if not self._may(actor, change.entry.key, owner):
            raise _unknown()
        made = Decision(actor.subject, now)
        edit = self._book(change.noun).edit
        await edit(owner.id, lambda held: restore(held, change.entry, made, change.id))
        return Touched(change.noun, owner.id, change.entry.key, whose(owner))

    async def _waiting(self, desks: Sequence[str], after: tuple[datetime, str]) -> tuple[list[Owner], bool]:
        """The next page of owners, people and houses together, and whether there are more."""
        if not desks:
            return [], False
        people = await self._people.awaiting(desks, after, PAGE + 1)
        homes = await self._households.awaiting(desks, after, PAGE + 1)
        found: list[Owner] = sorted([*people, *homes], key=_since)
        return found[:PAGE], len(found) > PAGE

    def _context(self) -> Context:
        elements, today = self._elements, local_day(self._clock())
        return Context(today, elements.code_lists, self._areas.names(), retired=elements.retired)

    def _kinds(self, actor: Actor, areas: tuple[str, ...]) -> list[Kind]:
        return [kind for kind in kinds(self._elements) if may_review(actor, *kind, areas)]

    def _may(self, actor: Actor, key: str, owner: Owner) -> bool:
        return may_review(actor, *kind_of(self._elements, key), owner.areas)

    async def _herself(self, actor: Actor) -> frozenset[str]:
        """The reviewer as account, and as the resident that she may be too."""
        number = (await self._accounts.get(actor.subject)).id_number
        person = await self._people.by_id_number(self._sought(number)) if number else None
        return frozenset({actor.subject, *([person.id] if person else [])})

    async def _owner(self, noun: Noun, owner_id: str) -> Owner:
        try:
            return await self._book(noun).get(owner_id)
        except NotFound:
            raise _unknown() from None

    def _book(self, noun: Noun) -> People | Households:
        return self._people if noun == "person" else self._households


def _need(picks: Sequence[str], verdict: Verdict, reason: str) -> None:
    problems = []
    if not picks:
        problems.append(Problem("picks", "required", "请先勾选要处理的申请。"))
    if len(picks) > MOST_PICKED:
        problems.append(Problem("picks", "too_many", f"一次最多处理{MOST_PICKED}项。"))
    if verdict == "refuse" and not reason:
        problems.append(Problem(REASON, "required", "请写明不采纳的理由，申请人会看到。"))
    if len(reason) > LONGEST_REASON:
        problems.append(Problem(REASON, "too_long", f"理由最多{LONGEST_REASON}个字，请缩短。"))
    if problems:
        raise Invalid(problems)


def _parts(pick: str) -> tuple[Noun, str, str]:
    noun, _, rest = pick[:200].partition(":")
    owner, _, proposal = rest.rpartition(":")
    if noun not in {"person", "household"} or not owner or not proposal:
        raise _unknown()
    return noun, owner, proposal  # type: ignore[return-value]


def _unknown() -> NotFound:
    """No such proposal, or not the reviewer's: one answer for both."""
    return NotFound("没有找到这项申请，或它不在您的审核范围内。", code="proposal.unknown")


def _is_settling(change: Change) -> bool:
    return change.entry.kind in {"accepted", "refused"}


def _oldest(held: Held) -> datetime:
    return min(wish.value.at for wish in held.proposals)


def _since(owner: Owner) -> tuple[datetime, str]:
    return _oldest(owner.held), owner.id


def _cursor(owner: Owner) -> str:
    since, owner_id = _since(owner)
    return f"{since.isoformat()}~{owner_id}"


def _position(after: str) -> tuple[datetime, str]:
    """The place behind which a page begins; the start for what cannot be read."""
    since, _, owner_id = after.partition("~")
    try:
        at = datetime.fromisoformat(since)
    except ValueError:
        return EPOCH, ""
    return (at, owner_id) if at.tzinfo else (EPOCH, "")
