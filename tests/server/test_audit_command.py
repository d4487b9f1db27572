"""``python -m server audit verify``, on a database of its own files."""

from __future__ import annotations

import argparse
from datetime import date
from io import StringIO

import pytest

from models.audit.entry import What
from models.audit.repository import AuditRepository
from models.audit.service import SYSTEM, Audit
from models.base.cipher import Cipher
from models.base.clock import local_day, now
from models.base.keys import KeyFileError, Keyring
from models.database import Database
from server.audit import declare, export, verify
from server.settings import Settings


@pytest.fixture
def settings(mongo_uri, emptied, tmp_path):
    return Settings(data_dir=tmp_path / "data", mongo_uri=mongo_uri, mongo_db=emptied())


async def write(settings, looks):
    """A process that notes some looks and ends."""
    database = Database(settings.mongo_uri, settings.mongo_db)
    await database.ensure(AuditRepository.COLLECTIONS)
    keyring = Keyring.load(settings.keys, create=True)
    audit = Audit(
        AuditRepository(database), keyring, Cipher(keyring), now, settings.heads_file, lambda area, _: area
    )
    await audit.start()
    for _ in range(looks):
        await audit.note(SYSTEM, "view", What("case", "c1"))
    await audit.close()
    return database


async def verified(settings, day=None):
    out = StringIO()
    return await verify(settings, day, out), out.getvalue()


@pytest.mark.gen_test
async def test_a_whole_record_exits_with_0_and_says_so_in_two_languages(settings):
    database = await write(settings, 3)
    status, text = await verified(settings)
    assert status == 0
    assert "合计 1 条链、3 条记录，全部完好" in text
    assert "all intact" in text
    await database.close()


@pytest.mark.gen_test
async def test_a_tampered_record_exits_with_1_and_names_the_entry(settings):
    database = await write(settings, 3)
    await database.collection("audit").delete_one({"seq": 2})
    status, text = await verified(settings, local_day(now()))
    assert status == 1
    assert "第 2 条被删除 / entry 2" in text
    await database.close()


@pytest.mark.gen_test
async def test_another_day_is_not_looked_at(settings):
    database = await write(settings, 3)
    await database.collection("audit").delete_one({"seq": 2})
    assert (await verified(settings, date(2020, 1, 1)))[0] == 0
    await database.close()


@pytest.mark.gen_test
async def test_without_the_key_file_nothing_is_verified_and_no_new_key_is_made(settings):
    with pytest.raises(KeyFileError):
        await verified(settings)
    assert not settings.keys.exists()


@pytest.mark.gen_test
async def test_exported_heads_miss_a_day_that_was_taken_out_everywhere(settings, tmp_path):
    database = await write(settings, 3)
    elsewhere, out = tmp_path / "elsewhere.jsonl", StringIO()
    assert await export(settings, elsewhere, None, out) == 0
    assert "已写入 1 个签名" in out.getvalue()
    for name in ("audit", "audit_heads"):
        await database.collection(name).delete_many({})
    settings.heads_file.write_bytes(b"")
    assert (await verified(settings))[0] == 0
    out = StringIO()
    assert await verify(settings, None, out, elsewhere) == 1
    assert "第 1 条被删除" in out.getvalue()
    await database.close()


@pytest.mark.gen_test
async def test_exporting_again_adds_only_what_is_new_and_of_the_day_that_was_asked_for(settings, tmp_path):
    database = await write(settings, 3)
    elsewhere, out = tmp_path / "elsewhere.jsonl", StringIO()
    for day in (date(2020, 1, 1), None, None):
        await export(settings, elsewhere, day, out)
    assert [line.split()[1] for line in out.getvalue().splitlines()] == ["0", "1", "0"]
    assert elsewhere.stat().st_mode & 0o777 == 0o600
    await database.close()


def test_heads_are_kept_outside_the_data_directory(settings):
    assert settings.data_dir not in settings.heads_file.parents


def options(*words):
    parser = argparse.ArgumentParser()
    declare(parser.add_subparsers(dest="command"))
    return parser.parse_args(words)


def test_the_command_line_takes_a_day_or_none():
    assert options("audit", "verify", "--day", "2026-03-02").day == date(2026, 3, 2)
    assert options("audit", "verify").day is None


def test_the_command_line_takes_a_file_to_hold_the_record_against(tmp_path, capsys):
    (tmp_path / "elsewhere.jsonl").touch()
    given = options("audit", "verify", "--against", str(tmp_path / "elsewhere.jsonl"))
    assert given.against == tmp_path / "elsewhere.jsonl"
    with pytest.raises(SystemExit):
        options("audit", "verify", "--against", str(tmp_path / "nowhere"))
    assert "没有这个文件" in capsys.readouterr().err


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", ""])
def test_a_day_that_is_none_is_refused_with_a_sentence(day, capsys):
    with pytest.raises(SystemExit):
        options("audit", "verify", "--day", day)
    assert "不是日期" in capsys.readouterr().err
