"""Writing the catalogue at a desk: drafts, their review by a second person, publishing on a day, withdrawal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from models.base.actor import Actor
from models.base.clock import Clock, day_of, local_day
from models.base.errors import Conflict, Invalid, NotFound, Problem
from models.items import draft as drafts
from models.items.bench import EDIT, REVIEW, Bench
from models.items.draft import By, ItemDraft, Remark
from models.items.draft_repository import ItemDraftRepository
from models.items.item import Item
from models.items.lint.run import refused
from models.items.service import Catalogue
from models.items.starting import for_town
from models.roles.rules import check, may, need

DUE_AT_ONCE = 50
LONGEST_NOTE = 500
MOST_REMARKS = 50


class Editing:
    """Use cases of the catalogue's desk. Every change names the revision that it was made on."""

    def __init__(
        self, repository: ItemDraftRepository, catalogue: Catalogue, bench: Bench, clock: Clock,
        new_id: Callable[[], str], county: str,
    ) -> None:  # fmt: skip
        self._repository = repository
        self._catalogue = catalogue
        self._bench = bench
        self._clock = clock
        self._new_id = new_id
        self._county = county

    async def start(self, actor: Actor, slug: str) -> ItemDraft:
        """Begin to change what stands; the draft that is open where somebody has begun already."""
        offer = self._bench.offer(slug)
        if offer is None or offer.item is None:
            raise NotFound("没有找到这个事项。", code="item.unknown")
        check(actor, EDIT, (self._county,), offer.item.department)
        draft = await self._begun(actor, offer.item, offer.version) or await self._repository.open_of(slug)
        if draft is None:  # closed in between
            raise Conflict()
        return draft

    async def create(self, actor: Actor, item: Item) -> ItemDraft:
        """Begin something new. Raises Invalid where its id is taken."""
        need(actor, EDIT)
        self._hers(actor, item.department)
        draft = None if self._catalogue.standing(item.id) else await self._begun(actor, item, 0)
        if draft is None:
            raise Invalid([Problem("id", "item.taken", "这个编号已经有事项在用，请换一个。")])
        return draft

    async def take(self, by: By, items: Sequence[Item]) -> set[str]:
        """Begin a draft for each of these, which somebody who may has brought in; the ids of those that had none."""
        at = self._clock()
        new = []
        for item in items:
            standing = self._catalogue.standing(item.id)
            new.append(drafts.opened(self._new_id(), item, standing.version if standing else 0, by, at))
        return await self._repository.add_many(new)

    async def copy(self, actor: Actor, slug: str, town: str) -> ItemDraft:
        """Begin the variant of an item for one town. Raises Invalid where there is no such town or it has one."""
        offer = self._bench.offer(slug)
        if offer is None or offer.item is None:
            raise NotFound("没有找到这个事项。", code="item.unknown")
        check(actor, EDIT, (self._county,), offer.item.department)
        name = self._bench.towns().get(town)
        if name is None or offer.item.area:
            raise Invalid([Problem("town", "area", "请选择一个乡镇。")])
        copied = for_town(offer.item, town, name)
        draft = None if self._catalogue.standing(copied.id) else await self._begun(actor, copied, 0)
        if draft is None:
            raise Invalid([Problem("town", "item.taken", f"{name}已经有自己的这个事项。")])
        return draft

    async def _begun(self, actor: Actor, item: Item, base: int) -> ItemDraft | None:
        """A new draft; None where there is an open one already."""
        new = drafts.opened(self._new_id(), item, base, _by(actor), self._clock())
        return new if await self._repository.add(new) else None

    def _hers(self, actor: Actor, department: str) -> None:
        """Raise Invalid where she would give an item to a line of duty that is not hers."""
        if not may(actor, EDIT, (self._county,), department):
            told = "您的账号不能编辑这个部门的事项，请重新选择。"
            raise Invalid([Problem("department", "items.line", told)])

    async def save(self, actor: Actor, slug: str, rev: int, item: Item) -> ItemDraft:
        """Write other content. Raises Conflict where somebody was faster, Invalid where the id would change."""
        draft = await self._mine(actor, slug, rev)
        self._hers(actor, item.department)
        if item.id != slug:
            raise Invalid([Problem("id", "item.id", "编号定了就不再改。")])
        return await self._write(drafts.changed(draft, item, _by(actor), self._clock()))

    async def submit(self, actor: Actor, slug: str, rev: int, effective_on: str, note: str) -> ItemDraft:
        """Give it to a second person. Raises Invalid where the lint refuses it or nothing is new."""
        draft = await self._mine(actor, slug, rev)
        self._sound(effective_on, note)
        findings = refused(await self._bench.lint(draft.item))
        if findings:
            message = f"还有{len(findings)}处必须改好才能提交，见下面的检查结果。"
            raise Invalid([Problem(each.place, each.rule, each.message) for each in findings], message)
        offer = self._bench.offer(slug)
        if offer is not None and offer.item == draft.item:
            raise Invalid([Problem("note", "items.same", "和现行版本没有不同，不用提交。")])
        standing = self._catalogue.standing(slug)
        base = standing.version if standing else 0
        ready = drafts.submitted(
            drafts.based(draft, base), _by(actor), self._clock(), effective_on, note.strip()
        )
        return await self._write(ready)

    def _sound(self, effective_on: str, note: str) -> None:
        problems = []
        if not note.strip():
            problems.append(Problem("note", "required", "请写明改了什么、为什么。"))
        if len(note) > LONGEST_NOTE:
            problems.append(Problem("note", "long", f"请控制在{LONGEST_NOTE}字以内。"))
        if effective_on and not _is_day(effective_on):
            problems.append(Problem("effective_on", "date", "日期写成 2026-12-01 这样。"))
        if problems:
            raise Invalid(problems)

    async def send_back(self, actor: Actor, slug: str, rev: int, remarks: tuple[Remark, ...]) -> ItemDraft:
        """To the author, saying why beside the places. Raises Invalid where nothing is said."""
        draft = await self._at(actor, REVIEW, slug, rev)
        said = tuple(
            Remark(each.place[:120], each.text.strip()[:LONGEST_NOTE])
            for each in remarks[:MOST_REMARKS]
            if each.text.strip()
        )
        if not said:
            raise Invalid([Problem("remark", "required", "请写明哪里要改、怎样改。")])
        return await self._write(drafts.returned(draft, _by(actor), self._clock(), said))

    async def approve(self, actor: Actor, slug: str, rev: int) -> ItemDraft:
        """Let it pass; it is published at once where its day has come. The author cannot."""
        draft = await self._at(actor, REVIEW, slug, rev)
        if refused(await self._bench.lint(draft.item)):
            raise Conflict("检查不再通过（编码、部门等有变化），请退回修改。", code="items.lint")
        passed = await self._write(drafts.approved(draft, _by(actor), self._clock()))
        if drafts.is_due(passed, self._today()):
            return await self._publish(passed)
        return passed

    async def recall(self, actor: Actor, slug: str, rev: int) -> ItemDraft:
        """Take back what was submitted or waits for its day, to change it."""
        draft = await self._mine(actor, slug, rev)
        return await self._write(drafts.recalled(draft, _by(actor), self._clock()))

    async def drop(self, actor: Actor, slug: str, rev: int) -> ItemDraft:
        """Give a draft up."""
        draft = await self._mine(actor, slug, rev)
        return await self._write(drafts.dropped(draft, _by(actor), self._clock()))

    async def withdraw(self, actor: Actor, slug: str, notice: str, reason: str) -> None:
        """Take an item off the catalogue: no more applications; cases under way go on. Raises Invalid, NotFound."""
        need(actor, EDIT)
        offer = self._bench.offer(slug)
        if offer is not None and offer.item is not None:
            check(actor, EDIT, (self._county,), offer.item.department)
        blank = [name for name, text in (("notice", notice), ("reason", reason)) if not text.strip()]
        if blank:
            raise Invalid([Problem(name, "required", "请写明。") for name in blank])
        await self._catalogue.set_state(actor, slug, "closed", notice.strip()[:200], reason.strip()[:200])

    async def publish_due(self) -> None:
        """Publish what was let pass and whose day has come. Any process may run it, at any time, again."""
        for draft in await self._repository.approved_until(self._today().isoformat(), DUE_AT_ONCE):
            await self._publish(draft)

    async def _publish(self, draft: ItemDraft) -> ItemDraft:
        """Claim it, so that nobody takes it back meanwhile; freeze; then close it: whoever dies between is finished by
        the next, with the same version."""
        if not draft.publishing:
            draft = drafts.claimed(draft)
            if not await self._repository.replace(draft):
                return await self._repository.open_of(draft.slug) or draft
        approver = draft.approver.name if draft.approver else ""
        try:
            version = await self._catalogue.publish_item(
                draft.item, draft.base, draft.author.name, approver, draft.note
            )
            closed = drafts.published(draft, version, self._clock())
        except Conflict as error:
            if error.code != "items.moved":
                raise
            closed = drafts.moved(draft, self._clock())
        await self._repository.replace(closed)  # refused where another process has just done it
        return closed

    async def _mine(self, actor: Actor, slug: str, rev: int) -> ItemDraft:
        return await self._at(actor, EDIT, slug, rev)

    async def _at(self, actor: Actor, verb: str, slug: str, rev: int) -> ItemDraft:
        need(actor, verb)
        draft = await self._repository.open_of(slug)
        if draft is None:
            raise NotFound("这个事项没有在编写的草稿。", code="items.no_draft")
        check(actor, verb, (self._county,), draft.item.department)
        if draft.rev != rev:
            raise Conflict()
        return draft

    async def _write(self, draft: ItemDraft) -> ItemDraft:
        if not await self._repository.replace(draft):
            raise Conflict()
        return draft

    def _today(self) -> date:
        return local_day(self._clock())


def _by(actor: Actor) -> By:
    return By(actor.subject, actor.name)


def _is_day(text: str) -> bool:
    try:
        day_of(text)
    except ValueError:
        return False
    return True
