"""Versions of values: four characters that name what was seen, so that an edit can say what it was made of. Pure."""

from __future__ import annotations

import base64
import hashlib

import msgspec

from models.people.values import Value

SIZE = 3  # bytes: one in 16 million edits would miss that a value changed under it
NONE = ""
"""The version of an element that holds nothing."""


class Versions:
    """``key`` makes versions say nothing about values to whoever does not see them: many have few possible answers."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, owner: str, key: str, value: Value | None) -> str:
        """The version of what ``owner`` (a person or household id) holds for an element."""
        if value is None:
            return NONE
        said = msgspec.json.encode((owner, key, value.v, value.source, value.at, value.by))
        digest = hashlib.blake2b(said, digest_size=SIZE, key=self._key).digest()
        return base64.urlsafe_b64encode(digest).decode()
