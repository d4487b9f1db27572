"""What the server holds, and what another phone of the same worker does there meanwhile."""

from __future__ import annotations

import hashlib
import json
import time
import urllib.request
from typing import Any

from tests.browser.county import County
from tests.browser.grid_phone import WORKER

OTHER = "other-phone-of-the-same-worker"


def ask(county: County, method: str, path: str, body: Any = None) -> Any:
    """One request as another phone of the same worker makes it."""
    headers = {
        "Accept": "application/json", "Content-Type": "application/json", "X-Device": OTHER,
        "Authorization": f"Bearer {county.staff(WORKER)}",
    }  # fmt: skip
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{county.port}{path}", data, headers, method=method)
    with urllib.request.urlopen(request, timeout=20) as reply:
        return json.loads(reply.read() or b"null")


def theirs(county: County, code: str, key: str, value: Any) -> None:
    """The same element from another phone, on the version that is there now."""
    home = home_of(county, code)
    elements = ask(county, "GET", "/grid/elements")["elements"]
    at = next(at for at, each in enumerate(elements) if each["key"] == key)
    base = next((row[5] for row in home.get("v", []) if row[0] == at), "")
    _push(
        county,
        {"kind": "edit", "home": home["h"], "edits": [{"of": "", "key": key, "value": value, "base": base}]},
    )


def _push(county: County, what: dict[str, Any]) -> Any:
    ulid = f"01KAXV5R8M3E6Q{time.monotonic_ns() % 10**12:012d}"
    text = json.dumps(
        {"v": 2, "id": ulid, "device": OTHER, "seq": 1, "at": "2026-11-24T07:11:00.000Z", **what}
    )
    op = {"id": ulid, "hash": hashlib.sha256(text.encode()).hexdigest(), "text": text}
    told = ask(county, "POST", "/grid/ops", {"device": OTHER, "ops": [op]})["ops"][0]
    assert told["is"] == "created", told
    return told


def home_of(county: County, code: str) -> dict[str, Any]:
    """The household as the server would send it now."""
    after = ""
    while True:
        page = ask(county, "GET", f"/grid/sync?after={after}")
        for home in page["homes"]:
            if home.get("c") == code:
                return home
        after = page["after"]
        assert after


def value_of(county: County, code: str, key: str) -> Any:
    elements = ask(county, "GET", "/grid/elements")["elements"]
    at = next(at for at, each in enumerate(elements) if each["key"] == key)
    return next(row[1] for row in home_of(county, code)["v"] if row[0] == at)
