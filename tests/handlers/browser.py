"""A browser with scripts off: it keeps cookies, follows redirects and sends forms as the page wrote them."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

import msgspec
from tornado.httpclient import AsyncHTTPClient, HTTPResponse

BOUNDARY = "saoban-boundary"


class Form(msgspec.Struct):
    """One form of a page: where it goes, what it holds. ``fields`` keeps repeated names."""

    action: str
    method: str
    fields: list[tuple[str, str]]
    files: list[str]
    buttons: list[tuple[str, str]]


class Page(msgspec.Struct):
    """A page as it lies before somebody."""

    url: str
    status: int
    text: str
    headers: dict[str, str]
    forms: list[Form]

    def form(self, action: str = "") -> Form:
        """The first form that is sent by POST, or the one whose action ends with ``action``."""
        wanted = [form for form in self.forms if form.method == "post" and form.action.endswith(action)]
        assert wanted, f"no form {action!r} on {self.url}: {[form.action for form in self.forms]}"
        return wanted[0]

    @property
    def words(self) -> str:
        """What can be read on the page, without its markup."""
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", self.text))


class Browser:
    """Cookies live as long as the object."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.cookies: dict[str, str] = {}
        self._client = AsyncHTTPClient(force_instance=True)

    async def open(self, path: str) -> Page:
        """Go to an address and wherever it leads."""
        return await self._go("GET", path, None, {})

    async def send(
        self, page: Page, action: str = "", press: str = "", files: dict | None = None, **typed
    ) -> Page:
        """Fill the page's form in and press a button. A value may be a list; None leaves a box unticked.
        ``typed`` names with a point are written with two underscores."""
        form = page.form(action)
        given = {name.replace("__", "."): value for name, value in typed.items()}
        pairs = [(name, value) for name, value in form.fields if name not in given]
        for name, value in given.items():
            values = value if isinstance(value, list) else [] if value is None else [value]
            pairs += [(name, each) for each in values]
        if press:
            name, _, value = press.partition("=")
            pairs.append((name, value))
        target = urljoin(page.url, form.action)
        if files:
            return await self._go("POST", target, *_multipart(pairs, files))
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return await self._go("POST", target, urlencode(pairs).encode(), headers)

    async def _go(self, method: str, target: str, body: bytes | None, headers: dict[str, str]) -> Page:
        for _ in range(6):
            url = urljoin(self.url, target)
            answer = await self._fetch(method, url, body, headers)
            if answer.code not in (301, 302, 303):
                return _page(url, answer)
            target, method, body, headers = urljoin(url, answer.headers["Location"]), "GET", None, {}
        raise AssertionError(f"{target} leads nowhere")

    async def _fetch(
        self, method: str, url: str, body: bytes | None, headers: dict[str, str]
    ) -> HTTPResponse:
        assert urlsplit(url).netloc == urlsplit(self.url).netloc, f"sent to another house: {url}"
        told = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", **headers}
        if self.cookies:
            told["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = await self._client.fetch(
            url, method=method, body=body, headers=told, raise_error=False, follow_redirects=False,
            request_timeout=30,
        )  # fmt: skip
        for line in answer.headers.get_list("Set-Cookie"):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return answer


class _Reader(HTMLParser):
    """Finds the forms of a page with what stands in them."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._area = ""
        self._select = ""
        self._text: list[str] = []

    def handle_starttag(self, tag, attrs):
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            method = told.get("method", "get").lower()
            self.forms.append(Form(told.get("action", ""), method, [], [], []))
        elif self.forms:
            self._control(tag, told)

    def _control(self, tag, told):
        form, name = self.forms[-1], told.get("name", "")
        kind = told.get("type", "text")
        if tag == "input" and name and "disabled" not in told:
            if kind == "file":
                form.files.append(name)
            elif kind not in ("checkbox", "radio") or "checked" in told:
                form.fields.append((name, told.get("value", "on" if kind == "checkbox" else "")))
        elif tag == "button" and name:
            form.buttons.append((name, told.get("value", "")))
        elif tag == "textarea":
            self._area, self._text = name, []
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in told:
            form.fields.append((self._select, told.get("value", "")))

    def handle_data(self, data):
        if self._area:
            self._text.append(data)

    def handle_endtag(self, tag):
        if tag == "textarea" and self._area:
            # HTML drops the line feed that directly follows the tag.
            self.forms[-1].fields.append((self._area, "".join(self._text).removeprefix("\n")))
            self._area = ""
        elif tag == "select":
            self._select = ""


def _page(url: str, answer: HTTPResponse) -> Page:
    kind = answer.headers.get("Content-Type", "")
    text = (answer.body or b"").decode() if "text" in kind or "json" in kind else ""
    reader = _Reader()
    reader.feed(text)
    return Page(url, answer.code, text, dict(answer.headers), reader.forms)


def _multipart(
    pairs: list[tuple[str, str]], files: dict[str, tuple[str, bytes]]
) -> tuple[bytes, dict[str, str]]:
    parts = [
        f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode() for name, value in pairs
    ]
    for name, (filename, data) in files.items():
        head = f'Content-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
        parts.append(head.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + data)
    body = b"".join(b"--" + BOUNDARY.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    return body + f"--{BOUNDARY}--\r\n".encode(), {
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"
    }
