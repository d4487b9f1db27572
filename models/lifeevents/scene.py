"""Households and people while something is done to them: who lives where as what. Pure.

A scene is never altered; each step makes the next one. What stands differently at the end is written, all of it or
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import msgspec

from models.base import idnumber
from models.base.errors import Problem
from models.households.household import HEAD, Household, Member
from models.lifeevents.kinship import Kin, Sex, agrees, towards
from models.people.person import Person, Standing

SEX, BIRTH = "person.sex", "person.birth_date"
RELATION_NAMES = "GB/T 4761"
SELF = "01"


class Scene(msgspec.Struct, frozen=True):
    """Those whom an order touches, by household code and person id. ``asked`` are questions that only a person can
    answer, ``notes`` what whoever confirms should know; ``far`` households lie outside the actor's area, where she takes
    somebody from and decides nothing else."""

    homes: Mapping[str, Household] = {}
    people: Mapping[str, Person] = {}
    far: frozenset[str] = frozenset()
    asked: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()

    def home_of(self, person_id: str) -> Household | None:
        """The household that she is a member of."""
        return next((home for home in self.homes.values() if member_of(home, person_id)), None)


def member_of(home: Household, person_id: str) -> Member | None:
    """Her place in the household, None where she has none."""
    return next((each for each in home.members if each.person == person_id), None)


def with_home(scene: Scene, home: Household) -> Scene:
    return msgspec.structs.replace(scene, homes={**scene.homes, home.id: home})


def with_person(scene: Scene, person: Person) -> Scene:
    return msgspec.structs.replace(scene, people={**scene.people, person.id: person})


def asking(scene: Scene, field: str, code: str, message: str) -> Scene:
    return msgspec.structs.replace(scene, asked=(*scene.asked, Problem(field, code, message)))


def noting(scene: Scene, note: str) -> Scene:
    return msgspec.structs.replace(scene, notes=(*scene.notes, note))


def leave(scene: Scene, person_id: str, state: Standing = "") -> Scene:
    """She is no longer a member of her household. She stays in the areas that she was last of, until she comes into
    another household; ``state`` says what else has become of her."""
    person, home = scene.people[person_id], scene.home_of(person_id)
    if home is not None:
        rest = tuple(each for each in home.members if each.person != person_id)
        scene = with_home(scene, msgspec.structs.replace(home, members=rest))
    former = home.id if home is not None else person.former
    gone = msgspec.structs.replace(person, household="", relation="", former=former, state=state)
    return with_person(scene, gone)


def join(scene: Scene, person_id: str, home_id: str, relation: str) -> Scene:
    """She belongs to the household from now on, and lies in its areas; wherever she was a member before, she no longer
    is."""
    if (before := scene.home_of(person_id)) is not None and before.id != home_id:
        scene = leave(scene, person_id)
    home, person = scene.homes[home_id], scene.people[person_id]
    others = tuple(each for each in home.members if each.person != person_id)
    member = Member(person_id, person.name, relation)
    members = (member, *others) if relation == HEAD else (*others, member)
    scene = with_home(scene, msgspec.structs.replace(home, members=members))
    former = before.id if before is not None and before.id != home_id else person.former
    return with_person(
        scene,
        msgspec.structs.replace(
            person, household=home_id, relation=relation, areas=home.areas, former=former, state=""
        ),
    )


def rehead(
    scene: Scene, home_id: str, head_id: str, given: Mapping[str, str], was: Household | None = None
) -> Scene:
    """``head_id`` is the head of the household; everybody else is to her what ``given`` says, or else what follows from
    what they were to the head of ``was`` (the household itself unless it is named). Who cannot be placed is asked for."""
    home, before = scene.homes[home_id], was or scene.homes[home_id]
    old, place = before.head, member_of(before, head_id)
    members = [Member(head_id, scene.people[head_id].name, HEAD)]
    for each in home.members:
        if each.person == head_id:
            continue
        relation = given.get(each.person, "")
        if not relation and old is not None and place is not None:
            relation = _follows(scene, before, place, each, old)
        if not relation:
            scene = asking(
                scene, f"relations.{each.person}", "relation.needed", f"请选择{each.name}与新户主的关系。"
            )
        members.append(Member(each.person, each.name, relation or each.relation))
    scene = with_home(scene, msgspec.structs.replace(home, members=tuple(members)))
    for each in members:
        person = msgspec.structs.replace(scene.people[each.person], relation=each.relation)
        scene = with_person(scene, person)
    return scene


def _follows(scene: Scene, before: Household, place: Member, other: Member, old: Member) -> str:
    if place.person == old.person:  # the head stays
        return other.relation
    standing = member_of(before, other.person) or other
    kin = [_kin(scene, each) for each in (place, standing, old)]
    return towards(*kin)


def _kin(scene: Scene, member: Member) -> Kin:
    person = scene.people.get(member.person)
    return Kin(member.relation, sex_of(person), born(person)) if person else Kin(member.relation)


def sex_of(person: Person) -> Sex:
    """By what is on record, or else by her ID number."""
    said = person.text(SEX)
    if said in {"1", "2"}:
        return said  # type: ignore[return-value]
    return idnumber.sex(person.id_number) if person.id_number else ""


def born(person: Person) -> date | None:
    """By what is on record, or else by her ID number."""
    try:
        said = person.text(BIRTH)
        if said:
            return date.fromisoformat(said)
        return idnumber.birth_date(person.id_number) if person.id_number else None
    except ValueError:
        return None


def after_leaving(
    scene: Scene, home: Household, head: str, given: Mapping[str, str], field: str = "head"
) -> Scene:
    """The household ``home`` (as it was) after somebody has left it: a new head where the old one is gone, and a note
    where nobody is left."""
    now = scene.homes[home.id]
    if not now.members:
        return noting(scene, f"{home.address}没有户籍成员了，门牌和户编码保留。")
    if now.head is not None:
        return scene
    if home.id in scene.far:
        message = "她或他是原户的户主，原户还有其他成员，请先由原户所在地变更户主。"
        return asking(scene, "who.id_number", "head.elsewhere", message)
    if not head or member_of(now, head) is None:
        return asking(scene, field, "head.needed", "户主离开后，请在留下的成员里选择新户主。")
    return rehead(scene, home.id, head, given, was=home)


def problems(scene: Scene, home_id: str, names: Mapping[str, str]) -> list[Problem]:
    """What is wrong with a household as it would stand: exactly one head, relations that exist and agree with sex."""
    home = scene.homes[home_id]
    heads = [each for each in home.members if each.relation in {HEAD, SELF}]
    found = []
    if home.members and len(heads) != 1:
        said = "、".join(each.name for each in heads) or "没有"
        found.append(
            Problem("relation", "head.one", f"一户要有且只有一位户主，{home.address}现在是：{said}。")
        )
    for each in home.members:
        person = scene.people.get(each.person)
        if each.relation not in names:
            found.append(_of(each, "relation.unknown", f"请选择{each.name}与户主的关系。"))
        elif person is not None and not agrees(each.relation, sex_of(person)):
            found.append(
                _of(each, "relation.sex", f"{each.name}的性别与“{names[each.relation]}”不一致，请核对。")
            )
    return found


def _of(member: Member, code: str, message: str) -> Problem:
    return Problem(f"relations.{member.person}", code, message)
