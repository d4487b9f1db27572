"""Consent (单独同意): what is asked, in which words, and what was given. Pure.

A text is data with a version (``data/texts.toml``); whoever agreed agreed to that version, which is kept for ever.
What she was told beside it (which answers, who gets them, how long they are kept) is recorded with the consent.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec

from models.base.actor import Level
from models.mandates.mandate import Ground

TEXTS = Path(__file__).parent / "data" / "texts.toml"

KEEP = "keep"
"""The purpose of what is kept for the next time (``models/keptpapers``): asked for, and never needed."""

Capacity = Literal["own", "guardian", "agent"]
"""In which capacity somebody consents: of her own data, of her child's, or passing on what her principal said."""

CAPACITIES: dict[Capacity, str] = {"own": "本人", "guardian": "监护人", "agent": "代办人转达本人同意"}


class Version(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words of a purpose from a day on (ISO date); one sentence to agree to for each capacity."""

    number: int
    since: str
    why: str
    own: str
    guardian: str
    agent: str

    def sentence(self, capacity: Capacity, items: str, elements: tuple[str, ...]) -> str:
        """What is agreed to, in the words of this version."""
        words: str = getattr(self, capacity)
        return words.format(items=items, elements="、".join(elements))


class Purpose(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of sensitive data that is asked for; its versions in order, the last one in force."""

    title: str
    versions: tuple[Version, ...]

    @property
    def current(self) -> Version:
        return self.versions[-1]

    def version(self, number: int) -> Version:
        """The words of a version. Raises LookupError where there never was one."""
        return next(each for each in self.versions if each.number == number)


class Ask(msgspec.Struct, frozen=True):
    """One consent as it is asked: tick ``id`` (``purpose@version``). ``fields`` are the questions whose answers rest on
    it, ``elements`` what they are called, ``to`` who gets them, ``keep`` how long."""

    id: str
    title: str
    text: str
    why: str
    fields: tuple[str, ...]
    elements: tuple[str, ...]
    items: str
    to: tuple[str, ...]
    keep: str


class Consent(msgspec.Struct, frozen=True, omit_defaults=True):
    """One consent that was given, as it lies in its case. ``by`` is who gave it, by name; ``fields`` the keys of the
    answers of the case that rest on it."""

    id: str
    version: int
    at: datetime
    by: str
    capacity: Capacity
    level: Level
    fields: tuple[str, ...]
    elements: tuple[str, ...]
    to: tuple[str, ...]
    keep: str
    withdrawn_at: datetime | None = None


def capacity_of(ground: Ground | Literal[""]) -> Capacity:
    """Who acts on ``ground`` consents as what."""
    if not ground:
        return "own"
    return "guardian" if ground in {"guardian", "counter_child"} else "agent"


def load_purposes(path: Path = TEXTS) -> dict[str, Purpose]:
    """Every purpose by its id. Raises ValueError where a text does not fit or its versions do not count up."""
    try:
        found = msgspec.toml.decode(path.read_bytes(), type=dict[str, Purpose])
    except (OSError, msgspec.DecodeError) as error:
        raise ValueError(f"{path.name}: {error}") from error
    for key, purpose in found.items():
        if [each.number for each in purpose.versions] != list(range(1, len(purpose.versions) + 1)):
            raise ValueError(f"{path.name}: {key}: versions count up from 1")
        for version in purpose.versions:
            for capacity in CAPACITIES:
                version.sentence(capacity, "事项", ("信息",))
    return found


def withdrawn_fields(consents: tuple[Consent, ...]) -> frozenset[str]:
    """The keys of the answers that rest on a consent which was taken back."""
    return frozenset(key for each in consents if each.withdrawn_at for key in each.fields)
