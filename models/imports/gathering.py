"""Rows brought together into families: who belongs to which household, and what does not go together. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from models.base import idnumber
from models.households.household import HEAD
from models.imports.draft import At, Draft, Family, Fault
from models.imports.places import Places
from models.imports.target import GRID, GROUP, HOUSEHOLD, VILLAGE
from models.imports.trouble import Unclear

SELF = "01"
"""GB/T 4761: oneself; in a household book that has no 户主, its head."""

NAME, NUMBER, RELATION = "person.name", "person.id_no", "person.relation_to_head"
BIRTH, SEX, ADDRESS = "person.birth_date", "person.sex", "house.std_address"
HEAD_NAME, HEAD_NUMBER, HEAD_PHONE = "house.head_name", "house.head_id_no", "house.head_phone"
MOST_MEMBERS = 99


class _Group(msgspec.Struct):
    """A family while its rows still come."""

    key: str
    places: list[tuple[At, Mapping[str, str]]] = []
    rows: list[At] = []
    values: dict[str, Any] = {}
    said: dict[str, At] = {}
    people: list[Draft] = []


class Gathering:
    """Takes row after row. ``fault`` is told of what is wrong."""

    def __init__(self, places: Places, fault: Callable[[Fault], None]) -> None:
        self._places = places
        self._fault = fault
        self._groups: dict[str, _Group] = {}
        self._numbers: dict[str, At] = {}
        self._last = ""
        self._made = 0

    def add(
        self, at: At, values: dict[str, Any], words: Mapping[str, str], has_key: bool, has_people: bool
    ) -> None:
        """One row: what it says, and the words in its columns of place."""
        refused = values.pop("refused", False)
        house = {key: value for key, value in values.items() if key.startswith("house.")}
        person = {key: value for key, value in values.items() if key.startswith("person.")}
        key = self._key(at, words, values, has_key, has_people)
        if key is None:
            return
        group = self._groups.setdefault(key, _Group(key))
        group.places.append((at, words))
        self._house(group, at, house, speaks=not has_people)
        if has_people and not refused:
            self._person(group, at, person)

    def _key(
        self, at: At, words: Mapping[str, str], values: Mapping[str, Any], has_key: bool, has_people: bool
    ) -> str | None:
        """Which household a row is of; None, and said so, where that cannot be told."""
        if words[HOUSEHOLD]:
            # Numbers that a village gives out are only of that village; whole codes are of the county.
            number = "".join(words[HOUSEHOLD].split())
            return number if len(number) == 18 else f"{words[VILLAGE]}|{number}"
        if values.get(HEAD_NUMBER):
            return f"head|{values[HEAD_NUMBER]}"
        if not has_key and has_people:
            if values.get(RELATION) in (HEAD, SELF):
                self._made += 1
                self._last = f"{at[0]}|after|{self._made}"
            elif not self._last.startswith(f"{at[0]}|"):
                self._last = ""
            if self._last:
                return self._last
        if not has_people and not has_key:
            self._made += 1
            return f"{at[0]}|row|{self._made}"
        self._refuse(at, "member.homeless", "看不出属于哪一户：没有户编号，前面也没有户主。")
        return None

    def _house(self, group: _Group, at: At, house: Mapping[str, Any], *, speaks: bool) -> None:
        if speaks:
            group.rows.append(at)
        for key, value in house.items():
            if key not in group.values:
                group.values[key] = value
                group.said[key] = at
            elif group.values[key] != value:
                first = group.said[key]
                told = f"同一户的这一项和第{first[1]}行不一样，取第{first[1]}行的。"
                self._fault(Fault(at, key, "house.torn", told, "note"))

    def _person(self, group: _Group, at: At, person: dict[str, Any]) -> None:
        number = person.get(NUMBER, "")
        if not person.get(NAME):
            self._refuse(at, "person.nameless", "没有姓名。")
            return
        if number and number in self._numbers:
            sheet, row = self._numbers[number]
            where = f"第{row}行" if sheet == at[0] else f"另一张表第{row}行"
            self._refuse(at, "person.twice", f"身份证号和{where}的相同，同一个人只导入一次。")
            return
        relation = str(person.get(RELATION, ""))
        if relation == HEAD and any(other.relation == HEAD for other in group.people):
            first = next(other for other in group.people if other.relation == HEAD)
            self._refuse(at, "house.two_heads", f"这一户已经有户主（第{first.at[1]}行），请核对谁是户主。")
            return
        if number:
            self._numbers[number] = at
            self._by_number(at, person, number)
        else:
            self._fault(Fault(at, "", "person.numberless", "没有身份证号，只能按姓名在本户里核对。", "note"))
        group.people.append(Draft(at, person, relation))

    def _by_number(self, at: At, person: dict[str, Any], number: str) -> None:
        """Birth and sex follow from the number (GB 11643); what the row says otherwise is told and not taken."""
        for key, value in ((BIRTH, idnumber.birth_date(number).isoformat()), (SEX, idnumber.sex(number))):
            if person.setdefault(key, value) != value:
                self._fault(Fault(at, key, "id_number.torn", "和身份证号对不上，按身份证号的来。", "cell"))
                person[key] = value

    def families(self) -> list[Family]:
        """Every household that has its place. Those that have none are refused row by row."""
        return [family for group in self._groups.values() if (family := self._family(group))]

    def _family(self, group: _Group) -> Family | None:
        if not group.people and not group.rows:
            return None
        self._led(group)
        code = group.key if len(group.key) == 18 and group.key.isdigit() else ""
        try:
            area, grid = self._place(group, code)
        except Unclear as unclear:
            for at in {*group.rows, *(draft.at for draft in group.people)}:
                self._refuse(at, unclear.code, unclear.message)
            return None
        for draft in group.people[MOST_MEMBERS:]:
            self._refuse(draft.at, "house.full", f"一户最多{MOST_MEMBERS}人，请核对户编号。")
        address = str(group.values.get(ADDRESS, ""))
        people = group.people[:MOST_MEMBERS]
        return Family(group.key, code, area, grid, address, group.values, group.rows, people)

    def _place(self, group: _Group, code: str) -> tuple[str, str]:
        """Group and grid by the first row that says enough. Raises Unclear."""
        first: Unclear | None = None
        address = str(group.values.get(ADDRESS, ""))
        for _, words in group.places:
            try:
                area = self._places.of_code(code) if code else self._places.group(
                    words[VILLAGE], words[GROUP], address
                )  # fmt: skip
                return area, self._places.grid(words[GRID], area)
            except Unclear as unclear:
                first = first or unclear
        raise first or Unclear("place.none", "没有写在哪个村组。")

    def _led(self, group: _Group) -> None:
        """One head: 本人 where nobody is called 户主; of a house without people the one that its own row names."""
        if not group.people and group.values.get(HEAD_NAME):
            told = {NAME: group.values[HEAD_NAME], NUMBER: group.values.get(HEAD_NUMBER),
                    "person.phone": group.values.get(HEAD_PHONE)}  # fmt: skip
            person = {key: value for key, value in told.items() if value} | {RELATION: HEAD}
            self._person(group, group.rows[0], person)
            return
        if any(draft.relation == HEAD for draft in group.people) or not group.people:
            return
        selves = [draft for draft in group.people if draft.relation == SELF]
        if len(selves) == 1:
            selves[0].relation = HEAD
            selves[0].values[RELATION] = HEAD
        else:
            self._fault(Fault(group.people[0].at, "", "house.headless", "这一户没有户主。", "note"))

    def _refuse(self, at: At, code: str, message: str) -> None:
        self._fault(Fault(at, "", code, message, "row"))
