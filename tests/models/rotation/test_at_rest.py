"""Nothing that was put in encrypted can be found in plain in the data files.

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
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from models.base.cipher import Cipher
from models.base.keys import Keyring
from models.database import Database
from models.elements.registry import load_elements
from models.people.vault import Vault
from models.rotation.founding import Origin
from server.demo.people import county_people
from server.demo.staff import FIRST_OWN_PHONE
from server.mongod_process import REPLICA_SET, MongodProcess, find_binary, within
from server.rotate import Order, rotate_keys
from tests.handlers.filing import TYPED
from tests.models.rotation.work import IN_A_DRAFT, busy_day
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
        anything = re.compile(b"|".join(re.escape(text.encode()) for text in sorted(texts)))
        found = {
            str(path.relative_to(self.home)): {text.decode() for text in anything.findall(path.read_bytes())}
            for path in self.home.rglob("*")
            if path.is_file()
        }
        return {name: there for name, there in found.items() if there}

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
    return long | {str(FIRST_OWN_PHONE), TYPED["phone"], TYPED["bank_account"], IN_A_DRAFT}


async def a_day_on(mongod: OpenMongod, keys: Path) -> None:
    """A town at work on ``mongod``, a change of keys at the end of the day, and one line in plain."""
    database = Database(mongod.uri, "saoban")
    town = await settle(database, keys, households=HOUSEHOLDS)
    await busy_day(town)
    await rotate_keys(database, Order(Origin(keys)), io.StringIO())
    await database.collection("canary").insert_one({"text": CANARY})
    await town.close()


@pytest.mark.gen_test(timeout=120)
async def test_nothing_sealed_is_found_in_plain_in_any_file_of_the_database(mongod, tmp_path):
    await a_day_on(mongod, tmp_path / "keys.json")
    secrets = secrets_of_the_county()
    mongod.flush()
    assert mongod.found(secrets) == {}
    assert any(file.startswith("mongo/journal/") for file in mongod.found({CANARY}))
    mongod.stop()
    assert mongod.found(secrets) == {}
    assert any(file.startswith("mongo/collection-") for file in mongod.found({CANARY}))
    assert mongod.found({"陈桂兰"})
