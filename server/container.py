"""Everything, built once and by hand, and handed down. Nothing else in the house makes a service."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from typing import Any

import msgspec

from handlers.home import Home
from models.base.cipher import Cipher
from models.base.clock import Clock, local_day, now
from models.base.errors import SaobanError, Unavailable
from models.cases.dealing import CaseDealing
from models.cases.drain import Drain
from models.cases.feed import Feed
from models.cases.following import Following
from models.cases.keeping import Keeping
from models.cases.outbox import OutboxRepository
from models.cases.recounting import Recounting
from models.cases.tending import Tending
from models.cases.watching import Watching
from models.codes.photos import PlatePhotos
from models.database import Database, as_domain_error
from models.doors.posters import Posters
from models.doors.service import Landings
from models.files.service import Uploads
from models.history.telling import OutcomeTelling
from models.integrity.telling import BreachTelling
from models.jobs.runner import Runner
from models.lifeevents.following import Follower
from models.limits.tally import Tally
from models.mandates.telling import Telling
from models.platereports.repository import PlateReportRepository
from models.platereports.service import PlateReports
from models.prefill.service import Prefill
from models.pressure.repository import ProofRepository
from models.pressure.service import Pressure
from models.privacy.notice import load_notices
from models.ratings.hearing import Hearing
from models.record.basics import load_basics
from models.record.copying import Copying
from models.record.review import Review
from models.record.service import Record
from models.registry.judging import Judging
from models.rights.work import RightsWork
from models.rotation.service import Keys
from models.slips.service import Slips
from qr import grammar
from server.assets import Inline, address, shell
from server.demo.fill import Stores
from server.metrics import Metrics
from server.parts.ground import Ground, lay
from server.parts.identity import IdentityParts, build_identity
from server.parts.integrity import IntegrityParts, build_integrity
from server.parts.jobs import JobParts, build_jobs
from server.parts.lifeevents import LifeEventParts, build_lifeevents
from server.parts.merging import MergingParts, build_merging
from server.parts.problems import build_problems
from server.parts.ratings import RatingParts, build_ratings
from server.parts.registry import RegistryParts, build_registry
from server.parts.registry_desk import RegistryDeskParts, build_registry_desk
from server.parts.rights import RightsParts, build_rights
from server.parts.sync import SyncParts, build_sync
from server.parts.work import WorkParts, build_work
from server.settings import Settings
from server.version import version
from server.workers import Workers, drawer


class Container(msgspec.Struct, frozen=True):
    """What the process keeps in hand: the services for handlers, and what jobs and the demo work through."""

    home: Home
    database: Database
    metrics: Metrics
    drain: Drain
    telling: Telling
    following: Following
    tending: Tending
    dealing: CaseDealing
    recounting: Recounting
    rights_work: RightsWork
    outcomes: OutcomeTelling
    life_following: Follower
    hearing: Hearing
    breach_telling: BreachTelling
    keeping: Keeping
    posters: Posters
    judging: Judging
    runner: Runner
    uploads: Uploads
    tally: Tally
    prefill: Prefill
    keys: Keys
    cipher: Cipher
    registry: RegistryParts
    workers: tuple[Workers, ...]
    close_sessions: Callable[[], Any]

    @property
    def stores(self) -> Stores:
        """What the demonstration is written through."""
        known = self.registry
        return Stores(
            areas=known.area_repository,
            people=known.people_repository,
            households=known.household_repository,
            accounts=known.account_repository,
            codes=known.codes,
            cipher=self.cipher,
            passwords=known.passwords,
        )

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
    ground = await lay(settings, database, clock)
    registry = await build_registry(ground)
    identity = build_identity(ground, registry, refusal_seconds)
    work = await build_work(ground, registry, identity)
    asked = build_rights(ground, registry, identity, work)
    lives = build_lifeevents(ground, registry, identity, work)
    at_desk = build_registry_desk(ground, registry, lives.events)
    merged = build_merging(ground, registry, identity)
    register = build_integrity(ground, work)
    long_work = build_jobs(ground, registry, identity)
    sync = build_sync(ground, registry, identity, work)
    metrics, cipher, sms, days = Metrics(), ground.cipher, ground.sms, ground.days
    rated = build_ratings(
        database=database, cipher=cipher, clock=clock, days=days, county=settings.county, areas=registry.areas,
        codes=registry.codes,
    )  # fmt: skip
    pools = ground.pools
    return Container(
        home=_home(
            ground, registry, identity, work, asked, rated, register, lives, merged, at_desk, long_work, sync, metrics
        ),
        database=database,
        metrics=metrics,
        drain=Drain(OutboxRepository(database, cipher), sms, clock),
        telling=Telling(identity.mandates_repository, registry.people, sms, clock),
        following=work.following,
        tending=work.tending,
        dealing=work.dealing,
        recounting=Recounting(
            ground.calendar_repository, Watching(database), clock, days, settings.county, (asked.recounting.since,)
        ),
        rights_work=asked.work,
        outcomes=OutcomeTelling(registry.history_repository, registry.people, sms, clock, settings.office),
        life_following=lives.follower,
        hearing=rated.hearing,
        breach_telling=register.telling,
        keeping=work.keeping,
        posters=Posters(
            registry.codes, work.catalogue, clock, settings.county,
            partial(grammar.new, randbelow=ground.chance.below),
        ),
        judging=at_desk.judging,
        runner=long_work.runner,
        uploads=work.uploads,
        tally=ground.tally,
        prefill=work.prefill,
        keys=ground.keys,
        cipher=cipher,
        registry=registry,
        workers=(pools.drawing, pools.keeping, pools.reading, pools.items, pools.sheets),
        close_sessions=identity.sessions.close,
    )  # fmt: skip


def _home(
    ground: Ground, registry: RegistryParts, identity: IdentityParts, work: WorkParts, asked: RightsParts,
    rated: RatingParts, register: IntegrityParts, lives: LifeEventParts, merged: MergingParts,
    at_desk: RegistryDeskParts, long_work: JobParts, sync: SyncParts, metrics: Metrics,
) -> Home:  # fmt: skip
    settings, database, clock, cipher = ground.settings, ground.database, ground.clock, ground.cipher
    people, households, areas, codes = registry.people, registry.households, registry.areas, registry.codes
    inline = Inline()
    record = Record(
        people, households, registry.history, ground.elements, areas, clock, load_basics(ground.elements)
    )
    return Home(
        office=settings.office, public_url=settings.address, version=version(), secure=settings.secure,
        demo=ground.demo, county=settings.county, security_contact=settings.security_contact,
        clock=clock, today=lambda: local_day(clock()), asset=address, inline=inline.text, inline_hash=inline.digest,
        shell=shell(version(), settings.office), plate_photos=PlatePhotos(ground.pools.keeping),
        as_domain_error=_domain_error, writable=database.writable, metrics=metrics.page,
        draw=drawer(ground.pools.drawing),
        elements=ground.elements, collecting=registry.collecting,
        days=ground.days, calendar=ground.calendar, cipher=cipher, outbox=ground.outbox,
        limits=ground.limits, edge=ground.edge,
        pressure=Pressure(
            ground.tally, ground.edge, ProofRepository(database), cipher, clock, ground.chance, work.cases.is_filed,
            settings.limit_scale,
        ),
        registry=at_desk.desk, search=at_desk.search, registry_quality=at_desk.quality,
        areas=areas, households=households, accounts=registry.accounts, codes=codes,
        slips=Slips(households, codes, areas, ground.limits),
        plate_reports=PlateReports(
            PlateReportRepository(database, cipher), codes, areas, work.uploads, clock, settings.county
        ),
        landings=Landings(codes, work.catalogue, households, areas, registry.accounts),
        sessions=identity.sessions, mandates=identity.mandates, presence=identity.presence,
        in_person=identity.in_person, wechat=identity.wechat, audit=identity.audit, staffing=identity.staffing,
        cards=identity.cards, duty=registry.duty, batches=work.batches,
        catalogue=work.catalogue, bench=work.bench, editing=work.editing, exchange=work.exchange,
        applying=work.applying, counter=work.counter,
        consents=work.consents, agreements=work.agreements,
        retention=work.retention, drafts=work.drafts, receipts=work.receipts, desk=work.desk,
        hand_out=work.hand_out, feed=Feed(),
        supervision=work.supervision, posted=work.posted, uploads=work.uploads, kept_papers=work.kept_papers,
        reminders=work.reminders,
        notices=load_notices(),
        problems=build_problems(ground, registry, work, asked, rated),
        integrity=register.own, integrity_desk=register.desk,
        ratings=rated.ratings, visits=rated.visits, rating_figures=rated.figures,
        record=record, life_events=lives.events, undoing=lives.undoing,
        merging=merged.merging, unmerging=merged.unmerging, duplicates=merged.duplicates,
        review=Review(
            people, households, registry.history, ground.elements, areas, registry.accounts, registry.vault.sought,
            clock,
        ),
        copying=Copying(
            record, work.receipts, identity.mandates, work.agreements, work.consents, work.kept_papers,
            identity.audit, settings.office, clock,
        ),
        jobs=long_work.jobs, imports=long_work.imports, exports=long_work.exports,
        grid_visits=registry.visits, phones=sync.phones, pulling=sync.pulling, intake=sync.intake, bringing=sync.bringing,
        photos=sync.photos, receipt_keys=sync.receipt_keys,
        rights=asked.rights, rights_desk=asked.desk, rights_rules=asked.rules,
    )  # fmt: skip


def _domain_error(error: BaseException) -> SaobanError | None:
    """What the person asking is told of an error that is not ours: that the database or a worker is away."""
    return Unavailable() if isinstance(error, BrokenProcessPool) else as_domain_error(error)
