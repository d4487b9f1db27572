"""Structured logs: one JSON object a line on standard error, with a request id and nothing personal."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any, BinaryIO

import msgspec
import structlog
from tornado.web import RequestHandler

LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def configure(level: str) -> None:
    """Send our log and the libraries' warnings to standard error as JSON lines."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _encode,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.BytesLoggerFactory(sys.stderr.buffer),
        cache_logger_on_first_use=True,
    )
    heard = logging.StreamHandler(sys.stderr)
    heard.setFormatter(Libraries())
    logging.basicConfig(level=logging.WARNING, handlers=[heard])
    logging.getLogger("tornado.access").setLevel(logging.ERROR)


class Libraries(logging.Formatter):
    """What libraries say, one JSON object a line whatever stands in it: nothing that came from outside can end a line
    and begin another that we would seem to have written."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "library": record.name, "event": record.getMessage(), "level": record.levelname.lower(),
            "timestamp": datetime.fromtimestamp(record.created, UTC),
        }  # fmt: skip
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        return msgspec.json.encode(told).decode()


def _encode(_logger: object, _name: str, event: MutableMapping[str, Any]) -> bytes:
    return msgspec.json.encode(event, enc_hook=str)


class Line(msgspec.Struct, frozen=True):
    """One finished request, by its route and never by its path or arguments: those may be somebody's."""

    id: str
    method: str
    route: str
    status: int
    ms: float
    timestamp: datetime
    event: str = "request"
    level: str = "info"


class AccessLog:
    """Logs finished requests; those that finish in one turn of the loop are written together, since a write for
    each would cost a tenth of a scan."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._lines: list[Line] = []
        self._encoder = msgspec.json.Encoder()

    def note(self, handler: RequestHandler) -> None:
        """Log one request."""
        if not self._lines:
            asyncio.get_running_loop().call_soon(self._write)
        request = handler.request
        line = Line(
            id=getattr(handler, "request_id", ""),
            method=request.method or "",
            route=type(handler).__name__,
            status=handler.get_status(),
            ms=round(1000 * request.request_time(), 1),
            timestamp=datetime.now(UTC),
        )
        self._lines.append(line)

    def _write(self) -> None:
        lines, self._lines = self._lines, []
        self._out.write(self._encoder.encode_lines(lines))
        self._out.flush()
