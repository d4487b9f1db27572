"""The number of a request: a look-up code that can be read out, typed and told from a slip of the pen.

Ten random characters of the alphabet of plates (50 bits) between a ``T``, which no plate begins with, and the check
character. Whoever has it may see how the request stands and what was answered, and nothing else.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Callable

from models.base.errors import NotFound
from qr import grammar

LETTER = "T"
_LOOKALIKES = str.maketrans("ILO", "110")
_SEPARATORS = str.maketrans("", "", " -\u2013\u2014·.")


def new(randbelow: Callable[[int], int] = secrets.randbelow) -> str:
    """A fresh number."""
    drawn = randbelow(32**10)
    body = LETTER + "".join(grammar.ALPHABET[drawn >> 5 * place & 31] for place in range(10))
    return body + grammar.check_character(body)


def read(text: str) -> str:
    """The number that ``text`` means, forgiving case, separators and look-alike letters. Raises NotFound."""
    plain = unicodedata.normalize("NFKC", text[:100]).translate(_SEPARATORS).upper().translate(_LOOKALIKES)
    known = len(plain) == grammar.LENGTH and set(plain) <= set(grammar.ALPHABET) and plain[0] == LETTER
    if not known or grammar.check_character(plain[:-1]) != plain[-1]:
        raise NotFound(
            "编号应是以 T 开头的12位字母和数字，请对照提交时给您的编号核对。", code="rights.number"
        )
    return plain
