"""Codes of items: 基本编码 (12 digits) and 实施编码 (31 characters), built and checked. Pure.

Basic: origin of power 2, type 2 (the kinds of ``item.py``), department 2, main item 3, sub-item 3; a main item without
parts has 000. Implementation: the unified social credit code of the body that handles it (GB 32100, 18), the level of
exercise 1, the basic code 12. So one matter has one basic code from the ministry down, and each body its own
implementation of it (同一事项、同一编码).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

LEVELS: dict[str, str] = {"1": "国家级", "2": "省级", "3": "市级", "4": "县级", "5": "乡镇级", "6": "村级"}
KINDS: dict[str, str] = {
    "01": "行政许可", "02": "行政处罚", "03": "行政强制", "04": "行政征收", "05": "行政给付", "06": "行政检查",
    "07": "行政确认", "08": "行政奖励", "09": "行政裁决", "10": "其他行政权力", "20": "公共服务",
}  # fmt: skip
LENGTH_BASIC, LENGTH_CODE = 12, 31

_CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100: letters without I O S V Z
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


class BadCode(ValueError):
    """A code that cannot be; the message says what is wrong with it, for the person who typed it."""


def basic(origin: str, kind: str, department: str, main: str, sub: str = "000") -> str:
    """The basic code of these parts. Raises BadCode."""
    return check_basic(f"{origin}{kind}{department}{main}{sub}", kind)


def check_basic(text: str, kind: str = "") -> str:
    """``text`` as a basic code, of an item of ``kind`` where that is given. Raises BadCode."""
    code = re.sub(r"[\s-]", "", text)
    if not re.fullmatch(r"[0-9]{12}", code):
        raise BadCode("基本编码是12位数字")
    if code[2:4] not in KINDS:
        raise BadCode(f"基本编码第3、4位是事项类型，没有{code[2:4]}这一类")
    if kind and code[2:4] != kind:
        raise BadCode(f"基本编码第3、4位是{code[2:4]}，与事项类型{kind}不一致")
    if code[6:9] == "000":
        raise BadCode("基本编码第7至9位是主项号，从001开始")
    return code


def implementation(credit: str, level: str, basic_code: str) -> str:
    """The implementation code of a body (its credit code) at a level. Raises BadCode."""
    return check_code(f"{credit}{level}{basic_code}", basic_code)


def check_code(text: str, basic_code: str = "") -> str:
    """``text`` as an implementation code, ending in ``basic_code`` where that is given. Raises BadCode."""
    code = re.sub(r"[\s-]", "", text).upper()
    if len(code) != LENGTH_CODE:
        raise BadCode(f"实施编码是31位，现在是{len(code)}位")
    credit, level, rest = code[:18], code[18], code[19:]
    if not is_credit_code(credit):
        raise BadCode("实施编码前18位不是正确的统一社会信用代码")
    if level not in LEVELS:
        raise BadCode("实施编码第19位是行使层级，从1（国家级）到6（村级）")
    check_basic(rest)
    if basic_code and rest != basic_code:
        raise BadCode("实施编码后12位与基本编码不一致")
    return code


def is_credit_code(text: str) -> bool:
    """Whether ``text`` has the form and the check character of GB 32100."""
    if len(text) != 18 or any(char not in _CREDIT for char in text):
        return False
    return _CREDIT.index(text[17]) == credit_check(text[:17])


def credit_check(first17: str) -> int:
    """The value of the 18th character that goes with the first 17 (GB 32100, 5.3)."""
    total = sum(_CREDIT.index(char) * weight for char, weight in zip(first17, _WEIGHTS, strict=True))
    return (31 - total % 31) % 31


def parts_of(code: str) -> list[tuple[str, str]]:
    """An implementation code taken apart for people: (what, value). Raises BadCode."""
    code = check_code(code)
    return [
        ("实施主体信用代码", code[:18]), ("行使层级", f"{code[18]} {LEVELS[code[18]]}"), ("权力来源", code[19:21]),
        ("事项类型", f"{code[21:23]} {KINDS[code[21:23]]}"), ("部门", code[23:25]), ("主项", code[25:28]),
        ("子项", code[28:31]),
    ]  # fmt: skip


def composed(parts: Mapping[str, str], kind: str) -> tuple[str, str]:
    """The codes that these parts make: (basic, implementation), the second empty where nobody is named who handles it.
    Raises BadCode."""
    blank = {"origin": "", "department": "", "main": "", "sub": "000", "credit": "", "level": "4"}
    told = blank | {name: text.strip().upper() for name, text in parts.items() if text.strip()}
    first = basic(told["origin"], kind, told["department"], told["main"], told["sub"])
    return first, implementation(told["credit"], told["level"], first) if told["credit"] else ""


def taken_apart(basic_code: str, code: str) -> dict[str, str]:
    """The parts of codes that are right, for a form to begin with; nothing of others."""
    try:
        first = check_basic(basic_code)
    except BadCode:
        return {}
    parts = {"origin": first[:2], "department": first[4:6], "main": first[6:9], "sub": first[9:]}
    try:
        whole = check_code(code, first)
    except BadCode:
        return parts
    return parts | {"credit": whole[:18], "level": whole[18]}
