"""Who lives together: the kinds of families in the demonstration county. Pure."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date

import msgspec

from server.demo import names


class Draft(msgspec.Struct, frozen=True):
    """One person before numbers and facts are handed out. ``age`` in whole years, unless ``birth`` says the
    day; codes by GB/T 2261.1 (sex), 4761 (relation), 3304 (nation), 2261.2 (marital); ``trait`` marks what
    the facts should tell ("disabled", "left_behind", "pregnant")."""

    name: str
    sex: str
    relation: str
    age: int = 0
    birth: date | None = None
    nation: str = "01"
    marital: str = "10"
    phone: bool = True
    trait: str = ""


Family = tuple[Draft, ...]

MAN, WOMAN = "1", "2"
HEAD, SPOUSE, SON, DAUGHTER, IN_LAW = "02", "10", "20", "30", "38"
GRANDSON, GRANDDAUGHTER, MOTHER, FATHER = "41", "42", "52", "51"
SINGLE, MARRIED, WIDOWED = "10", "20", "30"


class Naming:
    """Gives names that fit sex and age, none twice in one family; its children share its surname."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.nation = chance.choices(("01", "06", "03", "08"), (82, 10, 5, 3))[0]
        self.surname = chance.choice(names.SURNAMES_OF_NATION.get(self.nation, names.SURNAMES))
        self._given: set[str] = set()

    def name(self, sex: str, age: int, surname: str = "") -> str:
        men, women = names.GROWN_MEN, names.GROWN_WOMEN
        if age >= 62:
            men, women = names.ELDER_MEN, names.ELDER_WOMEN
        elif age < 22:
            men, women = names.YOUNG_MEN, names.YOUNG_WOMEN
        free = [given for given in (men if sex == MAN else women) if given not in self._given]
        given = self._chance.choice(free)
        self._given.add(given)
        return (surname or self.surname) + given

    def other(self) -> str:
        """The surname of one who married in."""
        return self._chance.choice(names.SURNAMES)


def draft_family(chance: random.Random, index: int) -> tuple[str, Family]:
    """The kind and the people of household ``index``; the first ones show every kind once."""
    kinds = tuple(KINDS)
    kind = (
        kinds[index - 2] if index - 2 < len(kinds) else chance.choices(kinds, [KINDS[k][0] for k in kinds])[0]
    )
    drafts = KINDS[kind][1](chance, Naming(chance))
    return kind, drafts


def _couple(chance: random.Random, naming: Naming, age: int) -> Family:
    her_age = max(22, age - chance.randrange(-1, 5))
    him = Draft(naming.name(MAN, age), MAN, HEAD, age, nation=naming.nation, marital=MARRIED)
    her = Draft(naming.name(WOMAN, her_age, naming.other()), WOMAN, SPOUSE, her_age, marital=MARRIED)
    return him, her


def _child(
    chance: random.Random, naming: Naming, age: int, relations: tuple[str, str], trait: str = ""
) -> Draft:
    sex = chance.choice((MAN, WOMAN))
    relation = relations[sex == WOMAN]
    return Draft(
        naming.name(sex, age), sex, relation, age, nation=naming.nation, phone=age >= 16, trait=trait
    )


def _children(chance: random.Random, naming: Naming, mother_age: int) -> Family:
    ages = {mother_age - chance.randrange(22, 36) for _ in range(chance.choice((1, 2, 2, 3)))}
    return tuple(
        _child(chance, naming, age, (SON, DAUGHTER)) for age in sorted(ages, reverse=True) if 0 <= age < 30
    )


def young_family(chance: random.Random, naming: Naming) -> Family:
    couple = _couple(chance, naming, chance.randrange(27, 50))
    return couple + _children(chance, naming, couple[1].age)


