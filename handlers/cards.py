"""Reading an ID card from a photograph at log-in. The picture lives as long as the request, and is stored nowhere."""

from __future__ import annotations

from types import SimpleNamespace as Page

from handlers.access import anyone
from handlers.errors import status_of
from handlers.login import Card, CardScreen
from models.base.errors import Invalid, Malformed, Problem, SaobanError, TooMany
from models.cards.card import Reading

BODY_LIMIT = 10 * 1024 * 1024 + 64 * 1024  # a picture of 10 MB, and the form around it
BACK = "这是身份证有国徽的一面。登录请拍有照片的一面，或直接填写。"
DOUBTED = "这一项没有拍清楚，请对照身份证逐字核对。"


class CardPhoto(CardScreen):
    """A photograph in, the values that stand on the card out: for the person to confirm or correct."""

    @anyone(status=(303,), summary="拍身份证：回到登录页面")
    async def get(self) -> None:
        self.redirect("/login", status=303)

    @anyone(
        uploads=True, gives=Reading, body_limit=BODY_LIMIT, status=(200,), summary="拍身份证：读出上面的内容，不保存照片"
    )  # fmt: skip
    async def post(self) -> None:
        onward = self.get_body_argument("next", "")
        try:
            reading = await self._read()
            if reading.side == "back" and not self.wants_json:
                raise Invalid([Problem("photo", "card.back", BACK)], BACK)
        except (Invalid, TooMany, Malformed) as error:
            if self.wants_json:
                raise
            page = self._refused(onward, error)
            self.respond({}, "login.html", status=status_of(error), draw=lambda _model: page)
            return
        self.respond(reading, "login.html", draw=lambda model: self._filled(onward, model))

    async def _read(self) -> Reading:
        files = [file for group in self.request.files.values() for file in group]
        if len(files) != 1 or not files[0].body:
            raise Malformed("请先拍一张身份证的照片，再点识别。", code="file.missing")
        await self.home.limits.check("card.read", self.address)
        await self.home.limits.check("card.global", "")
        return await self.home.cards.read(files[0].body)

    def _filled(self, onward: str, reading: Reading) -> Page:
        page = self.page(Card(reading.name, reading.id_number, onward))
        page.read = True
        page.doubts = {field: DOUBTED for field in reading.doubts if field in {"name", "id_number"}}
        return page

    def _refused(self, onward: str, error: SaobanError) -> Page:
        page = self.page(Card(next=onward))
        page.fields = {"photo": error.message}
        return page


ROUTES = [(r"/login/card", CardPhoto)]
