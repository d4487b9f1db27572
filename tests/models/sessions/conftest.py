"""Log-in on the real database; registry, slips and accounts are a small invented town."""

from __future__ import annotations

import base64
import hmac
import re
from datetime import timedelta

import msgspec
import pytest
from argon2 import PasswordHasher

from models.base import idnumber
from models.base.cipher import Cipher
from models.base.clock import now
from models.base.errors import NotFound, Unavailable
from models.base.keys import Keyring
from models.limits.repository import LimitRepository
from models.limits.service import Limits
from models.sessions.bindings import Bindings
from models.sessions.ledger import Ledger
from models.sessions.otp import OneTimeCodes
from models.sessions.repository import BindingRepository, FactorRepository, OtpRepository, SessionRepository
from models.sessions.second import SecondFactors
from models.sessions.service import Sessions
from models.sessions.staff import SecondNeeded
from models.sessions.tokens import AccessTokens, RefreshTokens
from models.sessions.verifier import PasswordVerifier
from qr import grammar

REPOSITORIES = (SessionRepository, OtpRepository, BindingRepository, FactorRepository, LimitRepository)


PASSWORD = "桃李不言-2026"


def card(first17: str) -> str:
    return first17 + idnumber.checksum(first17)


class Resident(msgspec.Struct):
    name: str
    id_number: str
    person_id: str = ""
    household_id: str = ""
    phone: str = ""
    plate: str = ""
    pin: str = ""


class Account(msgspec.Struct):
    id: str
    username: str
    name: str
    role: str
    area: str
    password_hash: str
    departments: tuple[str, ...] = ()
    active: bool = True


class Town:
    """Registry, slips, accounts and SMS of an invented town: what the ports of log-in ask for."""

    def __init__(self):
        new = grammar.new
        self.chen = Resident(
            "陈桂兰", card("52990119450307002"), "chen", "h12", "13800000012", new("D"), "20260312"
        )
        self.li = Resident("李明", card("52990119880911003"), "li", "h77", "", new("D"), "77777777")
        self.sun = Resident("孙外人", card("11010119900101001"))
        self.residents = [self.chen, self.li]
        word = PasswordHasher(1, 8, 1).hash(PASSWORD)
        self.zhao = Account("a1", "zhao", "赵科长", "approver", "529901100", word, ("民政",))
        self.accounts = [self.zhao]
        self.messages = []
        self.gateway_away = False

    async def match(self, name, id_number):
        fits = [one for one in self.residents if (one.name, one.id_number) == (name, id_number)]
        return fits[0] if fits else None

    async def matches(self, code, household, pin):
        return any((one.plate, one.household_id, one.pin) == (code, household, pin) for one in self.residents)

    async def by_username(self, username):
        return next((one for one in self.accounts if one.username == username), None)

    async def get(self, account_id):
        for one in self.accounts:
            if one.id == account_id:
                return one
        raise NotFound()

    async def send(self, phone, text):
        if self.gateway_away:
            raise Unavailable()
        self.messages.append((phone, re.search(r"\d{6}", text)[0]))


class Ticking:
    """A clock that a test moves on."""

    def __init__(self):
        self.now = now()

    def __call__(self):
        return self.now

    def advance(self, **time):
        self.now += timedelta(**time)


class App:
    """An authenticator app, as RFC 6238 has it: HMAC-SHA-1 of the time step, six digits."""

    def __init__(self, secret, clock):
        self.key, self.clock = base64.b32decode(secret), clock

    def code(self, steps=0):
        """What the app shows now, or so many half minutes from now."""
        step = int(self.clock().timestamp()) // 30 + steps
        digest = hmac.digest(self.key, step.to_bytes(8, "big"), "sha1")
        start = digest[-1] & 15
        number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
        return f"{number % 10**6:06d}"


class Gate:
    """Everything of log-in, and short ways to walk through it."""

    def __init__(self, database, clock, town, keyring):
        self.town, self.clock, self.database = town, clock, database
        self.cipher = Cipher(keyring)
        self.keyring = keyring
        self.limits = Limits(LimitRepository(database), self.cipher, clock)
        self.otps = OneTimeCodes(
            OtpRepository(database), self.cipher, clock, self.limits, town, town, "云岭县政务服务"
        )
        self.second = SecondFactors(
            FactorRepository(database), self.cipher, clock, self.limits, "云岭县政务服务"
        )
        self.sessions = self.another_process()

    def another_process(self, *, required=False, phones=None):
        access = AccessTokens(self.keyring, self.cipher, self.clock)
        repository = SessionRepository(self.database)
        return Sessions(
            ledger=Ledger(repository, access, RefreshTokens(self.cipher), self.cipher, self.clock),
            otps=self.otps, bindings=Bindings(BindingRepository(self.database), self.cipher, self.clock),
            verifier=PasswordVerifier(), registry=self.town, pins=self.town, accounts=self.town,
            limits=self.limits, cipher=self.cipher, clock=self.clock, refusal_seconds=0.05,
            second=self.second, require_second_factor=required, phones=phones,
        )  # fmt: skip

    async def l1(self, who, address="10.0.0.1"):
        """The actor who has typed the card of ``who``."""
        tokens = await self.sessions.login_l1(who.name, who.id_number, "device-1", address)
        return self.sessions.actor_of(tokens.access_token)

    async def l2(self, who):
        """Tokens of ``who`` after the PIN slip."""
        return await self.sessions.confirm_pin(await self.l1(who), who.plate, who.pin, "10.0.0.1")

    async def enrol(self, account):
        """A second factor for ``account``: its authenticator app and its recovery codes."""
        app = App((await self.second.begin(account.id, account.name)).secret, self.clock)
        recovery = await self.second.confirm(account.id, app.code())
        self.clock.advance(seconds=30)
        return app, recovery

    async def first_step(self, sessions=None):
        """The pending token after 赵科长's password."""
        with pytest.raises(SecondNeeded) as needed:
            await (sessions or self.sessions).staff_login("zhao", PASSWORD, "10.0.0.9")
        return needed.value.pending.token

    async def code_for(self, actor, address="10.0.0.1"):
        """Ask for a one-time code; the one that arrived, or None."""
        before = len(self.town.messages)
        await self.sessions.send_code(actor, address)
        await self.otps.drain()
        return self.town.messages[-1][1] if len(self.town.messages) > before else None


@pytest.fixture
def town():
    return Town()


@pytest.fixture
def clock():
    return Ticking()


@pytest.fixture
def keyring():
    return Keyring.fresh()


@pytest.fixture
def gate(io_loop, database, clock, town, keyring):
    for repository in REPOSITORIES:
        io_loop.run_sync(lambda declared=repository.COLLECTIONS: database.ensure(declared))
    gate = Gate(database, clock, town, keyring)
    yield gate
    io_loop.run_sync(gate.sessions.close)
