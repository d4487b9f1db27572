"""Nothing that was put in encrypted can be found in plain in the data files, nor in an export of them, in both suites.

What is in plain on purpose: names and addresses, which desks search and sort by, states, dates, titles, codes, what staff
wrote about a case, and papers in GridFS (docs/adr/0008-sealed-values.md).

The mongod of this test compresses nothing, neither collections nor indexes nor the journal, so a search of its
files' bytes misses nothing; it logs every command as well. Values that are stored in plain prove that the search
finds what is there.
"""

from __future__ import annotations

import io
import re
import socket
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
from bson import decode_all
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from models.base.cipher import SEALED, Cipher
from models.base.keys import Keyring
from models.base.suites import SuiteName, suite_of
from models.database import Database
from models.elements.registry import load_elements
from models.people.vault import Vault
from models.rotation.founding import Origin
from server.demo.people import county_people
from server.demo.staff import FIRST_OWN_PHONE
from server.mongod_process import REPLICA_SET, MongodProcess, find_binary, within
from server.rotate import Order, rotate_keys
from tests.handlers.filing import TYPED
from tests.models.rotation.work import IN_A_COMPLAINT, IN_A_DRAFT, busy_day
from tests.town import settle

HOUSEHOLDS = 12
CANARY = "canary-529901197001010018"
DAY = re.compile(r"\d{4}-\d\d-\d\d")
OPTIONS = (
    "--replSet", REPLICA_SET, "--bind_ip", "127.0.0.1", "--nounixsocket", "--oplogSize", "64", "--fork",
    "--wiredTigerCacheSizeGB", "0.25", "--wiredTigerCollectionBlockCompressor", "none",
    "--wiredTigerJournalCompressor", "none", "--wiredTigerIndexPrefixCompression", "false", "--slowms", "0",
)  # fmt: skip


class OpenMongod:
    """A mongod whose files can be searched."""

    def __init__(self, home: Path) -> None:
        self.home = home
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.uri = f"mongodb://127.0.0.1:{self.port}/?replicaSet={REPLICA_SET}"
        self.process = MongodProcess(home, 0.25, 0)
        self.process.files.mkdir()
        paths = ("--dbpath", self.process.files, "--logpath", self.process.log, "--port", str(self.port))
        subprocess.run([find_binary(), *paths, *OPTIONS], check=True, stdout=subprocess.DEVNULL)
        member = {"_id": 0, "host": f"127.0.0.1:{self.port}"}
        with self._client() as client:
            client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": [member]})
            assert within(30, lambda: client.admin.command("hello")["isWritablePrimary"])

    def flush(self) -> None:
        """Have everything in the data files; the journal stays as it is."""
        with self._client() as client:
            client.admin.command("fsync")

    def stop(self) -> None:
        """Stop cleanly, unless it has been."""
        if self.process.alive():
            with suppress(PyMongoError), self._client() as client:
                client.admin.command("shutdown", force=True)
            assert within(30, lambda: not self.process.alive())

    def found(self, texts: set[str]) -> dict[str, set[str]]:
        """Which of ``texts`` stand in which file: data, indexes, oplog, journal, log."""
        return in_files(self.home, texts)

    def _client(self) -> MongoClient:
        return MongoClient("127.0.0.1", self.port, directConnection=True, serverSelectionTimeoutMS=5000)


@pytest.fixture
def mongod(tmp_path):
    (tmp_path / "data").mkdir()
    mongod = OpenMongod(tmp_path / "data")
    yield mongod
    mongod.stop()


