"""How values lie in the database: nested by element key, the sensitive ones sealed.

A stored value is ``{v, source, at, by}``, or ``{sealed, source, at, by}`` where the element is level 2 or
above, or holds an ID number, a phone or a bank account. Which it was is read from what is stored, so that
an element may change its level without a migration.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from models.base.cipher import Cipher
from models.elements.registry import Elements
from models.people.values import Held, Proposal, Value

ALWAYS_SEALED = frozenset({"id_number", "phone", "bank_account"})
SEALED_FROM = 2
"""Level 2 is "sensitive or high risk" (docs of the elements); from there on values are sealed."""

ID_KIND = "person.id_no"
"""The kind of blind index that ID numbers have everywhere: people, sessions, drafts and cases."""

Stored = dict[str, Any]


class Vault:
    def __init__(self, cipher: Cipher, elements: Elements) -> None:
        self._cipher = cipher
        self._elements = elements
        self._sealed: dict[str, bool] = {}

    def seals(self, key: str) -> bool:
        """Whether values of the element ``key`` are sealed at rest; KeyError for an unknown element."""
        if key not in self._sealed:
            element = self._elements.get(key)
            if element is None:
                raise KeyError(key)
            self._sealed[key] = element.sensitivity >= SEALED_FROM or element.type in ALWAYS_SEALED
        return self._sealed[key]

    def blind(self, id_number: str) -> str:
        """The blind index that is stored with the person with ``id_number`` (18 characters, normalised); empty for
        none."""
        return self._cipher.index(id_number, ID_KIND) if id_number else ""

    def sought(self, id_number: str) -> list[str]:
        """The blind indexes under which she is found, whichever key they were made with; none for no number."""
        return self._cipher.indexes(id_number, ID_KIND) if id_number else []

    def pack(self, owner: str, held: Held) -> Stored:
        """The fields ``values`` and ``proposals`` of the document of ``owner``, a person or household id."""
        values: dict[str, dict[str, Stored]] = {}
        for key, value in held.values.items():
            space, _, name = key.partition(".")
            values.setdefault(space, {})[name] = self._pack(owner, key, value)
        proposals = [{"key": p.key, **self._pack(owner, p.key, p.value)} for p in held.proposals]
        return {"values": values, "proposals": proposals}

    def unpack(self, owner: str, document: Mapping[str, Any]) -> Held:
        """The reverse of ``pack``; the cipher's error where a sealed value was moved or altered."""
        values = {
            f"{space}.{name}": self._unpack(owner, f"{space}.{name}", stored)
            for space, named in document.get("values", {}).items()
            for name, stored in named.items()
        }
        proposals = [
            Proposal(stored["key"], self._unpack(owner, stored["key"], stored))
            for stored in document.get("proposals", ())
        ]
        return Held(values, tuple(proposals))

    def _pack(self, owner: str, key: str, value: Value) -> Stored:
        stored: Stored = {"source": value.source, "at": value.at, "by": value.by}
        if self.seals(key):
            # The context ties the sealed text to its owner and element: copied elsewhere it does not open.
            text = msgspec.json.encode(value.v).decode()
            return {"sealed": self._cipher.seal(text, f"{key}:{owner}"), **stored}
        return {"v": value.v, **stored}

    def _unpack(self, owner: str, key: str, stored: Mapping[str, Any]) -> Value:
        v = stored.get("v")
        if "sealed" in stored:
            v = msgspec.json.decode(self._cipher.open(stored["sealed"], f"{key}:{owner}"))
        return Value(v, stored["source"], stored["at"], stored.get("by", ""))
