"""Taking in what phones send: each operation once, in whatever order, however often, over whichever connection."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from models.areas.service import Areas
from models.base.actor import Actor
from models.base.clock import Clock
from models.base.errors import Conflict, NotFound, Problem, SaobanError, TooLarge, TooMany, Unavailable
from models.collecting.service import Collecting
from models.database import as_domain_error
from models.people.person import ID_NUMBER
from models.sync.answer import DONE, Answer, Became
from models.sync.doing import Barred, Doing, Done, Touch
from models.sync.merging import Promised
from models.sync.operation import OPERATION, Envelope, Operation, Unreadable, read
from models.sync.repository import KEPT_DAYS, OperationRepository, Row, Twice
from models.sync.visiting import Heard

BATCH = 50
RETRY = 5
"""Seconds after which what was busy may come again; of what is newer than the server, an hour."""

NEWER = 3600
TRIES = 3
FOLLOWING = 50
"""Operations that are done at once when the one that they waited for has come."""

NEEDS = 100
UNKEPT = frozenset({"op.id", "op.hash", "op.large"})
"""What cannot be kept under its id, or not be believed to be it."""

TICK = timedelta(milliseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LAST_MS = 250_000_000_000_000  # the year 9892: a ULID reaches beyond what dates do
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Intake:
    """``take`` answers each operation of a batch by itself."""

    def __init__(
        self,
        repository: OperationRepository,
        doing: Doing,
        collecting: Collecting,
        areas: Areas,
        clock: Clock,
    ) -> None:
        self._repository = repository
        self._doing = doing
        self._collecting = collecting
        self._areas = areas
        self._clock = clock

    async def take(
        self, actor: Actor, device: str, envelopes: Sequence[Envelope], skew_ms: int = 0
    ) -> list[Done]:
        """What became of each of at most 50 operations, in their order. Raises TooLarge for more."""
        if len(envelopes) > BATCH:
            raise TooLarge(f"一次最多送 {BATCH} 条记录。")
        answered: list[Done] = []
        at = self._clock()
        taken = (
            await self._collecting.taken_by(actor, self._areas.chain(actor.area))
            if envelopes
            else frozenset()
        )
        for envelope in envelopes:
            at = max(self._clock(), at + TICK)  # no two of a batch at the same time: versions are made of it
            heard = Heard(actor, device, at, skew_ms, taken)
            done = await self._taken(heard, envelope)
            if done.answer.became in DONE:
                done = msgspec.structs.replace(
                    done, touched=done.touched + await self._follow(heard, envelope.id)
                )
            answered.append(done)
        return answered

    async def of_ids(self, actor: Actor, ids: Sequence[str]) -> list[Answer]:
        """What became of operations of the actor; ``unknown`` for those that never came."""
        found = []
        for op_id in list(ids)[:BATCH]:
            row = await self._repository.get(op_id)
            hers = row is not None and row.account == actor.subject
            found.append(row.answer if row and hers else Answer(op_id, "unknown"))
        return found

    async def needing(self, actor: Actor) -> list[Answer]:
        """The actor's operations that need her, the latest first, with their text."""
        rows = await self._repository.open_of(actor.subject, NEEDS)
        return [msgspec.structs.replace(row.answer, text=row.text) for row in rows]

    async def seen_to(self, actor: Actor, op_id: str) -> None:
        """Their author has replaced or given up an operation: it needs her no more. Raises NotFound."""
        if not await self._repository.close(actor.subject, op_id):
            raise NotFound("没有找到这条记录，可能已经处理过了。", code="op.unknown")

    async def _taken(self, heard: Heard, envelope: Envelope) -> Done:
        try:
            return await self._read(heard, envelope)
        except Twice:
            return _busy(envelope, Unavailable())
        except SaobanError as error:
            return _busy(envelope, error)
        except Exception as error:
            known = as_domain_error(error)
            if known is None:
                raise
            return _busy(envelope, known)

    async def _read(self, heard: Heard, envelope: Envelope) -> Done:
        try:
            op = read(envelope)
        except Unreadable as unreadable:
            return await self._unreadable(heard, envelope, unreadable)
        if op.device != heard.device:
            return _refused(
                envelope, "op.device", "这条记录是在另一台设备上写的，请在那台设备上送，或用导出的文件导入。"
            )
        # A phone whose clock was reset makes old ids of new operations.
        if heard.at - _made(op.id) + timedelta(milliseconds=heard.skew_ms) > timedelta(days=KEPT_DAYS - 30):
            return _refused(envelope, "op.old", "这条记录已存放近三年，请到窗口核对后补登。")
        return await self._known_or_new(heard, envelope, op)

    async def _known_or_new(self, heard: Heard, envelope: Envelope, op: Operation) -> Done:
        barred: dict[tuple[str, str], Problem] = {}
        for _ in range(TRIES):
            row = await self._repository.get(op.id)
            if row is not None and (again := _again(heard, envelope, row)):
                return Done(again)
            states = await self._repository.states(heard.actor.subject, [*op.needs]) if op.needs else {}
            waits = tuple(sorted(each for each in op.needs if states.get(each, {}).get("state") not in DONE))
            try:
                if waits:
                    held = await self._hold(heard, envelope, op, waits)
                    if held is not None:
                        return held
                    continue  # one of them has come in this very moment
                return await self._do(heard, envelope, op, _promised(states), barred)
            except Twice:
                continue
            except Conflict as conflict:
                barred |= _taken_number(op, conflict)
        raise Unavailable

    async def _do(
        self, heard: Heard, envelope: Envelope, op: Operation, promised: Promised, barred: Barred
    ) -> Done:
        try:
            return await self._doing.do(heard, envelope, op, promised, barred)
        except NotFound as unknown:
            return await self._keep(heard, envelope, op, "refused", unknown.code, unknown.message)

    async def _hold(
        self, heard: Heard, envelope: Envelope, op: Operation, waits: tuple[str, ...]
    ) -> Done | None:
        """Keep it until what it waits for has come; None where that was while it was being kept."""
        answer = Answer(op.id, "held", waits=waits)
        answer = msgspec.structs.replace(answer, receipt=self._doing.receipt(heard, envelope, answer))
        await self._repository.put(self._doing.row(heard, envelope, op, answer, envelope.text))
        states = await self._repository.states(heard.actor.subject, waits)
        still = any(states.get(each, {}).get("state") not in DONE for each in waits)
        return Done(answer) if still else None

    async def _follow(self, heard: Heard, op_id: str) -> tuple[Touch, ...]:
        """Do what was waiting for an operation that has just been done."""
        touched: tuple[Touch, ...] = ()
        came = deque([op_id])
        for _ in range(FOLLOWING):  # what is left over is done when the phone sends it again
            if not came:
                break
            for waiting in await self._repository.waiting_for(came.popleft(), FOLLOWING):
                row = await self._repository.get(waiting)
                if row is None or row.account != heard.actor.subject or not row.text:
                    continue
                heard = msgspec.structs.replace(
                    heard, at=max(self._clock(), heard.at + TICK), device=row.device
                )
                done = await self._taken(heard, Envelope(row.id, row.hash, row.text))
                touched += done.touched
                if done.answer.became in DONE:
                    came.append(row.id)
        return touched

    async def _unreadable(self, heard: Heard, envelope: Envelope, unreadable: Unreadable) -> Done:
        problem = unreadable.problem
        if unreadable.is_newer:
            return Done(
                Answer(envelope.id, "busy", code=problem.code, message=problem.message, retry_after=NEWER)
            )
        if problem.code in UNKEPT:
            return _refused(envelope, problem.code, problem.message)
        row = await self._repository.get(envelope.id)
        if row is not None and (again := _again(heard, envelope, row)):
            return Done(again)
        return await self._keep(heard, envelope, None, "refused", problem.code, problem.message)

    async def _keep(
        self, heard: Heard, envelope: Envelope, op: Operation | None, became: Became, code: str, message: str
    ) -> Done:
        """Nothing is done, and nothing is lost: it is kept with its author."""
        answer = Answer(envelope.id, became, code=code, message=message)
        await self._repository.put(self._doing.row(heard, envelope, op, answer, envelope.text))
        return Done(answer)


