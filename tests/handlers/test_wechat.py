"""The mini program's face: log-in and binding against a small server that speaks code2session."""

from __future__ import annotations

import pytest
from tornado.web import RequestHandler

from models.base.clock import now
from tests.handlers.browser import Browser
from tests.town import settle
from tests.weixin import Weixin

REFUSALS = {"bad": 40029, "used": 40163, "blocked": 40226, "often": 45011, "busy": -1, "secret": 40125}


class Code2Session(RequestHandler):
    """Answers as WeChat does: 200 and text/plain whatever happens. ``of-NAME`` is NAME's phone."""

    async def get(self):
        code = self.get_argument("js_code")
        assert (self.get_argument("appid"), self.get_argument("secret")) == ("wx1", "s3cret")
        self.set_header("Content-Type", "text/plain")
        if code in REFUSALS:
            self.finish({"errcode": REFUSALS[code], "errmsg": "..."})
        elif code == "noise":
            self.finish("<html>502</html>")
        else:
            self.finish({"openid": f"o-{code.removeprefix('of-')}", "session_key": "k=="})


@pytest.fixture(scope="module")
def weixin():
    """WeChat, as far as we speak to it."""
    return Weixin(now)


@pytest.fixture(scope="module")
def town(io_loop, database, keys, weixin):
    """A town whose mini program is switched on."""
    url = io_loop.run_sync(lambda: weixin.start(("/sns/jscode2session", Code2Session)))
    told = {"wechat_url": url, "wechat_appid": "wx1", "wechat_secret": "s3cret"}
    town = io_loop.run_sync(lambda: settle(database, keys, **told))
    yield town
    io_loop.run_sync(town.close)
    weixin.stop()


@pytest.mark.gen_test
async def test_a_phone_that_nobody_has_bound_is_told_to_log_in_by_card(town):
    reply = await town.post("/wechat/login", {"code": "of-stranger"})
    assert (reply.status, reply.body["error"]["code"]) == (401, "login.unbound")


@pytest.mark.gen_test
async def test_a_bound_phone_logs_in_at_l1_and_never_higher(town):
    bound = await town.post("/wechat/binding", {"code": "of-chen"}, await town.l2(town.chen))
    assert (bound.status, bound.body) == (200, {"bound": True})
    tokens = (await town.post("/wechat/login", {"code": "of-chen"})).body
    assert tokens["level"] == "L1"
    assert (await town.get(f"/apply/{town.chen.code}/elder-allowance", tokens["access_token"])).status == 401
    assert (await town.get("/my", tokens["access_token"])).status == 200


@pytest.mark.gen_test
async def test_from_there_the_pin_gives_l2_as_ever(town):
    await town.post("/wechat/binding", {"code": "of-chen"}, await town.l2(town.chen))
    token = (await town.post("/wechat/login", {"code": "of-chen"})).body["access_token"]
    raised = await town.post("/login/confirm", {"pin": town.chen.pin, "code": town.chen.code}, token)
    assert raised.body["level"] == "L2"


@pytest.mark.gen_test
async def test_binding_needs_l2(town):
    for token in ("", await town.l1(town.chen), await town.staff("admin")):
        reply = await town.post("/wechat/binding", {"code": "of-chen"}, token)
        assert (reply.status, reply.body["error"]["required"]) == (401, "L2")


@pytest.mark.gen_test
async def test_a_phone_that_changed_hands_belongs_to_whoever_bound_it_last(town):
    await town.post("/wechat/binding", {"code": "of-lent"}, await town.l2(town.chen))
    await town.post("/wechat/binding", {"code": "of-lent"}, await town.l2(town.li))
    token = (await town.post("/wechat/login", {"code": "of-lent"})).body["access_token"]
    page = await town.call("GET", "/my", None, token, {"Accept": "text/html"})
    assert "李明" in page.body.decode()


@pytest.mark.gen_test
async def test_what_was_bound_can_be_undone_by_its_owner_alone(town):
    hers = await town.l2(town.chen)
    await town.post("/wechat/binding", {"code": "of-phone"}, hers)
    await town.call("DELETE", "/wechat/binding", {"code": "of-phone"}, await town.l2(town.li))
    assert (await town.post("/wechat/login", {"code": "of-phone"})).status == 200
    gone = await town.call("DELETE", "/wechat/binding", {"code": "of-phone"}, hers)
    assert (gone.status, gone.body) == (200, {"bound": False})
    assert (await town.post("/wechat/login", {"code": "of-phone"})).status == 401


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("code", "status", "told"),
    [("bad", 401, "wechat.code"), ("used", 401, "wechat.code"), ("blocked", 401, "wechat.blocked"),
     ("often", 429, "too_many"), ("busy", 503, "unavailable"), ("secret", 503, "unavailable"),
     ("noise", 503, "unavailable"), ("", 401, "wechat.code"), ("长", 401, "wechat.code"), ("x" * 300, 401, "wechat.code")],
)  # fmt: skip
async def test_what_weixin_refuses_is_told_in_our_own_words(town, code, status, told):
    reply = await town.post("/wechat/login", {"code": code})
    assert (reply.status, reply.body["error"]["code"]) == (status, told)
    assert "s3cret" not in str(reply.body)


@pytest.mark.gen_test
async def test_the_walk_of_the_mini_program_from_the_card_to_l2_by_her_phone(town, weixin):
    weixin.phones["of-button"] = town.chen.resident.phone
    raised = await town.post("/login/confirm", {"wechat_phone": "of-button"}, await town.l1(town.chen))
    assert (raised.status, raised.body["level"]) == (200, "L2")
    form = await town.get(f"/apply/{town.chen.code}/elder-allowance", raised.body["access_token"])
    assert form.status == 200


@pytest.mark.gen_test
async def test_a_phone_that_is_not_hers_is_the_one_refusal(town, weixin):
    weixin.phones["of-li"] = town.li.resident.phone
    for code in ("of-li", "never-given", "码"):
        reply = await town.post("/login/confirm", {"wechat_phone": code}, await town.l1(town.chen))
        assert (reply.status, reply.body["error"]["code"]) == (401, "login.refused")


@pytest.mark.gen_test
@pytest.mark.parametrize(("code", "status"), [("often", 429), ("busy", 503), ("appid", 503)])
async def test_trouble_of_weixin_is_told_as_such(town, code, status):
    reply = await town.post("/login/confirm", {"wechat_phone": code}, await town.l1(town.chen))
    assert reply.status == status
    assert "Retry-After" in reply.headers or status == 503


@pytest.mark.gen_test
async def test_nobody_proves_a_phone_before_the_card_was_typed(town):
    reply = await town.post("/login/confirm", {"wechat_phone": "of-button"})
    assert (reply.status, reply.body["error"]["required"]) == (401, "L1")


@pytest.mark.gen_test
async def test_a_page_that_sends_it_shows_the_ways_again(town):
    browser, her = Browser(town.url), town.chen.resident
    page = await browser.open("/login")
    page = await browser.send(page, "/login", name=her.name, id_number=her.id_number)
    page = await browser.send(page, "/login/confirm", wechat_phone="stale")
    assert (page.status, "核对未通过" in page.words) == (422, True)
