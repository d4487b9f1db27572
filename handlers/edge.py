"""The edge, as handlers meet it: by what a request is counted, and what a page says while too many come."""

from __future__ import annotations

from types import SimpleNamespace as Page
from typing import TYPE_CHECKING

import msgspec

from models.limits.edge import Asker, asker
from models.pressure.pressure import SAID, WAIT, Asked
from qr import grammar

if TYPE_CHECKING:
    from handlers.base import Base


def asked_by(handler: Base, code_text: str = "") -> Asker:
    """Whoever sends this request; ``code_text`` as it stands in the address."""
    return asker(handler.actor, handler.request.remote_ip or "", read(code_text))


def read(code_text: str) -> str:
    """A code however it is spelt, so that all spellings are counted as one; empty for what is none."""
    try:
        return grammar.read(code_text)
    except grammar.BadCode:
        return ""


async def admit(handler: Base, code_text: str, submission_key: str, proof: str, ticket: str) -> None:
    """Before a submission: limits, then what pressure asks. Raises TooMany, Pressed."""
    asked = asked_by(handler, code_text)
    await handler.home.edge.admit("apply", asked)
    await handler.home.pressure.admit(handler.actor, asked, submission_key, proof, ticket)


def waiting(
    handler: Base, code_text: str, submission_key: str, proof: str = "", ticket: str = ""
) -> Page | None:
    """What a page has to carry for its submission to be taken: what was brought already, or something new to bring;
    None while it is calm."""
    home = handler.home
    if not home.pressure.is_on(handler.actor, read(code_text)):
        return None
    if proof or ticket:
        return Page(ticket=ticket, proof=proof, wait=0, challenge="", said="")
    asked = home.pressure.ask(submission_key)
    return carried(asked, SAID["asked"].format(wait=int(WAIT.total_seconds())))


def carried(asked: Asked, said: str) -> Page:
    """A challenge and a ticket as parts/pressure.html reads them."""
    challenge = msgspec.json.encode(asked.challenge).decode()
    return Page(ticket=asked.ticket, proof="", wait=asked.wait, challenge=challenge, said=said)
