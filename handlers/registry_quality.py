"""信息质量 at a desk: how complete and fresh places are, the households behind the sums, and what contradicts itself."""

from __future__ import annotations

from typing import get_args

import msgspec

from handlers import looking
from handlers.access import staff
from handlers.base import Base
from handlers.errors import status_of
from handlers.views import registry_quality as views
from models.base.errors import Conflict, Invalid, NotFound
from models.registry.findings import Kept, State
from models.registry.quality import FindingsPage, LackingPage, Quality

HERE = "/desk/registry"
STATES = frozenset(get_args(State))


class Why(msgspec.Struct, frozen=True):
    """Why it is true as it stands."""

    said: str = ""


class QualityPage(Base):
    """Sums by place and module. Numbers alone: no household and nobody is named."""

    @staff(may="registry.search", gives=Quality, query=("area",), summary="信息质量：完整和新旧程度")
    async def get(self) -> None:
        found = await self.home.registry_quality.of(self.actor, self.get_query_argument("area", "")[:15])
        page = await views.quality_page(self, found)
        self.respond(found, "registry_quality.html", draw=lambda _model: page)


class Lacking(Base):
    """The households of a village, a group or a grid that lack something of a module, or have grown old in it."""

    @staff(
        may="registry.search", gives=LackingPage, query=("area", "module", "what", "after"),
        summary="信息质量：缺项或久未核对的户",
    )  # fmt: skip
    async def get(self) -> None:
        area, module, what, after = (
            self.get_query_argument(name, "")[:40] for name in ("area", "module", "what", "after")
        )
        found = await self.home.registry_quality.lacking(self.actor, area, module, what, after)
        page = await views.lacking_page(self, found)
        self.respond(found, "registry_lacking.html", draw=lambda _model: page)


class Contradictions(Base):
    """What contradicts itself in an area, the longest known first."""

    @staff(
        may="registry.search", gives=FindingsPage, query=("area", "state", "after", "done"),
        summary="信息矛盾：列表",
    )  # fmt: skip
    async def get(self) -> None:
        area, state, after = (self.get_query_argument(name, "")[:80] for name in ("area", "state", "after"))
        chosen: State = state if state in STATES else "open"  # type: ignore[assignment]
        found = await self.home.registry_quality.findings(self.actor, area, chosen, after)
        await looking.at_findings(self, found.rows)
        page = await views.findings_page(self, found)
        self.respond(found, "registry_findings.html", draw=lambda _model: page)


class Settle(Base):
    """Say why it is true as it stands, or that what was said does not hold."""

    @staff(
        may="registry.change", reads=Why, gives=Kept, status=(200, 303), summary="信息矛盾：explain reopen"
    )
    async def post(self, finding: str, name: str) -> None:
        if name not in {"explain", "reopen"}:
            raise NotFound("没有这种操作。", code="finding.move")
        looking.check(self)
        why, quality = self.read(Why), self.home.registry_quality
        try:
            if name == "explain":
                kept = await quality.explain(self.actor, finding, why.said)
            else:
                kept = await quality.reopen(self.actor, finding)
        except (Invalid, Conflict) as error:
            if self.wants_json:
                raise
            found = await quality.findings(self.actor)
            await looking.at_findings(self, found.rows)
            page = await views.findings_page(self, found, finding, why.said, error)
            self.respond({}, "registry_findings.html", status=status_of(error), draw=lambda _model: page)
            return
        whose = (kept.of,) if kept.of else ()
        await looking.at_registry(self, "change", ("household", kept.household), whose, (kept.key,), why.said)
        self.go(f"{HERE}/contradictions?done={name}", kept)


ROUTES = [
    (rf"{HERE}/quality", QualityPage),
    (rf"{HERE}/lacking", Lacking),
    (rf"{HERE}/contradictions", Contradictions),
    (rf"{HERE}/contradictions/([0-9a-f]{{40}})/([a-z_]{{1,20}})", Settle),
]
