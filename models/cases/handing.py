"""Handing out the results of a bundle: the department that leads does it once, for all of them together (一次出件). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from models.base.errors import Conflict, Invalid, Problem
from models.cases.case import By, Case
from models.cases.filing import Filing, Handed
from models.cases.transitions import revised, say

POSTED = "邮寄"
COLLECTED = "自取"
ELECTRONIC = "电子证照"
WAYS: tuple[str, ...] = (COLLECTED, POSTED, "网格员送达", ELECTRONIC)
LONGEST_NOTE = 200


def wanted_way(cases: Sequence[Case]) -> tuple[str, str]:
    """How she wants the results, and where to: as she said in the first matter that asked, or else to be fetched."""
    way = next((str(value) for case in cases if (value := case.answer("collect")) in WAYS), COLLECTED)
    where = next((str(value) for case in cases if (value := case.answer("post_address"))), "")
    return way, where if way == POSTED else ""


def gathered(filing: Filing, cases: Sequence[Case], at: datetime) -> Filing | None:
    """``filing`` when the last of its ``cases`` is over: ready to be handed out where any that was granted has a
    result to hold in the hand. None while one is under way, or where that was settled before."""
    if filing.state != "open" or any(case.open for case in cases):
        return None
    out = any(case.state == "granted" and case.id in filing.results for case in cases)
    return msgspec.structs.replace(
        filing, state="ready" if out else "over", ready_at=at if out else None, rev=filing.rev + 1
    )


def hand_out(filing: Filing, by: By, at: datetime, way: str, note: str) -> Filing:
    """Everything handed out, once. Raises Conflict where it is not ready or was done before, Invalid."""
    if filing.state != "ready":
        raise Conflict("这件事的结果已经发出，或者还没有全部办完，请刷新后再看。", code="filing.state")
    shown = " ".join(note.split())[:LONGEST_NOTE]
    if way not in WAYS:
        raise Invalid([Problem("way", "handing.way", "请选择怎样交给申请人。")])
    if way == POSTED and not shown:
        raise Invalid([Problem("note", "required", "请填写快递公司和单号，申请人会看到。")])
    return msgspec.structs.replace(
        filing, state="handed", handed=Handed(at, by, way, shown), rev=filing.rev + 1
    )


def told(case: Case, filing: Filing) -> Case:
    """``case`` with the notice that all results of its bundle are out; the first of them tells it for all."""
    handed = filing.handed
    assert handed  # noqa: S101 - of one that was handed out
    tail = f"（{handed.note}）" if handed.note else ""
    text = f"您的“{filing.title}”结果已一次发出：{handed.way}{tail}。请打开回执查看。"
    data: dict[str, Any] = {"to": handed.way}
    return revised(case, handed.at, "handed_out", handed.by, data=data, outbox=say(case, handed.at, text))
