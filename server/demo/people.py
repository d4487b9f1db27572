"""Synthetic families, the same ones every time. Pure: no clock, no database.

Household number ``index`` is drawn from ``SEED`` and its index alone, so asking for more households only adds
to those that were there. Ages are counted at ``REFERENCE``, not today: a demonstration filled last month and
filled again today must stay the same.
"""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import msgspec

from models.base.idnumber import checksum
from server.demo.cast import CAST
from server.demo.county import COUNTY, Site, Streets
from server.demo.facts import facts_of_house, facts_of_person
from server.demo.families import Draft, draft_family

SEED = "saoban-demo-1"
REFERENCE = date(2026, 7, 1)

FIRST_PHONE = 19_900_000_001
"""Phones are handed out from here on: invented numbers, easy to tell from real ones."""


class DemoPerson(msgspec.Struct, frozen=True):
    """One synthetic person; ``sex`` by GB/T 2261.1, ``relation`` by GB/T 4761; ``facts`` are the values of
    her data elements by key, encoded as form fields encode them."""

    id: str
    name: str
    sex: str
    birth: date
    id_number: str
    relation: str
    phone: str
    facts: dict[str, Any]


class DemoHousehold(msgspec.Struct, frozen=True):
    """One synthetic household, the head (户主) first among its people."""

    index: int
    kind: str
    site: Site
    pin: str
    people: tuple[DemoPerson, ...]
    facts: dict[str, Any]

    @property
    def head(self) -> DemoPerson:
        return self.people[0]


def county_people(households: int) -> Iterator[DemoHousehold]:
    """The first ``households`` households of the county; 陈桂兰's is number 0, 李明's number 1."""
    streets, numbers = Streets(), Numbers()
    for index in range(households):
        chance = random.Random(f"{SEED}/household/{index}")
        kind, drafts = CAST[index] if index < len(CAST) else draft_family(chance, index)
        site = streets.site(index)
        people = tuple(_person(chance, numbers, site, drafts, place) for place in range(len(drafts)))
        facts = facts_of_house(chance, kind, site, people[0].facts, len(people))
        yield DemoHousehold(index, kind, site, pin_of(site.code), people, facts)


def pin_of(household: str) -> str:
    """The PIN on the household's slip: 8 digits, predictable as everything in the demonstration."""
    drawn = hashlib.blake2b(f"{SEED}/pin/{household}".encode(), digest_size=8).digest()
    return f"{int.from_bytes(drawn, 'big') % 10**8:08d}"


def id_of(*parts: object) -> str:
    """An id of 24 hex digits for what ``parts`` name."""
    return hashlib.blake2b("/".join((SEED, *map(str, parts))).encode(), digest_size=12).hexdigest()


class Numbers:
    """Hands out ID numbers, phones and bank accounts, none of them twice."""

    def __init__(self) -> None:
        self._born: Counter[tuple[date, str]] = Counter()
        self._phones = 0
        self._accounts = 0

    def id_number(self, born: date, sex: str) -> str:
        """The next number of that day and sex: GB 11643 gives men odd sequence numbers, women even ones."""
        self._born[born, sex] += 1
        sequence = 2 * self._born[born, sex] - (sex == "1")
        first17 = f"{COUNTY}{born:%Y%m%d}{sequence:03d}"
        return first17 + checksum(first17)

    def phone(self) -> str:
        self._phones += 1
        return str(FIRST_PHONE + self._phones - 1)

    def account(self) -> str:
        """A card number of 19 digits with its Luhn check digit (ISO/IEC 7812-1, annex B)."""
        self._accounts += 1
        body = f"990000{self._accounts:012d}"
        doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(body))]
        return body + str(-sum(value // 10 + value % 10 for value in doubled) % 10)


def _person(
    chance: random.Random, numbers: Numbers, site: Site, drafts: tuple[Draft, ...], place: int
) -> DemoPerson:
    draft = drafts[place]
    born = draft.birth or birthday(chance, draft.age)
    age = age_at(born, REFERENCE)
    id_number = numbers.id_number(born, draft.sex)
    phone = numbers.phone() if age >= 14 and (place == 0 or draft.phone) else ""
    account = numbers.account() if age >= 16 else ""
    basics = {
        "person.name": draft.name,
        "person.id_no": id_number,
        "person.sex": draft.sex,
        "person.birth_date": born.isoformat(),
        "person.nation": draft.nation,
        "person.relation_to_head": draft.relation,
        "person.marital": draft.marital,
        "person.registered_division": COUNTY,
        "person.registered_address": site.address,
        "person.residence_address": site.address,
        "person.hukou_kind": "1",
    }
    later = {"person.phone": phone, "person.subsidy_account": account}
    facts = basics | {key: value for key, value in later.items() if value}
    facts |= facts_of_person(chance, site, drafts, place, age, id_number)
    person_id = id_of("person", site.code, place)
    return DemoPerson(person_id, draft.name, draft.sex, born, id_number, draft.relation, phone, facts)


def birthday(chance: random.Random, age: int) -> date:
    """Some day that makes one exactly ``age`` years old at the reference day."""
    last = REFERENCE.replace(year=REFERENCE.year - age)
    return last - timedelta(days=chance.randrange(1, 365))


def age_at(born: date, day: date) -> int:
    """Whole years from ``born`` to ``day``."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
