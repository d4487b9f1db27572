"""Use cases of codes: issue, resolve, suspend, restore, replace, revoke."""

from __future__ import annotations

from collections.abc import Sequence

from models.base.actor import Actor
from models.base.clock import Clock
from models.base.errors import Conflict, Forbidden, NotFound
from models.codes.code import Code, State, change
from models.codes.repository import CodesRepository

POSTERS = 5000  # items and bundles of a county, with some to spare


class Codes:
    """The codes of the county."""

    def __init__(self, repository: CodesRepository, clock: Clock) -> None:
        self._repository = repository
        self._clock = clock

    async def get(self, code: str) -> Code:
        """The row of a well-formed code. Raises NotFound for one that was never issued."""
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
        """Bring a code of the actor's area into ``state``. Raises Forbidden, NotFound, Conflict."""
        code = await self.get(code_id)
        if actor.role not in {"admin", "clerk"} or not actor.covers(code.areas):
            raise Forbidden()
        following = change(
            code, state, at=self._clock(), by=actor.subject, reason=reason, successor=successor
        )
        if not await self._repository.replace(following):
            raise Conflict()
        return following

    async def door_of(self, household: str) -> Code | None:
        """The living plate of a household, if it has one."""
        return await self._repository.door_of(household)

    async def posters(self, area: str) -> dict[str, str]:
        """The code to use for each item and bundle of ``area``, by slug: its widest poster's."""
        found = await self._repository.posters(area, POSTERS)
        found.sort(key=lambda code: len(code.areas), reverse=True)
        return {code.target.item or code.target.bundle: code.id for code in found}

    async def in_area(
        self, actor: Actor, area: str, kind: str, after: str = "", limit: int = 500
    ) -> list[Code]:
        """A page of codes in ``area``, which has to lie in the actor's."""
        if not actor.is_staff or not area.startswith(actor.area):
            raise Forbidden()
        return await self._repository.in_area(area, kind, after, limit)
