"""Files that browsers fetch as they stand, and those that pages carry within them."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from tornado.web import StaticFileHandler

STATIC = Path(__file__).parent.parent / "static"


def address(path: str) -> str:
    """The address of a file in ``static``, with as much of its content's hash as tells versions apart: slow networks
    carry it many times."""
    settings = {"static_path": str(STATIC), "static_url_prefix": "/static/"}
    address, mark, version = StaticFileHandler.make_static_url(settings, path).partition("?v=")
    return f"{address}{mark}{version[:12]}"


class Inline:
    """Style sheets that pages carry within them, and the hashes by which the policy lets them."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def text(self, name: str) -> str:
        """The sheet itself."""
        if name not in self._texts:
            self._texts[name] = (STATIC / name).read_text(encoding="utf-8")
        return self._texts[name]

    def digest(self, name: str) -> str:
        """Its hash as a content security policy names it."""
        return "sha256-" + base64.b64encode(hashlib.sha256(self.text(name).encode()).digest()).decode()
