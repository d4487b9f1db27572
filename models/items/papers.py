"""Which papers a matter takes, each once, and where each comes from: what the state has, what another matter of the
bundle brings about, what is told in the form itself, and what is left for the applicant to bring. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Literal

import msgspec

from models.forms.conditions import holds, names, some
from models.forms.form import When
from models.items.item import Bundle, Item, Material

Origin = Literal["held", "made", "kept", "filled", "checked", "photo", "bring"]

ORIGINS: tuple[Origin, ...] = ("bring", "photo", "checked", "filled", "kept", "made", "held")
"""What asks most of the applicant first: a paper that two matters want is as much trouble as the worse of them makes."""

ORIGIN_WORDS: dict[Origin, str] = {
    "held": "已有，不用交", "made": "由前面事项产出，不用交", "filled": "填在表里，不用另交",
    "kept": "您以前交过，不用再交",
    "checked": "由工作人员核对，查不到才请您补", "photo": "需要您拍照", "bring": "需要您带来",
}  # fmt: skip

OWN: frozenset[Origin] = frozenset({"photo", "bring"})
"""What she has to see to herself."""

FORM_ITSELF = "form"
"""What a material's ``held`` says where filling in the form is the paper (a declaration, an application)."""

OPTIONAL = 1
PAPER_ONLY = 1


class Paper(msgspec.Struct, frozen=True, omit_defaults=True):
    """One paper of a list. ``need`` as the materials say it (0 must, 1 optional, 2 may follow later); ``maker`` is the
    matter that brings it about; ``wanted`` the matters that ask for it; ``unsure`` where it depends on what has not
    been answered yet, ``given`` where its picture is there."""

    code: str
    name: str
    origin: Origin
    need: Literal[0, 1, 2] = 0
    note: str = ""
    maker: str = ""
    wanted: tuple[str, ...] = ()
    unsure: bool = False
    given: bool = False

    @property
    def counts(self) -> bool:
        """Whether it is asked for at all: not where it is optional or may turn out not to be needed."""
        return self.need != OPTIONAL and not self.unsure


class Papers(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is asked of one applicant: each paper once, her own first. ``asked`` is how many she would have handed in
    at one counter after the other, ``own`` how many are left to her."""

    rows: tuple[Paper, ...] = ()
    asked: int = 0
    own: int = 0


class Taken(msgspec.Struct, frozen=True):
    """One matter as it is applied for: the answers under its own keys, and whether they are all there. ``made`` are
    the codes of papers that matters before it bring about, with the names of these."""

    item: Item
    answers: Mapping[str, Any]
    whole: bool = True
    made: Mapping[str, str] = {}


def words_of(paper: Paper) -> str:
    """Where it comes from, in words: 由“个体户执照”产出，不用交."""
    if paper.given:
        return "您已交"
    if paper.origin == "made":
        return f"由“{paper.maker}”产出，不用交"
    if paper.origin in OWN and paper.need:
        return ORIGIN_WORDS[paper.origin] + ("（没有可不交）" if paper.need == OPTIONAL else "（可以后补）")
    return ORIGIN_WORDS[paper.origin]


def kept_file(file: object) -> str:
    """How ``held`` names a picture that she handed in before and that is used again."""
    return f"file:{file}"


def papers(taken: Iterable[Taken], held: Collection[str], today: date | None = None) -> Papers:
    """The union of what the matters ask for. ``held`` are the elements and the codes of papers that the state has of
    this applicant, at the level at which she has proven who she is, and the pictures that she handed in before
    (``kept_file``)."""
    each = [(one, material) for one in taken for material in one.item.materials]
    found: dict[str, list[Paper]] = {}
    for one, material in each:
        unsure = _unsure(one, material)
        if (
            unsure
            or material.when is None
            or holds(material.when, one.answers, one.item.form.fields(), today)
        ):
            found.setdefault(material.code, []).append(_paper(one, material, held, unsure=unsure))
    rows = sorted((_once(same) for same in found.values()), key=_trouble)
    asked = sum(paper.counts for same in found.values() for paper in same)
    return Papers(tuple(rows), asked, sum(row.counts and row.origin in OWN for row in rows))


def made_for(bundle: Bundle, items: Mapping[str, Item], chosen: Collection[str]) -> dict[str, dict[str, str]]:
    """For each child that is taken: the codes of the papers that children before it bring about, with their names."""
    return {
        child.item: {
            items[ahead].result.code: items[ahead].short
            for ahead in child.after
            if ahead in chosen and items[ahead].result.code
        }
        for child in bundle.children
        if child.item in chosen
    }


def spared_by(bundle: Bundle, items: Mapping[str, Item]) -> dict[tuple[str, str], When]:
    """Pictures that a child need not ask for where a child before it, that is taken on some condition, brings the
    paper about."""
    found: dict[tuple[str, str], When] = {}
    whens = {child.item: child.when for child in bundle.children}
    for child in bundle.children:
        for material in items[child.item].materials:
            makers = [ahead for ahead in child.after if items[ahead].result.code == material.code]
            condition = some(*(whens[maker] for maker in makers)) if makers else None
            if material.field and condition is not None:
                found[child.item, material.field] = condition
    return found


def _unsure(one: Taken, material: Material) -> bool:
    return material.when is not None and not one.whole and not names(material.when) <= one.answers.keys()


def _paper(one: Taken, material: Material, held: Collection[str], *, unsure: bool) -> Paper:
    origin = _origin(one, material, held)
    return Paper(
        code=material.code,
        name=material.name,
        origin=origin,
        need=material.need,
        note=material.criteria,
        maker=one.made[material.code] if origin == "made" else "",
        wanted=(one.item.short,),
        unsure=unsure,
        given=origin in OWN and bool(material.field and one.answers.get(material.field)),
    )


def _origin(one: Taken, material: Material, held: Collection[str]) -> Origin:
    """Where this matter gets the paper from. An original that is looked at in person is brought along by its owner,
    whoever else knows what it says."""
    if material.code in one.made:
        return "made"
    if material.form == PAPER_ONLY and material.originals and one.item.visits:
        return "bring"
    if material.held == FORM_ITSELF:
        return "filled"
    if material.code in held or material.held in held:
        return "held"
    if material.held and any(field.element == material.held for field in one.item.form.fields().values()):
        return "filled"
    if material.field:
        files = one.answers.get(material.field)
        again = isinstance(files, list) and files and {kept_file(file) for file in files} <= set(held)
        return "kept" if again else "photo"
    return "checked" if material.held else "bring"


def _once(same: Sequence[Paper]) -> Paper:
    """One paper out of what several matters say of it."""
    worst = min(same, key=lambda paper: ORIGINS.index(paper.origin))
    need = min((paper.need for paper in same), key=(0, 2, 1).index)
    wanted = tuple(dict.fromkeys(name for paper in same for name in paper.wanted))
    unsure = all(paper.unsure for paper in same)
    given = any(paper.given for paper in same)
    return msgspec.structs.replace(worst, need=need, wanted=wanted, unsure=unsure, given=given)


def _trouble(paper: Paper) -> tuple[int, bool, int]:
    return ORIGINS.index(paper.origin), not paper.counts, (0, 2, 1).index(paper.need)
