"""What answers are checked and shown against: the day, code lists, areas, household members, uploads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import msgspec

from models.forms.form import Field


class FileInfo(msgspec.Struct, frozen=True):
    """An upload. ``size`` in bytes."""

    name: str
    media_type: str
    size: int


class Context(msgspec.Struct, frozen=True):
    """``codes``: list name -> code -> label, what may be chosen; ``retired`` the same of what only earlier answers say.
    ``areas``: area code -> full name. ``members``: token of a household member -> name, empty below L2. ``files``: the
    uploads that this actor owns, by id.
    ``barred``: commitments that are not taken from this person now, by their key, each with what she is told.
    ``partial``: what is checked is a draft, the rows of its tables too."""

    today: date
    codes: Mapping[str, Mapping[str, str]] = {}
    areas: Mapping[str, str] = {}
    members: Mapping[str, str] = {}
    files: Mapping[str, FileInfo] = {}
    barred: Mapping[str, str] = {}
    partial: bool = False
    retired: Mapping[str, Mapping[str, str]] = {}

    def choices(self, field: Field) -> dict[str, str]:
        """Value -> label of what a single or multiple choice offers, in order."""
        offered = {option.value: option.label for option in field.options}
        return offered or dict(self.codes.get(field.codes, {}))

    def words(self, field: Field) -> dict[str, str]:
        """Value -> label of everything that an answer to a choice may have been."""
        return self.choices(field) | dict(self.retired.get(field.codes, {}) if field.codes else {})
