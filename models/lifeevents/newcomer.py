"""Somebody who comes on record: what is said of her, checked and written as values of the registry. Pure."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import msgspec

from models.base import idnumber
from models.base.errors import Problem
from models.lifeevents.order import Newcomer
from models.lifeevents.scene import BIRTH, SEX
from models.people.person import ID_NUMBER, NAME, PHONE
from models.sessions.identity import check_card

UNKNOWN_NUMBER = "id_number.required"
SEXES = frozenset({"1", "2"})
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}")


def read(said: Newcomer, today: date, newborn: bool = False) -> tuple[Newcomer, list[Problem]]:
    """As it should be written, and what is wrong with it. Sex and birth follow from the ID number; where they were said
    too and differ, that is wrong. A ``newborn`` may have neither number nor phone."""
    name, number, problems = check_card(said.name, said.id_number, today)
    if not number:
        problems = [each for each in problems if each.code != UNKNOWN_NUMBER]
    sex, birth = said.sex, said.birth_date
    if number and not any(each.field == "id_number" for each in problems):
        told = idnumber.birth_date(number).isoformat(), idnumber.sex(number)
        problems += _differing(told, (birth, sex))
        birth, sex = told
    elif not number:
        problems += _without_number(sex, birth, today, newborn)
    phone = "".join(said.phone.split())
    if phone and not _PHONE.fullmatch(phone):
        problems.append(Problem("phone", "phone.form", "请填写11位手机号，或带区号的座机号。"))
    clean = msgspec.structs.replace(
        said, name=name, id_number=number, sex=sex, birth_date=birth, phone=phone,
        registered_address=" ".join(said.registered_address.split())[:80],
    )  # fmt: skip
    return clean, [msgspec.structs.replace(each, field=f"newcomer.{each.field}") for each in problems]


def _differing(told: tuple[str, str], said: tuple[str, str]) -> list[Problem]:
    found = []
    if said[0] and said[0] != told[0]:
        found.append(Problem("birth_date", "birth.differs", "出生日期与身份证号不一致，请核对。"))
    if said[1] and said[1] != told[1]:
        found.append(Problem("sex", "sex.differs", "性别与身份证号不一致，请核对。"))
    return found


def _without_number(sex: str, birth: str, today: date, newborn: bool) -> list[Problem]:
    found = []
    if sex not in SEXES:
        found.append(Problem("sex", "sex.required", "没有身份证号的，请选择性别。"))
    try:
        if not date(idnumber.EARLIEST_YEAR, 1, 1) <= date.fromisoformat(birth) <= today:
            found.append(Problem("birth_date", "birth.range", "出生日期不能晚于今天，请核对。"))
    except ValueError:
        if not newborn:
            message = "没有身份证号的，请填写出生日期，例如 1956-03-08。"
            found.append(Problem("birth_date", "birth.required", message))
    return found


def values_of(new: Newcomer, address: str) -> dict[str, Any]:
    """What the registry holds of her from now on; ``address`` is where she lives."""
    said = {
        NAME: new.name, ID_NUMBER: new.id_number, SEX: new.sex, BIRTH: new.birth_date, PHONE: new.phone,
    }  # fmt: skip
    return {key: value for key, value in said.items() if value} | registered(
        address, new.registered_address or address
    )


def registered(lives: str, at: str) -> dict[str, Any]:
    """Where she lives and where she is registered, and whether that is one place (fields.md P1/19-25)."""
    return {
        "person.residence_address": lives,
        "person.registered_address": at,
        "person.hukou_match": "01" if lives == at else "02",
        "person.resident_kind": "1" if lives == at else "2",
    }
