"""Access tokens (signed, read without the database) and refresh tokens (random, kept as MACs)."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections import OrderedDict
from typing import Any, Literal

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from models.base.actor import Actor, Level, Role
from models.base.cipher import Cipher, Unreadable
from models.base.clock import Clock
from models.base.keys import Keyring
from models.sessions.session import ACCESS_SECONDS, Proof, Session, SessionOver, fresh_proof

ALGORITHM = "EdDSA"  # RFC 8037, with Ed25519
ISSUER = AUDIENCE = "saoban"  # we make them and we alone read them
TYPE = "at+jwt"  # RFC 9068, 2.1: an access token, and nothing else that we may sign one day
SKEW = 60  # seconds by which another server's clock may run ahead of ours
REMEMBERED = (
    4096  # verified tokens kept: some 2 KB each, and a signature check (about 150 µs) saved for each use
)
LONGEST_TOKEN = 4096  # characters; ours are about 700


class Claims(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an access token says. ``who`` and ``agent`` are sealed; nothing else in it is personal."""

    iss: str
    aud: str
    sub: str
    sid: str
    kind: Literal["resident", "staff"]
    lvl: Level
    who: str
    iat: int
    exp: int
    person: str = ""
    household: str = ""
    proof: Proof | Literal[""] = ""
    device: str = ""
    role: Role | Literal[""] = ""
    area: str = ""
    departments: tuple[str, ...] = ()
    mandate: str = ""
    agent: str = ""
    behind: str = ""


class AccessTokens:
    """Makes and reads EdDSA JWTs. A token is believed for 15 minutes whatever happens to its session,
    except where ``Sessions`` has heard that the session ended."""

    def __init__(self, keyring: Keyring, cipher: Cipher, clock: Clock, remembered: int = REMEMBERED) -> None:
        private = {
            key_id: Ed25519PrivateKey.from_private_bytes(raw) for key_id, raw in keyring.signers.items()
        }
        self._signer = private[keyring.signer]
        self._key_id = keyring.signer
        self._public = {key_id: key.public_key() for key_id, key in private.items()}
        self._cipher = cipher
        self._clock = clock
        self._most = remembered
        self._verified: OrderedDict[bytes, tuple[Actor, int]] = OrderedDict()

    def issue(self, session: Session) -> str:
        """A token for ``session``, good for ACCESS_SECONDS but no longer than the session itself."""
        now = int(self._clock().timestamp())
        claims = Claims(
            iss=ISSUER, aud=AUDIENCE, sub=session.subject, sid=session.id, who=session.who, lvl=session.level,
            kind="staff" if session.rank == "staff" else "resident",
            iat=now, exp=min(now + ACCESS_SECONDS, int(session.expires_at.timestamp())),
            person=session.person, household=session.household, proof=fresh_proof(session, self._clock()),
            device=session.device,
            role=session.role, area=session.area, departments=session.departments,
            mandate=session.mandate, agent=session.agent, behind=session.behind,
        )  # fmt: skip
        header = {"kid": self._key_id, "typ": TYPE}
        return jwt.encode(msgspec.to_builtins(claims), self._signer, ALGORITHM, headers=header)

    def read(self, token: str) -> Actor:
        """Whom ``token`` vouches for. Raises SessionOver, for every reason alike."""
        mark = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        known = self._verified.get(mark)
        if known is None:
            known = self._verify(token)
            self._verified[mark] = known
            if len(self._verified) > self._most:
                self._verified.popitem(last=False)
        else:
            self._verified.move_to_end(mark)
        actor, expires = known
        if self._clock().timestamp() >= expires:
            self._verified.pop(mark, None)
            raise SessionOver("L1")
        return actor

    @property
    def remembered(self) -> int:
        """How many verified tokens are in memory."""
        return len(self._verified)

    def _verify(self, token: str) -> tuple[Actor, int]:
        try:
            claims = self._claims(token)
            name, id_number = open_who(self._cipher, claims.sid, claims.who)
            actor = Actor(
                kind=claims.kind, level=claims.lvl, subject=claims.sub, name=name, id_number=id_number,
                person=claims.person, household=claims.household, proof=claims.proof, device=claims.device,
                session=claims.sid,
                role=claims.role, area=claims.area, departments=claims.departments,
                mandate=claims.mandate, agent=open_agent(self._cipher, claims.sid, claims.agent),
                behind=claims.behind,
            )  # fmt: skip
        except (jwt.InvalidTokenError, msgspec.ValidationError, Unreadable, KeyError, ValueError):
            raise SessionOver("L1") from None
        return actor, claims.exp

    def _claims(self, token: str) -> Claims:
        if len(token) > LONGEST_TOKEN:
            raise ValueError("too long to be ours")
        header = jwt.get_unverified_header(token)
        if (header.get("alg"), header.get("typ")) != (ALGORITHM, TYPE) or set(header) - {"alg", "kid", "typ"}:
            raise ValueError("not a header of ours")
        # The times are checked against the injected clock, not the library's.
        options: Any = {
            "verify_exp": False,
            "verify_iat": False,
            "verify_nbf": False,
            "require": ["exp", "iat"],
        }
        key = self._public[header["kid"]]
        raw = jwt.decode(
            token, key, algorithms=[ALGORITHM], issuer=ISSUER, audience=AUDIENCE, options=options
        )
        claims = msgspec.convert(raw, Claims)
        if claims.iat > self._clock().timestamp() + SKEW:
            raise ValueError("from the future")
        return claims


