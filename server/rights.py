"""The slice of requests about one's own data, put together; the container calls this once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from models.accounts.service import Accounts
from models.areas.service import Areas
from models.audit.service import Audit
from models.base.cipher import Cipher
from models.base.clock import Clock
from models.calendar.working_days import WorkingDays
from models.cases.receipts import Receipts
from models.codes.service import Codes
from models.database import Database
from models.drafts.service import Drafts
from models.files.service import Uploads
from models.limits.service import Limits
from models.people.service import People
from models.rights.desk import RightsDesk
from models.rights.places import Places
from models.rights.recounting import RightsRecounting
from models.rights.repository import RightsRepository
from models.rights.rules import Rules, load_rules
from models.rights.service import Rights
from models.rights.work import RightsWork
from server.settings import Settings


class RightsParts(msgspec.Struct, frozen=True):
    """What handlers and jobs get of it."""

    rules: Rules
    rights: Rights
    desk: RightsDesk
    work: RightsWork
    recounting: RightsRecounting


def build_rights(
    *, database: Database, settings: Settings, clock: Clock, cipher: Cipher, days: WorkingDays, audit: Audit,
    people: People, accounts: Accounts, areas: Areas, codes: Codes, receipts: Receipts, drafts: Drafts, uploads: Uploads,
    limits: Limits, sms: Any, office: Callable[[str, tuple[str, ...]], str],
) -> RightsParts:  # fmt: skip
    """``office`` names offices for residents."""
    rules, repository = load_rules(), RightsRepository(database, cipher)
    rights = Rights(
        repository=repository, audit=audit, people=people, accounts=accounts, receipts=receipts,
        places=Places(codes, receipts), drafts=drafts, uploads=uploads, limits=limits, cipher=cipher, clock=clock,
        days=days, rules=rules, county=settings.county,
    )  # fmt: skip
    desk = RightsDesk(
        repository=repository, audit=audit, accounts=accounts, receipts=receipts, clock=clock, days=days, rules=rules,
        office=office, place=lambda area: areas.full_name(area) if areas.has(area) else "",
        follow_href=f"{settings.address}/complaint",
    )  # fmt: skip
    work = RightsWork(repository, people, drafts, uploads, sms, clock)
    return RightsParts(rules, rights, desk, work, RightsRecounting(repository, days, rules, settings.county))
