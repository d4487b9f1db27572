"""Households for the checks: 陈桂兰 is head at 大关镇丘林村三组12号, her son, his wife and their child live with her."""

from __future__ import annotations

from datetime import date
from typing import Any

from models.base.idnumber import checksum
from models.checks.home import Home, Who, held_of

TODAY = date(2026, 11, 25)


def number(born: str, sex: str, sequence: int = 1) -> str:
    """An ID number of that day (YYYYMMDD) and sex ("1" men, "2" women)."""
    first17 = f"529901{born}{sequence * 2 - (sex == '1'):03d}"
    return first17 + checksum(first17)


CHEN_ID, SON_ID = number("19430308", "2"), number("19680501", "1")


def who(of: str, relation: str, name: str, id_number: str = "", **told: Any) -> Who:
    """A member; ``told`` are values of ``person.`` elements by name."""
    values = {"person.name": name, "person.id_no": id_number} | {
        f"person.{key}": v for key, v in told.items()
    }
    return Who(of, relation, held_of(values))


def chen(**told: Any) -> Who:
    return who("chen", "02", "陈桂兰", **({"id_number": CHEN_ID, "pension_kind": "5"} | told))


def son(**told: Any) -> Who:
    return who("son", "22", "周建国", **({"id_number": SON_ID} | told))


def home(*members: Who, **told: Any) -> Home:
    """A house; ``told`` are values of ``house.`` elements by name."""
    return Home("529901101201030012", held_of({f"house.{key}": v for key, v in told.items()}), members)


def codes(findings, severity: str = "") -> list[str]:
    return [each.code for each in findings if not severity or each.severity == severity]
