"""Grid workers' phones: what they are given, what they send, and the visits that come of it."""

from __future__ import annotations

import msgspec

from models.sync.bringing import Bringing
from models.sync.doing import Doing
from models.sync.intake import Intake
from models.sync.phone_repository import PhoneRepository
from models.sync.phones import Phones
from models.sync.photo_repository import PhotoRepository
from models.sync.photos import Photos
from models.sync.pulling import Pulling
from models.sync.queue import QueueKeys
from models.sync.receipt import ReceiptSigner
from models.sync.repository import OperationRepository
from models.sync.sides import Sides
from models.sync.versions import Versions
from models.sync.visiting import Visiting
from models.visits.pace import pace_of
from server.parts.ground import Ground
from server.parts.identity import IdentityParts
from server.parts.registry import RegistryParts
from server.parts.work import WorkParts


class SyncParts(msgspec.Struct, frozen=True):
    """What handlers get of it."""

    phones: Phones
    pulling: Pulling
    intake: Intake
    bringing: Bringing
    photos: Photos
    receipt_keys: dict[str, str]


def build_sync(
    ground: Ground, registry: RegistryParts, identity: IdentityParts, work: WorkParts
) -> SyncParts:
    """The key of versions follows from the pepper, so that every process makes the same ones."""
    database, cipher, clock, keyring = ground.database, ground.cipher, ground.clock, ground.keys.keyring
    elements, areas, accounts = ground.elements, registry.areas, registry.accounts
    pace, positions = pace_of(ground.settings.visit_days), ground.settings.visit_positions
    versions = Versions(bytes.fromhex(cipher.mac("versions", "sync.versions")))
    visits, signer, queue_keys = registry.visits, ReceiptSigner(keyring), QueueKeys(keyring)
    phone_repository = PhoneRepository(database)
    phones = Phones(phone_repository, areas, identity.sessions, cipher, queue_keys, clock)
    operations = OperationRepository(database, cipher)
    doing = Doing(
        operations, registry.households, registry.people, phone_repository, elements, areas, versions, signer,
        Sides(registry.history, accounts, versions), Visiting(visits, pace, positions=positions),
    )  # fmt: skip
    intake = Intake(operations, doing, registry.collecting, areas, clock)
    return SyncParts(
        phones=phones,
        pulling=Pulling(
            database, registry.households, visits, registry.codes, accounts, areas, phone_repository, elements,
            versions, registry.collecting, pace, clock, positions=positions,
        ),
        intake=intake,
        bringing=Bringing(queue_keys, phones, intake, accounts, areas),
        photos=Photos(PhotoRepository(database), work.uploads, areas, clock),
        receipt_keys=signer.public,
    )  # fmt: skip
