"""What problems are found by: a light, a poor rating, a complaint; as much of it as may stand on a ledger."""

from __future__ import annotations

import msgspec

from models.base.actor import Actor
from models.base.errors import NotFound
from models.cases.case import STARS
from models.problems.problem import Source
from models.ratings.rating import POOR
from models.ratings.service import Ratings, Watched
from models.rights.desk import RightsDesk
from models.supervision.rule import LEVELS, Rule
from models.supervision.service import Supervision


class Finding(msgspec.Struct, frozen=True):
    """What a source says: nothing of whose case it is, and no word that a resident has written."""

    source: Source
    ref: str = ""
    title: str = ""
    what: str = ""
    office: str = ""
    department: str = ""


class Sources:
    """Reads a source as the actor may see it, so that nobody lists what is not hers to know."""

    def __init__(
        self, supervision: Supervision, ratings: Ratings, rights: RightsDesk, rules: tuple[Rule, ...]
    ) -> None:
        self._supervision = supervision
        self._ratings = ratings
        self._rights = rights
        self._names = {rule.key: rule.name for rule in rules}

    async def read(self, actor: Actor, kind: str, ref: str) -> Finding:
        """Raises NotFound for what there is not, or not for her."""
        match kind:
            case "light":
                return await self._light(actor, ref)
            case "rating":
                return await self._rating(actor, ref)
            case "complaint":
                return await self._complaint(actor, ref)
        raise NotFound("没有这种来源。", code="problem.source")

    async def _light(self, actor: Actor, ref: str) -> Finding:
        light = await self._supervision.get(actor, ref)
        name = self._names.get(light.rule, light.rule)
        due = f"，应于{light.due_on}办完" if light.due_on else ""
        about = f"{LEVELS[light.level]}：{light.title}（{light.case_no}）{light.step}{due}。"
        office = light.desks[0].split("|")[0].partition("G")[0]  # a grid answers through its village
        return Finding(
            "light", light.id, f"{light.title}：{name}", f"{about}请查明原因，办结此件并防止再次发生。", office,
            light.department,
        )  # fmt: skip

    async def _rating(self, actor: Actor, ref: str) -> Finding:
        seen = await self._ratings.get(actor, ref)
        if not isinstance(seen, Watched) or seen.rating.level not in POOR:
            raise NotFound("没有找到这条评价，或它不在您的范围。", code="rating.unknown")
        rating = seen.rating
        why = "、".join(self._ratings.reasons.words(rating.reasons)) or "没有选原因"
        what = f"{rating.month} 被评为“{STARS[rating.level]}”：{why}。请改进服务，并说明改了什么。"
        return Finding("rating", rating.id, f"{rating.title}：差评", what, rating.hall, rating.department)

    async def _complaint(self, actor: Actor, ref: str) -> Finding:
        request = await self._rights.get(actor, ref)
        if request.kind != "complaint" or request.state != "answered":
            raise NotFound("没有找到这件投诉，或它还没有核实。", code="request.unknown")
        office = request.areas[min(1, len(request.areas) - 1)]
        what = f"投诉 {request.number} 反映的问题经核实属实。请按答复的要求整改。"
        return Finding("complaint", request.id, "投诉反映的问题", what, office)
