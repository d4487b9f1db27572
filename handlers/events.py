"""What is told to whoever watches over the system: log-ins and refusals, one line each in the log.

A line names the request, the route, and what was refused by its code. People and addresses stand in it as keyed hashes
(``who``, ``source``): the same one tries again and again, but the log does not say who it is. An account of staff is
named by its id. What staff look at is not here but on the record of looking (``handlers/looking.py``).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog
from tornado.web import HTTPError

from handlers.errors import status_of
from models.base.errors import LoginRefused, NotFound, SaobanError
from models.sessions.session import SessionOver
from models.sessions.staff import SecondNeeded

if TYPE_CHECKING:
    from handlers.base import Base

REFUSALS = frozenset({400, 403, 413, 429})
"""Statuses that somebody who tries doors leaves behind; 401 and 404 where somebody came with a name."""

SHOWN = 16  # hexadecimal digits of a hash: enough to tell one from another


@contextmanager
def login(handler: Base, how: str, claimed: str = "") -> Iterator[None]:
    """One step of a log-in, of whoever is ``claimed`` to come in; a line whatever becomes of it."""
    try:
        yield
    except SaobanError as error:
        _tell(handler, "login", isinstance(error, SecondNeeded), how=how, code=error.code, who=claimed)
        raise
    _tell(handler, "login", True, how=how, who=claimed)


def changed(handler: Base, what: str) -> None:
    """Something that proves who one is was set up, replaced or taken away; or a session was ended."""
    _tell(handler, what, True)


def refused(handler: Base, error: BaseException) -> None:
    """A request that somebody who does not keep to the rules would make."""
    if isinstance(error, (LoginRefused, SecondNeeded)):
        return  # told as a log-in
    status = error.status_code if isinstance(error, HTTPError) else status_of(error)
    named = handler.actor.kind != "anonymous"
    if status in REFUSALS or isinstance(error, SessionOver) or (named and isinstance(error, NotFound)):
        code = error.code if isinstance(error, SaobanError) else "http"
        _tell(handler, "refused", False, status=str(status), code=code)


def _tell(handler: Base, event: str, ok: bool, who: str = "", **told: str) -> None:
    log = structlog.get_logger()
    (log.info if ok else log.warning)(
        event, id=handler.request_id, route=handler.route, ok=ok,
        who=_who(handler, who), source=_hash(handler, handler.request.remote_ip or ""), **told,
    )  # fmt: skip


def _who(handler: Base, claimed: str) -> str:
    actor = handler.actor
    if claimed:
        return _hash(handler, claimed.strip().lower())
    return actor.subject if actor.is_staff else _hash(handler, actor.subject)


def _hash(handler: Base, text: str) -> str:
    return handler.home.cipher.mac(text[:200], "log")[:SHOWN] if text else ""
