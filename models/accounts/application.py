"""Applying for an account and deciding on it: what is filled in, what is shown, what may be wrong. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import msgspec

from models.accounts.account import (
    ROLES,
    Account,
    Entry,
    State,
    is_phone,
    password_checks,
    work_phone_checks,
)
from models.accounts.strength import own_words
from models.areas.area import level_of
from models.base.actor import Role
from models.base.errors import Problem
from models.roles.lines import DEPARTMENTS
from models.roles.rules import tiers_of
from models.roles.table import ROLES as ROLE_NAMES
from models.sessions.identity import check_card


class Application(msgspec.Struct, frozen=True):
    """What an applicant fills in. ``role``, ``area`` and ``departments`` are her wishes; the password is her
    own from the start, so that no administrator ever knows it."""

    name: str
    id_number: str
    phone: str
    role: Role
    area: str
    password: str
    departments: tuple[str, ...] = ()
    work_phone: str = ""

    def __repr__(self) -> str:
        return f"Application({self.role!r}, {self.area!r})"


class Applied(msgspec.Struct, frozen=True):
    """The answer to every application of valid form. ``number`` is to be told to one's administrator."""

    number: str
    message: str = "申请已提交。请把申请编号告诉本单位或上级管理员，由管理员核对身份后开通。"


class Place(msgspec.Struct, frozen=True):
    """What an account is to be: the role, for which area, for which departments (empty: all of the area's)."""

    role: Role
    area: str
    departments: tuple[str, ...] = ()


class Approval(msgspec.Struct, frozen=True):
    """An administrator's yes to the application as it stood at ``rev``. ``place`` where it is to be another
    than the one applied for; ``username`` where it is to be another than the staff number."""

    rev: int
    place: Place | None = None
    username: str = ""


class Decision(msgspec.Struct, frozen=True):
    """What an administrator does to an account as it stood at ``rev``, and why."""

    rev: int
    reason: str


class ApplicationLine(msgspec.Struct, frozen=True):
    """An application as lists show it: numbers masked. ``doubled``: the same ID number stands in another
    application or account."""

    id: str
    number: str
    name: str
    id_number: str
    phone: str
    role: Role
    area: str
    departments: tuple[str, ...]
    applied_at: datetime
    doubled: bool
    rev: int


class AccountDetail(msgspec.Struct, frozen=True):
    """One account or application in full, for the administrator who checks it against the ID card in her
    hand. Seeing it is a look at personal data, and recorded as one. ``recovery_left`` and the like are the
    business of sessions."""

    id: str
    number: str
    staff_no: str
    username: str
    name: str
    id_number: str
    phone: str
    work_phone: str
    role: Role
    area: str
    departments: tuple[str, ...]
    state: State
    history: tuple[Entry, ...]
    rev: int

    def __repr__(self) -> str:
        return f"AccountDetail({self.id!r}, {self.state!r})"


def application_line(account: Account, doubled: bool) -> ApplicationLine:
    return ApplicationLine(
        account.id, account.number, account.name, masked_id(account.id_number), masked_phone(account.phone),
        account.role, account.area, account.departments, account.history[0].at, doubled, account.rev,
    )  # fmt: skip


def detail(account: Account) -> AccountDetail:
    return AccountDetail(
        account.id, account.number, account.staff_no, account.username, account.name, account.id_number,
        account.phone, account.work_phone, account.role, account.area, account.departments, account.state,
        account.history, account.rev,
    )  # fmt: skip


def masked_id(number: str) -> str:
    """``110***********1234``."""
    return f"{number[:3]}{'*' * 11}{number[-4:]}" if number else ""


def masked_phone(number: str) -> str:
    """``138****0000``."""
    return f"{number[:3]}****{number[-4:]}" if number else ""


def checked(asked: Application, today: date) -> tuple[Application, list[Problem]]:
    """``asked`` as it should be written, and everything that is wrong with its form (not with its area)."""
    name, id_number, problems = check_card(asked.name, asked.id_number, today)
    phone = "".join(asked.phone.split())[:20]
    asked = msgspec.structs.replace(asked, name=name, id_number=id_number, phone=phone)
    wrong = [Problem(field, code, message) for bad, field, code, message in _checks(asked) if bad]
    return asked, problems + wrong


def place_problems(place: Place) -> list[Problem]:
    """What is wrong with a place to work; the area is known to exist."""
    problems = []
    if place.role not in ROLES:
        return [Problem("role", "role.unknown", "请选择一个角色。")]
    if level_of(place.area) not in tiers_of(place.role):
        problems.append(
            Problem("area", "role.tier", f"这一级区划没有{ROLE_NAMES[place.role]}岗位，请重新选择。")
        )
    if not set(place.departments) <= set(DEPARTMENTS):
        problems.append(Problem("departments", "department.unknown", "请从列表中选择部门。"))
    return problems


def _checks(asked: Application) -> Iterable[tuple[bool, str, str, str]]:
    yield not is_phone(asked.phone), "phone", "phone.form", "请填写11位手机号码。"
    known = own_words(name=asked.name, id_number=asked.id_number, phone=asked.phone)
    yield from password_checks(asked.password, known)
    own = asked.password.upper() in (asked.id_number, asked.phone)
    yield own, "password", "password.own", "密码不能用身份证号或手机号码。"
    yield from work_phone_checks(asked.role, asked.work_phone)
