"""The rules of supervision (电子监察), as data. Pure; the file beside it says what each word means."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

import msgspec

Watches = Literal["acceptance", "promise", "step", "handover", "refusal", "returns", "rush", "urgent", "hand"]
Level = Literal["warning", "yellow", "red"]

LEVELS: dict[Level, str] = {"warning": "预警", "yellow": "黄牌", "red": "红牌"}
DATA = Path(__file__).parent / "data" / "rules.toml"


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that is watched. ``days`` and ``red_after`` count working days; ``warning`` is the share of the time
    left at which a warning comes, 0 for none."""

    key: str
    name: str
    watches: Watches
    basis: str
    days: int = 0
    warning: float = 0.0
    red_after: int = 0
    most: int = 0
    minutes: int = 0


def load_rules(path: Path = DATA) -> tuple[Rule, ...]:
    """The rules in force. Raises ValueError, naming the file, where one of them is wrong."""
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
        rules = msgspec.convert(tree["rules"], tuple[Rule, ...])
    except (KeyError, ValueError, msgspec.ValidationError) as error:
        raise ValueError(f"{path.name}: {error}") from error
    if len({rule.key for rule in rules}) < len(rules):
        raise ValueError(f"{path.name}: two rules of one key")
    return rules
