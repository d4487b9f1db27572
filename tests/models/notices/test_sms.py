from __future__ import annotations

import asyncio
import json

import pytest
from tornado.httpclient import AsyncHTTPClient
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from models.base.cipher import Cipher
from models.base.clock import now
from models.base.errors import Unavailable
from models.base.keys import Keyring
from models.notices.sms import DemoSms, HttpSms, SmsOutbox

CHEN = "13800000012"


class Gateway(RequestHandler):
    """A gateway as HttpSms documents it; keeps what it was given."""

    def initialize(self, got, how):
        self.got, self.how = got, how

    async def post(self):
        self.got.append((self.request.headers["Authorization"], json.loads(self.request.body)))
        if self.how["status"] == 302:
            self.redirect("http://127.0.0.1:1/elsewhere")
            return
        await asyncio.sleep(self.how.get("delay", 0))
        self.set_status(self.how["status"])


@pytest.fixture
def gateway(io_loop):
    got, how = [], {"status": 202}

    async def start():
        sockets = bind_sockets(0, "127.0.0.1")
        server = HTTPServer(
            Application([("/send", Gateway, {"got": got, "how": how})], log_function=lambda _: None)
        )
        server.add_sockets(sockets)
        return server, sockets[0].getsockname()[1]

    server, port = io_loop.run_sync(start)
    yield got, how, f"http://127.0.0.1:{port}/send"
    server.stop()


@pytest.fixture
def outbox(io_loop, database):
    io_loop.run_sync(lambda: database.ensure(SmsOutbox.COLLECTIONS))
    return DemoSms(SmsOutbox(database, Cipher(Keyring.fresh())), now)


@pytest.mark.gen_test
async def test_the_gateway_is_given_phone_and_text_with_our_token(gateway):
    got, _, url = gateway
    await HttpSms(AsyncHTTPClient(), url, "密".encode().hex()).send(CHEN, "验证码123456")
    assert got == [("Bearer e5af86", {"phone": CHEN, "text": "验证码123456"})]


@pytest.mark.parametrize("status", [302, 400, 401, 429, 500, 503])
@pytest.mark.gen_test
async def test_a_gateway_that_refuses_is_unavailable_and_is_asked_once(gateway, status):
    got, how, url = gateway
    how["status"] = status
    with pytest.raises(Unavailable) as refusal:
        await HttpSms(AsyncHTTPClient(), url, "t").send(CHEN, "验证码123456")
    assert CHEN not in str(refusal.value)
    assert len(got) == 1


@pytest.mark.gen_test
async def test_a_gateway_that_never_answers_is_given_up(gateway):
    _, how, url = gateway
    how["delay"] = 1
    with pytest.raises(Unavailable):
        await HttpSms(AsyncHTTPClient(), url, "t", answer_seconds=0.2).send(CHEN, "验证码123456")


@pytest.mark.gen_test
async def test_a_gateway_that_is_not_there_is_unavailable():
    with pytest.raises(Unavailable):
        await HttpSms(AsyncHTTPClient(), "http://127.0.0.1:1/send", "t").send(CHEN, "验证码123456")


@pytest.mark.gen_test
async def test_the_demo_outbox_shows_the_newest_first_and_pages_on(outbox):
    for text in ("一", "二", "三"):
        await outbox.send(CHEN, text)
        await asyncio.sleep(0.002)
    newest = await outbox.latest(2)
    assert [message.text for message in newest] == ["三", "二"]
    assert [message.text for message in await outbox.latest(2, newest[-1].id)] == ["一"]


@pytest.mark.gen_test
async def test_the_demo_outbox_keeps_phones_and_codes_sealed(outbox, database):
    await outbox.send(CHEN, "验证码123456")
    row = await database.collection("sms_outbox").find_one({})
    assert CHEN not in str(row)
    assert "123456" not in str(row["text"])
    assert (await outbox.latest(1))[0].phone == CHEN


@pytest.mark.gen_test
async def test_an_outbox_page_has_bounds(outbox):
    assert await outbox.latest(-5) == ()
    assert await outbox.latest(10**9, "不是编号") == ()
