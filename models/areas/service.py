"""Areas as the rest of the system asks for them: from a snapshot in memory, without waiting."""

from __future__ import annotations

from models.areas.area import Area
from models.areas.repository import AreaRepository
from models.base.errors import NotFound


class Areas:
    """Call ``await reload()`` once at start, and again after areas were changed; everything else reads the
    snapshot and neither waits nor fails halfway: a reload replaces it whole."""

    def __init__(self, repository: AreaRepository) -> None:
        self._repository = repository
        self._by_code: dict[str, Area] = {}
        self._children: dict[str, tuple[Area, ...]] = {}
        self._names: dict[str, str] = {}

    async def reload(self) -> None:
        by_code = {area.id: area for area in await self._repository.all()}
        children: dict[str, list[Area]] = {}
        for area in by_code.values():
            children.setdefault(area.parent, []).append(area)
        self._by_code = by_code
        self._names = {code: area.full_name for code, area in by_code.items()}
        self._children = {parent: tuple(below) for parent, below in children.items()}

    def get(self, code: str) -> Area:
        """The area of ``code``; NotFound when there is none."""
        area = self._by_code.get(code)
        if area is None:
            raise NotFound("没有这个区划，请重新选择。", code="area.unknown")
        return area

    def has(self, code: str) -> bool:
        return code in self._by_code

    def chain(self, code: str) -> tuple[str, ...]:
        """The codes from the county down to ``code`` itself; NotFound when there is no such area."""
        return self.get(code).areas

    def full_name(self, code: str) -> str:
        """县镇村组 run together; NotFound when there is no such area."""
        return self.get(code).full_name

    def name_below_county(self, code: str) -> str:
        """The full name without the county's, as plates and receipts say it: 大关镇丘林村三组."""
        area = self.get(code)
        return area.full_name.removeprefix(self.get(area.areas[0]).name) or area.name

    def children(self, code: str) -> tuple[Area, ...]:
        """The areas directly below ``code``, by code; "" asks for the counties."""
        return self._children.get(code, ())

    def names(self) -> dict[str, str]:
        """Full names by code, of every area. Shared, not copied: read it, do not change it."""
        return self._names
