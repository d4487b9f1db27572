"""Use cases of a resident with her own record: see it, ask for corrections, take them back. In her own name alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from models.areas.service import Areas
from models.base.actor import Actor
from models.base.clock import Clock, local_day
from models.base.errors import Forbidden, Invalid, LoginNeeded, NotFound, Problem
from models.elements.answering import UNASKED, VALUE, checked
from models.elements.element import Element
from models.elements.registry import Elements
from models.forms.context import Context
from models.history.service import History
from models.households.service import Households
from models.people.edits import Edit, Given, take, withdraw
from models.people.service import People
from models.people.values import Outcome as Became
from models.people.values import Value
from models.record.basics import NONE, Basics, HomeData, home_data
from models.record.reach import Reach, reaches
from models.record.sheets import ASKABLE, Reader, Sheet, own_lines, sheet
from models.sessions.proofs import CONTACTS, STRONG, may_record

LONGEST_REASON = 200
REASON = "reason"
ALL = "all"
"""Shows every value whole."""


class Asking(msgspec.Struct, frozen=True):
    """A correction about to be asked for: of what, and what is held now."""

    reach: Reach
    element: Element
    held: Value | None
    context: Context


class Record:
    """What the registry holds of her, by her role in her household (``reach.py``)."""

    def __init__(
        self, people: People, households: Households, history: History, elements: Elements, areas: Areas, clock: Clock,
        basics: Basics = NONE,
    ) -> None:  # fmt: skip
        self._people = people
        self._households = households
        self._history = history
        self._elements = elements
        self._areas = areas
        self._clock = clock
        self._basics = basics

    async def of(self, actor: Actor, shown: str = "") -> list[Sheet]:
        """Everything she may see. ``shown`` is the line whose value is told whole, as ``me:person.phone``, or
        "all"; that she has just shown who she is is for the caller to have asked. Raises LoginNeeded, Forbidden."""
        found = await self._reaches(actor)
        changes = await self._history.of_owners([each.id for each in found if each.corrects])
        whole = shown == ALL

        def tells(of: str, key: str) -> bool:
            return whole or shown == f"{of}:{key}"

        reader = Reader(actor.person, tells, self._elements, self._context())
        return [sheet(each, changes, reader) for each in found]

    async def home_data(self, actor: Actor) -> HomeData:
        """Her basic items, with what is missing. Raises as ``of``."""
        me = (await self._reaches(actor))[0]
        changes = await self._history.of_owners([me.id])
        reader = Reader(actor.person, lambda of, key: False, self._elements, self._context())
        return home_data(self._basics, own_lines(me, self._basics.elements, changes, reader))

    async def asking(self, actor: Actor, of: str, key: str) -> Asking:
        """What a correction would be about. Raises NotFound for what is not hers to correct."""
        reach = next((each for each in await self._reaches(actor) if each.of == of and each.corrects), None)
        element = self._elements.get(key)
        if reach is None or element is None or not self._may_ask(reach, element):
            raise NotFound("没有找到这项信息，或它不能由您更正。", code="record.unknown")
        return Asking(reach, element, reach.held.values.get(key), self._context())

    async def correct(self, actor: Actor, of: str, key: str, raw: Any, reason: str) -> Became:
        """Ask for another value. It is recorded at once only where nothing but her own word stood there, or for a
        phone number of hers with a proof that does not hang on the old phone; else it waits for review.

        Raises NotFound, Invalid.
        """
        asking = await self.asking(actor, of, key)
        value, problems = checked(asking.element, raw, asking.context)
        said = " ".join(reason.split())
        if len(said) > LONGEST_REASON:
            problems.append(Problem(REASON, "too_long", f"理由最多{LONGEST_REASON}个字，请缩短。"))
        if not problems and asking.held is not None and asking.held.v == value:
            problems.append(Problem(VALUE, "record.same", "和现在登记的一样，不用更正。"))
        if problems:
            raise Invalid(problems)
        at = self._clock()
        at_once = _at_once(actor, asking)
        given = Given(key, Value(value, "self", at, actor.person), at_once, said, actor.name)
        return (await self._edit(asking.reach, lambda held: take(held, (given,), at))).outcomes[0]

    async def take_back(self, actor: Actor, of: str, proposal_id: str) -> None:
        """Take one's own wish back while it waits. Raises NotFound."""
        reach = next((each for each in await self._reaches(actor) if each.of == of and each.corrects), None)
        if reach is None:
            raise NotFound("没有找到这项申请，可能已经处理完了。", code="proposal.unknown")
        at = self._clock()
        await self._edit(reach, lambda held: withdraw(held, proposal_id, actor.person, at))

    def _may_ask(self, reach: Reach, element: Element) -> bool:
        askable = element.key in ASKABLE or element.key in self._basics.keys
        there = element.key in reach.held.values or (askable and reach.standing == "self")
        return there and reach.sees(element) and element.type not in UNASKED

    async def _edit(self, reach: Reach, edit: Any) -> Edit:
        book = self._people if reach.noun == "person" else self._households
        return await book.edit(reach.id, edit)

    async def _reaches(self, actor: Actor) -> tuple[Reach, ...]:
        _herself(actor)
        dossier = await self._households.dossier(actor.person)
        home = dossier.household
        family = await self._households.people(home.id) if home else []
        return reaches(dossier.person, home, family, self._today())

    def _context(self) -> Context:
        return Context(
            self._today(), self._elements.code_lists, self._areas.names(), retired=self._elements.retired
        )

    def _today(self) -> date:
        return local_day(self._clock())


def _at_once(actor: Actor, asking: Asking) -> bool:
    """To correct what others have registered is to ask for it; one's own word one may change."""
    key, held = asking.element.key, asking.held
    if asking.reach.standing != "self" or not may_record(key, actor.proof):
        return False
    return held is None or held.source == "self" or (key in CONTACTS and actor.proof in STRONG)


def _herself(actor: Actor) -> None:
    """Only a resident at L2, and in her own name: whoever acts for her sees the form she acts in and no more."""
    if actor.kind != "resident" or not actor.reaches("L2"):
        raise LoginNeeded("L2")
    if actor.mandate:
        raise Forbidden("代办时不能查看或更正本人的登记信息。", code="mandate.acting")
