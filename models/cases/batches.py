"""Batches: what can be done with several cases, doing it, and taking it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from models.base.actor import Actor
from models.base.clock import Clock
from models.base.errors import Conflict, Invalid, NotFound, Problem, SaobanError
from models.cases.batch import BATCHED, MOST, Batch, Made, made, undo
from models.cases.case import Case
from models.cases.desk import Desk, Seen, by_staff
from models.cases.doing import Act
from models.cases.repository import CasesRepository
from models.database import Collection, Database, Index

KEPT_SECONDS = 7 * 24 * 3600


class Pick(msgspec.Struct, frozen=True):
    """A case that was ticked, as it was seen."""

    id: str
    rev: int


class Prospect(msgspec.Struct, frozen=True):
    """What would become of one that was ticked: nothing, for the reason ``why``, or what was asked. Cases that are not
    the actor's to see have no number here."""

    id: str
    rev: int
    case_no: str = ""
    title: str = ""
    place: str = ""
    why: str = ""


class Outcome(msgspec.Struct, frozen=True):
    """What became of a batch: ``batch`` empty where nothing was done."""

    batch: str
    action: str
    done: tuple[Prospect, ...]
    failed: tuple[Prospect, ...]
    undoable: bool = False


class BatchRepository:
    """The ``batches`` collection."""

    COLLECTIONS = (Collection("batches", (Index((("at", 1),), expire_after=KEPT_SECONDS),), None),)

    def __init__(self, database: Database) -> None:
        self._batches = database.collection("batches")

    async def add(self, batch: Batch) -> None:
        row: dict[str, Any] = msgspec.to_builtins(batch, builtin_types=(datetime,))
        row["_id"] = row.pop("id")
        await self._batches.insert_one(row)

    async def get(self, batch_id: str) -> Batch | None:
        row = await self._batches.find_one({"_id": batch_id})
        return msgspec.convert({**row, "id": row["_id"]}, Batch) if row else None

    async def undone(self, batch_id: str, at: datetime) -> bool:
        """Mark it as taken back; False where somebody already has."""
        mine = {"_id": batch_id, "undone_at": None}
        return bool((await self._batches.update_one(mine, {"$set": {"undone_at": at}})).modified_count)


class Batches:
    """Use cases of whoever has many cases of a kind before her."""

    def __init__(
        self, repository: BatchRepository, cases: CasesRepository, desk: Desk, clock: Clock, new_id: Callable[[], str]
    ) -> None:  # fmt: skip
        self._repository = repository
        self._cases = cases
        self._desk = desk
        self._clock = clock
        self._new_id = new_id

    async def prospects(self, actor: Actor, action: str, picks: Sequence[Pick], act: Act) -> list[Prospect]:
        """What each of ``picks`` would come to, without doing it. Raises Invalid."""
        _check(action, picks)
        return [await self._prospect(actor, action, pick, act) for pick in picks]

    async def _prospect(self, actor: Actor, action: str, pick: Pick, act: Act) -> Prospect:
        try:
            case, _ = await self._desk.drafted(actor, pick.id, action, _of(act, pick))
        except SaobanError as error:
            return await self._refused(actor, pick, error)
        return self._line(actor, case, pick)

    async def do(
        self, actor: Actor, action: str, picks: Sequence[Pick], act: Act
    ) -> tuple[Outcome, list[Seen]]:
        """Do what can be done of it, each case by itself; and the cases as they are now, for the record of looking."""
        _check(action, picks)
        did: list[Made] = []
        seen: list[Seen] = []
        done: list[Prospect] = []
        failed: list[Prospect] = []
        for pick in picks:
            try:
                case, following = await self._desk.drafted(actor, pick.id, action, _of(act, pick))
                seen.append(await self._desk.kept(actor, case, following))
            except SaobanError as error:
                failed.append(await self._refused(actor, pick, error))
                continue
            did.append(made(case, following))
            done.append(self._line(actor, case, pick))
        batch = Batch(self._new_id(), actor.subject, action, self._clock(), tuple(did))
        if did:
            await self._repository.add(batch)
        return Outcome(batch.id if did else "", action, tuple(done), tuple(failed), bool(did)), seen

    async def get(self, actor: Actor, batch_id: str) -> Outcome:
        """What one's own batch did. Raises NotFound."""
        batch = await self._own(actor, batch_id)
        done = tuple(Prospect(each.case, each.rev, each.case_no) for each in batch.made)
        return Outcome(batch.id, batch.action, done, (), batch.undoable(self._clock()))

    async def undo(self, actor: Actor, batch_id: str) -> tuple[Outcome, list[Seen]]:
        """Take one's own batch back, each case in which nothing has followed. Raises NotFound, Conflict when its time is
        over."""
        batch, at = await self._own(actor, batch_id), self._clock()
        if not batch.undoable(at) or not await self._repository.undone(batch.id, at):
            raise Conflict("只能在十分钟内撤销一次。", code="batch.over")
        done: list[Prospect] = []
        failed: list[Prospect] = []
        seen: list[Seen] = []
        for each in batch.made:
            pick = Pick(each.case, each.rev)
            try:
                case = await self._desk.whole(actor, each.case)
                following = undo(case, by_staff(actor), at, each)
                seen.append(await self._desk.kept(actor, case, following))
            except SaobanError as error:
                failed.append(await self._refused(actor, pick, error))
                continue
            done.append(self._line(actor, case, pick))
        return Outcome(batch.id, batch.action, tuple(done), tuple(failed)), seen

    async def _own(self, actor: Actor, batch_id: str) -> Batch:
        batch = await self._repository.get(batch_id)
        if batch is None or batch.by != actor.subject:
            raise NotFound("没有找到这次批量操作，或它不是您做的。", code="batch.unknown")
        return batch

    async def _refused(self, actor: Actor, pick: Pick, error: SaobanError) -> Prospect:
        """Why one cannot be done, with its number where she may see it."""
        why = error.problems[0].message if isinstance(error, Invalid) else error.message
        try:
            case = await self._desk.whole(actor, pick.id)
        except NotFound:
            return Prospect(pick.id, pick.rev, why=why)
        return msgspec.structs.replace(self._line(actor, case, pick), why=why)

    def _line(self, actor: Actor, case: Case, pick: Pick) -> Prospect:
        row = self._desk.row(actor, case)
        return Prospect(pick.id, pick.rev, row.case_no, row.title, row.place)


def _of(act: Act, pick: Pick) -> Act:
    return msgspec.structs.replace(act, rev=pick.rev)


def _check(action: str, picks: Sequence[Pick]) -> None:
    if action not in BATCHED:
        raise Invalid([Problem("action", "batch.action", "请选择要做什么。")])
    if not 1 <= len({pick.id for pick in picks}) == len(picks) <= MOST:
        raise Invalid([Problem("picks", "batch.picks", f"请勾选1到{MOST}件。")])
