"""Asking the table. Pure: an actor, a verb, where the thing lies and of which line it is."""

from __future__ import annotations

from models.areas.area import Level as Tier
from models.areas.area import level_of
from models.base.actor import Actor, Role
from models.base.errors import Forbidden
from models.roles.lines import MODULES, line_of, lines_for
from models.roles.table import GRANTS, VERBS

_BINDINGS = {verb.key: verb.binding for verb in VERBS}
_LABELS = {verb.key: verb.label for verb in VERBS}
_HELD = frozenset(
    (grant.role, tier, verb) for grant in GRANTS for tier in grant.tiers for verb in grant.verbs
)


def may(actor: Actor, verb: str, areas: tuple[str, ...], line: str = "") -> bool:
    """Whether the actor may do ``verb`` to a thing.

    ``areas`` is the chain of codes in which the thing lies, county first; ``line`` the department or line of
    duty that it belongs to, empty for none. KeyError for a verb that the table does not know: a wrong word
    in our code must not read as a refusal.
    """
    binding = _BINDINGS[verb]
    if not actor.covers(areas) or (actor.role, tier_of(actor), verb) not in _HELD:
        return False
    if binding == "area":
        return True
    if not actor.departments or not line:
        return binding == "line"
    return line_of(line) in {line_of(department) for department in actor.departments}


def check(actor: Actor, verb: str, areas: tuple[str, ...], line: str = "") -> None:
    """Forbidden, with what was refused, where ``may`` says no."""
    if may(actor, verb, areas, line):
        return
    if actor.is_staff and not actor.covers(areas):
        raise Forbidden("这项内容不在您的管理范围内。", code="area.not_yours")
    raise _refusal(verb)


def need(actor: Actor, verb: str) -> None:
    """Forbidden where the actor holds ``verb`` nowhere: the gate before it is known what she wants to do it to.
    KeyError for a verb that the table does not know."""
    if label_of(verb) and not (actor.is_staff and verb in verbs_of(actor)):
        raise _refusal(verb)


def label_of(verb: str) -> str:
    """A verb as people read it. KeyError for one that the table does not know."""
    return _LABELS[verb]


def may_see(
    actor: Actor, module: str, level: int, areas: tuple[str, ...], lines: tuple[str, ...] = ()
) -> bool:
    """Whether the actor may look at the elements of ``level`` (sensitivity 0 to 3) in a module of the registry; of an
    element that only some ``lines`` may see, whether she is of one of them.

    KeyError for a module that the dictionary does not have.
    """
    if module not in MODULES:
        raise KeyError(module)
    verb = f"registry.see:{max(1, level)}"
    if not actor.departments:
        return may(actor, verb, areas)
    open_to = (line for line in lines_for(module, level) if not lines or line in lines)
    return any(may(actor, verb, areas, line) for line in open_to)


def may_review(actor: Actor, module: str, level: int, areas: tuple[str, ...]) -> bool:
    """Whether the actor may settle the changes that are proposed to elements of ``level`` in a module: she has to be
    let to look at them, and to hold the review of their line. KeyError as for ``may_see``."""
    return _may_see_and(actor, "registry.review", module, level, areas)


def may_change(actor: Actor, module: str, level: int, areas: tuple[str, ...]) -> bool:
    """Whether the actor may write elements of ``level`` in a module: she has to be let to look at them, and to keep the
    registry for their line. KeyError as for ``may_see``."""
    return _may_see_and(actor, "registry.change", module, level, areas)


def _may_see_and(actor: Actor, verb: str, module: str, level: int, areas: tuple[str, ...]) -> bool:
    if not may_see(actor, module, level, areas):
        return False
    if not actor.departments:
        return may(actor, verb, areas)
    return any(may(actor, verb, areas, line) for line in lines_for(module, level))


def verbs_of(actor: Actor) -> frozenset[str]:
    """Every verb that the actor holds somewhere in her area: what a menu offers."""
    held = {verb for verb in _BINDINGS if (actor.role, tier_of(actor), verb) in _HELD}
    return frozenset(verb for verb in held if actor.departments or _BINDINGS[verb] != "named")


def roles_with(verb: str) -> tuple[Role, ...]:
    """The roles that hold ``verb`` anywhere. KeyError for one that the table does not know."""
    label_of(verb)
    return tuple(dict.fromkeys(grant.role for grant in GRANTS if verb in grant.verbs))


def tiers_of(role: Role) -> frozenset[Tier]:
    """The tiers of area at which a role has anything to do; an account elsewhere could do nothing."""
    return frozenset(tier for grant in GRANTS if grant.role == role for tier in grant.tiers)


def posts_of(actor: Actor) -> tuple[str, ...]:
    """The desks that an account works at: AREA|ROLE|DEPARTMENT each, or AREA|ROLE for one that serves every department."""
    post = f"{actor.area}|{actor.role}"
    return tuple(f"{post}|{department}" for department in actor.departments) or (post,)


def _refusal(verb: str) -> Forbidden:
    return Forbidden(f"您的账号没有“{_LABELS[verb]}”的权限，如有需要请联系本级管理员。")


def tier_of(actor: Actor) -> Tier | None:
    """The tier of the area that the actor works for; None for one who works for none."""
    try:
        return level_of(actor.area)
    except ValueError:
        return None
