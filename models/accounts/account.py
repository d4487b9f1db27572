"""A staff account. Pure."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Literal

import msgspec

from models.accounts.strength import guessable, own_words
from models.base.actor import Role
from models.base.errors import Problem

ROLES: tuple[Role, ...] = ("admin", "clerk", "reviewer", "approver", "grid", "supervisor")

State = Literal["applied", "active", "suspended", "closed", "refused"]
STATES: dict[State, str] = {
    "applied": "待审批", "active": "在用", "suspended": "停用", "closed": "注销", "refused": "未通过",
}  # fmt: skip

What = Literal[
    "applied", "approved", "refused", "suspended", "resumed", "closed", "moved", "second_reset", "password"
]
PASSWORD_LENGTH = 10
"""The shortest password that is taken."""

_USERNAME = re.compile(r"[a-z][a-z0-9]*([.-][a-z0-9]+)*")
_PHONE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_WORK_PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}|\d{5}", re.ASCII)


class Entry(msgspec.Struct, frozen=True):
    """One line of an account's history: what was done, when, by which account (empty for the applicant
    herself), and why."""

    what: What
    at: datetime
    by: str = ""
    by_name: str = ""
    reason: str = ""


class Account(msgspec.Struct, frozen=True):
    """One account, or the application for one. ``area`` is the code of the area worked for and ``areas`` its
    chain; ``departments`` is empty for one that serves every department of its area; ``phone`` and
    ``id_number`` are private, while ``work_phone`` may be shown on plates.

    ``staff_no`` (工号) is given when the account becomes active, and says nothing; until then there is no
    username either. ``number`` is what an applicant quotes to her administrator. ``rev`` counts changes;
    ``forget_at`` is when an application that came to nothing is deleted."""

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
    state: State = "active"
    staff_no: str = ""
    id_number: str = ""
    number: str = ""
    history: tuple[Entry, ...] = ()
    rev: int = 0
    forget_at: datetime | None = None

    @property
    def active(self) -> bool:
        return self.state == "active"

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
    state: State
    staff_no: str
    rev: int


class Badge(msgspec.Struct, frozen=True):
    """What a watermark says of a member of staff."""

    name: str
    staff_no: str


class PublicContact(msgspec.Struct, frozen=True):
    """Whom to call: a grid worker's name and work phone, both public facts."""

    name: str
    work_phone: str


def new_staff_no() -> str:
    """Six random digits, the first not 0: they tell neither who came first nor how many there are."""
    return str(100_000 + secrets.randbelow(900_000))


def line(account: Account) -> AccountLine:
    return AccountLine(
        account.id, account.username, account.name, account.role, account.area, account.departments,
        account.work_phone, account.active, account.state, account.staff_no, account.rev,
    )  # fmt: skip


def problems_of(new: NewAccount) -> list[Problem]:
    """Everything wrong with an account to be opened, beside the field that it is about."""
    return [Problem(field, code, message) for wrong, field, code, message in _checks(new) if wrong]


def _checks(new: NewAccount) -> Iterable[tuple[bool, str, str, str]]:
    yield (
        not username_fits(new.username),
        "username",
        "username.form",
        "用户名请用3至40位小写字母、数字，中间可用点或短横线。",
    )
    yield not 1 <= len(new.name.strip()) <= 50, "name", "name.length", "请填写姓名，最多50个字。"
    yield new.role not in ROLES, "role", "role.unknown", "请选择一个角色。"
    own = own_words(username=new.username, name=new.name, phone=new.phone)
    yield from password_checks(new.password, own)
    same = new.password.casefold() == new.username.casefold()
    yield same, "password", "password.username", "密码不能与用户名相同。"
    phone = not new.phone or is_phone(new.phone)
    yield not phone, "phone", "phone.form", "请填写11位手机号码。"
    yield from work_phone_checks(new.role, new.work_phone)


def password_checks(password: str, own: Iterable[str] = ()) -> Iterable[tuple[bool, str, str, str]]:
    """What is wrong with a password of somebody whose ``own`` words (``own_words``) are known."""
    short = len(password) < PASSWORD_LENGTH
    yield short, "password", "password.short", f"密码至少要{PASSWORD_LENGTH}位。"
    yield len(password) > 200, "password", "password.long", "密码最多200位。"
    weak = not short and guessable(password, own)
    told = "这个密码太容易被猜到。请换一个，比如几个不相干的词连在一起，不要用姓名、生日、单位和电话。"
    yield weak, "password", "password.guessable", told


def username_fits(username: str) -> bool:
    """Whether ``username`` may be chosen. A staff number cannot: it starts with a digit."""
    return _USERNAME.fullmatch(username) is not None and 3 <= len(username) <= 40


def is_phone(text: str) -> bool:
    """Whether ``text`` is a mobile number."""
    return _PHONE.fullmatch(text) is not None


def work_phone_checks(role: str, work_phone: str) -> Iterable[tuple[bool, str, str, str]]:
    fits = not work_phone or _WORK_PHONE.fullmatch(work_phone)
    yield not fits, "work_phone", "phone.form", "请填写手机号码，或带区号的固定电话。"
    missing = role == "grid" and not work_phone
    yield missing, "work_phone", "required", "网格员的工作电话会显示在门牌页上，请填写。"
