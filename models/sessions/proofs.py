"""What a proof of identity is good for beyond letting its bearer in. Pure."""

from __future__ import annotations

from typing import Literal

from models.sessions.session import Proof

STRONG: frozenset[Proof] = frozenset({"pin", "grid", "counter"})
"""What was handed over or seen in person. A one-time code and WeChat's word both hang on the old phone."""

CONTACTS = frozenset({"person.phone", "person.phone2", "person.guardian_phone"})
"""Elements to which one-time codes may go, now or after an edit: who changes them changes who can log in."""


def may_record(key: str, proof: Proof | Literal[""]) -> bool:
    """Whether a value that a resident gives for the element ``key`` may be recorded at once.

    False: it becomes a proposal that somebody reviews, whatever the order of trust says. So it is for a new
    phone number where only the old phone vouched for her: a phone that was lost, sold or lent must not be
    able to make itself the lasting key to her record.
    """
    return key not in CONTACTS or proof in STRONG
