"""Which questions rest on consent, and on which one. Why so is told in docs/adr/0015-consents.md. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from models.base import idnumber
from models.elements.element import Element
from models.elements.registry import Elements
from models.forms.form import Field, Form
from models.mandates.mandate import is_child

SENSITIVE = 2
"""From this level of a data element on its answer is asked under consent."""

TOLD = frozenset({"person.id_no", "house.head_id_no"})
"""Needed to know whom the matter is about, and asked for by law: told on the page, not consented to."""

NOBODY = frozenset({"deceased"})
"""Subjects who can consent to nothing any more; their relatives act in their own right (PIPL art. 49)."""

CHILD, APPLICANT = "child", "applicant"
BANK, OTHER = "bank", "other"

MODULES = {
    "person_health": "health",
    "person_family_planning": "family",
    "person_assistance": "relief",
    "house_income": "relief",
    "house_poverty": "relief",
}
"""The purpose for a module of the registry; what no row names is ``other``, so that nothing slips through."""

ACCOUNTS = frozenset({"person.subsidy_account", "person.ss_card_no"})
ABOUT_BIRTH = frozenset({"person.id_no", "person.birth_date"})

Young = frozenset[str]
"""The subjects of a form who are under fourteen: of all that is personal about them a guardian decides."""


def purposes_of(field: Field, elements: Elements, young: Young) -> dict[str, tuple[str, ...]]:
    """The purposes that a question rests on, each with what is asked under it, in words; of a table, its columns."""
    if field.subject in NOBODY or field.type in {"notice", "computed"}:
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for part in field.columns or (field,):
        purpose = _purpose(part, elements, young)
        if purpose:
            label = f"{field.label}的{part.label}" if field.columns else part.label
            found[purpose] = (*found.get(purpose, ()), label)
    return found


def _purpose(field: Field, elements: Elements, young: Young) -> str:
    if field.consent == CHILD and CHILD not in young:
        return ""
    if field.consent:
        return field.consent
    element = elements.get(field.element) if field.element else None
    if field.type == "bank_account" or field.element in ACCOUNTS:
        return BANK
    if element is None:
        return ""
    if field.subject == CHILD and CHILD in young and _is_personal(element):
        return CHILD
    if element.sensitivity >= SENSITIVE and element.key not in TOLD:
        return MODULES.get(element.module, OTHER)
    return CHILD if field.subject in young and _is_personal(element) else ""


def _is_personal(element: Element) -> bool:
    return element.key.startswith("person.") and element.sensitivity > 0


def young_in(id_number: str, form: Form, answers: Mapping[str, Any], today: date) -> Young:
    """Who is under fourteen in a form: the child that it asks about until its birth date or number says otherwise;
    the applicant by the number that she logged in with, or that she typed."""
    found = set()
    births = list(_births(form, answers, CHILD))
    if not births or any(is_child(birth, today) for birth in births):
        found.add(CHILD)
    own = [*_born(id_number), *_births(form, answers, APPLICANT)]
    if any(is_child(birth, today) for birth in own):
        found.add(APPLICANT)
    return frozenset(found)


def _births(form: Form, answers: Mapping[str, Any], subject: str) -> Iterator[date]:
    for key, field in form.fields().items():
        answer = answers.get(key)
        if field.subject == subject and field.element in ABOUT_BIRTH and isinstance(answer, str):
            yield from _born(answer) if field.type == "id_number" else _day(answer)


def _born(id_number: str) -> Iterator[date]:
    try:
        yield idnumber.birth_date(id_number)
    except ValueError:
        return


def _day(text: str) -> Iterator[date]:
    try:
        yield date.fromisoformat(text)
    except ValueError:
        return
