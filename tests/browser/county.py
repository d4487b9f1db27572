"""The county as browser tests know it: its doors and codes, and what a hand does on a phone or at a desk."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Mapping
from itertools import count
from typing import Any

from playwright.sync_api import Locator, Page, expect

HOST = "yunling.example"


class County:
    """The running demo county. ``chen`` is 陈桂兰's door, ``li`` 李明's, ``elder`` that of somebody as old as she,
    of her town, for the one walk that files what only she could."""

    def __init__(
        self, report: dict[str, Any], port: int, environment: Mapping[str, str] | None = None
    ) -> None:
        self.report = report
        self.environment = dict(environment or {})  # what its server was started with
        self.port = port
        self.url = f"http://{HOST}"
        self.chen: dict[str, Any] = report["doors"][0]
        self.li: dict[str, Any] = report["doors"][1]
        rest = report["doors"][4:]
        self.elder: dict[str, Any] = next(filter(_is_old, rest))
        self._spare = [door for door in rest if door is not self.elder]
        self._offices = count()
        self._tokens: dict[str, str] = {}

    @property
    def browser_arguments(self) -> list[str]:
        """Chromium without a sandbox, that finds the printed host where the server really is and trusts it as it would
        with TLS."""
        return [
            "--no-sandbox",
            f"--host-resolver-rules=MAP {HOST} 127.0.0.1:{self.port}",
            f"--unsafely-treat-insecure-origin-as-secure={self.url}",
        ]

    def door(self, town: str = "") -> dict[str, Any]:
        """A door that no other test has opened, its head of household in; in ``town``, if that matters."""
        found = next(door for door in self._spare if door["address"].startswith(town))
        self._spare.remove(found)
        return found

    def office(self) -> str:
        """An address that no other desk has logged in from: an office may do so sixty times in a quarter of an hour."""
        at = next(self._offices)
        return f"10.20.{at // 250}.{at % 250 + 1}"

    def form(self, door: dict[str, Any], item: str, page: str = "1") -> str:
        return f"{self.url}/apply/{door['code']}/{item}/{page}"

    def call(self, method: str, path: str, body: Any = None, token: str = "") -> Any:
        """One JSON request, for what a test needs done by somebody else."""
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        data = None if body is None else json.dumps(body).encode()
        address = f"http://127.0.0.1:{self.port}{path}"
        request = urllib.request.Request(address, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=20) as reply:
            return json.loads(reply.read() or b"null")

    def staff(self, username: str) -> str:
        """The token of a member of staff."""
        if username not in self._tokens:
            card = {"username": username, "password": self.password(username)}
            self._tokens[username] = self.call("POST", "/staff/login", card)["access_token"]
        return self._tokens[username]

    def password(self, username: str) -> str:
        return next(each["password"] for each in self.report["staff"] if each["username"] == username)

    def report_leak(self, door: dict[str, Any]) -> str:
        """Files a 供水报修 from ``door``; the case number."""
        submit = self.call("GET", f"/apply/{door['code']}/water-repair")["submit"]
        answers = {"fault": "leak", "contact_phone": "13800138000"}
        sent = {"submission_key": submit["submission_key"], "answers": answers}
        return str(self.call("POST", submit["href"], sent)["receipt"]["case_no"])


def _is_old(door: dict[str, Any]) -> bool:
    return door["address"].startswith("大关镇") and door["resident"]["birth_date"] < "1943"


class Hand:
    """A hand on a phone: counts what it taps and what it types."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = 0
        self.typed = 0

    def tap(self, what: Locator) -> None:
        self.taps += 1
        what.tap()

    def type(self, what: Locator, text: str) -> None:
        """Tap into the box, then type."""
        self.tap(what)
        self.typed += 1
        what.fill(text)

    def next(self) -> None:
        self.tap(button(self.page, "下一步"))


class Desk:
    """A member of staff at a desk."""

    def __init__(self, page: Page, county: County, username: str) -> None:
        self.page = page
        self.county = county
        page.goto(f"{county.url}/staff/login")
        page.get_by_label("用户名").fill(username)
        page.get_by_label("密码").fill(county.password(username))
        button(page, "登录").click()
        expect(page.get_by_role("navigation", name="工作区")).to_be_visible()

    def open(self, case_no: str) -> None:
        self.page.goto(f"{self.county.url}/desk")
        self.page.get_by_label("办件编号").fill(case_no)
        self.page.get_by_label("办件编号").press("Enter")
        expect(self.page.locator("main")).to_contain_text(case_no)

    def do(self, action: str, done: str) -> None:
        """Press what may be done, and read that it was."""
        button(self.page, action).click()
        expect(self.page.locator("main").get_by_role("status").filter(has_text=done)).to_be_visible()

    def unfold(self, action: str) -> None:
        self.page.locator("summary").filter(has_text=action).click()


def button(page: Page, name: str) -> Locator:
    """The button that says just this (a form's first one is there for the Enter key alone)."""
    return page.get_by_role("button", name=name, exact=True)


def follow(what: Locator) -> None:
    """Tap what leads to another page, and be there."""
    with what.page.expect_navigation():
        what.tap()


def log_in(page: Page, door: dict[str, Any]) -> None:
    """From the login page to L2: the card, then the PIN slip of the plate."""
    page.get_by_label("姓名").fill(door["resident"]["name"])
    page.get_by_label("身份证号码").fill(door["resident"]["id_number"])
    button(page, "下一步").click()
    page.get_by_label("门牌编号").fill(door["code"])
    page.get_by_label("口令").fill(door["pin"])
    button(page, "用口令确认").click()


def case_number(page: Page) -> str:
    """The number on a receipt."""
    return page.locator(".big.number").inner_text()
