"""``python -m tests.bench.unprotected [COMMAND ...]``: the server with its safeguards off, to measure what they cost.

It is ``python -m server`` in every other way. The product has no such switch and must not get one: this program puts
two parts of its own in the place of the real ones before anything is built, in its own process. What it writes is
in plain, so it is run on a data directory of its own that is thrown away afterwards.
"""

from __future__ import annotations

import asyncio
from typing import Any

from models.audit.service import Audit
from models.base.cipher import Cipher
from models.rotation import service as keys
from server import __main__ as command
from server.parts import identity


class PlainCipher(Cipher):
    """Seals nothing: values, searched ones too, are kept as they are. MACs of PINs and tokens stay, which
    protect people at the door rather than data at rest."""

    def seal(self, text: str, context: str) -> str:
        return text

    def open(self, sealed: str, context: str) -> str:
        return sealed

    def blind(self, text: str, kind: str) -> str:
        return f"{kind}:{text}"

    def index(self, text: str, kind: str) -> str:
        return self.blind(text, kind)

    def indexes(self, text: str, kind: str) -> list[str]:
        return [self.blind(text, kind)]


class NoAudit(Audit):
    """Writes nothing down, and is done at once."""

    async def start(self) -> list[str]:
        return []

    def note(self, *_said: Any, **_more: Any) -> asyncio.Future[Any]:
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        done.set_result("")
        return done

    async def checkpoint(self) -> None:
        """There is nothing to sign."""

    async def close(self) -> None:
        """There is nothing to close."""


if __name__ == "__main__":
    keys.Cipher = PlainCipher  # type: ignore[misc]
    identity.Audit = NoAudit  # type: ignore[misc]
    command.main()
