"""Who lives where and who works where: areas, people, households, plates, staff accounts."""

from __future__ import annotations

from functools import partial

import msgspec

from models.accounts.passwords import Passwords
from models.accounts.repository import AccountRepository
from models.accounts.service import Accounts
from models.areas.repository import AreaRepository
from models.areas.service import Areas
from models.codes.repository import CodesRepository
from models.codes.service import Codes
from models.collecting.repository import GroundRepository
from models.collecting.service import Collecting
from models.duty.repository import DutyRepository
from models.duty.service import Duty
from models.history.repository import HistoryRepository
from models.history.service import History
from models.households.repository import HouseholdRepository
from models.households.service import Households
from models.people.repository import PersonRepository
from models.people.service import People
from models.people.vault import Vault
from models.visits.repository import VisitRepository
from models.visits.service import Visits
from server.parts.ground import Ground


class RegistryParts(msgspec.Struct, frozen=True):
    """The services, and the repositories that the demonstration fills."""

    area_repository: AreaRepository
    areas: Areas
    vault: Vault
    collecting: Collecting
    people_repository: PersonRepository
    history_repository: HistoryRepository
    history: History
    people: People
    household_repository: HouseholdRepository
    households: Households
    account_repository: AccountRepository
    passwords: Passwords
    accounts: Accounts
    codes: Codes
    duty: Duty
    visits: Visits

    def office(self, area: str, departments: tuple[str, ...]) -> str:
        """An office as residents know it: the area's name and the departments."""
        return self.place(area) + "、".join(departments)

    def place(self, area: str) -> str:
        """The full name of an area, empty for one that is gone."""
        return self.areas.full_name(area) if self.areas.has(area) else ""

    def place_in_county(self, area: str) -> str:
        """The name of an area below its county, empty for one that is gone."""
        return self.areas.name_below_county(area) if self.areas.has(area) else ""


async def build_registry(ground: Ground) -> RegistryParts:
    """Areas are read at once: everything else asks for their names."""
    database, cipher, clock = ground.database, ground.cipher, ground.clock
    area_repository = AreaRepository(database)
    areas = Areas(area_repository)
    await areas.reload()
    vault = Vault(cipher, ground.elements)
    people_repository = PersonRepository(database, vault)
    history_repository = HistoryRepository(database, vault, cipher)
    collecting = Collecting(GroundRepository(database), ground.elements, clock, ground.settings.county)
    history = History(history_repository, ground.elements, ground.cooling, collecting)
    people = People(people_repository, history)
    household_repository = HouseholdRepository(database, vault)
    account_repository, passwords = AccountRepository(database, cipher), Passwords()
    accounts = Accounts(account_repository, areas, passwords)
    return RegistryParts(
        area_repository=area_repository,
        areas=areas,
        vault=vault,
        collecting=collecting,
        people_repository=people_repository,
        history_repository=history_repository,
        history=history,
        people=people,
        household_repository=household_repository,
        households=Households(household_repository, people, areas, cipher, clock, history),
        account_repository=account_repository,
        passwords=passwords,
        accounts=accounts,
        duty=Duty(DutyRepository(database), accounts, clock, partial(ground.chance.hex, 10)),
        codes=Codes(CodesRepository(database), clock),
        visits=Visits(VisitRepository(database, cipher), areas),
    )
