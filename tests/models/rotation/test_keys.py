from __future__ import annotations

import asyncio
import base64
import os
from datetime import timedelta

import msgspec
import pytest

from models.base.cipher import Unreadable
from models.base.clock import now
from models.base.keys import KeyFileError, Keyring
from models.base.suites import suite_of
from models.rotation.founding import Origin
from models.rotation.job import StillUsed
from models.rotation.key import unwrap, wrap
from models.rotation.retiring import retire
from models.rotation.service import Keys
from tests.models.rotation.conftest import phone

LONG_AGO = timedelta(hours=1)


def master():
    return base64.b64encode(os.urandom(32)).decode()


@pytest.mark.gen_test
async def test_data_keys_lie_wrapped_in_the_database(house):
    process = await house.serve()
    await house.rotate()
    [first, second] = await house.raw("data_keys")
    assert (first["_id"], second["_id"]) == ("k1", "k2")
    secret = process.keys.keyring.keys["k2"]
    shown = repr([first, second])
    assert base64.urlsafe_b64encode(secret).decode().rstrip("=") not in shown
    assert repr(secret)[2:-1] not in shown


def test_a_wrapped_key_opens_under_its_own_id_and_master_alone():
    secret, mine = os.urandom(16), os.urandom(32)
    wrapped = wrap(mine, "s2", secret, suite_of("gm"))
    assert unwrap(mine, "s2", wrapped) == secret
    for other, key_id, text in ((mine, "s3", wrapped), (os.urandom(32), "s2", wrapped), (mine, "s2", "x.AA")):
        with pytest.raises(Unreadable):
            unwrap(other, key_id, text)


@pytest.mark.gen_test
async def test_a_backup_of_the_key_file_from_before_a_rotation_opens_everything(house):
    process = await house.serve()
    await process.settle(1)
    backup = house.origin.key_file.read_bytes()
    await house.rotate()
    assert house.origin.key_file.read_bytes() == backup
    again = await house.serve()
    assert await again.phone(0) == phone(0)


@pytest.mark.gen_test
async def test_what_an_older_version_sealed_is_readable_and_comes_along(house):
    path = house.origin.key_file
    path.parent.mkdir(mode=0o700)
    before = Keyring.fresh()
    msgspec.structs.replace(before, master=None).replace_file(path)
    process = await house.serve()
    await process.settle(1)
    assert (await house.rotate()).key == "k2"
    assert await (await house.serve()).phone(0) == phone(0)


@pytest.mark.gen_test
async def test_a_lost_key_file_is_not_replaced_by_a_new_one(house):
    await house.serve()
    house.origin.key_file.unlink()
    with pytest.raises(KeyFileError, match="从备份恢复"):
        await house.serve()
    assert not house.origin.key_file.exists()


@pytest.mark.gen_test
async def test_a_key_file_of_another_installation_is_refused(house):
    await house.serve()
    Keyring.fresh().replace_file(house.origin.key_file)
    with pytest.raises(KeyFileError, match="不是一套"):
        await house.serve()


@pytest.mark.gen_test
async def test_with_a_master_key_in_the_environment_no_file_is_needed(house):
    house.origin = Origin(house.origin.key_file, master())
    process, other = await house.serve(), await house.serve()
    await process.settle(1)
    await house.rotate("gm")
    assert await other.phone(0) == phone(0)
    assert not house.origin.key_file.exists()
    with pytest.raises(KeyFileError, match="MASTER_KEY"):
        await house.serve(origin=Origin(house.origin.key_file, master()))


@pytest.mark.gen_test
async def test_a_key_file_moves_into_the_environment_in_one_start(house):
    process = await house.serve()
    await process.settle(1)
    await house.rotate()
    moved = Origin(house.origin.key_file, master())
    await house.serve(origin=moved)
    house.origin.key_file.unlink()
    assert await (await house.serve(origin=moved)).phone(0) == phone(0)


@pytest.mark.gen_test
async def test_a_wrong_key_file_beside_the_right_master_key_is_refused(house):
    house.origin = Origin(house.origin.key_file, master())
    await house.serve()
    house.origin.key_file.parent.mkdir(mode=0o700)
    Keyring.fresh().replace_file(house.origin.key_file)
    with pytest.raises(KeyFileError, match="不是一套"):
        await house.serve()


@pytest.mark.gen_test
async def test_a_wrong_key_file_does_not_move_into_the_environment(house):
    await house.serve()
    Keyring.fresh().replace_file(house.origin.key_file)
    with pytest.raises(KeyFileError, match="不是一套"):
        await house.serve(origin=Origin(house.origin.key_file, master()))


@pytest.mark.gen_test
async def test_servers_that_found_an_installation_together_agree(house):
    house.origin = Origin(house.origin.key_file, master())
    processes = await asyncio.gather(*(house.serve() for _ in range(4)))
    assert len({process.keys.cipher.blind("x", "y") for process in processes}) == 1
    sealed = processes[0].keys.cipher.seal("陈桂兰", "c")
    assert {process.keys.cipher.open(sealed, "c") for process in processes} == {"陈桂兰"}


