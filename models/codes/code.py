"""A code: what is printed, what it stands for, and whether it still holds."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from models.base.errors import Conflict

Kind = Literal["D", "Y", "S", "R", "Z", "P"]
State = Literal["active", "suspended", "replaced", "revoked"]

KIND_NAMES: dict[str, str] = {
    "D": "门牌", "Y": "一件事", "S": "事项", "R": "回执", "Z": "电子证照", "P": "服务点",
}  # fmt: skip


class Target(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a code names: exactly one of these. ``plate`` is the address as printed, a public fact."""

    household: str = ""
    item: str = ""
    bundle: str = ""
    point: str = ""


class Code(msgspec.Struct, frozen=True, omit_defaults=True):
    """A row of ``codes``. ``areas`` is the chain it hangs in (see docs/architecture.md); ``posts`` the item or bundle
    whose poster it is, where the house issued it by itself: there is one for each."""

    id: str
    kind: Kind
    areas: tuple[str, ...]
    target: Target
    issued_at: datetime
    state: State = "active"
    successor: str = ""
    reason: str = ""
    changed_at: datetime | None = None
    changed_by: str = ""
    posts: str = ""
    rev: int = 1


ALLOWED: dict[State, frozenset[State]] = {
    "active": frozenset({"suspended", "replaced", "revoked"}),
    "suspended": frozenset({"active", "replaced", "revoked"}),
    "replaced": frozenset(),
    "revoked": frozenset(),
}


def change(code: Code, state: State, *, at: datetime, by: str, reason: str = "", successor: str = "") -> Code:
    """``code`` in its next state. Raises Conflict where the present state does not lead there:
    a replaced or revoked code never comes back, since a new one may hang in its place."""
    if state not in ALLOWED[code.state]:
        raise Conflict("这个码当前的状态不能这样变更，请刷新后再看。", code="code.state")
    return msgspec.structs.replace(
        code, state=state, successor=successor, reason=reason, changed_at=at, changed_by=by, rev=code.rev + 1
    )
