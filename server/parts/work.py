"""The work itself: the catalogue, forms and what they know, cases from filing to the end, and what is kept of them."""

from __future__ import annotations

from functools import partial

import msgspec

from models.cases.agreed import AgreedRepository, Agreements
from models.cases.applying import Applying
from models.cases.batches import Batches, BatchRepository
from models.cases.dealing import CaseDealing
from models.cases.declared import Declarations
from models.cases.desk import Desk
from models.cases.earlier import Earlier
from models.cases.emptying import CaseSweep, EmptyingRepository
from models.cases.filings import FilingsRepository
from models.cases.following import Following
from models.cases.handout import HandOut
from models.cases.keeping import Keeping
from models.cases.posted import PostedNotices, PostedRepository
from models.cases.receipts import Receipts
from models.cases.repository import CasesRepository
from models.cases.sealing import Sealing
from models.cases.service import Cases
from models.cases.tending import Tending
from models.cases.unkept import UnkeptRepository
from models.cases.watching import Watching
from models.consents.consent import KEEP, load_purposes
from models.consents.service import Consents
from models.counter.service import Counter
from models.drafts.repository import DraftsRepository
from models.drafts.service import Drafts
from models.files.repository import UploadsRepository
from models.files.service import Uploads
from models.files.sweep import UploadSweep
from models.integrity.kinds import load_kinds
from models.integrity.repository import BreachRepository
from models.integrity.standing import Standing
from models.items.bench import Bench
from models.items.draft_repository import ItemDraftRepository
from models.items.editing import Editing
from models.items.exchange import Exchange
from models.items.load import load_bundles, load_items
from models.items.repository import ItemsRepository
from models.items.service import Catalogue
from models.jobs.repository import JobsRepository
from models.jobs.store import JobStore
from models.jobs.sweep import JobSweep
from models.keptpapers.repository import KeptPaperRepository
from models.keptpapers.service import KeptPapers
from models.keptpapers.sweep import KeptPaperSweep
from models.mandates.sweep import MandateSweep
from models.prefill.service import Prefill
from models.reminders.repository import ReminderRepository
from models.reminders.service import Reminders
from models.retention.repository import SweepRepository
from models.retention.service import Retention
from models.rights.objections import Objections
from models.supervision.repository import LightRepository
from models.supervision.rule import load_rules
from models.supervision.service import Supervision
from models.sync.photo_repository import PhotoRepository
from models.sync.photo_sweep import PhotoSweep
from models.visits.service import Visits
from qr import grammar
from server.parts.ground import Ground
from server.parts.identity import IdentityParts
from server.parts.registry import RegistryParts


class WorkParts(msgspec.Struct, frozen=True):
    """What handlers and jobs get of it."""

    catalogue: Catalogue
    bench: Bench
    editing: Editing
    exchange: Exchange
    uploads: Uploads
    drafts: Drafts
    prefill: Prefill
    consents: Consents
    agreements: Agreements
    cases: Cases
    applying: Applying
    counter: Counter
    receipts: Receipts
    desk: Desk
    declarations: Declarations
    following: Following
    hand_out: HandOut
    tending: Tending
    dealing: CaseDealing
    batches: Batches
    keeping: Keeping
    kept_papers: KeptPapers
    reminders: Reminders
    supervision: Supervision
    retention: Retention
    posted: PostedNotices


