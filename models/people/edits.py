"""What may become of values and of the changes proposed to them, each with the entry that stays of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Literal

import msgspec

from models.base.errors import Conflict, NotFound
from models.people.values import Held, Outcome, Proposal, Source, Value, outranks, propose, put, vouch

Kind = Literal[
    "recorded", "proposed", "accepted", "refused", "withdrawn", "overtaken", "restored", "confirmed"
]  # fmt: skip


class Given(msgspec.Struct, frozen=True):
    """What somebody says of one element. Not ``at_once``: it waits for review whatever the order of trust says."""

    key: str
    value: Value
    at_once: bool = True
    reason: str = ""
    name: str = ""


class Entry(msgspec.Struct, frozen=True):
    """What became of one element: from ``before`` to ``after`` (equal where only a wish was made or settled),
    ``by`` whom (an account or person id) and when, on what ``ground``. ``proposal`` is the wish that it is about.
    Entries of one button have a ``batch``; ``undoes`` names the entry that this one takes back."""

    kind: Kind
    key: str
    at: datetime
    by: str
    before: Value | None = None
    after: Value | None = None
    proposal: Proposal | None = None
    ground: str = ""
    batch: str = ""
    undoes: str = ""


class Edit(msgspec.Struct, frozen=True):
    """What is held afterwards, and what stays of how it came about. ``outcomes`` go with what was given."""

    held: Held
    entries: tuple[Entry, ...] = ()
    outcomes: tuple[Outcome, ...] = ()


class Decision(msgspec.Struct, frozen=True):
    """Who settles a wish, when, why, and with which others."""

    by: str
    at: datetime
    ground: str = ""
    batch: str = ""


def take(held: Held, given: Sequence[Given], at: datetime) -> Edit:
    """Everything in ``given`` by the order of trust, or as proposals."""
    entries: list[Entry] = []
    outcomes: list[Outcome] = []
    for each in given:
        wish = Proposal(each.key, each.value, each.reason, each.name)
        if each.at_once:
            after, outcome = put(held, each.key, each.value, each.reason, each.name)
        else:
            after, outcome = propose(held, wish)
        before = held.values.get(each.key)
        if outcome == "recorded":
            recorded = Entry("recorded", each.key, at, each.value.by, before, each.value, ground=each.reason)
            entries.append(recorded)
            entries += _overtaken(held, after, each.key, at, each.value.by)
        elif outcome == "proposed":
            entries.append(Entry("proposed", each.key, at, each.value.by, before, before, wish))
        held = after
        outcomes.append(outcome)
    return Edit(held, tuple(entries), tuple(outcomes))


def remove(held: Held, key: str, source: Source, made: Decision) -> Edit:
    """Nothing is held for ``key`` any more: what stood there was an error. Raises Conflict where a more trusted source
    says it: that is for whoever reviews it."""
    before = held.values.get(key)
    if before is None:
        return Edit(held)
    if outranks(before.source, source):
        raise Conflict(
            "这项内容由更可靠的来源登记，不能直接清空，请改成正确的内容，由审核人员核定。",
            code="value.trusted",
        )
    values = {name: value for name, value in held.values.items() if name != key}
    kept = tuple(wish for wish in held.proposals if wish.key != key or wish.value.at > made.at)
    after = Held(values, kept)
    entry = Entry("recorded", key, made.at, made.by, before, None, None, made.ground, made.batch)
    return Edit(after, (entry, *_overtaken(held, after, key, made.at, made.by)))


def confirm(held: Held, keys: Iterable[str], source: Source, made: Decision) -> Edit:
    """What is held for ``keys`` was found unchanged (无变化): every value as it is, and fresh from now on; what stands
    there from a more trusted source keeps that source. Wishes go on waiting."""
    values = dict(held.values)
    entries: list[Entry] = []
    for key in keys:
        before = values.get(key)
        after = before and vouch(before, source, made.at, made.by)
        if before is not None and after is not None and after != before:
            values[key] = after
            entries.append(
                Entry("confirmed", key, made.at, made.by, before, after, None, made.ground, made.batch)
            )
    return Edit(Held(values, held.proposals), tuple(entries))


def accept(held: Held, proposal_id: str, made: Decision) -> Edit:
    """The wish is the value from now on, as seen at the counter by whoever accepts it: her word outranks what stood
    there. Other wishes for the same are granted with it. Raises Conflict where it no longer waits."""
    wish = _waiting(held, proposal_id)
    before = held.values.get(wish.key)
    new = Value(wish.value.v, "counter", made.at, made.by)
    kept = tuple(p for p in held.proposals if p is not wish and (p.key != wish.key or p.value.v != new.v))
    after = Held({**held.values, wish.key: new}, kept)
    entry = Entry("accepted", wish.key, made.at, made.by, before, new, wish, made.ground, made.batch)
    others = _overtaken(held, after, wish.key, made.at, made.by, besides=wish)
    return Edit(after, (entry, *others))


def refuse(held: Held, proposal_id: str, made: Decision) -> Edit:
    """The wish is gone, the value stays. Raises Conflict where it no longer waits."""
    return _without(held, _waiting(held, proposal_id), "refused", made)


def withdraw(held: Held, proposal_id: str, by: str, at: datetime) -> Edit:
    """Whoever made the wish takes it back. Raises NotFound where she made none of that id."""
    wish = next((p for p in held.proposals if p.id == proposal_id and p.value.by == by), None)
    if wish is None:
        raise NotFound("没有找到这项申请，可能已经处理完了。", code="proposal.unknown")
    return _without(held, wish, "withdrawn", Decision(by, at))


def restore(held: Held, done: Entry, made: Decision, undoes: str) -> Edit:
    """As it was before ``done``, the wish waiting again. Raises Conflict where the value has changed since, or she
    has asked for something else meanwhile."""
    wish, now = done.proposal, held.values.get(done.key)
    if wish is None or done.kind not in {"accepted", "refused"}:
        raise Conflict("这项处理不能撤销。", code="change.final")
    if (done.kind == "accepted" and now != done.after) or any(p.asker == wish.asker for p in held.proposals):
        raise Conflict("这项内容之后又有变动，不能撤销了。", code="change.overtaken")
    values = dict(held.values)
    if done.kind == "accepted" and done.before is None:
        del values[done.key]
    elif done.kind == "accepted" and done.before is not None:
        values[done.key] = done.before
    entry = Entry(
        "restored", done.key, made.at, made.by, now, values.get(done.key), wish, made.ground, made.batch, undoes
    )  # fmt: skip
    return Edit(Held(values, (*held.proposals, wish)), (entry,))


def takes_in(entry: Entry) -> bool:
    """Whether something is collected by it that was not held before. What somebody says to correct what is held of
    herself is not: that is her right, whatever is collected (PIPL art. 46)."""
    if entry.kind not in {"recorded", "proposed", "accepted"}:
        return False
    said = entry.proposal.value if entry.proposal else entry.after
    return entry.before is None or said is None or said.source != "self"


def _waiting(held: Held, proposal_id: str) -> Proposal:
    wish = next((p for p in held.proposals if p.id == proposal_id), None)
    if wish is None:
        raise Conflict("这项申请刚被处理过，或已被撤回。", code="proposal.gone")
    return wish


def _without(held: Held, wish: Proposal, kind: Kind, made: Decision) -> Edit:
    now = held.values.get(wish.key)
    kept = tuple(p for p in held.proposals if p is not wish)
    entry = Entry(kind, wish.key, made.at, made.by, now, now, wish, made.ground, made.batch)
    return Edit(Held(held.values, kept), (entry,))


def _overtaken(
    held: Held, after: Held, key: str, at: datetime, by: str, besides: Proposal | None = None
) -> Iterator[Entry]:
    """The wishes for ``key`` that a new value has settled."""
    now = after.values.get(key)
    for wish in held.proposals:
        if wish.key == key and wish is not besides and wish not in after.proposals:
            yield Entry("overtaken", key, at, by, now, now, wish)
