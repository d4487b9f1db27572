"""Where other collections name a person or a household, and what becomes of it when two records are one. A test walks
through everything that a town at work has written, and finds whether a place is missing here.

What is ``MOVED`` is rewritten in the transaction of the merge, and written back when the merge is undone. What is
``KEPT`` names the old record for good: the old record leads to the one that stays (``into``), and reading follows it.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Name = Literal["person", "subject", "card_high", "card_low", "household"]
"""What somebody is called: her registry id, the blind index of her number, and the names under which she keeps files
at the higher and at the lower level of assurance; what a house is called: its code."""


class Reference(msgspec.Struct, frozen=True):
    """Documents found by ``find`` (an indexed path that holds the name ``by``), in which each of ``sets`` names the
    other record. ``counted``: they have a revision, which is raised, so that whoever is changing one of them meanwhile
    looks again. ``unique``: what may be there only once beside the name; what the other has already stays behind."""

    collection: str
    by: Name
    find: str
    sets: tuple[tuple[str, Name], ...]
    counted: bool = False
    unique: tuple[str, ...] = ()


MOVED: tuple[Reference, ...] = (
    Reference(
        "cases", "subject", "applicant.subject",
        (("applicant.subject", "subject"), ("applicant.person", "person")), counted=True,
    ),
    Reference(
        "filings", "subject", "applicant.subject",
        (("applicant.subject", "subject"), ("applicant.person", "person")), counted=True,
    ),
    Reference("kept_materials", "subject", "subject", (("subject", "subject"),), unique=("code", "name")),
    Reference("uploads", "card_high", "owner", (("owner", "card_high"),)),
    Reference("uploads", "card_low", "owner", (("owner", "card_low"),)),
    Reference(
        "mandates", "subject", "principal.id", (("principal.id", "subject"), ("principal.person", "person")),
        counted=True,
    ),
    Reference(
        "mandates", "subject", "agent.id", (("agent.id", "subject"), ("agent.person", "person")), counted=True,
    ),
    Reference("visits", "household", "household", (("household", "household"),)),
    Reference("visit_tasks", "household", "household", (("household", "household"),)),
    Reference("identity_checks", "person", "person", (("person", "person"),)),
    Reference(
        "rights", "subject", "whose.subject", (("whose.subject", "subject"), ("whose.person", "person")),
        counted=True,
    ),
    Reference("breaches", "subject", "subject", (("subject", "subject"), ("person", "person")), counted=True),
)  # fmt: skip

_TOLD = "a history says what was, and is never altered; the record that it names leads to the one that stays"
_ENDED = "ended with the merge; whoever logs in again is found afresh"
_CARD = "names a card, not a record: it holds for whoever has that card"

KEPT: dict[tuple[str, str], str] = {
    ("people", "_id"): "the record itself",
    ("people", "household"): "written with the merge, as the members are",
    ("people", "former"): _TOLD,
    ("people", "into"): "how an old record leads to the one that stays",
    ("people", "name_key"): "of the record itself, by which it is sorted among its namesakes",
    ("people", "values.*.*.by"): _TOLD,
    ("people", "values.*.*.v"): "of elements that hold a household code: written with the merge",
    ("people", "proposals.[].by"): _TOLD,
    ("households", "_id"): "the record itself",
    ("households", "into"): "how an old record leads to the one that stays",
    ("households", "members.[].person"): "written with the merge",
    ("households", "values.*.*.by"): _TOLD,
    ("households", "proposals.[].by"): _TOLD,
    (
        "codes",
        "target.household",
    ): "written with the merge: the old plate leads to the new one, or names the house",
    ("households", "address_key"): "of the record itself, by which it is sorted among its neighbours",
    ("registry_marks", "_id"): "counted anew after every writing; dropped with the old record",
    ("registry_findings", "household"): "looked over anew after every writing; settled with the old record",
    ("registry_findings", "of"): "looked over anew after every writing; settled with the old record",
    (
        "visit_plans",
        "_id",
    ): "when the old house was visited and is to be; the one that stays has a plan of its own",
    ("sync_operations", "home"): _TOLD,
    ("registry_changes", "owner"): _TOLD,
    ("registry_changes", "by"): _TOLD,
    ("registry_changes", "before.by"): _TOLD,
    ("registry_changes", "after.by"): _TOLD,
    ("registry_changes", "before.v"): _TOLD,
    ("registry_changes", "after.v"): _TOLD,
    ("registry_changes", "proposal.by"): _TOLD,
    ("life_events", "households.[]"): _TOLD,
    ("life_events", "people.[]"): _TOLD,
    ("life_events", "before.rolls.[].household"): _TOLD,
    ("life_events", "before.rolls.[].members.[].person"): _TOLD,
    ("life_events", "before.people.[].person"): _TOLD,
    ("life_events", "before.people.[].household"): _TOLD,
    ("life_events", "before.people.[].former"): _TOLD,
    ("life_events", "after.rolls.[].household"): _TOLD,
    ("life_events", "after.rolls.[].members.[].person"): _TOLD,
    ("life_events", "after.people.[].person"): _TOLD,
    ("life_events", "after.people.[].household"): _TOLD,
    ("life_events", "after.people.[].former"): _TOLD,
    ("merges", "winner"): "the merge itself",
    ("merges", "loser"): "the merge itself",
    ("merges", "people.[]"): _TOLD,
    ("merges", "households.[]"): _TOLD,
    ("merges", "before.rolls.[].household"): _TOLD,
    ("merges", "before.rolls.[].members.[].person"): _TOLD,
    ("merges", "before.people.[].person"): _TOLD,
    ("merges", "before.people.[].household"): _TOLD,
    ("merges", "before.people.[].former"): _TOLD,
    ("merges", "after.rolls.[].household"): _TOLD,
    ("merges", "after.rolls.[].members.[].person"): _TOLD,
    ("merges", "after.people.[].person"): _TOLD,
    ("merges", "after.people.[].household"): _TOLD,
    ("merges", "after.people.[].former"): _TOLD,
    ("merges", "moved.[].was.[].[]"): "what is written back when it is undone",
    ("merges", "moved.[].now.[].[]"): "what is written back when it is undone",
    ("merges", "plates.[].household"): "what is written back when it is undone",
    ("audit", "whose.[]"): _TOLD + ": the chain is signed, and whoever asks who looked asks under every name",
    ("audit", "what.id"): _TOLD,
    ("audit", "who.id"): _TOLD,
    ("cases", "events.[].by.id"): _TOLD,
    ("cases", "answers.[].by"): _TOLD,
    ("mandates", "principal.household"): "where the principal lived when it was given",
    ("mandates", "agent.household"): "where the agent lived when it was given",
    ("sessions", "subject"): _ENDED,
    ("sessions", "person"): _ENDED,
    ("sessions", "household"): _ENDED,
    ("wechat_bindings", "subject"): _CARD,
    ("drafts", "owner"): _CARD + "; forgotten after thirty days",
}
"""By collection and path (``[]`` an element of a list, ``*`` any name), why it stays as it is."""


def declared(collection: str, path: str) -> bool:
    """Whether a place is known, moved or kept."""
    if any(r.collection == collection and path in {p for p, _ in r.sets} for r in MOVED):
        return True
    return any(kept == collection and _fits(pattern, path) for kept, pattern in KEPT)


def _fits(pattern: str, path: str) -> bool:
    wanted, found = pattern.split("."), path.split(".")
    return len(wanted) == len(found) and all(w in {f, "*"} for w, f in zip(wanted, found, strict=True))
