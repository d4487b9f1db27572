"""A small service hall for tests below the handlers: real services on the real database, three items, one bundle.

陈桂兰 lives at 丘林村三组12号 with her son 周建国, 李明 in 双河村. ``again`` gives a second process on the same data.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from models.accounts.account import Account
from models.accounts.passwords import Passwords
from models.accounts.repository import AccountRepository
from models.accounts.service import Accounts
from models.areas.area import chain_of, lay_out, place
from models.areas.repository import AreaRepository
from models.areas.service import Areas
from models.base import idnumber
from models.base.actor import Actor
from models.base.cipher import Cipher
from models.base.keys import Keyring
from models.calendar.working_days import WorkingDays
from models.cases.agreed import AgreedRepository, Agreements
from models.cases.applying import Applying
from models.cases.batches import Batches, BatchRepository
from models.cases.case import Case
from models.cases.dealing import CaseDealing
from models.cases.desk import Act, Desk
from models.cases.drain import Drain
from models.cases.earlier import Earlier
from models.cases.emptying import CaseSweep, EmptyingRepository
from models.cases.filings import FilingsRepository
from models.cases.following import Following
from models.cases.handout import HandOut
from models.cases.keeping import Keeping
from models.cases.outbox import OutboxRepository
from models.cases.receipts import Receipts
from models.cases.repository import SCHEMA, CasesRepository
from models.cases.sealing import Sealing
from models.cases.service import Cases, Filed
from models.cases.tending import Tending
from models.cases.unkept import UnkeptRepository
from models.codes.code import Code, Target
from models.codes.repository import CodesRepository
from models.codes.service import Codes
from models.consents.consent import load_purposes
from models.consents.service import Consents
from models.database import Database
from models.doors.service import Landings
from models.drafts.repository import DraftsRepository
from models.drafts.service import Drafts
from models.duty.repository import DutyRepository
from models.duty.service import Duty
from models.elements.registry import load_elements
from models.files.repository import UploadsRepository
from models.files.service import Uploads
from models.files.sweep import UploadSweep
from models.history.repository import HistoryRepository
from models.history.service import History
from models.history.telling import OutcomeTelling
from models.households.household import Household, Member
from models.households.repository import HouseholdRepository
from models.households.service import Households
from models.integrity.kinds import load_kinds
from models.integrity.repository import BreachRepository
from models.integrity.standing import Standing
from models.items.draft_repository import ItemDraftRepository
from models.items.item import Bundle, Item
from models.items.repository import ItemsRepository
from models.items.service import Catalogue
from models.jobs.repository import JobsRepository
from models.jobs.store import JobStore
from models.jobs.sweep import JobSweep
from models.keptpapers.repository import KeptPaperRepository
from models.keptpapers.service import KeptPapers
from models.keptpapers.sweep import KeptPaperSweep
from models.mandates.repository import MandatesRepository
from models.mandates.service import Mandates
from models.mandates.sweep import MandateSweep
from models.mandates.telling import Telling
from models.people.person import Person
from models.people.repository import PersonRepository
from models.people.service import People
from models.people.values import Held, Value
from models.people.vault import ID_KIND, Vault
from models.prefill.service import Prefill
from models.record.review import Review
from models.record.service import Record
from models.reminders.repository import ReminderRepository
from models.reminders.service import Reminders
from models.retention.repository import SweepRepository
from models.retention.service import Retention
from models.sync.photo_repository import PhotoRepository
from models.sync.photo_sweep import PhotoSweep
from models.visits.repository import VisitRepository
from models.visits.service import Visits
from qr import grammar
from tests.models.catalogue import BUNDLES, ITEMS

NOON = datetime(2026, 11, 4, 4, tzinfo=UTC)  # a Wednesday
REGISTERED = datetime(2026, 3, 2, 1, tzinfo=UTC)
CHEN_HOME, LI_HOME = "529901101201030012", "529901101202010008"
GROUP, GRID = "52990110120103", "529901101201G01"
AREAS = (
    ("529901", "云岭县"), ("529901101", "大关镇"), ("529901101201", "丘林村"), (GROUP, "三组"), (GRID, "第一网格"),
    ("529901101202", "双河村"), ("52990110120201", "一组"), ("529901101202G01", "第一网格"), ("529901102", "清溪镇"),
)  # fmt: skip
COLLECTIONS = tuple(
    declared
    for repository in (
        AccountRepository, AreaRepository, PersonRepository, HouseholdRepository, CodesRepository, ItemsRepository,
        DutyRepository, BatchRepository, ReminderRepository, DraftsRepository, CasesRepository, UploadsRepository,
        PhotoRepository, VisitRepository,
        MandatesRepository, KeptPaperRepository, SweepRepository, HistoryRepository, ItemDraftRepository, BreachRepository,
    )
    for declared in repository.COLLECTIONS
)  # fmt: skip


def card(first17: str) -> str:
    """A whole ID number."""
    return first17 + idnumber.checksum(first17)


CHEN_CARD, ZHOU_CARD = card("52990119430308002"), card("52990119681002001")
LI_CARD, SUN_CARD = card("52990119850615001"), card("11010519900101001")

CLERK = Actor("staff", subject="a-clerk", name="李办事", role="clerk", area="529901101")
REVIEWER = Actor("staff", subject="a-reviewer", name="何审核", role="reviewer", area="529901101")
ZHAO = Actor("staff", subject="a-zhao", name="赵科长", role="approver", area="529901", departments=("民政",))
WANG = Actor("staff", subject="a-wang", name="王网格", role="grid", area=GRID)
SUN_CLERK = Actor("staff", subject="a-sun", name="孙外人", role="clerk", area="529901102")
ADMIN = Actor("staff", subject="a-admin", name="管理员", role="admin", area="529901")

GOOD: dict[str, Any] = {
    "name": "陈桂兰", "id_number": CHEN_CARD, "phone": "19900000001", "address": "大关镇丘林村三组12号",
    "account": "6228480000000000019",
}  # fmt: skip
"""What an application for the allowance says."""


class Ticking:
    """A clock that a test moves on."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def on(self, **time: float) -> None:
        self.now += timedelta(**time)


