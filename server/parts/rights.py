"""Requests about one's own data: asking, the desk that answers, what follows from an answer."""

from __future__ import annotations

import msgspec

from models.rights.desk import RightsDesk
from models.rights.places import Places
from models.rights.recounting import RightsRecounting
from models.rights.repository import RightsRepository
from models.rights.rules import Rules, load_rules
from models.rights.service import Rights
from models.rights.work import RightsWork
from server.parts.ground import Ground
from server.parts.identity import IdentityParts
from server.parts.registry import RegistryParts
from server.parts.work import WorkParts


class RightsParts(msgspec.Struct, frozen=True):
    """What handlers and jobs get of it."""

    rules: Rules
    rights: Rights
    desk: RightsDesk
    work: RightsWork
    recounting: RightsRecounting


def build_rights(
    ground: Ground, registry: RegistryParts, identity: IdentityParts, work: WorkParts
) -> RightsParts:
    """Days and statutory grounds are data."""
    clock, days, settings = ground.clock, ground.days, ground.settings
    rules, repository = load_rules(), RightsRepository(ground.database, ground.cipher)
    rights = Rights(
        repository=repository, audit=identity.audit, people=registry.people, accounts=registry.accounts,
        receipts=work.receipts, places=Places(registry.codes, work.receipts), drafts=work.drafts,
        uploads=work.uploads, limits=ground.limits, cipher=ground.cipher, clock=clock, days=days, rules=rules,
        county=settings.county,
    )  # fmt: skip
    desk = RightsDesk(
        repository=repository, audit=identity.audit, accounts=registry.accounts, receipts=work.receipts, clock=clock,
        days=days, rules=rules, office=registry.office, place=registry.place,
        follow_href=f"{settings.address}/complaint",
    )  # fmt: skip
    return RightsParts(
        rules=rules,
        rights=rights,
        desk=desk,
        work=RightsWork(
            repository, registry.people, work.drafts, work.uploads, work.kept_papers, ground.sms, clock
        ),
        recounting=RightsRecounting(repository, days, rules, settings.county),
    )
