"""Exporting as staff do it: asked for with a purpose; what is sensitive waits for somebody else to approve."""

from __future__ import annotations

from typing import Any

import msgspec

from models.areas.service import Areas
from models.audit.entry import hide
from models.base.actor import Actor
from models.base.errors import Forbidden, Invalid, Problem
from models.elements.registry import Elements
from models.exports.kind import ASKED, GATHERING, KIND, wish_of
from models.exports.wish import LONGEST, SHORTEST, Wish, exported, modules_of
from models.households.service import Households
from models.jobs.job import Job, UnknownJob
from models.jobs.service import Jobs
from models.roles.rules import may, need

ASK, APPROVE = "export.ask", "export.approve"


class Exports:
    """Use cases of exporting."""

    def __init__(self, jobs: Jobs, households: Households, areas: Areas, elements: Elements) -> None:
        self._jobs = jobs
        self._households = households
        self._areas = areas
        self._elements = elements

    def modules(self, actor: Actor) -> tuple[str, ...]:
        """Those that this actor may export anything of."""
        return modules_of(actor, self._areas.chain(actor.area), 1) if actor.area else ()

    async def ask(self, actor: Actor, wish: Wish) -> Job:
        """Begin it, or let it wait for approval where what is sensitive is wanted. Raises Invalid with a problem for
        each field, Forbidden for an area or a module that is not hers."""
        need(actor, ASK)
        wish = msgspec.structs.replace(wish, purpose=hide(" ".join(wish.purpose.split())))
        self._check(actor, wish)
        total = (await self._households.slips_in(actor, wish.area))[0]
        name = self._areas.name_below_county(wish.area)
        given: dict[str, Any] = {"wish": msgspec.to_builtins(wish)}
        return await self._jobs.start(
            actor, KIND, f"导出{name}", self._areas.chain(wish.area), given=given, total=total,
            state="asking" if wish.sensitive else "ready", stage=ASKED if wish.sensitive else GATHERING,
            asks=APPROVE if wish.sensitive else "",
            told="含敏感信息，等另一位同事批准。" if wish.sensitive else "正在取数",
        )  # fmt: skip

    def _check(self, actor: Actor, wish: Wish) -> None:
        problems = []
        if not self._areas.has(wish.area):
            raise Invalid([Problem("area", "required", "请选择哪个地方。")])
        if not actor.covers(self._areas.chain(wish.area)):
            raise Forbidden("这个区划不在您的管理范围内。", code="area.not_yours")
        mine = set(modules_of(actor, self._areas.chain(wish.area), wish.level))
        if not wish.modules:
            problems.append(Problem("modules", "required", "请至少选一个模块。"))
        elif not set(wish.modules) <= mine:
            problems.append(Problem("modules", "modules.forbidden", "有的模块您的账号不能导出，请重新选择。"))
        elif not any(exported(self._elements, actor, self._areas.chain(wish.area), wish).values()):
            problems.append(Problem("modules", "modules.empty", "选的模块里没有可以导出的内容。"))
        if not SHORTEST <= len(wish.purpose) <= LONGEST:
            told = f"请写明用途，{SHORTEST}至{LONGEST}个字，例如“核对2026年医保参保情况”。"
            problems.append(Problem("purpose", "purpose.length", told))
        if problems:
            raise Invalid(problems)

    async def waiting(self, actor: Actor) -> list[Job]:
        """Exports of others that this actor may let out."""
        if not actor.area:
            return []
        return [job for job in await self._jobs.asking(actor.area, APPROVE) if self._may_approve(actor, job)]

    async def approve(self, actor: Actor, job_id: str) -> Job:
        """Let it out. Raises UnknownJob for what this actor may not approve, her own among it, and NotOpen where it does
        not wait any more."""
        job = await self._for_approver(actor, job_id)
        given = {**job.given, "approved_by": actor.name}
        return await self._jobs.answer(
            job, state="ready", stage=GATHERING, given=given, told=f"{actor.name}已批准，正在取数"
        )

    async def refuse(self, actor: Actor, job_id: str, reason: str) -> Job:
        """Keep it in, with a reason. Raises Invalid without one, and as ``approve`` does."""
        job = await self._for_approver(actor, job_id)
        said = hide(" ".join(reason.split()))
        if not 2 <= len(said) <= LONGEST:
            raise Invalid([Problem("reason", "reason.required", f"请写明原因，2至{LONGEST}个字。")])
        return await self._jobs.end(job, "failed", f"{actor.name}没有批准：{said}")

    async def _for_approver(self, actor: Actor, job_id: str) -> Job:
        need(actor, APPROVE)
        job = await self._jobs.asked(job_id, KIND)
        if not self._may_approve(actor, job):
            raise UnknownJob
        return job

    def _may_approve(self, actor: Actor, job: Job) -> bool:
        """Somebody else, who may let out things of that area, and see of them what is to be let out."""
        wish = wish_of(job)
        return (
            job.by.id != actor.subject
            and may(actor, APPROVE, job.areas)
            and set(wish.modules) <= set(modules_of(actor, job.areas, wish.level))
        )
