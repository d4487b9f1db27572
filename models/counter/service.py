"""Taking a matter at a counter: the clerk confirms who stands before her, and acts for that person, in one matter.

What she confirmed, when and where is the mandate (``models/mandates``); with the matter it ends, and with it whatever
the next person could see of it. See docs/adr/0017-any-window.md.
"""

from __future__ import annotations

from collections.abc import Callable

from models.areas.area import Area
from models.areas.service import Areas
from models.base import idnumber
from models.base.actor import Actor
from models.base.clock import Clock, local_day
from models.base.errors import Invalid, NotFound, Problem
from models.codes.code import Code, Target
from models.codes.service import Codes
from models.counter.intake import FIRST_WINDOW, Wanted, hall_name, home_of
from models.drafts.service import Drafts
from models.files.service import Uploads
from models.items.catalogue import Offer
from models.items.service import Catalogue
from models.limits.service import Limits
from models.mandates.mandate import Intake, Mandate, Party, is_child
from models.mandates.service import Mandates
from models.people.person import Person
from models.people.registry import Registry
from models.people.service import People
from models.roles.rules import check
from models.sessions.identity import check_card

VERB = "counter.take"
MOST_WINDOWS = 200


class Counter:
    """Use cases of a clerk at a window. ``subject_of`` is how residents are called."""

    def __init__(
        self, *, registry: Registry, people: People, areas: Areas, codes: Codes, catalogue: Catalogue,
        mandates: Mandates, drafts: Drafts, uploads: Uploads, limits: Limits, subject_of: Callable[[str], str],
        new_code: Callable[[str], str], clock: Clock,
    ) -> None:  # fmt: skip
        self._registry = registry
        self._people = people
        self._areas = areas
        self._codes = codes
        self._catalogue = catalogue
        self._mandates = mandates
        self._drafts = drafts
        self._uploads = uploads
        self._limits = limits
        self._subject_of = subject_of
        self._new_code = new_code
        self._clock = clock

    def hall(self, clerk: Actor) -> Area:
        """The area whose hall the clerk sits in. Raises Forbidden where the table lets her take nothing."""
        area = self._areas.get(clerk.area)
        check(clerk, VERB, area.areas)
        return area

    async def windows(self, clerk: Actor) -> list[Code]:
        """The windows of her hall that are in use."""
        return await self._codes.points(self.hall(clerk).areas, MOST_WINDOWS)

    async def take(self, clerk: Actor, wanted: Wanted) -> tuple[Mandate, str, str]:
        """(leave to act for whom she confirmed, the name and the number as they should be written).

        Raises Invalid (all problems at once), Forbidden, NotFound for a window that is none, TooMany. Says of somebody
        whom the registry does not know, or knows by another name, that she lives nowhere yet, and nothing more.
        """
        hall = self.hall(clerk)
        await self._limits.check("counter.staff", clerk.subject)
        name, number, offer, guardian = self._checked(wanted)
        match = await self._registry.match(name, number)
        person = await self._people.get(match.person_id) if match else None
        areas = person.areas if person else self._areas.chain(home_of(wanted.area))
        window = await self._window(clerk, wanted.window)
        intake = Intake(hall.id, hall_name(hall), window.id, areas, guardian)
        principal = self._party(name, number, person)
        return await self._mandates.at_counter(clerk, principal, offer, intake), name, number

    async def leave(self, actor: Actor) -> bool:
        """The matter before the clerk is over, filed or not: nothing that was typed or photographed for it and not
        filed is kept, and nobody goes on with it. Of somebody who acts at no counter nothing happens, and it is
        False."""
        mandate = await self._mandates.get(actor.mandate) if actor.mandate else None
        if mandate is None or mandate.intake is None:
            return False
        await self._mandates.close(mandate.id)
        await self._drafts.erase(actor)
        await self._uploads.erase(actor)
        return True

    def _checked(self, wanted: Wanted) -> tuple[str, str, Offer, str]:
        """(name, number, what is wanted, who came with a child: nobody with anybody else)."""
        today = local_day(self._clock())
        name, number, problems = check_card(wanted.name, wanted.id_number, today)
        offer = next(
            (each for each in self._catalogue.offers_at() if each.id == wanted.offer and each.open), None
        )
        if offer is None:
            problems.append(Problem("offer", "item.unknown", "请选择要办的事项。"))
        if not wanted.checked:
            told = "请核对身份证原件：照片是本人，姓名和号码一致，再勾选。"
            problems.append(Problem("checked", "counter.checked", told))
        if wanted.read:
            for field, ok in (("name_ok", wanted.name_ok), ("number_ok", wanted.number_ok)):
                if not ok:
                    problems.append(Problem(field, "counter.unconfirmed", "请对照原件确认这一项，再勾选。"))
        guardian, young = wanted.guardian.strip()[:50], False
        if not any(problem.field == "id_number" for problem in problems):
            young = is_child(idnumber.birth_date(number), today)
        if young and len(guardian) < 2:
            told = "未满14周岁，要由监护人带着办。请核对户口簿上的监护关系，填写到场的监护人姓名。"
            problems.append(Problem("guardian", "counter.guardian", told))
        if problems or offer is None:
            raise Invalid(problems)
        return name, number, offer, guardian if young else ""

    async def _window(self, clerk: Actor, wanted: str) -> Code:
        """The window she chose, or the first of her hall; a hall that has none is given one."""
        if wanted:
            return await self.window(clerk, wanted)
        windows = await self.windows(clerk)
        return windows[0] if windows else await self.open_window(clerk, FIRST_WINDOW)

    async def open_window(self, clerk: Actor, name: str) -> Code:
        """A new window of the clerk's hall, with its code. Raises Invalid, Forbidden."""
        hall = self.hall(clerk)
        name = " ".join(name.split())
        if not 1 <= len(name) <= 20 or not name.isprintable():
            raise Invalid([Problem("name", "window.name", "请填写窗口的名称，1至20个字，例如“3号窗口”。")])
        code = Code(self._new_code("P"), "P", hall.areas, Target(point=name), self._clock())
        await self._codes.issue([code])
        return code

    async def window(self, clerk: Actor, code_id: str) -> Code:
        """A window of the clerk's hall that is in use. Raises NotFound, Forbidden."""
        found = next((code for code in await self.windows(clerk) if code.id == code_id), None)
        if found is None:
            raise NotFound("这个窗口已停用，或不在您的大厅，请重新选择。", code="window.unknown")
        return found

    async def close_window(self, clerk: Actor, code_id: str, reason: str) -> Code:
        """Its code stops working, for good. Raises NotFound, Forbidden, Invalid, Conflict."""
        window, reason = await self.window(clerk, code_id), " ".join(reason.split())
        if not 2 <= len(reason) <= 200:
            raise Invalid([Problem("reason", "reason.required", "请写明停用的原因，2至200个字。")])
        return await self._codes.change(clerk, window.id, "revoked", reason)

    def _party(self, name: str, number: str, person: Person | None) -> Party:
        subject = self._subject_of(number)
        if person is None:
            return Party("resident", subject, name)
        return Party("resident", subject, person.name, person.id, person.household)
