"""Serving processes as a rotation meets them: each with its own keys, repositories and heartbeat."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from models.base.clock import now
from models.drafts.draft import Draft
from models.drafts.repository import DraftsRepository
from models.elements.registry import load_elements
from models.history.repository import HistoryRepository
from models.history.service import History
from models.notices.sms import Message, SmsOutbox
from models.people.person import ID_NUMBER, NAME, PHONE, Person
from models.people.repository import PersonRepository
from models.people.service import People
from models.people.values import Held, Value
from models.people.vault import Vault
from models.rotation.documents import DocumentRepository
from models.rotation.founding import Origin
from models.rotation.places import PLACES
from models.rotation.repository import JobRepository, KeyRepository
from models.rotation.rotation import Rotation
from models.rotation.service import Keys

NOON = datetime(2026, 7, 1, 4, tzinfo=UTC)
CHEN = "529901194503070027"
ELEMENTS = load_elements()


class Process:
    """One server: what it knows of keys, and what it reads and writes with them."""

    def __init__(self, database, keys):
        self.keys = keys
        vault = Vault(keys.cipher, ELEMENTS)
        self.person_repository = PersonRepository(database, vault)
        history = History(HistoryRepository(database, vault, keys.cipher), ELEMENTS)
        self.people = People(self.person_repository, history)
        self.drafts = DraftsRepository(database, keys.cipher)
        self.sms = SmsOutbox(database, keys.cipher)
        self.beating = asyncio.get_running_loop().create_task(self._beat())

    async def _beat(self):
        while True:
            await asyncio.sleep(0.05)
            await self.keys.refresh()

    async def settle(self, count):
        """``count`` people with phones, 陈桂兰 first; a draft and a message of each."""
        people = [person(f"p{number:04d}", id_number(number), phone(number)) for number in range(count)]
        await self.person_repository.put_new(people)
        for number in range(count):
            await self.drafts.add(draft(number, "李明"))
            await self.sms.add(Message(f"m{number:04d}", phone(number), "您的“高龄津贴”已提交", now()))

    async def call(self, number, text):
        """Give a person another phone."""
        await self.people.record(f"p{number:04d}", PHONE, text, "self", now(), "test")

    async def phone(self, number):
        return (await self.people.get(f"p{number:04d}")).phone

    async def found(self, number):
        """A person by her ID number."""
        sought = self.keys.cipher.indexes(id_number(number), ID_NUMBER)
        return await self.people.by_id_number(sought)

    async def type(self, number, name, rev):
        """Write the revision ``rev`` of a person's draft; whether it was taken."""
        return await self.drafts.replace(draft(number, name, rev))

    async def typed(self, number):
        [found] = await self.drafts.all_of((f"card:{number:04d}",), 2)
        return found.answers["name"]

    async def stop(self):
        self.beating.cancel()
        await asyncio.gather(self.beating, return_exceptions=True)
        await self.keys.close()


def phone(number):
    return f"1990000{number:04d}"


def id_number(number):
    return f"{int(CHEN) + number}"


def draft(number, name, rev=1):
    return Draft(
        id=f"d{number:04d}", owner=f"card:{number:04d}", offer="elder-allowance", version=1, code="D1", level="L1",
        answers={"name": name, "phone": phone(number)}, submission_key=f"key-{number}", updated_at=now(), rev=rev,
    )  # fmt: skip


def person(person_id, number, calls):
    texts = {NAME: "陈桂兰", ID_NUMBER: number, PHONE: calls}
    values = {key: Value(text, "import", NOON) for key, text in texts.items()}
    return Person(person_id, ("529901",), held=Held(values))


class House:
    """An installation: its key file, its database, and the processes that serve it."""

    def __init__(self, database, origin):
        self.database = database
        self.origin = origin
        self.documents = DocumentRepository(database)
        self.processes = []

    async def serve(self, **changed):
        keys = await Keys.open(self.database, now, changed.get("origin", self.origin))
        self.processes.append(Process(self.database, keys))
        return self.processes[-1]

    async def rotation(self, tell=lambda progress: None, places=PLACES, **options):
        """A run as the command makes it: in a process of its own."""
        keys = await Keys.open(self.database, now, self.origin, serving=False)
        return Rotation(self.database, keys, places, now, tell, **options)

    async def rotate(self, suite="aes", **options):
        return await (await self.rotation(**options)).run(suite)

    async def raw(self, collection):
        """Every document of a collection as the database holds it."""
        return await self.database.collection(collection).find({}).to_list(None)

    async def holding(self, key_id):
        """In which collections something is sealed under ``key_id``."""
        return {
            name for name in await self.documents.collections() if f"'{key_id}." in repr(await self.raw(name))
        }

    async def age(self, **time):
        """Make every key as if it had come into use so much earlier."""
        keys = self.database.collection("data_keys")
        for row in await keys.find({"current_from": {"$ne": None}}).to_list(None):
            earlier = row["current_from"] - time["by"]
            await keys.update_one({"_id": row["_id"]}, {"$set": {"current_from": earlier}})

    async def close(self):
        for process in self.processes:
            await process.stop()


@pytest.fixture
def origin(tmp_path):
    return Origin(tmp_path / "keys" / "keys.json")


@pytest.fixture
def house(io_loop, database, origin):
    declared = (PersonRepository, DraftsRepository, SmsOutbox, KeyRepository, JobRepository)
    for repository in declared:
        io_loop.run_sync(lambda each=repository: database.ensure(each.COLLECTIONS))
    house = House(database, origin)
    yield house
    io_loop.run_sync(house.close)
