"""What the county sets about these requests: the days to an answer, the grounds of a refusal. Read from ``data/``."""

from __future__ import annotations

from pathlib import Path

import msgspec

from models.rights.request import Kind

DATA = Path(__file__).parent / "data" / "rights.toml"


class Ground(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A statutory ground: its short name, the sentence with the article, the kinds of request that it can answer."""

    name: str
    text: str
    kinds: tuple[Kind, ...]


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``days`` are working days from the request to its answer; ``objection_days`` from an objection to a public notice,
    while which the case waits."""

    days: int
    objection_days: int
    grounds: dict[str, Ground]

    def days_of(self, kind: Kind) -> int:
        """How long the answer to a request of this kind may take."""
        return self.objection_days if kind == "objection" else self.days

    def for_kind(self, kind: Kind) -> dict[str, Ground]:
        """The grounds on which a request of this kind may be refused, in the order of the file."""
        return {key: ground for key, ground in self.grounds.items() if kind in ground.kinds}


def load_rules(path: Path = DATA) -> Rules:
    """Reads the file; ValueError, naming it, where something in it does not fit."""
    try:
        rules = msgspec.toml.decode(path.read_bytes(), type=Rules)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path.name}: {error}") from error
    days = (rules.days, rules.objection_days)
    if min(days) < 1 or max(days) > 60 or not {"statutory", "open_case", "archive"} <= set(rules.grounds):
        raise ValueError(f"{path.name}: days must be 1 to 60, and the grounds of deletion be there")
    return rules
