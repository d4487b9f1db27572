"""Requests about one's own data as residents get them, on pages and as JSON; and a complaint, by its number."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from types import SimpleNamespace as Page
from typing import TYPE_CHECKING, Any

import msgspec

from handlers.views.words import day, moment
from models.audit.service import Look
from models.base.errors import Invalid, Problem, SaobanError
from models.rights.request import (
    KIND_NAMES,
    STATE_NAMES,
    TARGET_NAMES,
    TOPIC_NAMES,
    Erasure,
    Request,
    State,
)
from models.rights.rules import Rules
from models.rights.service import AtOnce

if TYPE_CHECKING:
    from handlers.home import Home

TONES: dict[State, str] = {"open": "moving", "answered": "done", "refused": "refused"}
REMEDY = "对这个答复不服的，可以向人民法院起诉（《个人信息保护法》第五十条），也可以拨打12345。"
LABELS = {"text": "内容", "named": "投诉谁", "code": "编号", "phone": "手机号码", "sure": "确认"}


class AnswerView(msgspec.Struct, frozen=True):
    """``ground_text`` is why it was refused, ``kept`` why some of the data stays."""

    outcome: str
    text: str
    ground_text: str
    kept: tuple[str, ...]
    office: str
    at: datetime


class RequestView(msgspec.Struct, frozen=True):
    """A request as whoever made it sees it. ``about`` says in words what it is about."""

    id: str
    number: str
    kind: str
    kind_name: str
    about: str
    text: str
    state: str
    state_name: str
    filed_at: datetime
    due_on: str
    answer: AnswerView | None = None
    erased: Erasure | None = None


class Followed(msgspec.Struct, frozen=True):
    """A complaint or an objection as whoever has its number sees it: how it stands, and what was answered."""

    number: str
    kind: str
    kind_name: str
    state: str
    state_name: str
    due_on: str
    answer: AnswerView | None = None


def answer_view(request: Request, rules: Rules) -> AnswerView | None:
    """The answer with its grounds in words."""
    given = request.answer
    if given is None:
        return None
    kept = tuple(rules.grounds[key].text for key in given.kept if key in rules.grounds)
    ground = rules.grounds[given.ground].text if given.ground in rules.grounds else ""
    return AnswerView(given.outcome, given.text, ground, kept, given.office, given.at)


def request_view(home: Home, request: Request) -> RequestView:
    """For whoever made it, and inside what the desk gets."""
    return RequestView(
        request.id, request.number, request.kind, KIND_NAMES[request.kind], about(home, request), request.text,
        request.state, STATE_NAMES[request.state], request.filed_at, request.due_on,
        answer_view(request, home.rights_rules), request.erasure,
    )  # fmt: skip


def followed(home: Home, request: Request) -> Followed:
    """For whoever has the number."""
    answer = answer_view(request, home.rights_rules)
    return Followed(
        request.number, request.kind, KIND_NAMES[request.kind], request.state, STATE_NAMES[request.state],
        request.due_on, answer,
    )  # fmt: skip


def about(home: Home, request: Request) -> str:
    """我的一个办件　5299…, or of a look 11月22日 09:30 云岭县大关镇 受理人员 查看办件."""
    told = request.about
    item = next((offer.short for offer in home.catalogue.offers() if offer.id == told.item), "")
    target = TARGET_NAMES[told.target] if told.target else ""
    topic = TOPIC_NAMES[told.topic] if told.topic else ""
    looked = f"{moment(told.seen_at)} {told.seen}" if told.look else ""
    return "　".join(part for part in (looked, target, topic, item, told.case_no) if part)


def look_words(look: Look) -> Page:
    """One look, as a resident reads it."""
    return Page(
        at=moment(look.at),
        office=look.office,
        role=look.role_name,
        staff=look.staff[:6],
        text=f"{look.act_name}{look.noun_name}",
        ground=look.ground_text or look.ground_name,
    )


def problems_of(error: SaobanError | None) -> list[Page]:
    """parts/problems.html."""
    if error is None:
        return []
    found = error.problems if isinstance(error, Invalid) else [Problem("", error.code, error.message)]
    return [Page(field=each.field, label=LABELS.get(each.field, ""), message=each.message) for each in found]


def fields_of(error: SaobanError | None) -> dict[str, str]:
    """What is said beside each field."""
    return {each.field: each.message for each in error.problems} if isinstance(error, Invalid) else {}


def answer_page(answer: AnswerView | None, erased: Erasure | None, *, named: bool) -> Page | None:
    """parts/rights_answer.html. ``named``: she may read what of hers was deleted."""
    if answer is None:
        return None
    return Page(
        text=answer.text,
        ground=answer.ground_text,
        kept=answer.kept,
        erased=_erased(erased) if erased and named else "",
        by=" ".join(part for part in (answer.office, moment(answer.at)) if part),
        remedy=REMEDY if answer.ground_text or answer.kept else "",
    )


def _erased(erasure: Erasure) -> str:
    if erasure.done_at is None:
        return "正在删除，几分钟后完成。"
    return f"已删除草稿 {erasure.drafts} 份、文件 {erasure.files} 个，不能恢复。"


def mine_page(home: Home, found: Sequence[RequestView], older: str, done: str) -> Page:
    """rights.html."""
    return Page(
        requests=[_mine(each) for each in found],
        days=home.rights_rules.days,
        older_href=f"/my/rights?before={older}" if older else "",
        done=done,
    )


def _mine(view: RequestView) -> Page:
    return Page(
        number=view.number,
        kind=view.kind_name,
        about=view.about,
        text=view.text,
        state_text=view.state_name,
        tone=TONES[view.state],  # type: ignore[index]
        filed=moment(view.filed_at),
        due=f"{day(view.due_on)}前答复" if view.state == "open" else "",
        answer=answer_page(view.answer, view.erased, named=True),
    )


def delete_page(
    home: Home, at_once: AtOnce, cases: Sequence[Any], typed: Any, error: SaobanError | None
) -> Page:
    """rights_delete.html."""
    grounds = home.rights_rules.grounds
    return Page(
        drafts=at_once.drafts,
        files=at_once.files,
        kept=[grounds[key].text for key in ("open_case", "archive", "statutory", "audit")],
        targets=[(key, name) for key, name in TARGET_NAMES.items() if key != "own"],
        cases=[("", "请选择"), *((each.case_no, f"{each.title} {each.case_no}") for each in cases)],
        typed=typed,
        days=home.rights_rules.days,
        problems=problems_of(error),
        fields=fields_of(error),
    )


def explain_page(home: Home, typed: Any, error: SaobanError | None) -> Page:
    """rights_explain.html."""
    return Page(
        topics=list(TOPIC_NAMES.items()),
        items=[("", "和具体事项无关"), *((offer.id, offer.short) for offer in home.catalogue.offers())],
        typed=typed,
        days=home.rights_rules.days,
        problems=problems_of(error),
        fields=fields_of(error),
    )


def complaint_page(
    home: Home, typed: Any, error: SaobanError | None, *, asks_phone: bool, number: str = "", lost: str = ""
) -> Page:
    """complaint.html. ``number`` is one that was looked up, ``lost`` why it was not found."""
    return Page(
        typed=typed,
        asks_phone=asks_phone,
        days=home.rights_rules.days,
        number=number,
        lost=lost,
        problems=problems_of(error),
        fields=fields_of(error),
    )


def followed_page(view: Followed, *, fresh: bool) -> Page:
    """complaint_state.html."""
    return Page(
        kind=view.kind_name,
        again_href="/notices" if view.kind == "objection" else "/complaint",
        number=" ".join(view.number[at : at + 4] for at in (0, 4, 8)),
        state_text=view.state_name,
        tone=TONES[view.state],  # type: ignore[index]
        due=f"{day(view.due_on)}前答复" if view.state == "open" else "",
        fresh=fresh,
        answer=answer_page(view.answer, None, named=False),
    )
