"""The Tornado application: routes, templates, cookies, headers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tornado.web import Application, RequestHandler, StaticFileHandler

from handlers import apply, desk, files, login, openapi, pages, receipts, scan
from handlers.base import HEADERS, Missing
from server import logs
from server.container import STATIC, Container

TEMPLATES = Path(__file__).parent.parent / "handlers" / "templates"
MODULES = (scan, receipts, apply, login, desk, files, pages, openapi)
ROUTES = [route for module in MODULES for route in module.ROUTES]


class Static(StaticFileHandler):
    """Files as they stand; addresses carry their version, so they may be kept for good."""

    def set_default_headers(self) -> None:
        for name in ("Server", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy"):
            self.set_header(name, HEADERS[name])

    def get_cache_time(self, path: str, modified: Any, mime_type: str) -> int:
        return 31536000 if "v" in self.request.arguments else 300


class App(Application):
    """Handlers find the services in ``home`` and rendered landings in ``pages``."""

    def __init__(self, container: Container, *, quiet: bool = False) -> None:
        self.home = container.home
        self.pages = scan.Pages()
        self.routes = ROUTES
        self._metrics = container.metrics
        self._quiet = quiet
        super().__init__(
            ROUTES,
            default_handler_class=Missing,
            template_path=str(TEMPLATES),
            static_path=str(STATIC),
            static_url_prefix="/static/",
            static_handler_class=Static,
            xsrf_cookies=True,
            xsrf_cookie_kwargs={"httponly": True, "samesite": "Lax", "secure": container.home.secure},
            compress_response=False,
        )

    def log_request(self, handler: RequestHandler) -> None:
        """Count and log one finished request."""
        self._metrics.count(handler)
        if not self._quiet:
            logs.access(handler)
