"""Who is asking: log-in and its proofs, acting for others, binding in person, cards, staff, the record of looking."""

from __future__ import annotations

import msgspec
from tornado.httpclient import AsyncHTTPClient

from models.accounts.staffing import Staffing
from models.audit.repository import AuditRepository
from models.audit.service import Audit
from models.cards.service import Cards
from models.mandates.presence import Presence
from models.mandates.repository import MandatesRepository
from models.mandates.service import Mandates
from models.people.registry import Registry
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
from server.adapters import PeoplePlaces, PlatePins
from server.parts.ground import Ground
from server.parts.registry import RegistryParts

NATIONS, RELATIONS = "GB/T 3304", "GB/T 4761"


class IdentityParts(msgspec.Struct, frozen=True):
    """What handlers and jobs get of it."""

    sessions: Sessions
    mandates: Mandates
    mandates_repository: MandatesRepository
    known: Registry
    presence: Presence
    in_person: InPerson
    wechat: WeChat | None
    audit: Audit
    staffing: Staffing
    cards: Cards


def build_identity(ground: Ground, registry: RegistryParts, refusal_seconds: float) -> IdentityParts:
    """``refusal_seconds`` is how long every refused log-in takes, whatever the reason."""
    database, cipher, clock, limits = ground.database, ground.cipher, ground.clock, ground.limits
    office, elements = ground.settings.office, ground.elements

    def subject_of(id_number: str) -> str:
        return cipher.blind(id_number, SUBJECT)

    known = Registry(registry.people_repository, registry.vault, clock, ground.cooling)
    ledger = Ledger(
        SessionRepository(database), AccessTokens(ground.keys.keyring, cipher, clock), RefreshTokens(cipher), cipher,
        clock,
    )  # fmt: skip
    second = SecondFactors(FactorRepository(database), cipher, clock, limits, office)
    otps = OneTimeCodes(OtpRepository(database), cipher, clock, limits, known, ground.sms, office)
    mandates_repository = MandatesRepository(database)
    mandates = Mandates(
        mandates_repository, registry.households, registry.people, subject_of, ledger.end_acting, clock
    )
    presence = Presence(
        codes=registry.codes, households=registry.households, people=registry.people, mandates=mandates, otps=otps,
        limits=limits, subject_of=subject_of, relations=elements.codes(RELATIONS), office=office,
    )  # fmt: skip
    in_person = InPerson(
        PairingRepository(database), ledger, known, PeoplePlaces(registry.people), limits, cipher, clock
    )
    wechat = _wechat(ground)
    sessions = Sessions(
        ledger=ledger, otps=otps, bindings=Bindings(BindingRepository(database), cipher, clock),
        verifier=PasswordVerifier(), registry=known, pins=PlatePins(registry.codes, registry.households),
        accounts=registry.accounts, limits=limits, cipher=cipher, clock=clock, refusal_seconds=refusal_seconds,
        second=second, leave=mandates, in_person=in_person, phones=wechat,
        require_second_factor=ground.settings.needs_second_factor(demo=ground.demo),
    )  # fmt: skip
    return IdentityParts(
        sessions=sessions,
        mandates=mandates,
        mandates_repository=mandates_repository,
        known=known,
        presence=presence,
        in_person=in_person,
        wechat=wechat,
        audit=Audit(
            AuditRepository(database), ground.keys.keyring, cipher, clock, ground.settings.heads_file,
            registry.office,
        ),
        staffing=Staffing(
            registry.account_repository, registry.areas, registry.passwords, limits, clock, ledger.end_all,
            second.reset,
        ),
        cards=Cards(ground.pools.reading, elements.codes(NATIONS).values(), clock),
    )  # fmt: skip


def _wechat(ground: Ground) -> WeChat | None:
    settings = ground.settings
    if not settings.wechat_appid:
        return None
    line = WeChatLine(AsyncHTTPClient(), settings.wechat_url, settings.wechat_appid, settings.wechat_secret)
    tokens = WeChatTokenRepository(ground.database)
    return WeChat(line, AccessToken(line, tokens, ground.cipher, ground.clock))
