"""All checks at once: of a household, of one person, and of what an edit brings with it. Pure.

``check_home(home, today)`` is what registers, imports, phones and desks call with what would be held afterwards;
``news`` leaves out what was so before, so that nobody is stopped by another's mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from models.checks import ages, agreeing, counts, dates, family, identity
from models.checks.finding import Finding
from models.checks.home import Home, Who

Check = Callable[[Who, date], Iterator[Finding]]
HouseCheck = Callable[[Home, date], Iterator[Finding]]

OF_PERSON: tuple[Check, ...] = (
    identity.of_person, family.of_person, counts.of_person, dates.of_person, agreeing.of_person, ages.of_person,
)  # fmt: skip
OF_HOUSE: tuple[HouseCheck, ...] = (
    identity.of_house, family.of_house, counts.of_house, dates.of_house, agreeing.of_house,
)  # fmt: skip

ORDER = {"refuse": 0, "warn": 1, "remind": 2}


def check_person(who: Who, today: date) -> list[Finding]:
    """What is strange or due about one person by herself, the gravest first."""
    return _sorted(finding for check in OF_PERSON for finding in check(who, today))


def check_home(home: Home, today: date) -> list[Finding]:
    """What is strange or due about a house and everybody in it, the gravest first."""
    of_house = (finding for check in OF_HOUSE for finding in check(home, today))
    of_people = (finding for who in home.members for check in OF_PERSON for finding in check(who, today))
    return _sorted([*of_house, *of_people])


def news(before: Home | None, after: Home, today: date) -> list[Finding]:
    """What ``after`` brings that was not so ``before``; everything where there was nothing before."""
    known = {each.about for each in check_home(before, today)} if before else set()
    return [each for each in check_home(after, today) if each.about not in known]


def _sorted(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda each: ORDER[each.severity])
