"""Undoing a merge: both records stand as before, everything that was rewritten says what it said. What has changed since
is told, and nothing is done."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from models.base.actor import Actor
from models.base.clock import Clock
from models.base.errors import Conflict, Invalid, Problem
from models.elements.registry import Elements
from models.history.change import Change
from models.history.service import History
from models.households.household import Household
from models.households.service import Households
from models.lifeevents.event import Stood, roll, stood
from models.lifeevents.undoing import MOST_CHANGES, Made, members, place, values_back
from models.merging.merge import Merge, undone
from models.merging.repository import MergeRepository
from models.merging.service import LISTED, TRIES, VERB, Merging
from models.people.book import Outrun, Write
from models.people.person import Person
from models.people.service import People
from models.roles.rules import check

LONGEST_REASON = 200


class Unmerging:
    """Above the merges that it undoes."""

    def __init__(
        self, repository: MergeRepository, merging: Merging, people: People, households: Households, history: History,
        elements: Elements, clock: Clock,
    ) -> None:  # fmt: skip
        self._repository = repository
        self._merging = merging
        self._people = people
        self._households = households
        self._history = history
        self._elements = elements
        self._clock = clock

    async def undo(self, actor: Actor, merge_id: str, reason: str) -> Merge:
        """Raises NotFound, Forbidden, Invalid without a reason, Conflict with everything that stands in the way."""
        said = " ".join(reason.split())[:LONGEST_REASON]
        for _ in range(TRIES):
            merge = await self._merging.get(actor, merge_id)
            check(actor, VERB, merge.areas)
            if not said:
                raise Invalid([Problem("reason", "reason.needed", "请写明为什么撤销。")])
            back = undone(merge, actor, self._clock(), said)
            people = [await self._people.as_kept(each) for each in merge.people]
            homes = [await self._households.as_kept(each) for each in merge.households]
            changes = await self._history.of_batch(merge.id, MOST_CHANGES)
            if reasons := await self._hindrances(merge, people, homes, changes):
                raise Conflict(
                    "不能撤销：" + "；".join(reasons) + "。", code="merge.overtaken", reasons=reasons
                )
            made = Made(actor.subject, self._clock(), said)
            # The one that stayed first: it gives the ID number back before the old record takes it.
            freed = sorted((each for each in people if each), key=lambda each: each.state == "merged")
            alsos = (
                self._households.writing([_home(merge, each, changes, made) for each in homes if each]),
                self._people.writing([_person(merge, each, changes, made) for each in freed]),
            )
            try:
                await self._repository.undo(back, alsos)
            except Outrun:
                continue
            return back
        raise Conflict()

    async def _hindrances(
        self,
        merge: Merge,
        people: Sequence[Person | None],
        homes: Sequence[Household | None],
        changes: Sequence[Change],
    ) -> list[str]:
        """What has changed since, in words."""
        found = []
        stands = {each.person: each for each in merge.after.people}
        for person in people:
            if person is None or place(stood(person)) != place(stands[person.id]):
                found.append(f"{person.name if person else '有人'}之后又办理了人口变动")
        rolls = {each.household: each for each in merge.after.rolls}
        for home in homes:
            if home is None or members(roll(home)) != members(rolls[home.id]):
                found.append(f"{home.address if home else '有一户'}的成员之后又有变动")
        owners = {each.id: each for each in (*people, *homes) if each is not None}
        for change in changes:
            owner, entry = owners.get(change.owner), change.entry
            if (
                owner is not None
                and entry.kind == "recorded"
                and owner.held.values.get(entry.key) != entry.after
            ):
                found.append(f"“{self._elements.by_key[entry.key].label}”之后又更新过")
        if not await self._repository.plates_as_left(merge):
            found.append("门牌码之后又有变动")
        return list(dict.fromkeys(found))[:LISTED]


def _person(merge: Merge, now: Person, changes: Sequence[Change], made: Made) -> Write[Person]:
    before = next((each for each in merge.before.people if each.person == now.id), Stood(now.id))
    held, entries = values_back(now.id, now.held, changes, made)
    if now.id == merge.winner:
        kept = tuple(wish for wish in held.proposals if wish.id not in merge.wishes)
        held = msgspec.structs.replace(held, proposals=kept)
    owner = msgspec.structs.replace(
        now, household=before.household, relation=before.relation, areas=before.areas, state=before.state,
        former=before.former, into="", held=held, rev=now.rev + 1,
    )  # fmt: skip
    return Write(owner, now.rev, entries)


def _home(merge: Merge, now: Household, changes: Sequence[Change], made: Made) -> Write[Household]:
    before = next(each for each in merge.before.rolls if each.household == now.id)
    held, entries = values_back(now.id, now.held, changes, made)
    if now.id == merge.winner:
        kept = tuple(wish for wish in held.proposals if wish.id not in merge.wishes)
        held = msgspec.structs.replace(held, proposals=kept)
    owner = msgspec.structs.replace(
        now, members=before.members, areas=before.areas, state="", into="", held=held, rev=now.rev + 1
    )
    return Write(owner, now.rev, entries)
