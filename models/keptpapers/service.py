"""Use cases of kept papers: offer them, keep them, verify them, and let go of them."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from typing import Literal

import msgspec

from models.base.actor import Actor
from models.base.clock import Clock, day_of, local_day
from models.base.errors import Conflict, Forbidden, Invalid, LoginNeeded, NotFound, Problem
from models.files.service import Uploads
from models.forms.context import FileInfo
from models.items.catalogue import Offer
from models.keptpapers.asking import may_keep
from models.keptpapers.paper import KeptPaper, Kind, Source, Verified, fields_of
from models.keptpapers.repository import KeptPaperRepository
from models.mandates.mandate import Ground
from models.mandates.service import Mandates
from models.roles.rules import may

MOST = 100  # kinds of papers of one resident
LONGEST = 60


class Read(msgspec.Struct, frozen=True):
    """What stands on the original, as somebody at a desk has read it."""

    issuer: str = ""
    number: str = ""
    valid_until: str = ""

    def __repr__(self) -> str:
        return "Read()"


class KeptPapers:
    """Papers handed in once. ``mandates`` says on what leave somebody acts."""

    def __init__(
        self, repository: KeptPaperRepository, uploads: Uploads, mandates: Mandates, clock: Clock
    ) -> None:
        self._repository = repository
        self._uploads = uploads
        self._mandates = mandates
        self._clock = clock

    # For forms.

    async def offered(self, actor: Actor, ground: Ground | Literal[""], offer: Offer) -> dict[str, KeptPaper]:
        """The papers of hers that a form asks for again, by question; those that have run out too, to say so. No look at
        the database where the form asks for none."""
        fields = fields_of(offer)
        if not fields or not may_keep(actor, ground):
            return {}
        hers = {paper.kind: paper for paper in await self._repository.of(actor.subject, MOST)}
        return {key: hers[kind] for key, kind in fields.items() if kind in hers}

    async def infos(self, papers: Collection[KeptPaper]) -> dict[str, FileInfo]:
        """What a form shows of their pictures."""
        return await self._uploads.named([file for paper in papers for file in paper.files])

    async def opens(self, actor: Actor, file_id: str) -> bool:
        """Whether a picture shows a kept paper of whoever asks, or is acted for in her presence."""
        if actor.kind != "resident" or not actor.reaches("L2") or not actor.subject:
            return False
        mandate = await self._mandates.get(actor.mandate) if actor.mandate else None
        if actor.mandate and (mandate is None or not may_keep(actor, mandate.ground)):
            return False
        return await self._repository.with_file(actor.subject, file_id) is not None

    # For cases.

    async def keep(
        self, subject: str, person: str, source: Source, consent: int, papers: Mapping[Kind, Sequence[str]]
    ) -> None:
        """Keep what came with a case, under her own name whoever sent it in. Repeats itself harmlessly."""
        for (code, name), files in papers.items():
            paper = KeptPaper(
                secrets.token_hex(15), subject, person, code, name, tuple(files), source, consent
            )
            await self._repository.put(paper)
            await self._uploads.adopt(files, subject)

    async def renew(self, subject: str, case: str, papers: Mapping[Kind, Sequence[str]]) -> None:
        """The pictures were corrected in the case that they came with; what is not kept any more stays so."""
        for kind, files in papers.items():
            await self._repository.renew(subject, case, kind, files)
            await self._uploads.adopt(files, subject)

    async def drop_case(self, case: str) -> None:
        """She has taken back her consent to keep what came with a case."""
        await self._repository.remove_of_case(case)

    async def drop_files(self, files: Sequence[str]) -> None:
        """These pictures are about to be deleted with their case."""
        await self._repository.remove_with(files)

    async def drop_all(self, subject: str) -> int:
        """Let go of everything of a resident; how many. Whoever calls has leave to."""
        return await self._repository.remove_of(subject) if subject else 0

    # For her.

    async def own(self, actor: Actor) -> list[KeptPaper]:
        """What is kept of the actor. Raises LoginNeeded below L2, Forbidden for whoever acts for somebody."""
        _herself(actor)
        return await self._repository.of(actor.subject, MOST)

    async def delete(self, actor: Actor, paper_id: str) -> None:
        """Keep it no longer; the case that it came with has it still. Raises NotFound."""
        _herself(actor)
        if not await self._repository.remove(actor.subject, paper_id):
            raise NotFound("没有找到这份材料，可能已经删除。", code="paper.unknown")

    async def say_until(self, actor: Actor, paper_id: str, valid_until: str) -> None:
        """Until when it holds, as she says. Raises Invalid, NotFound, Conflict for one that was verified."""
        _herself(actor)
        _check_day(valid_until)
        if not await self._repository.say_until(actor.subject, paper_id, valid_until):
            if any(paper.id == paper_id for paper in await self._repository.of(actor.subject, MOST)):
                raise Conflict("这份材料的有效期已由工作人员核验，不能自己改。", code="paper.verified")
            raise NotFound("没有找到这份材料，可能已经删除。", code="paper.unknown")

    # For a desk.

    async def of_files(self, subject: str, files: Collection[str]) -> list[KeptPaper]:
        """The kept papers of an applicant that lie before a desk, as the pictures of her case. Whoever calls has found
        that she may see the case."""
        papers = await self._repository.of(subject, MOST) if subject and files else []
        return [paper for paper in papers if set(paper.files) <= set(files)]

    async def verify(
        self,
        staff: Actor,
        paper: KeptPaper,
        read: Read,
        office: str,
        areas: tuple[str, ...],
        departments: Sequence[str],
    ) -> None:
        """Somebody who handles the case has held the original against the picture, at ``office``. Raises Forbidden, Invalid,
        Conflict where other pictures came meanwhile."""
        held = (
            may(staff, verb, areas, line) for verb in ("case.accept", "case.review") for line in departments
        )
        if not any(held):
            raise Forbidden("核验材料要由受理或审核这件事的人来做。", code="paper.verify")
        words = {name: " ".join(getattr(read, name).split()) for name in ("issuer", "number")}
        _check_day(read.valid_until)
        for name, text in words.items():
            if len(text) > LONGEST or not text.isprintable():
                raise Invalid([Problem(name, "text.length", f"最多{LONGEST}个字，请核对后再填。")])
        if not words["issuer"]:
            raise Invalid([Problem("issuer", "required", "请填写原件上的发证单位。")])
        seen = msgspec.structs.replace(paper, valid_until=read.valid_until, **words)
        if not await self._repository.verify(seen, Verified(staff.name, office, self._clock())):
            raise Conflict("这份材料刚换了新的照片，请刷新后再核验。", code="paper.renewed")

    @property
    def today(self) -> str:
        """ISO, in Shanghai."""
        return local_day(self._clock()).isoformat()


def _check_day(text: str) -> None:
    try:
        if text:
            day_of(text)
    except ValueError:
        told = "请填写有效期到哪一天，例如 2028-12-31；长期有效的不填。"
        raise Invalid([Problem("valid_until", "date.form", told)]) from None


def _herself(actor: Actor) -> None:
    if actor.kind != "resident" or not actor.reaches("L2"):
        raise LoginNeeded("L2")
    if actor.mandate:
        raise Forbidden("代办时看不到本人留存的材料。", code="mandate.acting")
