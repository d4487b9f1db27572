"""The whole matrix as it has to be: for every entry, what each person hears. No server is asked."""

from __future__ import annotations

from handlers.access import Access
from handlers.openapi import declared, path_of
from server.app import ROUTES
from tests.matrix.objects import Entry
from tests.matrix.people import PEOPLE
from tests.matrix.rules import Answer, expected

DECLARED: dict[str, Access] = {
    f"{verb.upper()} {path_of(pattern)}": access
    for pattern, target in ROUTES
    for verb, access in declared(target)
}
"""What every verb of every route declares, by its name in OpenAPI."""


def wanted(entry: Entry, *, page: bool = False) -> dict[str, Answer]:
    """What everybody has to hear, by key; or to see, of a page."""
    access, rule = DECLARED[entry.route], (entry.page if page else None) or entry.rule
    return {person.key: expected(access, rule, person, entry.thing) for person in PEOPLE}
