"""Issuing PIN slips: who is without one, who has one out, and letters whose PINs count from the moment of printing.

A PIN is drawn, printed and only then made to count, all of a print or none: when drawing fails the slips that are out go on
working, and nothing is kept anywhere but its MAC.
"""

from __future__ import annotations

from collections.abc import Sequence

from models.areas.service import Areas
from models.base.actor import Actor
from models.base.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from models.codes.service import Codes
from models.households.household import Household
from models.households.service import Households
from models.limits.service import Limits
from models.roles.rules import check
from models.slips.slip import LONGEST_REASON, MOST, Batch, Board, Letter, Line, Order, SlipsOut
from qr import grammar

VERB = "pins.print"
PAGE = 50
LOOKS = 10
"""Pages of households without a slip that are looked through for those with a plate."""


class Slips:
    """What the desk may do with PIN slips, in its own area."""

    def __init__(self, households: Households, codes: Codes, areas: Areas, limits: Limits) -> None:
        self._households = households
        self._codes = codes
        self._areas = areas
        self._limits = limits

    async def board(self, actor: Actor, area: str, after: str = "") -> Board:
        """An area of the actor's. Raises Forbidden."""
        self._check(actor, area)
        homes = await self._households.in_area(actor, area, after, PAGE)
        total, without = await self._households.slips_in(actor, area)
        following = homes[-1].id if len(homes) == PAGE else ""
        return Board(area, total, without, tuple(await self._lines(homes)), following)

    async def line(self, actor: Actor, household: str) -> tuple[Line, Household]:
        """One household. Raises Forbidden, NotFound where it is not the actor's."""
        home = await self._households.for_actor(actor, household)
        check(actor, VERB, home.areas)
        [line] = await self._lines([home])
        return line, home

    async def draw(self, actor: Actor, order: Order) -> Batch:
        """The letters of an order, drawn by lot and not in force. Raises SlipsOut, Invalid, Forbidden, NotFound,
        TooMany."""
        return await self._draw(actor, await self._homes(actor, order), order.replacing, order.reason)

    async def plan(self, actor: Actor, order: Order) -> list[Line]:
        """Whose letters an order would print. Raises Invalid, Forbidden, NotFound."""
        return await self._lines(await self._homes(actor, order))

    async def draw_one(self, actor: Actor, household: str, reason: str) -> Batch:
        """The letter of one household, whose page has said that it ends the one before. Raises as ``draw``."""
        line, home = await self.line(actor, household)
        if not line.code:
            raise Conflict("这户还没有正在使用的门牌码，请先制作门牌，再打印密码单。", code="pins.no_door")
        return await self._draw(actor, [home], int(line.out), reason)

    async def keep(self, actor: Actor, batch: Batch) -> None:
        """From now on the letters' PINs count, and those before do not. Raises Conflict, with nothing changed, where a
        colleague has printed for one of the households meanwhile."""
        if not await self._households.keep_pins([letter.new for letter in batch.letters], actor.subject):
            raise Conflict(
                "刚有同事给其中的户打印了密码单，这一批没有生效。请刷新后再打印。", code="pins.changed"
            )

    def _check(self, actor: Actor, area: str) -> None:
        if not self._areas.has(area):
            raise Forbidden("这个区划不在您的管理范围内。", code="area.not_yours")
        check(actor, VERB, self._areas.chain(area))

    async def _draw(self, actor: Actor, homes: Sequence[Household], replacing: int, reason: str) -> Batch:
        lines = await self._lines(homes)
        ending = tuple(line for line in lines if line.out)
        if len(ending) != replacing:
            raise SlipsOut(ending)
        if ending and not reason.strip():
            message = "请写明换发的原因，例如：信封破损、口令被他人看到。"
            raise Invalid([Problem("reason", "pins.reason", message)])
        await self._limits.check("pins.staff", actor.subject)
        news = self._households.new_pins(homes)
        letters = tuple(Letter(*each) for each in zip(lines, homes, news, strict=True))
        return Batch(letters, reason.strip()[:LONGEST_REASON])

    async def _homes(self, actor: Actor, order: Order) -> list[Household]:
        if order.which == "chosen":
            return await self._chosen(actor, order.doors)
        homes = await self._without(actor, order.area)
        if not homes:
            raise NotFound("这里没有可以打印的户：都已经有密码单，或者还没有门牌码。", code="pins.empty")
        return homes

    async def _chosen(self, actor: Actor, doors: Sequence[str]) -> list[Household]:
        codes = list(dict.fromkeys(_read(door) for door in doors))
        if not codes:
            raise Invalid([Problem("doors", "pins.none", "请先勾选要打印的户。")])
        if len(codes) > MOST:
            message = f"一次最多打印 {MOST} 户，您选了 {len(codes)} 户。请分几次打印。"
            raise Invalid([Problem("doors", "pins.most", message)])
        found = await self._codes.living_doors(codes)
        homes = await self._households.of_ids(actor, [code.target.household for code in found])
        if len(homes) != len(codes):
            raise NotFound(
                "有的门牌没有找到，或者不在您的管理范围内。请刷新后重新选择。", code="code.unknown"
            )
        for home in homes:
            check(actor, VERB, home.areas)
        return homes

    async def _without(self, actor: Actor, area: str) -> list[Household]:
        """The first ``MOST`` households that have a plate and no slip."""
        self._check(actor, area)
        found: list[Household] = []
        after = ""
        for _ in range(LOOKS):
            page = await self._households.without_slip(actor, area, after, MOST)
            doors = await self._codes.doors_of([home.id for home in page])
            found += [home for home in page if home.id in doors]
            if len(page) < MOST or len(found) >= MOST:
                break
            after = page[-1].id
        return found[:MOST]

    async def _lines(self, homes: Sequence[Household]) -> list[Line]:
        doors = await self._codes.doors_of([home.id for home in homes])
        return [
            Line(home.id, home.address, doors.get(home.id, ""), home.pin_issued_at, home.pin_count)
            for home in homes
        ]


def _read(typed: str) -> str:
    try:
        return grammar.read(typed[:40])
    except grammar.BadCode:
        return ""
