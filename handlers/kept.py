"""Public pages that are drawn once and sent to everybody as they are, compressed already."""

from __future__ import annotations

import gzip
import hashlib
from typing import Protocol

import msgspec

from handlers.base import Base

KEPT_BYTES = 16 * 1024 * 1024


class Coded(Protocol):
    """A model with a name of its own."""

    @property
    def code(self) -> str: ...


class Rendered(msgspec.Struct, frozen=True):
    """A model drawn in one face, plain and gzipped, with the headers that go with it."""

    model: Coded
    body: bytes
    zipped: bytes
    headers: dict[str, str]

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.body) + len(self.zipped)


class Pages:
    """Rendered landings of one process, and other public pages like them. An entry holds while the model that it was
    drawn from is the present one: Landings hands out another object as soon as anything has changed."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], Rendered] = {}
        self._bytes = 0

    def get(self, model: Coded, face: str) -> Rendered | None:
        """The present model as it was drawn before, or None."""
        kept = self._kept.get((model.code, face))
        return kept if kept and kept.model is model else None

    def keep(self, model: Coded, face: str, body: bytes, headers: dict[str, str]) -> Rendered:
        """Keep a rendered body, and let go of the oldest where it becomes too much."""
        tag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
        rendered = Rendered(model, body, gzip.compress(body, 6), {**headers, "Etag": tag})
        self._drop((model.code, face))
        self._kept[model.code, face] = rendered
        self._bytes += rendered.size
        while self._bytes > KEPT_BYTES:
            self._drop(next(iter(self._kept)))
        return rendered

    def _drop(self, key: tuple[str, str]) -> None:
        dropped = self._kept.pop(key, None)
        self._bytes -= dropped.size if dropped else 0


class KeptBase(Base):
    """A request for such a page."""

    @property
    def pages(self) -> Pages:
        return self.application.pages  # type: ignore[attr-defined]

    def send_kept(self, kept: Rendered) -> None:
        """Send it, or say that the asker has it already."""
        self._headers.update(kept.headers)
        self._transforms = []  # it is compressed already, once for all askers
        if "If-None-Match" in self.request.headers and self.check_etag_header():
            self.set_status(304)
            self.finish()
        elif "gzip" in self.request.headers.get("Accept-Encoding", ""):
            self.set_header("Content-Encoding", "gzip")
            self.finish(kept.zipped)
        else:
            self.finish(kept.body)

    def compute_etag(self) -> str | None:
        return self._headers.get("Etag")
