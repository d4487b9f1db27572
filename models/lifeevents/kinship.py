"""Relations to the head of a household (GB/T 4761) when another one becomes the head: who each is to the new one. Pure.

Only what follows with certainty is said; where two answers are possible (a head's daughter-in-law may be the wife of this
son or of that one) there is none, and a person is asked.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from models.checks.family import MEN, WOMEN
from models.households.household import HEAD

Sex = Literal["1", "2", ""]
"""GB/T 2261.1: man, woman, not known."""

SPOUSE = frozenset({"10", "11", "12"})
SONS = frozenset({"20", "21", "22", "23", "24", "25", "26", "29"})
DAUGHTERS = frozenset({"30", "31", "32", "33", "34", "35", "36", "39"})
BORN = SONS | DAUGHTERS
TAKEN_IN = frozenset({"27", "37"})
FATHERS, MOTHERS = frozenset({"51"}), frozenset({"52"})
GRANDCHILDREN = frozenset({"41", "42", "43", "44"})
ELDER, YOUNGER = frozenset({"71", "75"}), frozenset({"73", "77"})
OWN_SIBLINGS = ELDER | YOUNGER


class Kin(msgspec.Struct, frozen=True):
    """Somebody by her ``relation`` to the head of now; ``born`` tells the elder of two from the younger."""

    relation: str
    sex: Sex = ""
    born: date | None = None


def agrees(relation: str, sex: Sex) -> bool:
    """Whether somebody of that sex can be that relation; nothing is said against a sex that is not known."""
    return not (relation in MEN and sex == "2") and not (relation in WOMEN and sex == "1")


def sex_of(kin: Kin) -> Sex:
    """The sex on record, or else the one that the relation implies."""
    if kin.sex:
        return kin.sex
    return "1" if kin.relation in MEN else "2" if kin.relation in WOMEN else ""


def towards(new: Kin, other: Kin, head: Kin) -> str:
    """What ``other`` is to ``new``, who takes the place of ``head``; empty where it does not follow. ``other`` may be
    the head who steps back."""
    if other.relation == HEAD:
        return _old_head(new, head)
    for group, rule in _RULES:
        if new.relation in group:
            return rule(new, other, head)
    return ""


def _pick(sex: Sex, man: str, woman: str, other: str = "") -> str:
    return {"1": man, "2": woman}.get(sex, other)


def _old_head(new: Kin, head: Kin) -> str:
    """What the head who steps back is to the new one."""
    sex, relation = sex_of(head), new.relation
    if relation in SPOUSE:
        return _pick(sex, "11", "12", "10")
    if relation in BORN:
        return _pick(sex, "51", "52", "50")
    if relation in TAKEN_IN:
        return _pick(sex, "57", "58")
    if relation == "38":
        return _pick(sex, "53", "54")
    if relation == "28":
        return _pick(sex, "55", "56")
    if relation in FATHERS | MOTHERS:
        return _pick(sex, "20", "30")
    if relation in {"41", "42"}:
        return _pick(sex, "61", "62", "60")
    if relation in {"43", "44"}:
        return _pick(sex, "63", "64", "60")
    if relation in ELDER:
        return _pick(sex, "73", "77")
    return _pick(sex, "71", "75") if relation in YOUNGER else ""


def _to_spouse(new: Kin, other: Kin, _head: Kin) -> str:
    """A spouse becomes the head: her children are hers, his parents are her parents-in-law, and the reverse."""
    relation, wife = other.relation, sex_of(new) == "2"
    if relation in BORN | {"28", "38"} | GRANDCHILDREN | {"40", "45", "46"}:
        return relation
    if relation in FATHERS and sex_of(new):
        return "53" if wife else "55"
    if relation in MOTHERS and sex_of(new):
        return "54" if wife else "56"
    return {"53": "51", "54": "52", "55": "51", "56": "52"}.get(relation, "")


def _to_child(new: Kin, other: Kin, head: Kin) -> str:
    """A son or daughter becomes the head."""
    relation = other.relation
    if relation in SPOUSE:  # a child of the head is taken for a child of both; whoever knows better says so
        return _pick(sex_of(other), "51", "52", "50")
    if relation in BORN:
        if new.born is None or other.born is None or new.born == other.born:
            return ""
        older = other.born < new.born
        return _pick(sex_of(other), "71" if older else "73", "75" if older else "77")
    if relation in FATHERS | MOTHERS:
        father = relation in FATHERS
        return _pick(sex_of(head), "61" if father else "62", "63" if father else "64", "60")
    return ""


def _to_parent(new: Kin, other: Kin, head: Kin) -> str:
    """A father or mother becomes the head."""
    relation, sex = other.relation, sex_of(other)
    if relation in FATHERS | MOTHERS:
        return _pick(sex, "11", "12", "10")
    if relation in SPOUSE:
        return _pick(sex_of(head), "38", "28")
    if relation in BORN:
        return _pick(sex, *{"1": ("41", "42"), "2": ("43", "44")}.get(sex_of(head), ("", "")))
    return _pick(sex, "20", "30") if relation in OWN_SIBLINGS else ""


def _to_child_in_law(new: Kin, other: Kin, _head: Kin) -> str:
    """A daughter- or son-in-law becomes the head; whose wife or husband she or he is the register does not say."""
    if other.relation not in SPOUSE:
        return ""
    wife = new.relation == "38"
    return _pick(sex_of(other), "53" if wife else "55", "54" if wife else "56")


def _to_sibling(_new: Kin, other: Kin, _head: Kin) -> str:
    """A brother or sister becomes the head: their parents are the same."""
    return other.relation if other.relation in FATHERS | MOTHERS else ""


_RULES = (
    (SPOUSE, _to_spouse),
    (BORN, _to_child),
    (FATHERS | MOTHERS, _to_parent),
    (frozenset({"28", "38"}), _to_child_in_law),
    (OWN_SIBLINGS, _to_sibling),
)
