from __future__ import annotations

import io
from typing import Any

import msgspec
import pytest
from PIL import Image

from models.base.actor import Actor
from models.households.household import Member
from models.mandates.mandate import Mandate
from models.people.person import Person
from tests.models.hall import CHEN_HOME, LI_HOME, Hall, _person, card

CHILD_CARD = card("52990120121105001")  # fourteen on 5 November 2026, the day after the hall's clock begins


class Kin:
    """Who acts for whom in the hall: 周建国 for his mother 陈桂兰, 李明 for his son 李子轩."""

    def __init__(self, hall: Hall, zhou: Actor) -> None:
        self.hall, self.zhou = hall, zhou

    async def leave(self, scope: str = "once", until: str = "2026-12-01", **given: Any) -> Mandate:
        """What 陈桂兰 gives her son."""
        offers = given.get("offers", ())
        return await self.hall.mandates.give(
            self.hall.chen, "周建国", self.zhou.id_number, scope, offers, until
        )

    def acting(self, mandate: Mandate) -> Actor:
        """周建国 in his mother's name, as a session would say it."""
        return msgspec.structs.replace(
            self.hall.chen, mandate=mandate.id, agent="周建国", behind="s-zhou", device=self.zhou.device
        )

    async def child(self, birth_card: str = CHILD_CARD, relation: str = "20") -> Person:
        """A child in 李明's household."""
        li = await self.hall.people.get("p-li")
        child = _person("p-child", li.areas, LI_HOME, relation, name="李子轩", id_no=birth_card)
        await self.hall.people_repository.put_new([child])
        home = await self.hall.household_repository.of_id(LI_HOME)
        member = Member("p-child", "李子轩", relation)
        await self.hall.household_repository.change(
            msgspec.structs.replace(home, members=(*home.members, member), rev=home.rev + 1), home.rev
        )
        return child

    async def told(self) -> list[str]:
        """What went to 陈桂兰's phone."""
        await self.hall.telling.run_once()
        return [text for phone, text in self.hall.phones.sent if phone == "19900000001"]


@pytest.fixture
def kin(hall: Hall) -> Kin:
    zhou = hall.resident("周建国", card("52990119681002001"), "p-zhou", CHEN_HOME)
    return Kin(hall, zhou)


@pytest.fixture(scope="session")
def photo() -> bytes:
    """A small JPEG."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "JPEG")
    return out.getvalue()
