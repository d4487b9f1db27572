"""What somebody answered before: the last source that a form is prefilled from."""

from __future__ import annotations

from models.cases.repository import CasesRepository
from models.consents.consent import withdrawn_fields
from models.items.service import Catalogue
from models.prefill.known import Known

LOOKED_THROUGH = 5  # cases


class Earlier:
    """Answers of a person's last cases, by element; prefilling asks it."""

    def __init__(self, repository: CasesRepository, catalogue: Catalogue) -> None:
        self._repository = repository
        self._catalogue = catalogue

    async def __call__(self, subject: str) -> dict[str, Known]:
        """The newest answer to each element, from the cases that the person filed at L2: below it anybody could
        have typed her card. Answers about other people are left out, and those that rest on a consent which she has
        withdrawn."""
        facts: dict[str, Known] = {}
        for case in await self._repository.own(subject, LOOKED_THROUGH):
            if case.applicant.level != "L2":
                continue
            withdrawn = withdrawn_fields(case.consents)
            fields = (await self._catalogue.version(case.item, case.version)).form.fields()
            for answer in case.answers:
                field = fields.get(answer.key)
                if answer.key in withdrawn:
                    continue
                if field and field.element and field.subject == "applicant":
                    facts.setdefault(
                        field.element, Known(answer.value, "earlier", answer.at or case.filed_at)
                    )
        return facts
