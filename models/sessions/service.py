"""Logging in: the walk L0 → L1 → L2 of residents, staff by password, and the mini program by its openid.

An access token is believed for 15 minutes without a look at the database. A session that ends is refused at
once by the process that ended it, within a second by every process whose change stream calls ``ended``, and
after 15 minutes at the latest everywhere, because refreshing needs the session.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Literal

import msgspec

from models.base.actor import Actor
from models.base.cipher import Cipher
from models.base.clock import Clock, local_day
from models.base.errors import Forbidden, Invalid, LoginNeeded, LoginRefused, NotFound
from models.limits.service import Limits
from models.sessions.bindings import Bindings
from models.sessions.devices import Devices, label_of
from models.sessions.identity import check_card
from models.sessions.inperson import InPerson
from models.sessions.ledger import Ledger
from models.sessions.otp import OneTimeCodes
from models.sessions.ports import Accounts, Leave, Match, Phones, Pins, Registry
from models.sessions.second import SecondFactors
from models.sessions.session import FRESH, SUBJECT, Proof, ProofStale, Session, Tokens, Why, fresh_proof
from models.sessions.staff import StaffDoor
from models.sessions.tokens import open_who
from models.sessions.verifier import PasswordVerifier
from qr import grammar

REFUSAL_SECONDS = 0.3
"""A refused proof is answered no sooner than this: above what a known card with a wrong PIN takes, so that
the time tells nothing."""

ACTING_LABEL = "代办人的设备"
"""What the principal reads in her list of devices."""

Shown = Callable[[Match | None], Awaitable[bool]]
"""Whether what was shown proves that she is the one who matched."""


class Sessions:
    """Every way in. ``address`` is the client's IP address; ``device`` the random id that the browser
    holds."""

    def __init__(
        self, *, ledger: Ledger, otps: OneTimeCodes, bindings: Bindings, verifier: PasswordVerifier,
        registry: Registry, pins: Pins, accounts: Accounts, limits: Limits, cipher: Cipher, clock: Clock,
        refusal_seconds: float = REFUSAL_SECONDS, second: SecondFactors | None = None,
        require_second_factor: bool = False, leave: Leave | None = None, in_person: InPerson | None = None,
        phones: Phones | None = None,
    ) -> None:  # fmt: skip
        """Without ``leave`` nobody acts for anybody; without ``in_person`` nobody is bound in person; without
        ``phones`` WeChat vouches for nobody's."""
        self._phones = phones
        self._leave = leave
        self._in_person = in_person
        self._ledger = ledger
        self._otps = otps
        self._bindings = bindings
        self._verifier = verifier
        self._registry = registry
        self._pins = pins
        self._limits = limits
        self._cipher = cipher
        self._clock = clock
        self._refusal_seconds = refusal_seconds
        self.devices = Devices(ledger)
        self.staff = StaffDoor(
            ledger=ledger, accounts=accounts, verifier=verifier, limits=limits, cipher=cipher, clock=clock,
            second=second, require_second_factor=require_second_factor,
        )  # fmt: skip

    async def login_l1(self, name: str, id_number: str, device: str, address: str, agent: str = "") -> Tokens:
        """L1 for a card of valid form (GB 11643), known or not. Raises Invalid, TooMany."""
        await self._limits.check("login.form", address)
        name, id_number, problems = check_card(name, id_number, local_day(self._clock()))
        if problems:
            raise Invalid(problems)
        return await self._ledger.open(
            "L1", self.subject(id_number), name, id_number, device=device, label=label_of(agent)
        )

    async def send_code(self, actor: Actor, address: str) -> None:
        """Send a one-time code to the phone on record, if there is one: the answer never says. Raises
        LoginNeeded below L1, TooMany."""
        _need_card(actor)
        await self._limits.check("otp.global", "")
        await self._limits.check("otp.address", address)
        await self._limits.check("otp.send", actor.subject)
        await self._limits.check("otp.day", actor.subject)
        await self._otps.send(actor)

    async def confirm_pin(self, actor: Actor, code: str, pin: str, address: str, agent: str = "") -> Tokens:
        """L2 by the PIN slip of the plate ``code``, as typed. Raises LoginNeeded, LoginRefused, TooMany."""
        plate = _plate(code)

        async def proof(match: Match | None) -> bool:
            return await self._pins.matches(plate, match.household_id if match else "", pin[:40])

        match = await self._confirm(actor, proof, address, plate)
        return await self._raise(actor, match, "pin", agent, plate)

    async def confirm_otp(self, actor: Actor, otp: str, address: str, agent: str = "") -> Tokens:
        """L2 by a one-time code. Raises LoginNeeded, LoginRefused, TooMany."""

        async def proof(_match: Match | None) -> bool:
            return await self._otps.take(actor.session, otp)

        match = await self._confirm(actor, proof, address)
        return await self._raise(actor, match, "otp", agent)

    async def confirm_wechat(self, actor: Actor, code: str, address: str, agent: str = "") -> Tokens:
        """L2 by the phone that WeChat vouches for, where it is the one on record. Raises LoginNeeded, LoginRefused (for
        a bad code too), TooMany, NotFound where there is no mini program, Unavailable."""
        if (phones := self._phones) is None:
            raise NotFound("本地没有开通微信小程序登录。", code="wechat.off")

        async def proof(match: Match | None) -> bool:
            numbers = (await phones.phone(code), match.phone if match else "")
            return (
                self._cipher.same(*(self._cipher.mac(each, "phone") for each in numbers))
                and "" not in numbers
            )

        match = await self._confirm(actor, proof, address)
        return await self._raise(actor, match, "wechat", agent)

    async def confirm_in_person(self, actor: Actor, address: str, agent: str = "") -> Tokens:
        """L2 by a grid worker who has looked at her and her card (``InPerson``). Raises LoginRefused with the code
        "login.waiting" as long as nobody has, whoever she is."""
        _need_card(actor)
        if self._in_person is None or not await self._in_person.confirmed(actor.session):
            raise LoginRefused(
                "网格员还没有确认。请网格员输入确认码并核对身份证，再点继续。", code="login.waiting"
            )

        async def proof(_match: Match | None) -> bool:
            return True

        match = await self._confirm(actor, proof, address)
        tokens = await self._raise(actor, match, "grid", agent)
        await self._in_person.done(actor.session)
        return tokens

    async def act(
        self, actor: Actor, mandate: str, name: str, id_number: str, *, newcomer: bool = False
    ) -> Tokens:
        """A session at L2 in the name of the person with this card, on a mandate that the caller has checked; two
        hours at the most. The actor's own session goes on beside it, and this one ends with it.

        Raises LoginNeeded below L2, Forbidden for whoever acts already, NotFound where the registry has no such
        person any more, unless she is a ``newcomer``, whom it never had.
        """
        if not (actor.role if actor.is_staff else actor.reaches("L2")):
            raise LoginNeeded("L2")
        if self._leave is None or actor.mandate:
            raise Forbidden("请先结束正在进行的代办。", code="mandate.acting")
        match = None if newcomer else await self._registry.match(name, id_number)
        if match is None and not newcomer:
            raise NotFound("没有找到这个人的登记信息，请联系网格员核对。", code="person.unknown")
        return await self._ledger.open(
            "L2", self.subject(id_number), name, id_number,
            device=actor.device, person=match.person_id if match else "",
            household=match.household_id if match else "", label=ACTING_LABEL,
            mandate=mandate, agent=actor.name, behind=actor.session,
        )  # fmt: skip

    async def stop_acting(self, actor: Actor) -> None:
        """End a session in somebody else's name, and only that."""
        if actor.mandate:
            await self._ledger.end(actor.session, "logout")

    async def staff_login(self, username: str, password: str, address: str, agent: str = "") -> Tokens:
        """``StaffDoor.login``: the first step for staff, the only one for accounts without second factor."""
        return await self.staff.login(username, password, address, agent)

    async def staff_second(self, pending: str, code: str, address: str, agent: str = "") -> Tokens:
        """``StaffDoor.second``: the second step."""
        return await self.staff.second(pending, code, address, agent)

    async def bind_openid(self, actor: Actor, openid: str) -> None:
        """Let the WeChat account ``openid`` log in as the actor, at L1. Raises LoginNeeded below L2."""
        if actor.kind != "resident" or not actor.reaches("L2"):
            raise LoginNeeded("L2")
        await self._bindings.bind(actor, openid)

    async def unbind_openid(self, actor: Actor, openid: str) -> None:
        """Undo ``bind_openid``; nothing happens where somebody else is bound."""
        await self._bindings.unbind(actor, openid)

    async def login_openid(self, openid: str, device: str = "", address: str = "", agent: str = "") -> Tokens:
        """L1 for a bound WeChat account, never more. Raises LoginRefused where it is not bound, TooMany."""
        await self._limits.check("wechat.login", address)
        bound = await self._bindings.of(openid)
        if bound is None:
            raise LoginRefused("这个微信还没有绑定，请先用身份证登录。", code="login.unbound")
        name, id_number = bound
        return await self._ledger.open(
            "L1", self.subject(id_number), name, id_number, device=device, label=label_of(agent)
        )

    async def refresh(self, refresh_token: str) -> Tokens:
        """New tokens; what the session may see is looked up afresh. Raises SessionOver."""
        return await self._ledger.refresh(refresh_token, self._renew)

    async def logout(self, actor: Actor) -> None:
        """End the actor's session, and her own where she acts for somebody; nothing to do for one without."""
        for session in (actor.session, actor.behind):
            if session:
                await self._ledger.end(session, "logout")

    def actor_of(self, access_token: str) -> Actor:
        """Who is asking; no round trip to the database. Raises SessionOver."""
        return self._ledger.actor_of(access_token)

    async def end_all(self, subject: str, why: Why) -> int:
        """End every session of a person or account, in every process that follows the changes; how many."""
        return await self._ledger.end_all(subject, why)

    async def end_everybody(self) -> int:
        """End every session there is, as an operator does in an emergency; how many."""
        return await self._ledger.end_everybody()

    async def proof_of(self, actor: Actor) -> Proof | Literal[""]:
        """What raised the actor's session to L2; empty below L2 and where the session is over."""
        session = await self._ledger.find(actor.session) if actor.reaches("L2") else None
        return session.proof if session else ""

    async def need_fresh(self, actor: Actor, within: timedelta = FRESH) -> None:
        """Raise ProofStale where the actor showed who she is longer ago than that."""
        session = await self._ledger.find(actor.session) if actor.reaches("L2") else None
        if session is None or not fresh_proof(session, self._clock(), within):
            raise ProofStale("L2")

    def ended(self, session_id: str) -> None:
        """For the change stream: a session has ended in some process."""
        self._ledger.ended(session_id)

    async def catch_up(self) -> None:
        """For the change stream, when changes may have been missed: learn from the database what ended."""
        await self._ledger.catch_up()

    def subject(self, id_number: str) -> str:
        """What a resident is called in sessions, drafts and cases: the blind index of the ID number."""
        return self._cipher.blind(id_number, SUBJECT)

    async def close(self) -> None:
        """Wait for messages on their way, and let go of the threads."""
        await self._otps.drain()
        self._verifier.close()

    async def _confirm(self, actor: Actor, proof: Shown, address: str, plate: str = "") -> Match:
        _need_card(actor)
        loop = asyncio.get_running_loop()
        answer_at = loop.time() + self._refusal_seconds
        await self._limits.check("login.global", "")
        await self._limits.check("login.address", address)
        await self._limits.check("login.card", actor.subject)
        if plate:
            await self._limits.check("login.code", plate)
        match = await self._registry.match(actor.name, actor.id_number)
        proved = await proof(match)  # also where there is no match, for the same work
        if match is None or not proved:
            await asyncio.sleep(max(0.0, answer_at - loop.time()))
            raise LoginRefused()
        return match

    async def _raise(self, actor: Actor, match: Match, proof: Proof, agent: str, plate: str = "") -> Tokens:
        """A new session at L2 in place of the one at L1: an id known from before is worth nothing after."""
        tokens = await self._ledger.open(
            "L2", actor.subject, actor.name, actor.id_number,
            device=actor.device, person=match.person_id, household=match.household_id, proof=proof,
            label=label_of(agent),
        )  # fmt: skip
        await self._ledger.end(actor.session, "raised")
        await self._limits.clear("login.card", actor.subject)
        if plate:
            await self._limits.clear("login.code", plate)
        return tokens

    async def _renew(self, session: Session) -> Session | None:
        if session.rank == "staff":
            return await self.staff.renew(session)
        if session.rank == "L1":
            return session
        if session.mandate and not await self._may_act_on(session):
            return None
        if session.mandate and not session.person:  # at a counter, somebody whom the registry does not know
            return session
        match = await self._registry.match(*open_who(self._cipher, session.id, session.who))
        if match is None or match.person_id != session.person:
            return None
        return msgspec.structs.replace(session, household=match.household_id)

    async def _may_act_on(self, session: Session) -> bool:
        """Whether the mandate still holds, and whoever acts is still logged in as herself."""
        if self._leave is None or not await self._leave.still(session.mandate):
            return False
        return await self._ledger.find(session.behind) is not None


def _need_card(actor: Actor) -> None:
    if actor.kind != "resident" or not actor.session:
        raise LoginNeeded("L1")


def _plate(code: str) -> str:
    """The code as printed, or nothing for text that is no code: no plate has it, and no counter."""
    try:
        return grammar.read(code)
    except grammar.BadCode:
        return ""
