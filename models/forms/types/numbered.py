"""Numbers that somebody issued: id_number, credit_code, phone, bank_account."""

from __future__ import annotations

import re

from models.base import idnumber
from models.forms.bad import Bad
from models.forms.context import Context
from models.forms.form import Field
from models.forms.parse import narrow

_ID_MESSAGES = {
    "id_number.length": "请填写18位身份证号码，最后一位可以是X。",
    "id_number.form": "身份证号码前17位是数字，最后一位是数字或X，请检查。",
    "id_number.birth_date": "身份证号码第7到14位的出生日期不对，请对照证件检查。",
    "id_number.checksum": "身份证号码有误，可能输错了某一位，请对照证件检查。",
}
_LONGEST = 60
_PADDING = re.compile(r"[\s\-()]+")

# GB 32100: 31 characters, the digits and the capitals without I, O, S, V and Z.
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
# Three-digit area codes (010, 02x) have eight digits after them, the others seven or eight.
_LANDLINE = re.compile(r"(010|02[0-9])([2-8][0-9]{7})|(0[3-9][0-9]{2})([2-8][0-9]{6,7})")
_BANK_DIGITS = re.compile(r"[0-9]{12,20}")


def check_id_number(field: Field, raw: object, context: Context) -> str:
    value = idnumber.normalise(_short(raw, "id_number.length", _ID_MESSAGES["id_number.length"]))
    try:
        idnumber.check(value, context.today)
    except ValueError as error:
        raise Bad(str(error), _ID_MESSAGES[str(error)]) from error
    return value


def check_credit_code(field: Field, raw: object, context: Context) -> str:
    sentence = "请填写18位统一社会信用代码，可在营业执照上查到。"
    text = _PADDING.sub("", narrow(_short(raw, "credit_code.length", sentence))).upper()
    # O and I are not in the alphabet, so they can only be a misread 0 and 1.
    value = text.replace("O", "0").replace("I", "1")
    if len(value) != 18:
        raise Bad("credit_code.length", sentence)
    if any(character not in CREDIT_ALPHABET for character in value):
        raise Bad("credit_code.form", "统一社会信用代码只有数字和大写字母（没有I、O、S、V、Z），请检查。")
    if credit_check(value[:17]) != value[17]:
        raise Bad("credit_code.checksum", "统一社会信用代码有误，可能输错了某一位，请对照营业执照检查。")
    return value


def credit_check(first17: str) -> str:
    """The check character of GB 32100: 31 less the weighted sum mod 31, 31 standing for 0."""
    total = sum(
        weight * CREDIT_ALPHABET.index(character)
        for weight, character in zip(CREDIT_WEIGHTS, first17, strict=True)
    )
    return CREDIT_ALPHABET[(31 - total % 31) % 31]


def check_phone(field: Field, raw: object, context: Context) -> str:
    """11 digits of a mainland mobile, or a landline as ``0874-1234567``."""
    sentence = "请填写11位手机号码，或带区号的固定电话，例如 0874-1234567。"
    digits = _PADDING.sub("", narrow(_short(raw, "phone.form", sentence)))
    for prefix in ("+86", "0086", "86"):
        if digits.startswith(prefix) and len(digits) >= len(prefix) + 10:
            digits = digits.removeprefix(prefix)
            digits = digits if digits[:1] in ("0", "1") else f"0{digits}"
            break
    if _MOBILE.fullmatch(digits):
        return digits
    landline = _LANDLINE.fullmatch(digits)
    if not landline:
        raise Bad("phone.form", sentence)
    return "-".join(part for part in landline.groups() if part)


def check_bank_account(field: Field, raw: object, context: Context) -> str:
    """12 to 20 digits. The Luhn digit is not asked for: passbooks and village cards lack it."""
    sentence = "请填写银行卡号或存折账号，12到20位数字。"
    digits = _PADDING.sub("", narrow(_short(raw, "bank_account.form", sentence)))
    if not _BANK_DIGITS.fullmatch(digits):
        raise Bad("bank_account.form" if not digits.isdecimal() else "bank_account.length", sentence)
    return digits


def _short(raw: object, code: str, sentence: str) -> str:
    if not isinstance(raw, str) or len(raw) > _LONGEST:
        raise Bad(code, sentence)
    return raw
