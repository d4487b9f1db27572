"""The ground every handler stands on: who asks, which face is served, what is said when it goes wrong.

Default-deny: a verb without a declaration (``handlers/access.py``) is refused before it runs.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

import msgspec
import structlog
from tornado.web import HTTPError, RequestHandler, stream_request_body

from handlers import cookies, events
from handlers.access import Access
from handlers.errors import body_of, body_of_status, status_of
from handlers.jar import Jar
from models.base.actor import ANONYMOUS, Actor
from models.base.errors import Forbidden, LoginNeeded, Malformed, NotFound, SaobanError, TooLarge, TooMany
from models.limits.edge import asker

T = TypeVar("T")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CREDENTIALS = ("Authorization", "Cookie", "X-Device")
MISSES = frozenset({"code.unknown", "code.length", "code.character", "code.check", "report.unknown"})
VERBS = ("get", "post", "put", "patch", "delete")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'{style}; img-src 'self' data: blob:; connect-src 'self'; "
    "font-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Server": "saoban",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": POLICY.format(style=""),
    "Cache-Control": "no-store",
}
HSTS = "max-age=31536000; includeSubDomains"
SECURE_HEADERS = {**HEADERS, "Strict-Transport-Security": HSTS}


OF_DOCUMENTS = frozenset(
    {"Permissions-Policy", "Cross-Origin-Opener-Policy", "Referrer-Policy", "Cache-Control"}
)
ASSETS = {name: value for name, value in HEADERS.items() if name not in OF_DOCUMENTS} | {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"
}
SECURE_ASSETS = {**ASSETS, "Strict-Transport-Security": HSTS}


def asset_headers(secure: bool) -> dict[str, str]:
    """What static files carry: not what governs documents alone, which a form page would carry with each of its
    scripts; and a policy under which a file that is opened by itself does nothing."""
    return SECURE_ASSETS if secure else ASSETS


def headers(secure: bool) -> dict[str, str]:
    """What every answer carries; ``secure`` where residents reach us by TLS, and browsers are told to insist on it."""
    return SECURE_HEADERS if secure else HEADERS


class Base(Jar):
    """A request. Subclasses write verbs of about ten lines: parse, one service call, respond."""

    actor: Actor = ANONYMOUS
    request_id = ""
    route = ""
    renewed = ""  # the refresh token that a browser was given on the way, if it was
    ends_acting = False  # a handler that leads out of acting for somebody, and so is never refused for it

    def set_default_headers(self) -> None:
        # Constants of ours: set_header would check each of them again at every request.
        self._headers.update(headers(self.home.secure))

    def initialize(self) -> None:
        """Before anything is checked, so that whatever is refused has a name in the log."""
        self.request_id = self.application.next_request_id()  # type: ignore[attr-defined]
        self.route = type(self).__name__

    def prepare(self) -> Awaitable[None] | None:
        access = self._access()
        if len(self.request.body) > access.body_limit:
            raise TooLarge()
        if self._has_credentials():
            return self._identify(access)
        access.check(self.actor)
        return None

    async def _identify(self, access: Access) -> None:
        self.actor = await cookies.actor_of(self)
        access.check(self.actor)

    async def head(self, *path: str) -> None:
        """What GET would answer, without its body (Tornado leaves it away)."""
        answer = self.get(*path)
        if answer is not None:
            await answer

    def _access(self) -> Access:
        """What the verb declares. Raises HTTPError 405 where there is no such verb, and Forbidden where there is one
        that declares nothing."""
        method = (self.request.method or "").lower()
        verb = getattr(type(self), "get" if method == "head" else method, None)
        if verb is None or verb is getattr(RequestHandler, "get" if method == "head" else method, None):
            raise HTTPError(405)
        access: Access | None = getattr(verb, "access", None)
        if access is None:
            raise Forbidden()
        return access

    @classmethod
    def allowed(cls) -> list[str]:
        """The verbs that are answered here, as the Allow header names them."""
        verbs = [verb for verb in VERBS if hasattr(getattr(cls, verb), "access")]
        return [verb.upper() for verb in ([*verbs, "head"] if "get" in verbs else verbs)]

    def _has_credentials(self) -> bool:
        headers = self.request.headers
        return any(name in headers for name in CREDENTIALS)

    # Which face.

    @property
    def wants_json(self) -> bool:
        """Whether the client asked for JSON: by Accept, or by sending JSON without asking for a page."""
        accept = self.request.headers.get("Accept", "")
        if "text/html" in accept:
            return False
        return "json" in accept or self.sends_json

    @property
    def sends_json(self) -> bool:
        return (
            self.request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            == "application/json"
        )

    @property
    def elder(self) -> bool:
        """Whether the large version (长辈版) was chosen on this device."""
        return self.get_cookie("elder") == "1"

    # What came in.

    def read(self, shape: type[T], verbatim: tuple[str, ...] = ()) -> T:
        """The body as ``shape``: from JSON, or from form fields (each taken once, its last value). Spaces around a
        field are nobody's wish, but for those that are taken ``verbatim``: passwords."""
        try:
            if self.sends_json:
                return msgspec.json.decode(self.request.body or b"{}", type=shape)
            pairs = {name: self.get_body_argument(name) for name in self.request.body_arguments}
            pairs |= {
                name: self.request.body_arguments[name][-1].decode() for name in verbatim if name in pairs
            }
            pairs.pop("_xsrf", None)
            return msgspec.convert(pairs, shape, strict=False)
        except (msgspec.ValidationError, msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            raise Malformed(detail=str(error)[:200]) from None

    def check_xsrf_cookie(self) -> None:
        """Forms need the token. JSON and X-Device cannot be sent across sites without a preflight, so there the
        origin does; a Bearer token is never sent by a browser on its own."""
        self._access()  # a verb that does not exist is told so, before any talk of tokens
        if "Authorization" in self.request.headers:
            return
        if self.sends_json or "X-Device" in self.request.headers:
            origin = self.request.headers.get("Origin")
            ours = {self.request.host, urlsplit(self.home.public_url).netloc}
            if origin and urlsplit(origin).netloc not in ours:
                raise Forbidden(code="origin")
            return
        super().check_xsrf_cookie()

    # What goes out.

    def respond(
        self, model: Any, template: str = "", *, status: int = 200, draw: Callable[[Any], Any] | None = None
    ) -> None:
        """Answer with ``model``: as JSON, or drawn by ``template`` from what ``draw`` makes of it. The caller does
        not know which."""
        self.set_status(status)
        self.set_header("Vary", "Accept, Cookie")
        if self.wants_json or not template:
            self.set_header("Content-Type", "application/json; charset=utf-8")
            self.finish(msgspec.json.encode(model))
        else:
            self.set_header("Content-Type", "text/html; charset=utf-8")
            self.finish(self.render_string(template, m=draw(model) if draw else model))

    def go(self, href: str, model: Any = None, *, status: int = 200) -> None:
        """After a POST: send a browser on to ``href``; give a JSON client the model."""
        if self.wants_json:
            self.respond({"href": href} if model is None else model, status=status)
        else:
            self.redirect(href, status=303)

    def get_template_namespace(self) -> dict[str, Any]:
        namespace = super().get_template_namespace()
        namespace.update(
            actor=self.actor,
            elder=self.elder,
            office=self.home.office,
            asset=self.home.asset,
            inline=self.home.inline,
            page_url=self.request.uri or "/",
            problem=None,
        )
        return namespace

    # When it goes wrong.

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        error = kwargs.get("exc_info", (None, None, None))[1]
        if status_code == 405:  # RFC 9110, 15.5.6
            self.set_header("Allow", ", ".join(self.allowed()))
        told = self._refusal(error)
        if told is not None:
            self._tell(status_of(told), body_of(told, self._login_href()), told)
        else:
            self._tell(status_code, body_of_status(status_code), error)

    def _refusal(self, error: BaseException | None) -> SaobanError | None:
        """The domain error that ``error`` is or means; None for what is nobody's to read."""
        if isinstance(error, SaobanError) or error is None:
            return self._missed(error) if isinstance(error, NotFound) else error
        return self.home.as_domain_error(error)

    def _missed(self, error: NotFound) -> SaobanError:
        """A code that is not ours, wherever it was asked for, is counted: past the limit nothing is told of any."""
        try:
            if error.code in MISSES:
                self.home.edge.count("miss", asker(self.actor, self.request.remote_ip or ""))
        except TooMany as many:
            return many
        return error

    def _login_href(self) -> str:
        here = self.request.uri if self.request.method in SAFE else ""
        return f"/login?next={quote(here or '/', safe='')}"

    def _tell(self, status: int, body: dict[str, Any], error: BaseException | None) -> None:
        told = body["error"]
        if "retry_after" in told:
            self.set_header("Retry-After", str(told["retry_after"]))
        if isinstance(error, LoginNeeded) and not self.wants_json and self.request.method in SAFE:
            here = quote(self.request.uri or "/", safe="")
            self.redirect(
                f"{'/staff/login' if error.required == 'staff' else '/login'}?next={here}", status=303
            )
            return
        if told["code"] == "login.enrol" and not self.wants_json and self.request.method in SAFE:
            self.redirect("/staff/enrol", status=303)
            return
        self.respond(body, "error.html", status=status)

    def log_exception(self, typ: Any, value: BaseException | None, tb: Any) -> None:
        if isinstance(value, (SaobanError, HTTPError)) or value is None:
            if value is not None:
                events.refused(self, value)
            return
        level = "warning" if self._refusal(value) else "error"
        getattr(structlog.get_logger(), level)(
            "failed",
            id=self.request_id,
            route=self.route,
            kind=typ.__name__,
            exc_info=(typ, value, tb) if level == "error" else None,
        )


class Missing(Base):
    """Whatever no route names."""

    async def prepare(self) -> None:
        raise HTTPError(404)

    def check_xsrf_cookie(self) -> None:
        """Nothing to guard."""


@stream_request_body
class TooBig(Base):
    """A body that says beforehand that it is larger than anything we take. It is read to its end and forgotten as it
    comes, so that the client hears the answer instead of a broken connection."""

    async def prepare(self) -> None:
        """Nobody is asked for: the body comes first, the refusal after it."""

    def check_xsrf_cookie(self) -> None:
        """Nothing to guard."""

    def data_received(self, chunk: bytes) -> None:
        """Forget it."""

    async def refuse(self, *path: str) -> None:
        """Say so."""
        raise TooLarge()

    get = post = put = patch = delete = refuse
