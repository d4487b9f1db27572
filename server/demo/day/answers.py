"""What a resident types into a form as a client gets it. Pure: good answers to what is asked and not known already."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from server.demo.people import DemoHousehold, DemoPerson, age_at

Field = dict[str, Any]
Answers = dict[str, Any]

WORDS = ("门前那一段", "上个月开始的", "和邻居商量过", "电话里说得清楚些", "白天都在家")
ABSENT: tuple[Any, ...] = ("", None, [])


class Resident:
    """Somebody at a form: the head of a household, what is known of her family, and chance."""

    def __init__(self, household: DemoHousehold, today: date, chance: random.Random) -> None:
        self._family = household
        self._today = today
        self._chance = chance

    def answers(self, opened: dict[str, Any], picture: str = "") -> Answers:
        """Answers to the required questions, and to a few of the others. ``picture`` is the id of an upload for what
        asks for one."""
        typed = {field["key"]: self._typed(field, picture) for field in _open_fields(opened)}
        tables = [field for field in _fields(opened) if field["type"] == "table" and field.get("value")]
        return typed | {field["key"]: self._completed(field) for field in tables}

    def _typed(self, field: Field, picture: str) -> Any:
        how: dict[str, Callable[[Field], Any]] = {
            "yes_no": lambda _: self._chance.random() < 0.2, "notice": lambda _: True,
            "signature": lambda _: {"name": self._head.name}, "member": lambda _: {"name": self._relative.name},
            "single": self._chosen, "multiple": lambda each: [self._chosen(each)],
            "integer": self._number, "decimal": self._number, "money": self._number,
            "date": self._date, "month": lambda each: self._date(each)[:7], "phone": lambda _: self._head.phone,
            "id_number": lambda _: self._relative.id_number, "credit_code": lambda _: credit_code(self._chance),
            "bank_account": lambda _: self._head.facts.get("person.subsidy_account", ""),
            "area": lambda _: self._family.site.areas[2], "address": lambda _: self._family.site.address,
            "table": self._rows, "file": lambda _: [picture],
        }  # fmt: skip
        return how.get(field["type"], self._words)(field)

    @property
    def _head(self) -> DemoPerson:
        return self._family.head

    @property
    def _relative(self) -> DemoPerson:
        """A grown-up of the family, the head where there is no other."""
        grown = [each for each in self._family.people[1:] if age_at(each.birth, self._today) >= 18]
        return grown[0] if grown else self._head

    def _chosen(self, field: Field) -> str:
        return str(self._chance.choice(field["options"])["value"])

    def _number(self, field: Field) -> int:
        low = int(float(field.get("min") or 1))
        high = int(float(field.get("max") or low + 9))
        return self._chance.randint(low, max(low, min(high, low + 9)))

    def _date(self, field: Field) -> str:
        """A day of last month, or of next month where the past is not asked for."""
        ahead = str(field.get("min", "")).startswith("today") and "-" not in str(field.get("min", ""))
        days = self._chance.randint(10, 30)
        return (self._today + timedelta(days=days if ahead else -days)).isoformat()

    def _words(self, field: Field) -> str:
        if "name" in field["key"]:
            return self._relative.name
        return self._chance.choice(WORDS)[: field.get("max_length") or 50]

    def _rows(self, field: Field) -> list[Answers]:
        return [{column["key"]: self._typed(column, "") for column in field["columns"] if column["required"]}]

    def _completed(self, field: Field) -> list[Answers]:
        """Rows that were filled in from the registry, with what it does not know."""
        asked = [column for column in field["columns"] if column["required"]]
        return [
            row | {each["key"]: self._typed(each, "") for each in asked if row.get(each["key"]) in ABSENT}
            for row in field["value"]
        ]


def asks_for_picture(opened: dict[str, Any]) -> bool:
    """Whether a picture has to be handed in."""
    return any(field["type"] == "file" for field in _open_fields(opened))


def credit_code(chance: random.Random) -> str:
    """A unified social credit code of its form (GB 32100) that nobody holds: its organisation part is drawn."""
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    weights = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
    body = "92529901MA" + "".join(chance.choice(letters) for _ in range(7))
    check = (
        31 - sum(letters.index(letter) * weight for letter, weight in zip(body, weights, strict=True)) % 31
    )
    return body + letters[check % 31]


def _open_fields(opened: dict[str, Any]) -> Iterator[Field]:
    """The questions that have to be answered and are not yet: those that other answers may bring up too. What is not
    asked in the end is left out by whoever takes it in."""
    for field in _fields(opened):
        wanted = field["required"] or "require_if" in field
        if wanted and field["type"] != "computed" and field.get("value") in ABSENT:
            yield field


def _fields(opened: dict[str, Any]) -> Iterator[Field]:
    for section in opened["form"]["sections"]:
        yield from section["fields"]
