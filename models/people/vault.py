"""How values lie in the database: nested by element key, the sensitive ones sealed.

A stored value is ``{v, source, at, by}``, or ``{sealed, source, at, by}`` where the element is level 2 or
above, or holds an ID number, a phone or a bank account, be it in a column of a table or within a text. Which
it was is read from what is stored, so that an element may change its level without a migration.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from models.base.cipher import Cipher
from models.elements.registry import Elements
from models.people.values import Held, Proposal, Value
from models.people.waiting import desk, kind_of

ALWAYS_SEALED = frozenset({"id_number", "phone", "bank_account"})
SEALED_FROM = 2
"""Level 2 is "sensitive or high risk" (docs of the elements); from there on values are sealed."""

ID_KIND = "person.id_no"
"""The kind of blind index that ID numbers have everywhere: people, sessions, drafts and cases."""

PHONE_KIND = "person.phone"
"""The kind of blind index by which desks find people by phone."""

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
            kinds = {element.type, *(column.type for column in element.columns)}
            sensitive = element.sensitivity >= SEALED_FROM or element.sealed
            self._sealed[key] = sensitive or bool(kinds & ALWAYS_SEALED)
        return self._sealed[key]

    def blind(self, id_number: str) -> str:
        """The blind index that is stored with the person with ``id_number`` (18 characters, normalised); empty for
        none."""
        return self._cipher.index(id_number, ID_KIND) if id_number else ""

    def sought(self, id_number: str) -> list[str]:
        """The blind indexes under which she is found, whichever key they were made with; none for no number."""
        return self._cipher.indexes(id_number, ID_KIND) if id_number else []

    def blind_phone(self, phone: str) -> str:
        """The blind index that is stored with the person who has ``phone`` (as its element writes it); empty for none."""
        return self._cipher.index(phone, PHONE_KIND) if phone else ""

    def sought_phone(self, phone: str) -> list[str]:
        """As ``sought``, of a phone."""
        return self._cipher.indexes(phone, PHONE_KIND) if phone else []

    def pack(self, owner: str, held: Held) -> Stored:
        """The fields ``values`` and ``proposals`` of the document of ``owner``, a person or household id."""
        values: dict[str, dict[str, Stored]] = {}
        for key, value in held.values.items():
            space, _, name = key.partition(".")
            values.setdefault(space, {})[name] = self.pack_value(owner, key, value)
        proposals = [self.pack_proposal(owner, wish) for wish in held.proposals]
        return {"values": values, "proposals": proposals}

    def unpack(self, owner: str, document: Mapping[str, Any]) -> Held:
        """The reverse of ``pack``; the cipher's error where a sealed value was moved or altered."""
        values = {
            f"{space}.{name}": self.unpack_value(owner, f"{space}.{name}", stored)
            for space, named in document.get("values", {}).items()
            for name, stored in named.items()
        }
        proposals = [self.unpack_proposal(owner, stored) for stored in document.get("proposals", ())]
        return Held(values, tuple(proposals))

    def desks(self, areas: Iterable[str], held: Held) -> Stored:
        """The fields by which a desk finds the owner of ``held`` while changes are proposed: ``desks`` and
        ``proposed_at``, the time of the oldest; nothing where none are."""
        if not held.proposals:
            return {}
        kinds = {kind_of(self._elements, wish.key) for wish in held.proposals}
        return {
            "desks": sorted(desk(area, *kind) for area in areas for kind in kinds),
            "proposed_at": min(wish.value.at for wish in held.proposals),
        }

    def pack_proposal(self, owner: str, wish: Proposal) -> Stored:
        """One proposal as it is stored: its value as any other, its reason sealed, for people write anything."""
        stored = {"key": wish.key, **self.pack_value(owner, wish.key, wish.value)}
        if wish.name:
            stored["name"] = wish.name
        if wish.reason:
            stored["reason"] = self._cipher.seal(wish.reason, f"reason:{wish.key}:{owner}")
        return stored

    def unpack_proposal(self, owner: str, stored: Mapping[str, Any]) -> Proposal:
        """The reverse of ``pack_proposal``."""
        key, reason = stored["key"], stored.get("reason", "")
        said = self._cipher.open(reason, f"reason:{key}:{owner}") if reason else ""
        return Proposal(key, self.unpack_value(owner, key, stored), said, stored.get("name", ""))

    def pack_value(self, owner: str, key: str, value: Value) -> Stored:
        """One value as it is stored in the document with the id ``owner``."""
        stored: Stored = {"source": value.source, "at": value.at, "by": value.by}
        if value.seen_at is not None:
            stored["seen_at"] = value.seen_at
        if self.seals(key):
            # The context ties the sealed text to its owner and element: copied elsewhere it does not open.
            text = msgspec.json.encode(value.v).decode()
            return {"sealed": self._cipher.seal(text, f"{key}:{owner}"), **stored}
        return {"v": value.v, **stored}

    def unpack_value(self, owner: str, key: str, stored: Mapping[str, Any]) -> Value:
        """The reverse of ``pack_value``."""
        v = stored.get("v")
        if "sealed" in stored:
            v = msgspec.json.decode(self._cipher.open(stored["sealed"], f"{key}:{owner}"))
        return Value(v, stored["source"], stored["at"], stored.get("by", ""), stored.get("seen_at"))
