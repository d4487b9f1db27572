"""Long work survives whatever happens to the process that does it: nothing twice, nothing lost."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from models.base.actor import Actor
from models.base.cipher import SEALED, Cipher
from models.base.errors import Conflict, Gone, NotFound, TooMany, Unavailable
from models.base.keys import Keyring
from models.database import Collection
from models.jobs.job import Job, Progress, Result
from models.jobs.kind import Turn
from models.jobs.repository import JobsRepository
from models.jobs.runner import MOST_TRIES, Runner
from models.jobs.service import MOST_OPEN, Jobs
from models.jobs.store import JobStore
from models.jobs.sweep import JobSweep
from tests.models.households.conftest import NOON, SUN, ZHAO

STEPS = 6
LEASE = timedelta(seconds=5)


class Counting:
    """A kind that writes one row a step, together with how far it has come. ``befalls`` is what happens at a step."""

    name = "counting"
    label = "数数"

    def __init__(self, database: Any) -> None:
        self.rows = database.collection("counted")
        self._database = database
        self.befalls: dict[int, Exception] = {}
        self.over: list[str] = []
        self.seen: list[str] = []

    def href(self, job: Job) -> str:
        return ""

    async def ended(self, job: Job) -> None:
        self.over.append(job.state)

    async def step(self, turn: Turn) -> Progress:
        number = turn.job.mark.get("at", 0)
        self.seen.append(turn.job.title)
        if number in self.befalls:
            raise self.befalls.pop(number)
        if number == STEPS:
            await turn.store.keep(turn.job.id, "out", turn.box.seal(b"the end", "out"))
            result = Result("out.txt", "text/plain", 7, NOON + timedelta(days=1))
            return Progress(turn.job.mark, number, state="done", told="数完了", result=result)
        progress = Progress({"at": number + 1}, number + 1, STEPS, told=f"数到{number + 1}")
        noting = turn.noting(progress)

        async def work(session: Any) -> None:
            await self.rows.insert_one({"job": turn.job.id, "number": number}, session=session)
            await noting(session)

        await self._database.transaction(work)
        return progress

    async def counted(self, job: Job) -> list[int]:
        rows = await self.rows.find({"job": job.id}).sort("number", 1).to_list(100)
        return [row["number"] for row in rows]


class House:
    """The parts on one database; ``now`` is moved by hand."""

    def __init__(self, database: Any, cipher: Cipher) -> None:
        self.now = NOON
        self.kind = Counting(database)
        self.repository, self.store = JobsRepository(database), JobStore(database)
        self.kinds = {"counting": self.kind}
        self.cipher = cipher
        self.jobs = Jobs(self.repository, self.store, cipher, self.clock, self.kinds)

    def clock(self) -> datetime:
        self.now += timedelta(milliseconds=1)  # it never stands still
        return self.now

    def runner(self, **told: Any) -> Runner:
        given = {"lease": LEASE, "slots": 1} | told
        return Runner(self.repository, self.store, self.cipher, self.clock, self.kinds, **given)

    async def begin(self, actor: Actor = ZHAO, title: str = "数六下") -> Job:
        return await self.jobs.start(actor, "counting", title, ("529901",), given={}, body=b"brought")

    async def read(self, job: Job) -> Job:
        found = await self.repository.get(job.id)
        assert found is not None
        return found


@pytest.fixture
def house(io_loop, database, tmp_path) -> House:
    declared = (*JobsRepository.COLLECTIONS, *JobStore.COLLECTIONS, Collection("counted"))
    io_loop.run_sync(lambda: database.ensure(declared))
    return House(database, Cipher(Keyring.load(tmp_path / "keys", create=True)))


@pytest.mark.gen_test
async def test_a_job_is_done_step_by_step_to_its_end_and_leaves_its_file(house):
    job = await house.begin()
    await house.runner().run_once()
    done = await house.read(job)
    assert (done.state, done.done, done.total, done.told) == ("done", STEPS, STEPS, "数完了")
    assert await house.kind.counted(job) == list(range(STEPS))
    assert await house.jobs.fetch(done) == b"the end"
    assert house.kind.over == ["done"]


@pytest.mark.gen_test
async def test_a_step_that_fails_is_tried_again_later_and_nothing_is_done_twice(house):
    house.kind.befalls = {3: RuntimeError("the disk was full")}
    job = await house.begin()
    await house.runner().run_once()
    assert (await house.read(job)).mark == {"at": 3}
    house.now += timedelta(minutes=1)
    await house.runner().run_once()
    assert (await house.read(job)).state == "done"
    assert await house.kind.counted(job) == list(range(STEPS))


@pytest.mark.gen_test
async def test_when_a_process_dies_another_goes_on_after_its_lease(house):
    job = await house.begin()
    assert await house.repository.take("dead", house.now, house.now + LEASE, ["counting"])
    assert await house.runner().run_once() == 0
    house.now += LEASE + timedelta(seconds=1)
    assert await house.runner().run_once() == 1
    assert await house.kind.counted(job) == list(range(STEPS))


@pytest.mark.gen_test
async def test_one_that_was_thought_dead_and_is_not_writes_nothing_more(house):
    job = await house.begin()
    held = await house.repository.take("slow", house.now, house.now + LEASE, ["counting"])
    house.now += LEASE + timedelta(seconds=1)
    await house.runner().run_once()  # somebody else has done it meanwhile
    runner = house.runner()
    await runner._turn(held, "slow")
    assert await house.kind.counted(job) == list(range(STEPS))
    assert (await house.read(job)).state == "done"


@pytest.mark.gen_test
async def test_a_cancelled_job_stops_where_it_is_and_keeps_what_it_has_done(house):
    job = await house.begin()
    held = await house.repository.take("mine", house.now, house.now + LEASE, ["counting"])
    runner = house.runner(turn_seconds=0.0)
    await runner._turn(held, "mine")  # one step
    cancelled = await house.jobs.cancel(ZHAO, job.id)
    assert cancelled.told == "任务已取消。数到1"
    assert await runner.run_once() == 0
    assert await house.kind.counted(job) == [0]


@pytest.mark.gen_test
async def test_cancelling_while_a_step_goes_on_undoes_that_step(house):
    job = await house.begin()
    held = await house.repository.take("mine", house.now, house.now + LEASE, ["counting"])
    await house.jobs.cancel(ZHAO, job.id)
    await house.runner()._turn(held, "mine")
    assert await house.kind.counted(job) == []
    assert (await house.read(job)).state == "cancelled"


@pytest.mark.gen_test
async def test_what_a_step_refuses_ends_the_job_and_says_why(house):
    house.kind.befalls = {2: Conflict("有人改过了。")}
    job = await house.begin()
    await house.runner().run_once()
    failed = await house.read(job)
    assert (failed.state, failed.told, failed.mark) == ("failed", "有人改过了。", {"at": 2})
    assert house.kind.over == ["failed"]


@pytest.mark.gen_test
async def test_a_job_that_kills_whatever_works_at_it_is_given_up(house):
    job = await house.begin()
    for _ in range(MOST_TRIES):
        assert await house.repository.take("dies", house.now, house.now + LEASE, ["counting"])
        house.now += LEASE + timedelta(seconds=1)
    await house.runner().run_once()
    failed = await house.read(job)
    assert failed.state == "failed"
    assert "多次出错" in failed.told
    assert await house.kind.counted(job) == []


@pytest.mark.gen_test
async def test_an_outage_is_waited_for(house):
    house.kind.befalls = {1: Unavailable()}
    job = await house.begin()
    await house.runner().run_once()
    assert (await house.read(job)).state == "ready"
    house.now += timedelta(minutes=1)
    await house.runner().run_once()
    assert await house.kind.counted(job) == list(range(STEPS))


@pytest.mark.gen_test
async def test_two_jobs_take_turns(house):
    first, second = await house.begin(title="甲"), await house.begin(title="乙")
    await house.runner(turn_seconds=0.0).run_once()
    assert house.kind.seen[:4] in (["甲", "乙", "甲", "乙"], ["乙", "甲", "乙", "甲"])
    assert await house.kind.counted(first) == await house.kind.counted(second) == list(range(STEPS))


@pytest.mark.gen_test
async def test_two_processes_never_do_one_step_both(house):
    jobs = [await house.begin(title=str(n)) for n in range(3)]
    await asyncio.gather(*(house.runner(turn_seconds=0.0).run_once() for _ in range(3)))
    for job in jobs:
        assert await house.kind.counted(job) == list(range(STEPS))


@pytest.mark.gen_test
async def test_nobody_else_sees_a_job_or_its_file(house):
    job = await house.begin()
    with pytest.raises(NotFound):
        await house.jobs.get(SUN, job.id)
    with pytest.raises(NotFound):
        await house.jobs.cancel(SUN, job.id)
    assert await house.jobs.mine(SUN) == []


@pytest.mark.gen_test
async def test_files_are_sealed_with_a_key_that_is_sealed_itself(house):
    job = await house.begin()
    assert SEALED.fullmatch(job.key)
    assert b"brought" not in await house.store.file(job.id, "in")
    assert await house.jobs.brought(job) == b"brought"
    moved = msgspec.structs.replace(job, id="0" * 31)
    with pytest.raises(Unavailable):
        house.jobs.box(moved)


@pytest.mark.gen_test
async def test_when_its_days_are_over_files_and_key_are_gone(house):
    job = await house.begin()
    await house.runner().run_once()
    sweep = JobSweep(house.repository, house.store)
    assert (await sweep.sweep(house.now, 10)).count == 0
    house.now += timedelta(days=1)
    assert (await sweep.due(house.now)).count == 1
    assert (await sweep.sweep(house.now, 10)).count == 1
    over = await house.read(job)
    assert (over.key, over.state) == ("", "done")
    with pytest.raises(Gone):
        await house.jobs.fetch(over)
    with pytest.raises(NotFound):
        await house.store.file(job.id, "out")


@pytest.mark.gen_test
async def test_somebody_who_has_enough_under_way_waits(house):
    for _ in range(MOST_OPEN):
        await house.begin()
    with pytest.raises(TooMany):
        await house.begin()
    await house.begin(SUN)


@pytest.mark.gen_test
async def test_the_rate_tells_how_long_it_will_take(house):
    job = await house.begin()
    held = await house.repository.take("mine", house.now, house.now + LEASE, ["counting"])
    await house.runner(turn_seconds=0.0)._turn(held, "mine")
    going = await house.read(job)
    assert going.left == STEPS - 1
    assert going.rate > 0
    assert going.remaining is not None
