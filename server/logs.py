"""Structured logs: one JSON object a line on standard error, with a request id and nothing personal."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

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
    logging.basicConfig(
        level=logging.WARNING, stream=sys.stderr, format='{"library":"%(name)s","event":"%(message)s"}'
    )
    logging.getLogger("tornado.access").setLevel(logging.ERROR)


def _encode(_logger: object, _name: str, event: MutableMapping[str, Any]) -> bytes:
    return msgspec.json.encode(event, enc_hook=str)


def access(handler: RequestHandler) -> None:
    """Log one finished request by its route, never by its path or arguments: those may be somebody's."""
    request = handler.request
    structlog.get_logger().info(
        "request",
        id=getattr(handler, "request_id", ""),
        method=request.method,
        route=getattr(handler, "route", type(handler).__name__),
        status=handler.get_status(),
        ms=round(1000 * request.request_time(), 1),
    )
