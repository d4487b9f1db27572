"""A draft of an item (事项草稿): written by one person, let pass by a second, published on its day. Pure transitions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import msgspec

from models.base.errors import Conflict, Forbidden
from models.items.item import Item, Theme

State = Literal["draft", "submitted", "returned", "approved", "published", "dropped"]
STATES: dict[State, str] = {
    "draft": "编写中", "submitted": "待审核", "returned": "退回修改", "approved": "已审核，待生效",
    "published": "已发布", "dropped": "已放弃",
}  # fmt: skip
OPEN: tuple[State, ...] = ("draft", "submitted", "returned", "approved")
WRITING: tuple[State, ...] = ("draft", "returned")

What = Literal[
    "opened", "changed", "submitted", "returned", "approved", "recalled", "published", "dropped", "moved"
]
WHAT_WORDS: dict[What, str] = {
    "opened": "开始编写", "changed": "修改", "submitted": "提交审核", "returned": "退回修改", "approved": "审核通过",
    "recalled": "撤回修改", "published": "发布", "dropped": "放弃草稿", "moved": "版本已变，退回对照",
}  # fmt: skip
WROTE: frozenset[What] = frozenset({"opened", "changed", "submitted"})
KEPT_DEEDS = 200
SYSTEM = "系统"


class By(msgspec.Struct, frozen=True):
    """An account and the name it had."""

    id: str
    name: str


class Deed(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that was done to a draft."""

    at: datetime
    by: By
    what: What
    note: str = ""


