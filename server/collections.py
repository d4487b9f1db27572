"""Every collection that there is, as its repository declares it."""

from __future__ import annotations

from models.accounts.repository import AccountRepository
from models.areas.repository import AreaRepository
from models.audit.repository import AuditRepository
from models.calendar.repository import CalendarRepository
from models.cases.batches import BatchRepository
from models.cases.repository import CasesRepository
from models.codes.repository import CodesRepository
from models.collecting.repository import GroundRepository
from models.database import Collection
from models.drafts.repository import DraftsRepository
from models.duty.repository import DutyRepository
from models.files.repository import UploadsRepository
from models.history.repository import HistoryRepository
from models.households.repository import HouseholdRepository
from models.imports.repository import ImportRepository
from models.integrity.repository import BreachRepository
from models.items.draft_repository import ItemDraftRepository
from models.items.repository import ItemsRepository
from models.jobs.repository import JobsRepository
from models.jobs.store import JobStore
from models.keptpapers.repository import KeptPaperRepository
from models.lifeevents.repository import LifeEventRepository
from models.limits.repository import LimitRepository
from models.mandates.repository import MandatesRepository
from models.merging.repository import MergeRepository
from models.notices.sms import SmsOutbox
from models.people.repository import PersonRepository
from models.platereports.repository import PlateReportRepository
from models.pressure.repository import ProofRepository
from models.problems.repository import ProblemRepository
from models.ratings.repository import RatingRepository
from models.registry.repository import FindingRepository, MarkRepository
from models.reminders.repository import ReminderRepository
from models.retention.repository import SweepRepository
from models.rights.repository import RightsRepository
from models.rotation.repository import JobRepository, KeyRepository
from models.sessions.pairings import PairingRepository
from models.sessions.repository import BindingRepository, FactorRepository, OtpRepository, SessionRepository
from models.sessions.wechat_tokens import WeChatTokenRepository
from models.supervision.repository import LightRepository
from models.sync.phone_repository import PhoneRepository
from models.sync.photo_repository import PhotoRepository
from models.sync.repository import OperationRepository
from models.visits.repository import VisitRepository

COLLECTIONS: tuple[Collection, ...] = (
    *AreaRepository.COLLECTIONS,
    *PersonRepository.COLLECTIONS,
    *HouseholdRepository.COLLECTIONS,
    *HistoryRepository.COLLECTIONS,
    *LifeEventRepository.COLLECTIONS,
    *MarkRepository.COLLECTIONS,
    *FindingRepository.COLLECTIONS,
    *MergeRepository.COLLECTIONS,
    *AccountRepository.COLLECTIONS,
    *CodesRepository.COLLECTIONS,
    *ItemsRepository.COLLECTIONS,
    *ItemDraftRepository.COLLECTIONS,
    *DraftsRepository.COLLECTIONS,
    *CasesRepository.COLLECTIONS,
    *UploadsRepository.COLLECTIONS,
    *KeptPaperRepository.COLLECTIONS,
    *ReminderRepository.COLLECTIONS,
    *SessionRepository.COLLECTIONS,
    *OtpRepository.COLLECTIONS,
    *BindingRepository.COLLECTIONS,
    *FactorRepository.COLLECTIONS,
    *AuditRepository.COLLECTIONS,
    *PairingRepository.COLLECTIONS,
    *WeChatTokenRepository.COLLECTIONS,
    *MandatesRepository.COLLECTIONS,
    *RightsRepository.COLLECTIONS,
    *LimitRepository.COLLECTIONS,
    *ProofRepository.COLLECTIONS,
    *DutyRepository.COLLECTIONS,
    *BatchRepository.COLLECTIONS,
    *JobsRepository.COLLECTIONS,
    *JobStore.COLLECTIONS,
    *ImportRepository.COLLECTIONS,
    *LightRepository.COLLECTIONS,
    *RatingRepository.COLLECTIONS,
    *BreachRepository.COLLECTIONS,
    *ProblemRepository.COLLECTIONS,
    *PlateReportRepository.COLLECTIONS,
    *VisitRepository.COLLECTIONS,
    *OperationRepository.COLLECTIONS,
    *PhoneRepository.COLLECTIONS,
    *PhotoRepository.COLLECTIONS,
    *CalendarRepository.COLLECTIONS,
    *GroundRepository.COLLECTIONS,
    *SweepRepository.COLLECTIONS,
    *SmsOutbox.COLLECTIONS,
    *KeyRepository.COLLECTIONS,
    *JobRepository.COLLECTIONS,
)
