"""Numbers that say something: ID numbers (GB 11643), credit codes (GB 32100), certificates made from ID numbers.

A number that cannot be one is refused. One that says another birth date or sex than is written is a warning, for
registers have been wrong about either; the division in it is never looked up. Rule groups 1, 2 and 4 of the dictionary.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from models.base import idnumber
from models.checks.finding import Finding
from models.checks.home import BIRTH, SEX, Home, Who, read_id
from models.forms.types.numbered import CREDIT_ALPHABET, credit_check
from models.people.person import ID_NUMBER

CERT, KINDS, GRADE = "person.disability_cert_no", "person.disability_kind", "person.disability_grade"
STUDENT, USCC = "person.student_no", "house.uscc"
NUMBERS = (ID_NUMBER, "person.spouse_id_no")
HOUSE_NUMBERS = ("house.head_id_no", "house.owner_id_no", "house.biz_owner_id_no")

WRONG = {
    "id_number.length": "身份证号码应是18位，请对照证件检查。",
    "id_number.form": "身份证号码前17位应是数字，最后一位是数字或X，请检查。",
    "id_number.birth_date": "身份证号码里的出生日期不是真实的日期，或者晚于今天，请对照证件检查。",
    "id_number.checksum": "身份证号码有误，可能输错了某一位，请对照证件检查。",
}
SEXES = {"1": "男", "2": "女"}


def of_person(who: Who, today: date) -> Iterator[Finding]:
    """What her numbers say of her."""
    for key in NUMBERS:
        if who.get(key):
            yield from _number(who.text(key), key, who.id, today)
    yield from _against_id(who)
    yield from _certificate(who)
    student = who.text(STUDENT)
    if student.startswith("G") and who.get(ID_NUMBER) and student[1:] != who.text(ID_NUMBER):
        yield Finding(
            "warn", "student_no.id", "学籍号（G开头的）与身份证号码不一致，请核对。", STUDENT, who.id,
            sources=(ID_NUMBER,),
        )  # fmt: skip


def of_house(home: Home, today: date) -> Iterator[Finding]:
    """The numbers that the house holds, and whether two members have one number."""
    for key in HOUSE_NUMBERS:
        if home.get(key):
            yield from _number(home.text(key), key, "", today)
    if home.get(USCC):
        yield from _credit(home.text(USCC))
    seen: set[str] = set()
    for who in home.members:
        number = who.text(ID_NUMBER)
        if number and number in seen:
            told = f"{who.name}的身份证号码与本户另一位成员相同，请核对。"
            yield Finding("refuse", "id_number.twice", told, ID_NUMBER, who.id)
        seen.add(number)


def _number(text: str, key: str, of: str, today: date) -> Iterator[Finding]:
    try:
        idnumber.check(text, today)
    except ValueError as error:
        yield Finding("refuse", str(error), WRONG[str(error)], key, of)


def _against_id(who: Who) -> Iterator[Finding]:
    found = read_id(who.text(ID_NUMBER))
    if found is None:
        return
    born, sex = found
    written = who.day(BIRTH)
    if written and written != born:
        yield Finding(
            "warn", "birth.id", "出生日期与身份证号码不一致，请核对；如确实不同，请写明原因。", BIRTH, who.id,
            written.isoformat(), born.isoformat(), (ID_NUMBER,),
        )  # fmt: skip
    if who.text(SEX) in SEXES and who.text(SEX) != sex:
        yield Finding(
            "warn", "sex.id", "性别与身份证号码不一致，请核对；如确实不同，请写明原因。", SEX, who.id,
            SEXES[who.text(SEX)], SEXES[sex], (ID_NUMBER,),
        )  # fmt: skip


def _certificate(who: Who) -> Iterator[Finding]:
    """The number of a disability certificate: ID number, kind, grade, and what tells a reissue."""
    cert = who.text(CERT)
    if not cert:
        return
    if len(cert) < 20:
        yield Finding("refuse", "disability.form", "残疾人证号至少20位，请对照证件检查。", CERT, who.id)
        return
    if who.get(ID_NUMBER) and cert[:18] != who.text(ID_NUMBER):
        told = "残疾人证号前18位应是本人的身份证号码，请核对。"
        yield Finding("refuse", "disability.id", told, CERT, who.id, sources=(ID_NUMBER,))
    kinds = who.get(KINDS)
    if kinds and cert[18] not in kinds and cert[18] != "7":  # 7: several kinds
        told = "残疾类别与残疾人证号第19位不一致，请核对。"
        yield Finding("warn", "disability.kind", told, KINDS, who.id, sources=(CERT,))
    if who.get(GRADE) and cert[19] != who.text(GRADE):
        told = "残疾等级与残疾人证号第20位不一致，请核对。"
        yield Finding("warn", "disability.grade", told, GRADE, who.id, sources=(CERT,))


def _credit(code: str) -> Iterator[Finding]:
    if len(code) != 18 or any(each not in CREDIT_ALPHABET for each in code):
        told = "统一社会信用代码应是18位数字和大写字母（没有I、O、S、V、Z），请检查。"
        yield Finding("refuse", "credit_code.form", told, USCC)
    elif credit_check(code[:17]) != code[17]:
        yield Finding(
            "refuse",
            "credit_code.checksum",
            "统一社会信用代码有误，可能输错了某一位，请对照营业执照检查。",
            USCC,
        )
