"""A household of the registry. Pure."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Literal

import msgspec

from models.people.edits import Edit
from models.people.person import Person
from models.people.values import Held, Value

HEAD = "02"
"""GB/T 4761: the head of the household (户主)."""

PIN_DIGITS = 8


class Member(msgspec.Struct, frozen=True):
    """One who belongs to a household; ``relation`` to its head by GB/T 4761, two digits."""

    person: str
    name: str
    relation: str


class Household(msgspec.Struct, frozen=True):
    """One household. ``id`` is its code: village 12 digits, group 2, household 4 (fields.md H1/1), which is
    never printed; ``areas`` the chain that it lies in, its grid last; ``address`` what the plate says.
    Whether a PIN slip is out is ``pin_issued_at``, by whom ``pin_issued_by`` (an account), the how-manieth
    ``pin_count``; the PIN's MAC never leaves the repository. One that was merged leads to the one in ``into``."""

    id: str
    areas: tuple[str, ...]
    address: str
    members: tuple[Member, ...] = ()
    held: Held = Held()
    pin_issued_at: datetime | None = None
    pin_issued_by: str = ""
    pin_count: int = 0
    rev: int = 0
    state: Literal["", "merged", "void"] = ""
    into: str = ""

    @property
    def grid(self) -> str:
        return self.areas[-1]

    @property
    def head(self) -> Member | None:
        return next((member for member in self.members if member.relation == HEAD), None)

    def value(self, key: str) -> Value | None:
        return self.held.values.get(key)


class NewPin(msgspec.Struct, frozen=True):
    """A PIN that was drawn for a household; ``count`` is that of the slip which it would follow."""

    household: str
    pin: str
    count: int

    def __repr__(self) -> str:
        return f"NewPin(household={self.household!r})"


class PublicPlate(msgspec.Struct, frozen=True):
    """All that a scan may show of a household to anybody: what the plate itself says and where it hangs.
    ``village`` and ``group`` are names (丘林村, 三组), ``grid`` the code to ask the grid worker by."""

    household: str
    address: str
    village: str
    group: str
    grid: str
    areas: tuple[str, ...]


class Dossier(msgspec.Struct, frozen=True):
    """What prefilling a form reads: the person, and her household where she has one."""

    person: Person
    household: Household | None


class Door(msgspec.Struct, frozen=True):
    """As much of a household as a search at a desk lists. ``key`` is where it stands
    among addresses."""

    id: str
    areas: tuple[str, ...]
    address: str
    key: str
    head: str
    head_id: str
    people: int


def plain_address(address: str) -> str:
    """An address as it is compared and looked for: without spaces, letters and digits of one width, upper."""
    return unicodedata.normalize("NFKC", "".join(address.split())).upper()


def edited(household: Household, edit: Edit) -> Household:
    """The next revision of ``household``, after ``edit``."""
    return msgspec.structs.replace(household, held=edit.held, rev=household.rev + 1)


def plain_pin(typed: str) -> str:
    """A PIN as typed off the slip: full-width digits, spaces and hyphens forgiven."""
    return "".join(c for c in unicodedata.normalize("NFKC", typed) if not c.isspace() and c != "-")
