"""A person of the registry. Pure."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Literal

import msgspec

from models.people.edits import Edit
from models.people.values import Held, Value

NAME = "person.name"
ID_NUMBER = "person.id_no"
PHONE = "person.phone"

Standing = Literal["", "left", "dead", "merged", "void"]
"""On record here; moved away; dead; merged into another record; entered by mistake and taken back."""

_DOTS = str.maketrans(dict.fromkeys("•·・‧∙⋅．.", "·"))


class Person(msgspec.Struct, frozen=True):
    """One person. ``id`` is random and says nothing; ``areas`` the chain that she lives in; ``relation``
    her relation to the head of ``household`` (GB/T 4761, two digits); ``id_blind`` the blind index of
    her ID number, set by the repository, empty where she has none yet; ``phone_since`` when her phone last became
    another one, if it ever did; ``rev`` counts the changes. ``state`` is her standing, ``former`` the household that she
    last left, ``into`` the record that a merged one leads to."""

    id: str
    areas: tuple[str, ...]
    household: str = ""
    relation: str = ""
    id_blind: str = ""
    held: Held = Held()
    phone_since: datetime | None = None
    rev: int = 0
    state: Standing = ""
    former: str = ""
    into: str = ""

    @property
    def name(self) -> str:
        return self.text(NAME)

    @property
    def id_number(self) -> str:
        return self.text(ID_NUMBER)

    @property
    def phone(self) -> str:
        return self.text(PHONE)

    def value(self, key: str) -> Value | None:
        return self.held.values.get(key)

    def text(self, key: str) -> str:
        """The value of ``key`` as text, empty where nothing is held."""
        value = self.held.values.get(key)
        return "" if value is None else str(value.v)


class Contact(msgspec.Struct, frozen=True):
    """As much of a person as a login may know before it is confirmed."""

    person: str
    household: str
    name: str
    phone: str
    phone_since: datetime | None = None
    state: Standing = ""


class Found(msgspec.Struct, frozen=True):
    """As much of a person as a search at a desk lists. ``key`` is where she stands
    among names."""

    id: str
    areas: tuple[str, ...]
    household: str
    relation: str
    key: str
    name: str
    id_number: str
    phone: str
    state: Standing = ""


def edited(person: Person, edit: Edit) -> Person:
    """The next revision of ``person``, after ``edit``."""
    since = person.phone_since
    for entry in edit.entries:
        before, after = entry.before, entry.after
        if entry.key == PHONE and before and after and before.v != after.v:
            # A number that comes back by an undoing has been hers as long as before.
            since = after.at if entry.kind == "restored" else entry.at
    return msgspec.structs.replace(person, held=edit.held, phone_since=since, rev=person.rev + 1)


def same_name(one: str, other: str) -> bool:
    """Whether two spellings are one name: without spaces, every middle dot alike, letters NFC and upper."""
    return plain_name(one) == plain_name(other) != ""


def plain_name(name: str) -> str:
    """A name as it is compared and looked for."""
    return unicodedata.normalize("NFC", "".join(name.split())).translate(_DOTS).upper()
