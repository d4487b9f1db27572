"""docs/asvs.md, made from docs/asvs.toml."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby

from tests.asvs.verdicts import MEANINGS, WORDS, Requirement

CHAPTERS = {
    "V1": "Encoding and sanitization", "V2": "Validation and business logic", "V3": "Web front end",
    "V4": "API and web service", "V5": "Files", "V6": "Authentication", "V7": "Sessions", "V8": "Authorization",
    "V9": "Self-contained tokens", "V10": "OAuth and OIDC", "V11": "Cryptography", "V12": "Communication",
    "V13": "Configuration", "V14": "Data protection", "V15": "Coding and architecture",
    "V16": "Logging and errors", "V17": "WebRTC",
}  # fmt: skip
HEAD = """# OWASP ASVS 5.0.0, level 2, point by point

Made by `python -m tests.asvs > docs/asvs.md` from [asvs.toml](asvs.toml); a test holds the two equal, every id of levels 1
and 2 there once, and every test and file that is named in the tree. What a requirement asks is said in our own few words:
read the [standard](https://github.com/OWASP/ASVS/tree/v5.0.0/5.0) for its own. Nobody from outside has assessed this; it is
what reading the source showed. The threats themselves are in [security.md](security.md).
"""


def page(book: Sequence[Requirement]) -> str:
    """The whole document."""
    parts = [HEAD, _sums(book), _open(book)]
    for chapter, those in groupby(book, key=lambda each: each.chapter):
        parts.append(f"## {chapter} {CHAPTERS[chapter]}\n{_table(those)}")
    return "\n".join(parts)


def _sums(book: Sequence[Requirement]) -> str:
    count = Counter((each.verdict, each.level) for each in book)
    rows = [
        f"| {WORDS[verdict]} | {count[verdict, 1]} | {count[verdict, 2]} | {MEANINGS[verdict]} |"
        for verdict in WORDS
    ]
    return "| verdict | level 1 | level 2 | meaning |\n|---|---|---|---|\n" + "\n".join(rows) + "\n"


def _open(book: Sequence[Requirement]) -> str:
    rows = [f"- **{each.id}** ({each.asks}): {each.why}" for each in book if each.verdict == "missing"]
    return "## What is not met\n" + "\n".join(rows) + "\n"


def _table(those: Iterable[Requirement]) -> str:
    head = "| id | level | asks | verdict | how, or what is missing | shown by |\n|---|---|---|---|---|---|\n"
    rows = (
        f"| {each.id} | {each.level} | {each.asks} | {WORDS[each.verdict]} | {each.why} | {_shown(each)} |\n"
        for each in those
    )
    return head + "".join(rows)


def _shown(each: Requirement) -> str:
    return ", ".join(_link(reference) for reference in each.shown)


def _link(reference: str) -> str:
    path, _, test = reference.partition("::")
    return f"[{test or path}]({path.removeprefix('docs/') if path.startswith('docs/') else f'../{path}'})"
