from __future__ import annotations

import asyncio
import io
import os
import signal
import sys
import textwrap
from pathlib import Path

import msgspec
import pytest

from models.base.clock import now
from models.base.keys import KeyFileError
from models.notices.sms import Message, SmsOutbox
from models.rotation.founding import Origin
from models.rotation.job import Progress
from models.rotation.repository import JobRepository, KeyRepository
from models.rotation.service import Keys
from server.rotate import Bar, Order, RotationTrouble, line_of, rotate_keys

ROOT = Path(__file__).parent.parent.parent
COMMAND = """
    import asyncio, sys
    from pathlib import Path
    from models.base.clock import now
    from models.database import Database
    from models.rotation.founding import Origin
    from server.rotate import Order, rotate_keys

    uri, name, keys = sys.argv[1:]

    async def main():
        await rotate_keys(Database(uri, name), Order(Origin(Path(keys))), batch=2)

    asyncio.run(main())
"""


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def origin(tmp_path):
    return Origin(tmp_path / "keys.json")


@pytest.fixture
def outbox(io_loop, database, origin):
    """Messages of 300 residents, sealed by a server that has ended."""

    async def fill():
        declared = (*KeyRepository.COLLECTIONS, *JobRepository.COLLECTIONS, *SmsOutbox.COLLECTIONS)
        await database.ensure(declared)
        keys = await Keys.open(database, now, origin, serving=False)
        outbox = SmsOutbox(database, keys.cipher)
        for number in range(300):
            await outbox.add(Message(f"m{number:03d}", f"199{number:08d}", "已受理", now()))

    io_loop.run_sync(fill)
    return database.collection("sms_outbox")


async def said(database, origin, **order):
    out = io.StringIO()
    await rotate_keys(database, Order(origin, **order), out)
    return out.getvalue()


async def under(outbox, key_id):
    return await outbox.count_documents({"phone": {"$regex": f"^{key_id}\\."}})


@pytest.mark.gen_test
async def test_the_command_says_what_it_did_and_what_comes_next(database, origin, outbox):
    text = await said(database, origin)
    assert "已全部改用密钥 k2，共重新加密 600 个值" in text
    assert "--retire" in text
    assert (await under(outbox, "k1"), await under(outbox, "k2")) == (0, 300)


@pytest.mark.gen_test
async def test_retiring_too_early_is_refused_in_a_sentence(database, origin, outbox):
    await said(database, origin)
    with pytest.raises(RotationTrouble, match="20分钟"):
        await said(database, origin, retire=True)


@pytest.mark.gen_test
async def test_the_status_tells_of_keys_and_of_the_last_rotation(database, origin, outbox):
    assert "还没有轮换过" in await said(database, origin, status=True)
    await said(database, origin)
    text = await said(database, origin, status=True)
    assert "现用密钥：k2" in text
    assert "旧密钥：k1" in text


@pytest.mark.gen_test
async def test_troubles_are_listed_and_end_in_failure(database, origin, outbox):
    await outbox.update_one(
        {"_id": "m001"}, {"$set": {"phone": (await outbox.find_one({"_id": "m002"}))["phone"]}}
    )
    with pytest.raises(RotationTrouble, match="sms_outbox m001：打不开"):
        await said(database, origin)


@pytest.mark.gen_test
async def test_a_new_master_key_is_written_to_the_key_file(database, origin, outbox):
    before = origin.key_file.read_bytes()
    assert "请重新备份" in await said(database, origin, change_master=True)
    assert origin.key_file.read_bytes() != before
    assert origin.key_file.stat().st_mode & 0o777 == 0o600
    assert await under(outbox, "k2") == 300


@pytest.mark.gen_test
async def test_where_the_environment_holds_the_master_key_the_new_one_must_be_given(database, tmp_path):
    given = Origin(tmp_path / "none", "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=")
    with pytest.raises(KeyFileError, match="NEW_MASTER_KEY"):
        await said(database, given, change_master=True)


@pytest.mark.gen_test(timeout=90)
async def test_killed_in_the_middle_and_run_again_it_comes_to_its_end(database, origin, outbox, mongo_uri):
    run = await _start(mongo_uri, database, origin)
    while await under(outbox, "k2") < 20:
        await asyncio.sleep(0.01)
    os.kill(run.pid, signal.SIGKILL)
    await run.wait()
    assert 20 <= await under(outbox, "k2") < 300
    await database.collection("rotations").update_one({}, {"$set": {"until": now()}})
    text = await said(database, origin)
    assert "接着上次的进度，已全部改用密钥 k2，共重新加密" in text
    assert (await under(outbox, "k1"), await under(outbox, "k2")) == (0, 300)


async def _start(mongo_uri, database, origin):
    """The command in a process of its own, two documents at a time."""
    arguments = (mongo_uri, "saoban_test", str(origin.key_file))
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        textwrap.dedent(COMMAND),
        *arguments,
        cwd=ROOT,
        stderr=asyncio.subprocess.DEVNULL,
    )


def test_the_bar_tells_rate_and_time_left():
    line = line_of(Progress("sealing", seen=500, total=1000, fresh=250, resealed=900), seconds=10)
    assert "[############------------]  50% 500/1,000 份，900 个值，25 份/秒，剩余 0:20" in line


def test_the_bar_is_drawn_over_on_a_terminal_and_told_in_lines_elsewhere():
    steps = [
        Progress("learning"),
        Progress("sealing", 1, 2),
        Progress("sealing", 2, 2),
        Progress("done", 2, 2),
    ]
    for out, lines, returns in ((Terminal(), 1, 3), (io.StringIO(), 3, 0)):
        bar = Bar(out)
        for step in steps:
            bar.show(step)
        assert (out.getvalue().count("\n"), out.getvalue().count("\r")) == (lines, returns)


def test_an_order_shows_no_master_key():
    assert "SECRET" not in repr(Origin(Path("keys.json"), "SECRET"))
    assert msgspec.structs.asdict(Order(Origin(Path("keys.json"))))["retire"] is False
