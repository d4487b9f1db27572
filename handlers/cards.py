"""Reading an ID card from a photograph at log-in. The picture lives as long as the request, and is stored nowhere."""

from __future__ import annotations

from types import SimpleNamespace as Page

from handlers.access import anyone
from handlers.errors import status_of
from handlers.login import Card, CardScreen, LoginBase
from handlers.views.words import day
from models.base.errors import Invalid, Malformed, Problem, SaobanError, TooLarge, TooMany
from models.cards.back import FOR_EVER
from models.cards.card import Reading

PICTURE_LIMIT = 10 * 1024 * 1024
BODY_LIMIT = 2 * PICTURE_LIMIT + 64 * 1024  # two pictures, and the form around them
BACK = "这是身份证有国徽的一面。登录请拍有照片的一面，或直接填写。"
DOUBTED = "这一项没有拍清楚，请对照身份证逐字核对。"


class BaseCard(LoginBase):
    """Whoever takes photographs of cards."""

    async def read_card(self) -> Reading:
        """What stands on the one or two photographs that came. Raises Malformed, TooLarge, TooMany, Invalid."""
        groups = sorted(self.request.files.items(), key=lambda named: named[0] == "back")
        pictures = [file.body for _, group in groups for file in group if file.body]
        if not 1 <= len(pictures) <= 2:
            raise Malformed("请先拍一张身份证的照片，再点识别。", code="file.missing")
        if max(map(len, pictures)) > PICTURE_LIMIT:
            raise TooLarge("照片太大，每张不能超过 10 MB，请改用较低的清晰度再拍。")
        for _ in pictures:
            await self.home.limits.check("card.read", self.address)
            await self.home.limits.check("card.global", "")
        if len(pictures) == 2:
            return await self.home.cards.read_both(*pictures)
        return await self.home.cards.read(pictures[0])


class CardPhoto(CardScreen, BaseCard):
    """Photographs in, of one side or of both, the values that stand on the card out: for the person to confirm or correct.
    A card that is over is told as such and logs in all the same: what is typed at L1 needs no card either."""

    @anyone(status=(303,), summary="拍身份证：回到登录页面")
    async def get(self) -> None:
        self.redirect("/login", status=303)

    @anyone(
        uploads=True, gives=Reading, body_limit=BODY_LIMIT, status=(200,),
        summary="拍身份证（一面或两面）：读出上面的内容，不保存照片",
    )  # fmt: skip
    async def post(self) -> None:
        onward = self.get_body_argument("next", "")
        try:
            reading = await self.read_card()
            if reading.side == "back" and not self.wants_json:
                told = BACK + reading.note
                raise Invalid([Problem("photo", "card.back", told)], told)
        except (Invalid, TooMany, TooLarge, Malformed) as error:
            if self.wants_json:
                raise
            page = self._refused(onward, error)
            self.respond({}, "login.html", status=status_of(error), draw=lambda _model: page)
            return
        self.respond(reading, "login.html", draw=lambda model: self._filled(onward, model))

    def _filled(self, onward: str, reading: Reading) -> Page:
        page = self.page(Card(reading.name, reading.id_number, onward))
        page.read = True
        page.valid = _validity(reading)
        page.note = reading.note
        page.doubts = {field: DOUBTED for field in reading.doubts if field in {"name", "id_number"}}
        return page

    def _refused(self, onward: str, error: SaobanError) -> Page:
        page = self.page(Card(next=onward))
        field = error.problems[0].field if isinstance(error, Invalid) else "photo"
        page.fields = {field: error.message}
        return page


def _validity(reading: Reading) -> str:
    """有效期限, as the back has it; nothing where it was not photographed."""
    if reading.side == "front":
        return ""
    ends = "长期" if reading.valid_until == FOR_EVER else day(reading.valid_until)
    return f"{day(reading.valid_from)}至{ends}，{reading.issued_by or '签发机关没有看清'}"


ROUTES = [(r"/login/card", CardPhoto)]
