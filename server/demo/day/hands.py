"""The clock of a scripted day: it stands, and is moved forward by hand."""

from __future__ import annotations

from datetime import datetime


class Hands:
    """A ``Clock`` that shows what it was set to. It never goes back: whatever has happened stays past."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def __call__(self) -> datetime:
        return self._at

    def move(self, at: datetime) -> None:
        """Forward to ``at``; an earlier time leaves it where it is."""
        self._at = max(self._at, at)
