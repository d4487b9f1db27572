"""Families of a file held against the registry: who is new, who is known, what is taken and what is not. Pure.

An import is believed least of all: where a better source has said something else, its word waits for review; where the
registry says the same already, nothing is changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from models.areas.area import place
from models.base.actor import Actor
from models.households.household import HEAD, Household, Member
from models.imports.draft import At, Draft, Family
from models.imports.gathering import HEAD_NAME, HEAD_NUMBER, HEAD_PHONE, NUMBER, RELATION
from models.people.book import Ground
from models.people.edits import Edit, Given, take
from models.people.person import Person, same_name
from models.people.values import Held, Value

GONE = {
    "dead": "登记里此人已经去世，请核对；登记有误的另行更正。",
    "left": "登记里此人已经迁出，请先办理迁入。",
}

NEW, CHANGED, SAME, REFUSED = "新增", "更新", "没有变化", "没有导入"


class Outcome(msgspec.Struct, frozen=True, array_like=True):
    """What became of a row, and why."""

    at: At
    what: str
    why: str = ""


class Known(msgspec.Struct, frozen=True):
    """What the registry holds of the people and houses that a chunk names: people by number, houses by code, and the
    people of each house."""

    people: Mapping[str, Person]
    homes: Mapping[str, Household]
    members: Mapping[str, Sequence[Person]]


class Weighed(msgspec.Struct):
    """What is to be written, and what to be said."""

    new_homes: list[Household] = []
    new_people: list[Person] = []
    homes: list[tuple[Household, Edit]] = []
    people: list[tuple[Person, Edit]] = []
    outcomes: list[Outcome] = []


class Weighing:
    """``keys`` are the elements that this actor may bring values of; ``code`` gives out the next code of a group,
    ``place_name`` is what plates call it."""

    def __init__(
        self, actor: Actor, job: str, ground: Ground, known: Known, keys: frozenset[str],
        code: Callable[[str], str], place_name: Callable[[str], str],
    ) -> None:  # fmt: skip
        self._actor = actor
        self._job = job
        self._ground = ground
        self._known = known
        self._keys = keys
        self._code = code
        self._place_name = place_name
        self._out = Weighed()

    def weigh(self, families: Sequence[Family]) -> Weighed:
        """Everything about these families."""
        for family in families:
            home = self._home(family)
            if home is not None and not self._actor.covers(home.areas):
                self._refuse_all(family, "这一户登记在您的管理范围以外。")
            elif home is not None and home.state:
                self._refuse_all(family, "这个户编码已经并入另一户或注销，请核对。")
            elif home is None:
                self._found(family)
            else:
                self._meet(family, home)
        return self._out

    def _home(self, family: Family) -> Household | None:
        """The house that this is in the registry: by its code, or where its head lives, or more than half of its
        people."""
        if family.code:
            return self._known.homes.get(family.code)
        homes = {
            draft.at: self._known.people[draft.id_no].household
            for draft in family.people
            if draft.id_no in self._known.people
        }
        head = next((draft for draft in family.people if draft.relation == HEAD), None)
        if head is not None and homes.get(head.at):
            return self._known.homes.get(homes[head.at])
        codes = [code for code in homes.values() if code]
        best = max(sorted(set(codes)), key=codes.count, default="")
        return self._known.homes.get(best) if codes.count(best) * 2 > len(family.people) else None

    def _found(self, family: Family) -> None:
        """A house that the registry does not have."""
        areas = place(family.group, family.grid)
        code = family.code or self._code(family.group)
        base = Household(code, areas, self._address(family, code))
        members = [each for draft in family.people if (each := self._member(draft, base, new_home=True))]
        values = self._values(
            {**_of_place(areas, code, base.address), **_of_head(family), **family.values}, "house."
        )
        home = msgspec.structs.replace(base, members=tuple(members), held=Held(values))
        self._out.new_homes.append(home)
        self._say_house(family, NEW)

    def _meet(self, family: Family, home: Household) -> None:
        """A house that it has: what is new in it, and who."""
        others = home.areas[3] != family.group
        members = list(home.members)
        for draft in family.people:
            member = self._member(draft, home, new_home=False)
            if member and all(each.person != member.person for each in members):
                members.append(member)
        edit = take(home.held, self._given(home.held, family.values, "house."), self._ground.at)
        grown = msgspec.structs.replace(home, members=tuple(members))
        if grown.members != home.members or edit.held != home.held:
            self._out.homes.append((grown, edit))
        why = "登记在别的组，没有移动。" if others else ""
        self._say_house(family, _word(edit, grown != home), _waiting(edit) + why)

    def _member(self, draft: Draft, home: Household, *, new_home: bool) -> Member | None:
        """Who belongs to ``home`` from now on, if this draft does."""
        person = self._person(draft, home)
        if person is None:
            if not new_home and draft.relation == HEAD and home.head is not None:
                self._say(draft.at, REFUSED, "登记里这一户的户主是另一个人，请核对。")
                return None
            return self._new(draft, home)
        if not self._actor.covers(person.areas):
            self._say(draft.at, REFUSED, "这个身份证号登记在您的管理范围以外，请报县里核对。")
            return None
        if person.state in GONE:
            self._say(draft.at, REFUSED, GONE[person.state])
            return None
        if not same_name(person.name, draft.name):
            self._say(draft.at, REFUSED, "这个身份证号登记在另一个姓名名下，请对照证件核对。")
            return None
        return self._update(draft, person, home)

    def _person(self, draft: Draft, home: Household) -> Person | None:
        """Who this is in the registry: by number, or of those without one by name within the house."""
        found = self._known.people.get(draft.id_no) if draft.id_no else None
        if found is not None:
            return found
        alike = [
            person
            for person in self._known.members.get(home.id, ())
            if same_name(person.name, draft.name) and not (draft.id_no and person.id_number)
        ]
        return alike[0] if len(alike) == 1 else None

    def _new(self, draft: Draft, home: Household) -> Member:
        person_id = hashlib.blake2b(
            f"{self._job}:{draft.at[0]}:{draft.at[1]}".encode(), digest_size=12
        ).hexdigest()
        values = self._values(draft.values, "person.")
        self._out.new_people.append(Person(person_id, home.areas, home.id, draft.relation, held=Held(values)))
        self._say(draft.at, NEW)
        return Member(person_id, draft.name, draft.relation)

    def _update(self, draft: Draft, person: Person, home: Household) -> Member | None:
        edit = take(person.held, self._given(person.held, draft.values, "person."), self._ground.at)
        joins = not person.household
        after = person
        if joins:
            after = msgspec.structs.replace(
                person, household=home.id, relation=draft.relation, areas=home.areas
            )
        elsewhere = not joins and person.household != home.id
        if joins or edit.held != person.held:
            self._out.people.append((after, edit))
        why = "登记在别的户，没有移动；需要迁入的请另外办理。" if elsewhere else ""
        self._say(draft.at, _word(edit, joins), _waiting(edit) + why)
        return None if elsewhere else Member(person.id, person.name, after.relation)

    def _given(self, held: Held, values: Mapping[str, Any], prefix: str) -> list[Given]:
        """What differs from what is held. A relation is never changed by the way: it says who is head of a house."""
        return [
            Given(key, value, at_once=key not in (RELATION, NUMBER) or key not in held.values)
            for key, value in self._values(values, prefix).items()
            if key not in held.values or held.values[key].v != value.v
        ]

    def _values(self, values: Mapping[str, Any], prefix: str) -> dict[str, Value]:
        ground = self._ground
        return {
            key: Value(v, "import", ground.at, ground.by)
            for key, v in values.items()
            if key.startswith(prefix) and key in self._keys
        }

    def _address(self, family: Family, code: str) -> str:
        if family.address:
            return family.address
        door = str(family.values.get("house.door_no", "")).removesuffix("号")
        return self._place_name(family.group) + (f"{door}号" if door else f"{int(code[14:])}户")

    def _say_house(self, family: Family, what: str, why: str = "") -> None:
        people = {draft.at for draft in family.people}
        self._out.outcomes += [Outcome(at, what, why) for at in family.rows if at not in people]

    def _refuse_all(self, family: Family, why: str) -> None:
        for at in dict.fromkeys([*family.rows, *(draft.at for draft in family.people)]):
            self._say(at, REFUSED, why)

    def _say(self, at: At, what: str, why: str = "") -> None:
        self._out.outcomes.append(Outcome(at, what, why))


def _word(edit: Edit, more: bool) -> str:
    return CHANGED if more or edit.entries else SAME


def _waiting(edit: Edit) -> str:
    count = edit.outcomes.count("proposed")
    return f"{count}项和更可信的登记不一样，已转人工审核。" if count else ""


def _of_place(areas: tuple[str, ...], code: str, address: str) -> dict[str, Any]:
    """What follows from where a house stands."""
    county, town, village, group, _ = areas
    return {
        "house.division_code": county, "house.town_code": town, "house.village_code": village,
        "house.group_no": group[-2:], "house.household_code": code, "house.std_address": address,
    }  # fmt: skip


def _of_head(family: Family) -> dict[str, Any]:
    head = next((draft for draft in family.people if draft.relation == HEAD), None)
    if head is None:
        return {}
    told = {HEAD_NAME: head.name, HEAD_NUMBER: head.id_no, HEAD_PHONE: head.values.get("person.phone", "")}
    return {key: value for key, value in told.items() if value}
