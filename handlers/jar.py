"""Cookies whose names bind them to this host: over TLS each begins with ``__Host-`` (RFC 6265bis, 4.1.3.2), so that no
neighbour under the same domain, and nobody on a line without TLS, can put one of his own in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tornado.web import RequestHandler

if TYPE_CHECKING:
    from handlers.home import Home


class Jar(RequestHandler):
    """A handler that knows its cookies by short names, whatever browsers call them."""

    @property
    def home(self) -> Home:
        """Everything that was built once at start-up."""
        return self.application.home  # type: ignore[attr-defined]

    def cookie_name(self, name: str) -> str:
        """What browsers call the cookie ``name``."""
        return f"__Host-{name}" if self.home.secure else name

    def get_cookie(self, name: str, default: str | None = None) -> str | None:  # type: ignore[override]
        return super().get_cookie(self.cookie_name(name), default)

    def set_cookie(self, name: str, value: str | bytes, *args: Any, **told: Any) -> None:
        """As Tornado does. What the prefix promises goes with every cookie, also with one that takes another away:
        Secure, the path ``/``, no domain."""
        told |= {"secure": self.home.secure, "path": "/"}
        super().set_cookie(self.cookie_name(name), value, *args, **told)
