"""What handlers are handed: everything that was built once, by hand, in ``server/container.py``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date

import msgspec

from models.accounts.service import Accounts
from models.accounts.staffing import Staffing
from models.areas.service import Areas
from models.audit.service import Audit
from models.base.cipher import Cipher
from models.base.clock import Clock
from models.base.errors import SaobanError
from models.calendar.service import Calendar
from models.calendar.working_days import WorkingDays
from models.cards.service import Cards
from models.cases.agreed import Agreements
from models.cases.applying import Applying
from models.cases.batches import Batches
from models.cases.desk import Desk
from models.cases.feed import Feed
from models.cases.handout import HandOut
from models.cases.posted import PostedNotices
from models.cases.receipts import Receipts
from models.codes.photos import PlatePhotos
from models.codes.service import Codes
from models.collecting.service import Collecting
from models.consents.service import Consents
from models.counter.service import Counter
from models.doors.service import Landings
from models.drafts.service import Drafts
from models.duty.service import Duty
from models.elements.registry import Elements
from models.exports.service import Exports
from models.files.service import Uploads
from models.households.service import Households
from models.imports.service import Imports
from models.integrity.desk import IntegrityDesk
from models.integrity.service import Integrity
from models.items.bench import Bench
from models.items.editing import Editing
from models.items.exchange import Exchange
from models.items.service import Catalogue
from models.jobs.service import Jobs as LongWork
from models.keptpapers.service import KeptPapers
from models.lifeevents.service import LifeEvents
from models.lifeevents.undoing import Undoing
from models.limits.edge import Edge
from models.limits.service import Limits
from models.mandates.presence import Presence
from models.mandates.service import Mandates
from models.merging.likely import Duplicates
from models.merging.service import Merging
from models.merging.undoing import Unmerging
from models.notices.sms import DemoSms
from models.platereports.service import PlateReports
from models.pressure.service import Pressure
from models.privacy.notice import Notice
from models.problems.service import Problems
from models.ratings.publishing import Publishing
from models.ratings.service import Ratings
from models.ratings.visits import Visits
from models.record.copying import Copying
from models.record.review import Review
from models.record.service import Record
from models.registry.quality import RegistryQuality
from models.registry.search import Search
from models.registry.service import RegistryDesk
from models.reminders.service import Reminders
from models.retention.service import Retention
from models.rights.desk import RightsDesk
from models.rights.rules import Rules
from models.rights.service import Rights
from models.sessions.inperson import InPerson
from models.sessions.service import Sessions
from models.sessions.wechat import WeChat
from models.slips.service import Slips
from models.supervision.service import Supervision
from models.sync.bringing import Bringing
from models.sync.intake import Intake
from models.sync.phones import Phones
from models.sync.photos import Photos
from models.sync.pulling import Pulling
from models.visits.service import Visits as GridVisits


class Shell(msgspec.Struct, frozen=True):
    """The grid worker's app as it stands in the tree: its version, and the script of its service worker."""

    version: str
    script: str


class Home(msgspec.Struct, frozen=True):
    """The services, and the few facts about this installation that pages show."""

    office: str
    public_url: str
    version: str
    secure: bool
    demo: bool
    county: str
    clock: Clock
    today: Callable[[], date]
    asset: Callable[[str], str]
    inline: Callable[[str], str]
    inline_hash: Callable[[str], str]
    shell: Shell
    as_domain_error: Callable[[BaseException], SaobanError | None]  # what a driver error means
    writable: Callable[[], Awaitable[bool]]
    metrics: Callable[[], bytes]
    draw: Callable[..., Awaitable[bytes]]  # runs a drawing of qr in a worker: draw(function, *args) -> bytes
    sessions: Sessions
    limits: Limits
    edge: Edge
    pressure: Pressure
    plate_reports: PlateReports
    codes: Codes
    plate_photos: PlatePhotos
    catalogue: Catalogue
    bench: Bench  # what lies at the catalogue's desk
    editing: Editing
    exchange: Exchange
    landings: Landings
    applying: Applying
    counter: Counter
    consents: Consents
    agreements: Agreements
    retention: Retention
    notices: tuple[Notice, ...]  # of privacy, the first version first
    drafts: Drafts
    receipts: Receipts
    desk: Desk
    duty: Duty
    hand_out: HandOut
    batches: Batches
    feed: Feed
    supervision: Supervision
    posted: PostedNotices
    integrity: Integrity
    integrity_desk: IntegrityDesk
    problems: Problems
    ratings: Ratings
    visits: Visits
    rating_figures: Publishing
    uploads: Uploads
    kept_papers: KeptPapers
    reminders: Reminders
    areas: Areas
    households: Households
    registry: RegistryDesk
    search: Search
    registry_quality: RegistryQuality
    slips: Slips
    accounts: Accounts
    staffing: Staffing
    cards: Cards
    mandates: Mandates
    audit: Audit
    record: Record
    review: Review
    life_events: LifeEvents
    undoing: Undoing
    merging: Merging
    unmerging: Unmerging
    duplicates: Duplicates
    copying: Copying
    presence: Presence
    in_person: InPerson
    jobs: LongWork
    imports: Imports
    exports: Exports
    rights: Rights
    rights_desk: RightsDesk
    rights_rules: Rules
    grid_visits: GridVisits  # of households by grid workers; those of counters are ``visits``
    phones: Phones
    pulling: Pulling
    intake: Intake
    bringing: Bringing
    photos: Photos
    receipt_keys: dict[str, str]
    elements: Elements
    collecting: Collecting
    days: WorkingDays
    calendar: Calendar
    cipher: Cipher
    security_contact: str = ""
    outbox: DemoSms | None = None
    wechat: WeChat | None = None
