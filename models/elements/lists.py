"""Code lists (码表) with their versions and the codes that are no longer given. Pure.

Codes are stored, never their words, so a list only ever grows: a code that goes out of use is retired, what was written
with it keeps its word, and nothing new is written with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import msgspec


class Retired(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Since when a code is not given any more, and on what ground."""

    on: date
    why: str


class Version(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """What is said of a list besides its words. ``replaces`` names the list that this is a later version of; ``from_``
    gives the code here for each code there, ``back`` the reverse; what is missing has no counterpart."""

    title: str = ""
    version: str = ""
    replaces: str = ""
    from_: dict[str, str] = {}
    back: dict[str, str] = {}
    retired: dict[str, Retired] = {}


class CodeList(msgspec.Struct, frozen=True):
    """One list: every code that it ever had, with its word, in order."""

    name: str
    words: Mapping[str, str]
    told: Version = Version()

    @property
    def current(self) -> dict[str, str]:
        """What may be chosen now."""
        return {code: word for code, word in self.words.items() if code not in self.told.retired}

    @property
    def retired(self) -> dict[str, str]:
        """What may be read, and not be chosen."""
        return {code: word for code, word in self.words.items() if code in self.told.retired}


def translated(lists: Mapping[str, CodeList], code: str, given: str, wanted: str) -> str | None:
    """``code`` of the list ``given`` as a code of ``wanted``, its later or its earlier version; None where it has no
    counterpart. KeyError for two lists of which neither replaces the other."""
    if given == wanted:
        return code if code in lists[given].words else None
    later, earlier = lists[wanted].told, lists[given].told
    if later.replaces == given:
        return later.from_.get(code)
    if earlier.replaces == wanted:
        return earlier.back.get(code)
    raise KeyError(f"{given} -> {wanted}")
