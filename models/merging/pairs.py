"""Making one of two records: who lives where afterwards, and what is written. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from models.base.errors import Problem
from models.households.household import HEAD, Household, Member
from models.lifeevents.scene import Scene, asking, join, leave, member_of, problems, with_home, with_person
from models.lifeevents.writes import HOUSEHOLD, RELATION
from models.merging.merge import Joined, Order, differing, joined
from models.people.book import Write
from models.people.edits import Entry
from models.people.person import Person
from models.people.values import Held, Value

STRUCTURAL = frozenset({RELATION, HOUSEHOLD})
"""Elements that say where somebody lives as what: they follow from whose household is kept."""


class Made(msgspec.Struct, frozen=True):
    """How everybody stands afterwards, what the one that stays holds, and what hinders."""

    scene: Scene
    joined: Joined
    problems: tuple[Problem, ...] = ()


def people(order: Order, scene: Scene, names: Mapping[str, str], mark: Mapping[str, Any]) -> Made:
    """One person of two. The winner keeps her place; where she has none, or shares a household with the other one as
    its head, she has that one's."""
    winner, loser = scene.people[order.winner], scene.people[order.loser]
    before = scene
    hers, other = scene.home_of(winner.id), scene.home_of(loser.id)
    relation = loser.relation
    scene = leave(scene, loser.id, "merged")
    if other is not None and (hers is None or (hers.id == other.id and relation == HEAD)):
        if hers is not None:
            scene = leave(scene, winner.id)
        scene = join(scene, winner.id, other.id, relation)
    elif other is not None and relation == HEAD and scene.homes[other.id].members:
        message = f"{loser.name}是{other.address}的户主，请先给那一户变更户主，再合并。"
        scene = asking(scene, "loser", "merge.head", message)
    found = [*scene.asked]
    for code, home in scene.homes.items():
        if home != before.homes[code] and not found:
            found += problems(scene, code, names)
    keys = differing(winner.held, loser.held, STRUCTURAL)
    tomb = msgspec.structs.replace(
        scene.people[loser.id], areas=(), household="", relation="", into=winner.id, former=loser.former
    )
    scene = with_person(scene, tomb)
    return Made(scene, joined(winner.held, loser.held, order.picks, keys, mark), tuple(found))


def houses(order: Order, scene: Scene, names: Mapping[str, str], mark: Mapping[str, Any]) -> Made:
    """One house of two. Members of the other one come over, each with what she is to the head of the one that stays;
    where that one has nobody, as they are."""
    winner, loser = scene.homes[order.winner], scene.homes[order.loser]
    for each in loser.members:
        if member_of(winner, each.person) is not None:
            continue
        relation = order.relations.get(each.person, "" if winner.members else each.relation)
        if not relation:
            message = f"请选择{each.name}与户主的关系。"
            scene = asking(scene, f"relations.{each.person}", "relation.needed", message)
        scene = join(scene, each.person, winner.id, relation or each.relation)
    found = [*scene.asked] or problems(scene, winner.id, names)
    keys = differing(winner.held, loser.held, _of_head(winner))
    tomb = msgspec.structs.replace(
        scene.homes[loser.id], members=(), areas=(), state="merged", into=winner.id
    )
    scene = with_home(scene, tomb)
    return Made(scene, joined(winner.held, loser.held, order.picks, keys, mark), tuple(found))


def _of_head(home: Household) -> Iterable[str]:
    """What a house holds of its head goes with the head, not with the plate."""
    return ("house.head_name", "house.head_id_no", "house.head_phone") if home.members else ()


def person_writes(
    made: Made, base: Scene, winner: str, mark: Mapping[str, Any], known: Callable[[str], bool]
) -> list[Write[Person]]:
    """People who stand differently. What is held of somebody's household and relation goes with her place; of the
    old record everything stays as it was."""
    found = []
    for person_id, after in made.scene.people.items():
        before = base.people[person_id]
        held = after.held
        entries: tuple[Entry, ...] = ()
        if person_id == winner:
            held, entries = made.joined.held, made.joined.entries
        if after.state != "merged":
            held, more = _placed(before, after, held, mark, known)
            entries = (*entries, *more)
        owner = msgspec.structs.replace(after, held=held)
        if owner != before:
            owner = msgspec.structs.replace(owner, rev=before.rev + 1)
            found.append(Write(owner, before.rev, entries))
    # The old record first: its ID number is free before the other one takes it.
    return sorted(found, key=lambda write: write.owner.state != "merged")


def _placed(
    before: Person, after: Person, held: Held, mark: Mapping[str, Any], known: Callable[[str], bool]
) -> tuple[Held, tuple[Entry, ...]]:
    """Household and relation as they are from now on."""
    values, entries = dict(held.values), []
    for key, was, now in (
        (RELATION, before.relation, after.relation), (HOUSEHOLD, before.household, after.household),
    ):  # fmt: skip
        if was == now or not known(key):
            continue
        new = Value(now, "counter", mark["at"], mark["by"])
        entries.append(Entry("recorded", key, before=values.get(key), after=new, **mark))
        values[key] = new
    return Held(values, held.proposals), tuple(entries)


def home_writes(made: Made, base: Scene, winner: str) -> list[Write[Household]]:
    found = []
    for code, after in made.scene.homes.items():
        before = base.homes[code]
        held = made.joined.held if code == winner else after.held
        named = _named(made.scene, after)
        owner = msgspec.structs.replace(after, held=held, members=named)
        if owner != before:
            entries = made.joined.entries if code == winner else ()
            owner = msgspec.structs.replace(owner, rev=before.rev + 1)
            found.append(Write(owner, before.rev, entries))
    return found


def _named(scene: Scene, home: Household) -> tuple[Member, ...]:
    """The members by the names that their records have."""
    return tuple(
        Member(each.person, scene.people[each.person].name if each.person in scene.people else each.name, each.relation)
        for each in home.members
    )  # fmt: skip
