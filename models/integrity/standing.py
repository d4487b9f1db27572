"""What a breach changes: which commitments are not taken from somebody now. Only what the form itself says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from models.base.clock import Clock, local_day
from models.forms.form import Commitment, Form
from models.integrity.breach import Breach, months_after
from models.integrity.kinds import Kind
from models.integrity.repository import BreachRepository


class Standing:
    """Asked by whoever opens a form or takes one in."""

    def __init__(self, repository: BreachRepository, kinds: Mapping[str, Kind], clock: Clock) -> None:
        self._repository = repository
        self._kinds = kinds
        self._clock = clock

    async def barred(self, subject: str, form: Form) -> dict[str, str]:
        """The commitments of ``form`` that are not taken from this person today, each with what she is told. A form
        without any asks the database nothing."""
        asked = {
            field.commitment.key: field.commitment for field in form.fields().values() if field.commitment
        }
        if not asked or not subject:
            return {}
        return bars(await self._repository.of_person(subject), asked, self._kinds, local_day(self._clock()))


def bars(
    breaches: Sequence[Breach], asked: Mapping[str, Commitment], kinds: Mapping[str, Kind], day: date
) -> dict[str, str]:
    """The keys of ``asked`` that ``breaches`` bar on ``day``, each with a sentence. Pure."""
    found: dict[str, date] = {}
    for breach in breaches:
        commitment = asked.get(breach.promise)
        if commitment is None or not breach.counts_on(day):
            continue
        months = commitment.bars.get(breach.kind)
        if months and day < (ends := months_after(date.fromisoformat(breach.stood_on), months)):
            found[breach.promise] = max(ends, found.get(breach.promise, ends))
    return {key: _sentence(ends) for key, ends in found.items()}


def _sentence(ends: date) -> str:
    return (
        f"您以前的同类承诺经认定不实，{ends.year}年{ends.month}月{ends.day}日前这里不能用承诺代替，请选“否”并交证明。"
        "想了解或申请信用修复，请到“我的承诺与信用”。"
    )