def seal_who(cipher: Cipher, session_id: str, name: str, id_number: str) -> str:
    """Name and ID number sealed into one session; they open in no other."""
    return cipher.seal(msgspec.json.encode((name, id_number)).decode(), f"session.who:{session_id}")


def open_who(cipher: Cipher, session_id: str, sealed: str) -> tuple[str, str]:
    """``(name, id_number)`` of ``seal_who``. Raises Unreadable."""
    return msgspec.json.decode(cipher.open(sealed, f"session.who:{session_id}"), type=tuple[str, str])


def seal_agent(cipher: Cipher, session_id: str, name: str) -> str:
    """The name of whoever acts, sealed into one session."""
    return cipher.seal(name, f"session.agent:{session_id}")


def open_agent(cipher: Cipher, session_id: str, sealed: str) -> str:
    """The name of ``seal_agent``; empty where nobody acts for anybody. Raises Unreadable."""
    return cipher.open(sealed, f"session.agent:{session_id}") if sealed else ""


class RefreshTokens:
    """``<session id>.<256 random bits>.<128-bit tag>``. The tag proves that we made a token, so that an old
    one is told from noise without keeping old ones."""

    def __init__(self, cipher: Cipher) -> None:
        self._cipher = cipher

    def first(self, session_id: str) -> str:
        return self._tagged(session_id, secrets.token_bytes(32).hex())

    def succeed(self, token: str, salt: str) -> str:
        """The token after ``token``: keyed hash of it and of a random ``salt`` that the session keeps. So
        the tab that comes second is given the same successor, and no token is ever stored."""
        session_id = token.split(".", 1)[0]
        return self._tagged(session_id, self._cipher.mac(f"{token}\0{salt}", "session.refresh.next"))

    def mark(self, token: str) -> str:
        """The MAC by which a session knows ``token``."""
        return self._cipher.mac(token, "session.refresh")

    def session_of(self, token: str) -> str:
        """The id of the session that ``token`` was made for. Raises SessionOver where we did not make it."""
        session_id, _, rest = token.partition(".")
        if not token.isascii() or not self._cipher.same(self._tagged(session_id, rest[:64]), token):
            raise SessionOver("L1")
        return session_id

    def _tagged(self, session_id: str, secret: str) -> str:
        return (
            f"{session_id}.{secret}.{self._cipher.mac(f'{session_id}.{secret}', 'session.refresh.tag')[:32]}"
        )


def new_id() -> str:
    """A random session id, 128 bits."""
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()


def new_salt() -> str:
    """256 random bits in hex."""
    return secrets.token_hex(32)


def six_digits() -> str:
    """A one-time code."""
    return f"{secrets.randbelow(10**6):06d}"