class Remark(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the reviewer wants changed, beside the place that it is about ("" is the whole)."""

    place: str
    text: str


class ItemDraft(msgspec.Struct, frozen=True, omit_defaults=True):
    """The whole item as it is being written. ``base`` is the version that it started from, 0 for a new item; ``open``
    holds while it may still become a version: an item has one open draft at a time."""

    id: str
    slug: str
    item: Item
    base: int
    author: By
    state: State
    opened_at: datetime
    changed_at: datetime
    deeds: tuple[Deed, ...]
    open: bool = True
    effective_on: str = ""  # ISO day, "" as soon as it is let pass
    note: str = ""  # what is new, in the author's words
    remarks: tuple[Remark, ...] = ()
    approver: By | None = None
    version: int = 0  # the one that it became
    publishing: bool = False  # it is becoming one just now: nobody takes it back any more
    rev: int = 1

    @property
    def hands(self) -> frozenset[str]:
        """The accounts that wrote in it."""
        return frozenset(_writers(self.deeds) | {self.author.id})

    @property
    def writable(self) -> bool:
        return self.state in WRITING


class DraftHead(msgspec.Struct, frozen=True):
    """What a list shows of an open draft."""

    slug: str
    name: str
    short: str
    theme: Theme
    department: str
    state: State
    author: By
    changed_at: datetime
    base: int
    effective_on: str = ""
    basic_code: str = ""
    code: str = ""
    area: str = ""
    variant_of: str = ""


def opened(draft_id: str, item: Item, base: int, by: By, at: datetime) -> ItemDraft:
    """A new draft on version ``base``."""
    return ItemDraft(draft_id, item.id, item, base, by, "draft", at, at, (Deed(at, by, "opened"),))


def changed(draft: ItemDraft, item: Item, by: By, at: datetime) -> ItemDraft:
    """With other content. Changes by one person in a row are one line of the history."""
    _in(draft, WRITING, "这份草稿正在审核，不能修改。要改请先撤回。")
    last = draft.deeds[-1]
    earlier = draft.deeds[:-1] if (last.what, last.by) == ("changed", by) else draft.deeds
    return _next(draft, earlier, Deed(at, by, "changed"), item=item)


def submitted(draft: ItemDraft, by: By, at: datetime, effective_on: str, note: str) -> ItemDraft:
    """Given to a second person."""
    _in(draft, WRITING, "这份草稿已经提交。")
    deed = Deed(at, by, "submitted", note)
    return _next(
        draft, draft.deeds, deed, state="submitted", effective_on=effective_on, note=note, remarks=()
    )


def returned(draft: ItemDraft, by: By, at: datetime, remarks: tuple[Remark, ...]) -> ItemDraft:
    """Back to the author, with what has to be changed."""
    _in(draft, ("submitted",), "这份草稿不在审核中。")
    note = "；".join(remark.text for remark in remarks)
    return _next(draft, draft.deeds, Deed(at, by, "returned", note), state="returned", remarks=remarks)


def approved(draft: ItemDraft, by: By, at: datetime) -> ItemDraft:
    """Let pass, by somebody who has not written in it. It is published on its day."""
    _in(draft, ("submitted",), "这份草稿不在审核中。")
    if by.id in draft.hands:
        raise Forbidden("您参与了编写，请由另一位同事审核。", code="items.second")
    return _next(draft, draft.deeds, Deed(at, by, "approved"), state="approved", approver=by)


def recalled(draft: ItemDraft, by: By, at: datetime) -> ItemDraft:
    """Taken back before it was published."""
    _in(draft, ("submitted", "approved"), "这份草稿没有提交，不用撤回。")
    if draft.publishing:
        raise Conflict("这份草稿正在发布，不能撤回了。要再改请重新打开草稿。", code="items.state")
    return _next(draft, draft.deeds, Deed(at, by, "recalled"), state="draft", approver=None)


def dropped(draft: ItemDraft, by: By, at: datetime) -> ItemDraft:
    """Given up."""
    _in(draft, WRITING, "请先撤回，再放弃这份草稿。")
    return _next(draft, draft.deeds, Deed(at, by, "dropped"), state="dropped", open=False)


def claimed(draft: ItemDraft) -> ItemDraft:
    """About to become a version: what is frozen from here on is what was let pass."""
    _in(draft, ("approved",), "这份草稿还没有审核通过。")
    return msgspec.structs.replace(draft, publishing=True, rev=draft.rev + 1)


def published(draft: ItemDraft, version: int, at: datetime) -> ItemDraft:
    """It has become a version."""
    _in(draft, ("approved",), "这份草稿还没有审核通过。")
    deed = Deed(at, By("", SYSTEM), "published", f"第{version}版")
    return _next(draft, draft.deeds, deed, state="published", open=False, version=version)


def moved(draft: ItemDraft, at: datetime) -> ItemDraft:
    """Another version was published meanwhile: the author has to look at both."""
    _in(draft, ("approved",), "这份草稿还没有审核通过。")
    remark = Remark("", "审核通过后，这个事项又有了新的版本。请对照后再提交。")
    deed = Deed(at, By("", SYSTEM), "moved", remark.text)
    return _next(
        draft, draft.deeds, deed, state="returned", remarks=(remark,), approver=None, publishing=False
    )


def based(draft: ItemDraft, base: int) -> ItemDraft:
    """As written on another version: whoever saves has seen what stands now."""
    return msgspec.structs.replace(draft, base=base)


def is_due(draft: ItemDraft, today: date) -> bool:
    """Whether its day has come."""
    return draft.state == "approved" and draft.effective_on <= today.isoformat()


def _in(draft: ItemDraft, states: tuple[State, ...], message: str) -> None:
    if draft.state not in states:
        raise Conflict(message, code="items.state")


def _next(draft: ItemDraft, earlier: tuple[Deed, ...], deed: Deed, **change: object) -> ItemDraft:
    deeds = _kept((*earlier, deed))
    return msgspec.structs.replace(draft, deeds=deeds, changed_at=deed.at, rev=draft.rev + 1, **change)


def _kept(deeds: tuple[Deed, ...]) -> tuple[Deed, ...]:
    """The first, which says who began, and the latest; of older ones a deed of everybody who wrote and of whom they say
    nothing: whoever has written does not let it pass, however long ago it was."""
    if len(deeds) <= KEPT_DEEDS:
        return deeds
    older, latest = deeds[1 : 1 - KEPT_DEEDS], deeds[1 - KEPT_DEEDS :]
    last = {deed.by.id: deed for deed in older if deed.what in WROTE}
    known = _writers(latest)
    return (deeds[0], *(deed for writer, deed in last.items() if writer not in known), *latest)


def _writers(deeds: tuple[Deed, ...]) -> set[str]:
    return {deed.by.id for deed in deeds if deed.what in WROTE}
