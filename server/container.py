"""Everything, built once and by hand, and handed down. Nothing else in the house makes a service."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from datetime import timedelta
from functools import partial
from typing import Any

import msgspec
from tornado.httpclient import AsyncHTTPClient

from handlers.home import Home
from models.accounts.passwords import Passwords
from models.accounts.repository import AccountRepository
from models.accounts.service import Accounts
from models.accounts.staffing import Staffing
from models.areas.repository import AreaRepository
from models.areas.service import Areas
from models.audit.repository import AuditRepository
from models.audit.service import Audit
from models.base.chance import Chance
from models.base.cipher import Cipher
from models.base.clock import Clock, local_day, now
from models.base.errors import SaobanError, Unavailable
from models.calendar.repository import CalendarRepository
from models.calendar.service import Calendar
from models.calendar.working_days import WorkingDays
from models.cards.service import Cards
from models.cases.agreed import AgreedRepository, Agreements
from models.cases.applying import Applying
from models.cases.desk import Desk
from models.cases.drain import Drain
from models.cases.earlier import Earlier
from models.cases.emptying import CaseSweep, EmptyingRepository
from models.cases.feed import Feed
from models.cases.following import Following
from models.cases.keeping import Keeping
from models.cases.outbox import OutboxRepository
from models.cases.receipts import Receipts
from models.cases.recounting import Recounting
from models.cases.repository import CasesRepository
from models.cases.sealing import Sealing
from models.cases.service import Cases
from models.cases.unkept import UnkeptRepository
from models.cases.watching import Watching
from models.codes.repository import CodesRepository
from models.codes.service import Codes
from models.consents.consent import load_purposes
from models.consents.service import Consents
from models.database import Database, as_domain_error
from models.doors.service import Landings
from models.drafts.repository import DraftsRepository
from models.drafts.service import Drafts
from models.elements.registry import load_elements
from models.files.repository import UploadsRepository
from models.files.service import Uploads
from models.files.sweep import UploadSweep
from models.history.repository import HistoryRepository
from models.history.service import History
from models.history.telling import OutcomeTelling
from models.households.repository import HouseholdRepository
from models.households.service import Households
from models.items.load import load_bundles, load_items
from models.items.repository import ItemsRepository
from models.items.service import Catalogue
from models.limits.edge import Edge
from models.limits.repository import LimitRepository
from models.limits.service import Limits
from models.limits.tally import Tally
from models.mandates.presence import Presence
from models.mandates.repository import MandatesRepository
from models.mandates.service import Mandates
from models.mandates.sweep import MandateSweep
from models.mandates.telling import Telling
from models.notices.sms import DemoSms, HttpSms, SmsOutbox
from models.people.registry import Registry
from models.people.repository import PersonRepository
from models.people.service import People
from models.people.vault import Vault
from models.platereports.repository import PlateReportRepository
from models.platereports.service import PlateReports
from models.prefill.service import Prefill
from models.pressure.repository import ProofRepository
from models.pressure.service import Pressure
from models.privacy.notice import load_notices
from models.ratings.hearing import Hearing
from models.record.copying import Copying
from models.record.review import Review
from models.record.service import Record
from models.retention.repository import SweepRepository
from models.retention.service import Retention
from models.rights.work import RightsWork
from models.rotation.service import Keys
from models.sessions.bindings import Bindings
from models.sessions.inperson import InPerson
from models.sessions.ledger import Ledger
from models.sessions.otp import OneTimeCodes
from models.sessions.pairings import PairingRepository
from models.sessions.repository import BindingRepository, FactorRepository, OtpRepository, SessionRepository
from models.sessions.second import SecondFactors
from models.sessions.service import Sessions
from models.sessions.session import SUBJECT
from models.sessions.tokens import AccessTokens, RefreshTokens
from models.sessions.verifier import PasswordVerifier
from models.sessions.wechat import WeChat
from models.sessions.wechat_access import AccessToken
from models.sessions.wechat_line import WeChatLine
from models.sessions.wechat_tokens import WeChatTokenRepository
from models.slips.service import Slips
from models.supervision.repository import LightRepository
from models.supervision.rule import load_rules
from models.supervision.service import Supervision
from qr import grammar
from server.adapters import NoSms, PeoplePlaces, PlatePins
from server.assets import Inline, address
from server.audit import heads_file
from server.collections import COLLECTIONS
from server.installation import Installation
from server.metrics import Metrics
from server.ratings import build_ratings
from server.rights import build_rights
from server.settings import Settings
from server.version import version
from server.workers import Workers, drawer

NATIONS, RELATIONS = "GB/T 3304", "GB/T 4761"
KEEPING_SECONDS, KEEPING_MEGABYTES = 20.0, 2048
"""What one upload may take to be drawn anew. A large photo takes a second."""

CARD_READERS = 2  # processes that read ID cards, each of some 400 MB; they start at the first picture


class Container(msgspec.Struct, frozen=True):
    """What the process keeps in hand: the services for handlers, and what jobs and the demo work through."""

    home: Home
    database: Database
    metrics: Metrics
    drain: Drain
    telling: Telling
    following: Following
    recounting: Recounting
    rights_work: RightsWork
    outcomes: OutcomeTelling
    hearing: Hearing
    keeping: Keeping
    uploads: Uploads
    tally: Tally
    prefill: Prefill
    keys: Keys
    cipher: Cipher
    codes: Codes
    areas: Areas
    area_repository: AreaRepository
    history: History
    people_repository: PersonRepository
    household_repository: HouseholdRepository
    account_repository: AccountRepository
    passwords: Passwords
    workers: tuple[Workers, ...]
    close_sessions: Callable[[], Any]

    async def close(self) -> None:
        """Let go of everything, in the order of use."""
        await self.close_sessions()
        for pool in self.workers:
            pool.shutdown(wait=True, cancel_futures=True)
        await self.keys.close()
        await self.database.close()


async def build(
    settings: Settings, database: Database, clock: Clock = now, *, refusal_seconds: float = 0.3
) -> Container:
    """Bring the database up and build all services on it."""
    await database.ensure(COLLECTIONS)
    installation = await Installation.read(database)
    keys = await Keys.open(database, clock, settings.origin)
    keyring, cipher = keys.keyring, keys.cipher
    elements = load_elements()
    workers = Workers(1)
    keepers = Workers(1, seconds=KEEPING_SECONDS, megabytes=KEEPING_MEGABYTES)
    readers = Workers(CARD_READERS)
    days = WorkingDays()
    calendar_repository = CalendarRepository(database)
    calendar = Calendar(calendar_repository, days, clock, settings.county)
    await calendar.reload()
    metrics = Metrics()
    chance = Chance()
    inline = Inline()

    area_repository = AreaRepository(database)
    areas = Areas(area_repository)
    await areas.reload()
    vault = Vault(cipher, elements)
    people_repository = PersonRepository(database, vault)
    cooling = timedelta(hours=settings.phone_cooling_hours)
    history_repository = HistoryRepository(database, vault, cipher)
    history = History(history_repository, elements, cooling)
    people = People(people_repository, history)
    household_repository = HouseholdRepository(database, vault)
    households = Households(household_repository, people, areas, cipher, clock, history)
    account_repository = AccountRepository(database, cipher)
    passwords = Passwords()
    accounts = Accounts(account_repository, areas, passwords)
    codes = Codes(CodesRepository(database), clock)
    limits = Limits(LimitRepository(database), cipher, clock)
    tally = Tally(LimitRepository(database), cipher, clock)
    edge = Edge(limits, tally, clock, settings.limit_scale)

    outbox = (
        DemoSms(SmsOutbox(database, cipher), clock) if installation.demo and not settings.sms_url else None
    )
    sms: Any = outbox or (
        HttpSms(AsyncHTTPClient(), settings.sms_url, settings.sms_token) if settings.sms_url else NoSms()
    )
    registry = Registry(people_repository, vault, clock, cooling)
    ledger = Ledger(
        SessionRepository(database),
        AccessTokens(keyring, cipher, clock),
        RefreshTokens(cipher),
        cipher,
        clock,
    )
    audit = Audit(AuditRepository(database), keyring, cipher, clock, heads_file(settings), _namer(areas))
    second = SecondFactors(FactorRepository(database), cipher, clock, limits, settings.office)
    mandates_repository = MandatesRepository(database)
    mandates = Mandates(
        mandates_repository, households, people, lambda number: cipher.blind(number, SUBJECT), ledger.end_acting,
        clock,
    )  # fmt: skip
    otps = OneTimeCodes(OtpRepository(database), cipher, clock, limits, registry, sms, settings.office)
    presence = Presence(
        codes=codes, households=households, people=people, mandates=mandates, otps=otps, limits=limits,
        subject_of=lambda number: cipher.blind(number, SUBJECT), relations=elements.codes(RELATIONS),
        office=settings.office,
    )  # fmt: skip
    in_person = InPerson(
        PairingRepository(database), ledger, registry, PeoplePlaces(people), limits, cipher, clock
    )
    wechat = _wechat(settings, database, cipher, clock)
    sessions = Sessions(
        ledger=ledger,
        otps=otps,
        bindings=Bindings(BindingRepository(database), cipher, clock),
        verifier=PasswordVerifier(),
        registry=registry,
        pins=PlatePins(codes, households),
        accounts=accounts,
        limits=limits,
        cipher=cipher,
        clock=clock,
        refusal_seconds=refusal_seconds,
        second=second,
        leave=mandates,
        in_person=in_person,
        phones=wechat,
        require_second_factor=settings.needs_second_factor(demo=installation.demo),
    )
    staffing = Staffing(account_repository, areas, passwords, limits, clock, ledger.end_all, second.reset)
    cards = Cards(readers, elements.codes(NATIONS).values(), clock)

    catalogue = Catalogue(ItemsRepository(database), clock, load_items(), load_bundles(), settings.county)
    await catalogue.publish()
    uploads = Uploads(
        UploadsRepository(database), cipher, clock, keepers, settings.max_upload_mb * 1024 * 1024
    )
    drafts = Drafts(DraftsRepository(database, cipher), cipher, clock)
    cases_repository = CasesRepository(database, cipher)
    prefill = Prefill(households, elements, Earlier(cases_repository, catalogue))
    consents = Consents(elements, load_purposes())
    new_code = partial(grammar.new, randbelow=chance.below)
    cases = Cases(
        cases_repository, uploads, cipher, clock, days, elements, new_code, settings.county, mandates, consents,
        partial(chance.hex, 10),
    )  # fmt: skip
    applying = Applying(
        codes=codes, catalogue=catalogue, drafts=drafts, prefill=prefill, uploads=uploads, cases=cases,
        areas=areas, elements=elements, consents=consents, clock=clock,
    )  # fmt: skip
    receipts = Receipts(cases_repository, uploads, cipher, clock, days)
    asked = build_rights(
        database=database, settings=settings, clock=clock, cipher=cipher, days=days, audit=audit, people=people,
        accounts=accounts, areas=areas, codes=codes, receipts=receipts, drafts=drafts, uploads=uploads, limits=limits,
        sms=sms, office=_namer(areas),
    )  # fmt: skip

    rated = build_ratings(
        database=database,
        cipher=cipher,
        clock=clock,
        days=days,
        areas=areas,
        codes=codes,
        county=settings.county,
    )
    agreements = Agreements(
        AgreedRepository(database), cases_repository, mandates, clock, prefill.forget_person
    )
    record = Record(people, households, history, elements, areas, clock)
    review = Review(people, households, history, elements, areas, accounts, vault.sought, clock)

    retention = Retention(
        SweepRepository(database),
        (
            CaseSweep(EmptyingRepository(database, Sealing(cipher)), cases_repository, uploads, catalogue),
            UploadSweep(uploads),
            MandateSweep(mandates_repository),
        ),
        clock,
    )

    home = Home(
        office=settings.office,
        public_url=settings.address,
        version=version(),
        secure=settings.secure,
        demo=installation.demo,
        county=settings.county,
        clock=clock,
        today=lambda: local_day(clock()),
        asset=address,
        inline=inline.text,
        inline_hash=inline.digest,
        as_domain_error=_domain_error,
        writable=database.writable,
        metrics=metrics.page,
        draw=drawer(workers),
        sessions=sessions,
        limits=limits,
        edge=edge,
        pressure=Pressure(
            tally,
            edge,
            ProofRepository(database),
            cipher,
            clock,
            chance,
            cases.is_filed,
            settings.limit_scale,
        ),
        plate_reports=PlateReports(
            PlateReportRepository(database, cipher), codes, areas, uploads, clock, settings.county
        ),
        codes=codes,
        catalogue=catalogue,
        landings=Landings(codes, catalogue, households, areas, accounts),
        applying=applying,
        consents=consents,
        agreements=agreements,
        retention=retention,
        notices=load_notices(),
        drafts=drafts,
        receipts=receipts,
        desk=Desk(
            cases_repository,
            catalogue,
            clock,
            days,
            lambda area: areas.name_below_county(area) if areas.has(area) else "",
        ),
        feed=Feed(),
        supervision=Supervision(LightRepository(database), Watching(database), load_rules(), clock, days),
        ratings=rated.ratings,
        visits=rated.visits,
        rating_figures=rated.figures,
        uploads=uploads,
        areas=areas,
        households=households,
        slips=Slips(households, codes, areas, limits),
        accounts=accounts,
        staffing=staffing,
        cards=cards,
        mandates=mandates,
        audit=audit,
        record=record,
        review=review,
        copying=Copying(record, receipts, mandates, agreements, consents, audit, settings.office, clock),
        presence=presence,
        in_person=in_person,
        rights=asked.rights,
        rights_desk=asked.desk,
        rights_rules=asked.rules,
        elements=elements,
        days=days,
        calendar=calendar,
        cipher=cipher,
        security_contact=settings.security_contact,
        outbox=outbox,
        wechat=wechat,
    )
    return Container(
        home, database, metrics, Drain(OutboxRepository(database, cipher), sms, clock),
        Telling(mandates_repository, people, sms, clock), Following(cases_repository, clock, days),
        Recounting(calendar_repository, Watching(database), clock, days, settings.county, (asked.recounting.since,)),
        asked.work,
        OutcomeTelling(history_repository, people, sms, clock, settings.office),
        rated.hearing,
        Keeping(UnkeptRepository(database, cipher), catalogue, people, households, elements, areas, clock),
        uploads, tally, prefill, keys, cipher,
        codes, areas, area_repository, history, people_repository, household_repository, account_repository, passwords,
        (workers, keepers, readers), sessions.close,
    )  # fmt: skip


def _domain_error(error: BaseException) -> SaobanError | None:
    """What the person asking is told of an error that is not ours: that the database or a worker is away."""
    return Unavailable() if isinstance(error, BrokenProcessPool) else as_domain_error(error)


def _namer(areas: Areas) -> Callable[[str, tuple[str, ...]], str]:
    """Offices as residents know them: the area's name and the departments."""

    def name(area: str, departments: tuple[str, ...]) -> str:
        return (areas.full_name(area) if areas.has(area) else "") + "、".join(departments)

    return name


def _wechat(settings: Settings, database: Database, cipher: Cipher, clock: Clock) -> WeChat | None:
    if not settings.wechat_appid:
        return None
    line = WeChatLine(AsyncHTTPClient(), settings.wechat_url, settings.wechat_appid, settings.wechat_secret)
    return WeChat(line, AccessToken(line, WeChatTokenRepository(database), cipher, clock))
