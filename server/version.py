"""Which version this is: the newest heading of CHANGELOG.md, so that it is written in one place."""

from __future__ import annotations

import re
from pathlib import Path

CHANGELOG = Path(__file__).parent.parent / "CHANGELOG.md"
HEADING = re.compile(r"^## \[([0-9]+\.[0-9]+\.[0-9]+)\]", re.MULTILINE)


def version(changelog: Path = CHANGELOG) -> str:
    """``0.1.0``, say. Raises ValueError where the file names no version, OSError where there is no file."""
    found = HEADING.search(changelog.read_text(encoding="utf-8"))
    if found is None:
        raise ValueError(f"{changelog.name} has no heading like: ## [0.1.0] - 2026-12-01")
    return found[1]
