"""The refusal of a file."""

from __future__ import annotations

from models.base.errors import Invalid, Problem, SaobanError


class NotWhatItSays(Invalid):
    """A file that is not a picture or a PDF, whatever its name is."""

    code = "file.kind"

    def __init__(self, message: str) -> None:
        SaobanError.__init__(self, message)
        self.problems = [Problem("file", "file.kind", message)]
