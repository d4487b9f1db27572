"""What log-in needs of the rest of the house, as narrow as it gets; ``server/container.py`` plugs it in."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from models.base.actor import Role


class Match(Protocol):
    """The registered person whose name and ID number were given. ``phone`` is the one on record, in plain
    digits, or empty."""

    @property
    def person_id(self) -> str: ...
    @property
    def household_id(self) -> str: ...
    @property
    def phone(self) -> str: ...


class Credential(Protocol):
    """A staff account as log-in sees it. ``password_hash`` is an argon2id string; ``active`` says that an
    administrator has approved the account and nobody has closed it."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def username(self) -> str: ...
    @property
    def password_hash(self) -> str: ...
    @property
    def role(self) -> Role: ...
    @property
    def area(self) -> str: ...
    @property
    def departments(self) -> tuple[str, ...]: ...
    @property
    def active(self) -> bool: ...


class Registry(Protocol):
    async def match(self, name: str, id_number: str) -> Match | None:
        """The person with this ID number where the name fits too."""


class Leave(Protocol):
    async def still(self, mandate_id: str) -> bool:
        """Whether a mandate lets its agent act on."""


class Pins(Protocol):
    async def matches(self, code: str, household: str, pin: str) -> bool:
        """Whether ``code`` is the active plate of ``household`` and ``pin`` the one on its sealed slip.
        False for a code, household or PIN that does not exist (both may be empty); never raises for
        them."""


class Phones(Protocol):
    async def phone(self, code: str) -> str:
        """The number that WeChat vouches for with a code of the mini program, in plain digits; empty for a code that
        is none. Raises TooMany, Unavailable."""


class Accounts(Protocol):
    async def by_username(self, username: str) -> Credential | None:
        """The account with this username, in whatever state; case and outer spaces do not matter."""

    async def get(self, account_id: str) -> Credential:
        """The account with this id, in whatever state. Raises NotFound."""

    async def check_password(self, account_id: str, password: str) -> None:
        """Raises Invalid where ``password`` is none for this account."""

    async def renew_password(self, account_id: str, instead_of: str, password: str, at: datetime) -> None:
        """Puts another password in place of the one with the hash ``instead_of``. Raises Conflict."""


class Sms(Protocol):
    async def send(self, phone: str, text: str) -> None:
        """Hand one message to whoever delivers it. Raises Unavailable."""
