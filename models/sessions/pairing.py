"""What a binding in person leaves behind. Pure."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Pairing(msgspec.Struct, frozen=True, omit_defaults=True):
    """One resident's wish to be confirmed, for the session (its id) that she asked from."""

    id: str = msgspec.field(name="_id")
    mac: str
    expires_at: datetime
    confirmed_at: datetime | None = None


class Check(msgspec.Struct, frozen=True):
    """What stays on record: who confirmed whose identity, when, for which session."""

    id: str = msgspec.field(name="_id")
    at: datetime
    person: str
    session: str
    by: str
    by_name: str
    area: str


class Shown(msgspec.Struct, frozen=True):
    """What stands on the worker's screen, to be held against her card. The middle of the number is for her card to
    say."""

    person: str
    name: str
    id_number: str


def shown(person: str, name: str, id_number: str) -> Shown:
    """As much of a card as the worker needs beside the card itself."""
    return Shown(person, name, f"{id_number[:6]}********{id_number[-4:]}")
