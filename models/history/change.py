"""One change of the registry as it is kept, and what is said about it to whom. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from models.people.book import Noun
from models.people.edits import Entry
from models.people.person import PHONE

To = Literal["author", "old", "new"]

UNDO = timedelta(minutes=10)
"""How long whoever settled a proposal may take it back; nobody is told of the outcome before that."""

OUTCOMES = {
    "accepted": "您申请更正的“{label}”已核实更新，登录后可在“我的信息”里查看。",
    "refused": "您申请更正的“{label}”没有采纳，理由请登录后在“我的信息”里查看。",
    "overtaken": "您申请更正的“{label}”，工作人员已另行核实，请登录后在“我的信息”里核对。",
}
MOVED: dict[To, str] = {
    "old": "您登记的联系电话刚刚换成了另一个号码。如不是您的意思，请马上联系网格员或拨打12345。",
    "new": "这个号码刚刚登记为您的联系电话，{hours}小时后才能用来接收登录验证码。如不是您的意思，请拨打12345。",
}

BACK = "联系电话的变更已经撤销，仍使用原来登记的号码。"


class Notice(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that somebody is told: whoever made the proposal, or the phone that was or is on record. ``text``
    names an element and nobody."""

    to: To
    text: str
    sent_at: datetime | None = None


class Change(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one element of ``owner``, a person or a household that lies in ``areas``. It is never altered;
    of the notices it is marked that they went out, and ``due_at`` says when the next is to be sent, if any."""

    id: str
    noun: Noun
    owner: str
    areas: tuple[str, ...]
    entry: Entry
    notices: tuple[Notice, ...] = ()
    due_at: datetime | None = None


def notices_of(entry: Entry, label: str, cooling: timedelta) -> tuple[Notice, ...]:
    """What is to be said about ``entry``. A phone that becomes another one is told to both of them."""
    return tuple(_outcome(entry, label)) + tuple(_moved(entry, cooling))


def due(entry: Entry, notices: tuple[Notice, ...]) -> datetime | None:
    """When to send them: of a phone at once, of an outcome when it can no longer be taken back."""
    if not notices:
        return None
    return entry.at if any(notice.to != "author" for notice in notices) else entry.at + UNDO


def _outcome(entry: Entry, label: str) -> Iterator[Notice]:
    wish = entry.proposal
    if wish is not None and wish.value.source == "self" and entry.kind in OUTCOMES:
        yield Notice("author", OUTCOMES[entry.kind].format(label=label))


def _moved(entry: Entry, cooling: timedelta) -> Iterator[Notice]:
    before, after = entry.before, entry.after
    if entry.key == PHONE and before and after and before.v != after.v:
        if entry.kind == "restored":
            yield from (Notice(to, BACK) for to in MOVED)
            return
        hours = int(cooling.total_seconds() // 3600)
        yield from (Notice(to, text.format(hours=hours)) for to, text in MOVED.items())
