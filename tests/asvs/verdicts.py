"""The verdicts of docs/asvs.toml on the requirements of OWASP ASVS 5.0.0, levels 1 and 2."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

import msgspec

ROOT = Path(__file__).parent.parent.parent
DATA = ROOT / "docs" / "asvs.toml"

Verdict = Literal["met", "n/a", "installer", "missing"]
WORDS: dict[Verdict, str] = {
    "met": "met",
    "n/a": "not applicable",
    "installer": "whoever installs it",
    "missing": "**not met**",
}
MEANINGS: dict[Verdict, str] = {
    "met": "the program does it, and what is named shows it",
    "n/a": "there is nothing in the program that it could be about",
    "installer": "the program cannot do it alone; the document that is named says what its surroundings have to do",
    "missing": "not, or not to the letter; what is missing is said",
}


class Requirement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``asks`` in our words, never the standard's; ``shown`` names files, or tests as pytest calls them."""

    id: Annotated[str, msgspec.Meta(pattern=r"^V\d+\.\d+\.\d+$")]
    level: Literal[1, 2]
    asks: Annotated[str, msgspec.Meta(min_length=1)]
    verdict: Verdict
    why: Annotated[str, msgspec.Meta(min_length=1)]
    shown: tuple[str, ...] = ()

    @property
    def chapter(self) -> str:
        return self.id.split(".")[0]


class Book(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    requirement: tuple[Requirement, ...]


def load(path: Path = DATA) -> tuple[Requirement, ...]:
    """The verdicts in their order. Raises msgspec.ValidationError for a slip in the file."""
    return msgspec.toml.decode(path.read_bytes(), type=Book).requirement


def exists(reference: str, root: Path = ROOT) -> bool:
    """Whether the file, or the test in it, is in the tree."""
    path, _, test = reference.partition("::")
    if not (root / path).is_file():
        return False
    return (
        not test
        or re.search(rf"^\s*(async )?def {re.escape(test)}\(", (root / path).read_text("utf-8"), re.M)
        is not None
    )
