"""A request of a resident about her own data, from asking to the answer. Pure.

Kinds: ``look`` asks why somebody looked at her data, ``delete`` asks to have some deleted, ``explain`` asks for a rule or
for a value that a form was filled with; a ``complaint``, and an ``objection`` to a public notice (公示异议), may come from
anybody, who need not say who she is.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Literal

import msgspec

from models.base.errors import Conflict

Kind = Literal["look", "delete", "complaint", "explain", "objection"]
State = Literal["open", "answered", "refused"]
Target = Literal["own", "uploads", "matter", "record"]
Topic = Literal["rule", "prefill"]
Outcome = Literal["answered", "refused"]

KIND_NAMES: dict[Kind, str] = {
    "look": "询问谁看过",
    "delete": "要求删除",
    "complaint": "投诉",
    "explain": "要求说明",
    "objection": "公示异议",
}
FOLLOWED: frozenset[Kind] = frozenset({"complaint", "objection"})
"""What whoever has the number may follow."""

STATE_NAMES: dict[State, str] = {"open": "等待答复", "answered": "已答复", "refused": "不予支持"}
TARGET_NAMES: dict[Target, str] = {
    "own": "没填完的草稿和没有用上的文件",
    "uploads": "我上传的照片和文件",
    "matter": "我的一个办件",
    "record": "关于我的全部信息",
}
TOPIC_NAMES: dict[Topic, str] = {"rule": "办理规则", "prefill": "自动填写的内容"}
ERASING: frozenset[Target] = frozenset({"uploads", "record"})
"""What of hers is deleted when the desk grants a request: drafts, and files that no case has."""

LEAST_NAME = 2


class Whose(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who asks, at L2: blind index of her ID number, registry id, name. All empty for somebody who did not say."""

    subject: str = ""
    person: str = ""
    name: str = ""


class About(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a request is about: ``look`` an entry of the record of looking, ``seen`` and ``seen_at`` who did what then in
    words; ``target`` what is to be deleted; ``case_no`` a case; ``code`` a plate; ``topic`` and ``item`` what is to be
    explained; ``named`` whom a complaint names, as it was typed (sealed at rest)."""

    look: str = ""
    seen: str = ""
    seen_at: datetime | None = None
    target: Target | Literal[""] = ""
    case_no: str = ""
    code: str = ""
    topic: Topic | Literal[""] = ""
    item: str = ""
    named: str = ""


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """``by`` is the account that answered, empty where a request was met at once; ``office`` is what the resident reads.
    ``ground`` is why it was refused, ``kept`` why a part of the data stays although it was not."""

    outcome: Outcome
    at: datetime
    text: str = ""
    ground: str = ""
    kept: tuple[str, ...] = ()
    by: str = ""
    office: str = ""


class Erasure(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was to be deleted, and what has been: drafts and files."""

    ordered_at: datetime
    done_at: datetime | None = None
    drafts: int = 0
    files: int = 0


class Notice(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that she is told on her phone; sent at least once."""

    text: str
    at: datetime
    sent_at: datetime | None = None


class Request(msgspec.Struct, frozen=True, omit_defaults=True):
    """A request. ``number`` is its look-up code; ``areas`` the chain of where she lives, or of what she complains about;
    ``barred`` the accounts that may neither see nor answer it; ``same`` tells identical requests, of which one is open at
    a time; ``phone`` where an anonymous person wants to be told. ``text``, ``phone``, ``about.named`` and the answer's
    text are sealed at rest. ``work_at`` is when something that follows from the answer is due, if anything is."""

    id: str
    number: str
    kind: Kind
    areas: tuple[str, ...]
    about: About
    filed_at: datetime
    due_on: str  # ISO date in Shanghai
    same: str
    whose: Whose = Whose()
    text: str = ""
    phone: str = ""
    barred: tuple[str, ...] = ()
    state: State = "open"
    open: bool = True
    answer: Answer | None = None
    erasure: Erasure | None = None
    notices: tuple[Notice, ...] = ()
    work_at: datetime | None = None
    rev: int = 1


class Brief(msgspec.Struct, frozen=True):
    """As much of a request as one line of a list shows: nothing unsealed, and nobody's name."""

    id: str
    number: str
    kind: Kind
    state: State
    areas: tuple[str, ...]
    filed_at: datetime
    due_on: str


def names(typed: str, name: str, staff_no: str, account: str) -> bool:
    """Whether ``typed`` names a member of staff: by name, staff number, or the first six characters of the account as
    谁看过我的信息 shows them. Rather once too often: somebody else answers then."""
    plain = "".join(typed.split())
    known = ("".join(name.split()), staff_no, account[:6])
    return any(len(word) >= LEAST_NAME and word in plain for word in known)


def answered(request: Request, answer: Answer, notice: str, *, erase: bool) -> Request:
    """``request`` with its answer; what follows from that is due at once. Raises Conflict where it has one."""
    if not request.open:
        raise Conflict("这项请求已经由同事答复，请刷新后再看。", code="rights.answered")
    return msgspec.structs.replace(
        request,
        state=answer.outcome,
        open=False,
        answer=answer,
        erasure=Erasure(answer.at) if erase else None,
        notices=(*request.notices, Notice(notice, answer.at)),
        work_at=answer.at,
        rev=request.rev + 1,
    )


def to_erase(request: Request) -> bool:
    """Whether something of hers is still to be deleted."""
    return request.erasure is not None and request.erasure.done_at is None


def erased(request: Request, drafts: int, files: int, at: datetime) -> Request:
    """What was ordered to be deleted is. The revision is raised by ``postponed`` and ``told`` alone."""
    if request.erasure is None:
        return request
    done = msgspec.structs.replace(request.erasure, done_at=at, drafts=drafts, files=files)
    return msgspec.structs.replace(request, erasure=done)


def unsent(request: Request) -> tuple[str, ...]:
    """What she has yet to be told."""
    return tuple(notice.text for notice in request.notices if notice.sent_at is None)


def postponed(request: Request, work_at: datetime) -> Request:
    """What is to be done is not to be looked at before ``work_at``: somebody is doing it, or could not."""
    return msgspec.structs.replace(request, work_at=work_at, rev=request.rev + 1)


def told(request: Request, texts: Collection[str], at: datetime) -> Request:
    """``texts`` went out, and the rest of the work is done with them."""
    notices = tuple(
        msgspec.structs.replace(notice, sent_at=at)
        if notice.sent_at is None and notice.text in texts
        else notice
        for notice in request.notices
    )
    left = to_erase(request) or any(notice.sent_at is None for notice in notices)
    work_at = request.work_at if left else None
    return msgspec.structs.replace(request, notices=notices, work_at=work_at, rev=request.rev + 1)