def _again(heard: Heard, envelope: Envelope, row: Row) -> Answer | None:
    """The answer to an operation that was there before; None where it is still to be done."""
    if row.account != heard.actor.subject or row.hash != envelope.hash:
        message = "这个编号已用于另一条记录，请给这一条换一个编号再送；原来那条没有被改动。"
        return Answer(envelope.id, "different", code="op.different", message=message)
    if row.state in DONE:
        return msgspec.structs.replace(row.answer, became="same", was=row.state)
    return None


def _promised(states: dict[str, dict]) -> Promised:
    return {
        (op_id, of, key): x
        for op_id, row in states.items()
        for of, key, became, x in row.get("made", ())
        if became not in ("conflict", "invalid")
    }


def _taken_number(op: Operation, conflict: Conflict) -> dict[tuple[str, str], Problem]:
    """The edits that another person's registration forbids. Raises ``conflict`` where it is about something else."""
    mine = {(edit.of, edit.key) for edit in op.edits if edit.key == ID_NUMBER}
    if conflict.code != "person.id_taken" or not mine:
        raise conflict
    return {each: Problem(ID_NUMBER, conflict.code, conflict.message) for each in mine}


def _made(op_id: str) -> datetime:
    """When an operation was made by the clock of its phone, as its ULID says."""
    milliseconds = 0
    for char in op_id[:10]:
        milliseconds = milliseconds * 32 + CROCKFORD.index(char)
    return EPOCH + timedelta(milliseconds=min(milliseconds, LAST_MS))


def _busy(envelope: Envelope, error: SaobanError) -> Done:
    retry = error.retry_after if isinstance(error, TooMany) else RETRY
    return Done(Answer(envelope.id, "busy", code=error.code, message=error.message, retry_after=retry))


def _refused(envelope: Envelope, code: str, message: str) -> Done:
    known = envelope.id if OPERATION.fullmatch(envelope.id) else envelope.id[:40]
    return Done(Answer(known, "refused", code=code, message=message))
