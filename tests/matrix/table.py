"""The matrix as people read it: a table for terminals, the same in Markdown, and every cell in CSV."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence

from tests.matrix.answers import wanted
from tests.matrix.objects import Entry
from tests.matrix.people import PEOPLE, RESIDENTS, STANDINGS, staff
from tests.matrix.rules import Answer

LEGEND = """\
Residents: L1 has typed 陈桂兰's card, L2 has shown that she is 陈桂兰, "another" is 李明 at L2, "agent" is 李明 acting for
her. Staff: the tiers of area at which a role is let in. 县 alone: to things of its own area, whatever its departments.
县/线: of its own area, and of its own line where its account names departments. 县*: wherever the thing lies.
"""

SHORT: dict[str, str] = {"....." : "*", "...xx": "", "..xxx": "/线"}  # fmt: skip
"""How a tier's five standings (``people.STANDINGS``) are told in short: let in or not, in their order."""

Roles = dict[str, dict[str, list[str]]]


def text(entries: Sequence[Entry]) -> str:
    """For a terminal, in columns."""
    rows = [_head(), *map(_row, entries)]
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(map(_padded, row, widths)).rstrip() for row in rows)
    return "\n".join(lines) + "\n\n" + LEGEND


def markdown(entries: Sequence[Entry]) -> str:
    """The same for a page."""
    head = _head()
    rows = [head, ["---"] * len(head), *map(_row, entries)]
    return LEGEND + "\n" + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def csv_of(entries: Sequence[Entry]) -> str:
    """Every person in a column of her own, for a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["route", "thing", *(_called(column, standing) for column, standing in _columns())])
    for entry in entries:
        writer.writerow([_route(entry), entry.thing.name, *wanted(entry).values()])
    return out.getvalue()


def _columns() -> Iterable[tuple[str, str]]:
    return ((person.column, person.standing) for person in PEOPLE)


def _called(column: str, standing: str) -> str:
    return f"{column}, {standing}" if standing else column


def _route(entry: Entry) -> str:
    query = "?" + entry.query.partition("=")[0] if entry.query else ""
    return entry.route.replace("{action}", entry.action or "{action}") + query


def _head() -> list[str]:
    roles = dict.fromkeys(person.actor.role for person in staff())
    return ["route", "thing", *(person.column for person in RESIDENTS), *roles]


def _row(entry: Entry) -> list[str]:
    answers = wanted(entry)
    residents = [answers[person.key] for person in RESIDENTS]
    return [_route(entry), entry.thing.name, *residents, *map(_cell, _by_role(answers).values())]


def _by_role(answers: dict[str, Answer]) -> dict[str, dict[str, list[Answer]]]:
    """By role and by tier, the answers of the standings in their order."""
    found: dict[str, dict[str, list[Answer]]] = {}
    for person in staff():
        tiers = found.setdefault(person.actor.role, {})
        tiers.setdefault(person.column.rpartition(" ")[2], []).append(answers[person.key])
    return found


def _cell(tiers: dict[str, list[Answer]]) -> str:
    every = {answer for answers in tiers.values() for answer in answers}
    if len(every) == 1:
        return str(every.pop())
    marks = (
        (tier, "".join("." if each == "allowed" else "x" for each in row)) for tier, row in tiers.items()
    )
    return " ".join(f"{tier}{SHORT.get(mark, ':' + mark)}" for tier, mark in marks if "." in mark)


def _width(cell: str) -> int:
    """Columns of a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in cell)


def _padded(cell: str, width: int) -> str:
    return cell + " " * (width - _width(cell))


assert all(len(mark) == len(STANDINGS) for mark in SHORT)
