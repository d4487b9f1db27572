"""The registry asked whether a name and an ID number belong together: the first half of logging in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec

from models.base.clock import Clock
from models.people.person import NAME, PHONE, Contact, same_name
from models.people.repository import PersonRepository
from models.people.values import Held, Value
from models.people.vault import Vault

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
COOLING = timedelta(hours=24)


class Match(msgspec.Struct, frozen=True):
    """Whom a name and an ID number belong to. ``phone`` is the one on record that vouches for her, empty where there
    is none, or where it has become another one so lately that it vouches for nobody yet."""

    person_id: str
    household_id: str
    phone: str

    def __repr__(self) -> str:
        return f"Match(person_id={self.person_id!r})"


class Registry:
    def __init__(
        self, repository: PersonRepository, vault: Vault, clock: Clock, cooling: timedelta = COOLING
    ) -> None:
        """``cooling``: how long a phone that has become another one vouches for nobody."""
        self._clock = clock
        self._cooling = cooling
        self._repository = repository
        self._vault = vault
        nobody = {key: Value("19900000000", "import", EPOCH) for key in (NAME, PHONE)}
        self._decoy = vault.pack("nobody", Held(nobody))

    async def match(self, name: str, id_number: str) -> Match | None:
        """The person of that name and ID number (18 characters, normalised), or None.

        Nobody at L1 may learn which it was: both ways take one query, open one phone and compare two
        names, and whoever calls this answers alike.
        """
        found = await self._repository.contact_of_blind(self._vault.sought(id_number))
        if found is None:
            self._vault.unpack("nobody", self._decoy)
            same_name("nobody", name)
            return None
        if not same_name(found.name, name) or found.state == "dead":
            return None
        return Match(found.person, found.household, "" if self._cools(found) else found.phone)

    def _cools(self, found: Contact) -> bool:
        """Whether her phone has just become another one: time for the old phone's owner to protest."""
        return found.phone_since is not None and self._clock() < found.phone_since + self._cooling
