"""Write-back: what a resident answered in a form, where it is other than what the registry holds, goes there too, once.

Done behind the submission, by a worker that may die at any moment: to say the same again changes nothing. Only what
she typed herself at L2 counts, about herself and her house; what needs more than her word, or was said for her by
somebody else, becomes a proposal that is reviewed. What she agreed to give for one matter stays in that matter: the text
that she agreed to says so (PIPL art. 6 and 14); and so does everything of level 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

import structlog

from models.areas.service import Areas
from models.base.clock import Clock, local_day
from models.base.errors import NotFound
from models.cases.case import Case
from models.cases.sealing import TELLING
from models.cases.unkept import Unkept, UnkeptRepository
from models.consents.consent import KEEP
from models.elements.answering import checked
from models.elements.registry import Elements
from models.forms.context import Context
from models.households.household import Household
from models.households.service import Households
from models.items.item import Item
from models.items.service import Catalogue
from models.keptpapers.paper import Source, files_in, handed_in
from models.keptpapers.service import KeptPapers
from models.people.edits import Given
from models.people.service import People
from models.people.values import Held, Value
from models.sessions.proofs import may_record

AT_ONCE = 20
LEASE = timedelta(seconds=60)


class Keeping:
    """Tells the registry what cases say. Any number of processes may run one."""

    def __init__(
        self, repository: UnkeptRepository, catalogue: Catalogue, people: People, households: Households,
        elements: Elements, areas: Areas, papers: KeptPapers, clock: Clock,
    ) -> None:  # fmt: skip
        self._repository = repository
        self._catalogue = catalogue
        self._people = people
        self._households = households
        self._elements = elements
        self._areas = areas
        self._papers = papers
        self._clock = clock

    async def run_once(self) -> int:
        """Work through what is due; how many cases were."""
        now = self._clock()
        due = await self._repository.due(now, AT_ONCE)
        for found in due:
            if await self._repository.claim(found, now + LEASE):
                await self._keep(found)
                await self._repository.kept(found, now + LEASE)
        return len(due)

    async def _keep(self, found: Unkept) -> None:
        case, at = found.case, self._clock()
        offer = await self._catalogue.version(case.item, case.version)
        if offer.item is not None:
            await self._keep_papers(case, offer.item)
        if not case.applicant.person:
            return
        fields = offer.form.fields()
        elements = {
            key: each.element for key, each in fields.items() if each.subject == "applicant" and each.element
        }
        given = list(self._given(case, elements))
        try:
            dossier = await self._households.dossier(case.applicant.person)
            person, home = dossier.person, dossier.household
            await self._people.take(person.id, _news(given, "person.", person.held), at)
            if home is not None and _is_about(case, home):
                await self._households.take(home.id, _news(given, "house.", home.held), at)
        except NotFound:  # she has left the registry since; the case has her answers
            structlog.get_logger().info("keeping.nobody", case=case.id)

    async def _keep_papers(self, case: Case, item: Item) -> None:
        """Her papers for the next time, where she wished it; corrected ones in place of those that she corrected."""
        wish = next((each for each in case.consents if each.id == KEEP and each.withdrawn_at is None), None)
        if wish is None:
            return
        subject, source = case.applicant.subject, Source(case.id, case.case_no, case.title, case.filed_at)
        papers = {
            (material.code, material.name): files_in(case.answer(material.field))
            for material in handed_in(item, case.answers)
            if material.field in wish.fields
        }
        # By what told of them last: somebody may have been at the case since.
        if next(each.what for each in reversed(case.events) if each.what in TELLING) == "applied":
            await self._papers.keep(subject, case.applicant.person, source, wish.version, papers)
        else:
            await self._papers.renew(subject, case.id, papers)

    def _given(self, case: Case, elements: dict[str, str]) -> Iterator[Given]:
        """What she typed, as values of the registry: those that its elements can hold."""
        applicant = case.applicant
        context = Context(local_day(case.filed_at), self._elements.code_lists, self._areas.names())
        for_this_alone = {key for consent in case.consents for key in consent.fields}
        for answer in case.answers:
            element = self._elements.get(elements.get(answer.key, ""))
            if element is None or element.strict or answer.source != "self" or answer.key in for_this_alone:
                continue
            value, problems = checked(element, answer.value, context)
            if problems or value is None:
                continue
            said = Value(value, "self", answer.at or case.filed_at, applicant.person)
            at_once = not applicant.mandate and may_record(element.key, applicant.proof)
            yield Given(element.key, said, at_once, f"办件{case.case_no}", _author(case))


def _news(given: Iterable[Given], subject: str, held: Held) -> list[Given]:
    """What of ``given`` is about ``subject`` and not held already: to hear it once more is no better source."""
    mine = [each for each in given if each.key.startswith(subject)]
    return [each for each in mine if each.key not in held.values or held.values[each.key].v != each.value.v]


def _author(case: Case) -> str:
    applicant = case.applicant
    return f"{applicant.name}（{applicant.agent}代办）" if applicant.agent else applicant.name


def _is_about(case: Case, home: Household) -> bool:
    """Whether a case speaks of her own house: filed from her plate, or from a poster, which hangs nowhere in
    particular; from somebody else's plate it speaks of that house."""
    return not case.code.startswith("D") or case.areas == home.areas
