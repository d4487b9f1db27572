"""What a rule of the lint is: a key, a sentence, how grave it is, and a pure function that finds its places."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Literal

import msgspec

from models.elements.registry import Elements
from models.items.item import Item

Severity = Literal["refuse", "warn"]
SEVERITIES: dict[Severity, str] = {"refuse": "必须改", "warn": "请核对"}


class Known(msgspec.Struct, frozen=True):
    """What an item is held against: the registry, the departments, the towns, the codes of all other items, the
    purposes of consents and the kinds of breaches."""

    elements: Elements
    departments: frozenset[str]
    towns: frozenset[str] = frozenset()
    basic_codes: Mapping[str, str] = {}  # code -> slug
    codes: Mapping[str, str] = {}
    purposes: frozenset[str] = frozenset()
    breaches: frozenset[str] = frozenset()
    items: frozenset[str] = frozenset()  # of the county
    variants: Mapping[tuple[str, str], str] = {}  # (the county's item, town) -> the town's own


Place = str
"""Where in the item: ``promised_days``, ``materials.2.source``, ``form.fields.phone.element``; dots go inward, numbers
count from 0, fields of the form go by their keys."""

Found = Iterable[Place | tuple[Place, str]]
"""The places that break a rule, each with a sentence of its own where the rule's does not say enough."""


class Rule(msgspec.Struct, frozen=True):
    """``message`` is what whoever edits the item reads beside the place; ``basis`` where the rule comes from."""

    key: str
    message: str
    find: Callable[[Item, Known], Found]
    severity: Severity = "refuse"
    basis: str = ""


class Finding(msgspec.Struct, frozen=True):
    """One place that breaks a rule."""

    rule: str
    severity: Severity
    place: Place
    message: str
