"""Doing one operation: everything that it says, in one transaction with the row that says that it was done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from models.areas.service import Areas
from models.audit.entry import Noun
from models.base.clock import local_day
from models.base.errors import NotFound, Problem
from models.database import Session
from models.elements.registry import Elements
from models.forms.context import Context
from models.households.household import Household
from models.households.service import Households, UnknownHousehold
from models.people.person import Person
from models.people.service import People
from models.roles.rules import may
from models.sync.answer import Answer, summed
from models.sync.judging import judge_for
from models.sync.merging import Author, Judge, Merge, Merged, Owner, Promised
from models.sync.operation import Envelope, Operation
from models.sync.phone_repository import PhoneRepository
from models.sync.receipt import Receipt, ReceiptSigner, Said, digest
from models.sync.repository import OperationRepository, Row, Twice
from models.sync.sides import Sides
from models.sync.versions import Versions
from models.sync.visiting import Heard, Visiting
from models.visits.visit import LAST_VISIT, VisitKnown

VISIT = "registry.visit"

Barred = Mapping[tuple[str, str], Problem]
"""Elements (of, key) that proved impossible when they were written, in an earlier try."""


class Touch(msgspec.Struct, frozen=True):
    """What an operation has changed, for the record of looking."""

    noun: Noun
    id: str
    whose: tuple[str, ...]
    fields: tuple[str, ...] = ()


class Done(msgspec.Struct, frozen=True):
    answer: Answer
    touched: tuple[Touch, ...] = ()


class Doing:
    """One transaction for each operation."""

    def __init__(
        self, repository: OperationRepository, households: Households, people: People, phones: PhoneRepository,
        elements: Elements, areas: Areas, versions: Versions, signer: ReceiptSigner, sides: Sides, visiting: Visiting,
    ) -> None:  # fmt: skip
        self._repository = repository
        self._households = households
        self._people = people
        self._phones = phones
        self._elements = elements
        self._areas = areas
        self._versions = versions
        self._signer = signer
        self._sides = sides
        self._visiting = visiting

    async def do(
        self, heard: Heard, envelope: Envelope, op: Operation, promised: Promised, barred: Barred
    ) -> Done:
        """Do all of it or nothing. Raises Twice where another request does it, UnknownHousehold, Conflict, and what the
        driver raises."""

        async def work(session: Session) -> Done:
            home, elsewhere = await self._home(heard, op.home, session)
            people = await self._households.people(home.id, session)
            owners = [Owner("", "household", home, elsewhere)]
            owners += [Owner(each.id, "person", each, elsewhere) for each in people]
            owners += await self._strangers(heard, op, owners, session)
            author = Author(heard.actor.subject, heard.actor.name, heard.at)
            merge = Merge(owners, self._versions, self._judge(heard, barred), author, promised)
            self._say(op, merge)
            visited = await self._visiting.record(heard, op, home, people, session)
            if visited.last and self._elements.get(LAST_VISIT) is not None:
                merge.note(LAST_VISIT, visited.last)
            merged = Merged() if visited.problems else merge.done()
            await self._write(merged, session)
            elements = await self._sides.completed(merged) if merged.clashes else merged.answers
            became = "invalid" if visited.problems else summed(elements, elsewhere=elsewhere)
            answer = Answer(op.id, became, elements=elements, problems=visited.problems)
            answer = msgspec.structs.replace(answer, receipt=self.receipt(heard, envelope, answer))
            text = "" if became in ("created", "review") else envelope.text
            await self._repository.put(self.row(heard, envelope, op, answer, text), session)
            return Done(answer, _touched(op, people, merged, visited.problems))

        try:
            return await self._repository.database.transaction(work)
        except VisitKnown:
            raise Twice from None

    def receipt(self, heard: Heard, envelope: Envelope, answer: Answer) -> Receipt:
        """Our signature under what became of an operation."""
        account, done = heard.actor.subject, digest(answer.elements)
        return self._signer.sign(
            Said(envelope.id, envelope.hash, answer.became, account, heard.device, heard.at, done)
        )

    def row(self, heard: Heard, envelope: Envelope, op: Operation | None, answer: Answer, text: str) -> Row:
        """An operation as it is kept; with its ``text`` where somebody still has to see to it."""
        kept = Row(
            envelope.id, envelope.hash, heard.actor.subject, heard.device, self._areas.chain(heard.actor.area),
            answer.became, heard.at, answer, text=text,
        )  # fmt: skip
        if op is None:
            return kept
        return msgspec.structs.replace(kept, kind=op.kind, home=op.home, seq=op.seq, said_at=op.at)

    async def _home(self, heard: Heard, household: str, session: Session) -> tuple[Household, bool]:
        """The household, and whether it lies in another grid by now: then the phone must have carried it once."""
        home = await self._households.get(household, session)
        if may(heard.actor, VISIT, home.areas):
            return home, False
        if await self._phones.has_carried(heard.device, heard.actor.subject, household, session):
            return home, True
        raise UnknownHousehold

    async def _strangers(
        self, heard: Heard, op: Operation, owners: Sequence[Owner], session: Session
    ) -> list[Owner]:
        """People whom the operation names and who live in another household by now: in the worker's grid, or in one
        that her phone has carried."""
        known = {owner.of for owner in owners}
        found = []
        for person_id in dict.fromkeys(
            each for each in (*(e.of for e in op.edits), op.of) if each not in known
        ):
            try:
                person = await self._people.get(person_id, session)
            except NotFound:
                continue
            here = may(heard.actor, VISIT, person.areas)
            if here or await self._phones.has_carried(
                heard.device, heard.actor.subject, person.household, session
            ):
                found.append(Owner(person_id, "person", person, not here))
        return found

    def _judge(self, heard: Heard, barred: Barred) -> Judge:
        context = Context(local_day(heard.at), self._elements.code_lists, self._areas.names())
        judge = judge_for(heard.taken, self._elements, context)

        def judged(owner: Owner, key: str, value: Any) -> tuple[Any, Problem | None]:
            wrong = barred.get((owner.of, key))
            return (value, wrong) if wrong else judge(owner, key, value)

        return judged

    def _say(self, op: Operation, merge: Merge) -> None:
        for edit in op.edits:
            merge.edit(edit)
        for key, base in op.bases.items():
            element = self._elements.get(key)
            if not op.module or (element is not None and element.module == op.module):
                merge.vouch(op.of, key, base)

    async def _write(self, merged: Merged, session: Session) -> None:
        for owner, written in merged.written:
            if isinstance(owner.thing, Household):
                await self._households.edit_within(session, owner.thing, written)
            else:
                await self._people.edit_within(session, owner.thing, written)


def _touched(
    op: Operation, people: Sequence[Person], merged: Merged, problems: tuple[Problem, ...]
) -> tuple[Touch, ...]:
    family = tuple(each.id for each in people)
    touched = [
        Touch(
            owner.noun, owner.thing.id, family if owner.noun == "household" else (owner.thing.id,),
            tuple(dict.fromkeys(entry.key for entry in written.entries)),
        )
        for owner, written in merged.written
        if written.entries
    ]  # fmt: skip
    if (op.visit or op.tasks or op.task) and not problems:
        touched.append(Touch("visit", op.id, family))
    return tuple(touched)
