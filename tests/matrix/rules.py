"""What the answer has to be, worked out from what a verb declares, the table of roles and whose a thing is.

The gate is written here a second time, from the words of ``handlers/access.py`` and not by calling it: a test that
asked the code under test for the right answer would always hear it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

from handlers.access import Access
from models.base.actor import Level
from models.cases.posts import STEP_VERBS
from models.items.item import Step
from models.roles.rules import may, may_see, tier_of, verbs_of
from tests.matrix.people import Person

Answer = Literal["allowed", "refused", "login"]


class Thing(msgspec.Struct, frozen=True):
    """What a route is about: where it lies, of which departments it is, whose it is (keys of people), at which step.

    ``fills`` says which word of the world fills which placeholder of an address. ``seen`` is who may know that it is
    there, where more may see it than do what a route is for.
    """

    name: str
    fills: dict[str, str] = {}
    areas: tuple[str, ...] = ()
    lines: tuple[str, ...] = ("",)
    owners: tuple[str, ...] = ()
    step: Step | None = None
    seen: Callable[..., Answer] | None = None


Rule = Callable[[Person, Thing], Answer]


def expected(access: Access, rule: Rule, person: Person, thing: Thing) -> Answer:
    """Through the gate, and then to the thing."""
    return gate(access, person) or rule(person, thing)


def gate(access: Access, person: Person) -> Answer | None:
    """The answer that the declaration alone gives; None where it lets her go on to the thing."""
    actor = person.actor
    if actor.mandate and not access.acting:
        return "refused"
    if access.who == "staff":
        if not actor.is_staff:
            return "login"
        held = not access.may or access.may in verbs_of(actor)
        named = not access.roles or actor.role in access.roles
        return None if held and named else "refused"
    if access.who == "resident":
        stands = actor.kind == "resident" and actor.level >= access.level
        return None if stands else "login"
    return None


# Who may have the thing. Each rule is named for the sentence that it makes in objects.py.


def whoever_may_call(person: Person, thing: Thing) -> Answer:
    """The declaration says it all."""
    return "allowed"


def whoever_holds(verb: str) -> Rule:
    """Staff to whom the table gives ``verb`` where the thing lies and for one of its lines."""

    def rule(person: Person, thing: Thing) -> Answer:
        held = any(may(person.actor, verb, thing.areas, line) for line in thing.lines)
        return "allowed" if held else "refused"

    return rule


def whoever_sees(module: str, level: int) -> Rule:
    """Staff whose role and line look at this level of a module of the registry, where the thing lies."""
    return lambda person, thing: "allowed" if may_see(person.actor, module, level, thing.areas) else "refused"


def whoever_changes(module: str) -> Rule:
    """Staff who keep a module of the registry where the thing lies, as far as they see it."""

    def rule(person: Person, thing: Thing) -> Answer:
        held = whoever_holds("registry.change")(person, thing)
        return held if held != "allowed" else whoever_sees(module, 1)(person, thing)

    return rule


def all_of(*rules: Rule) -> Rule:
    """Allowed where each rule allows; else what the first that does not says."""

    def rule(person: Person, thing: Thing) -> Answer:
        return next((said for each in rules if (said := each(person, thing)) != "allowed"), "allowed")

    return rule


def any_of(*rules: Rule) -> Rule:
    """Allowed where one of the rules allows; else refused."""
    return lambda person, thing: (
        "allowed" if any(each(person, thing) == "allowed" for each in rules) else "refused"
    )


def whose_it_is(otherwise: Answer = "refused") -> Rule:
    """Its owners and nobody else."""
    return lambda person, thing: "allowed" if person.key in thing.owners else otherwise


def owner_or_holder(verb: str) -> Rule:
    """Its owners, and staff to whom the table gives ``verb``."""
    held, owned = whoever_holds(verb), whose_it_is()
    return lambda person, thing: owned(person, thing) if person.key in thing.owners else held(person, thing)


def residents_of(level: Level) -> Rule:
    """Who applies in her own name, at the level of the item or above; staff do not."""

    def rule(person: Person, thing: Thing) -> Answer:
        stands = not person.is_staff and person.actor.level >= level
        return "allowed" if stands else "login"

    return rule


def owner_at_l2(person: Person, thing: Thing) -> Answer:
    """Its owners; other residents at L2 find nothing, all others are asked to log in."""
    if person.key in thing.owners:
        return "allowed"
    return "refused" if person.actor.reaches("L2") else "login"


def holding(verb: str) -> Rule:
    """Staff who hold ``verb`` anywhere."""
    return lambda person, thing: "allowed" if verb in verbs_of(person.actor) else "refused"


def in_its_office(person: Person, thing: Thing) -> Answer:
    """Who works in the very office that answers for it, and answers for problems at all."""
    held = "problems.answer" in verbs_of(person.actor)
    return "allowed" if held and person.actor.area == thing.areas[-1] else "refused"


def under_no_other_leave(person: Person, thing: Thing) -> Answer:
    """Anybody; but who acts on leave under which it was not filed holds nothing of it."""
    return "login" if person.actor.mandate else "allowed"


def subscribes(person: Person, thing: Thing) -> Answer:
    """Its owners; staff are refused whatever they hold, and others asked to log in as her."""
    if person.is_staff:
        return "refused"
    return whose_it_is("login")(person, thing)


def in_its_hall(person: Person, thing: Thing) -> Answer:
    """Who works in the very hall that took it, and not in one above or below."""
    return "allowed" if person.actor.area == thing.areas[-1] else "refused"


def in_her_own_name(person: Person, thing: Thing) -> Answer:
    """A resident, and nobody who acts for her."""
    return "refused" if person.actor.mandate else "allowed"


def logged_in(person: Person, thing: Thing) -> Answer:
    return "login" if person.actor.kind == "anonymous" else "allowed"


def at_its_step(person: Person, thing: Thing) -> Answer:
    """Whoever sees the case and has its present step on her desk: role, tier and department of the step, and what the
    table lets her do to it."""
    step, actor = thing.step, person.actor
    assert step is not None
    hers = (actor.role, tier_of(actor)) == (step.role, step.tier)
    department = not actor.departments or step.department in actor.departments
    held = may(actor, STEP_VERBS[step.kind], thing.areas, step.department)
    return "allowed" if hers and department and held else "refused"


def at_its_desk(person: Person, thing: Thing) -> Answer:
    """Whoever works at the desk that a step was done at, whether or not she may still do anything there."""
    step, actor = thing.step, person.actor
    assert step is not None
    hers = (actor.role, tier_of(actor)) == (step.role, step.tier) and actor.covers(thing.areas)
    department = not actor.departments or step.department in actor.departments
    return "allowed" if hers and department else "refused"


def decides_there(person: Person, thing: Thing) -> Answer:
    """Staff to whom the table gives the decision on the present step's line."""
    assert thing.step is not None
    held = may(person.actor, "case.decide", thing.areas, thing.step.department)
    return "allowed" if held else "refused"
