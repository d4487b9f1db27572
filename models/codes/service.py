"""Use cases of codes: issue, resolve, suspend, restore, replace, revoke."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from models.base.actor import Actor
from models.base.clock import Clock
from models.base.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from models.base.kept import Kept
from models.codes.code import Code, State, change
from models.codes.repository import CodesRepository
from models.roles.rules import check
from qr import grammar

KEPT = 4000  # some 1 KB each
POSTERS = 5000  # items and bundles of a county, with some to spare


class Codes:
    """The codes of the county."""

    def __init__(
        self, repository: CodesRepository, clock: Clock, new_code: Callable[[str], str] = grammar.new
    ) -> None:
        self._repository = repository
        self._clock = clock
        self._new_code = new_code
        self.kept: Kept[Code] = Kept(KEPT)

    async def get(self, code: str) -> Code:
        """The row of a well-formed code, as the changes that were heard of left it. Raises NotFound for one that
        was never issued."""
        return await self.kept.get(code, self._read)

    async def _read(self, code: str) -> Code:
        found = await self._repository.get(code)
        if found is None:
            raise NotFound(
                "没有查到这个码。请核对门牌或海报上的12位字符，不要在其他网页填写个人信息。",
                code="code.unknown",
            )
        return found

    async def issue(self, codes: Sequence[Code]) -> int:
        """Add new codes; those that exist are left as they are. The number added."""
        return await self._repository.add_all(codes)

    async def change(
        self, actor: Actor, code_id: str, state: State, reason: str, successor: str = ""
    ) -> Code:
        """Bring a code of the actor's area into ``state``. A replaced one points to ``successor``, a living code of
        the same kind; where none is named, a new one for the same thing is drawn and issued in the same moment.
        Raises Forbidden, NotFound, Conflict, Invalid."""
        code = await self._read(code_id)
        check(actor, "codes.change", code.areas)
        fresh = None
        if state == "replaced":
            fresh = None if successor else self._again(code)
            successor = fresh.id if fresh else (await self._living(successor, code)).id
        following = change(
            code, state, at=self._clock(), by=actor.subject, reason=reason, successor=successor
        )
        if not await self._repository.replace(following, successor=fresh):
            raise Conflict()
        self.kept.drop(code_id)
        return following

    def _again(self, code: Code) -> Code:
        """A new code for what ``code`` stands for."""
        return Code(self._new_code(code.kind), code.kind, code.areas, code.target, self._clock())

    async def _living(self, successor: str, code: Code) -> Code:
        try:
            found = await self._read(successor)
        except NotFound as missing:
            raise Invalid([Problem("successor", "code.successor", missing.message)]) from None
        if (found.kind, found.state) != (code.kind, "active") or found.id == code.id:
            message = "新码要和旧码是同一类、正在使用，而且不能是它自己。"
            raise Invalid([Problem("successor", "code.successor", message)])
        return found

    async def door_of(self, household: str) -> Code | None:
        """The living plate of a household, if it has one."""
        return await self._repository.door_of(household)

    async def doors_of(self, households: Sequence[str]) -> dict[str, str]:
        """The living plates of households, by household, in one query."""
        found = await self._repository.doors_of(households)
        return {code.target.household: code.id for code in found}

    async def living_doors(self, codes: Sequence[str]) -> list[Code]:
        """Those of ``codes`` that are plates in use."""
        return await self._repository.living_doors(codes)

    async def posters(self, area: str) -> dict[str, str]:
        """The code to use for each item and bundle of ``area``, by slug: its widest poster's."""
        found = await self._repository.posters(area, POSTERS)
        found.sort(key=lambda code: len(code.areas), reverse=True)
        return {code.target.item or code.target.bundle: code.id for code in found}

    async def points(self, areas: tuple[str, ...], limit: int) -> list[Code]:
        """The service points in use of one area, and of none in it."""
        return await self._repository.points(areas, limit)

    async def posted(self, area: str) -> frozenset[str]:
        """The items and bundles that have or have had a poster of ``area`` as a whole."""
        found = await self._repository.posted(area, POSTERS)
        return frozenset(target.item or target.bundle for target in found)

    async def in_area(
        self, actor: Actor, area: str, kind: str, after: str = "", limit: int = 500
    ) -> list[Code]:
        """A page of codes in ``area``, which has to lie in the actor's."""
        if not actor.is_staff or not actor.area or not area.startswith(actor.area):
            raise Forbidden()
        return await self._repository.in_area(area, kind, after, limit)
