"""Days that come in the wrong order, and papers that run out. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from models.checks.finding import Finding
from models.checks.home import BIRTH, DIED, Home, Who
from models.forms.parse import ENDLESS, age

Ordered = tuple[str, str, str]
"""The earlier, the later, and what to say where they are not."""

OF_PERSON: tuple[Ordered, ...] = (
    ("person.first_married_on", "person.marital_changed_on", "婚姻变动日期不应早于初婚日期，请核对。"),
    ("person.pregnant_from", "person.due_on", "预产期应晚于怀孕日期，请核对。"),
    ("person.left_on", "person.expected_back_on", "预计返回日期不应早于外出日期，请核对。"),
    ("person.enlisted_on", "person.discharged_on", "退役日期不应早于入伍日期，请核对。"),
    ("person.managed_from", "person.managed_until", "解除日期不应早于纳管日期，请核对。"),
)
OF_HOUSE: tuple[Ordered, ...] = (
    ("house.identified_on", "house.risk_cleared_on", "风险消除时间不应早于首次识别时间，请核对。"),
    ("house.biz_founded_on", "house.biz_license_until", "许可有效期止不应早于成立日期，请核对。"),
)
AFTER_BIRTH = (
    "person.first_married_on", "person.graduated_on", "person.enlisted_on", "person.party_joined_on", "person.left_on",
    "person.inflow_on", DIED,
)  # fmt: skip

EXPIRING: tuple[tuple[str, int, str], ...] = (
    ("person.id_valid_until", 90, "身份证"),
    ("person.permit_until", 30, "居住证"),
    ("person.disability_cert_until", 90, "残疾人证"),
)
"""Element, days ahead, and what the paper is called."""

JOINED, CONFIRMED, LEAGUE = "person.party_joined_on", "person.party_confirmed_on", "person.league_joined_on"
AUTHENTICATED = "person.benefit_auth_on"
YEAR = timedelta(days=365)


def of_person(who: Who, today: date) -> Iterator[Finding]:
    """The days of one person."""
    for earlier, later, told in OF_PERSON:
        first, last = who.day(earlier), who.day(later)
        if first and last and last < first:
            yield Finding("refuse", "date.order", told, later, who.id, sources=(earlier,))
    born = who.born
    for key in AFTER_BIRTH if born else ():
        on = who.day(key)
        if born and on and on < born:
            told = "这个日期早于本人的出生日期，请核对。"
            yield Finding("refuse", "date.before_birth", told, key, who.id, sources=(BIRTH,))
    yield from _joined(who, born)
    if who.here:
        yield from _expiring(who, today)


def of_house(home: Home, today: date) -> Iterator[Finding]:
    """The days of the house."""
    for earlier, later, told in OF_HOUSE:
        first, last = home.day(earlier), home.day(later)
        if first and last and last < first:
            yield Finding("refuse", "date.order", told, later, sources=(earlier,))
    until = home.day("house.biz_license_until")
    if until and until < today + timedelta(days=30):
        state = "已过期" if until < today else "快到期了"
        yield Finding(
            "remind", "paper.expiring", f"经营许可或备案{state}，请提醒延续。", "house.biz_license_until"
        )


def _joined(who: Who, born: date | None) -> Iterator[Finding]:
    """The Party is joined from eighteen on and membership confirmed after a year; the League from 14 to 28."""
    joined, confirmed, league = (who.day(key) for key in (JOINED, CONFIRMED, LEAGUE))
    if joined and confirmed and confirmed < _a_year_after(joined):
        told = "转正日期应在入党日期一年以后，请核对。"
        yield Finding("warn", "party.confirmed", told, CONFIRMED, who.id, sources=(JOINED,))
    if joined and born and (age(born, joined) or 0) < 18:
        told = "入党时应年满18周岁，请核对。"
        yield Finding("warn", "party.age", told, JOINED, who.id, sources=(BIRTH,))
    if league and born and not 14 <= (age(born, league) or 0) <= 28:
        told = "入团时应在14至28周岁之间，请核对。"
        yield Finding("warn", "league.age", told, LEAGUE, who.id, sources=(BIRTH,))


def _expiring(who: Who, today: date) -> Iterator[Finding]:
    for key, ahead, paper in EXPIRING:
        until = who.day(key) if who.get(key) != ENDLESS else None
        if until and until < today + timedelta(days=ahead):
            state = "已过期" if until < today else "快到期了"
            yield Finding(
                "remind", "paper.expiring", f"{who.name}的{paper}{state}，请提醒换领。", key, who.id
            )
    authenticated = who.day(AUTHENTICATED)
    if authenticated and today - authenticated > YEAR:
        told = f"{who.name}的待遇资格认证已超过一年，可以用手机等非到场方式认证。"
        yield Finding("remind", "benefit.auth", told, AUTHENTICATED, who.id)


def _a_year_after(day: date) -> date:
    """The same day of the next year; of 29 February, 1 March."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 3, 1)