class Phones:
    """An SMS gateway; ``trouble`` is raised by it, as long as there is some."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.trouble: Exception | None = None

    async def send(self, phone: str, text: str) -> None:
        if self.trouble:
            raise self.trouble
        self.sent.append((phone, text))


class Hall:
    """All services of one process. ``codes_of`` names the codes: chen, li, and each item and bundle."""

    def __init__(
        self, database: Database, cipher: Cipher, clock: Ticking, items: Mapping[str, Item] = ITEMS,
        bundles: Mapping[str, Bundle] = BUNDLES,
    ) -> None:  # fmt: skip
        self.database, self.cipher, self.clock = database, cipher, clock
        self.elements, self.days = load_elements(), WorkingDays()
        vault = Vault(cipher, self.elements)
        self.area_repository = AreaRepository(database)
        self.areas = Areas(self.area_repository)
        self.people_repository = PersonRepository(database, vault)
        self.history_repository = HistoryRepository(database, vault, cipher)
        self.history = History(self.history_repository, self.elements)
        self.people = People(self.people_repository, self.history)
        self.household_repository = HouseholdRepository(database, vault)
        self.households = Households(
            self.household_repository, self.people, self.areas, cipher, clock, self.history
        )
        self.account_repository = AccountRepository(database, cipher)
        self.accounts = Accounts(self.account_repository, self.areas, Passwords(1, 64))
        self.codes = Codes(CodesRepository(database), clock)
        self.bundles = bundles
        self.catalogue = Catalogue(ItemsRepository(database), clock, items, bundles, "529901")
        self.landings = Landings(self.codes, self.catalogue, self.households, self.areas, self.accounts)
        self.drafts = Drafts(DraftsRepository(database, cipher), cipher, clock)
        self.workers = ThreadPoolExecutor(1)
        self.uploads = Uploads(UploadsRepository(database), cipher, clock, self.workers, 10 * 1024 * 1024)
        self.cases_repository = CasesRepository(database, cipher)
        self.prefill = Prefill(
            self.households,
            self.elements,
            Earlier(self.cases_repository, self.catalogue),
        )
        self.ended: list[str] = []  # the mandates whose sessions were ended
        mandates = MandatesRepository(database)
        self.mandates = Mandates(
            mandates,
            self.households,
            self.people,
            lambda number: cipher.blind(number, ID_KIND),
            self._end,
            clock,
        )
        self.kept_repository = KeptPaperRepository(database, cipher)
        self.kept_papers = KeptPapers(self.kept_repository, self.uploads, self.mandates, clock)
        self.consents = Consents(self.elements, load_purposes())
        self.agreed = tuple(f"{key}@{each.current.number}" for key, each in self.consents.purposes.items())
        self.phones = Phones()
        self.telling = Telling(mandates, self.people, self.phones, clock)
        self.cases = Cases(
            self.cases_repository,
            self.uploads,
            cipher,
            clock,
            self.days,
            self.elements,
            grammar.new,
            "529901",
            self.mandates,
            self.consents,
        )
        self.applying = Applying(
            codes=self.codes, catalogue=self.catalogue, drafts=self.drafts, prefill=self.prefill,
            uploads=self.uploads, cases=self.cases, areas=self.areas, elements=self.elements, consents=self.consents,
            kept=self.kept_papers, clock=clock, standing=Standing(BreachRepository(database, cipher), load_kinds(), clock),
        )  # fmt: skip
        self.drawn: list[int] = []  # what chance says next; 0 when it says nothing
        self.duty = Duty(DutyRepository(database), self.accounts, clock, lambda: secrets.token_hex(10))
        self.desk = Desk(
            self.cases_repository, self.catalogue, self.uploads, self.duty, clock, self.days,
            self.areas.name_below_county,
        )  # fmt: skip
        self.batches = Batches(
            BatchRepository(database), self.cases_repository, self.desk, clock, lambda: secrets.token_hex(19)
        )
        self.dealing = CaseDealing(self.cases_repository, self.duty, clock, self._below)
        self.receipts = Receipts(self.cases_repository, self.uploads, cipher, clock, self.days)
        self.reminders = Reminders(
            ReminderRepository(database, cipher), self.receipts, self.phones, self.days, clock, "https://yunling.example",
            "云岭县政务服务",
        )  # fmt: skip
        self.outcomes = OutcomeTelling(
            self.history_repository, self.people, self.phones, clock, "云岭县政务服务"
        )
        self.keeping = Keeping(
            UnkeptRepository(database, cipher), self.catalogue, self.people, self.households, self.elements,
            self.areas, self.kept_papers, clock,
        )  # fmt: skip
        self.record = Record(self.people, self.households, self.history, self.elements, self.areas, clock)
        self.review = Review(
            self.people, self.households, self.history, self.elements, self.areas, self.accounts,
            vault.sought, clock,
        )  # fmt: skip
        self.hand_out = HandOut(
            FilingsRepository(database, self.cases_repository), self.cases_repository, clock
        )
        self.following = Following(self.cases_repository, clock, self.days, self.hand_out.gather)
        self.tending = Tending(self.cases_repository, clock)
        self.agreements = Agreements(
            AgreedRepository(database),
            self.cases_repository,
            self.mandates,
            self.kept_papers,
            clock,
            self.prefill.forget_person,
        )
        self.retention = Retention(
            SweepRepository(database),
            (
                CaseSweep(
                    EmptyingRepository(database, Sealing(cipher)),
                    self.cases_repository,
                    self.uploads,
                    self.catalogue,
                    self.kept_papers,
                ),
                UploadSweep(self.uploads),
                KeptPaperSweep(self.kept_repository),
                MandateSweep(mandates),
                JobSweep(JobsRepository(database), JobStore(database)),
                PhotoSweep(
                    PhotoRepository(database),
                    Visits(VisitRepository(database, cipher), self.areas),
                    self.uploads,
                ),
            ),
            clock,
        )
        self.drain = Drain(OutboxRepository(database, cipher), self.phones, clock)
        self.chen = self.resident("陈桂兰", CHEN_CARD, "p-chen", CHEN_HOME)
        self.li = self.resident("李明", LI_CARD, "p-li", LI_HOME)
        self.anybody = Actor(device="phone-of-anybody")
        self.codes_of: dict[str, str] = {}

    def _below(self, bound: int) -> int:
        return self.drawn.pop(0) % bound if self.drawn else 0

    async def _end(self, mandate: str) -> int:
        self.ended.append(mandate)
        return 1

    def resident(self, name: str, id_number: str, person: str = "", household: str = "") -> Actor:
        """Somebody who is logged in at L2 where she is in the registry, else at L1."""
        subject = self.cipher.blind(id_number, ID_KIND)
        return Actor(
            "resident", "L2" if person else "L1", subject=subject, name=name, id_number=id_number,
            person=person, household=household, device=f"phone-of-{subject[:8]}",
        )  # fmt: skip

    async def open_doors(self) -> None:
        """Put areas, people, households, codes and the catalogue there."""
        await self.database.ensure(COLLECTIONS)
        await self.area_repository.put_new(lay_out(AREAS))
        await self.areas.reload()
        await self.catalogue.publish()
        await self._settle()
        chen, li = place(GROUP, GRID), place("52990110120201", "529901101202G01")
        doors = {"chen": (chen, CHEN_HOME), "li": (li, LI_HOME)}
        codes = {name: _code("D", areas, household=home) for name, (areas, home) in doors.items()}
        codes |= {slug: _code("S", ("529901",), item=slug) for slug in ITEMS}
        codes |= {slug: _code("Y", ("529901",), bundle=slug) for slug in self.bundles}
        await self.codes.issue(list(codes.values()))
        self.codes_of = {name: code.id for name, code in codes.items()}

    async def again(self, items: Mapping[str, Item] = ITEMS) -> Hall:
        """Another process on the same database, perhaps of another release."""
        other = Hall(self.database, self.cipher, self.clock, items, self.bundles)
        await other.areas.reload()
        await other.catalogue.publish()
        other.codes_of = self.codes_of
        return other

    async def _settle(self) -> None:
        chen, li = place(GROUP, GRID), place("52990110120201", "529901101202G01")
        facts = {"person.phone": "19900000001", "person.subsidy_account": "6228480000000000019"}
        people = [
            _person("p-chen", chen, CHEN_HOME, "02", name="陈桂兰", id_no=CHEN_CARD, **_plain(facts)),
            _person("p-zhou", chen, CHEN_HOME, "22", name="周建国", id_no=ZHOU_CARD, health="60"),
            _person("p-li", li, LI_HOME, "02", name="李明", id_no=LI_CARD),
        ]
        await self.people_repository.put_new(people)
        members = (Member("p-chen", "陈桂兰", "02"), Member("p-zhou", "周建国", "22"))
        homes = [
            _home(CHEN_HOME, chen, "大关镇丘林村三组12号", members),
            _home(LI_HOME, li, "大关镇双河村一组8号", (Member("p-li", "李明", "02"),)),
        ]
        await self.household_repository.put_new(homes, {})
        worker = Account("a-wang", "wang", "王网格", "grid", GRID, chain_of(GRID), work_phone="19900900001")
        await self.account_repository.put_new([worker])

    async def file(
        self, actor: Actor | None = None, item: str = "allowance", key: str = "key-of-chen-1", door: str = "chen",
        **answers: Any,
    ) -> Filed:  # fmt: skip
        """Submit; for the allowance whatever ``answers`` do not say is good."""
        given = {**GOOD, **answers} if item == "allowance" else answers
        return await self.applying.submit(
            actor or self.chen, self.codes_of[door], item, key, given, self.agreed
        )

    async def case(self, filed: Filed) -> Case:
        """The case behind a receipt."""
        found = await self.cases_repository.for_receipt(filed.receipt)
        assert found is not None
        return found

    async def case_of(self, case: Case) -> Case:
        """A case as it stands now."""
        found = await self.cases_repository.get(case.id)
        assert found is not None
        return found

    async def act(self, actor: Actor, case: Case, action: str, **details: Any) -> Case:
        """One action at the desk, on the case as it is given."""
        return await self.desk.act(actor, case.id, action, Act(case.rev, **details))

    async def granted(self, filed: Filed) -> Case:
        """The allowance, walked through every desk to the end."""
        case = await self.act(CLERK, await self.case(filed), "accept")
        case = await self.act(REVIEWER, case, "hand_on")
        return await self.act(ZHAO, case, "grant", result="每月80元")

    async def raw(self, collection: str = "cases") -> str:
        """Everything of a collection as it lies in the database."""
        return repr([row async for row in self.database.collection(collection).find({})])


@asynccontextmanager
async def refusing(hall: Hall, item: str) -> AsyncIterator[None]:
    """While the database refuses to write cases of ``item``."""
    cases = hall.database.collection("cases")
    strict = {**SCHEMA, "properties": {**SCHEMA["properties"], "item": {"not": {"enum": [item]}}}}
    await cases.database.command("collMod", "cases", validator={"$jsonSchema": strict})
    try:
        yield
    finally:
        await cases.database.command("collMod", "cases", validator={"$jsonSchema": SCHEMA})


async def opened(
    database: Database, bundles: Mapping[str, Bundle] = BUNDLES, items: Mapping[str, Item] = ITEMS
) -> Hall:
    """A hall on an empty database."""
    hall = Hall(database, Cipher(Keyring.fresh()), Ticking(), items, bundles)
    await hall.open_doors()
    return hall


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {key.removeprefix("person."): value for key, value in facts.items()}


def _person(person: str, areas: tuple[str, ...], home: str, relation: str, **facts: Any) -> Person:
    held = {f"person.{key}": Value(value, "import", REGISTERED, "户籍登记") for key, value in facts.items()}
    return Person(person, areas, home, relation, held=Held(held))


def _home(home: str, areas: tuple[str, ...], address: str, members: tuple[Member, ...]) -> Household:
    held = Held(
        {
            "house.std_address": Value(address, "import", REGISTERED),
            "house.structure": Value("2", "visit", NOON),
        }
    )
    return Household(home, areas, address, members, held)


def _code(kind: Any, areas: tuple[str, ...], **target: str) -> Code:
    return Code(grammar.new(kind), kind, areas, Target(**target), NOON)


def changed(item: Item, **changes: Any) -> dict[str, Item]:
    """The items of the hall, with one of them changed: what the next release brings along."""
    return {**ITEMS, item.id: msgspec.structs.replace(item, **changes)}
