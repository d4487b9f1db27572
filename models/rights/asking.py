"""What somebody asks for, as it was typed, and what is wrong with it. Pure."""

from __future__ import annotations

import unicodedata

import msgspec

from models.accounts.account import is_phone
from models.base.errors import Problem
from models.forms.bad import Bad
from models.forms.types.words import line, lines
from models.rights.request import TARGET_NAMES, TOPIC_NAMES

SHORTEST, LONGEST = 5, 1000
"""Characters of what is asked or answered."""

LONGEST_NAME = 60
KEY = (8, 128)


class Complaint(msgspec.Struct, frozen=True):
    """``named``: whom it is about, a name or a staff number; ``code``: a plate, a receipt or the number of a case;
    ``phone``: where to be told, for somebody who is not logged in. ``key`` is random and made by the client: the same
    complaint sent again under it is the first."""

    text: str = ""
    named: str = ""
    code: str = ""
    phone: str = ""
    key: str = ""


class Objection(msgspec.Struct, frozen=True):
    """An objection to a public notice; ``phone`` and ``key`` as in a complaint."""

    text: str = ""
    phone: str = ""
    key: str = ""


class Deletion(msgspec.Struct, frozen=True):
    """``target``: "uploads", "matter" (with its ``case_no``) or "record"; ``text``: what she wants to add."""

    target: str = ""
    case_no: str = ""
    text: str = ""


class Question(msgspec.Struct, frozen=True):
    """``topic``: "rule" or "prefill", of the matter ``item`` if it is about one."""

    topic: str = ""
    item: str = ""
    text: str = ""


def problems_of_deletion(asked: Deletion) -> list[Problem]:
    found = []
    if asked.target not in TARGET_NAMES or asked.target == "own":
        found.append(Problem("target", "single.unknown", "请选择要删除什么。"))
    if asked.target == "matter" and not asked.case_no:
        found.append(Problem("case_no", "required", "请选择是哪一件。"))
    return found


def problems_of_question(asked: Question) -> list[Problem]:
    return [] if asked.topic in TOPIC_NAMES else [Problem("topic", "single.unknown", "请选择想了解什么。")]


def words(problems: list[Problem], field: str, label: str, raw: str, *, needed: bool = True) -> str:
    """Text of several lines, tidied; what is wrong with it is added to ``problems``."""
    try:
        text = lines(raw[: LONGEST * 2], label)
    except Bad as bad:
        problems.append(Problem(field, bad.code, bad.message))
        return ""
    if len(text) > LONGEST:
        problems.append(Problem(field, "too_long", f"“{label}”最多{LONGEST}个字，请缩短。"))
    elif len(text) < SHORTEST and (needed or text):
        problems.append(Problem(field, "required", f"请填写“{label}”，至少{SHORTEST}个字。"))
    return text


def short(problems: list[Problem], field: str, label: str, raw: str) -> str:
    """One optional line, tidied."""
    try:
        text = line(raw[: LONGEST_NAME * 4], label)
    except Bad as bad:
        problems.append(Problem(field, bad.code, bad.message))
        return ""
    if len(text) > LONGEST_NAME:
        problems.append(Problem(field, "too_long", f"“{label}”最多{LONGEST_NAME}个字，请缩短。"))
    return text


def check_key(problems: list[Problem], key: str) -> None:
    """A key that a client made."""
    if key and not (KEY[0] <= len(key) <= KEY[1] and key.isascii()):
        problems.append(Problem("key", "key.form", "请刷新页面后重新提交。"))


def mobile(problems: list[Problem], raw: str) -> str:
    """An optional mobile number."""
    digits = "".join(unicodedata.normalize("NFKC", raw[:60]).replace("-", "").split())
    if digits and not is_phone(digits):
        problems.append(Problem("phone", "phone.form", "请填写11位手机号码，也可以不填。"))
    return digits
