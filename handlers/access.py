"""Who may call a verb, said beside the verb. A verb that says nothing is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from models.base.actor import Actor, Level, Role
from models.base.errors import Forbidden, LoginNeeded
from models.roles.rules import need

Verb = TypeVar("Verb", bound=Callable[..., Any])
JSON = "application/json"
HTML = "text/html"


class Access(msgspec.Struct, frozen=True):
    """What a verb declares: who may call it and how large a body may be; the rest describes it in OpenAPI.

    ``reads`` is the shape of its JSON body, ``uploads`` whether it takes files instead; ``gives`` the shape of its
    JSON answer, or a tuple of them; ``query`` the arguments that it looks at, ``status`` how it may answer when all is
    well, ``media`` in what. ``may`` is a verb of the roles table that staff have to hold somewhere in their area: the
    service asks again, of the thing itself. ``enrolling`` lets in staff who have yet to set up their second factor;
    ``acting`` whoever acts for somebody else, who is refused everywhere else.
    """

    who: str  # "anyone", "resident", "staff"
    level: Level = "L0"
    roles: tuple[Role, ...] = ()
    reads: Any = None
    gives: Any = None
    summary: str = ""
    body_limit: int = 512 * 1024
    uploads: bool = False
    query: tuple[str, ...] = ()
    status: tuple[int, ...] = (200,)
    media: tuple[str, ...] = (JSON,)
    enrolling: bool = False
    acting: bool = False
    may: str = ""

    @property
    def shapes(self) -> tuple[Any, ...]:
        """The shapes of its answer; none where it gives no JSON."""
        if self.gives is None:
            return ()
        return self.gives if isinstance(self.gives, tuple) else (self.gives,)

    def check(self, actor: Actor) -> None:
        """Raise LoginNeeded or Forbidden where ``actor`` may not call the verb."""
        if actor.mandate and not self.acting:
            raise Forbidden("您正在为别人代办，不能做这项操作。请先结束代办。", code="mandate.acting")
        if self.who == "staff":
            if not actor.is_staff:
                raise LoginNeeded("staff", "请先登录工作人员账号。")
            if not actor.role and not self.enrolling:
                raise Forbidden("请先开通二次验证，再开始工作。", code="login.enrol")
            if self.roles and actor.role not in self.roles:
                raise Forbidden()
            if self.may:
                need(actor, self.may)
        elif self.who == "resident" and (actor.kind != "resident" or not actor.reaches(self.level)):
            raise LoginNeeded(self.level)


def anyone(**told: Any) -> Callable[[Verb], Verb]:
    """Open to all: L0. The service still checks what needs a level or an owner."""
    return _declare(Access("anyone", **told))


def resident(level: Level, **told: Any) -> Callable[[Verb], Verb]:
    """A resident at ``level`` or above."""
    return _declare(Access("resident", level=level, **told))


def staff(*roles: Role, **told: Any) -> Callable[[Verb], Verb]:
    """A staff account: any, one of ``roles``, or (better) one that ``may`` do what the roles table says."""
    return _declare(Access("staff", roles=roles, **told))


def _declare(access: Access) -> Callable[[Verb], Verb]:
    def mark(verb: Verb) -> Verb:
        verb.access = access  # type: ignore[attr-defined]
        return verb

    return mark
