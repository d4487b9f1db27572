"""Worker processes that die are replaced."""

import os
import signal
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
