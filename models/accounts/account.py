"""A staff account. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from models.base.actor import Role
from models.base.errors import Problem

ROLES: tuple[Role, ...] = ("admin", "clerk", "reviewer", "approver", "grid", "supervisor")
PASSWORD_LENGTH = 10
"""The shortest password that is taken."""

_USERNAME = re.compile(r"[a-z][a-z0-9]*([.-][a-z0-9]+)*")
_PHONE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_WORK_PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}|\d{5}", re.ASCII)


class Account(msgspec.Struct, frozen=True):
    """One account. ``area`` is the code of the area worked for and ``areas`` its chain; ``departments`` is
    empty for one that serves every department of its area; ``phone`` is private (second factor), while
    ``work_phone`` may be shown on plates."""

    id: str
    username: str
    name: str
    role: Role
    area: str
    areas: tuple[str, ...]
    departments: tuple[str, ...] = ()
    password_hash: str = ""
    phone: str = ""
    work_phone: str = ""
    active: bool = True

    def __repr__(self) -> str:
        """Without hash and phone: accounts end up in logs."""
        return f"Account({self.username!r}, {self.role!r}, {self.area!r})"


class NewAccount(msgspec.Struct, frozen=True):
    """What an administrator fills in to open an account. ``password`` as chosen, 10 characters or more."""

    username: str
    name: str
    role: Role
    area: str
    password: str
    departments: tuple[str, ...] = ()
    phone: str = ""
    work_phone: str = ""

    def __repr__(self) -> str:
        return f"NewAccount({self.username!r}, {self.role!r}, {self.area!r})"


class AccountLine(msgspec.Struct, frozen=True):
    """An account as lists show it: neither hash nor private phone."""

    id: str
    username: str
    name: str
    role: Role
    area: str
    departments: tuple[str, ...]
    work_phone: str
    active: bool


class PublicContact(msgspec.Struct, frozen=True):
    """Whom to call: a grid worker's name and work phone, both public facts."""

    name: str
    work_phone: str


def line(account: Account) -> AccountLine:
    return AccountLine(
        account.id, account.username, account.name, account.role, account.area, account.departments,
        account.work_phone, account.active,
    )  # fmt: skip


def problems_of(new: NewAccount) -> list[Problem]:
    """Everything wrong with an account to be opened, beside the field that it is about."""
    return [Problem(field, code, message) for wrong, field, code, message in _checks(new) if wrong]


def _checks(new: NewAccount) -> Iterable[tuple[bool, str, str, str]]:
    username = _USERNAME.fullmatch(new.username) and 3 <= len(new.username) <= 40
    yield not username, "username", "username.form", "用户名请用3至40位小写字母、数字，中间可用点或短横线。"
    yield not 1 <= len(new.name.strip()) <= 50, "name", "name.length", "请填写姓名，最多50个字。"
    yield new.role not in ROLES, "role", "role.unknown", "请选择一个角色。"
    short = len(new.password) < PASSWORD_LENGTH
    yield short, "password", "password.short", f"口令至少要{PASSWORD_LENGTH}位。"
    yield len(new.password) > 200, "password", "password.long", "口令最多200位。"
    same = new.password.casefold() == new.username.casefold()
    yield same, "password", "password.username", "口令不能与用户名相同。"
    phone = not new.phone or _PHONE.fullmatch(new.phone)
    yield not phone, "phone", "phone.form", "请填写11位手机号码。"
    work_phone = not new.work_phone or _WORK_PHONE.fullmatch(new.work_phone)
    yield not work_phone, "work_phone", "phone.form", "请填写手机号码，或带区号的固定电话。"
    missing = new.role == "grid" and not new.work_phone
    yield missing, "work_phone", "required", "网格员的工作电话会显示在门牌页上，请填写。"
