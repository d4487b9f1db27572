"""Changing one's own password: with the old one, and with the second factor of whoever has one."""

from __future__ import annotations

from types import SimpleNamespace as Page

from handlers import cookies, events, looking
from handlers.access import staff
from handlers.errors import status_of
from handlers.login import LoginBase
from handlers.views.desk import frame
from models.accounts.account import PASSWORD_LENGTH
from models.base.errors import Conflict, Invalid, Problem, SaobanError, TooMany
from models.sessions.session import Tokens
from models.sessions.staff import PasswordWish, SecondStanding

SECRETS = ("current", "password")


class Password(LoginBase):
    """The page, and the change. Every other log-in of the account is over after it."""

    @staff(gives=SecondStanding, summary="修改我的密码（页面）")
    async def get(self) -> None:
        await self._show({})

    @staff(reads=PasswordWish, gives=Tokens, summary="修改我的密码")
    async def post(self) -> None:
        wish = self.read(PasswordWish, verbatim=SECRETS)
        try:
            self._typed_twice(wish)
            with events.login(self, "password.change"):
                tokens = await self.home.sessions.staff.change_password(
                    self.actor, wish, self.address, self.agent
                )
        except (Invalid, TooMany, Conflict) as error:
            if self.wants_json:
                raise
            await self._show(_beside(error), status_of(error))
            return
        await looking.login(self, self.home.sessions.actor_of(tokens.access_token))
        if self.wants_json:
            self.respond(tokens)
            return
        cookies.remember(self, tokens)
        self.redirect("/sessions?done=password", status=303)

    async def _show(self, wrong: dict[str, str], status: int = 200) -> None:
        standing = await self.home.sessions.staff.standing(self.actor)
        frames = await frame(self, "/sessions")
        page = Page(**frames, length=PASSWORD_LENGTH, second=standing.enrolled, wrong=wrong)
        self.respond(standing, "staff_password.html", status=status, draw=lambda _model: page)

    def _typed_twice(self, wish: PasswordWish) -> None:
        """A page asks twice for what nobody can read while typing."""
        if not self.sends_json and self.get_body_argument("again", "", strip=False) != wish.password:
            raise Invalid([Problem("again", "password.again", "两次输入的密码不一样，请重新输入。")])


def _beside(error: SaobanError) -> dict[str, str]:
    """What is wrong by field; "" for what is about none of them."""
    if isinstance(error, Invalid):
        return {problem.field: problem.message for problem in error.problems}
    return {"": error.message}


ROUTES = [(r"/staff/password", Password)]
