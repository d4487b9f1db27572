"""Worker processes that die are replaced."""

import os
import signal
import time
from concurrent.futures.process import BrokenProcessPool

import pytest

from server.workers import Workers


@pytest.fixture
def workers():
    with Workers(1) as pool:
        yield pool


def test_work_is_done_in_another_process(workers):
    assert workers.submit(os.getpid).result(30) != os.getpid()


def test_a_worker_that_was_killed_is_replaced_at_the_next_work(workers):
    killed = workers.submit(os.getpid).result(30)
    with pytest.raises(BrokenProcessPool):
        workers.submit(os.kill, killed, signal.SIGKILL).result(30)
    assert workers.submit(os.getpid).result(30) != killed


def test_work_that_never_ends_costs_its_process_and_nothing_else():
    with Workers(1, seconds=0.5) as pool:
        assert pool.submit(abs, -1).result(30) == 1
        with pytest.raises(BrokenProcessPool):
            pool.submit(time.sleep, 60).result(30)
        assert pool.submit(abs, -1).result(30) == 1


def test_work_in_time_is_not_ended_later():
    with Workers(1, seconds=1) as pool:
        first = pool.submit(os.getpid).result(30)
        time.sleep(1.2)
        assert pool.submit(os.getpid).result(30) == first


def test_work_that_swells_is_refused_its_memory():
    with Workers(1, megabytes=1024) as pool, pytest.raises(MemoryError):
        pool.submit(bytes, 2 << 30).result(30)
