"""Fills a database with the demonstration county. Safe to repeat: what is there stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import msgspec

from models.accounts.passwords import Passwords
from models.accounts.repository import AccountRepository
from models.areas.repository import AreaRepository
from models.base.cipher import Cipher
from models.codes.service import Codes
from models.households.repository import HouseholdRepository
from models.households.service import pin_mac
from models.items.item import Bundle, Item
from models.people.repository import PersonRepository
from server.demo import county, entries, report
from server.demo.people import DemoHousehold, county_people
from server.demo.staff import PASSWORD, staff

BATCH = 500
"""Households written at a time: some 1,700 people, about 4 MB."""


class Stores(msgspec.Struct, frozen=True):
    """What the filling writes through. Repositories, not services: there is no actor to ask for leave."""

    areas: AreaRepository
    people: PersonRepository
    households: HouseholdRepository
    accounts: AccountRepository
    codes: Codes
    cipher: Cipher
    passwords: Passwords


async def fill(
    stores: Stores, households: int, items: Sequence[Item], bundles: Sequence[Bundle]
) -> report.DemoReport:
    """Brings areas, staff, item codes and the first ``households`` households of 云岭县 into the database.

    The same number gives the same report, byte for byte; a larger one adds to what was there. Whoever
    holds an ``Areas`` service reloads it afterwards. ValueError below 1.
    """
    if households < 1:
        raise ValueError("at least one household is needed: 陈桂兰's")
    await stores.areas.put_new(county.areas())
    accounts = staff(items, await stores.passwords.hash(PASSWORD))
    await stores.accounts.put_new(accounts)
    item_lines, bundle_lines = await _catalogue_codes(stores, items, bundles)
    doors: list[report.Door] = []
    for batch in _batches(county_people(households)):
        doors += await _households(stores, batch)
    logins = tuple(report.login(account) for account in accounts)
    return report.DemoReport(tuple(doors), item_lines, bundle_lines, logins)


async def _catalogue_codes(
    stores: Stores, items: Sequence[Item], bundles: Sequence[Bundle]
) -> tuple[tuple[report.ItemLine, ...], tuple[report.BundleLine, ...]]:
    """One poster for each item and each bundle, valid in all of the county."""
    area = (county.COUNTY,)
    of_items = [entries.code("S", area, item=item.id) for item in items]
    of_bundles = [entries.code("Y", area, bundle=bundle.id) for bundle in bundles]
    await stores.codes.issue([*of_items, *of_bundles])
    return tuple(map(report.item_line, items, of_items)), tuple(map(report.bundle_line, bundles, of_bundles))


async def _households(stores: Stores, batch: Sequence[DemoHousehold]) -> list[report.Door]:
    """Writes one batch, plates last: a plate that can be scanned always has its household behind it."""
    await stores.people.put_new([person for demo in batch for person in entries.people(demo)])
    macs = {demo.site.code: pin_mac(stores.cipher, demo.site.code, demo.pin) for demo in batch}
    await stores.households.put_new([entries.household(demo) for demo in batch], macs)
    codes = [entries.code("D", demo.site.areas, household=demo.site.code) for demo in batch]
    await stores.codes.issue(codes)
    return list(map(report.door, batch, codes))


def _batches(households: Iterable[DemoHousehold]) -> Iterator[list[DemoHousehold]]:
    rest = iter(households)
    while batch := list(islice(rest, BATCH)):
        yield batch
