"""Residents who have logged in, and the submissions that they are about to send."""

from __future__ import annotations

import secrets
from http.client import HTTPConnection
from typing import Any

import msgspec

from server.demo.report import DemoReport, Door
from tests.bench.load import post

ELDER, REPAIR = "elder-allowance", "water-repair"
BORN_BEFORE = "1943"  # old enough for the elder allowance, whatever the year of the run
ANSWERS: dict[str, dict[str, Any]] = {
    ELDER: {
        "emergency_phone": "13900000007",
        "bank_name": "农村商业银行大关支行",
        "bank_account": "6217000010001234567",
        "promise": True,
    },
    REPAIR: {"fault": "weak", "note": "从昨天早上起水就很小。", "contact_phone": "13900000007"},
}
"""What a resident adds to what each form knows already."""


class Resident(msgspec.Struct, frozen=True):
    """Somebody at a door; ``token`` is empty at L0. ``agreed`` are the consents that her form asks for."""

    door: Door
    token: str = ""
    agreed: tuple[str, ...] = ()

    @property
    def headers(self) -> dict[str, str]:
        given = {"Accept": "application/json"}
        return {**given, "Authorization": f"Bearer {self.token}"} if self.token else given

    def submission(self, item: str) -> bytes:
        """One submission, under a key of its own."""
        sent = {
            "submission_key": secrets.token_urlsafe(16),
            "answers": ANSWERS[item],
            "consents": self.agreed,
        }
        return post(f"/apply/{self.door.code}/{item}", msgspec.json.encode(sent), **self.headers)


def elders(report: DemoReport, port: int, most: int) -> list[Resident]:
    """Residents of 80 and over, logged in at L2 with the PIN of their plate, their form opened once."""
    old = [door for door in report.doors if door.resident.birth_date < BORN_BEFORE][:most]
    found = [Resident(door, _log_in(door, port, n)) for n, door in enumerate(old)]
    for n, resident in enumerate(found):
        opened = _call(port, n, "GET", f"/apply/{resident.door.code}/{ELDER}", resident.headers)
        agreed = tuple(ask["id"] for ask in opened["consents"])
        found[n] = msgspec.structs.replace(resident, agreed=agreed)
    return found


def neighbours(report: DemoReport, most: int) -> list[Resident]:
    """People who scan a plate and do not log in."""
    return [Resident(door) for door in report.doors[:most]]


def _log_in(door: Door, port: int, n: int) -> str:
    person = door.resident
    card = {"name": person.name, "id_number": person.id_number}
    first = _call(port, n, "POST", "/login", {}, card)
    bearer = {"Authorization": f"Bearer {first['access_token']}"}
    proof = {"pin": door.pin, "code": door.code}
    token: str = _call(port, n, "POST", "/login/confirm", bearer, proof)["access_token"]
    return token


def _call(port: int, n: int, method: str, path: str, headers: dict[str, str], body: Any = None) -> Any:
    """One JSON call. Each resident calls from an address of her own: log-ins are limited by address."""
    client = HTTPConnection("127.0.0.1", port, timeout=20, source_address=(f"127.0.1.{n + 1}", 0))
    given = {"Accept": "application/json", "Content-Type": "application/json", **headers}
    client.request(method, path, msgspec.json.encode(body) if body is not None else None, given)
    answer = client.getresponse()
    text = answer.read()
    client.close()
    if answer.status not in {200, 201}:
        raise RuntimeError(f"{method} {path}: {answer.status} {text[:500].decode()}")
    return msgspec.json.decode(text)