def three_generations(chance: random.Random, naming: Naming) -> Family:
    couple = _couple(chance, naming, chance.randrange(32, 52))
    old = couple[0].age + chance.randrange(21, 32)
    widowed = chance.random() < 0.5
    marital = WIDOWED if widowed else MARRIED
    mother = Draft(naming.name(WOMAN, old, naming.other()), WOMAN, MOTHER, old, marital=marital)
    older = old + chance.randrange(0, 4)
    father = Draft(naming.name(MAN, older), MAN, FATHER, older, nation=naming.nation, marital=MARRIED)
    parents = (mother,) if widowed else (father, mother)
    return couple + _children(chance, naming, couple[1].age) + parents


def single_elder(chance: random.Random, naming: Naming) -> Family:
    age, sex = chance.randrange(65, 99), chance.choice((MAN, WOMAN, WOMAN))
    return (Draft(naming.name(sex, age), sex, HEAD, age, nation=naming.nation, marital=WIDOWED),)


def old_couple(chance: random.Random, naming: Naming) -> Family:
    return _couple(chance, naming, chance.randrange(62, 90))


def left_behind(chance: random.Random, naming: Naming) -> Family:
    """Grandparents with the children of those who work away."""
    couple = _couple(chance, naming, chance.randrange(56, 72))
    ages = sorted({chance.randrange(3, 15) for _ in range(2)}, reverse=True)
    relations = (GRANDSON, GRANDDAUGHTER)
    return couple + tuple(_child(chance, naming, age, relations, "left_behind") for age in ages)


def newborn(chance: random.Random, naming: Naming) -> Family:
    couple = _couple(chance, naming, chance.randrange(24, 36))
    return (*couple, _child(chance, naming, 0, (SON, DAUGHTER)))


def with_disability(chance: random.Random, naming: Naming) -> Family:
    him, her = _couple(chance, naming, chance.randrange(38, 66))
    struck = msgspec.structs.replace(him, trait="disabled")
    return struck, her, *_children(chance, naming, her.age)


def centenarian(chance: random.Random, naming: Naming) -> Family:
    couple = _couple(chance, naming, chance.randrange(62, 76))
    age = chance.choice((99, 100, 101))
    mother = Draft(naming.name(WOMAN, age, naming.other()), WOMAN, MOTHER, age, marital=WIDOWED, phone=False)
    return (*couple, mother)


def dotted_name(chance: random.Random, naming: Naming) -> Family:
    """People whose names carry a middle dot."""
    his, hers, nation = chance.choice(names.MINORITY)
    age = chance.randrange(28, 60)
    him = Draft(his, MAN, HEAD, age, nation=nation, marital=MARRIED)
    return him, Draft(hers, WOMAN, SPOUSE, age - 2, nation=nation, marital=MARRIED)


def rare_name(chance: random.Random, naming: Naming) -> Family:
    """A name with a character outside the Basic Multilingual Plane."""
    age = chance.randrange(30, 70)
    return (Draft(f"{naming.surname}𠮷祥", MAN, HEAD, age, nation=naming.nation),)


def oldest(chance: random.Random, naming: Naming) -> Family:
    return (Draft(naming.name(MAN, 101), MAN, HEAD, 101, nation=naming.nation, marital=WIDOWED),)


def expecting(chance: random.Random, naming: Naming) -> Family:
    him, her = _couple(chance, naming, chance.randrange(24, 36))
    return him, msgspec.structs.replace(her, trait="pregnant")


def unmarried(chance: random.Random, naming: Naming) -> Family:
    age, sex = chance.randrange(19, 60), chance.choice((MAN, MAN, WOMAN))
    return (Draft(naming.name(sex, age), sex, HEAD, age, nation=naming.nation, marital=SINGLE),)


KINDS: dict[str, tuple[int, Callable[[random.Random, Naming], Family]]] = {
    "newborn": (4, newborn),
    "dotted_name": (1, dotted_name),
    "rare_name": (1, rare_name),
    "oldest": (0, oldest),
    "left_behind": (9, left_behind),
    "with_disability": (6, with_disability),
    "single_elder": (11, single_elder),
    "expecting": (2, expecting),
    "three_generations": (28, three_generations),
    "old_couple": (10, old_couple),
    "young_family": (22, young_family),
    "unmarried": (5, unmarried),
    "centenarian": (1, centenarian),
}
"""Every kind with its weight among a hundred households."""
