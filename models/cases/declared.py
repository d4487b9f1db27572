"""What applicants have declared and promised, read from their cases: the words as the form had them then."""

from __future__ import annotations

from datetime import datetime

import msgspec

from models.base.actor import Actor
from models.base.errors import Forbidden, LoginNeeded
from models.cases.case import Case
from models.cases.repository import CasesRepository
from models.forms.form import Field, Form
from models.items.service import Catalogue

LISTED = 50


class Declared(msgspec.Struct, frozen=True):
    """One declaration. ``field`` is the question by which it was made, ``words`` what was agreed to; ``promise`` is the
    commitment's key, "" for a declaration that stands in for no paper."""

    case: str
    case_no: str
    receipt: str
    title: str
    field: str
    label: str
    words: str
    promise: str
    at: datetime


class Declarations:
    """Declarations of a person or of a case."""

    def __init__(self, repository: CasesRepository, catalogue: Catalogue) -> None:
        self._repository = repository
        self._catalogue = catalogue

    async def own(self, actor: Actor) -> tuple[Declared, ...]:
        """Everything that a resident has declared in her latest cases, the newest first. Needs L2, and herself."""
        if actor.kind != "resident" or not actor.reaches("L2"):
            raise LoginNeeded("L2")
        if actor.mandate:
            raise Forbidden("代办时看不到本人的承诺记录。", code="mandate.acting")
        cases = await self._repository.own(actor.subject, LISTED)
        forms = {
            each: await self._form(*each)
            for each in dict.fromkeys((case.item, case.version) for case in cases)
        }
        return tuple(said for case in cases for said in declared(case, forms[case.item, case.version]))

    async def of(self, case: Case) -> tuple[Declared, ...]:
        """What was declared in one case."""
        return declared(case, await self._form(case.item, case.version))

    async def _form(self, item: str, version: int) -> Form:
        return (await self._catalogue.version(item, version)).form


def declared(case: Case, form: Form) -> tuple[Declared, ...]:
    """The declarations of a case, in the order of its form. Pure."""
    return tuple(
        Declared(case.id, case.case_no, case.receipt, case.title, field.key, field.label, _words(field), _promise(field),
                 case.filed_at)
        for field in form.fields().values()
        if declares(field) and case.answer(field.key) is True
    )  # fmt: skip


def declares(field: Field) -> bool:
    """Whether saying yes to a question declares something."""
    return field.commitment is not None or (field.type == "notice" and field.required)


def _words(field: Field) -> str:
    return field.commitment.covers if field.commitment else field.text


def _promise(field: Field) -> str:
    return field.commitment.key if field.commitment else ""
