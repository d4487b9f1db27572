"""The mini program: code2session against a small server that speaks WeChat's protocol, and bindings."""

from __future__ import annotations

import asyncio

import pytest
from tornado.httpclient import AsyncHTTPClient
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from models.base.errors import LoginNeeded, LoginRefused, TooMany, Unavailable
from models.sessions.wechat import WeChat
from models.sessions.wechat_line import WeChatLine


class Code2Session(RequestHandler):
    """Answers as WeChat does: always 200 and text/plain; each code is good once."""

    def initialize(self, how):
        self.how = how

    async def get(self):
        self.set_header("Content-Type", "text/plain")
        await asyncio.sleep(self.how.get("delay", 0))
        if "raw" in self.how:
            self.set_status(self.how.get("status", 200))
            self.finish(self.how["raw"])
        else:
            self.finish(self.answer())

    def answer(self):
        if (self.get_argument("appid"), self.get_argument("secret")) != ("wx1", "s3"):
            return {"errcode": 40125, "errmsg": "invalid appsecret"}
        if "errcode" in self.how:
            return {"errcode": self.how["errcode"], "errmsg": "..."}
        if self.get_argument("js_code") in self.how["used"]:
            return {"errcode": 40163, "errmsg": "code been used"}
        self.how["used"].add(self.get_argument("js_code"))
        return {"openid": "o-chen", "session_key": "k==", "unionid": "u"}


@pytest.fixture
def wechat(io_loop):
    how = {"used": set()}

    async def start():
        sockets = bind_sockets(0, "127.0.0.1")
        routes = [("/sns/jscode2session", Code2Session, {"how": how})]
        server = HTTPServer(Application(routes, log_function=lambda _: None))
        server.add_sockets(sockets)
        return server, f"http://127.0.0.1:{sockets[0].getsockname()[1]}/"

    server, url = io_loop.run_sync(start)
    yield how, url
    server.stop()


def client(url, secret="s3", **told):
    """The mini program, which needs no access token for this."""
    return WeChat(WeChatLine(AsyncHTTPClient(), url, "wx1", secret, **told), None)


@pytest.mark.gen_test
async def test_a_code_becomes_an_openid_once(wechat):
    _, url = wechat
    assert await client(url).code2session("c 1&x=y") == "o-chen"
    with pytest.raises(LoginRefused) as refusal:
        await client(url).code2session("c 1&x=y")
    assert refusal.value.code == "wechat.code"


@pytest.mark.parametrize(
    ("errcode", "error", "code"),
    [
        (40029, LoginRefused, "wechat.code"),
        (40226, LoginRefused, "wechat.blocked"),
        (45011, TooMany, "too_many"),
        (40125, Unavailable, "unavailable"),
        (-1, Unavailable, "unavailable"),
        (99999, Unavailable, "unavailable"),
    ],
)
@pytest.mark.gen_test
async def test_each_error_of_wechat_is_one_of_ours(wechat, errcode, error, code):
    how, url = wechat
    how["errcode"] = errcode
    with pytest.raises(error) as refusal:
        await client(url).code2session("c1")
    assert refusal.value.code == code


@pytest.mark.gen_test
async def test_a_wrong_secret_is_our_trouble_and_stays_a_secret(wechat):
    _, url = wechat
    with pytest.raises(Unavailable) as refusal:
        await client(url, "s3cret").code2session("c1")
    assert "s3cret" not in repr(refusal.value)


@pytest.mark.parametrize(
    "how", [{"raw": "<html>"}, {"raw": ""}, {"raw": "[]"}, {"raw": "{}"}, {"raw": "", "status": 502}]
)
@pytest.mark.gen_test
async def test_an_answer_that_makes_no_sense_is_unavailable(wechat, how):
    wechat[0].update(how)
    with pytest.raises(Unavailable):
        await client(wechat[1]).code2session("c1")


@pytest.mark.gen_test
async def test_an_answer_that_never_comes_is_given_up(wechat):
    wechat[0]["delay"] = 1
    with pytest.raises(Unavailable):
        await client(wechat[1], answer_seconds=0.2).code2session("c1")
    with pytest.raises(Unavailable):
        await client("http://127.0.0.1:1").code2session("c1")


@pytest.mark.parametrize("code", ["", "码", "x" * 201])
@pytest.mark.gen_test
async def test_a_code_that_cannot_be_one_is_not_sent_on(wechat, code):
    wechat[0]["raw"] = "{}"
    with pytest.raises(LoginRefused):
        await client(wechat[1]).code2session(code)


@pytest.mark.gen_test
async def test_a_binding_made_at_l2_gives_l1_and_no_more(gate, town):
    chen = gate.sessions.actor_of((await gate.l2(town.chen)).access_token)
    await gate.sessions.bind_openid(chen, "o-chen")
    tokens = await gate.sessions.login_openid("o-chen")
    actor = gate.sessions.actor_of(tokens.access_token)
    assert (tokens.level, actor.level, actor.name) == ("L1", "L1", "陈桂兰")
    assert (actor.subject, actor.person, actor.household) == (chen.subject, "", "")


@pytest.mark.gen_test
async def test_l1_and_staff_bind_nothing(gate, town):
    staff = gate.sessions.actor_of(
        (await gate.sessions.staff_login("zhao", "桃李不言-2026", "a")).access_token
    )
    for actor in (await gate.l1(town.chen), staff):
        with pytest.raises(LoginNeeded):
            await gate.sessions.bind_openid(actor, "o-chen")


@pytest.mark.gen_test
async def test_an_openid_that_nobody_bound_is_refused(gate):
    with pytest.raises(LoginRefused) as refusal:
        await gate.sessions.login_openid("o-stranger")
    assert refusal.value.code == "login.unbound"


@pytest.mark.gen_test
async def test_binding_again_replaces_and_only_the_owner_unbinds(gate, town):
    chen = gate.sessions.actor_of((await gate.l2(town.chen)).access_token)
    li = gate.sessions.actor_of((await gate.l2(town.li)).access_token)
    await gate.sessions.bind_openid(chen, "o-phone")
    await asyncio.gather(*(gate.sessions.bind_openid(li, "o-phone") for _ in range(4)))
    await gate.sessions.unbind_openid(chen, "o-phone")
    tokens = await gate.sessions.login_openid("o-phone")
    assert gate.sessions.actor_of(tokens.access_token).name == "李明"
    await gate.sessions.unbind_openid(li, "o-phone")
    with pytest.raises(LoginRefused):
        await gate.sessions.login_openid("o-phone")


@pytest.mark.gen_test
async def test_the_openid_is_not_stored_in_plain(gate, town, database):
    chen = gate.sessions.actor_of((await gate.l2(town.chen)).access_token)
    await gate.sessions.bind_openid(chen, "o-chen")
    row = await database.collection("wechat_bindings").find_one({})
    assert "o-chen" not in str(row)
    assert "陈桂兰" not in str(row)
