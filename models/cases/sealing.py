"""A case as a document: its phone and its sensitive answers sealed, each so that it opens in its own place alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from models.base.cipher import Cipher
from models.cases.case import Case
from models.cases.posting import hanging
from models.consents.consent import KEEP

TELLING = frozenset({"applied", "supplied"})
"""What happens to a case that brings new answers with it."""


class Sealing:
    """Between cases and their documents."""

    def __init__(self, cipher: Cipher) -> None:
        self._cipher = cipher

    def document(self, case: Case) -> dict[str, Any]:
        """The document of a case. ``case_no``, ``watch_on``, ``hangs_until``, ``unsent_at``, ``unkept_at`` and
        ``unheard_at`` stand in it for the sake of their indexes; the last two say that there are answers which the
        registry, or a rating which ``models/ratings``, has yet to hear."""
        row: dict[str, Any] = msgspec.to_builtins(case, builtin_types=(datetime,))
        row["_id"] = row.pop("id")
        row["case_no"] = case.case_no
        row["watch_on"] = ""  # supervision looks at whatever has moved
        applicant = row["applicant"]
        if "phone" in applicant:
            applicant["phone"] = self._cipher.seal(applicant["phone"], phone_context(case.id))
        for answer in row["answers"]:
            if answer["key"] in case.sealed:
                self._seal(answer, case.id)
        if any(step.notice_days for step in case.steps):
            row["hangs_until"] = hanging(case.steps) if case.open else ""
        waiting = [message.due_at for message in case.outbox if message.sent_at is None]
        if waiting:
            row["unsent_at"] = min(waiting)
        if _is_to_be_heard(case):
            row["unkept_at"] = case.events[-1].at
        if case.events and case.events[-1].what == "rated":
            row["unheard_at"] = case.events[-1].at
        return row

    def case(self, row: dict[str, Any]) -> Case:
        """The case of a document. Raises Unreadable."""
        row["id"] = row.pop("_id")
        applicant = row["applicant"]
        if "phone" in applicant:
            applicant["phone"] = self._cipher.open(applicant["phone"], phone_context(row["id"]))
        for answer in row["answers"]:
            self._open(answer, row["id"])
        return msgspec.convert(row, Case)

    def _seal(self, answer: dict[str, Any], case_id: str) -> None:
        context = _answer_context(case_id, answer["key"])
        for part in ("value", "was"):
            if answer.get(part) is not None:
                plain = msgspec.json.encode(answer[part]).decode()
                answer[part] = {"sealed": self._cipher.seal(plain, context)}

    def _open(self, answer: dict[str, Any], case_id: str) -> None:
        context = _answer_context(case_id, answer["key"])
        for part in ("value", "was"):
            held = answer.get(part)
            if isinstance(held, dict) and "sealed" in held:
                answer[part] = msgspec.json.decode(self._cipher.open(held["sealed"], context))


def _is_to_be_heard(case: Case) -> bool:
    """Whether it brings answers of somebody whom the registry knows, or papers that somebody wants to be kept."""
    wished = any(consent.id == KEEP for consent in case.consents)
    brings = bool(case.events) and case.events[-1].what in TELLING
    return brings and bool(case.applicant.person or wished)


def phone_context(case_id: str) -> str:
    """Where a sealed phone belongs: copied into another case it does not open."""
    return f"case.phone:{case_id}"


def _answer_context(case_id: str, key: str) -> str:
    return f"case.answer:{case_id}:{key}"
