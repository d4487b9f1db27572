"""The form of what stands on an ID card: a name and a GB 11643 number. Says nothing of who has them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from models.base import idnumber
from models.base.errors import Problem

NAME_LENGTH = 50  # cards show fewer; permanent residents from abroad have longer ones

NUMBER_MESSAGES = {
    "id_number.length": "身份证号应为18位，请对照身份证检查是否漏填或多填。",
    "id_number.form": "身份证号只能是数字，最后一位可以是X，请对照身份证检查。",
    "id_number.birth_date": "身份证号第7至14位不是有效的出生日期，请对照身份证检查。",
    "id_number.checksum": "身份证号有一位或几位不对，请对照身份证逐位检查。",
}

_DOTS = re.compile(r"[•‧∙⋅・･．.]")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_MARKS = frozenset({"Mn", "Mc", "Co"})  # tone marks; Co: rare characters that old systems put in private use


def check_card(name: str, id_number: str, today: date) -> tuple[str, str, list[Problem]]:
    """Both as they should be written, and everything that is wrong with their form."""
    name, problem = _check_name(name)
    problems = [problem] if problem else []
    id_number = idnumber.normalise(id_number[:100])
    if not id_number:
        problems.append(Problem("id_number", "id_number.required", "请填写身份证号。"))
        return name, id_number, problems
    try:
        idnumber.check(id_number, today)
    except ValueError as error:
        code = str(error)
        problems.append(Problem("id_number", code, NUMBER_MESSAGES[code]))
    return name, id_number, problems


def _check_name(text: str) -> tuple[str, Problem | None]:
    """A name without stray spaces and with one kind of middle dot: U+00B7, as minority names are written."""
    name = _DOTS.sub("·", " ".join(unicodedata.normalize("NFC", text[:500]).split()))
    if _HAN.search(name):
        name = name.replace(" ", "")
    if not name:
        return name, Problem("name", "name.required", "请填写姓名，与身份证上的一致。")
    if not 2 <= len(name) <= NAME_LENGTH:
        return name, Problem("name", "name.length", f"姓名应为2至{NAME_LENGTH}个字，请按身份证填写。")
    if not all(map(_in_name, name)):
        return name, Problem("name", "name.form", "姓名里只能有汉字、字母和间隔号“·”，请按身份证填写。")
    return name, None


def _in_name(char: str) -> bool:
    category = unicodedata.category(char)
    return char in "· -'’" or category[0] == "L" or category in _MARKS