def secrets_of_the_county() -> set[str]:
    """Every ID number, phone, bank account and certificate number of the demonstration, what staff keep to
    themselves, and what is typed on the busy day. Words of a few characters are left out: they are anywhere."""
    vault = Vault(Cipher(Keyring.fresh()), load_elements())
    demos = list(county_people(HOUSEHOLDS))
    facts = [demo.facts for demo in demos] + [person.facts for demo in demos for person in demo.people]
    sealed = {str(value) for each in facts for key, value in each.items() if vault.seals(key)}
    numbers = {person.id_number for demo in demos for person in demo.people}
    phones = {person.phone for demo in demos for person in demo.people if person.phone}
    long = {text for text in sealed if len(text) >= 10 and not DAY.fullmatch(text)}
    assert min(len(numbers), len(phones)) >= HOUSEHOLDS
    assert long >= numbers | phones
    return long | {str(FIRST_OWN_PHONE), TYPED["phone"], TYPED["bank_account"], IN_A_DRAFT, IN_A_COMPLAINT}


def export(uri: str, folder: Path) -> Path:
    """Every collection as mongodump writes it: a file of BSON documents, one after the other."""
    folder.mkdir()
    with MongoClient(uri) as client:
        for name in client.saoban.list_collection_names():
            rows = client.saoban.get_collection(name, codec_options=CodecOptions(RawBSONDocument)).find()
            (folder / f"{name}.bson").write_bytes(b"".join(row.raw for row in rows))
    return folder


def in_files(folder: Path, texts: set[str]) -> dict[str, set[str]]:
    """Which of ``texts`` stand in which file under ``folder``, as they are or as UTF-16."""
    said = {form: text for text in sorted(texts) for form in (text.encode(), text.encode("utf-16-le"))}
    anything = re.compile(b"|".join(map(re.escape, said)))
    found = {
        str(path.relative_to(folder)): {said[match] for match in anything.findall(path.read_bytes())}
        for path in folder.rglob("*")
        if path.is_file()
    }
    return {name: there for name, there in found.items() if there}


def open_values(export: Path) -> list[str]:
    """What people and households hold in plain though their element is to be sealed, however short it is."""
    vault = Vault(Cipher(Keyring.fresh()), load_elements())
    rows = [
        row for name in ("people", "households") for row in decode_all((export / f"{name}.bson").read_bytes())
    ]
    held = [
        (f"{space}.{key}", value)
        for row in rows
        for space, named in row["values"].items()
        for key, value in named.items()
    ]
    assert {bool(vault.seals(key)) for key, _ in held} == {True, False}
    return [key for key, value in held if vault.seals(key) and not SEALED.fullmatch(value.get("sealed", ""))]


async def a_day_on(mongod: OpenMongod, keys: Path, suite: SuiteName) -> None:
    """A town at work on ``mongod``, a change of keys at the end of the day, and one line in plain."""
    database = Database(mongod.uri, "saoban")
    town = await settle(database, keys, households=HOUSEHOLDS, crypto_suite=suite)
    assert town.built.cipher.current == f"{suite_of(suite).letter}1"
    await busy_day(town)
    await rotate_keys(database, Order(Origin(keys, suite=suite)), io.StringIO())
    await database.collection("canary").insert_one({"text": CANARY})
    await town.close()


@pytest.mark.gen_test(timeout=120)
@pytest.mark.parametrize("suite", ["aes", "gm"])
async def test_nothing_sealed_is_found_in_plain_in_any_file_of_the_database(mongod, tmp_path, suite):
    await a_day_on(mongod, tmp_path / "keys.json", suite)
    secrets = secrets_of_the_county()
    dump = export(mongod.uri, tmp_path / "export")
    assert in_files(dump, secrets) == {}
    assert in_files(dump, {CANARY, "陈桂兰"}).keys() >= {"canary.bson", "people.bson", "cases.bson"}
    assert open_values(dump) == []
    mongod.flush()
    assert mongod.found(secrets) == {}
    assert any(file.startswith("mongo/journal/") for file in mongod.found({CANARY}))
    mongod.stop()
    assert mongod.found(secrets) == {}
    assert any(file.startswith("mongo/collection-") for file in mongod.found({CANARY}))
    assert mongod.found({"陈桂兰"})
