"""Small adapters between slices that do not know each other; the container plugs them in."""

from __future__ import annotations

from models.base.errors import NotFound, Unavailable
from models.codes.service import Codes
from models.households.service import Households
from models.people.service import People


class NoSms:
    """Where no gateway is configured and this is no demonstration: nothing is sent, and it says so."""

    async def send(self, phone: str, text: str) -> None:
        """Raises Unavailable: set SMS_URL."""
        raise Unavailable("短信服务没有开通。")


class PlatePins:
    """What log-in asks about PIN slips: the plate must hang at the household, and the PIN be on its slip."""

    def __init__(self, codes: Codes, households: Households) -> None:
        self._codes = codes
        self._households = households

    async def matches(self, code: str, household: str, pin: str) -> bool:
        """The same two look-ups whoever asks; False for anything that does not fit."""
        try:
            row = await self._codes.get(code)
            hangs = row.state == "active" and row.kind == "D" and row.target.household == household != ""
        except NotFound:
            hangs = False
        return await self._households.pin_matches(household, pin) and hangs


class PeoplePlaces:
    """Where somebody lives, as binding in person asks it."""

    def __init__(self, people: People) -> None:
        self._people = people

    async def areas_of(self, person_id: str) -> tuple[str, ...]:
        """Raises NotFound."""
        return (await self._people.get(person_id)).areas
