"""Why somebody rates as she does: choices for each of the five levels, as data. Pure; the file beside it has them."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path

import msgspec

from models.base.errors import Invalid, Problem

DATA = Path(__file__).parent / "data" / "reasons.toml"


class Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One choice, and the levels that it goes with."""

    key: str
    text: str
    levels: tuple[int, ...]


class Reasons:
    """All choices, in the order of the file."""

    def __init__(self, reasons: Sequence[Reason]) -> None:
        self.all = tuple(reasons)
        self._by_key = {reason.key: reason for reason in reasons}

    def known(self, level: int, keys: Sequence[str]) -> tuple[str, ...]:
        """Those of ``keys`` that go with the level, each once, in our order."""
        return tuple(reason.key for reason in self.all if reason.key in keys and level in reason.levels)

    def words(self, keys: Sequence[str]) -> tuple[str, ...]:
        """As people read them; one that is not in the file any more is left out."""
        return tuple(self._by_key[key].text for key in keys if key in self._by_key)

    def check(self, level: int, keys: Sequence[str]) -> tuple[str, ...]:
        """``known``, and nothing beside it. Raises Invalid for no level, and for a choice that contradicts it."""
        if level not in range(1, 6):
            raise Invalid([Problem("stars", "rating.stars", "请从五个等级里选一个。")])
        if set(keys) - set(self.known(level, keys)):
            raise Invalid([Problem("reasons", "rating.reasons", "有的原因和您选的等级不一致，请改一下。")])
        return self.known(level, keys)


def load_reasons(path: Path = DATA) -> Reasons:
    """The choices in force. Raises ValueError, naming the file, where one of them is wrong."""
    try:
        reasons = msgspec.convert(
            tomllib.loads(path.read_text(encoding="utf-8"))["reasons"], tuple[Reason, ...]
        )
    except (KeyError, ValueError, msgspec.ValidationError) as error:
        raise ValueError(f"{path.name}: {error}") from error
    if len({reason.key for reason in reasons}) < len(reasons):
        raise ValueError(f"{path.name}: two reasons of one key")
    if any(not reason.levels or not set(reason.levels) <= set(range(1, 6)) for reason in reasons):
        raise ValueError(f"{path.name}: a level that is none")
    return Reasons(reasons)
