"""The grammar of a code: a kind letter, ten random characters, a check character.

The alphabet is Crockford's Base32 (https://www.crockford.com/base32.html): no I, L, O or U, so that a code
can be read aloud and typed from a plate. The check character is Luhn mod N with N = 32 (ISO/IEC 7812-1
annex B generalised to an even base): it finds every single wrong character and every exchange of two
neighbours except ``0Z`` for ``Z0``, as decimal Luhn finds all but 09 and 90.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Literal
from urllib.parse import unquote

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12

Kind = Literal["D", "Y", "S", "R", "Z", "P"]

KINDS: dict[str, str] = {
    "D": "door", "Y": "bundle", "S": "item", "R": "receipt", "Z": "certificate", "P": "point",
}  # fmt: skip
"""What each kind letter stands for."""

Reason = Literal["length", "character", "kind", "check"]

MESSAGES: dict[str, str] = {
    "length": "码一共12位，请对照码下方印的字符补全。",
    "character": "码里只有数字和英文字母，请对照码下方印的字符重新输入。",
    "kind": "这不是本系统的码，请核对第一个字符。",
    "check": "码输错了一位或几位，请对照码下方印的字符核对。",
}
"""What to tell the person, by reason."""

_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_LOOKALIKES = str.maketrans("ILO", "110")
_SEPARATORS = re.compile(r"[\s\u00ad\u200b-\u200d\u2060\ufeff\u2010-\u2015\u2212\u30fc_.·-]+")
_IN_URL = re.compile(r"/q/([^/?#&%]*)", re.IGNORECASE)
_LONGEST_TEXT = 2048


class BadCode(ValueError):
    """Text that is no code of ours. ``reason`` says in what way, ``message`` what to do about it."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason
        self.message = MESSAGES[reason]


def new(kind: str, randbelow: Callable[[int], int] = secrets.randbelow) -> str:
    """A fresh code of ``kind`` with 50 random bits. ValueError for an unknown kind."""
    if kind not in KINDS:
        raise ValueError(f"unknown kind of code: {kind!r}")
    drawn = randbelow(len(ALPHABET) ** (LENGTH - 2))  # once: each draw is a call to the kernel
    body = kind + "".join(ALPHABET[drawn >> 5 * place & 31] for place in range(LENGTH - 2))
    return body + check_character(body)


def check_character(body: str) -> str:
    """Luhn mod 32 over ``body``, which is all of a code but its last character."""
    base = len(ALPHABET)
    total = 0
    for place, character in enumerate(reversed(body)):
        value = _VALUES[character] * (2 if place % 2 == 0 else 1)
        total += value // base + value % base
    return ALPHABET[-total % base]


@lru_cache(maxsize=4096)
def read(text: str) -> str:
    """The code that ``text`` means, in capitals and without separators, else BadCode.

    Forgives what people and programs do to a code: small letters, spaces, hyphens, full-width characters,
    I and L for 1, O for 0, and the whole address, also percent-encoded as WeChat hands it on.
    """
    if len(text) > _LONGEST_TEXT:
        raise BadCode("length")
    code = _SEPARATORS.sub("", _candidate(text)).upper().translate(_LOOKALIKES)
    if any(character not in _VALUES for character in code):
        raise BadCode("character")
    if len(code) != LENGTH:
        raise BadCode("length")
    if code[0] not in KINDS:
        raise BadCode("kind")
    if check_character(code[:-1]) != code[-1]:
        raise BadCode("check")
    return code


def spoken(code: str) -> str:
    """``D4K79XQ2M1PT`` as it is printed and read aloud: ``D4K7 9XQ2 M1PT``."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def url(public_url: str, code: str) -> str:
    """The address that the symbol carries; ``public_url`` with or without its last slash."""
    return f"{public_url.rstrip('/')}/q/{code}"


def _candidate(text: str) -> str:
    """The part of ``text`` that should be the code: what follows /q/ in an address, else all of it."""
    plain = unicodedata.normalize("NFKC", text)
    if "%" in plain:
        plain = unicodedata.normalize("NFKC", unquote(plain))
    found = _IN_URL.search(plain)
    if found is None:
        return plain
    words = found[1].split()
    # "…/q/D4K79XQ2M1PT 请扫码": the sentence around a pasted address is not part of the code,
    # but "…/q/D4K7 9XQ2 M1PT" is one code typed in groups.
    whole = bool(words) and len(_SEPARATORS.sub("", words[0])) >= LENGTH
    return words[0] if whole else found[1]