async def build_work(ground: Ground, registry: RegistryParts, identity: IdentityParts) -> WorkParts:
    """Publishes the catalogue that comes with this version, where it is newer."""
    database, cipher, clock, days = ground.database, ground.cipher, ground.clock, ground.days
    elements, county, areas = ground.elements, ground.settings.county, registry.areas
    catalogue = Catalogue(ItemsRepository(database), clock, load_items(), load_bundles(), county)
    await catalogue.publish()
    item_drafts = ItemDraftRepository(database)
    purposes, breaches = load_purposes(), load_kinds()
    askable = purposes.keys() - {KEEP}  # which asks for itself
    bench = Bench(item_drafts, catalogue, elements, areas, county, askable, breaches)
    editing = Editing(item_drafts, catalogue, bench, clock, partial(ground.chance.hex, 12), county)
    largest = ground.settings.max_upload_mb * 1024 * 1024
    uploads = Uploads(UploadsRepository(database), cipher, clock, ground.pools.keeping, largest)
    drafts = Drafts(DraftsRepository(database, cipher), cipher, clock)
    repository = CasesRepository(database, cipher)
    prefill = Prefill(registry.households, elements, Earlier(repository, catalogue))
    consents = Consents(elements, purposes)
    new_code = partial(grammar.new, randbelow=ground.chance.below)
    cases = Cases(
        repository, uploads, cipher, clock, days, elements, new_code, county, identity.mandates,
        consents, partial(ground.chance.hex, 10),
    )  # fmt: skip
    receipts = Receipts(repository, uploads, cipher, clock, days)
    kept_repository = KeptPaperRepository(database, cipher)
    kept = KeptPapers(kept_repository, uploads, identity.mandates, clock)
    hand_out = HandOut(FilingsRepository(database, repository), repository, clock)
    desk = Desk(
        repository,
        catalogue,
        uploads,
        registry.duty,
        clock,
        days,
        registry.place_in_county,
        Objections(database).waiting,
    )
    return WorkParts(
        catalogue=catalogue,
        bench=bench,
        editing=editing,
        exchange=Exchange(bench, editing, ground.pools.items, county),
        uploads=uploads,
        drafts=drafts,
        prefill=prefill,
        consents=consents,
        agreements=Agreements(
            AgreedRepository(database), repository, identity.mandates, kept, clock, prefill.forget_person
        ),
        cases=cases,
        applying=Applying(
            codes=registry.codes, catalogue=catalogue, drafts=drafts, prefill=prefill, uploads=uploads, cases=cases,
            areas=areas, elements=elements, consents=consents, kept=kept, clock=clock,
            standing=Standing(BreachRepository(database, cipher), breaches, clock),
        ),
        counter=Counter(
            registry=identity.known, people=registry.people, areas=areas, codes=registry.codes, catalogue=catalogue,
            mandates=identity.mandates, drafts=drafts, uploads=uploads, limits=ground.limits,
            subject_of=identity.sessions.subject, new_code=new_code, clock=clock,
        ),
        receipts=receipts,
        reminders=Reminders(
            ReminderRepository(database, cipher), receipts, ground.sms, days, clock, ground.settings.address,
            ground.settings.office,
        ),
        desk=desk,
        batches=Batches(BatchRepository(database), repository, desk, clock, partial(ground.chance.hex, 19)),
        dealing=CaseDealing(repository, registry.duty, clock, ground.chance.below),
        declarations=Declarations(repository, catalogue),
        following=Following(repository, clock, days, hand_out.gather),
        hand_out=hand_out,
        tending=Tending(repository, clock),
        keeping=Keeping(
            UnkeptRepository(database, cipher), catalogue, registry.people, registry.households, elements, areas,
            kept, clock,
        ),
        kept_papers=kept,
        supervision=Supervision(LightRepository(database), Watching(database), load_rules(), clock, days),
        posted=PostedNotices(PostedRepository(database), catalogue, areas, elements, clock, county),
        retention=_retention(
            ground, uploads, registry.visits, CaseSweep(
                EmptyingRepository(database, Sealing(cipher)), repository, uploads, catalogue, kept
            ),
            KeptPaperSweep(kept_repository), MandateSweep(identity.mandates_repository),
        ),
    )  # fmt: skip


def _retention(
    ground: Ground,
    uploads: Uploads,
    visits: Visits,
    cases: CaseSweep,
    kept: KeptPaperSweep,
    mandates: MandateSweep,
) -> Retention:
    database = ground.database
    jobs = JobSweep(JobsRepository(database), JobStore(database))
    photos = PhotoSweep(PhotoRepository(database), visits, uploads)
    return Retention(
        SweepRepository(database), (cases, UploadSweep(uploads), kept, mandates, jobs, photos), ground.clock
    )
