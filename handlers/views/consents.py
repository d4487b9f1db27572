"""Consents as pages show them: asked before the button, listed as given, told at the desk."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import SimpleNamespace as Page

from handlers.views.words import moment, pairs
from models.cases.case import Case
from models.consents.consent import KEEP, Ask
from models.consents.service import FIELD, Consents


def asked(asks: Sequence[Ask], wrong: Mapping[str, str], ticked: Collection[str] = ()) -> list[Page]:
    """parts/consents.html: one box for each purpose, ticked only where she had ticked it herself."""
    return [
        Page(
            id=ask.id,
            anchor=anchor(ask.id),
            title=ask.title,
            text=ask.text,
            why=ask.why,
            rows=pairs(
                用到哪些信息="、".join(ask.elements), 用来办什么=ask.items, 谁能看到="、".join(ask.to), 保存多久=ask.keep
            ),
            checked=ask.id in ticked,
            problem=wrong.get(f"{FIELD}.{_purpose(ask.id)}", ""),
        )
        for ask in asks
    ]  # fmt: skip


def anchor(consent_id: str) -> str:
    """The id of the box on the page, for a purpose, a consent's id or the field of a problem."""
    return f"f-{FIELD}-{_purpose(consent_id.removeprefix(f'{FIELD}.'))}"


def withdrawn(case: Case, consents: Consents) -> list[str]:
    """What the desk is told of a case whose applicant has taken a consent back."""
    return [
        f"{moment(each.withdrawn_at)}，申请人撤回了对“{consents.title(each)}”（{'、'.join(each.elements)}）的同意。"
        + (
            "继续办理前请先联系申请人，没有其他法定依据的，不得再使用这些信息。"
            if case.open
            else "已经作出的决定不受影响，但不得再把这些信息用于别的事。"
        )
        for each in case.consents
        if each.withdrawn_at and each.id != KEEP
    ]


def _purpose(consent_id: str) -> str:
    return consent_id.partition("@")[0]
