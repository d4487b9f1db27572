"""How a cell says that it cannot be taken. Internal to this slice."""

from __future__ import annotations


class Unclear(Exception):  # noqa: N818 - a cell is not an error of ours
    """One cell: a stable ``code``, and a sentence that says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
