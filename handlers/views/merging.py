"""The pages of merging."""

from __future__ import annotations

from types import SimpleNamespace as Page
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from handlers.views.desk import frame
from handlers.views.lifeevents import homes
from handlers.views.words import moment, pairs
from models.base.clock import SHANGHAI
from models.base.errors import Conflict, Invalid, SaobanError
from models.lifeevents.scene import RELATION_NAMES
from models.merging.likely import Likely
from models.merging.merge import STATES, UNDO, Merge
from models.merging.service import Cell, Comparison, Row
from models.people.book import Noun
from models.retention.table import rule_of

if TYPE_CHECKING:
    from handlers.base import Base
    from handlers.merging import Bench, Lately

HERE = "/desk/registry/merges"
NOUNS: dict[Noun, str] = {"person": "人", "household": "户"}


async def list_page(handler: Base, noun: Noun, bench: Bench) -> Page:
    """registry_merges.html."""
    found = bench.found
    more = urlencode({"noun": noun, "after": found.next})
    return Page(
        **await frame(handler, HERE), noun=NOUNS[noun],
        filters=[(key, label, key == noun) for key, label in (("person", "人"), ("household", "户"))],
        likely=[_likely(noun, each) for each in found.pairs],
        more_href=f"{HERE}?{more}" if found.next else "",
        lately=[_lately(each) for each in bench.lately],
    )  # fmt: skip


def _likely(noun: Noun, each: Likely) -> Page:
    return Page(
        title=each.title, why=each.why, one=each.places[0] or "没有所属户", other=each.places[1] or "没有所属户",
        href=f"{HERE}/{noun}/{each.one}/{each.other}",
    )  # fmt: skip


def _lately(each: Lately) -> Page:
    return Page(
        href=f"{HERE}/{each.id}", noun=NOUNS[each.noun], at=moment(each.at), by=each.author,
        state=STATES[each.state], tone="done" if each.state == "done" else "quiet",  # type: ignore[index]
    )  # fmt: skip


async def pair_page(
    handler: Base, found: Comparison, typed: dict[str, list[str]], error: SaobanError | None = None
) -> Page:
    """registry_pair.html."""
    problems = {each.field: each.message for each in error.problems} if isinstance(error, Invalid) else {}
    names = handler.home.elements.codes(RELATION_NAMES)
    asked = [
        Page(
            name=f"relations.{person}", label=f"{name}与户主的关系", value=_last(typed, f"relations.{person}"),
            problem=problems.get(f"relations.{person}", ""),
        )
        for person, name in found.to_place.items()
    ]  # fmt: skip
    shown = {"ground", *(each.name for each in asked)}
    loose = [message for field, message in problems.items() if field not in shown]
    return Page(
        **await frame(handler, ""), noun=NOUNS[found.noun], titles=found.titles, places=found.places,
        rows=[_row(each, typed) for each in found.rows if not each.hidden],
        hidden_count=len([each for each in found.rows if each.hidden]), same=found.same,
        asked=asked, relations=[("", "请选择"), *names.items()], op=_last(typed, "op"), ground=_last(typed, "ground"),
        ground_problem=problems.get("ground", ""),
        problem="；".join(loose) or (error.message if isinstance(error, Conflict) else ""), wrong=error is not None,
        href=f"{HERE}/{found.noun}/{found.winner}/{found.loser}",
        turned_href=f"{HERE}/{found.noun}/{found.loser}/{found.winner}", days=UNDO.days,
    )  # fmt: skip


def _last(typed: dict[str, list[str]], name: str) -> str:
    return typed.get(name, [""])[-1]


def _row(row: Row, typed: dict[str, list[str]]) -> Page:
    picked = _last(typed, f"pick.{row.key}") or row.picked
    return Page(
        name=f"pick.{row.key}", label=row.label,
        sides=[
            Page(value=side, text=cell.text, source=_source(cell), chosen=picked == side)
            for side, cell in (("winner", row.winner), ("loser", row.loser))
        ],
    )  # fmt: skip


def _source(cell: Cell) -> str:
    return f"{cell.source} {cell.at.astimezone(SHANGHAI):%Y-%m-%d}" if cell.at else ""


async def one_page(handler: Base, merge: Merge, typed: str = "", error: SaobanError | None = None) -> Page:
    """registry_merge.html."""
    problems = {each.field: each.message for each in error.problems} if isinstance(error, Invalid) else {}
    late = handler.home.clock() - merge.at > UNDO
    act = Page(
        key="undo", title="撤销合并", href=f"{HERE}/{merge.id}/undo", button="撤销合并", tone="refuse", note="", step="",
        problem="", fields=[
            Page(name="reason", label="理由", kind="textarea", value=typed, options=[], optional=False,
                 hint=f"合并后{UNDO.days}天内、相关内容没有再变动的，可以撤销。", problem=problems.get("reason", ""))
        ],
    )  # fmt: skip
    return Page(
        **await frame(handler, ""), noun=NOUNS[merge.noun], state=STATES[merge.state],
        tone="done" if merge.state == "done" else "quiet",
        facts=pairs(
            合并=f"{moment(merge.at)} {merge.author}", 依据=merge.ground, 随之改动=_moved(merge),
            撤销=f"{moment(merge.undone_at)} {merge.undone_by}" if merge.undone_by else "", 撤销理由=merge.reason,
        ),
        homes=homes(handler, merge.before, merge.after),
        actions=[act] if merge.state == "done" and not late else [],
        problem=error.message if isinstance(error, Conflict) else "", revision=0,
    )  # fmt: skip


def _moved(merge: Merge) -> str:
    """What was rewritten, in the words of the table of retention."""
    counts: dict[str, int] = {}
    for each in merge.moved:
        name = rule_of(each.collection).what.partition("：")[0]
        counts[name] = counts.get(name, 0) + len(each.ids)
    if merge.plates:
        counts["门牌码"] = len(merge.plates)
    return "、".join(f"{name} {count} 项" for name, count in counts.items())
