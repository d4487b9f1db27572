"""How this slice hears of ratings: from the mark that a rated case carries (``models/cases/rated.py``).

The mark is written with the rating and taken away after the rating stands here, under a source of its own. Whoever dies
in between leaves the mark, and the next one finds that it stands already. Any number of processes may do this.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from models.base.clock import local_day
from models.calendar.working_days import WorkingDays
from models.cases.case import Case
from models.cases.rated import RatedCase, deciding, deciding_desks, handlers
from models.ratings.rating import DAYS, Rating, opened
from models.ratings.reasons import Reasons
from models.ratings.repository import RatingRepository
from models.ratings.scrub import scrub, strings

AT_ONCE = 50


class Rated(Protocol):
    """The cases, as ``models/cases/rated.py`` gives them."""

    async def waiting(self, limit: int) -> list[RatedCase]: ...
    async def heard(self, found: RatedCase) -> None: ...


class Hearing:
    """Takes in what residents have rated."""

    def __init__(
        self, repository: RatingRepository, cases: Rated, reasons: Reasons, days: WorkingDays,
        new_id: Callable[[], str],
    ) -> None:  # fmt: skip
        self._repository = repository
        self._cases = cases
        self._reasons = reasons
        self._days = days
        self._new_id = new_id

    async def run_once(self) -> int:
        """Everything that waits, as far as one turn goes; how many were new."""
        found = await self._cases.waiting(AT_ONCE)
        new = 0
        for each in found:
            new += await self._hear(each)
        return new

    async def _hear(self, found: RatedCase) -> bool:
        rating = self._rating(found.case)
        new = rating is not None and await self._repository.add(rating)
        await self._cases.heard(found)
        return new

    def _rating(self, case: Case) -> Rating | None:
        if case.rating is None:
            return None
        desks = deciding_desks(case)
        hall = case.areas.index(desks[0].partition("|")[0])
        day = local_day(case.rating.at)
        rating = Rating(
            id=self._new_id(), source=f"case:{case.id}", channel="case", item=case.item, title=case.title,
            areas=case.areas[: hall + 1], desks=desks, department=deciding(case).department, level=case.rating.stars,
            month=day.isoformat()[:7], at=case.rating.at,
            reasons=self._reasons.known(case.rating.stars, case.rating.reasons), words=case.rating.words,
            shown=scrub(case.rating.words, private(case)), case=case.id, case_no=case.case_no, handlers=handlers(case),
        )  # fmt: skip
        return opened(rating, self._days.add(day, DAYS).isoformat())


def private(case: Case) -> set[str]:
    """Every word of a case that could give its applicant away in what she wrote: her own, her agent's, and what she
    filed."""
    known = {case.applicant.name, case.applicant.agent, case.applicant.phone, case.case_no, case.receipt}
    return known | {text for answer in case.answers for text in strings(answer.value)}
