"""A grid worker at somebody's door: she proves herself on the spot, he confirms, and then acts for her, once.

Her proof is the PIN slip of her plate or a one-time code to the phone on record; his account alone does nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from models.base.actor import Actor
from models.base.errors import Invalid, LoginRefused, NotFound, Problem
from models.codes.service import Codes
from models.households.household import Household
from models.households.service import Households, UnknownHousehold
from models.limits.service import Limits
from models.mandates.mandate import Mandate
from models.mandates.service import Mandates
from models.people.person import Person
from models.people.service import People
from models.roles.rules import check
from models.sessions.otp import OneTimeCodes
from qr import grammar


class Here(msgspec.Struct, frozen=True):
    """One member of the household, by her relation to its head."""

    person: str
    name: str
    relation: str


class Standing(msgspec.Struct, frozen=True):
    """The door that the worker stands at, and who lives behind it."""

    code: str
    address: str
    members: tuple[Here, ...]


class Presence:
    """``relations`` names GB/T 4761's relations; ``office`` signs messages."""

    def __init__(
        self, *, codes: Codes, households: Households, people: People, mandates: Mandates, otps: OneTimeCodes,
        limits: Limits, subject_of: Callable[[str], str], relations: Mapping[str, str], office: str,
    ) -> None:  # fmt: skip
        self._codes = codes
        self._households = households
        self._people = people
        self._mandates = mandates
        self._otps = otps
        self._limits = limits
        self._subject_of = subject_of
        self._relations = relations
        self._office = office

    async def at_door(self, worker: Actor, code: str) -> Standing:
        """Who lives behind a plate of the worker's area. Raises NotFound for any other plate, Forbidden for a role that
        confirms nobody."""
        plate, household = await self._household(worker, code)
        members = tuple(
            Here(each.person, each.name, self._relations.get(each.relation, "")) for each in household.members
        )
        return Standing(plate, household.address, members)

    async def send_code(self, worker: Actor, code: str, person_id: str) -> None:
        """Send her a one-time code that she may show him. Raises Invalid where she has no phone on record, TooMany."""
        _, household = await self._household(worker, code)
        person = await self._member(household, person_id)
        if not person.phone:
            raise Invalid([Problem("otp", "phone.none", "这位居民没有登记手机号，请用密码单确认。")])
        subject = self._subject_of(person.id_number)
        await self._limits.check("otp.global", "")
        await self._limits.check("otp.send", subject)
        await self._limits.check("otp.day", subject)
        her = Actor("resident", name=person.name, id_number=person.id_number, session=_key(worker, person_id))
        told = f"网格员{worker.name}正在您面前为您代办。您同意才把验证码告诉网格员："
        await self._otps.send(her, lambda digits: f"【{self._office}】{told}{digits}，5分钟内有效。")

    async def prove(self, worker: Actor, code: str, person_id: str, pin: str, otp: str) -> Mandate:
        """His confirmation that she proved herself before him: leave to act for her, in one matter, today.

        Raises LoginRefused where her proof does not hold, Invalid without one, TooMany, NotFound, Forbidden.
        """
        plate, household = await self._household(worker, code)
        person = await self._member(household, person_id)
        if not pin.strip() and not otp.strip():
            raise Invalid([Problem("pin", "required", "请居民出示密码单上的口令，或手机收到的验证码。")])
        await self._limits.check("login.global", "")
        await self._limits.check("login.card", self._subject_of(person.id_number))
        await self._limits.check("login.code", plate)
        by_code = bool(otp.strip())
        if by_code:
            proved = await self._otps.take(_key(worker, person_id), otp)
        else:
            proved = await self._households.pin_matches(household.id, pin[:40])
        if not proved:
            raise LoginRefused("口令或验证码不对，请对照密码单或手机再填一遍。")
        return await self._mandates.present(worker, person_id, "otp" if by_code else "pin")

    async def _household(self, worker: Actor, code: str) -> tuple[str, Household]:
        """The plate as it is stored, and the household behind it."""
        try:
            row = await self._codes.get(grammar.read(code))
        except grammar.BadCode as bad:
            raise NotFound(bad.message, code=f"code.{bad.reason}") from None
        if row.kind != "D" or row.state != "active":
            raise UnknownHousehold
        household = await self._households.for_actor(worker, row.target.household)
        check(worker, "identity.confirm", household.areas)
        return row.id, household

    async def _member(self, household: Household, person_id: str) -> Person:
        if person_id not in {member.person for member in household.members}:
            raise Invalid([Problem("person", "required", "请选择为谁代办。")])
        return await self._people.get(person_id)


def _key(worker: Actor, person_id: str) -> str:
    """What a code sent on a visit is bound to: this worker's session and this person."""
    return f"present:{worker.session}:{person_id}"
