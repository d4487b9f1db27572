"""Kinds of breach, as data. Pure; the file beside it says what each word means."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec

DATA = Path(__file__).parent / "data" / "kinds.toml"

OBJECTION_DAYS = 10
"""Working days in which somebody may object to what is held against her."""


class Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``months`` a breach stays on record once it stands; ``repair`` those after which repair may be asked for."""

    key: str
    name: str
    months: int
    repair: int
    basis: str


def load_kinds(path: Path = DATA) -> dict[str, Kind]:
    """The kinds by key. Raises ValueError, naming the file, where one of them is wrong."""
    try:
        kinds = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8"))["kinds"], tuple[Kind, ...])
    except (KeyError, ValueError, msgspec.ValidationError) as error:
        raise ValueError(f"{path.name}: {error}") from error
    if len({kind.key for kind in kinds}) < len(kinds):
        raise ValueError(f"{path.name}: two kinds of one key")
    if any(not 0 < kind.repair <= kind.months for kind in kinds):
        raise ValueError(f"{path.name}: repair must be possible before a record ends")
    return {kind.key: kind for kind in kinds}
