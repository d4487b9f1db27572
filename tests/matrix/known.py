"""What each person may read of the county's people: ID numbers, phones, bank accounts, the PINs of doors. Everything
else of it in an answer is a leak."""

from __future__ import annotations

import re
from typing import Any

from models.items.load import load_items
from models.roles.rules import may, may_see
from server.demo.people import DemoHousehold, DemoPerson, county_people
from server.demo.staff import staff as demo_staff
from tests.matrix.people import HER_LINE, Person
from tests.town import HOUSEHOLDS

HOMES = tuple(county_people(HOUSEHOLDS))
HERS, HIS = HOMES[0], HOMES[1]
OWN: dict[str, DemoHousehold] = {"L2": HERS, "agent": HERS, "another": HIS}
"""Whose household a resident may read of, by role in it."""

PRIVATE = {account.phone: account for account in demo_staff(load_items().values(), "") if account.phone}
"""The private phones of staff, for administrators of theirs."""


def _of(person: DemoPerson) -> set[str]:
    account = person.facts.get("person.subsidy_account", "")
    return {text for text in (person.id_number, person.phone, account) if text}


SECRETS = {secret: home for home in HOMES for person in home.people for secret in _of(person)}
PINS = {home.pin for home in HOMES}


NUMBER = re.compile(r"(?<![0-9a-zA-Z])[0-9]{8,}X?(?![0-9a-zA-Z])")


def leaks(person: Person, body: Any) -> list[str]:
    """What stands in an answer that this person may not read."""
    text = body.decode(errors="ignore") if isinstance(body, bytes) else str(body)
    return [number for number in NUMBER.findall(text) if not _may_read(person, number)]


def _may_read(person: Person, number: str) -> bool:
    if number in SECRETS:
        return _may_know_of(person, number, SECRETS[number])
    if number in PRIVATE:
        return may(person.actor, "accounts.approve", PRIVATE[number].areas)
    return number not in PINS


def _may_know_of(person: Person, secret: str, home: DemoHousehold) -> bool:
    """Her own household's; with a typed card only the number on it; staff by the table: the register's sensitive
    level, or a case of 陈桂兰's on their line."""
    if not person.is_staff:
        return home is OWN.get(person.key) or (person.key, secret) == ("L1", HERS.head.id_number)
    registered = may_see(person.actor, "person_basic", 2, home.site.areas)
    filed = home is HERS and may(person.actor, "case.see", home.site.areas, HER_LINE)
    return registered or filed
