"""The Tornado application: routes, templates, cookies, headers."""

from __future__ import annotations

import logging
import secrets
import sys
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import structlog
from tornado.httputil import HTTPServerRequest
from tornado.web import Application, HTTPError, RequestHandler, StaticFileHandler

from handlers import (
    accounts,
    acting,
    apply,
    batch,
    calendar,
    cards,
    checklist,
    confirming,
    consents,
    counter,
    desk,
    desk_tools,
    devices,
    duty,
    elements,
    exports,
    files,
    grid,
    handing,
    imports,
    integrity,
    integrity_desk,
    items,
    items_edit,
    items_files,
    items_form,
    jobs,
    kept,
    keptpapers,
    lifeevents,
    login,
    matrix,
    merging,
    my_data,
    openapi,
    pages,
    papers,
    pins,
    plates,
    postings,
    present,
    privacy,
    problems,
    proposals,
    ratings,
    receipts,
    record,
    registry,
    registry_edit,
    registry_quality,
    reminders,
    retention,
    rights,
    rights_desk,
    scan,
    staff,
    staff_password,
    supervision,
    sync,
    sync_desk,
    sync_photos,
    visits,
    wechat,
    windows,
)
from handlers.base import Missing, TooBig, asset_headers
from handlers.errors import body_of_status
from server import logs
from server.assets import STATIC
from server.container import Container

TEMPLATES = Path(__file__).parent.parent / "handlers" / "templates"
MODULES = (
    scan,
    matrix,
    receipts,
    papers,
    apply,
    checklist,
    login,
    confirming,
    wechat,
    staff,
    staff_password,
    accounts,
    devices,
    cards,
    my_data,
    rights,
    rights_desk,
    record,
    consents,
    acting,
    present,
    grid,
    counter,
    windows,
    keptpapers,
    reminders,
    privacy,
    plates,
    postings,
    desk,
    handing,
    items,
    items_edit,
    items_files,
    items_form,
    jobs,
    imports,
    exports,
    desk_tools,
    duty,
    elements,
    batch,
    supervision,
    ratings,
    integrity,
    integrity_desk,
    problems,
    calendar,
    proposals,
    registry,
    registry_edit,
    lifeevents,
    registry_quality,
    merging,
    retention,
    pins,
    sync,
    sync_photos,
    sync_desk,
    visits,
    files,
    pages,
    openapi,
)
ROUTES = [route for module in MODULES for route in module.ROUTES]


LARGEST_BODY = 33 * 1024 * 1024
"""Bytes that a request may carry at all; each verb says how many of them it takes."""

DRAINED = 512 * 1024 * 1024
"""Bytes of a body beyond that which are still read, and thrown away, so that its sender hears why."""


class Static(StaticFileHandler):
    """Files as they stand; addresses carry their version, so they may be kept for good."""

    def set_default_headers(self) -> None:
        for name, value in asset_headers(self.application.home.secure).items():  # type: ignore[attr-defined]
            self.set_header(name, value)

    def get_content_type(self) -> str:
        """As the name of the file says; ours are UTF-8."""
        kind = super().get_content_type()
        return f"{kind}; charset=utf-8" if kind.startswith("text/") or "script" in kind else kind

    def get_cache_time(self, path: str, modified: Any, mime_type: str) -> int:
        return 31536000 if "v" in self.request.arguments else 300

    def validate_absolute_path(self, root: str, absolute_path: str) -> str | None:
        """As Tornado does; a path that no file system can hold (NUL, too long) is one that is not there."""
        try:
            return super().validate_absolute_path(root, absolute_path)
        except (ValueError, OSError):
            raise HTTPError(404) from None

    def log_exception(self, typ: Any, value: BaseException | None, tb: Any) -> None:
        """Refusals are counted, not written down: Tornado would write the address, which may be somebody's."""
        if not isinstance(value, HTTPError):
            super().log_exception(typ, value, tb)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(msgspec.json.encode(body_of_status(status_code)))


class App(Application):
    """Handlers find the services in ``home`` and rendered landings in ``pages``."""

    def __init__(self, container: Container, *, quiet: bool = False) -> None:
        self.home = container.home
        self.pages = kept.Pages()
        self.description = msgspec.json.encode(
            openapi.describe(ROUTES, self.home.office, self.home.public_url)
        )
        self._metrics = container.metrics
        self._requests = count(secrets.randbits(48))
        heard = not quiet and structlog.get_logger().is_enabled_for(logging.INFO)
        self._access_log = logs.AccessLog(sys.stderr.buffer) if heard else None
        super().__init__(
            ROUTES,
            default_handler_class=Missing,
            template_path=str(TEMPLATES),
            static_path=str(STATIC),
            static_url_prefix="/static/",
            static_handler_class=Static,
            xsrf_cookies=True,
            xsrf_cookie_kwargs={"httponly": True, "samesite": "Lax", "secure": container.home.secure},
            # Tokens against forged forms are masked anew in every page, so compression tells nothing of them.
            compress_response=True,
        )

    def next_request_id(self) -> str:
        """A name for a request in the log: random where the process begins, counted from there."""
        return f"{next(self._requests):012x}"

    def find_handler(self, request: HTTPServerRequest, **kwargs: Any) -> Any:
        """The route; for a body that is too large by its own account, the handler that says so."""
        if "Content-Length" in request.headers and _is_beyond_us(request.headers["Content-Length"]):
            request.connection.set_max_body_size(DRAINED)  # type: ignore[union-attr]
            return self.get_handler_delegate(request, TooBig)
        return super().find_handler(request, **kwargs)

    def log_request(self, handler: RequestHandler) -> None:
        """Count and log one finished request."""
        self._metrics.count(handler)
        if self._access_log is not None:
            self._access_log.note(handler)


def _is_beyond_us(length: str) -> bool:
    return length.isascii() and length.isdecimal() and LARGEST_BODY < int(length[:12]) <= DRAINED
