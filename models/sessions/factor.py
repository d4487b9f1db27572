"""The second factor of staff: time-based codes (RFC 6238) and recovery codes. Pure."""

from __future__ import annotations

import hmac
import re
import secrets
import unicodedata
from datetime import datetime

import msgspec
import pyotp

STEP = 30  # seconds (RFC 6238, 4.1)
DRIFT = 1  # steps: one before and one after, for slow typing and slow clocks (RFC 6238, 5.2 and 6)
RECOVERY_CODES = 10
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's Base32: none of its letters is taken for another
RECOVERY_LENGTH = 10  # characters: 50 bits

_LOOKALIKES = str.maketrans("OIL", "011")


class Factor(msgspec.Struct, frozen=True, omit_defaults=True):
    """The second factor of one account (its id is the account's). ``secret`` is sealed Base32; ``serial`` is
    new with every enrolment; ``last_step`` the time step of the last code that was taken (RFC 6238, 5.2: none
    is taken twice); ``recovery`` the MACs of the recovery codes that are left."""

    id: str = msgspec.field(name="_id")
    secret: str
    serial: str
    created_at: datetime
    confirmed_at: datetime | None = None
    last_step: int = -1
    recovery: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Factor(id={self.id!r}, confirmed={self.confirmed_at is not None})"


class Enrolment(msgspec.Struct, frozen=True):
    """What an authenticator app needs: ``uri`` as a QR code, or ``secret`` (Base32) typed by hand."""

    secret: str
    uri: str

    def __repr__(self) -> str:
        return "Enrolment()"


def new_secret() -> str:
    """160 random bits in Base32, as RFC 4226 (section 4, R6) recommends."""
    return pyotp.random_base32()


def enrolment(secret: str, account: str, issuer: str) -> Enrolment:
    """``account`` and ``issuer`` are what the app shows above its codes."""
    return Enrolment(secret, pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer))


def step_of(secret: str, typed: str, now: datetime, last_step: int) -> int | None:
    """The time step whose code was typed, of those around ``now`` that come after ``last_step``; None where
    none fits."""
    present = int(now.timestamp()) // STEP
    codes = pyotp.HOTP(secret)
    fitting = None
    for step in range(present - DRIFT, present + DRIFT + 1):
        # Every step is compared, so that the time does not tell which one fitted.
        if hmac.compare_digest(codes.at(step).encode(), typed.encode()) and step > last_step:
            fitting = step
    return fitting


def new_recovery_codes() -> tuple[str, ...]:
    """Ten codes such as ``7K3QD-X09VM``, to be shown once."""
    half = RECOVERY_LENGTH // 2
    codes = ("".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES))
    return tuple(f"{code[:half]}-{code[half:]}" for code in codes)


def plain(typed: str) -> str:
    """What was typed without spaces and hyphens, half width, upper case."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", typed[:60])).upper()


def plain_recovery(typed: str) -> str:
    """A recovery code as it was made, look-alike letters put right."""
    return plain(typed).translate(_LOOKALIKES)


def is_time_code(typed: str) -> bool:
    """Whether a plain text has the form of a time-based code; everything else may be a recovery code."""
    return re.fullmatch(r"[0-9]{6}", typed) is not None