@pytest.mark.gen_test
async def test_an_installation_founded_under_gm_uses_no_other_suite(house):
    house.origin = Origin(house.origin.key_file, suite="gm")
    process = await house.serve()
    assert (process.keys.keyring.current, process.keys.keyring.digest, process.keys.suite) == (
        "s1",
        "gm",
        "gm",
    )
    [row] = await house.raw("data_keys")
    assert all(wrapped.startswith("s.") for wrapped in row["wraps"].values())


@pytest.mark.gen_test
async def test_a_process_that_slept_through_a_rotation_looks_again_at_the_first_unknown_key(house):
    process, sleeper = await house.serve(), await house.serve()
    await process.settle(1)
    sleeper.beating.cancel()
    await house.database.collection("key_readers").delete_one({"_id": sleeper.keys._name})
    await house.rotate()
    with pytest.raises(Unreadable):
        await sleeper.phone(0)
    await sleeper.keys._refreshing
    assert await sleeper.phone(0) == phone(0)


@pytest.mark.gen_test
async def test_an_old_key_is_retired_when_nothing_uses_it(house):
    process = await house.serve()
    await process.settle(2)
    old = process.keys.cipher.seal("old", "c")
    await house.rotate()
    await house.age(by=LONG_AGO)
    assert await retire(house.database, process.keys) == ("k1",)
    assert (await house.raw("data_keys"))[0]["wraps"] == {}
    with pytest.raises(Unreadable):
        process.keys.cipher.open(old, "c")
    again = await house.serve()
    assert (list(again.keys.keyring.keys), await again.phone(1)) == (["k2"], phone(1))


@pytest.mark.gen_test
async def test_an_old_key_that_is_used_anywhere_is_not_retired(house):
    process = await house.serve()
    stray = process.keys.cipher.seal("13800000000", "c")
    await house.rotate()
    await house.age(by=LONG_AGO)
    await house.database.collection("forgotten").insert_one({"_id": "stray", "deep": [{"down": stray}]})
    with pytest.raises(StillUsed, match="still_used") as refusal:
        await retire(house.database, process.keys)
    assert "forgotten 里有 1 份" in refusal.value.message
    assert "k1" in process.keys.keyring.keys


@pytest.mark.gen_test
async def test_an_old_key_is_kept_while_tokens_may_carry_what_it_sealed(house):
    process = await house.serve()
    await house.rotate()
    with pytest.raises(StillUsed) as refusal:
        await retire(house.database, process.keys)
    assert "20分钟" in refusal.value.message


@pytest.mark.gen_test
async def test_an_old_key_is_kept_while_a_process_uses_it(house):
    process = await house.serve()
    await house.rotate()
    await house.age(by=LONG_AGO)
    behind = {"knows": ["k1"], "uses": "k1", "master": "", "at": now()}
    await house.database.collection("key_readers").insert_one({"_id": "behind", **behind})
    with pytest.raises(StillUsed) as refusal:
        await retire(house.database, process.keys)
    assert "服务进程" in refusal.value.message


@pytest.mark.gen_test
async def test_the_number_of_a_retired_key_is_never_given_again(house):
    process = await house.serve()
    await house.rotate()
    await house.age(by=LONG_AGO)
    await retire(house.database, process.keys)
    assert (await house.rotate("gm")).key == "s3"
    assert (await house.rotate()).key == "k4"


@pytest.mark.gen_test
async def test_a_new_master_key_opens_everything_and_the_old_one_ends_with_retirement(house):
    process = await house.serve()
    await process.settle(1)
    stolen = house.origin.key_file.read_bytes()
    await process.keys.change_master(os.urandom(32))
    await house.rotate()
    await house.age(by=LONG_AGO)
    await retire(house.database, process.keys)
    assert await (await house.serve()).phone(0) == phone(0)
    house.origin.key_file.write_bytes(stolen)
    with pytest.raises(KeyFileError, match="不是一套"):
        await house.serve()


@pytest.mark.gen_test
async def test_a_running_process_takes_a_new_key_file_up(house):
    process, other = await house.serve(), await house.serve()
    await process.keys.change_master(os.urandom(32))
    await other.keys.refresh()
    assert other.keys._master == process.keys._master == Keyring.load(house.origin.key_file, False).master


@pytest.mark.gen_test
async def test_a_damaged_key_file_does_not_stop_a_running_process(house):
    process = await house.serve()
    await process.settle(1)
    house.origin.key_file.write_text("{}")
    await process.keys.refresh()
    assert await process.phone(0) == phone(0)


@pytest.mark.gen_test
async def test_no_secret_shows_in_a_repr(house):
    text = master()
    keys = await Keys.open(house.database, now, Origin(house.origin.key_file, text), serving=False)
    assert text not in repr(Origin(house.origin.key_file, text))
    assert repr(keys.keyring) == "Keyring(current='k1', signer='e1')"
